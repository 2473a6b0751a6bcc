"""Sums, means, extremes along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table


def _reduced(function: Callable[[Tensor, list[int], bool], Tensor], same: Any = None) -> Operator:
    """Along axes that are an attribute or, since some version, an input.

    Args:
        function: of a value, its axes, and whether they stay as sizes of one.
        same: what becomes of a value that is reduced along no axis.
    """

    def unreduced(x: Tensor) -> Tensor:
        found: Tensor = x if same is None else same(x)
        return found

    def run(node: Node, x: Tensor, axes: list[int] | None = None) -> Tensor:
        along = node.get("axes") if axes is None else axes
        if not along and (node.get("noop_with_empty_axes", 0)):
            return unreduced(x)
        dims = [axis % x.ndim for axis in along] if along else [*range(x.ndim)]
        if not dims:
            return unreduced(x)
        return function(x, dims, bool(node.get("keepdims", 1)))

    return Operator(run, shapes=(1,))


def _product(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    for dim in sorted(dims, reverse=True):
        x = torch.prod(x, dim, keepdim=keep)
    return x


def _sum(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.sum(x, dims, keepdim=keep, dtype=x.dtype)


def _mean(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    if not x.is_floating_point():
        count = 1
        for dim in dims:
            count = count * x.shape[dim]
        return torch.div(_sum(x, dims, keep), count, rounding_mode="trunc")
    return torch.mean(x, dims, keepdim=keep)


def _largest(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.amax(x, dims, keepdim=keep)


def _smallest(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.amin(x, dims, keepdim=keep)


def _norm(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.sqrt(_sum(x * x, dims, keep))


def _log_sum(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.log(_sum(x, dims, keep))


def _log_sum_exp(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return torch.logsumexp(x, dims, keepdim=keep)


def _sum_of_squares(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return _sum(x * x, dims, keep)


def _sum_of_sizes(x: Tensor, dims: list[int], keep: bool) -> Tensor:
    return _sum(torch.abs(x), dims, keep)


def _place(function: Any) -> Callable[..., Any]:
    """Where an extreme is: the first place, or the last."""

    def run(node: Node, x: Tensor) -> Tensor:
        axis, keep = node.get("axis", 0), bool(node.get("keepdims", 1))
        if node.get("select_last_index", 0):
            turned: Tensor = x.shape[axis] - 1 - function(x.flip(axis), axis, keep)
            return turned
        return function(x, axis, keep)  # type: ignore[no-any-return]

    return run


OPERATORS: Table = {
    "ArgMax": _place(torch.argmax),
    "ArgMin": _place(torch.argmin),
    "ReduceL1": _reduced(_sum_of_sizes, torch.abs),
    "ReduceL2": _reduced(_norm, torch.abs),
    "ReduceLogSum": _reduced(_log_sum, torch.log),
    "ReduceLogSumExp": _reduced(_log_sum_exp),
    "ReduceMax": _reduced(_largest),
    "ReduceMean": _reduced(_mean),
    "ReduceMin": _reduced(_smallest),
    "ReduceProd": _reduced(_product),
    "ReduceSum": _reduced(_sum),
    "ReduceSumSquare": _reduced(_sum_of_squares, torch.square),
}
