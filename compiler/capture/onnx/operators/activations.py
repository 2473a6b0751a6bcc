"""Activations, and functions of rows such as softmax."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table


def _hard_sigmoid(node: Node, x: Tensor) -> Tensor:
    slope, offset = node.get("alpha", 0.2), node.get("beta", 0.5)
    if math.isclose(slope, 1 / 6, rel_tol=1e-6) and offset == 0.5:
        return F.hardsigmoid(x)
    return torch.clamp(x * slope + offset, 0, 1)


def _prelu(node: Node, x: Tensor, slope: Tensor) -> Tensor:
    """With one slope, or one a channel, it is PyTorch's; slopes are broadcast like any operand otherwise."""
    channels = slope.numel() == 1 or (
        x.ndim > 1 and slope.ndim == x.ndim - 1 and slope.shape[0] == x.shape[1] == slope.numel()
    )
    if channels:
        return F.prelu(x, slope.reshape(-1))
    return torch.where(x < 0, x * slope, x)


def _clip(node: Node, x: Tensor, low: Any = None, high: Any = None) -> Tensor:
    low, high = node.get("min", low), node.get("max", high)
    if low is None and high is None:
        return x
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        low, high = (b if b is None or isinstance(b, Tensor) else x.new_full((), b) for b in (low, high))
    return torch.clamp(x, low, high)


def _shrink(node: Node, x: Tensor) -> Tensor:
    lambd, bias = node.get("lambd", 0.5), node.get("bias", 0.0)
    zero = torch.zeros_like(x)
    return torch.where(x < -lambd, x + bias, torch.where(x > lambd, x - bias, zero)).to(x.dtype)


def _of_rows(function: Any) -> Any:
    """Along one dimension."""
    return lambda node, x: function(x, node.get("axis", -1))


def _of_flat_rows(function: Any) -> Any:
    """What it was before version 13: along all dimensions from one on."""

    def run(node: Node, x: Tensor) -> Tensor:
        axis = node.get("axis", 1) % max(x.ndim, 1)
        if axis == x.ndim - 1:
            return function(x, -1)  # type: ignore[no-any-return]
        return function(x.flatten(axis), -1).reshape(x.shape)  # type: ignore[no-any-return]

    return run


def _hardmax(x: Tensor, dim: int) -> Tensor:
    places = torch.argmax(x, dim, keepdim=True)
    return torch.zeros_like(x).scatter(dim, places, torch.ones_like(places, dtype=x.dtype))


def _rows(function: Any) -> dict[int, Operator]:
    return {1: Operator(_of_flat_rows(function)), 13: Operator(_of_rows(function))}


def _celu(node: Node, x: Tensor) -> Tensor:
    return F.celu(x, node.get("alpha", 1.0))


def _selu(node: Node, x: Tensor) -> Tensor:
    alpha, gamma = node.get("alpha", 1.67326319217681884765625), node.get("gamma", 1.05070102214813232421875)
    return torch.where(x > 0, x, alpha * torch.expm1(x)) * float(gamma)


OPERATORS: Table = {
    "Celu": _celu,
    "Clip": Operator(_clip, numbers=(1, 2)),
    "Elu": lambda node, x: F.elu(x, node.get("alpha", 1.0)),
    "Gelu": lambda node, x: F.gelu(x, approximate=node.get("approximate", "none")),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": lambda node, x: F.hardswish(x),
    "Hardmax": _rows(_hardmax),
    "LeakyRelu": lambda node, x: F.leaky_relu(x, node.get("alpha", 0.01)),
    "LogSoftmax": _rows(torch.log_softmax),
    "Mish": lambda node, x: F.mish(x),
    "PRelu": _prelu,
    "Relu": lambda node, x: torch.relu(x),
    "Selu": _selu,
    "Shrink": _shrink,
    "Sigmoid": lambda node, x: torch.sigmoid(x),
    "Softmax": _rows(torch.softmax),
    "Softplus": lambda node, x: F.softplus(x),
    "Softsign": lambda node, x: F.softsign(x),
    "Swish": lambda node, x: (
        x * torch.sigmoid(x * node.get("alpha", 1.0)) if node.get("alpha", 1.0) != 1 else F.silu(x)
    ),
    "Tanh": lambda node, x: torch.tanh(x),
    "ThresholdedRelu": lambda node, x: F.threshold(x, node.get("alpha", 1.0), 0.0),
}
