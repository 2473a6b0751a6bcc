"""Arguments of a node by the names that its operator declares."""

from __future__ import annotations

from typing import Any

import torch
from torch import fx


def is_operator(node: fx.Node) -> bool:
    """Whether a node calls an operator, whose arguments have names."""
    return isinstance(node.target, torch._ops.OpOverload)


def schema_of(node: fx.Node) -> list[Any]:
    """The arguments that a node's operator declares."""
    assert isinstance(node.target, torch._ops.OpOverload)
    return list(node.target._schema.arguments)


def argument(node: fx.Node, name: str) -> Any:
    """An argument of an operator by its name in the schema."""
    schema = schema_of(node)
    at = [a.name for a in schema].index(name)
    return node.args[at] if len(node.args) > at else node.kwargs.get(name, schema[at].default_value)


def set_argument(node: fx.Node, name: str, value: Any) -> None:
    """Set an argument of an operator by its name in the schema; it becomes positional."""
    schema = schema_of(node)
    names = [a.name for a in schema]
    at = names.index(name)
    args = [*node.args, *(argument(node, names[i]) for i in range(len(node.args), at + 1))]
    args[at] = value
    node.kwargs = {key: held for key, held in node.kwargs.items() if names.index(key) > at}
    node.args = tuple(args)


def args_of(node: fx.Node) -> Any:
    """Positional arguments, as untyped as they are: FX's own type for them says what no op accepts."""
    return node.args
