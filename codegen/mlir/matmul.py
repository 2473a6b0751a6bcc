"""``vblock_matmul``: a weight in vector blocks times a dense matrix, for any vector width.

A *block* is R rows (outputs) of one column (input). For a row of blocks, R x T accumulators stay in registers while its
entries are walked: each loads T vectors of activations, one vector for 16 (AVX-512), 8 (AVX2) or 4 (NEON) tokens, and
multiplies them with R broadcast weights. Which columns those are is data, so one kernel serves every layer of its kind.

Activations come as [features, tokens] (NCHW images too), or as [tokens, features], which ``pack`` rewrites as panels
of one vector's width; results leave in either order. Where an activation is infinite or NaN, its tokens are computed
with all columns, zeros included, so that 0 * inf and 0 * nan are what they are in a dense layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from .block_rows import WORDS, BlockRows
from .builder import Builder, Value, vector
from .host import Host
from .team import team
from .waiting import WIDTH, Waiting, prefetch_results


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
        segmented: whether columns come in segments (see ``VectorBlocks``): a group of block rows is walked for one
            segment after the other, and keeps its sums in ``lines`` meanwhile. Not for windows.
    """

    rows: int
    source: str = "features"
    target: str = "features"
    values: str = "f32"
    index: str = "i16"
    bias: bool = False
    residual: bool = False
    activation: str | None = None
    segmented: bool = False

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x1", self.values, self.index, self.source, self.target]
        parts += ["segments"] * self.segmented
        parts += ["bias"] * self.bias + ["residual"] * self.residual
        return "_".join(parts + ([self.activation] if self.activation else []))

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_team(words)``."""
        return team(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


# Block rows that are walked together, segment after segment: their sums stay in the cache.
GROUP = 512
# Sums that have to be in flight at a time.
FLIGHT = 4


@dataclass(frozen=True)
class _Segment:
    """One of several segments of columns, for a block row of a group.

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
class _Stretch:
    """Entries of one block row: all of them, or those of a segment.

    Attributes:
        first, last: the entries; column, limit: the columns that they lie in.
    """

    first: Value
    last: Value
    column: Value
    limit: Value
    segment: _Segment | None = None


