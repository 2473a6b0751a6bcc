"""How many numbers a program holds, and values that it may compute anew at every call instead of holding them.

A small table that the model makes out of nothing (``arange``, ``tril(ones)``) is worth holding while passes look at it.
How it was made stays with it, so that a program that would hold more than the one that it came from can make it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from .program import Program, attribute
from .verifier import infer

# Key of ``node.meta`` of a weight: its ``Recipe``.
CREATED = "created"


def numbers(program: Program) -> int:
    """Elements of all parameters and buffers that the graph reads; what several names share counts once."""
    held = {id(x): x for x in (attribute(program.module, str(n.target)) for n in _weights(program))}
    return sum(x.numel() for x in held.values() if isinstance(x, Tensor))


def _weights(program: Program) -> list[fx.Node]:
    return [node for node in program.nodes() if node.op == "get_attr"]


@dataclass(frozen=True)
class Recipe:
    """How a weight was made out of nothing.

    Attributes:
        value: what came out; a weight that holds something else by now is not to be made this way.
        steps: the ops, in order: target, arguments, keyword arguments. A ``Step`` among those is an earlier result.
    """

    value: Tensor
    steps: tuple[tuple[Any, Any, Any], ...]

    @classmethod
    def of(cls, node: fx.Node, value: Tensor) -> Recipe:
        """The ops behind a node, which depends on no weight and no input."""
        order: dict[fx.Node, None] = {}

        def visit(at: fx.Node) -> None:
            for operand in at.all_input_nodes:
                visit(operand)
            order.setdefault(at)

        visit(node)
        places = {at: Step(index) for index, at in enumerate(order)}

        def place(argument: Any) -> Any:
            return places[argument] if isinstance(argument, fx.Node) else argument

        def named(argument: Any) -> Any:
            return fx.node.map_aggregate(argument, place)

        return cls(value, tuple((at.target, named(at.args), named(at.kwargs)) for at in order))

    def write(self, program: Program, before: fx.Node) -> fx.Node:
        """The ops as nodes of a program; the last of them is the value."""
        made: list[fx.Node] = []

        def result(argument: Any) -> Any:
            return made[argument.index] if isinstance(argument, Step) else argument

        def read(argument: Any) -> Any:
            return fx.node.map_aggregate(argument, result)

        with program.graph.inserting_before(before):
            for target, args, kwargs in self.steps:
                made.append(program.graph.call_function(target, read(args), read(kwargs)))
        return made[-1]


@dataclass(frozen=True)
class Step:
    """An earlier result of a recipe."""

    index: int


def shed(program: Program, limit: int) -> int:
    """Make created tables anew at every call, the largest first, until a program holds no more than ``limit`` numbers.

    Returns:
        How many numbers it holds.
    """
    total = numbers(program)
    if total <= limit:
        return total
    tables = [node for node in _weights(program) if _as_created(node, program)]
    for node in sorted(tables, key=lambda node: -node.meta[CREATED].value.numel()):
        if total <= limit:
            break
        total -= node.meta[CREATED].value.numel()
        first = next(at for at in program.nodes() if at in node.users)
        node.replace_all_uses_with(node.meta[CREATED].write(program, first), propagate_meta=False)
    if tables:
        program.clean()
        infer(program)
    return numbers(program)


def _as_created(node: fx.Node, program: Program) -> bool:
    recipe, held = node.meta.get(CREATED), program.weight(node)
    return recipe is not None and held is not None and bool(torch.equal(held, recipe.value))
