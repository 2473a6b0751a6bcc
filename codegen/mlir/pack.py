"""``pack``: activations [tokens, features] as panels [features, V] of V tokens each, the last filled up with zeros."""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Value, transposed, vector
from .host import Host
from .team import Words, team

WORDS = Words(("x", "out"), ("tokens", "columns", "x_row"))


@dataclass(frozen=True)
class Pack:
    """The kernel that makes panels for ``Matmul(source="panels")``."""

    @property
    def name(self) -> str:
        return "pack"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``pack(words, part)`` and ``pack_team(words)``."""
        return team(self.name, WORDS, lambda b, words, part: _write(b, words, part, host.lanes))


def _write(b: Builder, w: dict[str, Value], part: Value, lanes: int) -> None:
    zero, one, width = b.constant(0), b.constant(1), b.constant(lanes)
    tiles = b.binary("ceildivsi", w["tokens"], width)
    first, last = (b.binary("divui", b.mul(tiles, b.plus(part, n)), w["parts"]) for n in (0, 1))
    whole = b.mul(b.binary("divui", w["columns"], width), width)
    with b.loop(first, last, one) as tile:
        token = b.mul(tile.index, width)
        left = b.sub(w["tokens"], token)
        full = b.compare("sge", left, width)
        panel = b.at(w["out"], b.mul(token, w["columns"]), "f32")
        source = b.at(w["x"], b.mul(token, w["x_row"]), "f32")
        with b.when(full):
            with b.loop(zero, whole, width) as column:
                _square(b, w, source, panel, column.index, lanes, None)
            with b.loop(whole, w["columns"], width) as column:
                _square(b, w, source, panel, column.index, lanes, width)
        with b.when(b.compare("slt", left, width)), b.loop(zero, w["columns"], width) as column:
            _square(b, w, source, panel, column.index, lanes, left)


def _square(
    b: Builder, w: dict[str, Value], source: Value, panel: Value, column: Value, lanes: int, tokens: Value | None
) -> None:
    """Transpose V tokens of V features; where ``tokens`` is given, there may be fewer of both."""
    kind = vector(lanes, "f32")
    columns = b.sub(w["columns"], column)
    rows = []
    for t in range(lanes):
        place = b.at(source, b.add(b.times(w["x_row"], t), column), "f32")
        mask = None
        if tokens is not None:
            there = b.select(b.compare("sgt", tokens, b.constant(t)), columns, b.constant(0))
            mask = b.first_lanes(there, lanes)
        rows.append(b.load(place, kind, mask))
    for k, line in enumerate(transposed(b, rows)):

        def store(k: int = k, line: Value = line) -> None:
            b.store(line, b.at(panel, b.times(b.plus(column, k), lanes), "f32"))

        if tokens is None:
            store()
        else:
            with b.when(b.compare("sgt", columns, b.constant(k))):
                store()
