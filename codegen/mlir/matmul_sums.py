"""What ``vblock_matmul`` computes for a row of blocks and a tile of tokens: R x T sums, over entries or all columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .matmul_activations import Activations

if TYPE_CHECKING:
    from .matmul import Matmul

# Sums that have to be in flight at a time.
FLIGHT_SUMS = 4


@dataclass(frozen=True)
class ColumnTile:
    """One of several column tiles of columns, for a block row of a group.

    Attributes:
        is_first, is_last: whether it is.
        number: of the block row in the group; top: the group's first row.
        row: the block row's first row, counted from there.
    """

    is_first: Value
    is_last: Value
    number: Value
    top: Value
    row: Value


@dataclass(frozen=True)
class Stretch:
    """Entries of one block row: all of them, or those of a column tile.

    Attributes:
        first, last: the entries; column, limit: the columns that they lie in.
    """

    first: Value
    last: Value
    column: Value
    limit: Value
    column_tile: ColumnTile | None = None


class Sums(BlockRows):
    """Writes what multiplies and adds."""

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes, self.type = spec, host.lanes, vector(host.lanes, "f32")
        self.activations = Activations(spec, host, builder, words)

    def bias(self, row: Value) -> list[Value]:
        if not self.spec.bias:
            return [self.b.constant(0.0, self.type)] * self.spec.rows
        found = []
        for r in range(self.spec.rows):
            value = self.b.load(self.b.at(self.words["bias"], self.existing(row, r), "f32"), "f32")
            found.append(self.b.broadcast(value, self.lanes))
        return found

    def over(
        self, stretch: Stretch, bases: list[Value], initial: list[Value], mask: Value | None, finite: Value
    ) -> list[Value]:
        return self.b.either(
            finite,
            [value.type for value in initial],
            lambda: self._entries(stretch, bases, initial, mask),
            lambda: self._columns(stretch, bases, initial, mask),
        )

    def _entries(
        self, stretch: Stretch, bases: list[Value], initial: list[Value], mask: Value | None
    ) -> Sequence[Value]:
        """The sums over the entries of a row of blocks."""

        def multiply(entry: Value, sums: Sequence[Value]) -> list[Value]:
            column = self.column_of(entry)
            return self._multiply(self._weights(entry), bases, column, sums, mask)

        flight = max(1, FLIGHT_SUMS // len(initial))
        return self.over_entries(stretch.first, stretch.last, initial, flight, multiply)

    def _columns(
        self, stretch: Stretch, bases: list[Value], initial: list[Value], mask: Value | None
    ) -> Sequence[Value]:
        """The same, over all columns: those without an entry are multiplied by zero."""
        b, none = self.b, self.b.constant(0.0, self.type)
        with b.loop(stretch.column, stretch.limit, b.constant(1), [stretch.first, *initial]) as column:
            entry, sums = column.carried[0], column.carried[1:]
            safe, hit = self.entry_at(entry, stretch.last, column.index)
            weights = [b.select(hit, weight, none) for weight in self._weights(safe)]
            following = b.add(entry, b.convert("extui", hit, "i64"))
            column.yields([following, *self._multiply(weights, bases, column.index, sums, mask)])
        return column.results[1:]

    def _multiply(
        self, weights: list[Value], bases: list[Value], column: Value, sums: Sequence[Value], mask: Value | None
    ) -> list[Value]:
        x = [self.activations.column(base, column, mask) for base in bases]
        pairs = [(weight, value) for weight in weights for value in x]
        return [self.b.fma(weight, value, total) for (weight, value), total in zip(pairs, sums, strict=True)]

    def _weights(self, entry: Value) -> list[Value]:
        b, first = self.b, self.b.times(entry, self.spec.rows)
        if self.spec.values == "f32":
            places = [b.at(self.words["values"], b.plus(first, r), "f32") for r in range(self.spec.rows)]
            return [b.broadcast(b.load(place, "f32"), self.lanes) for place in places]
        # bfloat16 is the upper half of a float32: twice the same in 32 bits, less the lower half.
        found = []
        integers = vector(self.lanes, "i32")
        pairs = vector(2 * self.lanes, "i16")
        for r in range(self.spec.rows):
            half = b.load(b.at(self.words["values"], b.plus(first, r), "i16"), "i16")
            pair = b.op(f"vector.bitcast {b.broadcast(half, 2 * self.lanes).name} : {pairs} to {integers}", integers)
            found.append(b.convert("bitcast", b.binary("andi", pair, b.constant(-65536, integers)), self.type))
        return found
