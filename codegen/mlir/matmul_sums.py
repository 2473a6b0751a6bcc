"""What ``vblock_matmul`` computes for a row of blocks and a tile of tokens: p x T sums, over entries or all columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .matmul_activations import Activations
from .tile import AHEAD_NUMBERS, AHEAD_ROWS, FLIGHT_SUMS

if TYPE_CHECKING:
    from .matmul import Matmul

# Entries that are in flight at a time, at most.
MOST_FLIGHT = 4


@dataclass(frozen=True)
class Stretch:
    """Entries of one row of blocks: those of a segment.

    Attributes:
        first, last: the entries; column, limit: the columns that they lie in.
    """

    first: Value
    last: Value
    column: Value
    limit: Value


class Sums(BlockRows):
    """Writes what multiplies and adds, for a part of a block's rows."""

    def __init__(
        self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value], activations: Activations
    ) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes, self.type = spec, host.lanes, vector(host.lanes, "f32")
        self.activations = activations

    def bias(self, row: Value, rows: int) -> list[Value]:
        """That of some rows, for all tokens of a vector."""
        if not self.spec.bias:
            return [self.b.constant(0.0, self.type)] * rows
        found = []
        for r in range(rows):
            value = self.b.load(self.b.at(self.words["bias"], self.existing(row, r), "f32"), "f32")
            found.append(self.b.broadcast(value, self.lanes))
        return found

    def over(
        self,
        stretch: Stretch,
        part: Value,
        bases: list[Value],
        initial: list[Value],
        mask: Value | None,
        finite: Value,
    ) -> list[Value]:
        """Return p x T sums, from those that they begin with on.

        Args:
            stretch: the entries.
            part: the first row in a block.
            bases: addresses of column 0 for each of T vectors of tokens.
            initial: what the sums begin with, row after row.
            mask: lanes whose tokens exist; None for all.
            finite: whether all activations are.
        """
        values = self.b.at(self.words["values"], part, _element(self.spec.values))
        return self.b.either(
            finite,
            [value.type for value in initial],
            lambda: self._entries(stretch, values, bases, initial, mask),
            lambda: self._columns(stretch, values, bases, initial, mask),
        )

    def _entries(
        self, stretch: Stretch, values: Value, bases: list[Value], initial: list[Value], mask: Value | None
    ) -> Sequence[Value]:
        """The sums over the entries of a row of blocks."""
        rows, element = len(initial) // len(bases), _element(self.spec.values)
        read = self.activations.of_segment(bases, stretch.column)

        def multiply(entry: Value, sums: Sequence[Value]) -> list[Value]:
            if self.spec.rows >= AHEAD_ROWS:
                ahead = self.b.plus(self.b.times(entry, self.spec.rows), AHEAD_NUMBERS)
                self.b.prefetch(self.b.at(values, ahead, element))
            return self._multiply(self._weights(values, entry, rows), read(self.column_of(entry), mask), sums)

        flight = max(1, min(MOST_FLIGHT, FLIGHT_SUMS // len(initial)))
        return self.over_entries(stretch.first, stretch.last, initial, flight, multiply)

    def _columns(
        self, stretch: Stretch, values: Value, bases: list[Value], initial: list[Value], mask: Value | None
    ) -> Sequence[Value]:
        """The same, over all columns: those without an entry are multiplied by zero."""
        b, none, rows = self.b, self.b.constant(0.0, self.type), len(initial) // len(bases)
        with b.loop(stretch.column, stretch.limit, b.constant(1), [stretch.first, *initial]) as column:
            entry, sums = column.carried[0], column.carried[1:]
            safe, hit = self.entry_at(entry, stretch.last, column.index)
            weights = (b.select(hit, weight, none) for weight in self._weights(values, safe, rows))
            x = [self.activations.column(base, column.index, mask) for base in bases]
            done = self._multiply(weights, x, sums)
            column.yields([b.add(entry, b.convert("extui", hit, "i64")), *done])
        return column.results[1:]

    def _multiply(self, weights: Iterator[Value], x: list[Value], sums: Sequence[Value]) -> list[Value]:
        """Weight after weight, so that few of them take registers at a time."""
        totals = iter(sums)
        return [self.b.fma(weight, value, next(totals)) for weight in weights for value in x]

    def _weights(self, values: Value, entry: Value, rows: int) -> Iterator[Value]:
        """Those of some rows of an entry, broadcast one by one."""
        b, first = self.b, self.b.times(entry, self.spec.rows)
        integers, pairs = vector(self.lanes, "i32"), vector(2 * self.lanes, "i16")
        for r in range(rows):
            if self.spec.values == "f32":
                yield b.broadcast(b.load(b.at(values, b.plus(first, r), "f32"), "f32"), self.lanes)
                continue
            # bfloat16 is the upper half of a float32: twice the same in 32 bits, less the lower half.
            half = b.load(b.at(values, b.plus(first, r), "i16"), "i16")
            pair = b.op(f"vector.bitcast {b.broadcast(half, 2 * self.lanes).name} : {pairs} to {integers}", integers)
            yield b.convert("bitcast", b.binary("andi", pair, b.constant(-65536, integers)), self.type)


def _element(values: str) -> str:
    """What a weight is read as."""
    return "f32" if values == "f32" else "i16"
