"""The geometry of a convolution, and the matrix that it multiplies with what lies at its taps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class Window:
    """The geometry of a convolution: a number for each dimension of space, two of them (vertical, horizontal) mostly.

    Some transposed convolutions are others in disguise, along each side: with stride 1 that of the flipped kernel;
    where a step is as long as there are taps, each place makes as many places of the result (*phases*), and no two make
    the same, so that a point for each phase will do.

    Attributes:
        kernel, stride, padding, dilation: as operators take them.
        groups: of inputs and outputs.
        extra: of a transposed convolution, the places that are added behind (its output padding); None for the others.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...] = (1, 1)
    padding: tuple[int, ...] = (0, 0)
    dilation: tuple[int, ...] = (1, 1)
    groups: int = 1
    extra: tuple[int, ...] | None = None

    @classmethod
    def of(
        cls,
        kernel: Sequence[int],
        stride: Sequence[int],
        padding: Sequence[int],
        dilation: Sequence[int],
        groups: int = 1,
        extra: Sequence[int] | None = None,
    ) -> Window:
        """From what operators are given.

        Args:
            kernel: as are ``stride``, ``padding`` and ``dilation``, a number for each side.
            stride: see ``kernel``.
            padding: see ``kernel``.
            dilation: see ``kernel``.
            groups: see above.
            extra: see above.
        """
        more = None if extra is None else tuple(extra)
        return cls(tuple(kernel), tuple(stride), tuple(padding), tuple(dilation), groups, more)

    @property
    def is_point(self) -> bool:
        """Whether every output reads one place, the same: a product with the channels."""
        return (
            self.extra is None
            and self.groups == 1
            and set(self.kernel + self.stride) == {1}
            and set(self.padding) == {0}
        )

    @property
    def is_plain(self) -> bool:
        """Whether it is one of images or signals, in one group, with one stride for all sides, and not transposed."""
        strides = {1, *self.stride} if len(self.kernel) == 1 else {*self.stride}
        return self.extra is None and self.groups == 1 and len(self.kernel) < 3 and len(strides) == 1

    @property
    def sides(self) -> list[list[int]]:
        """Kernel, stride, padding and dilation, as operators take them."""
        return [[*side] for side in (self.kernel, self.stride, self.padding, self.dilation)]

    @property
    def words(self) -> str:
        """Everything about it: ``(3, 3) (1, 1) (1, 1) (1, 1)``, and what else there is."""
        others = f" in {self.groups} groups" * (self.groups > 1)
        others += "" if self.extra is None else f" transposed {self.extra}"
        return f"{self.kernel} {self.stride} {self.padding} {self.dilation}{others}"

    def places(self, sizes: Sequence[Any]) -> list[Any]:
        """Along each side, the places of the result for images of such (maybe symbolic) sizes."""
        spans = [step * (taps - 1) + 1 for taps, step in zip(self.kernel, self.dilation, strict=True)]
        pairs = zip(sizes, spans, self.stride, self.padding, strict=True)
        if self.extra is None:
            return [(size + 2 * pad - span) // move + 1 for size, span, move, pad in pairs]
        made = ((size - 1) * move + span - 2 * pad for size, span, move, pad in pairs)
        return [size + more for size, more in zip(made, self.extra, strict=True)]

    # ---------------------------------------------------------------- transposed

    @cached_property
    def plain(self) -> Window | None:
        """The convolution, not transposed, that computes it, or all phases of it; None if there is none."""
        if self.extra is None:
            return self
        sides = [_plain_side(*side) for side in zip(*self.sides, self.extra, strict=True)]
        known = [side for side in sides if side is not None]
        if len(known) < len(sides):
            return None
        kernel, padding = (tuple(side[n] for side in known) for n in (0, 1))
        return Window(kernel, (1,) * len(kernel), padding, self.dilation, self.groups)

    @property
    def phases(self) -> tuple[int, ...]:
        """How many places of the result each place of the input makes alone, along each side: 1 if not transposed."""
        return (1,) * len(self.kernel) if self.extra is None else self.stride

    def matrix(self, weight: Tensor) -> Tensor:
        """A weight of the layer's as [rows, columns]: rows are a group's phases' outputs, columns inputs and taps.

        Raises:
            ValueError: a plain convolution does not compute it.
        """
        if self.extra is None:
            return weight.flatten(1)
        n, found = len(self.kernel), weight.reshape(self.groups, -1, *weight.shape[1:])  # group, input, output, taps
        for side, (phases, taps) in enumerate(self._split()):
            found = found.unflatten(3 + 2 * side, (phases, taps))
        order = [0, *(3 + 2 * side for side in range(n)), 2, 1, *(4 + 2 * side for side in range(n))]
        found = found.permute(order).flip([*range(3 + n, 3 + 2 * n)])
        return found.flatten(n + 2).flatten(0, n + 1)

    def weight(self, matrix: Tensor) -> Tensor:
        """The weight that such a matrix is, as the layer holds it: undoes ``matrix``.

        Raises:
            ValueError: a plain convolution does not compute it.
        """
        if self.extra is None:
            return matrix.reshape(len(matrix), -1, *self.kernel)
        n, split = len(self.kernel), self._split()
        phases, taps = ([pair[k] for pair in split] for k in (0, 1))
        outputs = len(matrix) // self.groups // math.prod(phases)
        found = matrix.reshape(self.groups, *phases, outputs, -1, *taps).flip([*range(3 + n, 3 + 2 * n)])
        pairs = [dim for side in range(n) for dim in (1 + side, 3 + n + side)]
        found = found.permute(0, 2 + n, 1 + n, *pairs).flatten(0, 1)
        return found.reshape(*found.shape[:2], *self.kernel)

    def _split(self) -> list[tuple[int, int]]:
        """Of each side's taps of a transposed one, those that make phases, and those that make one phase."""
        if self.plain is None:
            raise ValueError(f"no plain convolution computes {self.words}")
        return [*zip(self.stride, self.plain.kernel, strict=True)]


def _plain_side(kernel: int, stride: int, padding: int, dilation: int, extra: int) -> tuple[int, int] | None:
    """Kernel and padding of the plain convolution along one side of a transposed one; None if there is none."""
    border = dilation * (kernel - 1) - padding
    if stride == 1 and border >= 0 and extra == 0:
        return kernel, border
    return (1, 0) if stride == kernel and dilation == 1 and padding == extra == 0 else None
