"""Convolutions with 8-bit integers: images as words of four channels, lanes are places, results are [rows, places].

A column of the weight is four channels at a tap; ``offsets`` says where each begins in an image whose border is there
(``quantise_images``), as for ``Matmul(source="windows")``. Sums wait in ``lines`` until some lines of a row of blocks
are complete: then they are scaled, what lies between the lines is dropped, and bias, residual and activation follow.

Where weights have to be widened, that is done once for all places that a row of blocks is multiplied with at a time.

A convolution of single places is one whose lines are as long as a kernel likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .builder import Value, vector
from .byte_dots import FOUR
from .byte_rows import WORDS, ByteSpec, TiledRows
from .host import Host
from .parallel_entry import parallel_entry

# Words behind a chunk of places that a tile may reach.
BEHIND = 64


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
        b, w = self.b, self.words
        low, high = (self.first_row(b.plus(part, more), w["parts"]) for more in (0, 1))
        each = b.add(b.times(w["line"], self.spec.rows), w["widened"])
        self.lines = b.at(w["lines"], b.mul(part, each), "i32")
        self.widened = b.at(self.lines, b.times(w["line"], self.spec.rows), "i32")
        with b.loop(b.constant(0), w["images"], b.constant(1)) as image:
            x = b.at(w["x"], b.mul(image.index, w["x_image"]), "i32")
            first = b.mul(image.index, w["y_image"])
            scale = b.load(b.at(w["scales"], image.index, "f32"), "f32")
            with b.loop(b.constant(0), w["tokens"], w["chunk"]) as chunk:
                end = b.binary("minsi", b.add(chunk.index, w["chunk"]), w["tokens"])
                with b.loop(low, high, b.constant(1)) as block:
                    self._multiply(x, block.index, chunk.index, end)
                    self._write_rows(first, scale, block.index, chunk.index, end)

    def place_of(self, group: Value) -> Value:
        b = self.b
        return b.convert("extsi", b.load(b.at(self.words["offsets"], group, "i32"), "i32"), "i64")

    def _multiply(self, x: Value, block: Value, start: Value, end: Value) -> None:
        """Let the sums of a block row wait."""
        b, w = self.b, self.words
        stretch = self.stretch(block)
        if self.host.dot == "pairs":
            self._widen(stretch)
        for some in self.parts():
            for count, begin, last in self.spans(start, end):
                with b.loop(begin, last, b.constant(count * self.lanes)) as tile:
                    bases = [b.at(x, b.plus(tile.index, j * self.lanes), "i32") for j in range(count)]
                    sums = self.sums(stretch, some, bases)
                    place = b.sub(tile.index, start)
                    for n, total in enumerate(sums):
                        r, j = some.start + n // count, n % count
                        target = b.add(b.times(w["line"], r), b.plus(place, j * self.lanes))
                        b.store(total, b.at(self.lines, target, "i32"))

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

    def _write_rows(self, first: Value, scale: Value, block: Value, start: Value, end: Value) -> None:
        """Write what waits, line by line."""
        b, w, zero, width = self.b, self.words, self.b.constant(0), self.b.constant(self.lanes)
        row = self.start(block, 1)
        there = b.sub(self.start(b.plus(block, 1), 1), row)
        with b.loop(zero, there, b.constant(1)) as r:
            number = b.add(row, r.index)
            total = b.load(b.at(w["row_sums"], number, "i32"), "i32")
            offset = b.broadcast(b.mul(total, b.convert("trunci", w["zero_point"], "i32")), self.lanes)
            size = b.broadcast(b.mul(scale, b.load(b.at(w["row_scales"], number, "f32"), "f32")), self.lanes)
            bias = None
            if self.spec.bias:
                bias = b.broadcast(b.load(b.at(w["bias"], number, "f32"), "f32"), self.lanes)
            with b.loop(start, end, w["width"]) as line:
                source = b.add(b.mul(r.index, w["line"]), b.sub(line.index, start))
                inside = b.mul(b.binary("divui", line.index, w["width"]), w["out_width"])
                target = b.add(b.add(first, b.mul(number, w["y_row"])), inside)
                count = b.binary("minsi", w["out_width"], b.sub(end, line.index))
                whole = b.mul(b.binary("divui", count, width), width)

                def write(place: Value, mask: Value | None) -> None:
                    found = b.load(b.at(self.lines, b.add(source, place), "i32"), self.integers)
                    at = b.add(target, place)
                    other = b.load(b.at(w["residual"], at, "f32"), self.floats, mask) if self.spec.residual else None
                    value = self.finished(found, offset, size, bias, other)
                    b.store(value, b.at(w["y"], at, "f32"), mask)

                with b.loop(zero, whole, width) as place:
                    write(place.index, None)
                with b.when(b.compare("slt", whole, count)):
                    write(whole, b.first_lanes(b.sub(count, whole), self.lanes))
