"""Layers in blocks: one operator with bias, residual and activation inside."""

from __future__ import annotations

import torch
from torch import Tensor, fx

from ...codegen.formats.int8_blocks import Int8Blocks
from ...codegen.formats.vector_blocks import VectorBlocks
from ...codegen.operators import VBLOCK_CONV2D, VBLOCK_LINEAR, VBLOCK_LINEAR_INT8
from ...compiler.ir.program import Program
from ..base import PART_OF
from ..rules.base import argument
from .fusion import Fused, window_of

aten = torch.ops.aten


def write_blocks(
    fused: Fused,
    program: Program,
    form: VectorBlocks,
    weight: Tensor,
    tensors: tuple[fx.Node, ...],
    order: Tensor | None,
) -> None:
    """Write a layer for a kernel; ``order`` is that of its rows, which are put back after it."""
    node, rows = fused.node, form.shape[0]
    bias, activation, residual = argument(node, "bias"), fused.activation, fused.residual
    if order is None or residual is None:
        fused.absorb(program)
    else:  # what is added lies in the old order
        activation, residual = "", None
    if order is not None:
        bias = _ordered(program, node, bias, order)
    operands = (node.args[0], *tensors, bias, residual, rows)
    is_linear = node.target is aten.linear.default
    if is_linear:
        node.target = VBLOCK_LINEAR.op
        node.args = (*operands, form.segment, activation, False, False)
    else:
        node.target, sides = VBLOCK_CONV2D.op, window_of(node, weight).sides
        node.args = (*operands, *sides, activation)
    node.kwargs = {}
    if order is not None:
        _put_back(program, node, order, -1 if is_linear else 1)


def write_int8(fused: Fused, program: Program, form: Int8Blocks, tensors: tuple[fx.Node, ...]) -> None:
    """Write a linear layer for the kernel of 8-bit integers, which adds no residual."""
    node, bias, activation = fused.node, argument(fused.node, "bias"), ""
    if fused.residual is None:
        activation = fused.activation
        fused.absorb(program)
    node.target = VBLOCK_LINEAR_INT8.op
    node.args, node.kwargs = (node.args[0], *tensors, bias, form.shape[0], activation), {}


def _ordered(program: Program, node: fx.Node, bias: object, order: Tensor) -> fx.Node | None:
    """The bias of a layer whose rows are in another order."""
    if not isinstance(bias, fx.Node):
        return None
    held = program.weight(bias)
    if held is not None:
        return program.new_weight(f"{bias.target}_ordered", held[order], kind=Tensor)
    rows = program.new_weight(f"{node.name}_rows", order, kind=Tensor)
    with program.graph.inserting_before(node):
        return program.graph.call_function(aten.index_select.default, (bias, 0, rows))


def _put_back(program: Program, node: fx.Node, order: Tensor, dim: int) -> None:
    """Give the results of a layer whose rows are in another order their own again."""
    places = program.new_weight(f"{node.name}_order", torch.argsort(order), kind=Tensor)
    with program.graph.inserting_after(node):
        gather = program.graph.call_function(aten.index_select.default, (node, dim, places))
    gather.meta = {**node.meta, PART_OF: node.name}
    node.replace_all_uses_with(gather, delete_user_cb=lambda user: user is not gather)
