"""Norms."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused
from ..written_out import AXES


def _batch_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    if node.get("training_mode", 0) or (any(node.wants(n) for n in range(1, 5)) and node.opset >= 14):
        raise Refused("batch norm in training mode")
    if node.get("spatial", 1) == 0:
        raise Refused("batch norm of every place by itself (spatial=0)")
    return F.batch_norm(x, mean, variance, scale, bias, False, 0.0, node.get("epsilon", 1e-5))


def _instance_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    return F.instance_norm(x, weight=scale, bias=bias, eps=node.get("epsilon", 1e-5))


def _layer_norm(node: Node, x: Tensor, scale: Tensor | None, bias: Tensor | None = None) -> tuple[Tensor, ...]:
    epsilon, dims = node.get("epsilon", 1e-5), [axis % x.ndim for axis in node.get(AXES, ())]
    shape = x.shape[-len(dims) if dims else node.get("axis", -1) :]
    if dims and (sorted(dims) != [*range(x.ndim)][-len(dims) :] or x.dtype.itemsize < 4):
        centred = x - x.mean(dims, keepdim=True)
        found = centred / torch.sqrt((centred**2).mean(dims, keepdim=True) + epsilon)
    elif all(weight is None or weight.shape == shape for weight in (scale, bias)):
        return F.layer_norm(x, shape, scale, bias, epsilon), *moments(node, x, epsilon)
    else:
        found = F.layer_norm(x, shape, None, None, epsilon)
    found = found if scale is None else found * scale
    return found if bias is None else found + bias, *moments(node, x, epsilon)


def moments(node: Node, x: Tensor, epsilon: float) -> tuple[Tensor, ...]:
    """Mean and inverse deviation, where somebody may read them."""
    if not (node.wants(1) or node.wants(2)):
        return ()
    dims = [*range(x.ndim)][node.get("axis", -1) :]
    mean = x.mean(dims, keepdim=True)
    return mean, torch.rsqrt(((x - mean) ** 2).mean(dims, keepdim=True) + epsilon)


def rms_norm(node: Node, x: Tensor, scale: Tensor) -> tuple[Tensor, ...]:
    """Divided by the root of the mean of squares, and scaled."""
    shape, epsilon = x.shape[node.get("axis", -1) :], node.get("epsilon", 1e-5)
    if scale.shape == shape:
        found = F.rms_norm(x, shape, scale, epsilon)
    else:
        found = F.rms_norm(x, shape, None, epsilon) * scale
    if not node.wants(1):
        return (found,)
    dims = [*range(x.ndim)][node.get("axis", -1) :]
    return found, torch.rsqrt((x * x).mean(dims, keepdim=True) + epsilon)


def _group_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    groups = node.get("num_groups")
    if node.opset < 21:  # one number a group
        each = x.shape[1] // groups
        scale, bias = scale.repeat_interleave(each), bias.repeat_interleave(each)
    return F.group_norm(x, groups, scale, bias, node.get("epsilon", 1e-5))


def _lp_norm(node: Node, x: Tensor) -> Tensor:
    axis, p = node.get("axis", -1), node.get("p", 2)
    size = torch.abs(x).sum(axis, keepdim=True) if p == 1 else torch.sqrt((x * x).sum(axis, keepdim=True))
    return x / torch.where(size == 0, torch.ones_like(size), size)


def _standardised(node: Node, x: Tensor) -> Tensor:
    axes = [*node.get("axes", [0, 2, 3])]
    mean = x.mean(axes, keepdim=True)
    deviation = torch.sqrt((x * x).mean(axes, keepdim=True) - mean * mean)
    return (x - mean) / (deviation + 1e-9)


def _local_response(node: Node, x: Tensor) -> Tensor:
    size, alpha, beta, bias = (
        node.get("size"),
        node.get("alpha", 1e-4),
        node.get("beta", 0.75),
        node.get("bias", 1.0),
    )
    if size % 2 == 0:
        raise Refused("a window of an even size, which ONNX Runtime has not either")
    return F.local_response_norm(x, size, alpha, beta, bias)


OPERATORS: Table = {
    "BatchNormalization": {7: Operator(_batch_norm)},
    "GroupNormalization": _group_norm,
    "InstanceNormalization": _instance_norm,
    "LRN": _local_response,
    "LayerNormalization": _layer_norm,
    "LpNormalization": _lp_norm,
    "MeanVarianceNormalization": _standardised,
    "RMSNormalization": rms_norm,
}
