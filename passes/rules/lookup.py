"""Table lookups: ``embedding`` brings the columns of a table into being as channels, ``index`` picks weights.

A mixture of experts that picks each token's weight matrix multiplies by a weight all the same: which one depends on the
token, what its rows and columns stand for does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import args_of, operand_of
from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program, is_tensor, shape_of
from . import movement_arguments as arguments
from .base import Depends, FallsBack, Role, Rule, computed, said_of
from .contraction import reading
from .evaluate import make_constant
from .facts import Axes, Constants, Liveness
from .movement import Movement
from .shrink import Shrink, select

aten = torch.ops.aten


def weight_behind(node: object, program: Program) -> fx.Node | None:
    """The node of the weight that an operand is, or picks matrices from along dimension 0; None for a value."""
    if not isinstance(node, fx.Node):
        return None
    held = node.args[0] if is_picked(node, program) else node
    return held if isinstance(held, fx.Node) and program.is_weight(held) else None


def is_picked(node: fx.Node, program: Program) -> bool:
    """Whether a node picks matrices from a stack of them, by computed index."""
    if node.target is not aten.index.Tensor:
        return False
    weight, indices = program.held(node.args[0]), args_of(node)[1]
    if weight is None or not weight.is_floating_point() or weight.ndim < 3 or len(indices) != 1:
        return False
    return is_tensor(indices[0]) and not program.is_weight(indices[0]) and len(shape_of(indices[0])) == 1


@dataclass(frozen=True, kw_only=True)
class Picked(Rule):
    """``index`` on a stack of weight matrices: its readers know the weight behind it (see ``weight_behind``)."""

    kind: ClassVar[str] = "lookup"

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.whole()


@dataclass(frozen=True, kw_only=True)
class Index(Depends):
    """``index``: data movement, unless it picks weights."""

    kind: ClassVar[str] = "movement"

    def meaning(self) -> str:
        return f"{said_of(arguments.take)}; where it picks weights by computed index, its readers see those"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        return Picked() if is_picked(node, program) else Movement(rewrite=arguments.take)


@dataclass(frozen=True, kw_only=True)
class Embedding(FallsBack):
    """``embedding``: a column that is the same in every row is a constant channel. Rows always stay."""

    kind: ClassVar[str] = "lookup"
    about: ClassVar[str] = (
        "Reads rows of a table. Its columns are channels, and one that is the same in every row is constant."
    )
    role: ClassVar[Role] = Role.TABLE
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        return "its rows all stay"

    def weight(self, node: fx.Node) -> fx.Node | None:
        return operand_of(node)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        weight = program.held(node.args[0])
        if weight is None:
            return computed(node.args[0], "its table")
        if not weight.is_floating_point():
            return "its table is not floating-point"
        return None

    def _table(self, node: fx.Node, program: Program) -> torch.Tensor:
        weight = program.weight(node.args[0])
        assert weight is not None
        return weight

    def ties(self, node: fx.Node, weights: Sequence[fx.Node], program: Program) -> bool:
        return all(reading(user, weight, program) == (1, False) for weight in weights for user in weight.users)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        rows, columns = self._table(node, program).shape
        labels = axes.ids.fresh((columns,))
        if node in axes.tied:
            axes.tie_readers(operand_of(node), "outputs", np.broadcast_to(axes.ids.fresh(), (rows,)))
            axes.tie_readers(operand_of(node), "inputs", labels)
        return Channels((node.meta["val"].ndim - 1,), labels)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        table = self._table(node, program).cpu()
        known = (table == table[:1]).all(dim=0).numpy()
        value = table[0].reshape([1] * (node.meta["val"].ndim - 1) + [-1])
        return make_constant(known, value, axes.of(node))

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        if live.of(node).any():
            live.need(node.args[1])

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        indices = state.indices(state.axes.of(node), node.meta["val"].ndim - 1)
        if indices is not None:
            smaller = select(self._table(node, state.program), 1, indices)
            state.program.replace_weight(node, operand_of(node), smaller)
