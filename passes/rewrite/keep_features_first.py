"""KeepFeaturesFirst: between sparse layers, values stay the way their kernels like them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, fx

from ...codegen.operators import operator_of
from ...compiler.ir.arguments import set_argument
from ...compiler.ir.program import Program, is_tensor, same_shape
from ..base import Context, Pass
from ..rules.pointwise import POINTWISE
from ..rules.table import rule_of

# Arguments of an operator that reads, and makes, values in either order.
ORDERS = ("columns_first", "rows_first")


@dataclass(frozen=True)
class KeepFeaturesFirst(Pass):
    """Let a value that only sparse layers read lie as [features, tokens], so that nothing is transposed.

    Before::

        up = sparsec.vblock_linear(x, ..., columns_first=False, rows_first=False)   # f32[tokens, 3072]
        down = sparsec.vblock_linear(up, ..., columns_first=False, rows_first=False)

    After::

        up = sparsec.vblock_linear(x, ..., columns_first=False, rows_first=True)    # f32[3072, tokens]
        down = sparsec.vblock_linear(up, ..., columns_first=True, rows_first=False)

    Element-wise operations may lie in between, as in a gated feed-forward block.
    """

    def run(self, program: Program, ctx: Context) -> bool:
        values = _inner(program)
        for node in values:
            if _layer(node):
                set_argument(node, "rows_first", True)
            value = node.meta["val"]
            with program.fake_mode():
                node.meta["val"] = value.movedim(-1, 0).contiguous()
            for user in [*node.users]:
                if _layer(user):
                    set_argument(user, "columns_first", True)
        return bool(values)


def _layer(node: fx.Node) -> dict[str, Any] | None:
    """The arguments of an operator that can do with both orders, by name; None for any other node."""
    operator = operator_of(node)
    held = None if operator is None else operator.bound(node)
    return held if held is not None and held.keys() >= {*ORDERS} else None


def _inner(program: Program) -> list[fx.Node]:
    """Values that sparse layers and element-wise operations make, and that nothing else reads."""
    found = {node for node in program.nodes() if _may_be_made(node)}
    while True:
        left = {node for node in found if _fits(node, found)}
        if left == found:
            return [node for node in program.nodes() if node in found]
        found = left


def _may_be_made(node: fx.Node) -> bool:
    held = _layer(node)
    if held is not None:  # a residual or a gate lies as the result does
        return not any(held.get(name) for name in (*ORDERS, "residual", "gate"))
    return rule_of(node) == POINTWISE and isinstance(node.meta.get("val"), Tensor)


def _fits(node: fx.Node, found: set[fx.Node]) -> bool:
    """Whether everything that makes a value, and everything that reads it, can do with the other order."""
    if _layer(node) is None:
        operands = [value for value in node.all_input_nodes if is_tensor(value)]
        if not operands or any(value not in found or not same_shape(value, node) for value in operands):
            return False
    return bool(node.users) and all(_reads(user, node, found) for user in node.users)


def _reads(user: fx.Node, node: fx.Node, found: set[fx.Node]) -> bool:
    held = _layer(user)
    if held is None:
        return user in found
    given = [name for name, value in held.items() if value is node]
    return given == [next(iter(held))] and not held["columns_first"]
