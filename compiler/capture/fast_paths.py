"""Fused layers that PyTorch's modules call in evaluation, written out so that passes see what is inside.

``nn.TransformerEncoderLayer`` is one operator on its fast path, which Dynamo records as it is. Encoders and
decoders of ``nn.Transformer`` look into a mask, whether it is the causal one, to pass none then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn import functional as F

aten = torch.ops.aten


def encoder_layer(
    src: Tensor,
    embed_dim: int,
    num_heads: int,
    qkv_weight: Tensor,
    qkv_bias: Tensor,
    proj_weight: Tensor,
    proj_bias: Tensor,
    use_gelu: bool,
    norm_first: bool,
    eps: float,
    norm_weight_1: Tensor,
    norm_bias_1: Tensor,
    norm_weight_2: Tensor,
    norm_bias_2: Tensor,
    ffn_weight_1: Tensor,
    ffn_bias_1: Tensor,
    ffn_weight_2: Tensor,
    ffn_bias_2: Tensor,
    mask: Tensor | None = None,
    mask_type: int | None = None,
) -> Tensor:
    """``aten._transformer_encoder_layer_fwd``: [batch, tokens, features]; what a mask is not zero at is left out."""
    batch, tokens, _ = src.shape

    def attend(x: Tensor) -> Tensor:
        fused = F.linear(x, qkv_weight, qkv_bias)
        query, key, value = (part.reshape(batch, tokens, num_heads, -1).transpose(1, 2) for part in fused.chunk(3, -1))
        keep = None if mask is None else torch.logical_not(mask.to(torch.bool))
        if keep is not None and mask_type == 1:  # one flag for each token of a sequence
            keep = keep.reshape(batch, 1, 1, tokens)
        found = F.scaled_dot_product_attention(query, key, value, attn_mask=keep)
        return F.linear(found.transpose(1, 2).reshape(batch, tokens, -1), proj_weight, proj_bias)

    def feed(x: Tensor) -> Tensor:
        inner = F.linear(x, ffn_weight_1, ffn_bias_1)
        return F.linear(F.gelu(inner) if use_gelu else F.relu(inner), ffn_weight_2, ffn_bias_2)

    def first(x: Tensor) -> Tensor:
        return F.layer_norm(x, (embed_dim,), norm_weight_1, norm_bias_1, eps)

    def second(x: Tensor) -> Tensor:
        return F.layer_norm(x, (embed_dim,), norm_weight_2, norm_bias_2, eps)

    if norm_first:
        value = src + attend(first(src))
        return value + feed(second(value))
    value = first(src + attend(src))
    return second(value + feed(value))


def _said_to_be_causal(mask: Tensor | None, is_causal: bool | None = None, size: int | None = None) -> bool:
    return is_causal is True


@contextlib.contextmanager
def masks_unread() -> Iterator[None]:
    """Meanwhile a mask is applied as it is, causal or not: what is in it is no branch of a graph, and that is as exact.

    ``is_causal=`` decides as ever.
    """
    with patch.object(torch.nn.modules.transformer, "_detect_is_causal_mask", _said_to_be_causal):
        yield


WRITTEN_OUT: dict[Any, Any] = {aten._transformer_encoder_layer_fwd.default: encoder_layer}
