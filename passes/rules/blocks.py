"""Blocks of channels that become one channel, or the other way: pixel_shuffle, im2col and their inverses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from torch import fx

from ...compiler.ir.arguments import args_of, argument, function_of, operand_of
from ...compiler.ir.channels import Channels, Mask
from ...compiler.ir.program import Program, hinted, shape_of
from .base import FallsBack
from .evaluate import flattened, full_size, lift, make_constant, zero_everywhere
from .facts import Axes, Constants, Liveness


@dataclass(frozen=True, kw_only=True)
class Blocks(FallsBack):
    """pixel_shuffle and pixel_unshuffle: every channel on the one side is r x r channels on the other.

    The r x r channels stay or go together.
    """

    fold: bool = True
    kind: ClassVar[str] = "movement"

    def meaning(self) -> str:
        return "r x r channels become one" if self.fold else "one channel becomes r x r"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operand = operand_of(node)
        if operand not in axes.channels or axes.of(operand).dims != (operand.meta["val"].ndim - 3,):
            return "the shuffled dimension is not the channel dimension"
        return None

    def _block(self, node: fx.Node) -> int:
        return int(args_of(node)[1]) ** 2

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        operand = axes.of(operand_of(node))
        if self.fold:
            blocks = operand.labels.reshape(-1, self._block(node))
            axes.ids.tie(blocks, blocks[:, :1])
            return Channels(operand.dims, blocks[:, 0])
        return Channels(operand.dims, np.repeat(operand.labels, self._block(node)))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        constant = constants.of(operand_of(node))
        if constant is None:
            return None
        own, block = axes.of(node), self._block(node)
        known = _all_of(constant.known, block) if self.fold else np.repeat(constant.known, block)
        full = full_size(constant, operand_of(node))
        if full is not None:
            return make_constant(known, function_of(node)(full, args_of(node)[1]), own)
        _, values = flattened(constant, axes.of(operand_of(node)))
        if values is None:
            return None
        if self.fold:
            rows = values.reshape(-1, block)
            return make_constant(
                np.asarray(known & (rows == rows[:, :1]).all(axis=1)),
                lift(rows[:, 0], own, node.meta["val"].ndim),
                own,
            )
        return make_constant(known, lift(np.repeat(values, block), own, node.meta["val"].ndim), own)

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        wanted, block = live.of(node), self._block(node)
        blocks = np.asarray(wanted.reshape(-1, block).any(axis=1)) if not self.fold else np.repeat(wanted, block)
        live.need(node.args[0], blocks)


@dataclass(frozen=True, kw_only=True)
class Windows(Blocks):
    """``im2col`` and ``col2im``: every channel on the one side is one for each place of a window on the other."""

    def meaning(self) -> str:
        return "the places of a window become one channel" if self.fold else "one channel for each place"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operand = operand_of(node)
        if (
            operand not in axes.channels
            or axes.of(operand).dims != (1,)
            or node.meta["val"].ndim != 7 - len(shape_of(operand))
        ):
            return "windows do not run over the channels of a batch"
        return None

    def _block(self, node: fx.Node) -> int:
        height, width = argument(node, "kernel_size")
        return int(height) * int(width)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        """Windows overlap and padding is zero: what becomes of a constant depends on the places, but for zeros."""
        operand = operand_of(node)
        constant, own = constants.of(operand), axes.of(node)
        if constant is None:
            return None
        zero = constant.known & zero_everywhere(constant, axes.of(operand))
        full = full_size(constant, operand)
        held, block = zero if full is None else constant.known, self._block(node)
        known = _all_of(held, block) if self.fold else np.repeat(held, block)
        if full is None:
            return make_constant(known, lift(np.zeros(known.size), own, node.meta["val"].ndim), own)
        return make_constant(known, function_of(node)(full.contiguous(), *map(hinted, args_of(node)[1:])), own)


def _all_of(mask: Mask, block: int) -> Mask:
    """One flag for every block of positions: all of it is set."""
    return np.asarray(mask.reshape(-1, block).all(axis=1))
