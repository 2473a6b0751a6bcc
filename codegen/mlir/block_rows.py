"""What kernels over rows of blocks have in common: their words, who does which rows, and how entries are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Protocol

from .activations import EMITTERS, SHORT
from .builder import Builder, Value, element_of, lanes_of
from .host import Host
from .parallel_entry import Words

WORDS = Words(
    ("x", "y", "values", "indices", "starts", "bias", "residual", "lines", "offsets"),
    (
        *("tokens", "columns", "rows", "blocks", "images", "row_parts", "chunk"),
        *("x_row", "x_tile", "x_image", "y_row", "y_image", "residual_row", "residual_image"),
        *("line", "out_width", "width"),  # of windows
        *("group_rows", "x_group"),  # of a group of a convolution: how many rows it has, how far it is from the next
        *("more_column_tiles", "column_tile"),  # than one, and how many columns each has; 0 for all of them
    ),
)


class BlockSpec(Protocol):
    """What a kernel is told about the blocks and what follows them; see ``Matmul``."""

    @property
    def rows(self) -> int: ...
    @property
    def index(self) -> str: ...
    @property
    def activation(self) -> str | None: ...


class BlockRows:
    """Writes what all kernels over rows of blocks need."""

    def __init__(self, spec: BlockSpec, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        self.blocks, self.host, self.b, self.words = spec, host, builder, words

    def first_row(self, number: Value, parts: Value) -> Value:
        """The first block row of a part: all parts have about equally many entries."""
        b, w = self.b, self.words

        def work(row: Value) -> Value:
            return b.add(self.start(row, 0), b.times(row, 4))

        wanted = b.binary("divui", b.mul(work(w["blocks"]), number), parts)
        with b.loop(b.constant(0), b.constant(32), b.constant(1), [b.constant(0), w["blocks"]]) as search:
            low, high = search.carried
            middle = b.binary("divui", b.add(low, high), b.constant(2))
            less = b.compare("slt", work(middle), wanted)
            search.yields([b.select(less, b.plus(middle, 1), low), b.select(less, high, middle)])
        return search.results[0]

    def start(self, block: Value, field: int) -> Value:
        """Where a block row begins: among the entries (0) or among the rows (1)."""
        b = self.b
        place = b.plus(b.times(block, 2), field)
        return b.convert("extsi", b.load(b.at(self.words["starts"], place, "i32"), "i32"), "i64")

    def row_of(self, block: Value) -> tuple[Value, Value]:
        """The first row of a block row, and how many there are; all column tiles say the same."""
        b, w = self.b, self.words
        block = b.add(block, b.mul(w["more_column_tiles"], w["blocks"]))
        row = self.start(block, 1)
        return row, b.sub(self.start(b.plus(block, 1), 1), row)

    def tiles_of(self, start: Value, end: Value, most: int, *, filled: bool) -> list[tuple[int, Value, Value]]:
        """Tiles of ``most`` vectors of tokens, then smaller ones: (vectors, first, last).

        The last vector may be ``filled`` up with tokens that are not there; else it is left to whoever asks.
        """
        b, spans, lanes = self.b, [], self.host.lanes
        left = b.binary("ceildivsi" if filled else "divui", b.sub(end, start), b.constant(lanes))
        counts = _counts(most)
        for count, following in zip(counts, [*counts[1:], 0], strict=True):
            tiles = b.binary("divui", left, b.constant(count))
            if (
                count > 2 and following == count - 1
            ):  # two smaller tiles are faster than a whole one and a single vector
                single = b.compare("eq", b.sub(left, b.times(tiles, count)), b.constant(1))
                one_less = b.binary("andi", single, b.compare("sgt", tiles, b.constant(0)))
                tiles = b.sub(tiles, b.convert("extui", one_less, "i64"))
            several = b.times(tiles, count)
            last = b.add(start, b.times(several, lanes))
            spans.append((count, start, last))
            start, left = last, b.sub(left, several)
        return spans

    def existing(self, row: Value, r: int) -> Value:
        """A row of a block that may be read: a block may have fewer than R; what comes of the others is not stored."""
        return self.b.binary("minsi", self.b.plus(row, r), self.b.plus(self.words["rows"], -1))

    def is_finite(self, total: Value) -> Value:
        """Whether a sum of activations times zero is zero: infinity and NaN leave NaN."""
        return self.b.compare("ord", self.b.reduce("add", total), self.b.constant(0.0, "f32"))

    def columns_of(self, column_tile: Value) -> tuple[Value, Value]:
        """The first column of a column tile, and the one behind its last."""
        b, w = self.b, self.words
        low = b.mul(column_tile, w["column_tile"])
        only = b.compare("eq", w["more_column_tiles"], b.constant(0))
        return low, b.select(only, w["columns"], b.binary("minsi", b.add(low, w["column_tile"]), w["columns"]))

    def column_of(self, entry: Value) -> Value:
        """The column of an entry."""
        loaded = self.b.load(self.b.at(self.words["indices"], entry, self.blocks.index), self.blocks.index)
        return self.b.convert("extui", loaded, "i64")

    def over_entries(
        self,
        first: Value,
        last: Value,
        sums: Sequence[Value],
        flight: int,
        multiply: Callable[[Value, Sequence[Value]], Sequence[Value]],
    ) -> Sequence[Value]:
        """Sums over entries, ``flight`` at a time, since each addition waits for the one before it.

        ``multiply(entry, sums)`` adds what an entry gives.
        """
        b, count = self.b, len(sums)
        if flight > 1:
            step, zero = b.constant(flight), b.constant(0 if element_of(sums[0].type) == "i32" else 0.0, sums[0].type)
            whole = b.add(first, b.mul(b.binary("divui", b.sub(last, first), step), step))
            with b.loop(first, whole, step, [*sums, *[zero] * (count * (flight - 1))]) as turn:
                parts = [turn.carried[k * count : (k + 1) * count] for k in range(flight)]
                done = [multiply(b.plus(turn.index, k), part) for k, part in enumerate(parts)]
                turn.yields([value for part in done for value in part])
            first = whole
            sums = [reduce(b.add, turn.results[n::count]) for n in range(count)]
        with b.loop(first, last, b.constant(1), sums) as turn:
            turn.yields(multiply(turn.index, turn.carried))
        return turn.results

    def entry_at(self, entry: Value, last: Value, column: Value) -> tuple[Value, Value]:
        """An entry that may be read, and whether it is one of this row and lies in a column."""
        b = self.b
        safe = b.binary("maxsi", b.binary("minsi", entry, b.plus(last, -1)), b.constant(0))
        inside = b.compare("slt", entry, last)
        return safe, b.binary("andi", inside, b.compare("eq", self.column_of(safe), column))

    def activate(self, value: Value) -> Value:
        """The activation of a vector; a long one is a call, as it is used in several places."""
        name = self.blocks.activation
        if name is None:
            return value
        if name in SHORT:
            return EMITTERS[name](self.b, value)
        return self.b.call(f"{name}_{lanes_of(value.type)}", EMITTERS[name], value)


def _counts(most: int) -> list[int]:
    """Of how many vectors tiles are, from the largest on: every number up to 4, and half of each larger one."""
    found = [most]
    while found[-1] > 1:
        found.append(found[-1] - 1 if most <= 4 or found[-1] < 4 else found[-1] // 2)
    return found
