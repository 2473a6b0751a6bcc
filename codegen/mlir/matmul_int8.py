"""``vblock_matmul`` with 8-bit integers: blocks of R x 4, for processors that multiply and add four pairs at once.

Activations are quantised token by token as unsigned bytes around 128 (``quantise``), weights row by row as signed ones.
A sum of their products is exact in 32 bits; what the 128 adds to it is known beforehand, from the sums of the weights,
and is part of the start value. Scales and bias come at the end, in float32, when sums lie token by token.

The dot product is ``vpdpbusd`` (AVX-512 VNNI): each of its 16 lanes is a token, its four bytes neighbouring columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..operators.vblock_linear_int8 import FOUR
from .block_rows import BlockRows
from .builder import Builder, Value, turned, vector
from .host import Host
from .parallel_entry import Words, parallel_entry
from .transpose_buffer import WIDTH_ROWS, prefetch_results

WORDS = Words(
    ("x", "y", "values", "indices", "starts", "scales", "row_scales", "row_sums", "bias"),
    ("tokens", "groups", "rows", "blocks", "chunk", "y_row", "more_column_tiles"),
)


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
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        if host.dot != "vnni":
            raise ValueError(f"'{host.name}' has no instruction for dot products of bytes that is known here")
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


class _Writer(BlockRows):
    def __init__(self, spec: MatmulInt8, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes = spec, host.lanes
        self.integers, self.floats = vector(self.lanes, "i32"), vector(self.lanes, "f32")
        self.bytes = vector(self.lanes * FOUR, "i8")
        self.tiles = max(1, min(2, (host.registers - 6) // spec.rows))
        # Block rows whose results are written together: some neighbouring lines of the cache for each token.
        self.together = max(1, WIDTH_ROWS // spec.rows)
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
