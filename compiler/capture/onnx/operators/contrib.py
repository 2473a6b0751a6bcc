"""Operators of ONNX Runtime's own that its optimizer, and exporters for it, write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused
from . import attention, quantization
from .arithmetic import gemm
from .convolutions import convolved
from .normalization import moments, rms_norm


def _fused_matmul(node: Node, a: Tensor, b: Tensor) -> Tensor:
    if node.get("transBatchA", 0) or node.get("transBatchB", 0):
        raise Refused("transposed batches")
    a = a.transpose(-1, -2) if node.get("transA", 0) else a
    b = b.transpose(-1, -2) if node.get("transB", 0) else b
    found, factor = torch.matmul(a, b), node.get("alpha", 1.0)
    return found if factor == 1 else found * factor


ACTIVATIONS: dict[str, Any] = {
    "Relu": torch.relu,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
    "HardSigmoid": F.hardsigmoid,
}


def _activated(node: Node, x: Tensor, key: str = "activation") -> Any:
    name = node.get(key, "")
    given = [*node.get("activation_params", [])] or [node.get(f"{key}_{p}") for p in ("alpha", "beta")]
    if name == "LeakyRelu":
        return F.leaky_relu(x, given[0])
    if name == "Clip":
        return torch.clamp(x, given[0], given[1])
    if name and name not in ACTIVATIONS:
        raise Refused(f"a fused '{name}'")
    return ACTIVATIONS[name](x) if name else x


def _fused_gemm(node: Node, a: Tensor, b: Tensor, c: Tensor | None = None) -> Any:
    factors = (node.get("alpha", 1.0), node.get("beta", 1.0))
    found = gemm(a, b, c, *factors, bool(node.get("transA", 0)), bool(node.get("transB", 0)))
    return _activated(node, found)


def _fused_conv(node: Node, x: Tensor, w: Tensor, bias: Tensor | None = None, more: Tensor | None = None) -> Any:
    found = convolved(node, x, w, bias)
    return _activated(node, found if more is None else found + more)


def _skip_norm(
    node: Node, x: Tensor, skip: Tensor, gamma: Tensor, beta: Tensor | None = None, bias: Tensor | None = None
) -> Any:
    """Layer norm of a sum; the sum is its fourth result."""
    total = x + skip if bias is None else x + bias + skip
    epsilon = node.get("epsilon", 1e-12)
    found = F.layer_norm(total, total.shape[-1:], gamma, beta, epsilon)
    return found, *(moments(node, total, epsilon) or (None, None)), total


def _skip_rms_norm(node: Node, x: Tensor, skip: Tensor, gamma: Tensor, bias: Tensor | None = None) -> Any:
    total = x + skip if bias is None else x + bias + skip
    found = F.rms_norm(total, total.shape[-1:], gamma, node.get("epsilon", 1e-12))
    return found, None, None, total


def _embed_norm(
    node: Node,
    ids: Tensor,
    segments: Tensor | None,
    words: Tensor,
    positions: Tensor,
    types: Tensor | None,
    gamma: Tensor,
    beta: Tensor,
    mask: Tensor | None = None,
    places: Tensor | None = None,
) -> Any:
    where = torch.arange(ids.shape[1]).unsqueeze(0) if places is None else places
    total = F.embedding(ids, words) + F.embedding(where, positions)
    if segments is not None and types is not None:
        total = total + F.embedding(segments, types)
    count = ids.new_zeros(ids.shape[0]) if mask is None else mask.sum(1)
    found = F.layer_norm(total, total.shape[-1:], gamma, beta, node.get("epsilon", 1e-12))
    return found, count.to(torch.int32), total


def _gelu_with(approximate: str) -> Any:
    def run(node: Node, x: Tensor, bias: Tensor | None = None) -> Tensor:
        return F.gelu(x if bias is None else x + bias, approximate=approximate)

    return run


MICROSOFT: Table = {
    "BiasGelu": _gelu_with("none"),
    "EmbedLayerNormalization": _embed_norm,
    "FastGelu": _gelu_with("tanh"),
    "FusedConv": _fused_conv,
    "FusedGemm": _fused_gemm,
    "FusedMatMul": _fused_matmul,
    "Gelu": _gelu_with("none"),
    "QuickGelu": lambda node, x: x * torch.sigmoid(x * node.get("alpha", 1.702)),
    "SkipLayerNormalization": _skip_norm,
    "SkipSimplifiedLayerNormalization": _skip_rms_norm,
}
TABLES: Mapping[str, Table] = {"com.microsoft": {**MICROSOFT, **attention.MICROSOFT, **quantization.MICROSOFT}}
# ONNX Runtime writes these in ONNX's own domain.
OWN: Table = {"SimplifiedLayerNormalization": Operator(rms_norm)}
