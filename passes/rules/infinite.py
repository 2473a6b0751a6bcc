"""Values that may hold infinity or NaN because a weight does.

Zero times a number is zero; zero times infinity is not. A model may hold infinite weights in all honesty: masks, tables
of biases, limits. What can be infinite because of them is found here, so that no rule counts on a zero beside it.
Inputs are taken to be finite, and so is what a model computes of finite numbers alone.
"""

from __future__ import annotations

import enum
import math
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx

from ...compiler.ir.arguments import argument
from ...compiler.ir.program import Program, attribute

aten = torch.ops.aten


class Odd(enum.Flag):
    """What a value may hold besides finite numbers."""

    NOTHING = 0
    BELOW = enum.auto()
    ABOVE = enum.auto()
    NAN = enum.auto()


INFINITE = Odd.BELOW | Odd.ABOVE
# Ops whose results are finite for infinite operands. A softmax of nothing but minus infinity is NaN: whoever hides
# everything gets that without a weight, too.
BOUNDED = {
    aten.softmax.int,
    aten._softmax.default,
    aten._safe_softmax.default,
    aten.sigmoid.default,
    aten.hardsigmoid.default,
    aten.tanh.default,
    aten.erf.default,
    aten.atan.default,
    aten.sign.default,
    aten.relu6.default,
}
# Limits: infinity on one side limits nothing. The operand that is the limit, and the side.
LIMITS: dict[object, tuple[tuple[str, Odd], ...]] = {
    aten.maximum.default: (("self", Odd.BELOW), ("other", Odd.BELOW)),
    aten.minimum.default: (("self", Odd.ABOVE), ("other", Odd.ABOVE)),
    aten.clamp.Tensor: (("min", Odd.BELOW), ("max", Odd.ABOVE)),
    aten.clamp_min.Tensor: (("min", Odd.BELOW),),
    aten.clamp_max.Tensor: (("max", Odd.ABOVE),),
}
ATTENTION = aten.scaled_dot_product_attention.default


def odd_values(program: Program) -> dict[fx.Node, Odd]:
    """What the values of a program may hold besides finite numbers; those that hold nothing else are left out."""
    found: dict[fx.Node, Odd] = {}
    for node in program.nodes():
        if node.op == "get_attr":
            odd = held_by(attribute(program.module, str(node.target)), program)
        elif found and node.op == "call_function" and _has_floats(node):
            odd = _of_result(node, found)
        else:
            continue
        if odd:
            found[node] = odd
    return found


def starts_finite(program: Program) -> bool:
    """Whether a program begins with finite numbers, whatever it is called with.

    No input is one of floats, and neither weights nor numbers in the graph are infinite or NaN.
    """
    for node in program.graph.nodes:
        if node.op == "placeholder" and _has_floats(node):
            return False
        if node.op == "get_attr" and held_by(attribute(program.module, str(node.target)), program):
            return False
        numbers = (x for x in pytree.tree_leaves((node.args, node.kwargs)) if isinstance(x, float))
        if not all(map(math.isfinite, numbers)):
            return False
    return True


def held_by(weight: Any, program: Program) -> Odd:
    """What a weight holds besides finite numbers."""
    if not isinstance(weight, Tensor) or not (weight.is_floating_point() or weight.is_complex()):
        return Odd.NOTHING
    odd: Odd = program.known(weight, "odd", lambda: look_at(weight))
    return odd


def look_at(value: Tensor) -> Odd:
    """What a tensor holds besides finite numbers."""
    value = torch.view_as_real(value) if value.is_complex() else value
    if bool(torch.isfinite(value).all()):
        return Odd.NOTHING
    flags = ((value == -torch.inf, Odd.BELOW), (value == torch.inf, Odd.ABOVE), (value.isnan(), Odd.NAN))
    odd = Odd.NOTHING
    for flag, kind in flags:
        odd |= kind if bool(flag.any()) else Odd.NOTHING
    return odd


def _has_floats(node: fx.Node) -> bool:
    values = pytree.tree_leaves(node.meta.get("val"))
    return any(isinstance(x, Tensor) and (x.is_floating_point() or x.is_complex()) for x in values)


def _of_result(node: fx.Node, found: dict[fx.Node, Odd]) -> Odd:
    limits = {argument(node, name): side for name, side in LIMITS.get(node.target, ())}
    hidden = {argument(node, "attn_mask")} if node.target is ATTENTION else set()
    odd = Odd.NOTHING
    for operand in node.all_input_nodes:
        if operand.op == "get_attr" and operand in limits:
            odd |= found.get(operand, Odd.NOTHING) & ~limits[operand]
        elif operand not in hidden:
            odd |= found.get(operand, Odd.NOTHING)
    if node.target in BOUNDED:
        return odd & Odd.NAN
    return INFINITE | odd if odd else odd  # signs change, and so on
