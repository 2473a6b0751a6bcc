"""Programs as text: one line a node, with shapes, for dumps, Before/After tests and error messages."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from .program import Program


def print_program(program: Program) -> str:
    """The whole program; weights appear as ``name = weight f32[8, 3, 3, 3]``."""
    return "\n".join(print_node(node) for node in program.nodes())


def print_around(program: Program, node: fx.Node | None, lines: int = 4) -> str:
    """The lines around a node, with a marker at it."""
    nodes = [*program.nodes()]
    if node is None or node not in nodes:
        return "\n".join(print_node(n) for n in nodes[: 2 * lines])
    at = nodes.index(node)
    chosen = nodes[max(0, at - lines) : at + lines + 1]
    return "\n".join(("> " if n is node else "  ") + print_node(n) for n in chosen)


def print_node(node: fx.Node) -> str:
    """``relu = aten.relu(conv2d)  # f32[s0, 8, 32, 32]``."""
    if node.op == "placeholder":
        return f"{node.name} = input {_type(node.meta.get('val'))}"
    if node.op == "get_attr":
        return f"{node.name} = weight '{node.target}' {_type(node.meta.get('val'))}"
    if node.op == "output":
        return f"return {_argument(node.args[0])}"
    arguments = [_argument(a) for a in node.args] + [f"{k}={_argument(v)}" for k, v in node.kwargs.items()]
    return f"{node.name} = {_target(node.target)}({', '.join(arguments)})  # {_type(node.meta.get('val'))}"


def _target(target: Any) -> str:
    if isinstance(target, torch._ops.OpOverload):
        return str(target).removesuffix(".default")
    return str(getattr(target, "__name__", target))


def _argument(argument: Any) -> str:
    if isinstance(argument, fx.Node):
        return argument.name
    if isinstance(argument, (list, tuple)):
        return "[" + ", ".join(_argument(item) for item in argument) + "]"
    if isinstance(argument, dict):
        return "{" + ", ".join(f"{key}: {_argument(value)}" for key, value in argument.items()) + "}"
    return str(argument)


_DTYPES = {torch.float64: "f64", torch.float32: "f32", torch.bfloat16: "bf16", torch.float16: "f16"}
_DTYPES |= {torch.int64: "i64", torch.int32: "i32", torch.int8: "i8", torch.uint8: "u8", torch.bool: "b1"}


def _type(value: Any) -> str:
    if isinstance(value, Tensor):
        return f"{_DTYPES.get(value.dtype, str(value.dtype))}[{', '.join(str(s) for s in value.shape)}]"
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(_type(v) for v in value) + ")"
    return str(value)
