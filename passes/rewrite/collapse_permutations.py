"""CollapsePermutations: a channel shuffle is one gather of channels, which asks for no equal groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import operand_of
from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program, hint, shape_of
from ...compiler.ir.speculation import mark
from ..base import Context, Pass
from ..rules.facts import AXES, Axes
from ..rules.positions import run

aten = torch.ops.aten
CHAIN = {
    aten.reshape.default,
    aten.view.default,
    aten.permute.default,
    aten.transpose.int,
    aten.clone.default,
}


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

    requires: ClassVar[Keys] = frozenset({AXES})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        changed = False
        for node in [*program.nodes()]:
            if node.target not in (aten.reshape.default, aten.view.default) or not ctx.speculation.at(node):
                continue
            found = _permutation(node, axes)
            if found is None:
                continue
            source, dim, order = found
            weight = program.new_weight("channel_order", torch.from_numpy(order.copy()), kind=Tensor)
            with program.graph.inserting_before(node):
                gather = program.graph.call_function(aten.index_select.default, (source, dim, weight))
            gather.meta = dict(node.meta)
            mark(gather, "channel gather", node)
            node.replace_all_uses_with(gather, propagate_meta=False)
            changed = True
        return changed


def _permutation(node: fx.Node, axes: Axes) -> tuple[fx.Node, int, Labels] | None:
    """The start of a chain that ends at ``node``, the dimension that it permutes, and the order."""
    chain = [node]
    while True:
        source = operand_of(chain[-1])
        if source not in axes.channels:
            return None
        found = _order(source, chain, axes)
        if found is not None:
            return found if (found[2] != np.arange(found[2].size)).any() else None
        if source.target not in CHAIN or len(source.users) != 1:
            return None
        chain.append(source)


def _order(source: fx.Node, chain: list[fx.Node], axes: Axes) -> tuple[fx.Node, int, Labels] | None:
    """Run the chain on distinct numbers and read off the order of channels, if that is all that it changes."""
    own, result = axes.channels[source], axes.channels[chain[0]]
    if not isinstance(own, Channels) or own.dims != result.dims or len(own.dims) != 1:
        return None
    if [str(s) for s in shape_of(source)] != [str(s) for s in shape_of(chain[0])]:
        return None
    dim, sizes = own.dims[0], [hint(s) for s in shape_of(source)]
    numbers = torch.arange(int(np.prod(sizes))).reshape(sizes)
    moved = numbers
    for step in reversed(chain):
        moved = run(step, {operand_of(step): moved})
    stride = int(np.prod(sizes[dim + 1 :]))
    order = moved.movedim(dim, 0).reshape(sizes[dim], -1)[:, 0] // stride % sizes[dim]
    if not torch.equal(numbers.index_select(dim, order), moved):
        return None
    return source, dim, order.numpy()
