"""DropIdentities: operations that return their operand unchanged."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor, fx

from ...compiler.ir.aliasing import memory_of
from ...compiler.ir.arguments import argument, operand_of, set_argument
from ...compiler.ir.program import Program, is_static, is_tensor, is_written, same_shape, shape_of
from ...compiler.ir.views import Permutation, Slice
from ..base import Context, Pass
from ..rules.infinite import starts_finite
from ..rules.pointwise import MATRIX_PRODUCTS, SOFTMAXES, Pointwise
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
        changed = False
        for node in [*program.nodes()]:
            if node.target is aten.cat.default:
                changed |= _drop_empty(node)
            if node.target is aten.add.Tensor:
                changed |= _drop_zeros(node, program)
            changed |= _read_through(node, program)
            changed |= _drop_mask(node, program)
            same = _same_as(node, program)
            if same is not None and node.users:
                node.replace_all_uses_with(same, propagate_meta=False)
                changed = True
        return changed


def _drop_empty(node: fx.Node) -> bool:
    """Leave operands of size zero out of a cat (rotary embeddings that turn whole heads leave an empty rest)."""
    operands = argument(node, "tensors")
    full = [x for x in operands if not any(is_static(s) and s == 0 for s in shape_of(x))]
    if len(full) == len(operands) or not full:
        return False
    set_argument(node, "tensors", full)
    return True


def _drop_zeros(node: fx.Node, program: Program) -> bool:
    """Adding to a tensor of zeros only repeats the other operand."""
    if argument(node, "alpha") != 1:
        return False
    for zeros, other in permutations(argument(node, name) for name in ("self", "other")):
        if not is_tensor(zeros) or not is_tensor(other) or zeros.target is not aten.zeros.default:
            continue
        alike = other.meta["val"].dtype == node.meta["val"].dtype and len(shape_of(other)) == len(shape_of(node))
        held = program.is_weight(other) or is_written(memory_of(other))
        if not held and alike and same_shape(zeros, node):
            node.target, node.args, node.kwargs = aten.expand.default, (other, argument(zeros, "size")), {}
            return True
    return False


def _read_through(node: fx.Node, program: Program) -> bool:
    """Ops that repeat operands by themselves need no ``expand`` before them."""
    attends = node.target is aten.scaled_dot_product_attention.default
    if not attends and not (isinstance(rule_of(node), Pointwise) and is_tensor(node)):
        return False
    changed = False
    for operand in [argument(node, "attn_mask")] if attends else [*node.args]:
        if not isinstance(operand, fx.Node) or operand.target is not aten.expand.default:
            continue
        source = operand_of(operand)
        if len(shape_of(source)) != len(shape_of(operand)) or not is_tensor(source):
            continue
        others = [a for a in node.all_input_nodes if a is not operand and is_tensor(a) and not program.is_weight(a)]
        if attends or any(same_shape(a, node) for a in others):
            node.replace_input_with(operand, source)
            changed = True
    return changed


def _drop_mask(node: fx.Node, program: Program) -> bool:
    """A mask that is known to hide nothing, and to add nothing, is none."""
    if node.target is not aten.scaled_dot_product_attention.default:
        return False
    held = program.held(argument(node, "attn_mask"))
    if held is None or not bool(held.all() if held.dtype is torch.bool else (held == 0).all()):
        return False
    set_argument(node, "attn_mask", None)
    return True


def _same_as(node: fx.Node, program: Program) -> fx.Node | None:
    """The operand that a node is equal to, if it is."""
    if node.op != "call_function" or not is_tensor(node):
        return None
    test = TESTS.get(node.target)
    operand = test(node, program) if test else None
    if not is_tensor(operand):
        return None
    if is_written(memory_of(operand)) and memory_of(node) is node:
        return None  # a copy of what is there before something else is written
    mine, other = node.meta["val"], operand.meta["val"]
    if mine.dtype != other.dtype or mine.ndim != other.ndim or not same_shape(node, operand):
        return None
    if (mine.is_conj(), mine.is_neg()) != (other.is_conj(), other.is_neg()):
        return None  # conjugated only when it is read, which not every reader does
    return operand


# What an op is equal to if some test holds; None where it does not.
Test = Callable[[fx.Node, Program], object]


def _first(node: fx.Node, program: Program) -> object:
    return operand_of(node)


def _single(node: fx.Node, program: Program) -> object:
    operands = argument(node, "tensors")
    return operands[0] if len(operands) == 1 else None


def _only_piece(node: fx.Node, program: Program) -> object:
    split = operand_of(node)
    single = split.target is aten.split_with_sizes.default and len(argument(split, "split_sizes")) == 1
    return operand_of(split) if single else None


def _full_slice(node: fx.Node, program: Program) -> object:
    run = Slice.of(node)
    if run is None or run.step != 1 or run.start != 0:
        return None
    return run.input if run.stop is None or same_shape(node, run.input) else None


def _put_everywhere(node: fx.Node, program: Program) -> object:
    start, end = argument(node, "start"), argument(node, "end")
    whole = start in (None, 0) and end in (None, sys.maxsize) and argument(node, "step") == 1
    return argument(node, "src") if whole else None


def _identity_index(node: fx.Node, program: Program) -> object:
    index, operand = program.weight(argument(node, "index")), operand_of(node)
    if index is None or not same_shape(node, operand):
        return None
    return operand if torch.equal(index.cpu(), torch.arange(index.numel())) else None


def _in_order(node: fx.Node, program: Program) -> object:
    moved = Permutation.of(node)
    return moved.input if moved is not None and moved.order == tuple(range(len(moved.order))) else None


def _no_padding(node: fx.Node, program: Program) -> object:
    return operand_of(node) if all(is_static(a) and a == 0 for a in argument(node, "pad")) else None


def _neutral(number: float, sides: tuple[int, ...]) -> Test:
    """``x + 0``, ``x * 1``: one side is the neutral element everywhere."""

    def test(node: fx.Node, program: Program) -> object:
        if node.kwargs.get("alpha", 1) != 1 or len(node.args) > 2:
            return None
        operands = [argument(node, name) for name in ("self", "other")]
        for side in sides:
            weight = program.weight(operands[side])
            held = weight if weight is not None else operands[side]
            neutral = bool((held == number).all()) if isinstance(held, Tensor) else held == number
            if neutral:
                return operands[1 - side]
        return None

    return test


def _repeated(node: fx.Node, program: Program) -> object:
    operand = operand_of(node)
    return operand if operand.target is node.target else None


def _never_nan(node: fx.Node, program: Program) -> object:
    """``where(isnan(x), 0, x)``: exporters guard a softmax whose mask may hide everything, and there is no mask."""
    test, x = argument(node, "condition"), argument(node, "other")
    if not is_tensor(x) or not is_tensor(test) or test.target is not aten.isnan.default or operand_of(test) is not x:
        return None
    if x.target not in SOFTMAXES:
        return None
    scores = operand_of(x)
    while scores.target in (aten.mul.Tensor, aten.div.Tensor) and len(scores.all_input_nodes) == 1:
        scores = operand_of(scores)
    return x if scores.target in MATRIX_PRODUCTS and starts_finite(program) else None


TESTS: dict[object, Test] = {
    aten.cat.default: _single,
    operator.getitem: _only_piece,
    aten.slice.Tensor: _full_slice,
    aten.slice_scatter.default: _put_everywhere,
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
    aten.where.self: _never_nan,
    aten.where.ScalarSelf: _never_nan,
}
