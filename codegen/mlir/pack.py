"""``pack``: activations as panels [features, V] of V tokens each, the last of an image filled up with zeros."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .builder import Builder, Value, transposed, vector
from .host import Host
from .parallel_entry import Words, parallel_entry

WORDS = Words(("x", "out"), ("images", "tokens", "columns", "x_row", "x_image"))
# Blocks for each column from which on panels are worth while for features whose lines do not begin with the cache's:
# for a few tokens, or for more than MANY_TOKENS, whose panels are seldom found in the nearest caches.
WORTH_BLOCKS, WORTH_BLOCKS_OF_MANY, MANY_TOKENS = 24, 64, 256
# And for features whose lines are a multiple of 4096 bytes apart: the nearest cache has room for few such lines only.
WORTH_BLOCKS_THAT_MEET, MEETING_TOKENS = 8, 1024


@dataclass(frozen=True)
class Pack:
    """The kernel that makes panels for ``Matmul``: an image's one after the other.

    Attributes:
        source: how activations lie: "tokens" ([tokens, columns], tokens ``x_row`` apart), or "features" ([columns,
            tokens], columns ``x_row`` apart), where panels are worth while as their vectors begin with cache lines.
    """

    source: str = "tokens"

    @property
    def name(self) -> str:
        return f"pack_{self.source}"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        write = _turn if self.source == "tokens" else _cut
        return parallel_entry(self.name, WORDS, lambda b, words, part: _write(b, words, part, host.lanes, write))


def least_blocks(tokens: int, lanes: int) -> int | None:
    """Blocks for each column from which on panels are worth while for features; None if they never are."""
    if tokens % MEETING_TOKENS == 0:
        return WORTH_BLOCKS_THAT_MEET
    if tokens % lanes == 0:
        return None
    return WORTH_BLOCKS if tokens <= MANY_TOKENS else WORTH_BLOCKS_OF_MANY


def _write(b: Builder, w: dict[str, Value], part: Value, lanes: int, write: Callable[..., None]) -> None:
    """A share of all panels."""
    tiles = b.binary("ceildivsi", w["tokens"], b.constant(lanes))
    panels = b.mul(tiles, w["images"])
    first, last = (b.binary("divui", b.mul(panels, b.plus(part, n)), w["parts"]) for n in (0, 1))
    with b.loop(first, last, b.constant(1)) as turn:
        image = b.binary("divui", turn.index, tiles)
        token = b.times(b.sub(turn.index, b.mul(image, tiles)), lanes)
        panel = b.at(w["out"], b.mul(turn.index, b.times(w["columns"], lanes)), "f32")
        write(b, w, b.at(w["x"], b.mul(image, w["x_image"]), "f32"), panel, token, lanes)


def _cut(b: Builder, w: dict[str, Value], x: Value, panel: Value, token: Value, lanes: int) -> None:
    """V tokens of every feature; they lie side by side."""
    kind, left = vector(lanes, "f32"), b.sub(w["tokens"], token)
    source = b.at(x, token, "f32")

    def copy(mask: Value | None) -> None:
        with b.loop(b.constant(0), w["columns"], b.constant(1)) as column:
            line = b.load(b.at(source, b.mul(column.index, w["x_row"]), "f32"), kind, mask)
            b.store(line, b.at(panel, b.times(column.index, lanes), "f32"))

    with b.when(b.compare("sge", left, b.constant(lanes))):
        copy(None)
    with b.when(b.compare("slt", left, b.constant(lanes))):
        copy(b.first_lanes(left, lanes))


def _turn(b: Builder, w: dict[str, Value], x: Value, panel: Value, token: Value, lanes: int) -> None:
    """V tokens, whose features lie side by side, in squares."""
    zero, width = b.constant(0), b.constant(lanes)
    whole = b.mul(b.binary("divui", w["columns"], width), width)
    left = b.sub(w["tokens"], token)
    source = b.at(x, b.mul(token, w["x_row"]), "f32")
    with b.when(b.compare("sge", left, width)):
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
