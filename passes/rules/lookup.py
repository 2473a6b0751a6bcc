"""Table lookups: ``embedding`` brings the columns of a table into being as channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import fx

from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program
from .base import Axes, Constants, Demand, FallsBack, Shrink, make_constant, select


@dataclass(frozen=True)
class Embedding(FallsBack):
    """``embedding``: a column that is the same in every row is a constant channel. Rows always stay."""

    kind: str = field(default="lookup", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        weight = program.weight(node.args[0])
        if weight is None or not weight.is_floating_point():
            return "its table depends on the inputs"
        return None

    def _table(self, node: fx.Node, program: Program) -> torch.Tensor:
        weight = program.weight(node.args[0])
        assert weight is not None
        return weight

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return Channels((node.meta["val"].ndim - 1,), axes.atoms.fresh((self._table(node, program).shape[1],)))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        table = self._table(node, program).cpu()
        known = (table == table[:1]).all(dim=0).numpy()
        value = table[0].reshape([1] * (node.meta["val"].ndim - 1) + [-1])
        return make_constant(known, value, axes.of(node))

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        if demand.of(node).any():
            demand.need(node.args[1])

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        kept = state.kept(node)
        if not kept.all():
            assert isinstance(node.args[0], fx.Node)
            smaller = select(self._table(node, state.program), 1, np.flatnonzero(kept))
            state.program.replace_weight(node, node.args[0], smaller)
