"""``vblock_matvec``: a weight in vector blocks times one token or a few, as in decoding: bound by reading the weight.

The R rows of a block are the lanes of one accumulator; each entry adds its R weights times one activation. Four
entries are in flight at a time, since each addition waits for the one before it. The tokens' features lie side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .block_rows import WORDS, BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .parallel_entry import parallel_entry

# Entries in flight, and tokens, at most: their sums take three quarters of the registers.
FLIGHT_ENTRIES, TOGETHER_TOKENS = 4, 4


@dataclass(frozen=True)
class Matvec:
    """One kernel; the attributes are those of ``Matmul``. ``x_row`` is from token to token here, as ``y_row`` is."""

    rows: int
    values: str = "f32"
    index: str = "i16"
    bias: bool = False
    residual: bool = False
    activation: str | None = None

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x1", self.values, self.index, "vector"]
        parts += ["bias"] * self.bias + ["residual"] * self.residual
        return "_".join(parts + ([self.activation] if self.activation else []))

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


class _Writer(BlockRows):
    def __init__(self, spec: Matvec, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.type = spec, vector(spec.rows, "f32")
        self.room = max(1, host.registers * 3 // 4 // -(-spec.rows // host.lanes))  # for sums of a token
        self.together = max(1, min(TOGETHER_TOKENS, self.room))

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        whole = b.times(b.binary("divui", w["tokens"], b.constant(self.together)), self.together)
        for count, first, last in ((self.together, zero, whole), (1, whole, w["tokens"])):
            with b.loop(first, last, b.constant(count)) as token:
                lines = [b.mul(b.plus(token.index, t), w["x_row"]) for t in range(count)]
                tokens = [b.at(w["x"], line, "f32") for line in lines]
                finite = self._finite(tokens)
                with b.loop(low, high, one) as block:
                    self._row(block.index, token.index, tokens, finite)

    def _finite(self, tokens: list[Value]) -> Value:
        """Whether no activation of some tokens is infinite or NaN."""
        b, lanes = self.b, self.host.lanes
        zero = b.constant(0.0, vector(lanes, "f32"))
        columns, width = self.words["columns"], b.constant(lanes)
        with b.loop(b.constant(0), columns, width, [zero]) as column:
            mask = b.first_lanes(b.sub(columns, column.index), lanes)
            total = column.carried[0]
            for x in tokens:
                total = b.fma(b.load(b.at(x, column.index, "f32"), zero.type, mask), zero, total)
            column.yields([total])
        return self.is_finite(column.results[0])

    def _row(self, block: Value, token: Value, tokens: list[Value], finite: Value) -> None:
        b, w = self.b, self.words
        row, there = self.row_of(block)
        mask = b.first_lanes(there, self.spec.rows)
        bias = b.constant(0.0, self.type)
        if self.spec.bias:
            bias = b.load(b.at(w["bias"], row, "f32"), self.type, mask)
        several = b.plus(w["more_column_tiles"], 1)
        with b.loop(b.constant(0), several, b.constant(1), [bias] * len(tokens)) as column_tile:
            place = b.add(b.mul(column_tile.index, w["blocks"]), block)
            first, last = (self.start(b.plus(place, more), 0) for more in (0, 1))
            columns = self.columns_of(column_tile.index)
            column_tile.yields(
                b.either(
                    finite,
                    [self.type] * len(tokens),
                    lambda: self._entries(first, last, tokens, column_tile.carried),
                    lambda: self._columns(first, last, columns, tokens, column_tile.carried),
                )
            )
        for t, value in enumerate(column_tile.results):
            number = b.plus(token, t)
            if self.spec.residual:
                place = b.add(b.mul(number, w["residual_row"]), row)
                value = b.add(value, b.load(b.at(w["residual"], place, "f32"), self.type, mask))
            place = b.add(b.mul(number, w["y_row"]), row)
            b.store(self.activate(value), b.at(w["y"], place, "f32"), mask)

    def _entries(self, first: Value, last: Value, tokens: list[Value], sums: list[Value]) -> Sequence[Value]:
        flight = max(1, min(FLIGHT_ENTRIES, self.room // len(tokens)))
        return self.over_entries(first, last, sums, flight, lambda entry, mine: self._multiply(entry, tokens, mine))

    def _multiply(self, entry: Value, tokens: list[Value], sums: Sequence[Value]) -> list[Value]:
        column, weights = self.column_of(entry), self._weights(entry)
        return [self._add(weights, x, column, total) for x, total in zip(tokens, sums, strict=True)]

    def _add(self, weights: Value, x: Value, column: Value, total: Value) -> Value:
        value = self.b.load(self.b.at(x, column, "f32"), "f32")
        return self.b.fma(weights, self.b.broadcast(value, self.spec.rows), total)

    def _columns(
        self, first: Value, last: Value, columns: tuple[Value, Value], tokens: list[Value], sums: list[Value]
    ) -> Sequence[Value]:
        """The same, over all columns: those without an entry are multiplied by zero."""
        b = self.b
        with b.loop(*columns, b.constant(1), [first, *sums]) as column:
            entry, so_far = column.carried[0], column.carried[1:]
            safe, hit = self.entry_at(entry, last, column.index)
            weights = b.select(hit, self._weights(safe), b.constant(0.0, self.type))
            done = [self._add(weights, x, column.index, total) for x, total in zip(tokens, so_far, strict=True)]
            column.yields([b.add(entry, b.convert("extui", hit, "i64")), *done])
        return column.results[1:]

    def _weights(self, entry: Value) -> Value:
        b, first = self.b, self.b.times(entry, self.spec.rows)
        if self.spec.values == "f32":
            return b.load(b.at(self.words["values"], first, "f32"), self.type)
        half = b.load(b.at(self.words["values"], first, "i16"), vector(self.spec.rows, "i16"))
        integers = vector(self.spec.rows, "i32")
        upper = b.binary("shli", b.convert("extui", half, integers), b.constant(16, integers))
        return b.convert("bitcast", upper, self.type)
