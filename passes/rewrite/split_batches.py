"""SplitBatches: heads that a reshape merges into the batch, and another one takes apart again, stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from ...compiler.ir.arguments import argument, operand_of, set_argument
from ...compiler.ir.program import Program, is_static, is_tensor, shape_of
from ...compiler.ir.views import Permutation, Select
from ..base import Context, Pass
from ..rules.pointwise import POINTWISE, Pointwise
from ..rules.table import rule_of

aten = torch.ops.aten


@dataclass(frozen=True)
class SplitBatches(Pass):
    """Compute on (batch, heads, ...) what the model computes on (batch x heads, ...).

    Before::

        reshape = aten.reshape(x, [-1, 8, 16])          # f32[4*s0, 8, 16] of f32[s0, 4, 8, 16]
        reshape_1 = aten.reshape(y, [-1, 16, 8])
        bmm = aten.bmm(reshape, reshape_1)              # f32[4*s0, 8, 8]
        reshape_2 = aten.reshape(bmm, [s0, 4, 8, 8])

    After::

        matmul = aten.matmul(x, y)                      # f32[s0, 4, 8, 8]
        reshape_2 = aten.reshape(matmul, [s0, 4, 8, 8])   # an identity now

    A dimension of dynamic size cannot say which of its positions are which head; two dimensions can.
    """

    def run(self, program: Program, ctx: Context) -> bool:
        apart: dict[fx.Node, Apart] = {}
        changed = False
        for node in [*program.nodes()]:
            if node.op != "call_function" or not is_tensor(node):
                continue
            found: Apart | None
            held = apart.get(operand_of(node)) if node.target is aten.reshape.default else None
            if held is not None:
                found = _kept_apart(node, held, program)
                if found is None:
                    changed |= _rejoin(node, held)
            else:
                found = _taken_apart(node, apart, program)
            if found is not None:
                apart[node] = found
        program.clean()  # of what was taken apart for nobody
        return changed


@dataclass(frozen=True)
class Apart:
    """A value whose merged dimension ``dim`` is, in ``node``, the two dimensions ``dim`` (dynamic) and ``dim + 1``."""

    node: fx.Node
    dim: int
    size: int


def _rejoin(node: fx.Node, operand: Apart) -> bool:
    """A reshape reads the value that was never merged: the order of its numbers is the same."""
    if operand.node.target is aten.reshape.default and operand_of(operand.node) is operand_of(node):
        return False
    set_argument(node, "self", operand.node)
    return True


def _kept_apart(node: fx.Node, operand: Apart, program: Program) -> Apart | None:
    """A reshape of what lies behind the merged dimension."""
    before, after, dim = shape_of(operand_of(node)), shape_of(node), operand.dim
    sizes = [*argument(node, "shape")]
    if [str(s) for s in before[: dim + 1]] != [str(s) for s in after[: dim + 1]]:
        return None
    if any(isinstance(s, int) and s == -1 for at, s in enumerate(sizes) if at != dim):
        sizes = [hint_or(s, size) for s, size in zip(sizes, after, strict=True)]
    if any(isinstance(s, int) and s == -1 for at, s in enumerate(sizes) if at != dim):
        return None
    wide = [*sizes[:dim], -1, operand.size, *sizes[dim + 1 :]]
    return Apart(_call(program, node, aten.reshape.default, (operand.node, wide)), dim, operand.size)


def hint_or(size: Any, known: Any) -> Any:
    """The static size in place of -1."""
    return int(known) if isinstance(size, int) and size == -1 and is_static(known) else size


def _taken_apart(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    if node.target is aten.reshape.default:
        return _merging(node, program)
    if node.target is aten.repeat.default:
        return _repeated(node, program)
    if node.target is aten.unsqueeze.default:
        return _unsqueezed(node, apart, program)
    part = Select.of(node)
    if part is not None:
        return _selected(node, part, apart, program)
    if node.target is aten.einsum.default:
        return _summed(node, apart, program)
    permutation = Permutation.of(node)
    if permutation is not None:
        return _permuted(node, permutation, apart, program)
    if node.target in _FACTORS:
        return _multiplied(node, apart, program)
    if node.target is aten.softmax.int:
        return _normalised(node, apart, program)
    rule = rule_of(node)
    if isinstance(rule, Pointwise) and rule == POINTWISE:
        return _pointwise(node, apart, program)
    return None


def _merging(node: fx.Node, program: Program) -> Apart | None:
    """A reshape that makes one dimension out of a dynamic one and a static part of the next."""
    operand = operand_of(node)
    before, after = shape_of(operand), shape_of(node)
    same = 0
    while same < min(len(before), len(after)) and str(before[same]) == str(after[same]):
        same += 1
    if same + 1 >= len(before) or same >= len(after) or is_static(before[same]) or not is_static(before[same + 1]):
        return None
    size = next((h for h in _divisors(int(before[same + 1])) if str(before[same] * h) == str(after[same])), None)
    if size is None or size == 1 or is_static(after[same]):
        return None
    if size == before[same + 1] and [str(s) for s in before[same + 2 :]] == [str(s) for s in after[same + 1 :]]:
        return Apart(operand, same, size)  # it was apart before
    sizes = [*argument(node, "shape")]
    if any(isinstance(s, int) and s == -1 for at, s in enumerate(sizes) if at != same):
        return None
    made = _call(program, node, aten.reshape.default, (operand, [*sizes[:same], -1, size, *sizes[same + 1 :]]))
    return Apart(made, same, size)


def _repeated(node: fx.Node, program: Program) -> Apart | None:
    """A value for each head, repeated for the whole batch."""
    operand, times = operand_of(node), argument(node, "repeats")
    own = shape_of(operand)
    if len(own) != len(times) or is_static(shape_of(node)[0]) or not is_static(own[0]):
        return None
    if any(not isinstance(t, int) or t != 1 for t in times[1:]):
        return None
    first = _call(program, node, aten.unsqueeze.default, (operand, 0))
    sizes = [times[0], *(-1 for _ in own)]
    return Apart(_call(program, node, aten.expand.default, (first, sizes)), 0, int(own[0]))


def _unsqueezed(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    held = apart.get(operand_of(node))
    if held is None:
        return None
    dim = int(argument(node, "dim")) % node.meta["val"].ndim
    made = _call(program, node, aten.unsqueeze.default, (held.node, dim + (dim > held.dim)))
    return Apart(made, held.dim + (dim <= held.dim), held.size)


def _selected(node: fx.Node, part: Select, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    """One of several values that lie along another dimension (query, key and value)."""
    held, dim = apart.get(part.input), part.dim
    if held is None or dim == held.dim:
        return None
    made = _call(program, node, aten.select.int, (held.node, dim + (dim > held.dim), part.index))
    return Apart(made, held.dim - (dim < held.dim), held.size)


def _summed(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    """An einsum over a merged dimension has two letters for it."""
    equation, operands = argument(node, "equation").replace(" ", ""), [*argument(node, "tensors")]
    if "." in equation or "->" not in equation or not any(x in apart for x in operands):
        return None
    given, result = equation.split("->")
    terms = given.split(",")
    letters = {terms[i][apart[x].dim] for i, x in enumerate(operands) if x in apart}
    sizes = {apart[x].size for x in operands if x in apart}
    if len(letters) != 1 or len(sizes) != 1:
        return None
    letter = letters.pop()
    if letter not in result or any(letter in t for t, x in zip(terms, operands, strict=True) if x not in apart):
        return None
    free = next(c for c in "abcdefghijklmnopqrstuvwxyz" if c not in equation)
    wide = equation.replace(letter, letter + free)
    made = _call(program, node, aten.einsum.default, (wide, [apart[x].node if x in apart else x for x in operands]))
    return Apart(made, result.index(letter), sizes.pop())


def _divisors(number: int) -> list[int]:
    return [h for h in range(2, number + 1) if number % h == 0]


def _permuted(node: fx.Node, moved: Permutation, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    held = apart.get(moved.input)
    if held is None:
        return None
    wide = [w for d in moved.order for w in ([held.dim, held.dim + 1] if d == held.dim else [d + (d > held.dim)])]
    made = _call(program, node, aten.permute.default, (held.node, wide))
    return Apart(made, moved.order.index(held.dim), held.size)


# Products of batches, and what their factors are called.
_FACTORS: dict[object, tuple[str, str]] = {
    aten.bmm.default: ("self", "mat2"),
    aten.baddbmm.default: ("batch1", "batch2"),
}


def _multiplied(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    one, two = (apart.get(operand_of(node, name)) for name in _FACTORS[node.target])
    if one is None or two is None or (one.dim, two.dim) != (0, 0) or one.size != two.size:
        return None
    if node.target is aten.bmm.default:
        return Apart(_call(program, node, aten.matmul.default, (one.node, two.node)), 0, one.size)
    base = _lifted(operand_of(node), node, 0, one.size, apart, program)
    if base is None or argument(node, "beta") != 1:
        return None
    result = _call(program, node, aten.matmul.default, (one.node, two.node))
    if argument(node, "alpha") != 1:
        result = _call(program, node, aten.mul.Tensor, (result, argument(node, "alpha")))
    return Apart(_call(program, node, aten.add.Tensor, (result, base)), 0, one.size)


def _normalised(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    held, dim = apart.get(operand_of(node)), int(argument(node, "dim")) % node.meta["val"].ndim
    if held is None or dim == held.dim:
        return None
    made = _call(program, node, node.target, (held.node, dim + (dim > held.dim), *node.args[2:]), node.kwargs)
    return Apart(made, held.dim, held.size)


def _pointwise(node: fx.Node, apart: dict[fx.Node, Apart], program: Program) -> Apart | None:
    rank = len(shape_of(node))
    held = next((apart[a] for a in node.all_input_nodes if a in apart and len(shape_of(a)) == rank), None)
    if held is None or any(a in apart for a in node.kwargs.values()):
        return None
    lifted = []
    for operand in node.args:
        made = _lifted(operand, node, held.dim, held.size, apart, program) if is_tensor(operand) else operand
        if made is None and operand is not None:
            return None
        lifted.append(made)
    return Apart(_call(program, node, node.target, tuple(lifted), node.kwargs), held.dim, held.size)


def _lifted(
    operand: Any, reader: fx.Node, dim: int, size: int, apart: dict[fx.Node, Apart], program: Program
) -> fx.Node | None:
    """An operand with its dimension ``dim`` (counted in the reader's result) taken apart; None if it cannot be."""
    if not isinstance(operand, fx.Node):
        return None
    own = dim - (len(shape_of(reader)) - len(shape_of(operand)))
    if own < 0:
        return operand
    if operand in apart:
        held = apart[operand]
        return held.node if (held.dim, held.size) == (own, size) else None
    if is_static(shape_of(operand)[own]) and shape_of(operand)[own] == 1:
        return _call(program, reader, aten.unsqueeze.default, (operand, own))
    return None


def _call(program: Program, at: fx.Node, target: Any, args: Sequence[Any], kwargs: Any = None) -> fx.Node:
    """A new node before ``at``, with its shape."""
    with program.graph.inserting_before(at):
        made = program.graph.call_function(target, tuple(args), dict(kwargs or {}))
    made.meta |= {k: v for k, v in at.meta.items() if k in ("nn_module_stack", "stack_trace")}

    def value(node: fx.Node) -> Any:
        return node.meta["val"]

    with program.fake_mode():
        made.meta["val"] = target(*fx.node.map_arg(made.args, value), **fx.node.map_arg(made.kwargs, value))
    return made
