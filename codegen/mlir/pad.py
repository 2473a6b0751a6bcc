"""``pad``: NCHW images with a border of zeros, so that a tap of a convolution is an offset.

For strides s (down) and t (along), an image is split into s x t *phases*: positions that are i rows past a multiple of
s and j columns past one of t. What a tap reads for neighbouring outputs then lies side by side for every stride.
Layout: [images, channels, s, t, rows, columns], the padded height over s and the width over t, rounded up; where taps
are fewer than a stride, less than s and t: phases that no tap reads are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.ir.window import Window
from .builder import Builder, Value, vector
from .host import Host
from .parallel_entry import Words, parallel_entry

WORDS = Words(
    ("x", "out"),
    ("planes", "height", "width", "top", "left", "out_rows", "out_columns", "phases_down", "phases_along"),
)

# Blocks for each column from which on unfolding pays, with vectors of so many numbers, whole lines of the cache; tokens
# that are unfolded together at least, and numbers at most: those stay in the second cache.
WORTH_BLOCKS, WORTH_LANES, LEAST_TOKENS, MOST_NUMBERS = 24, 16, 64, 2**17
# So many vectors of what a column reads may be a power of two apart.
FEW_VECTORS = 4


def unfolds(blocks: int, columns: int, lanes: int) -> bool:
    """Whether windows are unfolded for a weight of one group (see ``Matmul``): for vectors that are whole lines.

    Half as many of smaller vectors lie across two lines, and copies cost them more than that.

    Args:
        blocks: of the weight.
        columns: of the weight.
        lanes: numbers in a vector of the machine that the kernel is chosen on.
    """
    return lanes >= WORTH_LANES and blocks >= WORTH_BLOCKS * columns


def unfolded_lines(columns: int, high: int, wide: int) -> int:
    """How many lines of the result are unfolded together, of an image of ``high`` lines."""
    tokens = max(LEAST_TOKENS, MOST_NUMBERS // columns)
    return min(high, -(-tokens // wide))


def unfolded_row(tokens: int, lanes: int) -> int:
    """How far what two columns read is apart: whole vectors, and no power of two of them, if they are many."""
    vectors = -(-tokens // lanes)
    return (vectors | (vectors > FEW_VECTORS)) * lanes


def frame(window: Window, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of one phase of a padded image."""
    high, wide = (
        -(-(size + 2 * pad) // stride)
        for size, pad, stride in zip((height, width), window.padding, window.stride, strict=True)
    )
    return high, wide


def phases(window: Window) -> tuple[int, int]:
    """How many phases taps read, down and along: the first ones."""
    sides = zip(window.kernel, window.stride, window.dilation, strict=True)
    down, along = (min(stride, step * (taps - 1) + 1) for taps, stride, step in sides)
    return down, along


def offsets(window: Window, channels: int, frame: tuple[int, int], phases: tuple[int, ...]) -> list[int]:
    """Where each column of a weight begins in a padded image: a channel, and a tap's phase and place in it.

    Args:
        window: of the convolution.
        channels: of the image.
        frame: see ``frame``.
        phases: that the image has, down and along.
    """
    phase, (down, along) = frame[0] * frame[1], window.stride
    plane, taps = phases[0] * phases[1] * phase, []
    for i in range(window.kernel[0]):
        for j in range(window.kernel[1]):
            (row, y), (column, z) = divmod(i * window.dilation[0], down), divmod(j * window.dilation[1], along)
            taps.append((y * phases[1] + z) * phase + row * frame[1] + column)
    return [channel * plane + tap for channel in range(channels) for tap in taps]


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
    plane = b.mul(phase, b.mul(w["phases_down"], w["phases_along"]))
    first, last = (b.binary("divui", b.mul(w["planes"], b.plus(part, n)), w["parts"]) for n in (0, 1))
    with b.loop(first, last, one) as turn:
        out = b.at(w["out"], b.mul(turn.index, plane), "f32")
        x = b.at(w["x"], b.mul(turn.index, b.mul(w["height"], w["width"])), "f32")
        _clear(b, out, plane, lanes)
        with b.loop(zero, w["height"], one) as line:
            y = b.add(line.index, w["top"])
            row = b.binary("divui", y, b.constant(down))
            which = b.sub(y, b.times(row, down))
            source = b.at(x, b.mul(line.index, w["width"]), "f32")
            start = b.add(b.mul(b.mul(which, w["phases_along"]), phase), b.mul(row, w["out_columns"]))
            with b.when(b.compare("slt", which, w["phases_down"])), b.loop(zero, w["phases_along"], one) as beside:
                target = b.at(out, b.add(start, b.mul(beside.index, phase)), "f32")
                _pick(b, w, source, target, beside.index, along, lanes)


def _clear(b: Builder, out: Value, count: Value, lanes: int) -> None:
    zeros, width = b.constant(0.0, vector(lanes, "f32")), b.constant(lanes)
    whole = b.mul(b.binary("divui", count, width), width)
    with b.loop(b.constant(0), whole, width) as place:
        b.store(zeros, b.at(out, place.index, "f32"))
    b.store(zeros, b.at(out, whole, "f32"), b.first_lanes(b.sub(count, whole), lanes))


def _pick(b: Builder, w: dict[str, Value], source: Value, out: Value, beside: Value, stride: int, lanes: int) -> None:
    """What belongs to a phase of a line: every so many numbers, from that on which lies ``beside`` a multiple."""
    # The first number in the phase, and where: left + number = stride * place + beside.
    place = b.binary("ceildivsi", b.binary("maxsi", b.sub(w["left"], beside), b.constant(0)), b.constant(stride))
    skipped = b.sub(b.add(b.times(place, stride), beside), w["left"])
    source, out = b.at(source, skipped, "f32"), b.at(out, place, "f32")
    size, width = b.sub(w["width"], skipped), b.constant(lanes)
    # Vectors all of whose numbers, and those between them, are in the line.
    whole = b.mul(b.binary("divui", b.binary("maxsi", size, b.constant(0)), b.constant(stride * lanes)), width)
    with b.loop(b.constant(0), whole, width) as turn:
        line = b.at(source, b.times(turn.index, stride), "f32")
        b.store(_every(b, line, stride, lanes, None), b.at(out, turn.index, "f32"))
    left = b.sub(size, b.times(whole, stride))
    mask = b.first_lanes(b.binary("ceildivsi", left, b.constant(stride)), lanes)
    line = b.at(source, b.times(whole, stride), "f32")
    b.store(_every(b, line, stride, lanes, left), b.at(out, whole, "f32"), mask)


def _every(b: Builder, source: Value, stride: int, lanes: int, left: Value | None) -> Value:
    """V numbers, each so far from the next; ``left``: how many there are to read, None for enough."""
    kind, made = vector(lanes, "f32"), None
    places = [divmod(stride * lane, lanes) for lane in range(lanes)]
    for number in sorted({number for number, _ in places}):
        first = b.constant(number * lanes)
        mask = None if left is None else b.first_lanes(b.sub(left, first), lanes)
        read = b.load(b.at(source, first, "f32"), kind, mask)
        if stride == 1:
            return read
        picks = [lanes + at if here == number else lane for lane, (here, at) in enumerate(places)]
        made = b.shuffle(read if made is None else made, read, picks)
    assert made is not None
    return made
