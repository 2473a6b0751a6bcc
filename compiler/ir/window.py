"""The geometry of a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Window:
    """The geometry of a convolution, each (vertical, horizontal)."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)

    @classmethod
    def of(cls, *sides: Sequence[int]) -> Window:
        """From kernel, stride, padding and dilation, as operators take them."""
        return cls(*((side[0], side[1]) for side in sides))

    @property
    def is_point(self) -> bool:
        """Whether every output reads one place, the same: a product with the channels."""
        return self.kernel == self.stride == (1, 1) and self.padding == (0, 0)

    @property
    def sides(self) -> list[list[int]]:
        """Kernel, stride, padding and dilation, as operators take them."""
        return [[*side] for side in (self.kernel, self.stride, self.padding, self.dilation)]

    def places(self, sizes: Sequence[Any]) -> list[Any]:
        """Rows and columns of the result for images of such (maybe symbolic) rows and columns."""
        return [
            (size + 2 * pad - step * (taps - 1) - 1) // move + 1
            for size, taps, move, pad, step in zip(sizes, *self.sides, strict=True)
        ]
