"""Element by element, and products of matrices."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused, dtype_of


def _unary(function: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda node, x: function(x)


def _binary(function: Callable[[Any, Any], Any]) -> Operator:
    """Of two operands that are broadcast; a known number stays one."""
    return Operator(lambda node, a, b: function(a, b), numbers=(0, 1))


def _variadic(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda node, *x: reduce(function, x)


def _tensors(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Two operands, one of which may be a number, as tensors."""
    if not isinstance(a, Tensor):
        a = torch.full((), a, dtype=b.dtype, device=b.device)
    if not isinstance(b, Tensor):
        b = torch.full((), b, dtype=a.dtype, device=a.device)
    return a, b


def _divided(a: Any, b: Any) -> Any:
    whole = all(isinstance(x, int) or (isinstance(x, Tensor) and not x.is_floating_point()) for x in (a, b))
    if whole:
        return torch.div(*_tensors(a, b), rounding_mode="trunc")
    return a / b


def _power(a: Any, b: Any) -> Any:
    result = torch.pow(a, b)
    return result.to(a.dtype) if isinstance(a, Tensor) else result


def _modulo(node: Node, a: Any, b: Any) -> Any:
    return torch.fmod(*_tensors(a, b)) if node.get("fmod", 0) else torch.remainder(a, b)


def _shifted(node: Node, a: Tensor, b: Tensor) -> Any:
    return (torch.bitwise_left_shift if node.get("direction") == "LEFT" else torch.bitwise_right_shift)(a, b)


def _is_infinite(node: Node, x: Tensor) -> Any:
    up, down = node.get("detect_positive", 1), node.get("detect_negative", 1)
    if up and down:
        return torch.isinf(x)
    if up or down:
        return x == (float("inf") if up else -float("inf"))
    return torch.zeros_like(x, dtype=torch.bool)


def _cast(node: Node, x: Tensor) -> Tensor:
    return x.to(dtype_of(node.get("to")))


def _where(node: Node, condition: Tensor, x: Any, y: Any) -> Any:
    return torch.where(condition, *(_tensors(x, y) if isinstance(x, Tensor) or isinstance(y, Tensor) else (x, y)))


def _dropout(node: Node, x: Tensor, *others: Any) -> tuple[Any, ...]:
    """Does nothing in inference."""
    if len(others) > 1 and others[1] is not None and others[1] is not False:
        raise Refused("dropout in training mode")
    kind = torch.bool if node.opset >= 10 else x.dtype
    return x, (torch.ones_like(x, dtype=kind) if node.wants(1) else None)


# -------------------------------------------------------------------- products


def gemm(a: Tensor, b: Tensor, c: Tensor | None, alpha: float, beta: float, left: bool, right: bool) -> Tensor:
    """Alpha * a @ b + beta * c, with a or b transposed.

    Args:
        a, b: matrices.
        c: what is added, of any shape that fits; None for nothing.
        alpha, beta: factors.
        left, right: whether a, and b, are transposed.
    """
    a = a.t() if left else a
    weight = b if alpha == 1 else b * alpha
    c = None if c is None or beta == 0 else c if beta == 1 else c * beta
    if c is not None and c.ndim == 1 and c.shape[0] == weight.shape[0 if right else 1]:
        return F.linear(a, weight, c) if right else torch.addmm(c, a, weight)
    found = F.linear(a, weight) if right else torch.mm(a, weight)
    return found if c is None else found + c


def _gemm(node: Node, a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
    factors = (node.get("alpha", 1.0), node.get("beta", 1.0))
    return gemm(a, b, c, *factors, bool(node.get("transA", 0)), bool(node.get("transB", 0)))


def _einsum(node: Node, *x: Tensor) -> Tensor:
    return torch.einsum(node.get("equation").replace(" ", ""), *x)


def _cumulated(node: Node, x: Tensor, axis: list[int]) -> Tensor:
    (dim,) = axis
    reverse = node.get("reverse", 0)
    found = torch.cumsum(x.flip(dim) if reverse else x, dim, dtype=x.dtype)
    if node.get("exclusive", 0):
        found = torch.cat([torch.zeros_like(found.narrow(dim, 0, 1)), found.narrow(dim, 0, x.shape[dim] - 1)], dim)
    return found.flip(dim) if reverse else found


OPERATORS: Table = {
    "Abs": _unary(torch.abs),
    "Acos": _unary(torch.acos),
    "Acosh": _unary(torch.acosh),
    "Add": _binary(operator.add),
    "And": Operator(lambda node, a, b: torch.logical_and(a, b)),
    "Asin": _unary(torch.asin),
    "Asinh": _unary(torch.asinh),
    "Atan": _unary(torch.atan),
    "Atanh": _unary(torch.atanh),
    "BitShift": _shifted,
    "BitwiseAnd": lambda node, a, b: torch.bitwise_and(a, b),
    "BitwiseNot": _unary(torch.bitwise_not),
    "BitwiseOr": lambda node, a, b: torch.bitwise_or(a, b),
    "BitwiseXor": lambda node, a, b: torch.bitwise_xor(a, b),
    "Cast": _cast,
    "CastLike": lambda node, x, like: x.to(like.dtype),
    "Ceil": _unary(torch.ceil),
    "Cos": _unary(torch.cos),
    "Cosh": _unary(torch.cosh),
    "CumSum": Operator(_cumulated, shapes=(1,)),
    "Det": _unary(torch.linalg.det),
    "Div": _binary(_divided),
    "Dropout": Operator(_dropout, numbers=(1, 2)),
    "Einsum": _einsum,
    "Equal": _binary(operator.eq),
    "Erf": _unary(torch.erf),
    "Exp": _unary(torch.exp),
    "Floor": _unary(torch.floor),
    "Gemm": _gemm,
    "Greater": _binary(operator.gt),
    "GreaterOrEqual": _binary(operator.ge),
    "Identity": Operator(lambda node, x: x, raw=True),
    "IsInf": _is_infinite,
    "IsNaN": _unary(torch.isnan),
    "Less": _binary(operator.lt),
    "LessOrEqual": _binary(operator.le),
    "Log": _unary(torch.log),
    "MatMul": lambda node, a, b: torch.matmul(a, b),
    "Max": _variadic(torch.maximum),
    "Mean": lambda node, *x: reduce(operator.add, x) / len(x),
    "Min": _variadic(torch.minimum),
    "Mod": _modulo,
    "Mul": _binary(operator.mul),
    "Neg": _unary(torch.neg),
    "Not": _unary(torch.logical_not),
    "Or": lambda node, a, b: torch.logical_or(a, b),
    "Pow": Operator(lambda node, a, b: _power(a, b), numbers=(1,)),
    "Reciprocal": _unary(torch.reciprocal),
    "Round": _unary(torch.round),
    "Sign": _unary(torch.sign),
    "Sin": _unary(torch.sin),
    "Sinh": _unary(torch.sinh),
    "Sqrt": _unary(torch.sqrt),
    "Sub": _binary(operator.sub),
    "Sum": _variadic(operator.add),
    "Tan": _unary(torch.tan),
    "Where": Operator(_where, numbers=(1, 2)),
    "Xor": lambda node, a, b: torch.logical_xor(a, b),
}
