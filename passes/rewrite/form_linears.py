"""FormLinears: every product of a value with a weight matrix is written as ``linear``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, names_of, operand_of
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program, is_tensor
from ...compiler.ir.views import Permutation
from ..base import Context, Pass

aten = torch.ops.aten


@dataclass(frozen=True)
class FormLinears(Pass):
    """Write ``addmm``, ``mm`` and ``matmul`` with a weight as ``linear``, so that one rule covers them.

    Before::

        addmm = aten.addmm(bias, x, weight)      # weight is f32[inputs, outputs]

    After::

        addmm = aten.linear(x, weight, bias)     # weight is f32[outputs, inputs]

    A weight that is transposed for the product (a tied embedding) is read as it is. One that others read as it is
    stays theirs, and the product a product.
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for node in program.nodes():
            found = FORMS[node.target](node, program) if node.target in FORMS else None
            if found is None:
                continue
            value, matrix, bias = found
            held = _transposed(matrix, program)
            if held is None and not ctx.allow_growth and any(user.target not in FORMS for user in matrix.users):
                ctx.refuse(node, "others read its weight as it is: a transposed copy would be larger", Cause.SHARED)
                continue
            node.target, node.kwargs = aten.linear.default, {}
            node.args = (value, held or matrix, *([bias] if bias else []))
            if held is None:
                weight = program.weight(matrix)
                assert weight is not None
                program.replace_weight(node, matrix, weight.t())
            changed = True
        return changed


def _addmm(node: fx.Node, program: Program) -> Product | None:
    bias, value, matrix = (operand_of(node, name) for name in ("self", "mat1", "mat2"))
    held, weight = program.held(bias), _matrix(matrix, program)
    if weight is None or held is None or held.ndim != 1 or held.numel() != weight.shape[1]:
        return None
    if any(argument(node, name) != 1 for name in ("alpha", "beta")):
        return None
    return (value, matrix, bias) if not program.is_weight(value) else None


def _product(node: fx.Node, program: Program) -> Product | None:
    value, matrix = (operand_of(node, name) for name in names_of(node.target))
    weight = _matrix(matrix, program)
    if weight is None or weight.ndim != 2 or not is_tensor(value) or program.is_weight(value):
        return None
    return value, matrix, None


def _matrix(node: fx.Node, program: Program) -> Tensor | None:
    """A weight as it is held, or the transpose of one."""
    held = _transposed(node, program)
    found = program.held(node if held is None else held)
    return found if held is None or found is None else found.t()


def _transposed(node: fx.Node, program: Program) -> fx.Node | None:
    """The weight that a node is the transpose of, if that is a matrix."""
    permutation = Permutation.of(node)
    if permutation is None or permutation.order != (1, 0):
        return None
    return permutation.input if program.is_weight(permutation.input) else None


# What is multiplied, the matrix, and what is added.
Product = tuple[fx.Node, fx.Node, fx.Node | None]
FORMS: dict[object, Callable[[fx.Node, Program], Product | None]] = {
    aten.addmm.default: _addmm,
    aten.mm.default: _product,
    aten.matmul.default: _product,
}
