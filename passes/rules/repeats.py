"""What is the same all along a dimension, although it has places there: a mask that is made for all heads at once.

Such a value runs along a dimension as one of size one does: who reads fewer places of it takes one, and repeats that.
"""

from __future__ import annotations

import torch
from torch import fx

from ...compiler.ir.arguments import operand_of
from ...compiler.ir.program import Program, is_static, is_tensor, shape_of
from ...compiler.ir.speculation import unmarked

aten = torch.ops.aten

CREATED = {op.default for op in (aten.zeros, aten.ones, aten.full, aten.new_zeros, aten.new_ones, aten.new_full)}
"""Ops that make a tensor of one number."""
WHERES = {aten.where.self, aten.where.ScalarOther, aten.where.ScalarSelf, aten.masked_fill.Scalar}
COPIES = {aten.clone.default, aten._to_copy.default, aten.alias.default}

# Back through how many operations a value is followed: masks are made by a few.
FEW = 12


def repeats(node: fx.Node, dim: int, program: Program, few: int = FEW) -> bool:
    """Whether a value is known to be the same all along a dimension.

    Args:
        node: the value.
        dim: from 0 on.
        program: it is in.
        few: operations that are looked at on the way back.
    """
    size = shape_of(node)[dim]
    if (is_static(size) and size == 1) or node.target in CREATED:
        return True
    if few == 0 or node.op != "call_function" or program.is_weight(node):
        return False
    if node.target is aten.expand.default or node.target in COPIES:
        source = operand_of(node)
        at = dim - len(shape_of(node)) + len(shape_of(source))
        return at < 0 or repeats(source, at, program, few - 1)
    if torch.Tag.pointwise not in getattr(node.target, "tags", ()) and node.target not in WHERES:
        return False
    operands = [x for x in node.all_input_nodes if is_tensor(x)]
    places = [(x, dim - len(shape_of(node)) + len(shape_of(x))) for x in operands]
    return all(at < 0 or repeats(x, at, program, few - 1) for x, at in places)


def first_of(node: fx.Node, dim: int, reader: fx.Node, program: Program) -> fx.Node:
    """The first place of a value along a dimension, for an operation that repeats it.

    Args:
        node: the value.
        dim: along which it is the same.
        reader: the operation.
        program: of both.
    """
    with program.graph.inserting_before(reader):
        first = program.graph.call_function(aten.slice.Tensor, (node, dim, 0, 1))
    first.meta = {**unmarked(reader.meta), "val": node.meta["val"]}
    return first
