"""AbsorbPermutations: a gather of channels next to a convolution is a matter of how its weights are ordered."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.views import LAYERS, Layer
from ..base import Context, Pass
from ..rules.base import shared_weights
from ..rules.pointwise import Pointwise
from ..rules.spatial import Spatial
from ..rules.table import rule_of

aten = torch.ops.aten


@dataclass(frozen=True)
class AbsorbPermutations(Pass):
    """Order the weights of the layer before or behind a channel gather, and drop the gather.

    Before::

        conv2d = aten.conv2d(x, weight, bias)
        gather = aten.index_select(conv2d, 1, order)

    After::

        conv2d = aten.conv2d(x, weight, bias)     # its filters in the new order
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for gather in [*program.nodes()]:
            if gather.target is aten.index_select.default and gather.users:
                order = program.weight(argument(gather, "index"))
                if order is not None and (
                    _into_producer(gather, order, program, ctx) or _into_reader(gather, order, program, ctx)
                ):
                    changed = True
        return changed


def _into_producer(gather: fx.Node, order: Tensor, program: Program, ctx: Context) -> bool:
    """Reorder (and select) the filters of an ungrouped layer whose only reader, order-free ops aside, is ``gather``."""
    read, dim = operand_of(gather), argument(gather, "dim")
    at = read
    while len(at.users) == 1 and at.target not in LAYERS:
        if not _order_free(at, dim, program):
            return False
        at = at.all_input_nodes[0]
    layer = _plain(at, program, ctx)
    if layer is None or len(at.users) != 1 or layer.dim != dim:
        return False
    if len(torch.unique(order)) != order.numel():
        return False  # copies of filters would be more work than copies of results
    bias = program.weight(layer.bias)
    if layer.bias is not None and bias is None:
        return False
    layer.hold(layer.canonical().index_select(1, order))
    if bias is not None:
        layer.hold_bias(bias.index_select(0, order))
    gather.replace_all_uses_with(read, propagate_meta=False)
    return True


def _into_reader(gather: fx.Node, order: Tensor, program: Program, ctx: Context) -> bool:
    """Reorder the columns of the ungrouped layer that is the only reader of a permutation, order-free ops aside."""
    read, dim = operand_of(gather), argument(gather, "dim")
    at = gather
    while len(at.users) == 1:
        before, at = at, next(iter(at.users))
        if at.target in LAYERS:
            layer = _plain(at, program, ctx)
            if layer is None or layer.input is not before or layer.dim != dim or shape_of(read)[dim] != order.numel():
                return False
            held = layer.canonical()
            layer.hold(torch.zeros_like(held).index_add_(2, order, held))
            gather.replace_all_uses_with(read, propagate_meta=False)
            return True
        if not _order_free(at, dim, program):
            return False
    return False


def _plain(node: fx.Node, program: Program, ctx: Context) -> Layer | None:
    """The layer that a node is, if its weight may be changed and has no groups."""
    layer = Layer.of(node, program)
    if layer is None or layer.groups != 1:
        return None
    return None if not ctx.allow_growth and shared_weights(node, program) else layer


def _order_free(node: fx.Node, dim: object, program: Program) -> bool:
    """Whether an op treats all channels along ``dim`` alike: one operand, no weights, the same shape around it."""
    rule = rule_of(node)
    if isinstance(rule, Spatial):
        return rule.results is None and not rule.reduces and dim not in rule.acted(node)
    return (
        isinstance(rule, Pointwise)
        and rule.results is None
        and len(node.all_input_nodes) == 1
        and all(not program.is_weight(a) for a in node.all_input_nodes)
    )
