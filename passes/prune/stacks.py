"""Stacks: matrices of one weight of which each row of a value meets one, as those of experts that a router picks.

A stack is seen as a layer whose groups are its matrices. All of them read and write the same channels, and a unit of it
lies in each at the same place, since what is left is one weight again, with as many rows for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of
from ...compiler.ir.channels import Labels
from ...compiler.ir.program import Program, attribute, is_static, shape_of
from ...compiler.ir.views import Layer, layers_of
from ..rules.contraction import input_labels
from ..rules.facts import Axes
from ..rules.lookup import is_picked, weight_behind
from ..rules.products import Product, Sum, grouped
from ..rules.table import rule_of
from ..rules.units import common_path, path_of

aten = torch.ops.aten

PICKED = (
    "its router picks the experts of the largest numbers, and a row of zeros makes a number like others, so that an "
    "expert that went would be picked still; units='neuron' takes neurons of all experts"
)


@dataclass(frozen=True)
class Stack(Layer):
    """A product of rows with the matrices of a weight, one for each row.

    Attributes:
        picks: which rows meet which: an integer for each row, or, of ``sorted`` rows, where those of each matrix end.
        sorted: whether the rows lie in the order of the matrices.
        turned: whether the weight is (matrices, inputs, outputs); else it is (matrices, outputs, inputs).
        along: the dimension of channels of what it reads and of what it gives.
    """

    picks: fx.Node | None = None
    sorted: bool = False
    turned: bool = False
    along: int = 1

    @classmethod
    def of(cls, node: object, program: Program) -> Stack | None:
        """The stack that a product reads; None for any other node."""
        rule = rule_of(node) if isinstance(node, fx.Node) else None
        if not isinstance(node, fx.Node) or not isinstance(rule, Sum):
            return None
        product = rule.form(node, program)
        if not isinstance(product, Product) or len(product.operands) != 2:
            return None
        weights = [x for x in product.operands if weight_behind(x.node, program) is not None]
        values = [x for x in product.operands if x not in weights]
        if len(weights) != 1 or len(values) != 1 or len(weights[0].indices) != 3:
            return None
        (weight,), (value,) = weights, values
        _, *ends = weight.indices
        out = [index for index in ends if index in product.result and index not in value.indices]
        read = [index for index in ends if index in value.indices and index not in product.result]
        if len(out) != 1 or len(read) != 1 or value.indices.index(read[0]) != product.result.index(out[0]):
            return None
        sizes = [size for dim, size in enumerate(shape_of(value.node)) if value.indices[dim] != read[0]]
        rows = [size for size in sizes if not (is_static(size) and size == 1)]
        picked = is_picked(weight.node, program)
        held_by = weight_behind(weight.node, program)
        held = program.held(held_by)
        by_ends = not picked and rule.form is grouped
        if held is None or held_by is None or len(rows) != 1 or not (picked or by_ends):
            return None
        return cls(
            program=program,
            node=node,
            input=value.node,
            weight=held_by,
            held=held.detach(),
            bias=None,
            groups=held.shape[0],
            picks=args_of(weight.node)[1][0] if picked else args_of(node)[2],
            sorted=by_ends,
            turned=weight.indices.index(read[0]) == 1,
            along=product.result.index(out[0]),
        )

    @property
    def start(self) -> fx.Node:
        operands = [x for x in self.node.all_input_nodes if is_picked(x, self.program)]
        return operands[0] if operands else self.node

    @property
    def choices(self) -> int:
        return self.groups

    @property
    def is_convolution(self) -> bool:
        return False

    @property
    def dim(self) -> int:
        return self.along

    @property
    def shape(self) -> tuple[int, int, int, int]:
        matrices, rows, columns = self.held.shape
        outputs, inputs = (columns, rows) if self.turned else (rows, columns)
        return matrices, outputs, inputs, 1

    def ordered(self, weight: Tensor) -> Tensor:
        return (weight.mT if self.turned else weight)[..., None]

    def decanonical(self, weight: Tensor) -> Tensor:
        found = weight[..., 0]
        return (found.mT if self.turned else found).contiguous().to(self.held.device, self.dtype)

    def rows_of(self, value: Tensor, picks: Tensor) -> list[Tensor]:
        """The rows of something that it reads or gives which meet each matrix: (rows, channels) each.

        Args:
            value: it.
            picks: what its own are.
        """
        rows = value.movedim(self.dim, -1).reshape(-1, value.shape[self.dim])
        if self.sorted:
            ends = [0, *picks.tolist()]
            return [rows[first:last] for first, last in pairwise(ends)]
        return [rows[picks == number] for number in range(self.groups)]


def chosen_by_numbers(program: Program) -> dict[str, str]:
    """Why the matrices of stacks cannot go as a whole, by the path of those that are picked together."""
    paths: dict[fx.Node | None, list[str]] = {}
    for node in program.nodes():
        stack = Stack.of(node, program)
        if stack is not None:
            paths.setdefault(stack.picks, []).append(path_of(stack.weight, node))
    return {f"{common_path(some)}.expert".removeprefix("."): PICKED for some in paths.values()}


def weighing(program: Program) -> list[Layer]:
    """The layers and the stacks of a program, in order."""
    stacks = [stack for node in program.nodes() if (stack := Stack.of(node, program)) is not None]
    order = {node: number for number, node in enumerate(program.nodes())}
    return sorted([*layers_of(program), *stacks], key=lambda layer: order[layer.node])


def written_by(layer: Layer, axes: Axes) -> Labels:
    """The channel id of each row of a layer's matrices, (groups * outputs,)."""
    groups, outputs, _, _ = layer.shape
    own = axes.ids.find(axes.of(layer.node).only({layer.dim}).labels.reshape(-1))
    if isinstance(layer, Stack) and own.size > 1:
        return np.tile(own, groups)
    return np.broadcast_to(own, (groups * outputs,)) if own.size == 1 else own


def read_by(layer: Layer, axes: Axes) -> Labels:
    """The channel id of each input of a layer's matrices, (groups * inputs,); all alike where it reads one piece."""
    groups, _, inputs, _ = layer.shape
    if isinstance(layer, Stack):
        return np.tile(axes.ids.find(input_labels(layer, axes, inputs)).reshape(-1), groups)
    return axes.ids.find(input_labels(layer, axes, groups * inputs)).reshape(-1)


def prepare_stacks(program: Program) -> None:
    """Let matrices be picked right before they are multiplied with, and stacks lie as they are read.

    The first lets a stack change once what it reads is known, the second lets transposed ones be seen.

    Args:
        program: a copy, of which only weights are wanted back.
    """
    held: dict[str, list[fx.Node]] = {}
    for node in [*program.nodes()]:
        if node.op == "get_attr" and program.is_weight(node) and node.meta["val"].ndim == 3:
            held.setdefault(str(node.target), []).append(node)
        elif is_picked(node, program) and len(node.users) == 1:
            (reader,) = node.users
            if isinstance(rule_of(reader), Sum):
                reader.prepend(node)
    for name, nodes in held.items():
        if all(_turns(user) for node in nodes for user in node.users):
            program.exchange_weight(name, attribute(program.module, name).detach().mT.contiguous())
            for node in nodes:
                for user in [*node.users]:
                    user.replace_all_uses_with(node)
    program.clean()


def _turns(node: fx.Node) -> bool:
    """Whether a node exchanges the last two of three dimensions."""
    if node.target is aten.permute.default:
        return [int(dim) % 3 for dim in args_of(node)[1]] == [0, 2, 1]
    return node.target is aten.transpose.int and {int(dim) % 3 for dim in args_of(node)[1:3]} == {1, 2}
