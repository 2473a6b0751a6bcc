"""DropIdentities: operations that return their operand unchanged."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.aliasing import memory_of
from ...compiler.ir.arguments import argument
from ...compiler.ir.program import Program, is_static, is_tensor, is_written, same_shape, shape_of
from ...compiler.ir.verifier import infer
from ..base import Context, Pass
from ..rules.pointwise import Pointwise
from ..rules.table import rule_of

aten = torch.ops.aten


@dataclass(frozen=True)
class DropIdentities(Pass):
    """Remove operations that do nothing: a cat of one, a slice of everything, adding zero, a second relu.

    Before::

        cat = aten.cat([relu], 1)
        conv2d = aten.conv2d(cat, weight, bias)

    After::

        conv2d = aten.conv2d(relu, weight, bias)
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = reshaped = False
        for node in [*program.nodes()]:
            if node.target is aten.cat.default:
                changed |= _drop_empty(node)
            if node.target is aten.add.Tensor:
                reshaped |= _drop_zeros(node, program)
            reshaped |= _read_through(node, program)
            same = _same_as(node, program)
            if same is not None and node.users:
                node.replace_all_uses_with(same, propagate_meta=False)
                changed = True
        if changed or reshaped:
            program.clean()
        if reshaped:
            infer(program)
        return changed or reshaped


def _drop_empty(node: fx.Node) -> bool:
    """Leave operands of size zero out of a cat (rotary embeddings that turn whole heads leave an empty rest)."""
    operands: Any = node.args[0]
    full = [x for x in operands if not any(is_static(s) and s == 0 for s in shape_of(x))]
    if len(full) == len(operands) or not full:
        return False
    node.update_arg(0, full)
    return True


def _drop_zeros(node: fx.Node, program: Program) -> bool:
    """Adding to a tensor of zeros only repeats the other operand."""
    if node.kwargs.get("alpha", 1) != 1:
        return False
    for zeros, other in (node.args[:2], node.args[1::-1]):
        if not isinstance(zeros, fx.Node) or zeros.target is not aten.zeros.default or not is_tensor(other):
            continue
        assert isinstance(other, fx.Node)
        alike = other.meta["val"].dtype == node.meta["val"].dtype and len(shape_of(other)) == len(shape_of(node))
        held = program.weight(other) is not None or is_written(memory_of(other))
        if not held and alike and same_shape(zeros, node):
            node.target, node.args, node.kwargs = aten.expand.default, (other, zeros.args[0]), {}
            return True
    return False


def _read_through(node: fx.Node, program: Program) -> bool:
    """Ops that repeat operands by themselves need no ``expand`` before them."""
    if node.target is aten.scaled_dot_product_attention.default:
        found = [argument(node, "attn_mask")]
    elif isinstance(rule_of(node), Pointwise) and is_tensor(node):
        found = [a for a in node.args if isinstance(a, fx.Node)]
    else:
        return False
    changed = False
    for operand in found:
        if not isinstance(operand, fx.Node) or operand.target is not aten.expand.default:
            continue
        source = operand.args[0]
        assert isinstance(source, fx.Node)
        if len(shape_of(source)) != len(shape_of(operand)) or not is_tensor(source):
            continue
        others = [a for a in node.all_input_nodes if a is not operand and is_tensor(a) and program.weight(a) is None]
        if node.target is aten.scaled_dot_product_attention.default or any(same_shape(a, node) for a in others):
            node.replace_input_with(operand, source)
            changed = True
    return changed


def _same_as(node: fx.Node, program: Program) -> fx.Node | None:
    """The operand that a node is equal to, if it is."""
    if node.op != "call_function" or not is_tensor(node):
        return None
    test = TESTS.get(node.target)
    operand = test(node, program) if test else None
    if not isinstance(operand, fx.Node) or not is_tensor(operand):
        return None
    if is_written(memory_of(operand)) and memory_of(node) is node:
        return None  # a copy of what is there before something else is written
    mine, other = node.meta["val"], operand.meta["val"]
    if mine.dtype != other.dtype or mine.ndim != other.ndim or not same_shape(node, operand):
        return None
    if (mine.is_conj(), mine.is_neg()) != (other.is_conj(), other.is_neg()):
        return None  # conjugated only when it is read, which not every reader does
    return operand


def _first(node: fx.Node, program: Program) -> Any:
    return node.args[0]


def _single(node: fx.Node, program: Program) -> Any:
    operands = node.args[0]
    return operands[0] if isinstance(operands, (list, tuple)) and len(operands) == 1 else None


def _only_piece(node: fx.Node, program: Program) -> Any:
    source = node.args[0]
    if isinstance(source, fx.Node) and source.target is aten.split_with_sizes.default:
        return source.args[0] if len(source.args[1]) == 1 else None  # type: ignore[arg-type]
    return None


def _full_slice(node: fx.Node, program: Program) -> Any:
    step = node.args[4] if len(node.args) > 4 else 1
    start = node.args[2] if len(node.args) > 2 else 0
    end = node.args[3] if len(node.args) > 3 else None
    everything = end is None or end == sys.maxsize or same_shape(node, node.args[0])  # type: ignore[arg-type]
    return node.args[0] if step == 1 and start in (0, None) and everything else None


def _identity_index(node: fx.Node, program: Program) -> Any:
    index = program.weight(node.args[2])
    if index is None or not same_shape(node, node.args[0]):  # type: ignore[arg-type]
        return None
    return node.args[0] if torch.equal(index.cpu(), torch.arange(index.numel())) else None


def _in_order(node: fx.Node, program: Program) -> Any:
    rank = node.meta["val"].ndim
    order = [d % rank for d in node.args[1]]  # type: ignore[union-attr]
    return node.args[0] if order == [*range(rank)] else None


def _no_padding(node: fx.Node, program: Program) -> Any:
    return node.args[0] if all(is_static(a) and a == 0 for a in node.args[1]) else None  # type: ignore[union-attr]


def _neutral(number: float, sides: tuple[int, ...]) -> Callable[[fx.Node, Program], Any]:
    """``x + 0``, ``x * 1``: one side is the neutral element everywhere."""

    def test(node: fx.Node, program: Program) -> Any:
        if node.kwargs.get("alpha", 1) != 1 or len(node.args) > 2:
            return None
        for side in sides:
            value: Any = node.args[side]
            weight = program.weight(value)
            held = weight if weight is not None else value
            neutral = bool((held == number).all()) if isinstance(held, Tensor) else held == number
            if neutral:
                return node.args[1 - side]
        return None

    return test


def _repeated(node: fx.Node, program: Program) -> Any:
    operand = node.args[0]
    return operand if isinstance(operand, fx.Node) and operand.target is node.target else None


TESTS: dict[object, Callable[[fx.Node, Program], Any]] = {
    aten.cat.default: _single,
    operator.getitem: _only_piece,
    aten.slice.Tensor: _full_slice,
    aten.index_select.default: _identity_index,
    aten.clone.default: _first,
    aten.alias.default: _first,
    aten.detach.default: _first,
    aten._to_copy.default: _first,
    aten.view.default: _first,
    aten.reshape.default: _first,
    aten.expand.default: _first,
    aten.squeeze.dims: _first,
    aten.permute.default: _in_order,
    aten.pad.default: _no_padding,
    aten.constant_pad_nd.default: _no_padding,
    aten.add.Tensor: _neutral(0.0, (0, 1)),
    aten.sub.Tensor: _neutral(0.0, (1,)),
    aten.mul.Tensor: _neutral(1.0, (0, 1)),
    aten.div.Tensor: _neutral(1.0, (1,)),
    aten.relu.default: _repeated,
}