class _Writer(BlockRows):
    """Writes the body of one kernel."""

    def __init__(self, spec: Matmul, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec = spec
        self.lanes = host.lanes
        self.type = vector(self.lanes, "f32")
        # R x T accumulators, T vectors of activations and R weights stay in registers: spilling costs a third.
        self.tiles = max(1, min(4, (host.registers - spec.rows) // (spec.rows + 1)))
        # Block rows whose results are written together.
        self.together = GROUP if spec.segmented else max(1, WIDTH // spec.rows)

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        if self.spec.target == "tokens" and not self.spec.segmented:
            width = self.tiles * self.lanes
            sums = b.array(self.together * self.spec.rows * width, "f32")
            self.waiting = Waiting(b, sums, b.constant(width), self.type)
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
                finite = self._image_is_finite(at["x"], w["x_image"])
            many = GROUP * self.spec.rows if self.spec.segmented else self.spec.rows
            at["lines"] = b.at(w["lines"], b.mul(part, b.times(w["line"], many)), "f32")
            if self.spec.segmented:
                self.waiting = Waiting(b, at["lines"], w["line"], self.type)
            with b.loop(start, stop, w["chunk"]) as chunk:
                end = b.binary("minsi", b.add(chunk.index, w["chunk"]), stop)
                if self.spec.source != "windows":
                    finite = self._finite(at["x"], chunk.index, end)
                walk = self._segments if self.spec.segmented else self._rows
                walk(at, low, high, chunk.index, end, finite)

    def _rows(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        b = self.b
        if self.spec.target == "tokens":
            self._groups(at, low, high, start, end, finite)
            return
        with b.loop(low, high, b.constant(1)) as block:
            self._row(at, block.index, self._whole(block.index), start, end, finite)

    def _whole(self, block: Value) -> _Stretch:
        first, last = (self.start(self.b.plus(block, more), 0) for more in (0, 1))
        return _Stretch(first, last, self.b.constant(0), self.words["columns"])

    def _groups(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        """Several block rows for a tile of tokens, so that tokens are written in whole lines of the cache."""
        b = self.b
        with b.loop(low, high, b.constant(self.together)) as group:
            stop = b.binary("minsi", b.plus(group.index, self.together), high)
            top = self.row_of(group.index)[0]
            for count, begin, last, masked in self._spans(start, end):
                with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                    left = b.binary("minsi", b.sub(end, tile.index), b.constant(count * self.lanes))
                    mask = b.first_lanes(left, self.lanes) if masked else None
                    bases = self._bases(at["x"], tile.index, count)
                    with b.loop(group.index, stop, b.constant(1)) as block:
                        self._prefetch(at["y"], top, b.sub(block.index, group.index), tile.index, count)
                        row = self.row_of(block.index)[0]
                        initial = [value for value in self._bias(row) for _ in range(count)]
                        sums = self._sums(self._whole(block.index), bases, initial, mask, finite)
                        self._wait(sums, b.sub(row, top), b.constant(0), None)
                    self._write_tokens(at, group.index, stop, tile.index, left)

    def _segments(self, at: dict[str, Value], low: Value, high: Value, start: Value, end: Value, finite: Value) -> None:
        b, w = self.b, self.words
        zero, one = b.constant(0), b.constant(1)
        with b.loop(low, high, b.constant(GROUP)) as group:
            stop = b.binary("minsi", b.plus(group.index, GROUP), high)
            top = self.row_of(group.index)[0]
            with b.loop(zero, b.plus(w["more_segments"], 1), one) as segment:
                column, limit = self.columns_of(segment.index)
                is_first = b.compare("eq", segment.index, zero)
                is_last = b.compare("eq", segment.index, w["more_segments"])
                with b.loop(group.index, stop, one) as block:
                    place = b.add(b.mul(segment.index, w["blocks"]), block.index)
                    first, last = (self.start(b.plus(place, more), 0) for more in (0, 1))
                    row = b.sub(self.row_of(block.index)[0], top)
                    mine = _Segment(is_first, is_last, b.sub(block.index, group.index), top, row)
                    stretch = _Stretch(first, last, column, limit, mine)
                    self._row(at, block.index, stretch, start, end, finite)
            if self.spec.target == "tokens":
                self._write_tokens(at, group.index, stop, start, b.sub(end, start))

    # ---------------------------------------------------------------- who does what

    def _tokens(self, number: Value, parts: Value) -> Value:
        """The first token of a part: a multiple of a tile's width, or the end."""
        b, tokens, width = self.b, self.words["tokens"], self.lanes * self.tiles
        tiles = b.binary("ceildivsi", tokens, b.constant(width))
        first = b.times(b.binary("divui", b.mul(tiles, number), parts), width)
        return b.binary("minsi", first, tokens)

    # ---------------------------------------------------------------- activations

    def _bases(self, x: Value, token: Value, count: int) -> list[Value]:
        """Addresses of column 0 for each of some vectors of tokens."""
        b = self.b
        if self.spec.source == "windows":
            return [b.at(x, b.plus(token, j * self.lanes), "f32") for j in range(count)]
        first = b.binary("divui", token, b.constant(self.lanes))
        return [b.at(x, b.mul(b.plus(first, j), self.words["x_tile"]), "f32") for j in range(count)]

    def _column(self, base: Value, column: Value, mask: Value | None) -> Value:
        b = self.b
        if self.spec.source == "features":
            return b.load(b.at(base, b.mul(column, self.words["x_row"]), "f32"), self.type, mask)
        if self.spec.source == "windows":
            offset = b.convert("extsi", b.load(b.at(self.words["offsets"], column, "i32"), "i32"), "i64")
            return b.load(b.at(base, offset, "f32"), self.type)
        return b.load(b.at(base, b.times(column, self.lanes), "f32"), self.type)

    def _finite(self, x: Value, start: Value, end: Value) -> Value:
        """Whether no activation of some tokens is infinite or NaN."""
        b = self.b
        total = zero = b.constant(0.0, self.type)
        for count, first, last, masked in self._spans(start, end):
            with b.loop(first, last, b.constant(count * self.lanes), [total]) as tile:
                mask = b.first_lanes(b.sub(end, tile.index), self.lanes) if masked else None
                bases = self._bases(x, tile.index, count)
                several = [*tile.carried, *[zero] * (count - 1)]
                with b.loop(b.constant(0), self.words["columns"], b.constant(1), several) as column:
                    found = [self._column(base, column.index, mask) for base in bases]
                    pairs = zip(found, column.carried, strict=True)
                    column.yields([b.fma(value, zero, so_far) for value, so_far in pairs])
                tile.yields([reduce(b.add, column.results)])
            total = tile.results[0]
        return self.is_finite(total)

    def _image_is_finite(self, x: Value, count: Value) -> Value:
        """The same for an image, border and all."""
        b, zero = self.b, self.b.constant(0.0, self.type)
        with b.loop(b.constant(0), count, b.constant(self.lanes), [zero]) as place:
            mask = b.first_lanes(b.sub(count, place.index), self.lanes)
            place.yields([b.fma(b.load(b.at(x, place.index, "f32"), self.type, mask), zero, place.carried[0])])
        return self.is_finite(place.results[0])

    def _spans(self, start: Value, end: Value) -> list[tuple[int, Value, Value, bool]]:
        """Tiles of T vectors of tokens, then smaller ones, then the rest: (vectors, first, last, masked)."""
        b, spans, first = self.b, [], start
        # Panels are filled up, and nobody minds what lies behind the last token of a line, or waits there.
        filled = self.spec.target == "windows" or (self.spec.source, self.spec.target) == ("panels", "tokens")
        left = b.binary("ceildivsi" if filled else "divui", b.sub(end, start), b.constant(self.lanes))
        for count in range(self.tiles, 0, -1):
            several = b.times(b.binary("divui", left, b.constant(count)), count)
            last = b.add(first, b.times(several, self.lanes))
            spans.append((count, first, last, False))
            first, left = last, b.sub(left, several)
        return spans if filled else [*spans, (1, first, end, True)]

    # ---------------------------------------------------------------- one row of blocks

    def _row(
        self, at: dict[str, Value], block: Value, stretch: _Stretch, start: Value, end: Value, finite: Value
    ) -> None:
        b = self.b
        row, there = self.row_of(block)
        bias = self._bias(row)
        for count, begin, stop, masked in self._spans(start, end):
            with b.loop(begin, stop, b.constant(count * self.lanes)) as tile:
                mask = b.first_lanes(b.sub(end, tile.index), self.lanes) if masked else None
                bases = self._bases(at["x"], tile.index, count)
                initial = self._initial(stretch, bias, count, b.sub(tile.index, start))
                sums = self._sums(stretch, bases, initial, mask, finite)
                self._keep(at, stretch, sums, block, tile.index, start, mask)
        if self.spec.target == "windows":
            self._write_lines(at, row, there, start, end)

    def _sums(
        self, stretch: _Stretch, bases: list[Value], initial: list[Value], mask: Value | None, finite: Value
    ) -> list[Value]:
        return self.b.either(
            finite,
            [value.type for value in initial],
            lambda: self._entries(stretch, bases, initial, mask),
            lambda: self._columns(stretch, bases, initial, mask),
        )

    def _initial(self, stretch: _Stretch, bias: list[Value], count: int, place: Value) -> list[Value]:
        """What R x T sums begin with: the bias, or what the segments before have come to."""
        values = [value for value in bias for _ in range(count)]
        segment = stretch.segment
        if segment is None:
            return values
        b = self.b
        places = [self.waiting.place(segment.row, place, r, j) for r in range(len(bias)) for j in range(count)]
        return b.either(
            segment.is_first,
            [self.type] * len(values),
            lambda: values,
            lambda: [b.load(address, self.type) for address in places],
        )

    def _keep(
        self,
        at: dict[str, Value],
        stretch: _Stretch,
        sums: list[Value],
        block: Value,
        token: Value,
        start: Value,
        mask: Value | None,
    ) -> None:
        """Store the results of a tile; or keep them for the next segment."""
        b, segment = self.b, stretch.segment
        if segment is None:
            self._store(at, sums, block, token, mask)
            return
        place, there = b.sub(token, start), self.row_of(block)[1]
        if self.spec.target == "tokens":
            with b.when(segment.is_last):
                self._prefetch(at["y"], segment.top, segment.number, token, len(sums) // self.spec.rows)
            self._wait(sums, segment.row, place, there)
            return
        with b.when(segment.is_last):
            self._store(at, sums, block, token, mask)
        with b.when(b.compare("eq", segment.is_last, b.constant(0, "i1"))):
            self._wait(sums, segment.row, place, there)

    def _wait(self, sums: list[Value], row: Value, token: Value, there: Value | None) -> None:
        """Store R x T sums among those that wait.

        Rows behind those that ``there`` are hold the next block's sums; if it has none yet, it will overwrite them.
        """
        b, count = self.b, len(sums) // self.spec.rows

        def store(r: int) -> None:
            for j in range(count):
                b.store(sums[r * count + j], self.waiting.place(row, token, r, j))

        for r in range(self.spec.rows):
            if there is None or r == 0:
                store(r)
                continue
            with b.when(b.compare("sgt", there, b.constant(r))):
                store(r)

    def _store(self, at: dict[str, Value], sums: list[Value], block: Value, token: Value, mask: Value | None) -> None:
        b, rows = self.b, self.spec.rows
        count = len(sums) // rows
        row, there = self.row_of(block)
        for j in range(count):
            results, place = [sums[r * count + j] for r in range(rows)], b.plus(token, j * self.lanes)
            if self.spec.target == "windows":
                self._store_lines(at, results, place)
            else:
                self._store_features(at, results, row, there, place, mask)

    def _bias(self, row: Value) -> list[Value]:
        if not self.spec.bias:
            return [self.b.constant(0.0, self.type)] * self.spec.rows
        found = []
        for r in range(self.spec.rows):
            value = self.b.load(self.b.at(self.words["bias"], self.existing(row, r), "f32"), "f32")
            found.append(self.b.broadcast(value, self.lanes))
        return found

    def _entries(
        self, stretch: _Stretch, bases: list[Value], initial: list[Value], mask: Value | None
    ) -> Sequence[Value]:
        """The sums over the entries of a row of blocks."""

        def multiply(entry: Value, sums: Sequence[Value]) -> list[Value]:
            column = self.column_of(entry)
            return self._multiply(self._weights(entry), bases, column, sums, mask)

        flight = max(1, FLIGHT // len(initial))
        return self.over_entries(stretch.first, stretch.last, initial, flight, multiply)

    def _columns(
        self, stretch: _Stretch, bases: list[Value], initial: list[Value], mask: Value | None
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
        x = [self._column(base, column, mask) for base in bases]
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

    # ---------------------------------------------------------------- results

    def _store_features(
        self,
        at: dict[str, Value],
        results: list[Value],
        row: Value,
        there: Value,
        token: Value,
        mask: Value | None,
    ) -> None:
        b = self.b

        def store(r: int) -> None:
            self._finish(at, results[r], b.plus(row, r), token, mask)

        store(0)
        for r in range(1, self.spec.rows):  # a block may have fewer
            with b.when(b.compare("sgt", there, b.constant(r))):
                store(r)

    def _finish(self, at: dict[str, Value], value: Value, line: Value, place: Value, mask: Value | None) -> None:
        """Add the residual, apply the activation, and write a vector: of an output ("features"), or of a token."""
        b, w = self.b, self.words
        if self.spec.residual:
            other = b.add(b.mul(line, w["residual_row"]), place)
            value = b.add(value, b.load(b.at(at["residual"], other, "f32"), self.type, mask))
        target = b.add(b.mul(line, w["y_row"]), place)
        b.store(self.activate(value), b.at(at["y"], target, "f32"), mask)

    def _store_lines(self, at: dict[str, Value], results: list[Value], token: Value) -> None:
        """Keep R lines of sums as wide as the source's; ``_write_lines`` drops what is too much."""
        b = self.b
        for r, value in enumerate(results):
            b.store(value, b.at(at["lines"], b.add(b.times(self.words["line"], r), token), "f32"))

    def _write_lines(self, at: dict[str, Value], row: Value, there: Value, start: Value, end: Value) -> None:
        b, w = self.b, self.words
        width = b.constant(self.lanes)
        whole = b.mul(b.binary("divui", w["out_width"], width), width)
        first, last = b.binary("divui", start, w["width"]), b.binary("divui", end, w["width"])
        with b.loop(b.constant(0), there, b.constant(1)) as r, b.loop(first, last, b.constant(1)) as line:
            source = b.add(b.mul(r.index, w["line"]), b.mul(line.index, w["width"]))
            target = b.mul(line.index, w["out_width"])
            number = b.add(row, r.index)

            def copy(column: Value, mask: Value | None) -> None:
                value = b.load(b.at(at["lines"], b.add(source, column), "f32"), self.type, mask)
                self._finish(at, value, number, b.add(target, column), mask)

            with b.loop(b.constant(0), whole, width) as column:
                copy(column.index, None)
            copy(whole, b.first_lanes(b.sub(w["out_width"], whole), self.lanes))

    def _prefetch(self, y: Value, top: Value, number: Value, token: Value, count: int) -> None:
        b, y_row = self.b, self.words["y_row"]
        first = b.at(y, b.add(b.mul(token, y_row), top), "f32")
        prefetch_results(b, first, y_row, number, self.together, self.spec.rows, count * self.lanes)

    def _write_tokens(self, at: dict[str, Value], first: Value, stop: Value, token: Value, count: Value) -> None:
        """Write what waits: the rows of some blocks, token by token."""
        b, zero, lanes = self.b, self.b.constant(0), self.b.constant(self.lanes)
        top = self.row_of(first)[0]
        there = b.sub(self.row_of(stop)[0], top)
        self.waiting.turn(there, count)
        whole = b.mul(b.binary("divui", there, lanes), lanes)
        mask = b.first_lanes(b.sub(there, whole), self.lanes)
        with b.loop(zero, count, b.constant(1)) as turn:

            def write(row: Value, mask: Value | None) -> None:
                sums = self.waiting.rows_of(turn.index, row)
                self._finish(at, sums, b.add(token, turn.index), b.add(top, row), mask)

            with b.loop(zero, whole, lanes) as row:
                write(row.index, None)
            with b.when(b.compare("slt", whole, there)):
                write(whole, mask)
