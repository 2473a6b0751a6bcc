"""How ``vblock_matmul`` reads activations: tiles of some vectors of tokens, their columns, whether they are finite."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .tile import MOST_COLUMNS, in_segments, largest

if TYPE_CHECKING:
    from .matmul import Matmul


class Activations(BlockRows):
    """Writes what reads activations.

    Attributes:
        tiles: T, the most vectors of tokens in a tile.
        tabled: whether a table says where columns begin: a multiplication takes the place of a multiply-add, where
            both ports are busy with those. One of 512 bits leaves a port to it.
    """

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes, self.type = spec, host.lanes, vector(host.lanes, "f32")
        windows, near = spec.target == "windows", spec.column_tiled or spec.unfolded
        self.tiles = largest(host, spec.rows, windows=windows, column_tiled=near).vectors
        self.tabled = spec.source == "features" and spec.index == "i16" and in_segments(host, spec.rows)
        self.tabled &= not spec.column_tiled

    def bases(self, x: Value, token: Value, count: int) -> list[Value]:
        """Addresses of column 0 for each of some vectors of tokens."""
        b = self.b
        if self.spec.source == "windows":
            return [b.at(x, b.plus(token, j * self.lanes), "f32") for j in range(count)]
        first = b.binary("divui", token, b.constant(self.lanes))
        return [b.at(x, b.mul(b.plus(first, j), self.words["x_tile"]), "f32") for j in range(count)]

    def column(self, base: Value, column: Value, mask: Value | None) -> Value:
        b = self.b
        if self.spec.source == "features" or self.spec.unfolded:
            mask = None if self.spec.unfolded else mask
            return b.load(b.at(base, b.mul(column, self.words["x_row"]), "f32"), self.type, mask)
        if self.spec.source == "windows":
            offset = b.convert("extsi", b.load(b.at(self.words["offsets"], column, "i32"), "i32"), "i64")
            return b.load(b.at(base, offset, "f32"), self.type)
        return b.load(b.at(base, b.times(column, self.lanes), "f32"), self.type)

    def tabulate(self, columns: Value) -> None:
        """Write the table, for a segment of so many columns."""
        b = self.b
        self._table = b.array(MOST_COLUMNS, "i32")
        with b.loop(b.constant(0), columns, b.constant(1)) as column:
            begin = b.convert("trunci", b.mul(column.index, self.words["x_row"]), "i32")
            b.store(begin, b.at(self._table, column.index, "i32"))

    def of_segment(self, bases: list[Value], first: Value) -> Callable[[Value, Value | None], list[Value]]:
        """What reads a column of a segment, given the columns' addresses, and the segment's first."""
        if not self.tabled:
            return lambda column, mask: [self.column(base, column, mask) for base in bases]
        b = self.b
        begin = b.mul(first, self.words["x_row"])
        begins = [b.at(base, begin, "f32") for base in bases]
        table = b.at(self._table, b.sub(b.constant(0), first), "i32")

        def read(column: Value, mask: Value | None) -> list[Value]:
            offset = b.convert("extsi", b.load(b.at(table, column, "i32"), "i32"), "i64")
            return [b.load(b.at(base, offset, "f32"), self.type, mask) for base in begins]

        return read

    def unfold(self, x: Value, out: Value, start: Value, end: Value) -> Value:
        """Copy what columns read for some lines of tokens: column after column, line after line.

        A line is copied in whole vectors, which hold zeros beyond it, until they are written over by what follows. All
        of the last vector is written: what else lies there means nothing, but may be numbers that are slow to multiply.

        Returns:
            whether all of it is finite.
        """
        b, w, zero, one = self.b, self.words, self.b.constant(0), self.b.constant(1)
        first, last = (b.binary("divui", token, w["out_width"]) for token in (start, end))
        nothing = b.constant(0.0, self.type)
        last_vector = b.times(b.binary("divui", b.sub(end, start), b.constant(self.lanes)), self.lanes)
        with b.loop(zero, w["columns"], one, [nothing]) as column:
            offset = b.convert("extsi", b.load(b.at(w["offsets"], column.index, "i32"), "i32"), "i64")
            target = b.at(out, b.mul(column.index, w["x_row"]), "f32")
            b.store(nothing, b.at(target, last_vector, "f32"))
            with b.loop(first, last, one, column.carried) as line:
                source = b.at(x, b.add(offset, b.mul(line.index, w["width"])), "f32")
                place = b.at(target, b.mul(b.sub(line.index, first), w["out_width"]), "f32")
                with b.loop(zero, w["out_width"], b.constant(self.lanes), line.carried) as turn:
                    there = b.first_lanes(b.sub(w["out_width"], turn.index), self.lanes)
                    value = b.load(b.at(source, turn.index, "f32"), self.type, there)
                    b.store(value, b.at(place, turn.index, "f32"))
                    turn.yields([b.fma(value, nothing, turn.carried[0])])
                line.yields(turn.results)
            column.yields(line.results)
        return self.is_finite(column.results[0])

    def finite(self, x: Value, start: Value, end: Value) -> Value:
        """Whether no activation of some tokens is infinite or NaN."""
        b = self.b
        total = zero = b.constant(0.0, self.type)
        for count, first, last, masked in self.spans(start, end):
            with b.loop(first, last, b.constant(count * self.lanes), [total]) as tile:
                mask = b.first_lanes(b.sub(end, tile.index), self.lanes) if masked else None
                bases = self.bases(x, tile.index, count)
                several = [*tile.carried, *[zero] * (count - 1)]
                with b.loop(b.constant(0), self.words["columns"], b.constant(1), several) as column:
                    found = [self.column(base, column.index, mask) for base in bases]
                    pairs = zip(found, column.carried, strict=True)
                    column.yields([b.fma(value, zero, so_far) for value, so_far in pairs])
                tile.yields([reduce(b.add, column.results)])
            total = tile.results[0]
        return self.is_finite(total)

    def image_is_finite(self, x: Value, count: Value) -> Value:
        """The same for an image, border and all."""
        b, zero = self.b, self.b.constant(0.0, self.type)
        with b.loop(b.constant(0), count, b.constant(self.lanes), [zero]) as place:
            mask = b.first_lanes(b.sub(count, place.index), self.lanes)
            place.yields([b.fma(b.load(b.at(x, place.index, "f32"), self.type, mask), zero, place.carried[0])])
        return self.is_finite(place.results[0])

    def spans(self, start: Value, end: Value) -> list[tuple[int, Value, Value, bool]]:
        """Tiles of T vectors of tokens, then smaller ones, then the rest: (vectors, first, last, masked).

        Of a masked tile, the last vector has lanes that do not exist.
        """
        # Panels are filled up, and nobody minds what lies behind the last token of a line, or waits there.
        filled = self.spec.source == "windows" or (self.spec.source, self.spec.target) == ("panels", "tokens")
        whole = self.tiles_of(start, end, self.tiles, filled=filled)
        spans = [(count, first, last, self.spec.unfolded) for count, first, last in whole]
        return spans if filled else [*spans, (1, spans[-1][2], end, True)]
