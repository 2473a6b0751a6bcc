"""``pad``: NCHW images with a border of zeros, so that a tap of a convolution is an offset.

For strides s (down) and t (along), an image is split into s x t *phases*: positions that are i rows past a multiple of
s and j columns past one of t. What a tap reads for neighbouring outputs then lies side by side for every stride.
Layout: [images, channels, s, t, rows, columns], the padded height over s and the width over t, rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.ir.window import Window
from .builder import Builder, Value, vector
from .host import Host
from .parallel_entry import Words, parallel_entry

WORDS = Words(("x", "out"), ("planes", "height", "width", "top", "left", "out_rows", "out_columns"))


def frame(window: Window, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of one phase of a padded image."""
    high, wide = (
        -(-(size + 2 * pad) // stride)
        for size, pad, stride in zip((height, width), window.padding, window.stride, strict=True)
    )
    return high, wide


def offsets(window: Window, channels: int, frame: tuple[int, int]) -> list[int]:
    """Where each column of a weight begins in a padded image: a channel, and a tap's phase and place in it."""
    phase, (down, along) = frame[0] * frame[1], window.stride
    taps = []
    for i in range(window.kernel[0]):
        for j in range(window.kernel[1]):
            (row, y), (column, z) = divmod(i * window.dilation[0], down), divmod(j * window.dilation[1], along)
            taps.append((y * along + z) * phase + row * frame[1] + column)
    return [channel * down * along * phase + tap for channel in range(channels) for tap in taps]


@dataclass(frozen=True)
class Pad:
    """The kernel that makes padded images for ``Matmul(source="windows")``.

    Attributes:
        stride: of the convolution, (down, along).
    """

    stride: tuple[int, int] = (1, 1)

    @property
    def name(self) -> str:
        return f"pad_{self.stride[0]}x{self.stride[1]}"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, WORDS, lambda b, words, part: _write(b, words, part, self.stride, host.lanes))


def _write(b: Builder, w: dict[str, Value], part: Value, stride: tuple[int, int], lanes: int) -> None:
    zero, one = b.constant(0), b.constant(1)
    phase = b.mul(w["out_rows"], w["out_columns"])
    down, along = stride
    plane = b.times(phase, down * along)
    first, last = (b.binary("divui", b.mul(w["planes"], b.plus(part, n)), w["parts"]) for n in (0, 1))
    with b.loop(first, last, one) as turn:
        out = b.at(w["out"], b.mul(turn.index, plane), "f32")
        x = b.at(w["x"], b.mul(turn.index, b.mul(w["height"], w["width"])), "f32")
        _clear(b, out, plane, lanes)
        with b.loop(zero, w["height"], one) as line:
            y = b.add(line.index, w["top"])
            row = b.binary("divui", y, b.constant(down))
            which = b.times(b.sub(y, b.times(row, down)), along)
            start = b.add(b.mul(which, phase), b.mul(row, w["out_columns"]))
            source = b.at(x, b.mul(line.index, w["width"]), "f32")
            if along == 1:
                _copy(b, w, source, b.at(out, b.add(start, w["left"]), "f32"), lanes)
            else:
                _scatter(b, w, source, b.at(out, start, "f32"), phase, along)


def _clear(b: Builder, out: Value, count: Value, lanes: int) -> None:
    zeros, width = b.constant(0.0, vector(lanes, "f32")), b.constant(lanes)
    whole = b.mul(b.binary("divui", count, width), width)
    with b.loop(b.constant(0), whole, width) as place:
        b.store(zeros, b.at(out, place.index, "f32"))
    b.store(zeros, b.at(out, whole, "f32"), b.first_lanes(b.sub(count, whole), lanes))


def _copy(b: Builder, w: dict[str, Value], source: Value, out: Value, lanes: int) -> None:
    kind, width = vector(lanes, "f32"), b.constant(lanes)
    whole = b.mul(b.binary("divui", w["width"], width), width)
    with b.loop(b.constant(0), whole, width) as place:
        b.store(b.load(b.at(source, place.index, "f32"), kind), b.at(out, place.index, "f32"))
    mask = b.first_lanes(b.sub(w["width"], whole), lanes)
    b.store(b.load(b.at(source, whole, "f32"), kind, mask), b.at(out, whole, "f32"), mask)


def _scatter(b: Builder, w: dict[str, Value], source: Value, out: Value, phase: Value, stride: int) -> None:
    """One line, number by number, to the phases of its columns."""
    size = b.constant(stride)
    with b.loop(b.constant(0), w["width"], b.constant(1)) as place:
        x = b.add(place.index, w["left"])
        column = b.binary("divui", x, size)
        which = b.sub(x, b.mul(column, size))
        value = b.load(b.at(source, place.index, "f32"), "f32")
        b.store(value, b.at(out, b.add(b.mul(which, phase), column), "f32"))
