"""``vblock_matmul``: a weight in vector blocks times a dense matrix, for any vector width.

A *block* is R rows (outputs) of one column (input). For a row of blocks, R x T accumulators stay in registers while its
entries are walked: each loads T vectors of activations, one vector for 16 (AVX-512), 8 (AVX2) or 4 (NEON) tokens, and
multiplies them with R broadcast weights. Which columns those are is data, so one kernel serves every layer of its kind.

Activations come as [features, tokens] (NCHW images too), or as [tokens, features], which ``pack`` rewrites as panels
of one vector's width; results leave in either order. Where an activation is infinite or NaN, its tokens are computed
with all columns, zeros included, so that 0 * inf and 0 * nan are what they are in a dense layer.
"""

from __future__ import annotations

from dataclasses import dataclass

from .block_rows import WORDS, BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .matmul_activations import Activations
from .matmul_results import GROUP_BLOCK_ROWS, Results
from .matmul_sums import ColumnTile, Stretch, Sums
from .parallel_entry import parallel_entry


@dataclass(frozen=True)
class Matmul:
    """One kernel.

    Attributes:
        rows: R, outputs per block.
        source: how activations lie: "features" ([columns, tokens], columns ``x_row`` and vectors of tokens ``x_tile``
            apart, so that panels will do as well), "panels" (see ``Pack``), or "windows" (see ``Pad``: a column is a
            channel and a tap, ``offsets`` says where it begins).
        target: how results lie: "features" ([rows, tokens], ``y_row`` apart), "tokens" ([tokens, rows]), or "windows"
            (what "features" is, of images whose lines are ``width`` long in the source and ``out_width`` here).
        values: dtype of the weights: "f32" or "bf16".
        index: dtype of the columns: "i16" or "i32".
        bias: whether a bias is added.
        residual: whether a tensor that lies like the result is added.
        activation: name of what is applied last.
        column_tiled: whether columns come in tiles (see ``VectorBlocks``): a group of block rows is walked for one of
            them after the other, and keeps its sums in ``lines`` meanwhile. Not for windows.
    """

    rows: int
    source: str = "features"
    target: str = "features"
    values: str = "f32"
    index: str = "i16"
    bias: bool = False
    residual: bool = False
    activation: str | None = None
    column_tiled: bool = False

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x1", self.values, self.index, self.source, self.target]
        parts += ["column_tiles"] * self.column_tiled
        parts += ["bias"] * self.bias + ["residual"] * self.residual
        return "_".join(parts + ([self.activation] if self.activation else []))

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


