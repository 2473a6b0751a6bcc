"""Segments: ranges of columns whose activations, for a tile of tokens, stay in the nearest cache.

Rows of blocks are walked for one segment after the other. A column tile is a segment that the weight is stored by;
otherwise entries of a row of blocks are in the order of their columns, and where a segment begins among them is
looked up, once for a group of rows of blocks and all tiles of tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .block_rows import BlockRows
from .builder import Builder, Value
from .host import Host
from .tile import LEAST_ENTRIES, MOST_COLUMNS, MOST_SEGMENTS, NEAREST_NUMBERS, in_segments

if TYPE_CHECKING:
    from .matmul import Matmul


class Segments(BlockRows):
    """Writes where segments begin and end, among columns and among entries.

    Attributes:
        count: how many there are.
        width: how many columns most of them have; not of column tiles.
    """

    count: Value
    width: Value

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec = spec

    def decide(self, tokens: int, together: int) -> None:
        """How many segments there are, for tiles of so many tokens and groups of so many rows of blocks."""
        b, w = self.b, self.words
        if self.spec.column_tiled:
            self.count = b.plus(w["more_column_tiles"], 1)
            return
        self._together = together
        self._table = b.array(together * (MOST_SEGMENTS + 1), "i32")
        if not in_segments(self.host, self.spec.rows):
            self.count, self.width = b.constant(1), w["columns"]
            return
        one, columns = b.constant(1), w["columns"]
        near = b.binary("divui", b.constant(NEAREST_NUMBERS), b.binary("minsi", w["tokens"], b.constant(tokens)))
        entries = b.binary("maxsi", self.start(w["blocks"], 0), one)
        busy = b.binary("divui", b.times(b.mul(columns, w["blocks"]), LEAST_ENTRIES), entries)
        fewest = b.binary("ceildivsi", columns, b.constant(MOST_SEGMENTS))
        most = b.constant(MOST_COLUMNS)
        if self.spec.source == "features":  # 32 bits say where they begin
            most = b.binary("minsi", most, b.binary("divui", b.constant(2**31 - 1), b.binary("maxsi", w["x_row"], one)))
        wide = b.binary("minsi", b.binary("maxsi", near, busy), most)
        wide = b.binary("maxsi", wide, b.binary("maxsi", fewest, one))
        self.count = b.binary("maxsi", b.binary("ceildivsi", columns, wide), one)
        self.width = b.binary("ceildivsi", columns, self.count)

    def look_up(self, group: Value, stop: Value) -> None:
        """Find where segments begin in the rows of blocks of a group."""
        if self.spec.column_tiled:
            return
        b, zero, one = self.b, self.b.constant(0), self.b.constant(1)
        with b.loop(group, stop, one) as block:
            number = b.sub(block.index, group)
            first, last = (self.start(b.plus(block.index, more), 0) for more in (0, 1))
            self._set(zero, number, first)
            self._set(self.count, number, last)
            steps = b.sub(b.constant(64), b.leading_zeros(b.sub(last, first)))
            with b.loop(one, self.count, one) as segment:
                limit = b.mul(segment.index, self.width)
                with b.loop(zero, steps, one, [first, last]) as search:
                    low, high = search.carried
                    middle = b.binary("shrui", b.add(low, high), one)
                    less = b.compare("slt", self.column_of(middle), limit)
                    search.yields([b.select(less, b.plus(middle, 1), low), b.select(less, high, middle)])
                self._set(segment.index, number, b.binary("minsi", search.results[0], last))

    def entries(self, segment: Value, block: Value, group: Value) -> tuple[Value, Value]:
        """The first entry of a row of blocks in a segment, and the one behind its last."""
        b = self.b
        if self.spec.column_tiled:
            place = b.add(b.mul(segment, self.words["blocks"]), block)
            return self.start(place, 0), self.start(b.plus(place, 1), 0)
        number = b.sub(block, group)
        first, last = (b.load(self._at(b.plus(segment, more), number), "i32") for more in (0, 1))
        return b.convert("extsi", first, "i64"), b.convert("extsi", last, "i64")

    def columns(self, segment: Value) -> tuple[Value, Value]:
        """The first column of a segment, and the one behind its last."""
        if self.spec.column_tiled:
            return self.columns_of(segment)
        b, columns = self.b, self.words["columns"]
        low = b.mul(segment, self.width)
        return b.binary("minsi", low, columns), b.binary("minsi", b.add(low, self.width), columns)

    def _set(self, segment: Value, number: Value, entry: Value) -> None:
        self.b.store(self.b.convert("trunci", entry, "i32"), self._at(segment, number))

    def _at(self, segment: Value, number: Value) -> Value:
        return self.b.at(self._table, self.b.add(self.b.times(segment, self._together), number), "i32")
