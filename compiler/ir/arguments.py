"""Arguments of a node by the names that its operator declares, however they were given."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import fx


def is_operator(node: fx.Node) -> bool:
    """Whether a node calls an operator, whose arguments have names."""
    return isinstance(node.target, torch._ops.OpOverload)


def op_name(node: fx.Node) -> str:
    """What a node calls, in one word: ``conv2d`` for ``aten.conv2d.default``, ``getitem`` for a Python function."""
    called: Any = node.target
    packet = called.overloadpacket if isinstance(called, torch._ops.OpOverload) else called
    return str(getattr(packet, "__name__", packet))


def is_size(node: fx.Node) -> bool:
    """Whether a node asks for a size of a tensor, which its numbers do not change."""
    return node.target in (torch.ops.aten.sym_size.int, torch.ops.aten.sym_size.default)


def schema_of(node: fx.Node) -> list[Any]:
    """The arguments that a node's operator declares.

    Raises:
        TypeError: the node calls no operator.
    """
    if not isinstance(node.target, torch._ops.OpOverload):
        raise TypeError(f"'{node.name}' calls no operator: its arguments have no names")
    return list(node.target._schema.arguments)


@functools.cache
def names_of(op: Any) -> list[str]:
    """The names of an operator's arguments, in order."""
    return [declared.name for declared in op._schema.arguments]


def argument(node: fx.Node, name: str) -> Any:
    """An argument of an operator by its name in the schema.

    Raises:
        TypeError: the node calls no operator.
        ValueError: the operator has no such argument.
    """
    schema = schema_of(node)
    at = names_of(node.target).index(name)
    return node.args[at] if len(node.args) > at else node.kwargs.get(name, schema[at].default_value)


def arguments_of(node: fx.Node) -> list[Any]:
    """All arguments of an operator, in the order of its schema; of another function those that were given."""
    return [argument(node, name) for name in names_of(node.target)] if is_operator(node) else [*node.args]


def operand_of(node: fx.Node, name: str | None = None) -> fx.Node:
    """What a node reads under a name; without one its first operand, which functions that are no operators have too.

    Raises:
        TypeError: that is no value of the graph.
    """
    if name is not None:
        found = argument(node, name)
    elif node.args:
        found = node.args[0]
    else:
        found = argument(node, names_of(node.target)[0]) if is_operator(node) else None
    if not isinstance(found, fx.Node):
        raise TypeError(f"'{node.name}' reads {found!r} where a value of the graph was expected")
    return found


def function_of(node: fx.Node) -> Callable[..., Any]:
    """What a node calls.

    Raises:
        TypeError: it calls nothing, or a method by its name.
    """
    if isinstance(node.target, str):
        raise TypeError(f"'{node.name}' calls no function")
    return node.target


def piece_of(node: fx.Node) -> int | None:
    """Which of the results of an op that gives several a node takes out; None for any other node."""
    index = node.args[1] if node.target is operator.getitem else None
    return index if isinstance(index, int) else None


def set_argument(node: fx.Node, name: str, value: Any) -> None:
    """Set an argument of an operator by its name in the schema; it becomes positional."""
    names = [declared.name for declared in schema_of(node)]
    at = names.index(name)
    args = [*node.args, *(argument(node, names[i]) for i in range(len(node.args), at + 1))]
    args[at] = value
    node.kwargs = {key: held for key, held in node.kwargs.items() if names.index(key) > at}
    node.args = tuple(args)


def args_of(node: fx.Node) -> Any:
    """Positional arguments, as untyped as they are: FX's own type for them says what no op accepts."""
    return node.args
