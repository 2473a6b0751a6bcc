"""Operators of ONNX Runtime's own that its optimizer, and exporters for it, write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused
from . import quantization
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
    count = None if mask is None else mask.sum(1).to(torch.int32)
    found = F.layer_norm(total, total.shape[-1:], gamma, beta, node.get("epsilon", 1e-12))
    return found, count, total


def _attention(node: Node, x: Tensor, weight: Tensor, bias: Tensor | None = None, mask: Any = None, *more: Any) -> Any:
    """Self-attention of a fused projection; of masks, that of zeros and ones for each token."""
    heads = node.get("num_heads")
    if any(value is not None for value in more) or node.get("unidirectional", 0) or node.wants(1):
        raise Refused("attention with a cache, a bias or a causal mask")
    sizes = node.get("qkv_hidden_sizes") or [weight.shape[1] // 3] * 3
    projected = F.linear(x, weight.t(), bias)
    query, key, value = (_by_head(part, heads) for part in projected.split([*sizes], -1))
    found = _attended(query, key, value, _scale(node, query), _added(mask, node, x))
    return _joined(found)


def _by_head(x: Tensor, heads: int) -> Tensor:
    return x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] // heads).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _scale(node: Node, query: Tensor) -> float:
    given = node.get("scale", 0.0)
    return float(given) if given else 1 / math.sqrt(int(query.shape[-1]))


def _added(mask: Tensor | None, node: Node, x: Tensor) -> Tensor | None:
    """What is added to scores: much below zero where a token does not count."""
    if mask is None:
        return None
    if mask.ndim != 2:
        raise Refused(f"an attention mask of {mask.ndim} dimensions")
    far: Tensor = (1 - mask.to(x.dtype)) * node.get("mask_filter_value", -10000.0)
    return far[:, None, None, :]


def _attended(query: Tensor, key: Tensor, value: Tensor, scale: float, mask: Tensor | None) -> Tensor:
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scale)


def _multi_head(
    node: Node,
    query: Tensor,
    key: Tensor | None = None,
    value: Tensor | None = None,
    bias: Tensor | None = None,
    padding: Tensor | None = None,
    added: Tensor | None = None,
    *cache: Any,
) -> Tensor:
    heads = node.get("num_heads")
    if key is None or value is None or query.ndim != 3 or key.ndim != 3 or any(part is not None for part in cache):
        raise Refused("attention of packed or cached keys and values")
    if node.get("unidirectional", 0) or any(node.wants(n) for n in (1, 2, 3)):
        raise Refused("attention that is causal, or that hands on its keys")
    if bias is not None:
        parts = bias.split([query.shape[-1], key.shape[-1], value.shape[-1]])
        query, key, value = query + parts[0], key + parts[1], value + parts[2]
    mask = _added(padding, node, query)
    if added is not None:
        mask = added if mask is None else mask + added
    query, key, value = (_by_head(part, heads) for part in (query, key, value))
    return _joined(_attended(query, key, value, _scale(node, query), mask))


def _gelu_with(approximate: str) -> Any:
    def run(node: Node, x: Tensor, bias: Tensor | None = None) -> Tensor:
        return F.gelu(x if bias is None else x + bias, approximate=approximate)

    return run


MICROSOFT: Table = {
    "Attention": _attention,
    "BiasGelu": _gelu_with("none"),
    "EmbedLayerNormalization": _embed_norm,
    "FastGelu": _gelu_with("tanh"),
    "FusedConv": _fused_conv,
    "FusedGemm": _fused_gemm,
    "FusedMatMul": _fused_matmul,
    "Gelu": _gelu_with("none"),
    "MultiHeadAttention": _multi_head,
    "QuickGelu": lambda node, x: x * torch.sigmoid(x * node.get("alpha", 1.702)),
    "SkipLayerNormalization": _skip_norm,
    "SkipSimplifiedLayerNormalization": _skip_rms_norm,
}
TABLES: Mapping[str, Table] = {"com.microsoft": {**MICROSOFT, **quantization.MICROSOFT}}
# ONNX Runtime writes these in ONNX's own domain.
OWN: Table = {"SimplifiedLayerNormalization": Operator(rms_norm)}
