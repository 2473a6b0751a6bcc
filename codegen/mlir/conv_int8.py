"""Convolutions with 8-bit integers: images as words of four channels, lanes are places, results are [rows, places].

A column of the weight is four channels at a tap; ``offsets`` says where each begins in an image whose border is there
(``quantise_images``), as for ``Matmul(source="windows")``. Rows of blocks are walked for one stretch of places after
the other, so that activations are found in a near cache. Where lines of results lie as those of the source do, with
nothing between them, sums are scaled, and bias, residual and activation follow, before they leave the registers. Else
they wait in ``lines`` until some lines of a row of blocks are complete, and what lies between those is dropped.

Where weights have to be widened, that is done once for all places that a row of blocks is multiplied with at a time.

A convolution of single places is one whose lines are as long as a kernel likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .builder import Value, vector
from .byte_dots import FOUR
from .byte_rows import WORDS, ByteSpec, TiledRows
from .host import Host
from .parallel_entry import own_room, parallel_entry

# Words behind a chunk of places that a tile may reach.
BEHIND = 64
# Bytes of activations that all rows of blocks walk over before the next ones' turn: most of them stay in the nearest
# cache, beside the weights of a row of blocks.
NEAREST_BYTES = 3 * 2**14


@dataclass(frozen=True)
class ConvInt8(ByteSpec):
    """One kernel: results are [images, rows, places], and so is the residual."""

    suffix: ClassVar[str] = "windows_windows"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WORDS, lambda b, words, part: _Writer(self, host, b, words).write(part))


def widened_words(host: Host, columns: int, rows: int) -> int:
    """Words in which a share of the work keeps a row of blocks with wider weights, of so many columns of blocks."""
    return 2 * columns * rows if host.dot == "pairs" else 0


class _Writer(TiledRows):
    def write(self, part: Value) -> None:
        with own_room(self.b, self.words["rooms"]) as room:
            self._share(part, room)

    def _share(self, part: Value, room: Value) -> None:
        b, w = self.b, self.words
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        each = b.add(b.times(w["line"], self.spec.rows), w["widened"])
        self.lines = b.at(w["lines"], b.mul(room, each), "i32")
        self.widened = b.at(self.lines, b.times(w["line"], self.spec.rows), "i32")
        self.flat = b.compare("eq", w["width"], w["out_width"])
        self.waits = b.compare("ne", w["width"], w["out_width"])
        with b.loop(b.constant(0), w["images"], b.constant(1)) as image:
            x = b.at(w["x"], b.mul(image.index, w["x_image"]), "i32")
            first = b.mul(image.index, w["y_image"])
            scale = b.load(b.at(w["scales"], image.index, "f32"), "f32")
            with b.loop(b.constant(0), w["tokens"], w["chunk"]) as chunk:
                end = b.binary("minsi", b.add(chunk.index, w["chunk"]), w["tokens"])
                with b.loop(low, high, b.constant(1)) as block:
                    row = self.start(block.index, 1)
                    there = b.sub(self.start(b.plus(block.index, 1), 1), row)
                    self._multiply(x, (first, scale), block.index, (row, there), chunk.index, end)
                    with b.when(self.waits):
                        self._write_rows(first, scale, (row, there), chunk.index, end)

    def place_of(self, group: Value) -> Value:
        b = self.b
        return b.convert("extsi", b.load(b.at(self.words["offsets"], group, "i32"), "i32"), "i64")

    def _multiply(
        self,
        x: Value,
        image: tuple[Value, Value],
        block: Value,
        rows: tuple[Value, Value],
        start: Value,
        end: Value,
    ) -> None:
        """Compute a block row for some places.

        Args:
            x: an image; image: where its results begin, and its scale.
            block: the number of the block row; rows: the first of its rows, and how many there are.
            start, end: of the places.
        """
        b, w = self.b, self.words
        stretch = self.stretch(block)
        if self.host.dot == "pairs":
            self._widen(stretch)
        for some in self.parts():
            offsets = [b.sub(b.constant(0, self.integers), self._offset(self.existing(rows[0], r))) for r in some]
            for count, begin, last in self.spans(start, end):
                with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                    bases = [b.at(x, b.plus(tile.index, j * self.lanes), "i32") for j in range(count)]
                    sums = self.sums(stretch, some, bases, [offset for offset in offsets for _ in range(count)])
                    with b.when(self.flat):
                        self._finish(image, rows, some, sums, tile.index, end)
                    with b.when(self.waits):
                        place = b.sub(tile.index, start)
                        for n, total in enumerate(sums):
                            r, j = some.start + n // count, n % count
                            target = b.add(b.times(w["line"], r), b.plus(place, j * self.lanes))
                            b.store(total, b.at(self.lines, target, "i32"))

    def _finish(
        self,
        image: tuple[Value, Value],
        rows: tuple[Value, Value],
        some: range,
        sums: Sequence[Value],
        place: Value,
        end: Value,
    ) -> None:
        """Write the results of some rows of a block, as many as are there, for a tile of places."""
        b, w, (first, scale), (row, there) = self.b, self.words, image, rows
        count = len(sums) // len(some)
        left = b.sub(end, place)

        def write(n: int, *, masked: bool) -> None:
            number = b.plus(row, some[n])
            size, bias = self._scale(scale, number), self._bias(number)
            base = b.add(b.add(first, b.mul(number, w["y_row"])), place)
            for j, total in enumerate(sums[n * count : (n + 1) * count]):
                mask = b.first_lanes(b.plus(left, -j * self.lanes), self.lanes) if masked else None
                self._write(total, size, bias, b.plus(base, j * self.lanes), mask)

        def guarded(n: int) -> None:
            with b.when(b.compare("sgt", there, b.constant(some[n]))):
                write(n, masked=True)

        whole = b.binary(
            "andi",
            b.compare("sge", there, b.constant(some.stop)),
            b.compare("sge", left, b.constant(count * self.lanes)),
        )
        with b.when(whole):
            for n in range(len(some)):
                write(n, masked=False)
        with b.when(b.compare("eq", whole, b.constant(0, "i1"))):
            for n in range(len(some)):
                guarded(n)

    def _offset(self, number: Value) -> Value:
        """What the zero point adds to the sums of a row, in each lane."""
        b, w = self.b, self.words
        total = b.load(b.at(w["row_sums"], number, "i32"), "i32")
        return b.broadcast(b.mul(total, b.convert("trunci", w["zero_point"], "i32")), self.lanes)

    def _scale(self, scale: Value, number: Value) -> Value:
        """What a step of the sums of a row is, in each lane."""
        b = self.b
        return b.broadcast(b.mul(scale, b.load(b.at(self.words["row_scales"], number, "f32"), "f32")), self.lanes)

    def _bias(self, number: Value) -> Value | None:
        b = self.b
        if not self.spec.bias:
            return None
        return b.broadcast(b.load(b.at(self.words["bias"], number, "f32"), "f32"), self.lanes)

    def _write(self, total: Value, size: Value, bias: Value | None, place: Value, mask: Value | None) -> None:
        """Write the results of a vector of sums."""
        b, w = self.b, self.words
        residual = b.load(b.at(w["residual"], place, "f32"), self.floats, mask) if self.spec.residual else None
        b.store(self.finished(total, size, bias, residual), b.at(w["y"], place, "f32"), mask)

    def _widen(self, stretch: tuple[Value, Value]) -> None:
        """Keep the weights of a block row as they are multiplied."""
        b, each = self.b, self.spec.rows * FOUR
        self.first = stretch[0]
        with b.loop(*stretch, b.constant(1)) as entry:
            octets = b.load(b.at(self.words["values"], b.times(entry.index, each), "i8"), vector(each, "i8"))
            place = b.times(b.sub(entry.index, self.first), 2 * self.spec.rows)
            b.store(self.dots.widened(octets), b.at(self.widened, place, "i32"))

    def weights_of(self, entry: Value, r: int) -> list[Value]:
        if self.host.dot != "pairs":
            return super().weights_of(entry, r)
        b = self.b
        place = b.times(b.sub(entry, self.first), 2 * self.spec.rows)
        words = [b.load(b.at(self.widened, b.plus(place, 2 * r + n), "i32"), "i32") for n in range(2)]
        return self.dots.weights_widened(words, self.lanes)

    def _write_rows(self, first: Value, scale: Value, rows: tuple[Value, Value], start: Value, end: Value) -> None:
        """Write what waits: whole lines. What is left of one is written together with what is before it."""
        b, w, zero, width = self.b, self.words, self.b.constant(0), self.b.constant(self.lanes)
        (row, there), count = rows, w["out_width"]
        whole = b.mul(b.binary("divui", count, width), width)
        cut, long = b.compare("slt", whole, count), b.compare("sge", count, width)
        lines = b.binary("divui", b.sub(end, start), w["width"])
        above = b.add(first, b.mul(b.binary("divui", start, w["width"]), count))
        mask = b.first_lanes(count, self.lanes)
        with b.loop(zero, there, b.constant(1)) as r:
            number = b.add(row, r.index)
            size, bias = self._scale(scale, number), self._bias(number)
            with b.loop(zero, lines, b.constant(1)) as line:
                source = b.add(b.mul(r.index, w["line"]), b.mul(line.index, w["width"]))
                target = b.add(b.add(above, b.mul(number, w["y_row"])), b.mul(line.index, count))

                def write(place: Value, mask: Value | None) -> None:
                    found = b.load(b.at(self.lines, b.add(source, place), "i32"), self.integers)
                    self._write(found, size, bias, b.add(target, place), mask)

                with b.loop(zero, whole, width) as place:
                    write(place.index, None)
                with b.when(b.binary("andi", cut, long)):
                    write(b.sub(count, width), None)
                with b.when(b.compare("eq", long, b.constant(0, "i1"))):
                    write(zero, mask)
