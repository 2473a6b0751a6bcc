"""How convolutions that take no images, or are transposed, are written with the operator for plain ones of images.

Signals are images one place high. For volumes, the slices that each depth of the result reads are channels of an image:
a copy for each tap in depth. A transposed convolution with a stride makes its phases one after the other (see
``Window``); their places are interleaved behind it, which copies the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.program import PART_OF
from ...compiler.ir.site import Site
from ...compiler.ir.window import Window

aten = torch.ops.aten


@dataclass(frozen=True)
class Images:
    """Writes what a convolution reads and makes as images; nothing, where that is what they are.

    Attributes:
        site: of the convolution.
        window: its own.
    """

    site: Site
    window: Window
    _made: list[fx.Node] = field(default_factory=list)

    @property
    def geometry(self) -> tuple[Any, ...]:
        """Kernel, stride, padding, dilation and groups, as the operator takes them."""
        plain = self.window.plain
        assert plain is not None
        ones = ([1], [1], [0], [1])
        pairs = ((one * (2 - len(side)) + side)[-2:] for one, side in zip(ones, plain.sides, strict=True))
        return *pairs, plain.groups

    @property
    def in_phases(self) -> bool:
        """Whether the result's places have to be interleaved."""
        return math.prod(self.window.phases) > 1

    def read(self, x: fx.Node) -> fx.Node:
        """What the layer reads, as [images, channels, height, width]."""
        return self.of(x) if len(self.window.kernel) < 3 else self._slices(x)

    def of(self, value: fx.Node) -> fx.Node:
        """A value that lies like what the layer makes, as [images, channels, height, width]."""
        call, sides = self.site.call, len(self.window.kernel)
        if sides == 3:
            return call(aten.flatten.using_ints, call(aten.permute.default, value, [0, 2, 1, 3, 4]), 0, 1)
        return value if sides == 2 else call(aten.unsqueeze.default, value, 2)

    def _slices(self, x: fx.Node) -> fx.Node:
        """Volumes [volumes, channels, depth, height, width] as images of what each depth of the result reads."""
        call, (kernel, stride, padding, dilation) = self.site.call, (side[0] for side in self.window.sides)
        x = call(aten.constant_pad_nd.default, x, [0, 0, 0, 0, padding, padding]) if padding else x
        firsts = [dilation * tap for tap in range(kernel)]
        taps = [call(aten.slice.Tensor, x, 2, first, first - firsts[-1] or 2**63 - 1, stride) for first in firsts]
        x = call(aten.stack.default, taps, 3)  # [volumes, channels, depth, taps, height, width]
        x = call(aten.permute.default, x, [0, 2, 1, 3, 4, 5])
        return call(aten.flatten.using_ints, call(aten.flatten.using_ints, x, 2, 3), 0, 1)

    def give(self, order: Tensor | None) -> None:
        """Let what reads the layer read its result as it was, though the layer's node makes images by now.

        Args:
            order: of the rows that the operator computes; None if they have their own.
        """
        if order is not None:
            places = self.site.program.new_weight(f"{self.site.node.name}_order", torch.argsort(order), kind=Tensor)
            self._then(aten.index_select.default, 1, places)
        signal = len(self.window.kernel) == 1
        if self.in_phases:
            self._interleave([1] * signal + [*self.window.phases])
        if signal:
            self._then(aten.squeeze.dim, 2)
        if len(self.window.kernel) == 3:
            self._then(aten.unflatten.int, 0, [self.site.size(self.site.x, 0), -1])
            self._then(aten.permute.default, [0, 2, 1, 3, 4])
            self._then(aten.clone.default, memory_format=torch.contiguous_format)

    def _interleave(self, phases: list[int]) -> None:
        """Let [images, groups x phases x channels, height, width] be the result's places.

        One side after the other: what moves a single dimension, ONNX Runtime, too, does quickly.
        """
        down, along = phases
        self._then(aten.unflatten.int, 1, [self.window.groups, down, along, -1])
        self._then(aten.permute.default, [0, 1, 2, 4, 5, 6, 3])
        self._then(aten.flatten.using_ints, 5, 6)
        if down > 1:
            self._then(aten.permute.default, [0, 1, 3, 4, 2, 5])
            self._then(aten.flatten.using_ints, 3, 4)
        else:
            self._then(aten.squeeze.dim, 2)
        self._then(aten.flatten.using_ints, 1, 2)

    def _then(self, op: Any, *args: Any, **kwargs: Any) -> None:
        """An operation on what is the result so far."""
        last = self._made[-1] if self._made else self.site.node
        with self.site.program.graph.inserting_after(last):
            made = self.site.program.graph.call_function(op, (last, *args), kwargs)
        made.meta[PART_OF] = self.site.node.name
        self.site.give(made, of=last)
        self._made.append(made)
