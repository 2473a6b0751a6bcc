"""SeparateSums: a sum that a norm reads stays a sum, where the target would do worse."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import fx

from ...codegen.operators import SUM_APART, lowering
from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.program import Program, is_tensor
from ...compiler.ir.speculation import mark
from ...compiler.ir.target import Target
from ..base import Context, Pass

aten = torch.ops.aten

ADDED = "sum apart from its norm"


@dataclass(frozen=True)
class SeparateSums(Pass):
    """Keep a sum and the layer norm that reads it two operations, where a runtime would fuse them and lose by it.

    Before::

        add = aten.add(x, y)
        layer_norm = aten.layer_norm(add, [384], weight, bias)

    After::

        sum_apart = sparsec.sum_apart(x, y)
        layer_norm = aten.layer_norm(sum_apart, [384], weight, bias)
    """

    @classmethod
    def is_for(cls, target: Target) -> bool:
        """Whether a target has a form of its own for it."""
        return lowering(SUM_APART, target.lowers) is not None

    def run(self, program: Program, ctx: Context) -> bool:
        sums = {
            operand_of(node): node
            for node in program.nodes()
            if node.target is aten.layer_norm.default and ctx.speculation.at(node) and _is_sum(operand_of(node))
        }
        for node, norm in sums.items():
            operands = node.args[:2]
            node.target, node.args, node.kwargs = SUM_APART.op, operands, {}
            mark(node, ADDED, norm)
        return bool(sums)


def _is_sum(node: fx.Node) -> bool:
    if node.target is not aten.add.Tensor or argument(node, "alpha") != 1:
        return False
    values = (node, *node.args[:2])
    return all(is_tensor(value) and value.meta["val"].dtype is torch.float32 for value in values)