class _Writer(BlockRows):
    """Writes the body of one kernel: who walks which rows of blocks for which tokens."""

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes, self.type = spec, host.lanes, vector(host.lanes, "f32")
        self.activations = Activations(spec, host, builder, words)
        self.sums = Sums(spec, host, builder, words)
        self.results = Results(spec, host, builder, words)

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        if self.spec.target == "tokens" and not self.spec.column_tiled:
            self.results.wait_on_stack(self.activations.tiles * self.lanes)
        row_part = b.binary("remui", part, w["row_parts"])
        token_part, token_parts = b.binary("divui", part, w["row_parts"]), b.binary("divui", w["parts"], w["row_parts"])
        low, high = (self.first_row(b.plus(row_part, more), w["row_parts"]) for more in (0, 1))
        start, stop = self._tokens(token_part, token_parts), self._tokens(b.add(token_part, one), token_parts)
        with b.loop(zero, w["images"], one) as image:
            at = {
                "x": b.at(w["x"], b.mul(image.index, w["x_image"]), "f32"),
                "y": b.at(w["y"], b.mul(image.index, w["y_image"]), "f32"),
                "residual": b.at(w["residual"], b.mul(image.index, w["residual_image"]), "f32"),
            }
            if self.spec.source == "windows":
                finite = self.activations.image_is_finite(at["x"], w["x_image"])
            many = GROUP_BLOCK_ROWS * self.spec.rows if self.spec.column_tiled else self.spec.rows
            at["lines"] = b.at(w["lines"], b.mul(part, b.times(w["line"], many)), "f32")
            if self.spec.column_tiled:
                self.results.wait_at(at["lines"], w["line"])
            with b.loop(start, stop, w["chunk"]) as chunk:
                end = b.binary("minsi", b.add(chunk.index, w["chunk"]), stop)
                if self.spec.source != "windows":
                    finite = self.activations.finite(at["x"], chunk.index, end)
                walk = self._column_tiles if self.spec.column_tiled else self._rows
                walk(at, low, high, chunk.index, end, finite)

    def _rows(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        b = self.b
        if self.spec.target == "tokens":
            self._groups(at, low, high, start, end, finite)
            return
        with b.loop(low, high, b.constant(1)) as block:
            self._row(at, block.index, self._whole(block.index), start, end, finite)

    def _whole(self, block: Value) -> Stretch:
        first, last = (self.start(self.b.plus(block, more), 0) for more in (0, 1))
        return Stretch(first, last, self.b.constant(0), self.words["columns"])

    def _groups(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        """Several block rows for a tile of tokens, so that tokens are written in whole lines of the cache."""
        b = self.b
        with b.loop(low, high, b.constant(self.results.together)) as group:
            stop = b.binary("minsi", b.plus(group.index, self.results.together), high)
            top = self.row_of(group.index)[0]
            for count, begin, last, masked in self.activations.spans(start, end):
                with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                    left = b.binary("minsi", b.sub(end, tile.index), b.constant(count * self.lanes))
                    mask = b.first_lanes(left, self.lanes) if masked else None
                    bases = self.activations.bases(at["x"], tile.index, count)
                    with b.loop(group.index, stop, b.constant(1)) as block:
                        self.results.prefetch(at["y"], top, b.sub(block.index, group.index), tile.index, count)
                        row = self.row_of(block.index)[0]
                        initial = [value for value in self.sums.bias(row) for _ in range(count)]
                        sums = self.sums.over(self._whole(block.index), bases, initial, mask, finite)
                        self.results.wait(sums, b.sub(row, top), b.constant(0), None)
                    self.results.write_tokens(at, group.index, stop, tile.index, left)

    def _column_tiles(
        self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value
    ) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        with b.loop(low, high, b.constant(GROUP_BLOCK_ROWS)) as group:
            stop = b.binary("minsi", b.plus(group.index, GROUP_BLOCK_ROWS), high)
            top = self.row_of(group.index)[0]
            with b.loop(zero, b.plus(w["more_column_tiles"], 1), one) as column_tile:
                column, limit = self.columns_of(column_tile.index)
                is_first = b.compare("eq", column_tile.index, zero)
                is_last = b.compare("eq", column_tile.index, w["more_column_tiles"])
                with b.loop(group.index, stop, one) as block:
                    place = b.add(b.mul(column_tile.index, w["blocks"]), block.index)
                    first, last = (self.start(b.plus(place, more), 0) for more in (0, 1))
                    row = b.sub(self.row_of(block.index)[0], top)
                    mine = ColumnTile(is_first, is_last, b.sub(block.index, group.index), top, row)
                    stretch = Stretch(first, last, column, limit, mine)
                    self._row(at, block.index, stretch, start, end, finite)
            if self.spec.target == "tokens":
                self.results.write_tokens(at, group.index, stop, start, b.sub(end, start))

    def _tokens(self, number: Value, parts: Value) -> Value:
        """The first token of a part: a multiple of a tile's width, or the end."""
        b, tokens, width = self.b, self.words["tokens"], self.lanes * self.activations.tiles
        tiles = b.binary("ceildivsi", tokens, b.constant(width))
        first = b.times(b.binary("divui", b.mul(tiles, number), parts), width)
        return b.binary("minsi", first, tokens)

    def _row(
        self, at: dict[str, Value], block: Value, stretch: Stretch, start: Value, end: Value, finite: Value
    ) -> None:
        b = self.b
        row, there = self.row_of(block)
        bias = self.sums.bias(row)
        for count, begin, stop, masked in self.activations.spans(start, end):
            with b.loop(begin, stop, b.constant(count * self.lanes)) as tile:
                mask = b.first_lanes(b.sub(end, tile.index), self.lanes) if masked else None
                bases = self.activations.bases(at["x"], tile.index, count)
                initial = self._initial(stretch, bias, count, b.sub(tile.index, start))
                sums = self.sums.over(stretch, bases, initial, mask, finite)
                self._keep(at, stretch, sums, block, tile.index, start, mask)
        if self.spec.target == "windows":
            self.results.write_lines(at, row, there, start, end)

    def _initial(self, stretch: Stretch, bias: list[Value], count: int, place: Value) -> list[Value]:
        """What R x T sums begin with: the bias, or what the column tiles before have come to."""
        values = [value for value in bias for _ in range(count)]
        column_tile = stretch.column_tile
        if column_tile is None:
            return values
        b = self.b
        places = [
            self.results.waiting.place(column_tile.row, place, r, j) for r in range(len(bias)) for j in range(count)
        ]
        return b.either(
            column_tile.is_first,
            [self.type] * len(values),
            lambda: values,
            lambda: [b.load(address, self.type) for address in places],
        )

    def _keep(
        self,
        at: dict[str, Value],
        stretch: Stretch,
        sums: list[Value],
        block: Value,
        token: Value,
        start: Value,
        mask: Value | None,
    ) -> None:
        """Store the results of a tile; or keep them for the next column tile."""
        b, column_tile = self.b, stretch.column_tile
        if column_tile is None:
            self.results.store(at, sums, block, token, mask)
            return
        place, there = b.sub(token, start), self.row_of(block)[1]
        if self.spec.target == "tokens":
            with b.when(column_tile.is_last):
                self.results.prefetch(at["y"], column_tile.top, column_tile.number, token, len(sums) // self.spec.rows)
            self.results.wait(sums, column_tile.row, place, there)
            return
        with b.when(column_tile.is_last):
            self.results.store(at, sums, block, token, mask)
        with b.when(b.compare("eq", column_tile.is_last, b.constant(0, "i1"))):
            self.results.wait(sums, column_tile.row, place, there)
