"""AbsorbPermutations: a gather of channels next to a convolution is a matter of how its weights are ordered."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument
from ...compiler.ir.program import Program
from ...compiler.ir.verifier import infer
from ..base import Context, Pass
from ..rules.base import shared_weights
from ..rules.contraction import (
    Contraction,
    canonical,
    channel_dim,
    decanonical,
    groups_of,
    output_dim,
)
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
                order = program.weight(gather.args[2])
                if order is not None and (
                    _into_producer(gather, order, program, ctx) or _into_reader(gather, order, program, ctx)
                ):
                    changed = True
        if changed:
            program.clean()
            infer(program)
        return changed


def _into_producer(gather: fx.Node, order: Tensor, program: Program, ctx: Context) -> bool:
    """Reorder (and select) the filters of an ungrouped layer whose only reader, order-free ops aside, is ``gather``."""
    at, dim = gather.args[0], gather.args[1]
    while isinstance(at, fx.Node) and len(at.users) == 1 and not isinstance(rule_of(at), Contraction):
        if not _order_free(at, dim, program):
            return False
        at = at.args[0]
    if not isinstance(at, fx.Node) or len(at.users) != 1 or not _plain(at, program, ctx) or output_dim(at) != dim:
        return False
    if len(torch.unique(order)) != order.numel():
        return False  # copies of filters would be more work than copies of results
    weight, bias = program.weight(at.args[1]), argument(at, "bias")
    assert weight is not None and isinstance(at.args[1], fx.Node)
    rows = canonical(at, program).index_select(1, order)
    program.replace_weight(at, at.args[1], decanonical(at, rows, weight).to(weight.dtype))
    if bias is not None:
        held = program.weight(bias)
        assert held is not None
        program.replace_weight(at, bias, held.index_select(0, order))
    gather.replace_all_uses_with(gather.args[0], propagate_meta=False)  # type: ignore[arg-type]
    return True


def _into_reader(gather: fx.Node, order: Tensor, program: Program, ctx: Context) -> bool:
    """Reorder the columns of the ungrouped layer that is the only reader of a permutation, order-free ops aside."""
    size = gather.args[0].meta["val"].shape[gather.args[1]]  # type: ignore[union-attr]
    at: fx.Node = gather
    while len(at.users) == 1:
        before, at = at, next(iter(at.users))
        if isinstance(rule_of(at), Contraction):
            if at.args[0] is not before or not _plain(at, program, ctx) or channel_dim(at) != gather.args[1]:
                return False
            weight = program.weight(at.args[1])
            if weight is None or size != order.numel():
                return False
            assert isinstance(at.args[1], fx.Node)
            held = canonical(at, program)
            columns = torch.zeros_like(held).index_add_(2, order, held)
            program.replace_weight(at, at.args[1], decanonical(at, columns, weight).to(weight.dtype))
            gather.replace_all_uses_with(gather.args[0], propagate_meta=False)  # type: ignore[arg-type]
            return True
        if not _order_free(at, gather.args[1], program):
            return False
    return False


def _plain(node: fx.Node, program: Program, ctx: Context) -> bool:
    if not ctx.allow_growth and shared_weights(node, program):
        return False
    return isinstance(rule_of(node), Contraction) and program.weight(node.args[1]) is not None and groups_of(node) == 1


def _order_free(node: fx.Node, dim: object, program: Program) -> bool:
    """Whether an op treats all channels along ``dim`` alike: one operand, no weights, the same shape around it."""
    rule = rule_of(node)
    if isinstance(rule, Spatial):
        return rule.results is None and not rule.reduces and dim not in rule.acted(node)
    return (
        isinstance(rule, Pointwise)
        and rule.results is None
        and len(node.all_input_nodes) == 1
        and all(program.weight(a) is None for a in node.all_input_nodes)
    )
