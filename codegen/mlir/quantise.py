"""``quantise``: activations as bytes for ``MatmulInt8``, token by token, each with a scale of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ..operators.vblock_linear_int8 import FOUR, LARGEST, ZERO_POINT
from .builder import Builder, Value, transposed, vector
from .host import Host
from .parallel_entry import Words, parallel_entry

QUANTISE_WORDS = Words(("x", "out", "scales"), ("tokens", "columns", "groups", "x_row"))


@dataclass(frozen=True)
class Quantise:
    """The kernel that makes panels [groups of four columns, V tokens, 4] of bytes, and a scale for each token."""

    @property
    def name(self) -> str:
        return "quantise"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``quantise(words, part)`` and ``quantise_parallel(words)``."""
        return parallel_entry(
            self.name, QUANTISE_WORDS, lambda b, words, part: _Rounder(b, words, host.lanes).write(part)
        )


class _Rounder:
    """Writes the body of ``Quantise``.

    Tokens become bytes one by one, while they are in the nearest cache: into squares of V tokens and V groups, which
    are transposed where they lie when a panel is full.
    """

    def __init__(self, builder: Builder, words: dict[str, Value], lanes: int) -> None:
        self.b, self.words, self.lanes = builder, words, lanes
        self.integers, self.floats = vector(lanes, "i32"), vector(lanes, "f32")
        self.bytes = vector(lanes * FOUR, "i8")

    def write(self, part: Value) -> None:
        b, w, width = self.b, self.words, self.b.constant(self.lanes)
        # The last groups of a panel may be too few for a square.
        self.rest = b.array(self.lanes * self.lanes, "i32")
        self.whole = b.binary("divui", w["columns"], b.constant(self.lanes * FOUR))
        self.fewer = b.compare("slt", b.times(self.whole, self.lanes), w["groups"])
        tiles = b.binary("ceildivsi", w["tokens"], width)
        first, last = (b.binary("divui", b.mul(tiles, b.plus(part, n)), w["parts"]) for n in (0, 1))
        with b.loop(first, last, b.constant(1)) as tile:
            token = b.mul(tile.index, width)
            panel = b.at(w["out"], b.mul(token, w["groups"]), "i32")
            left = b.binary("minsi", b.sub(w["tokens"], token), width)
            with b.loop(b.constant(0), left, b.constant(1)) as turn:
                self._round(b.add(token, turn.index), panel, b.mul(turn.index, width))
            self._transpose(panel)

    def _round(self, token: Value, panel: Value, place: Value) -> None:
        """Write the bytes of a token, a vector for each square, at a place in it."""
        b, w = self.b, self.words
        line = b.at(w["x"], b.mul(token, w["x_row"]), "f32")
        factor = b.broadcast(self._scale(line, token), self.lanes)
        with b.loop(b.constant(0), self.whole, b.constant(1)) as square:
            start = b.times(square.index, self.lanes * self.lanes)
            b.store(self._groups(line, square.index, factor, masked=False), b.at(panel, b.add(start, place), "i32"))
        with b.when(self.fewer):
            b.store(self._groups(line, self.whole, factor, masked=True), b.at(self.rest, place, "i32"))

    def _scale(self, line: Value, token: Value) -> Value:
        """Write the scale of a token; the factor that its activations are multiplied by."""
        b = self.b
        most = self._largest(line)
        # A token with infinity or NaN gets NaN for a scale, and so for its results.
        scale = b.add(b.mul(most, b.constant(1 / LARGEST, "f32")), b.mul(most, b.constant(0.0, "f32")))
        b.store(scale, b.at(self.words["scales"], token, "f32"))
        some = b.compare("ogt", most, b.constant(0.0, "f32"))
        return b.binary("divf", b.constant(float(LARGEST), "f32"), b.select(some, most, b.constant(1.0, "f32")))

    def _largest(self, line: Value) -> Value:
        """The largest absolute value of a token; NaN if there is one."""
        b, columns, width = self.b, self.words["columns"], self.b.constant(self.lanes)
        whole = b.mul(b.binary("divui", columns, width), width)

        def larger(most: Value, column: Value, mask: Value | None) -> Value:
            # The bits of positive numbers have the order of the numbers, and NaN comes last.
            bits = b.load(b.at(line, column, "i32"), self.integers, mask)
            return b.binary("maxsi", most, b.binary("andi", bits, b.constant(2**31 - 1, self.integers)))

        with b.loop(b.constant(0), whole, width, [b.constant(0, self.integers)]) as column:
            column.yields([larger(column.carried[0], column.index, None)])
        found = larger(column.results[0], whole, b.first_lanes(b.sub(columns, whole), self.lanes))
        return b.convert("bitcast", b.reduce("maxsi", found), "f32")

    def _groups(self, line: Value, square: Value, factor: Value, *, masked: bool) -> Value:
        """V groups of a token, rounded; where ``masked``, there may be fewer."""
        b, pieces = self.b, []
        # Rounds to the nearest integer, which is left in the lowest byte, on top of the zero point.
        magic = b.constant(12582912.0 + ZERO_POINT, self.floats)
        for j in range(FOUR):
            column = b.plus(b.times(square, self.lanes * FOUR), j * self.lanes)
            mask = b.first_lanes(b.sub(self.words["columns"], column), self.lanes) if masked else None
            number = b.fma(b.load(b.at(line, column, "f32"), self.floats, mask), factor, magic)
            pieces.append(b.op(f"vector.bitcast {number.name} : {self.floats} to {self.bytes}", self.bytes))
        lowest = range(0, 2 * self.lanes * FOUR, FOUR)
        low, high = (b.shuffle(pieces[n], pieces[n + 1], lowest) for n in (0, 2))
        joined = b.shuffle(low, high, range(self.lanes * FOUR))
        return b.op(f"vector.bitcast {joined.name} : {self.bytes} to {self.integers}", self.integers)

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
