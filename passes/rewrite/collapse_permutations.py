"""CollapsePermutations: a channel shuffle is one gather of channels, which asks for no equal groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Labels
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.verifier import infer
from ..base import Context, Pass
from ..rules.base import Axes
from ..rules.movement import Moved

aten = torch.ops.aten
CHAIN = {aten.reshape.default, aten.view.default, aten.permute.default, aten.transpose.int, aten.clone.default}


@dataclass(frozen=True)
class CollapsePermutations(Pass):
    """Replace a chain of views and transposes that only permutes channels by one ``index_select``.

    Before::

        view = aten.reshape(x, [s0, 2, 8, 4, 4])
        transpose = aten.transpose(view, 1, 2)
        view_1 = aten.reshape(transpose, [s0, 16, 4, 4])

    After::

        view_1 = aten.index_select(x, 1, channel_order)
    """

    requires: ClassVar[frozenset[str]] = frozenset({"axes"})

    def run(self, program: Program, ctx: Context) -> bool:
        axes: Axes = program.facts["axes"]
        changed = False
        for node in [*program.nodes()]:
            if node.target not in (aten.reshape.default, aten.view.default) or not ctx.allow_priced:
                continue
            found = _permutation(node, axes)
            if found is None:
                continue
            source, dim, order = found
            weight = program.new_weight("channel_order", torch.from_numpy(order.copy()), kind=Tensor)
            with program.graph.inserting_before(node):
                gather = program.graph.call_function(aten.index_select.default, (source, dim, weight))
            gather.meta = dict(node.meta)
            node.replace_all_uses_with(gather, propagate_meta=False)
            ctx.priced.append(f"channel gather at '{node.name}'")
            changed = True
        if changed:
            program.clean()
            infer(program)
        return changed


def _permutation(node: fx.Node, axes: Axes) -> tuple[fx.Node, int, Labels] | None:
    """The start of a chain that ends at ``node``, the dimension that it permutes, and the order."""
    order: Labels | None = None
    at = node
    while at.target in CHAIN and (at is node or len(at.users) == 1):
        source = at.args[0]
        assert isinstance(source, fx.Node)
        if at.target is not aten.clone.default:
            moved = axes.moves.get(at)
            if not isinstance(moved, Moved):
                return None
            step = moved.sources[0]
            order = step if order is None else step.ravel()[order]
        at = source
        if order is None or at is node:
            continue
        own, result = axes.of(at), axes.of(node)
        if [str(s) for s in shape_of(at)] == [str(s) for s in shape_of(node)] and own.dims == result.dims and len(own.dims) == 1:
            if (order == np.arange(order.size)).all():
                return None
            return (at, own.dims[0], order) if len(np.unique(order)) == order.size else None
    return None
