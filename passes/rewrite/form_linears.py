"""FormLinears: every product of a value with a weight matrix is written as ``linear``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from ...compiler.ir.program import Program, is_tensor
from ..base import Context, Pass

aten = torch.ops.aten


@dataclass(frozen=True)
class FormLinears(Pass):
    """Write ``addmm``, ``mm`` and ``matmul`` with a weight as ``linear``, so that one rule covers them.

    Before::

        addmm = aten.addmm(bias, x, weight)      # weight is f32[inputs, outputs]

    After::

        addmm = aten.linear(x, weight, bias)     # weight is f32[outputs, inputs]
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for node in program.nodes():
            found = FORMS[node.target](node, program) if node.target in FORMS else None
            if found is None:
                continue
            value, matrix, bias = found
            weight = program.weight(matrix)
            assert weight is not None
            node.target, node.args, node.kwargs = aten.linear.default, (value, matrix, *([bias] if bias else [])), {}
            program.replace_weight(node, matrix, weight.t())
            changed = True
        if changed:
            program.clean()
        return changed


def _addmm(node: fx.Node, program: Program) -> tuple[Any, Any, Any] | None:
    bias, value, matrix = node.args[:3]
    held, weight = program.weight(bias), program.weight(matrix)
    if weight is None or held is None or held.ndim != 1 or held.numel() != weight.shape[1] or node.kwargs:
        return None
    return (value, matrix, bias) if program.weight(value) is None else None


def _product(node: fx.Node, program: Program) -> tuple[Any, Any, Any] | None:
    value, matrix = node.args[:2]
    weight = program.weight(matrix)
    if weight is None or weight.ndim != 2 or not is_tensor(value) or program.weight(value) is not None:
        return None
    return value, matrix, None


FORMS: dict[object, Any] = {
    aten.addmm.default: _addmm,
    aten.mm.default: _product,
    aten.matmul.default: _product,
}
