"""Operators that round numbers to integers and back, element by element.

Zero becomes the integer that stands for it, and that becomes zero again: constants, and zeros among them, go through.
Where scales are worked out of the values themselves, a zero changes neither the least nor the largest of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.channels import Mask
from ...compiler.ir.program import Program
from ...compiler.ir.quantization import Affine, meaning
from .base import Rule, opaque_result
from .evaluate import make_constant, zero_everywhere
from .facts import Axes, Constants, Liveness
from .layout import Order
from .pointwise import Pointwise, _filled


@dataclass(frozen=True, kw_only=True)
class Rounding(Pointwise):
    """Numbers to integers, or integers to numbers; scales and zeros may run along a dimension."""

    integers: ClassVar[bool] = True

    def meaning(self) -> str:
        if self.channel_arguments:
            return "rounds to integers or makes numbers of them; scales and zeros run along its axis"
        return "rounds to integers or makes numbers of them"

    def channel_dim(self, node: fx.Node) -> int:
        axis, rank = argument(node, "axis"), node.meta["val"].ndim
        return int(axis % rank)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        found = super().covered_constants(node, axes, constants, program)
        return found if found is not None else self._of_zeros(node, axes, constants)

    def _of_zeros(self, node: fx.Node, axes: Axes, constants: Constants) -> Any:
        """Zeros that were rounded with a scale that nobody knows are zeros again."""
        here = Affine.of(node)
        before = None if here is None or here.rounds else Affine.of(here.input)
        if here is None or before is None or not here.undoes(before):
            return None
        given, channels = constants.of(before.input), axes.of(before.input)
        if given is None or channels.labels.shape != axes.of(node).labels.shape:
            return None
        zero = given.known & zero_everywhere(given, channels)
        value = torch.zeros([1] * node.meta["val"].ndim, dtype=torch.float64)
        return make_constant(zero, value.expand(given.value.shape), axes.of(node)) if zero.any() else None

    def _evaluate(self, node: fx.Node, given: dict[fx.Node, Tensor], program: Program) -> Tensor:
        args = [_filled(a, given, program) for a in node.args]
        named = {name: torch.float64 if value is not None else None for name, value in node.kwargs.items()}
        result: Tensor = meaning(node)(*args, **named)
        return result.double()


@dataclass(frozen=True, kw_only=True)
class Extremes(Rule):
    """Scale and zero for the numbers that a value holds, from the least and the largest of them."""

    kind: ClassVar[str] = "extremes"
    about: ClassVar[str] = (
        "Looks at the least and the largest number of a value, and at 0: a channel of zeros may go, any other stays."
    )

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return opaque_result(node, axes)

    def liveness(self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program) -> None:
        if not live.any(node):
            return
        operand = operand_of(node)
        needed: Mask = np.ones(axes.of(operand).labels.shape, dtype=np.bool_)
        constant = constants.of(operand)
        if constant is not None and needed.ndim:
            needed &= ~(constant.known & zero_everywhere(constant, axes.of(operand)))
            needed.flat[0] |= not needed.any()
        live.need(operand, needed)

    def order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return Order.SAME
