"""``vblock_matmul`` with 8-bit integers: blocks of R x 4, for processors that multiply and add four pairs at once.

Activations are quantised token by token as unsigned bytes around 128 (``quantise``), weights row by row as signed ones.
A sum of their products is exact in 32 bits; what the 128 adds to it is known beforehand, from the sums of the weights,
and is part of the start value. Scales and bias come at the end, in float32.

The dot product is ``vpdpbusd`` (AVX-512 VNNI): each of its 16 lanes is a token, its four bytes neighbouring columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..formats.int8_blocks import FOUR, LARGEST, ZERO_POINT
from .block_rows import BlockRows
from .builder import Builder, Value, interleave, vector
from .host import Host
from .team import Words, team

QUANTISE_WORDS = Words(("x", "out", "scales"), ("tokens", "columns", "groups", "x_row"))
WORDS = Words(
    ("x", "y", "values", "indices", "starts", "scales", "row_scales", "row_sums", "bias"),
    ("tokens", "groups", "rows", "blocks", "chunk", "y_row", "more_segments"),
)


@dataclass(frozen=True)
class Quantise:
    """The kernel that makes panels [groups of four columns, V tokens, 4] of bytes, and a scale for each token."""

    @property
    def name(self) -> str:
        return "quantise"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``quantise(words, part)`` and ``quantise_team(words)``."""
        return team(self.name, QUANTISE_WORDS, lambda b, words, part: _quantise(b, words, part, host.lanes))


def _quantise(b: Builder, w: dict[str, Value], part: Value, lanes: int) -> None:
    one, width = b.constant(1), b.constant(lanes)
    kind, integers = vector(lanes, "f32"), vector(lanes, "i32")
    first, last = (b.binary("divui", b.mul(w["tokens"], b.plus(part, n)), w["parts"]) for n in (0, 1))
    with b.loop(first, last, one) as token:
        line = b.at(w["x"], b.mul(token.index, w["x_row"]), "f32")
        zero = b.constant(0.0, kind)
        with b.loop(b.constant(0), w["columns"], width, [zero]) as column:
            mask = b.first_lanes(b.sub(w["columns"], column.index), lanes)
            value = b.load(b.at(line, column.index, "f32"), kind, mask)
            size = b.op(f"math.absf {value.name} : {kind}", kind)
            column.yields([b.binary("maximumf", column.carried[0], size)])
        most = b.reduce("maximumf", column.results[0])
        # A token with infinity or NaN gets NaN for a scale, and so for its results.
        scale = b.add(b.mul(most, b.constant(1 / LARGEST, "f32")), b.mul(most, b.constant(0.0, "f32")))
        b.store(scale, b.at(w["scales"], token.index, "f32"))
        some = b.compare("ogt", most, b.constant(0.0, "f32"))
        inverse = b.binary("divf", b.constant(float(LARGEST), "f32"), b.select(some, most, b.constant(1.0, "f32")))
        factor = b.broadcast(inverse, lanes)
        # Rounds to the nearest integer, which is left in the low bits, on top of the zero point.
        magic = b.constant(12582912.0 + ZERO_POINT, kind)
        tile, lane = b.binary("divui", token.index, width), b.binary("remui", token.index, width)
        panel = b.mul(b.mul(tile, w["groups"]), width)
        with b.loop(b.constant(0), w["columns"], width) as column:
            mask = b.first_lanes(b.sub(w["columns"], column.index), lanes)
            value = b.load(b.at(line, column.index, "f32"), kind, mask)
            bits = b.op(f"vector.bitcast {b.fma(value, factor, magic).name} : {kind} to {integers}", integers)
            small = b.binary("andi", bits, b.constant(255, integers))
            group = b.binary("divui", column.index, b.constant(FOUR))
            words = _words(b, small, lanes)
            for number, word in enumerate(words):
                place = b.add(panel, b.add(b.mul(b.plus(group, number), width), lane))
                with b.when(b.compare("slt", b.plus(group, number), w["groups"])):
                    b.store(word, b.at(w["out"], place, "i32"))


def _words(b: Builder, small: Value, lanes: int) -> list[Value]:
    """Lanes of one byte each, four to a 32-bit number."""
    bytes_, count = vector(lanes, "i8"), lanes // FOUR
    narrow = b.convert("trunci", small, bytes_)
    joined = b.op(f"vector.bitcast {narrow.name} : {bytes_} to {vector(count, 'i32')}", vector(count, "i32"))
    return [b.extract(joined, number) for number in range(count)]


