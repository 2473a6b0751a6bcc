"""``vblock_matmul`` with 8-bit integers: blocks of R x 4, for processors that multiply and add four pairs at once.

Activations are quantised token by token as unsigned bytes around 128 (``quantise``), weights row by row as signed ones.
A sum of their products is exact in 32 bits; what the 128 adds to it is known beforehand, from the sums of the weights,
and is part of the start value. Scales and bias come at the end, in float32, when sums lie token by token.

The dot product is ``vpdpbusd`` (AVX-512 VNNI): each of its 16 lanes is a token, its four bytes neighbouring columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..operators.vblock_linear_int8 import FOUR, LARGEST, ZERO_POINT
from .block_rows import BlockRows
from .builder import Builder, Value, transposed, turned, vector
from .host import Host
from .team import Words, team
from .waiting import WIDTH, prefetch_results

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
        return team(self.name, QUANTISE_WORDS, lambda b, words, part: _Rounder(b, words, host.lanes).write(part))


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
        self.tiles = max(1, min(2, (host.registers - 6) // spec.rows))
        # Block rows whose results are written together: some neighbouring lines of the cache for each token.
        self.together = max(1, WIDTH // spec.rows)
        self.width = self.together * spec.rows

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        self.square = b.array(self.tiles * self.lanes * self.width, "i32")
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        with b.loop(b.constant(0), w["tokens"], w["chunk"]) as chunk:
            end = b.binary("minsi", b.add(chunk.index, w["chunk"]), w["tokens"])
            with b.loop(low, high, b.constant(self.together)) as group:
                stop = b.binary("minsi", b.plus(group.index, self.together), high)
                for count, begin, last in self._spans(chunk.index, end):
                    with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                        self._multiply(group.index, stop, tile.index, count)
                        left = b.binary("minsi", b.sub(end, tile.index), b.constant(count * self.lanes))
                        self._write_tokens(group.index, stop, tile.index, left)

    def _spans(self, start: Value, end: Value) -> list[tuple[int, Value, Value]]:
        """Tiles of T vectors of tokens, then smaller ones: (vectors, first, last); panels are filled up."""
        b, spans = self.b, []
        left = b.binary("ceildivsi", b.sub(end, start), b.constant(self.lanes))
        for count in range(self.tiles, 0, -1):
            several = b.times(b.binary("divui", left, b.constant(count)), count)
            last = b.add(start, b.times(several, self.lanes))
            spans.append((count, start, last))
            start, left = last, b.sub(left, several)
        return spans

    def _multiply(self, first: Value, stop: Value, token: Value, count: int) -> None:
        """Put the sums of some block rows for a tile of tokens on the stack."""
        b = self.b
        top = self.start(first, 1)
        with b.loop(first, stop, b.constant(1)) as block:
            row = self.start(block.index, 1)
            begin, end = (self.start(b.plus(block.index, more), 0) for more in (0, 1))
            self._prefetch(top, b.sub(block.index, first), token, count)
            sums = self._entries(begin, end, token, self._sums(row), count)
            for j in range(count):
                self._transpose(list(sums[j::count]), b.sub(row, top), j * self.lanes)

    def _prefetch(self, row: Value, number: Value, token: Value, count: int) -> None:
        b, w = self.b, self.words
        first = b.at(w["y"], b.add(b.mul(token, w["y_row"]), row), "f32")
        prefetch_results(b, first, w["y_row"], number, self.together, self.spec.rows, count * self.lanes)

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

    def _transpose(self, sums: list[Value], row: Value, token: int) -> None:
        """Put R rows of V tokens on the stack; rows that a block does not have are overwritten by the next block."""
        b, rows = self.b, self.spec.rows
        for line, tokens in turned(b, sums):
            for number, t in enumerate(tokens[::rows]):
                piece = b.shuffle(line, line, range(number * rows, (number + 1) * rows))
                b.store(piece, b.at(self.square, b.plus(row, (token + t) * self.width), "i32"))

    def _write_tokens(self, first: Value, stop: Value, token: Value, left: Value) -> None:
        """Scale what lies on the stack, and write it token by token."""
        b, w, zero, lanes = self.b, self.words, self.b.constant(0), self.b.constant(self.lanes)
        row = self.start(first, 1)
        there = b.sub(self.start(stop, 1), row)
        whole = b.mul(b.binary("divui", there, lanes), lanes)
        mask = b.first_lanes(b.sub(there, whole), self.lanes)
        with b.loop(zero, left, b.constant(1)) as turn:
            number = b.add(token, turn.index)
            scale = b.broadcast(b.load(b.at(w["scales"], number, "f32"), "f32"), self.lanes)
            sums = b.at(self.square, b.times(turn.index, self.width), "i32")
            y = b.at(w["y"], b.add(b.mul(number, w["y_row"]), row), "f32")
            with b.loop(zero, whole, lanes) as place:
                self._finish(sums, y, row, place.index, scale, None)
            with b.when(b.compare("slt", whole, there)):
                self._finish(sums, y, row, whole, scale, mask)

    def _finish(self, sums: Value, y: Value, row: Value, place: Value, scale: Value, mask: Value | None) -> None:
        """Scale and write a vector of a token's results."""
        b, w, inside = self.b, self.words, self.b.add(row, place)
        total = b.convert("sitofp", b.load(b.at(sums, place, "i32"), self.integers), self.floats)
        value = b.mul(total, b.mul(scale, b.load(b.at(w["row_scales"], inside, "f32"), self.floats, mask)))
        if self.spec.bias:
            value = b.add(value, b.load(b.at(w["bias"], inside, "f32"), self.floats, mask))
        b.store(self.activate(value), b.at(y, place, "f32"), mask)
