"""``sparsec::attention``: heads side by side in one dimension, as linear layers make and read them."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .base import Operator, register


def reference(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, heads: int, scale: float, causal: bool
) -> Tensor:
    """softmax(query @ key.T * scale + bias) @ value, head by head.

    Args:
        query: [batch, tokens, heads x size]; key: [batch, others, heads x size].
        value: [batch, others, heads x its own size].
        bias: [1 or batch, 1 or heads, tokens, others]; no row of it is minus infinity throughout.
        heads: how many there are; scale: of the products.
        causal: whether a token sees only those up to itself; as many tokens as others then.
    """
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value))
    bias = None if bias is None else bias.to(query.dtype)
    found = F.scaled_dot_product_attention(q, k, v, bias, is_causal=causal, scale=scale)
    return found.transpose(1, 2).flatten(2)


def _fake(query: Tensor, value: Tensor) -> Tensor:
    return query.new_empty((*query.shape[:2], value.shape[2]))


ATTENTION = register(
    Operator(
        name="sparsec::attention",
        schema=(
            "(Tensor query, Tensor key, Tensor value, Tensor? bias, int heads, float scale, bool causal) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        rounded=("query", "key", "value", "bias"),
    )
)
