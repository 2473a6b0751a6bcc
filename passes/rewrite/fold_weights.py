"""FoldWeights: compute what depends on weights alone, once and for all."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.program import Program
from ..base import Context, Pass

# A folded value may be this many times larger than the weights it comes from: what is expanded late is moved less.
GROWTH = 4
# Tensors that forward makes out of nothing (arange, zeros) may be as large as this.
CREATED = 65536


@dataclass(frozen=True)
class FoldWeights(Pass):
    """Replace operations on weights alone (pruning masks, parametrizations, weight standardisation) by their result.

    Before::

        mul = aten.mul(weight_orig, weight_mask)
        conv2d = aten.conv2d(x, mul, bias)

    After::

        conv2d = aten.conv2d(x, mul_weight, bias)
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for node in [*program.nodes()]:
            if not _foldable(node, program):
                continue
            value = _evaluate(node, program)
            inputs = _source(node).all_input_nodes
            read = sum(a.meta["val"].numel() for a in inputs)
            limit = GROWTH * max(read, 1024) if inputs else CREATED
            if value.numel() > limit:
                ctx.refuse(node, "its result is much larger than the weights it is computed from")
                continue
            node.replace_all_uses_with(program.new_weight(_name(node, program), value), propagate_meta=False)
            changed = True
        if changed:
            program.clean()
        return changed


def _foldable(node: fx.Node, program: Program) -> bool:
    if node.op != "call_function" or not isinstance(node.meta.get("val"), Tensor) or not node.users:
        return False
    tags = getattr(node.target, "tags", ())
    if torch.Tag.nondeterministic_seeded in tags:
        return False
    if getattr(getattr(node.target, "_schema", None), "is_mutable", False):
        return False
    return all(program.weight(a) is not None for a in _source(node).all_input_nodes)


def _source(node: fx.Node) -> fx.Node:
    """The op that computes a value: of one result of several (a split weight), the op that has them."""
    first = node.args[0] if node.target is operator.getitem else node
    return first if isinstance(first, fx.Node) and first.op == "call_function" else node


def _evaluate(node: fx.Node, program: Program) -> Tensor:
    def read(argument: fx.Node) -> Any:
        return program.weight(argument)

    source = _source(node)
    assert callable(source.target)
    with torch.no_grad():
        result = source.target(*fx.node.map_arg(source.args, read), **fx.node.map_arg(source.kwargs, read))
    found: Tensor = result if source is node else result[node.args[1]]
    return found


def _name(node: fx.Node, program: Program) -> str:
    """The weight that an ``x_orig * x_mask`` or a parametrization stands for, or the node's own name."""
    first = next((str(a.target) for a in node.all_input_nodes if a.op == "get_attr"), node.name)
    if first.endswith(("_orig", "_mask")):
        return first[: -len("_orig")]
    if ".parametrizations." in first:
        module, _, rest = first.partition(".parametrizations.")
        return f"{module}.{rest.split('.')[0]}"
    if first.startswith("parametrizations."):
        return first.split(".")[1]
    return node.name