@dataclass(frozen=True)
class MatmulInt8:
    """One kernel: results are [tokens, rows].

    Attributes:
        rows: R; index: dtype of the columns; bias, activation: see ``Matmul``.
    """

    rows: int = 8
    index: str = "i16"
    bias: bool = False
    activation: str | None = None

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x4", "i8", self.index] + ["bias"] * self.bias
        return "_".join(parts + ([self.activation] if self.activation else []))

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_team(words)``."""
        if host.dot != "vnni":
            raise ValueError(f"'{host.name}' has no instruction for dot products of bytes that is known here")
        return team(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


class _Writer(BlockRows):
    def __init__(self, spec: MatmulInt8, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes = spec, host.lanes
        self.integers, self.floats = vector(self.lanes, "i32"), vector(self.lanes, "f32")
        self.bytes = vector(self.lanes * FOUR, "i8")
        self.tiles = max(1, min(3, (host.registers - 6) // spec.rows))

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        self.square = b.array(self.spec.rows * self.lanes, "f32")
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        with b.loop(zero, w["tokens"], w["chunk"]) as chunk:
            end = b.binary("minsi", b.add(chunk.index, w["chunk"]), w["tokens"])
            wide = b.constant(self.lanes * self.tiles)
            # Panels are filled up, so the last tile may be any; tokens too many are not stored.
            whole = b.add(chunk.index, b.mul(b.binary("divui", b.sub(end, chunk.index), wide), wide))
            with b.loop(low, high, one) as block:
                row, there = self.row_of(block.index)
                first, last = (self.start(b.plus(block.index, more), 0) for more in (0, 1))
                starts = self._sums(row)
                for count, begin, stop in ((self.tiles, chunk.index, whole), (1, whole, end)):
                    with b.loop(begin, stop, b.constant(count * self.lanes)) as tile:
                        sums = self._entries(first, last, tile.index, starts, count)
                        for j in range(count):
                            token = b.plus(tile.index, j * self.lanes)
                            self._store([sums[r * count + j] for r in range(self.spec.rows)], row, there, token)

    def _sums(self, row: Value) -> list[Value]:
        """What the zero point adds to a row's sums, with the sign turned."""
        found = []
        for r in range(self.spec.rows):
            value = self.b.load(self.b.at(self.words["row_sums"], self.existing(row, r), "i32"), "i32")
            found.append(self.b.broadcast(value, self.lanes))
        return found

    def _entries(self, first: Value, last: Value, token: Value, starts: list[Value], count: int) -> Sequence[Value]:
        b = self.b
        panel = b.times(self.words["groups"], self.lanes)
        number = b.binary("divui", token, b.constant(self.lanes))
        bases = [b.at(self.words["x"], b.mul(b.plus(number, j), panel), "i32") for j in range(count)]
        with b.loop(first, last, b.constant(1), [value for value in starts for _ in bases]) as entry:
            place = b.times(self.column_of(entry.index), self.lanes)
            x = [b.load(b.at(base, place, "i32"), self.bytes) for base in bases]
            weights = [self._weight(entry.index, r) for r in range(self.spec.rows)]
            pairs = [(weight, value) for weight in weights for value in x]
            entry.yields([self._dot(s, v, weight) for (weight, v), s in zip(pairs, entry.carried, strict=True)])
        return entry.results

    def _weight(self, entry: Value, r: int) -> Value:
        """Four neighbouring weights of a row, once for each token."""
        b = self.b
        word = b.load(b.at(self.words["values"], b.plus(b.times(entry, self.spec.rows), r), "i32"), "i32")
        return b.op(
            f"vector.bitcast {b.broadcast(word, self.lanes).name} : {self.integers} to {self.bytes}", self.bytes
        )

    def _dot(self, total: Value, x: Value, weight: Value) -> Value:
        return self.b.op(
            f'llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"({total.name}, {x.name}, {weight.name}) : '
            f"({self.integers}, {self.bytes}, {self.bytes}) -> {self.integers}",
            self.integers,
        )

    def _store(self, sums: list[Value], row: Value, there: Value, token: Value) -> None:
        """Scale sums, and write V tokens of R rows."""
        b, w, rows = self.b, self.words, self.spec.rows
        left = b.sub(w["tokens"], token)
        scales = b.load(b.at(w["scales"], token, "f32"), self.floats)
        finished = []
        for r, value in enumerate(sums):
            inside = self.existing(row, r)
            scale = b.broadcast(b.load(b.at(w["row_scales"], inside, "f32"), "f32"), self.lanes)
            number = b.mul(b.convert("sitofp", value, self.floats), b.mul(scales, scale))
            if self.spec.bias:
                bias = b.broadcast(b.load(b.at(w["bias"], inside, "f32"), "f32"), self.lanes)
                number = b.add(number, bias)
            finished.append(self.activate(number))
        for r, line in enumerate(interleave(b, finished)):
            b.store(line, b.at(self.square, b.constant(r * self.lanes), "f32"))
        mask = b.first_lanes(there, rows)
        with b.loop(b.constant(0), b.binary("minsi", left, b.constant(self.lanes)), b.constant(1)) as turn:
            piece = b.load(b.at(self.square, b.times(turn.index, rows), "f32"), vector(rows, "f32"))
            b.store(piece, b.at(w["y"], b.add(b.mul(b.add(token, turn.index), w["y_row"]), row), "f32"), mask)
