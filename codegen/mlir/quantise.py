"""``quantise``: activations as bytes, token by token, each with a scale of its own or one that is given."""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Value, transposed, vector
from .byte_dots import FOUR
from .host import Host
from .matvec_int8 import bytes_of
from .parallel_entry import Words, parallel_entry
from .rounding import Rounding

QUANTISE_WORDS = Words(("x", "out", "scales"), ("tokens", "columns", "groups", "x_row", "step", "zero_point"))


LAYOUTS = ("panels", "rows")


@dataclass(frozen=True)
class Quantise:
    """The kernel that makes bytes of tokens, and a scale for each.

    The word ``step`` is 0 where steps are found out, see ``Rounding``.

    Attributes:
        layout: "panels" ([groups of four columns, V tokens, 4], for ``MatmulInt8``), or "rows" ([tokens, groups, 4],
            for ``MatvecInt8``; in 16 bits each where that multiplies such).
    """

    layout: str = "panels"

    @property
    def name(self) -> str:
        return f"quantise_{self.layout}"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        kind = _Panels if self.layout == "panels" else _Rows
        return parallel_entry(self.name, QUANTISE_WORDS, lambda b, words, part: kind(b, words, host).write(part))


class _Rounder:
    """Writes what both layouts need."""

    def __init__(self, builder: Builder, words: dict[str, Value], host: Host) -> None:
        self.b, self.words, self.lanes, self.host = builder, words, host.lanes, host
        self.rounding = Rounding(builder, words, host)
        self.integers, self.floats = vector(host.lanes, "i32"), vector(host.lanes, "f32")

    def write(self, part: Value) -> None:
        """Write the body, once for steps that are found out, once for given ones."""
        self.prepare()
        self.rounding.either(lambda: self.tokens(part))

    def prepare(self) -> None:
        """Write what is to stand before any branch."""

    def tokens(self, part: Value) -> None:
        """Write what a part does."""
        raise NotImplementedError

    def shares(self, count: Value, part: Value) -> tuple[Value, Value]:
        """The first of so many things that a part does, and the one behind its last."""
        b = self.b
        first, last = (b.binary("divui", b.mul(count, b.plus(part, n)), self.words["parts"]) for n in (0, 1))
        return first, last

    def line(self, token: Value) -> Value:
        """The address of a token."""
        return self.b.at(self.words["x"], self.b.mul(token, self.words["x_row"]), "f32")

    def factor(self, line: Value, token: Value) -> Value | None:
        """Write the scale of a token; the factor that its activations are multiplied by, if steps are not given."""
        b, place = self.b, self.b.at(self.words["scales"], token, "f32")
        if self.rounding.given:
            b.store(self.rounding.step, place)
            return None
        most = self.rounding.largest(line, self.words["columns"])
        scale, factor = self.rounding.scale_and_factor(b.convert("bitcast", most, "f32"))
        b.store(scale, place)
        return factor

    def groups(self, line: Value, square: Value, factor: Value | None, *, masked: bool) -> Value:
        """V groups of a token, rounded; where ``masked``, there may be fewer."""
        b, found = self.b, []
        for j in range(FOUR):
            column = b.plus(b.times(square, self.lanes * FOUR), j * self.lanes)
            mask = b.first_lanes(b.sub(self.words["columns"], column), self.lanes) if masked else None
            found.append(self.rounding.rounded(b.load(b.at(line, column, "f32"), self.floats, mask), factor))
        return self.rounding.lowest(found)


