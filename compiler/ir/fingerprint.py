"""Whether a program is still what it was: what differs if and only if the graph or a weight does."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from .program import Program, attribute, is_written


def fingerprint(program: Program) -> Any:
    """Something to compare with ``==`` within one process; weights are to be replaced, not written into."""
    return tuple(map(_of_node, program.nodes())), tuple(_of_weights(program))


def _of_node(node: fx.Node) -> Any:
    kwargs = tuple((name, _of_argument(item)) for name, item in node.kwargs.items())
    return node.name, node.op, node.target, _of_argument(node.args), kwargs, _of_value(node.meta.get("val"))


def _of_argument(argument: Any) -> Any:
    if isinstance(argument, fx.Node):
        return argument.name
    if isinstance(argument, (list, tuple)):
        return tuple(map(_of_argument, argument))
    if isinstance(argument, dict):
        return tuple((name, _of_argument(item)) for name, item in argument.items())
    return type(argument), argument  # 1 and True are not alike


def _of_value(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.dtype, tuple(map(_of_value, value.shape))
    if isinstance(value, (list, tuple)):
        return tuple(map(_of_value, value))
    if isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool)):
        return value.node.expr
    return value


def _of_weights(program: Program) -> Any:
    for node in program.nodes():
        if node.op == "get_attr" and not is_written(node):
            held = attribute(program.module, str(node.target))
            if isinstance(held, Tensor):
                version = 0 if held.is_inference() else held._version
                yield held.data_ptr(), version, tuple(held.shape), held.stride()
