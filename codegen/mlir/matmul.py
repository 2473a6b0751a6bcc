"""``vblock_matmul``: a weight in vector blocks times a dense matrix, for any vector width.

A *block* is R rows (outputs) of one column (input). For a row of blocks, p x T accumulators stay in registers while its
entries are walked: each loads T vectors of activations, one vector for 16 (AVX-512), 8 (AVX2) or 4 (NEON) tokens, and
multiplies them with p broadcast weights; where registers are too few for R rows, they are walked in parts of p (see
``tile``). Which columns those are is data, so one kernel serves every layer of its kind. Groups of rows of blocks are
walked for one tile of tokens and one range of columns after the other (see ``segments``), so that activations are found
in the nearest cache; sums wait where the results will lie.

Activations come as [features, tokens] (NCHW images too), or as [tokens, features], which ``pack`` rewrites as panels
of one vector's width; results leave in either order. Windows of images are read where they lie, or, where many rows of
blocks read each column, are *unfolded* first, some tokens at a time, so that each vector begins with a line of the
cache. Where an activation is infinite or NaN, its tokens are computed
with all columns, zeros included, so that 0 * inf and 0 * nan are what they are in a dense layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .block_rows import WORDS, BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .matmul_activations import Activations
from .matmul_results import Place, Results
from .matmul_sums import Stretch, Sums
from .parallel_entry import Known, own_room, parallel_entry
from .segments import Segments
from .tile import tile_of

# Vector registers that leave room, beside a tile's, for what a share knows of others.
MANY_REGISTERS = 32


@dataclass(frozen=True)
class Matmul:
    """One kernel.

    Attributes:
        rows: R, outputs per block.
        source: how activations lie: "features" ([columns, tokens], columns ``x_row`` and vectors of tokens ``x_tile``
            apart, so that panels will do as well), "panels" (see ``Pack``), or "windows" (see ``Pad``: a column is a
            channel and a tap, ``offsets`` says where it begins; lines of images are ``width`` long).
        target: how results lie: "features" ([rows, tokens], ``y_row`` apart), "tokens" ([tokens, rows]), or "windows"
            what "features" is, of images whose lines are ``out_width`` long). Windows whose target is "features" are
            unfolded.
        values: dtype of the weights: "f32" or "bf16".
        index: dtype of the columns: "i16" or "i32".
        bias: whether a bias is added.
        residual: whether a tensor that lies like the result is added.
        activation: name of what is applied last.
        column_tiled: whether columns come in tiles (see ``VectorBlocks``), its segments then. Of windows: unfolded
            ones.
        grouped: whether rows of blocks read columns of their own group only, from which they count. Of windows.
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
    grouped: bool = False

    @property
    def unfolded(self) -> bool:
        """Whether windows are copied, so that what columns read lies side by side, columns ``x_row`` apart."""
        return (self.source, self.target) == ("windows", "features")

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x1", self.values, self.index, self.source, self.target]
        parts += ["column_tiles"] * self.column_tiled + ["grouped"] * self.grouped
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
        self.sums = Sums(spec, host, builder, words, self.activations)
        self.results = Results(spec, host, builder, words)
        self.segments = Segments(spec, host, builder, words)
        self.few = host.registers < MANY_REGISTERS

    def write(self, part: Value) -> None:
        """One share; sums of windows that wait, or what is unfolded of them, lie in a room of its own."""
        if self.spec.source != "windows":
            self._share(part)
            return
        with own_room(self.b, self.words["rooms"]) as room:
            each = self.words["line"]
            if not self.spec.unfolded:
                each = self.b.times(each, self.results.together * self.spec.rows)
            self._share(part, self.b.at(self.words["lines"], self.b.mul(room, each), "f32"))

    def _share(self, part: Value, room: Value | None = None) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        tokens = self.activations.tiles * self.lanes
        if self.spec.target == "tokens":
            self.results.wait_on_stack(tokens)
        self.segments.decide(tokens, self.results.together)
        if self.activations.tabled:
            self.activations.tabulate(self.segments.width)
        row_part = b.binary("remui", part, w["row_parts"])
        token_part, token_parts = b.binary("divui", part, w["row_parts"]), b.binary("divui", w["parts"], w["row_parts"])
        low, high = (self.first_row(b.plus(row_part, more), w["row_parts"]) for more in (0, 1))
        start, stop = self._tokens(token_part, token_parts), self._tokens(b.add(token_part, one), token_parts)
        chunk_tokens = self._chunk(tokens)
        whole = room is not None and not self.spec.unfolded  # images are looked at as a whole, not by tokens
        known, yes = Known(b, w["finite"], zero if whole else token_part), b.constant(1, "i1")
        with b.loop(zero, w["images"], one, [yes]) as image:
            at = {
                "x": b.at(w["x"], b.mul(image.index, w["x_image"]), "f32"),
                "y": b.at(w["y"], b.mul(image.index, w["y_image"]), "f32"),
                "residual": b.at(w["residual"], b.mul(image.index, w["residual_image"]), "f32"),
            }
            if room is not None and whole:
                look = partial(self.activations.image_is_finite, at["x"], w["x_image"])
                finite = self._unless(known, look)
                self.results.wait_at(room, w["line"])
            with b.loop(start, stop, chunk_tokens, image.carried) as chunk:
                end, here = b.binary("minsi", b.add(chunk.index, chunk_tokens), stop), at
                if room is None:
                    look = partial(self.activations.finite, at["x"], chunk.index, end)
                    finite = self._unless(known, look)
                elif not whole:
                    finite = self.activations.unfold(at["x"], room, chunk.index, end)
                    here = {**at, "x": b.at(room, b.sub(zero, chunk.index), "f32")}
                self._groups(here, low, high, chunk.index, end, finite)
                chunk.yields([b.binary("andi", chunk.carried[0], finite)])
            image.yields(chunk.results)
        if not self.few:
            known.note(image.results[0])

    def _unless(self, known: Known, look: Callable[[], Value]) -> Value:
        """Whether activations are finite; nobody has to look where another share has.

        Not where registers are few: with what it takes to know, inner loops would keep numbers in memory.
        """
        if self.few:
            return look()
        return self.b.either(known.holds(), ["i1"], lambda: [self.b.constant(1, "i1")], lambda: [look()])[0]

    def _chunk(self, tokens: int) -> Value:
        """How many tokens all rows are walked for: whole tiles, or whole lines of windows."""
        b, chunk = self.b, self.words["chunk"]
        if self.spec.source == "windows":
            return chunk
        whole = b.times(b.binary("divui", chunk, b.constant(tokens)), tokens)
        return b.select(b.compare("sgt", whole, b.constant(0)), whole, chunk)

    def _tokens(self, number: Value, parts: Value) -> Value:
        """The first token of a part: a multiple of a tile's width, of a chunk's if those are lines, or the end."""
        b, tokens, windows = self.b, self.words["tokens"], self.spec.source == "windows"
        width = self.words["chunk"] if windows else b.constant(self.lanes * self.activations.tiles)
        first = b.mul(b.binary("divui", b.mul(b.binary("ceildivsi", tokens, width), number), parts), width)
        return b.binary("minsi", first, tokens)

    def _groups(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        """Several rows of blocks for a tile of tokens: its activations stay near, and its results are neighbours."""
        b = self.b
        with b.loop(low, high, b.constant(self.results.together)) as group:
            stop = b.binary("minsi", b.plus(group.index, self.results.together), high)
            top = self.row_of(group.index)[0]
            self.segments.look_up(group.index, stop)
            for count, begin, last, masked in self.activations.spans(start, end):
                with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                    left = b.binary("minsi", b.sub(end, tile.index), b.constant(count * self.lanes))
                    mask = b.first_lanes(b.plus(left, (1 - count) * self.lanes), self.lanes) if masked else None
                    self._tile(at, (group.index, stop, top), start, tile.index, count, mask, finite)
                    if self.spec.target == "tokens":
                        self.results.write_tokens(at, group.index, stop, tile.index, left)
            if self.spec.target == "windows":
                with b.loop(group.index, stop, b.constant(1)) as block:
                    row, there = self.row_of(block.index)
                    self.results.write_lines(at, row, b.sub(row, top), there, start, end)

    def _tile(
        self,
        at: dict[str, Value],
        group: tuple[Value, Value, Value],
        start: Value,
        token: Value,
        count: int,
        mask: Value | None,
        finite: Value,
    ) -> None:
        """All rows of a group, segment after segment, for a tile of tokens."""
        b, (first, stop, top) = self.b, group
        zero, one = b.constant(0), b.constant(1)
        part_rows = tile_of(self.host, self.spec.rows, count).rows
        bases = self.activations.bases(at["x"], token, count)
        with b.loop(zero, self.segments.count, one) as segment:
            columns = self.segments.columns(segment.index)
            is_first = b.compare("eq", segment.index, zero)
            is_last = b.compare("eq", b.plus(segment.index, 1), self.segments.count)
            with b.loop(first, stop, one) as block:
                if self.spec.target == "tokens":
                    with b.when(is_last):
                        self.results.prefetch(at["y"], top, b.sub(block.index, first), token, count)
                elif self.spec.target == "features":
                    with b.when(is_first):
                        self.results.prefetch_rows(at, self.row_of(block.index)[0], token, count)
                stretch = Stretch(*self.segments.entries(segment.index, block.index, first), *columns)
                row, there = self.row_of(block.index)
                read = self._of_group(bases, row) if self.spec.grouped else bases
                with b.loop(zero, there, b.constant(part_rows)) as part:
                    mine = b.add(row, part.index)
                    turn = b.sub(token, start)
                    place = Place(mine, b.sub(mine, top), b.sub(there, part.index), token, turn, count, mask)
                    initial = b.either(
                        is_first,
                        [self.type] * (part_rows * count),
                        lambda: self.results.added(at, place, self.sums.bias(mine, part_rows)),
                        lambda: self.results.waiting_sums(at, place, part_rows, count),
                    )
                    sums = self.sums.over(stretch, part.index, read, initial, mask, finite)
                    self.results.keep(at, sums, place, part_rows, is_last)

    def _of_group(self, bases: list[Value], row: Value) -> list[Value]:
        """Addresses of column 0 of the group that a row belongs to."""
        b = self.b
        group = b.binary("divui", row, self.words["group_rows"])
        first = b.mul(group, self.words["x_group"])
        return [b.at(base, first, "f32") for base in bases]
