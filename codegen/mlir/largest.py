"""``largest``: the largest absolute values of stretches of images, so that shares of an image's work find it together.

A scale is that of a whole image: without this, each share of ``quantise_images`` would look at all of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Value
from .host import Host
from .parallel_entry import Words, parallel_entry
from .rounding import Rounding

# Stretches of an image.
STRETCHES = 16
LARGEST_WORDS = Words(("x", "most"), ("images", "size"))


@dataclass(frozen=True)
class Largest:
    """The kernel: ``most`` is [images, STRETCHES], the bits of float32 numbers, of x [images, ``size``]."""

    @property
    def name(self) -> str:
        return "largest"

    def text(self, host: Host) -> str:
        """The kernel as MLIR, with ``<name>(words, part)`` and ``<name>_parallel(words)``."""
        return parallel_entry(self.name, LARGEST_WORDS, lambda b, words, part: _write(b, words, part, host))


def _write(b: Builder, w: dict[str, Value], part: Value, host: Host) -> None:
    count, stretches = b.times(w["images"], STRETCHES), b.constant(STRETCHES)
    first, last = (b.binary("divui", b.mul(count, b.plus(part, n)), w["parts"]) for n in (0, 1))
    each = b.binary("ceildivsi", w["size"], stretches)
    with b.loop(first, last, b.constant(1)) as turn:
        image = b.binary("divui", turn.index, stretches)
        low = b.binary("minsi", b.mul(b.sub(turn.index, b.mul(image, stretches)), each), w["size"])
        there = b.binary("minsi", each, b.sub(w["size"], low))
        x = b.at(w["x"], b.add(b.mul(image, w["size"]), low), "f32")
        b.store(Rounding(b, w, host).largest(x, there), b.at(w["most"], turn.index, "i32"))