class _Panels(_Rounder):
    """Writes the body for panels.

    Tokens become bytes one by one, while they are in the nearest cache: into squares of V tokens and V groups, which
    are transposed where they lie when a panel is full.
    """

    def prepare(self) -> None:
        # The last groups of a panel may be too few for a square.
        self.rest = self.b.array(self.lanes * self.lanes, "i32")

    def tokens(self, part: Value) -> None:
        b, w, width = self.b, self.words, self.b.constant(self.lanes)
        self.whole = b.binary("divui", w["columns"], b.constant(self.lanes * FOUR))
        self.fewer = b.compare("slt", b.times(self.whole, self.lanes), w["groups"])
        first, last = self.shares(b.binary("ceildivsi", w["tokens"], width), part)
        with b.loop(first, last, b.constant(1)) as tile:
            token = b.mul(tile.index, width)
            panel = b.at(w["out"], b.mul(token, w["groups"]), "i32")
            left = b.binary("minsi", b.sub(w["tokens"], token), width)
            with b.loop(b.constant(0), left, b.constant(1)) as turn:
                self._round(b.add(token, turn.index), panel, b.mul(turn.index, width))
            self._transpose(panel)

    def _round(self, token: Value, panel: Value, place: Value) -> None:
        """Write the bytes of a token, a vector for each square, at a place in it."""
        b, line = self.b, self.line(token)
        factor = self.factor(line, token)
        with b.loop(b.constant(0), self.whole, b.constant(1)) as square:
            start = b.times(square.index, self.lanes * self.lanes)
            b.store(self.groups(line, square.index, factor, masked=False), b.at(panel, b.add(start, place), "i32"))
        with b.when(self.fewer):
            b.store(self.groups(line, self.whole, factor, masked=True), b.at(self.rest, place, "i32"))

    def _transpose(self, panel: Value) -> None:
        """Turn the squares of a panel to V groups of V tokens each."""
        b = self.b
        with b.loop(b.constant(0), self.whole, b.constant(1)) as square:
            place = b.at(panel, b.times(square.index, self.lanes * self.lanes), "i32")
            for k, group in enumerate(self._square(place)):
                b.store(group, b.at(place, b.constant(k * self.lanes), "i32"))
        with b.when(self.fewer):
            start = b.times(self.whole, self.lanes)
            for k, group in enumerate(self._square(self.rest)):
                number = b.plus(start, k)
                with b.when(b.compare("slt", number, self.words["groups"])):
                    b.store(group, b.at(panel, b.times(number, self.lanes), "i32"))

    def _square(self, place: Value) -> list[Value]:
        """The groups of a square of tokens."""
        b = self.b
        tokens = [b.load(b.at(place, b.constant(t * self.lanes), "i32"), self.integers) for t in range(self.lanes)]
        return transposed(b, tokens)


class _Rows(_Rounder):
    """Writes the body for tokens that stay side by side."""

    def tokens(self, part: Value) -> None:
        b, w = self.b, self.words
        whole = b.binary("divui", w["columns"], b.constant(self.lanes * FOUR))
        left = b.sub(w["groups"], b.times(whole, self.lanes))
        with b.loop(*self.shares(w["tokens"], part), b.constant(1)) as token:
            line = self.line(token.index)
            factor = self.factor(line, token.index)
            first = b.mul(token.index, w["groups"])
            with b.loop(b.constant(0), whole, b.constant(1)) as square:
                groups = self.groups(line, square.index, factor, masked=False)
                self._store(groups, b.add(first, b.times(square.index, self.lanes)), None)
            with b.when(b.compare("sgt", left, b.constant(0))):
                groups = self.groups(line, whole, factor, masked=True)
                self._store(groups, b.add(first, b.times(whole, self.lanes)), left)

    def _store(self, groups: Value, place: Value, left: Value | None) -> None:
        """Write V groups, or as many as are ``left``, behind so many others."""
        b = self.b
        if bytes_of(self.host) == 1:
            mask = None if left is None else b.first_lanes(left, self.lanes)
            b.store(groups, b.at(self.words["out"], place, "i32"), mask)
            return
        octets = b.op(
            f"vector.bitcast {groups.name} : {groups.type} to {(kind := vector(self.lanes * FOUR, 'i8'))}", kind
        )
        wide = b.convert("extui", octets, vector(self.lanes * FOUR, "i16"))
        for n in range(2):  # two groups to a word of 64 bits would be one store of twice a register's width
            half = b.shuffle(wide, wide, range(n * self.lanes * 2, (n + 1) * self.lanes * 2))
            words = b.op(f"vector.bitcast {half.name} : {half.type} to {self.integers}", self.integers)
            start = n * self.lanes
            mask = None if left is None else b.first_lanes(b.plus(b.times(left, 2), -start), self.lanes)
            b.store(words, b.at(self.words["out"], b.plus(b.times(place, 2), start), "i32"), mask)
