"""``vblock_matmul`` with 8-bit integers: blocks of R x 4, lanes are tokens, results are [tokens, rows].

Activations are quantised token by token as unsigned bytes around a zero point (``quantise``), weights row by row as
signed ones. A sum of their products is exact in 32 bits; what the zero point adds to it is known from the sums of the
weights, and taken off at the end, when sums lie token by token; then come scales, bias and residual, in float32.

How products are made is the processor's business (``byte_dots``). Each lane is a token, its four bytes neighbouring
columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .builder import Builder, Value, turned
from .byte_rows import WORDS, ByteSpec, TiledRows
from .host import Host
from .parallel_entry import parallel_entry
from .transpose_buffer import WIDTH_ROWS, prefetch_results


@dataclass(frozen=True)
class MatmulInt8(ByteSpec):
    """One kernel: results are [tokens, rows], and so is the residual."""

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


class _Writer(TiledRows):
    def __init__(self, spec: MatmulInt8, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
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
                for count, begin, last in self.spans(chunk.index, end):
                    with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                        self._multiply(group.index, stop, tile.index, count)
                        left = b.binary("minsi", b.sub(end, tile.index), b.constant(count * self.lanes))
                        self._write_tokens(group.index, stop, tile.index, left)

    def place_of(self, group: Value) -> Value:
        return self.b.times(group, self.lanes)

    def _multiply(self, first: Value, stop: Value, token: Value, count: int) -> None:
        """Put the sums of some block rows for a tile of tokens on the stack."""
        b, w = self.b, self.words
        top = self.start(first, 1)
        panel = b.times(w["groups"], self.lanes)
        number = b.binary("divui", token, b.constant(self.lanes))
        bases = [b.at(w["x"], b.mul(b.plus(number, j), panel), "i32") for j in range(count)]
        with b.loop(first, stop, b.constant(1)) as block:
            row = self.start(block.index, 1)
            self._prefetch(top, b.sub(block.index, first), token, count)
            for some in self.parts():
                sums = self.sums(self.stretch(block.index), some, bases)
                inside = b.plus(b.sub(row, top), some.start)
                for j in range(count):
                    self._transpose(list(sums[j::count]), inside, j * self.lanes)

    def _prefetch(self, row: Value, number: Value, token: Value, count: int) -> None:
        b, w = self.b, self.words
        first = b.at(w["y"], b.add(b.mul(token, w["y_row"]), row), "f32")
        prefetch_results(b, first, w["y_row"], number, self.together, self.spec.rows, count * self.lanes)

    def _transpose(self, sums: Sequence[Value], row: Value, token: int) -> None:
        """Put rows of V tokens on the stack; rows that a block does not have are overwritten by the next block."""
        b, rows = self.b, len(sums)
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
            place = b.add(b.mul(number, w["y_row"]), row)
            with b.loop(zero, whole, lanes) as column:
                self._finish(sums, place, row, column.index, scale, None)
            with b.when(b.compare("slt", whole, there)):
                self._finish(sums, place, row, whole, scale, mask)

    def _finish(self, sums: Value, place: Value, row: Value, column: Value, scale: Value, mask: Value | None) -> None:
        """Scale and write a vector of a token's results."""
        b, w = self.b, self.words
        inside, target = b.add(row, column), b.add(place, column)
        total, offset = b.load(b.at(sums, column, "i32"), self.integers), self.offsets(inside, self.lanes, mask)
        scale = b.mul(scale, b.load(b.at(w["row_scales"], inside, "f32"), self.floats, mask))
        bias = b.load(b.at(w["bias"], inside, "f32"), self.floats, mask) if self.spec.bias else None
        residual = b.load(b.at(w["residual"], target, "f32"), self.floats, mask) if self.spec.residual else None
        b.store(self.finished(b.sub(total, offset), scale, bias, residual), b.at(w["y"], target, "f32"), mask)
