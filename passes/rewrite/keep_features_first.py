"""KeepFeaturesFirst: between sparse layers, values stay the way their kernels like them."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, fx

from ...codegen.operators import VBLOCK_LINEAR
from ...compiler.ir.program import Program, is_tensor, same_shape
from ..base import Context, Pass
from ..rules.base import argument, set_argument
from ..rules.pointwise import POINTWISE
from ..rules.table import rule_of

LINEAR = VBLOCK_LINEAR.op


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
            if node.target is LINEAR:
                set_argument(node, "rows_first", True)
            value = node.meta["val"]
            with program.fake_mode():
                node.meta["val"] = value.movedim(-1, 0).contiguous()
            for user in [*node.users]:
                if user.target is LINEAR:
                    set_argument(user, "columns_first", True)
        return bool(values)


def _inner(program: Program) -> list[fx.Node]:
    """Values that sparse layers and element-wise operations make, and that nothing else reads."""
    found = {node for node in program.nodes() if _may_be_made(node)}
    while True:
        left = {node for node in found if _fits(node, found)}
        if left == found:
            return [node for node in program.nodes() if node in found]
        found = left


def _may_be_made(node: fx.Node) -> bool:
    if node.target is LINEAR:
        held = VBLOCK_LINEAR.bound(node)  # a residual lies as the result does
        return not held["columns_first"] and not held["rows_first"] and held["residual"] is None
    return rule_of(node) == POINTWISE and isinstance(node.meta.get("val"), Tensor)


def _fits(node: fx.Node, found: set[fx.Node]) -> bool:
    """Whether everything that makes a value, and everything that reads it, can do with the other order."""
    if node.target is not LINEAR:
        operands = [value for value in node.all_input_nodes if is_tensor(value)]
        if not operands or any(value not in found or not same_shape(value, node) for value in operands):
            return False
    return bool(node.users) and all(_reads(user, node, found) for user in node.users)


def _reads(user: fx.Node, node: fx.Node, found: set[fx.Node]) -> bool:
    if user in found and user.target is not LINEAR:
        return True
    alone = user.target is LINEAR and user.args[0] is node and user.all_input_nodes.count(node) == 1
    return alone and argument(user, "residual") is not node and not argument(user, "columns_first")
