"""Operations that ONNX Runtime computes faster in another form, as nodes of an ONNX graph.

``MultiHeadAttention`` is an operator of its own (domain "com.microsoft"). Sums that a norm reads are written as
``Sum``: ONNX Runtime makes one operator of an ``Add`` and a ``LayerNormalization``, which takes several times as long
as both.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.program import Program
from ..operators import ATTENTION, SUM_APART, attach

DOMAIN = "com.microsoft"


def _write_attention(node: fx.Node, program: Program, kernels: Any) -> None:
    node.args, node.kwargs, node.target = tuple(ATTENTION.bound(node).values()), {}, attention


def _write_sum(node: fx.Node, program: Program, kernels: Any) -> None:
    node.target = separate_sum


attach(ATTENTION, "onnx", _write_attention)
attach(SUM_APART, "onnx", _write_sum)


def attention(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, heads: int, scale: float, causal: bool
) -> Tensor:
    """The node of an ``attention``; places of inputs that it does not have stay empty."""
    attributes: dict[str, Any] = {"num_heads": heads, "scale": scale, "unidirectional": int(causal)}
    masks = [] if bias is None else [None, None, bias]  # behind a bias of the layers before, and a mask of keys
    shape = [*query.shape[:2], value.shape[2]]
    return torch.onnx.ops.symbolic(
        f"{DOMAIN}::MultiHeadAttention",
        [query, key, value, *masks],
        attributes,
        dtype=query.dtype,
        shape=shape,
        version=1,
    )


def separate_sum(x: Tensor, y: Tensor) -> Tensor:
    """The node of a ``sum_apart``."""
    shape = [*torch.broadcast_shapes(x.shape, y.shape)]
    return torch.onnx.ops.symbolic("Sum", [x, y], {}, dtype=x.dtype, shape=shape)
