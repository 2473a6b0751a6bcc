"""FoldConstantValues: a value that does not depend on the inputs at all becomes a weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, fx

from ...compiler.ir.facts import Keys
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program, is_static, is_tensor, shape_of
from ..base import Context, Pass
from ..rules.base import Role
from ..rules.facts import AXES, CONSTANTS, Axes, Constant, Constants
from ..rules.pointwise import Pointwise
from ..rules.table import rule_of

aten = torch.ops.aten


@dataclass(frozen=True)
class FoldConstantValues(Pass):
    """Replace a value whose every position is constant by a weight, where somebody reads it who is not constant.

    Before::

        conv2d = aten.conv2d(x, weight, bias)     # every filter is zero
        add = aten.add(x, conv2d)

    After::

        add = aten.add(x, conv2d_value)           # f64[1, 16, 1, 1], the old bias
    """

    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        constants = program.facts[CONSTANTS]
        whole = {node for node in program.nodes() if _is_whole(node, axes, constants)}
        changed = False
        for node in [n for n in program.nodes() if n in whole]:
            held: list[fx.Node] = []
            for user in [*node.users]:
                if user in whole:
                    continue
                replacement = self._replacement(node, user, held, program, constants, ctx)
                if replacement is not None:
                    user.replace_input_with(node, replacement)
                    changed = True
        return changed

    def _replacement(
        self,
        node: fx.Node,
        user: fx.Node,
        held: list[fx.Node],
        program: Program,
        constants: Constants,
        ctx: Context,
    ) -> fx.Node | None:
        """What ``user`` reads instead of ``node``; ``held`` is the weight that an earlier user got, if one did."""
        constant = constants.of(node)
        assert constant is not None
        fills = isinstance(rule_of(user), Pointwise) and _others_fill(node, user, program)
        reader = rule_of(user)
        if not fills and user.op != "output" and (reader.role is Role.LAYER or reader.kind == "movement"):
            return None  # folded into a bias, or moved to somebody who folds it
        if not fills and _is_given(node):
            return None  # copies of a weight, or of a number: there is nothing left to fold
        if not held and _grows(node, constant, ctx):
            ctx.refuse(node, "it is constant, but larger than the weights that it comes from", Cause.LARGER)
            return None
        sizes = None if fills else _sizes(node, program)
        if not fills and sizes is None:
            ctx.refuse(node, "it is constant, but its size is not that of an input", Cause.SIZE)
            return None
        if not held:
            held.append(program.new_weight(f"{node.name}_value", constant.value.to(node.meta["val"].dtype)))
        if fills:
            return held[0]
        with program.graph.inserting_before(user):
            spread = program.graph.call_function(aten.expand.default, (held[0], sizes))
            copied = program.graph.call_function(aten.clone.default, (spread,))
        spread.meta["val"] = copied.meta["val"] = node.meta["val"]
        return copied


def _grows(node: fx.Node, constant: Constant, ctx: Context) -> bool:
    """Whether a value takes more than the weights that are not read any more once it is held.

    That may pay where layers that make it go, not where it is copied from a weight.
    """
    if ctx.allow_growth and (constant.value.numel() == 1 or not _is_given(node)):
        return False
    dead: dict[fx.Node, None] = {node: None}
    for before in reversed([*node.graph.nodes]):
        if before.users and all(user in dead for user in before.users):
            dead[before] = None
    freed = sum(int(x.meta["val"].numel()) for x in dead if x.op == "get_attr")
    return constant.value.numel() > freed


def _is_whole(node: fx.Node, axes: Axes, constants: Constants) -> bool:
    if node.op != "call_function" or not is_tensor(node) or node not in axes.channels:
        return False
    constant = constants.of(node)
    return constant is not None and bool(constant.known.all())


def _is_given(node: fx.Node) -> bool:
    """Whether a value is a weight or a number, or copies of such."""
    if node.op == "get_attr" or not is_tensor(node):
        return True
    return rule_of(node).kind in ("fill", "movement") and all(_is_given(a) for a in node.all_input_nodes)


def _others_fill(node: fx.Node, user: fx.Node, program: Program) -> bool:
    """Whether the other operands of an element-wise op already have the size of its result."""
    want = [
        str(s) for s in (user.meta["val"].shape if isinstance(user.meta["val"], Tensor) else user.meta["val"][0].shape)
    ]
    others = [a for a in user.all_input_nodes if a is not node and is_tensor(a) and not program.is_weight(a)]
    return any([str(s) for s in shape_of(other)] == want for other in others)


def _sizes(node: fx.Node, program: Program) -> list[Any] | None:
    """The node's sizes as numbers, and size nodes of placeholders for dynamic ones; None if one has no such node."""
    sizes: list[Any] = [int(size) if is_static(size) else _source(str(size), program) for size in shape_of(node)]
    if any(size is None for size in sizes):
        return None
    return [_size_node(size, program) if isinstance(size, tuple) else size for size in sizes]


def _source(symbol: str, program: Program) -> tuple[fx.Node, int] | None:
    """The input and dimension whose size a symbol is."""
    for node in program.placeholders():
        if is_tensor(node):
            for dim, size in enumerate(shape_of(node)):
                if not is_static(size) and str(size) == symbol:
                    return node, dim
    return None


def _size_node(source: tuple[fx.Node, int], program: Program) -> fx.Node:
    for node in program.nodes():
        if node.target is aten.sym_size.int and node.args == source:
            return node
    with program.graph.inserting_after(program.placeholders()[-1]):
        made = program.graph.call_function(aten.sym_size.int, source)
    made.meta["val"] = shape_of(source[0])[source[1]]
    return made
