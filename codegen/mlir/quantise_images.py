"""``quantise_images``: images as words of four channels of bytes, with the border that a convolution reads.

Layout: [images, groups of four channels, s, s, rows, columns] words; for a stride s an image is split as ``pad`` does
it. The border is the zero point. Each image has a scale of its own, or a given one; where there are several shares,
``largest`` has looked for its largest value before.
"""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Value, vector
from .byte_dots import FOUR
from .host import Host
from .largest import STRETCHES
from .parallel_entry import Words, parallel_entry
from .rounding import Rounding

IMAGE_WORDS = Words(
    ("x", "out", "scales", "most"),
    (
        *("images", "channels", "groups", "height", "width", "top", "left"),
        *("out_rows", "out_columns", "plane"),  # of a phase; words of a group
        *("border", "step", "zero_point"),
    ),
)


@dataclass(frozen=True)
class QuantiseImages:
    """The kernel that makes them.

    Attributes:
        stride: of the convolution, in both directions.
    """

    stride: int = 1

    @property
    def name(self) -> str:
        return f"quantise_images_{self.stride}"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(
            self.name, IMAGE_WORDS, lambda b, words, part: _Rounder(self.stride, b, words, host).write(part)
        )


class _Rounder:
    def __init__(self, stride: int, builder: Builder, words: dict[str, Value], host: Host) -> None:
        self.stride, self.b, self.words, self.lanes = stride, builder, words, host.lanes
        self.rounding = Rounding(builder, words, host)
        self.integers, self.floats = vector(host.lanes, "i32"), vector(host.lanes, "f32")

    def write(self, part: Value) -> None:
        b, w = self.b, self.words
        self.waiting = b.array(self.lanes, "i32")
        count = b.mul(w["images"], w["groups"])
        first, last = (b.binary("divui", b.mul(count, b.plus(part, n)), w["parts"]) for n in (0, 1))
        self.rounding.either(lambda: self._images(first, last))

    def _images(self, first: Value, last: Value) -> None:
        """Write some of the groups of all images, numbered through."""
        b, w, zero, one = self.b, self.words, self.b.constant(0), self.b.constant(1)
        with b.loop(zero, w["images"], one) as image:
            before = b.mul(image.index, w["groups"])
            low, high = (
                b.binary("minsi", b.binary("maxsi", b.sub(end, before), zero), w["groups"]) for end in (first, last)
            )
            with b.when(b.compare("slt", low, high)):
                size = b.mul(w["channels"], b.mul(w["height"], w["width"]))
                x = b.at(w["x"], b.mul(image.index, size), "f32")
                factor = self._factor(x, size, image.index)
                with b.loop(low, high, one) as group:
                    out = b.at(w["out"], b.mul(b.add(before, group.index), w["plane"]), "i32")
                    with b.when(b.compare("ne", w["border"], zero)):
                        self._clear(out)
                    self._group(x, group.index, out, factor)

    def _factor(self, x: Value, size: Value, image: Value) -> Value | None:
        """Write the scale of an image; what numbers are multiplied by, if steps are not given."""
        b, place = self.b, self.b.at(self.words["scales"], image, "f32")
        if self.rounding.given:
            b.store(self.rounding.step, place)
            return None
        found = b.either(
            b.compare("sgt", self.words["parts"], b.constant(1)),
            ["i32"],
            lambda: [self._largest_of(b.at(self.words["most"], b.times(image, STRETCHES), "i32"))],
            lambda: [self.rounding.largest(x, size)],
        )
        most = b.convert("bitcast", found[0], "f32")
        scale, factor = self.rounding.scale_and_factor(most)
        b.store(scale, place)
        return factor

    def _largest_of(self, most: Value) -> Value:
        """The largest of what was found in the stretches of an image."""
        b = self.b
        return b.reduce("maxsi", b.load(most, vector(STRETCHES, "i32")))

    def _clear(self, out: Value) -> None:
        """Fill a group with zeros."""
        b, w, width = self.b, self.words, self.b.constant(self.lanes)
        octet = b.convert("trunci", w["zero_point"], "i32")
        octet = b.binary("xori", octet, b.constant(128, "i32")) if self.rounding.signed else octet
        zeros = b.broadcast(b.mul(octet, b.constant(0x01010101, "i32")), self.lanes)
        whole = b.mul(b.binary("divui", w["plane"], width), width)
        with b.loop(b.constant(0), whole, width) as place:
            b.store(zeros, b.at(out, place.index, "i32"))
        b.store(zeros, b.at(out, whole, "i32"), b.first_lanes(b.sub(w["plane"], whole), self.lanes))

    def _group(self, x: Value, group: Value, out: Value, factor: Value | None) -> None:
        """Four channels, line by line."""
        b, w, stride = self.b, self.words, self.b.constant(self.stride)
        size, most = b.mul(w["height"], w["width"]), b.plus(w["channels"], -1)
        # What stands for a channel that is not there is multiplied by zero.
        channels = [b.binary("minsi", b.plus(b.times(group, FOUR), k), most) for k in range(FOUR)]
        phase = b.mul(w["out_rows"], w["out_columns"])
        with b.loop(b.constant(0), w["height"], b.constant(1)) as line:
            sources = [b.add(b.mul(channel, size), b.mul(line.index, w["width"])) for channel in channels]
            y = b.add(line.index, w["top"])
            row = b.binary("divui", y, stride)
            which = b.times(b.sub(y, b.mul(row, stride)), self.stride)
            start = b.add(b.mul(which, phase), b.mul(row, w["out_columns"]))
            self._line([b.at(x, source, "f32") for source in sources], b.at(out, start, "i32"), phase, factor)

    def _line(self, sources: list[Value], out: Value, phase: Value, factor: Value | None) -> None:
        b, w, width = self.b, self.words, self.b.constant(self.lanes)
        whole = b.mul(b.binary("divui", w["width"], width), width)

        def write(place: Value, mask: Value | None) -> None:
            words = self._words([b.load(b.at(source, place, "f32"), self.floats, mask) for source in sources], factor)
            column = b.add(place, w["left"])
            if self.stride == 1:
                b.store(words, b.at(out, column, "i32"), mask)
                return
            b.store(words, self.waiting)
            self._scatter(out, column, b.binary("minsi", width, b.sub(w["width"], place)), phase)

        with b.loop(b.constant(0), whole, width) as place:
            write(place.index, None)
        with b.when(b.compare("slt", whole, w["width"])):
            write(whole, b.first_lanes(b.sub(w["width"], whole), self.lanes))

    def _scatter(self, out: Value, first: Value, count: Value, phase: Value) -> None:
        """Words that wait, one by one, to the phases of their columns."""
        b, stride = self.b, self.b.constant(self.stride)
        with b.loop(b.constant(0), count, b.constant(1)) as turn:
            column = b.add(first, turn.index)
            place = b.binary("divui", column, stride)
            which = b.sub(column, b.mul(place, stride))
            word = b.load(b.at(self.waiting, turn.index, "i32"), "i32")
            b.store(word, b.at(out, b.add(b.mul(which, phase), place), "i32"))

    def _words(self, numbers: list[Value], factor: Value | None) -> Value:
        """Four channels of V places as words."""
        b = self.b
        made = None
        for k, channel in enumerate(numbers):
            octet = self.rounding.rounded(channel, factor)
            octet = octet if k == FOUR - 1 else b.binary("andi", octet, b.constant(255, self.integers))
            octet = octet if k == 0 else b.binary("shli", octet, b.constant(8 * k, self.integers))
            made = octet if made is None else b.binary("ori", made, octet)
        assert made is not None
        return made
