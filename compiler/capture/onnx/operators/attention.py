"""Attention, as the standard has it and as ONNX Runtime's optimizer writes it, and rotary positions."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.fx.experimental.symbolic_shapes import statically_known_true

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused, dtype_of

# Which matrix of scores the standard's operator may hand on, by number.
RAW, CAPPED, MASKED, WEIGHTS = range(4)


def _by_head(x: Tensor, heads: int) -> Tensor:
    """[batch, tokens, channels] as [batch, heads, tokens, channels of one]."""
    return x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] // heads).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def _repeated(x: Tensor, heads: int) -> Tensor:
    """Keys or values for as many heads as queries have: each for those of its group."""
    images, own, tokens, channels = x.shape
    if own == heads:
        return x
    return x[:, :, None].expand(images, own, heads // own, tokens, channels).reshape(images, heads, tokens, channels)


def _scale(node: Node, query: Tensor) -> float:
    given = node.get("scale", 0.0)
    return float(given) if given else 1 / math.sqrt(int(query.shape[-1]))


def _appended(past: Tensor | None, x: Tensor) -> Tensor:
    return x if past is None else torch.cat([past, x], 2)


def _causal(tokens: Any, total: Any, past: Any = 0) -> Tensor:
    """Which keys a query may read, [tokens, total]: those up to its own, which lies behind ``past`` others."""
    found: Tensor = torch.arange(total) <= torch.arange(tokens)[:, None] + past
    return found


def _both(allowed: Tensor | None, added: Tensor | None) -> Tensor | None:
    """What is added to scores, minus infinity where a key may not be read; flags alone stay flags."""
    if allowed is None or added is None:
        return added if allowed is None else allowed
    if added.dtype == torch.bool:
        return torch.logical_and(allowed, added)
    return torch.where(allowed, added, -math.inf)


def _attended(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    scale: float,
    mask: Tensor | None = None,
    *,
    causal: bool = False,
    softcap: float = 0.0,
) -> Tensor:
    """Values by weights of scores, for every head; ``causal`` stands for a mask, and needs as many keys as queries."""
    if not softcap:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal, scale=scale)
    mask = _causal(query.shape[2], key.shape[2]) if causal else mask
    return _told(query, key, value, scale, mask, softcap)[0]


def _told(
    query: Tensor, key: Tensor, value: Tensor, scale: float, mask: Tensor | None, softcap: float, mode: int = RAW
) -> tuple[Tensor, Tensor]:
    """What is attended to, step by step, and the scores at some point of it."""
    raw = torch.matmul(query * scale, key.transpose(-1, -2))
    capped = torch.tanh(raw / softcap) * softcap if softcap else raw
    masked = _masked(capped, mask)
    weights = _weights(masked)
    return torch.matmul(weights, value), {RAW: raw, CAPPED: capped, MASKED: masked, WEIGHTS: weights}[mode]


def _masked(scores: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return scores
    return torch.where(mask, scores, -math.inf) if mask.dtype == torch.bool else scores + mask


def _weights(scores: Tensor) -> Tensor:
    """Zero where everything is hidden."""
    hidden = torch.isneginf(scores).all(-1, keepdim=True)
    return torch.softmax(torch.where(hidden, 0.0, scores), -1) * torch.logical_not(hidden)


# -------------------------------------------------------------------- of the standard


def _attention(
    node: Node,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    past_key: Tensor | None = None,
    past_value: Tensor | None = None,
    lengths: Tensor | None = None,
) -> Any:
    """Results are what is attended to, keys, values, and a matrix of scores."""
    flat = query.ndim == 3
    if flat:
        own, heads = node.get("kv_num_heads"), node.get("q_num_heads")
        query, key, value = _by_head(query, heads), _by_head(key, own), _by_head(value, own)
    keys, values = _appended(past_key, key), _appended(past_value, value)
    tokens, total = query.shape[2], keys.shape[2]
    precision = node.get("softmax_precision", 0)
    if precision and dtype_of(precision).itemsize < query.dtype.itemsize:
        raise Refused("a softmax that is less precise than what it is of")
    if any(node.get(f"{side}_window_size", -1) != -1 for side in ("left", "right")):
        raise Refused("attention in a window")
    is_causal, alone = bool(node.get("is_causal", 0)), mask is None and past_key is None and lengths is None
    if mask is not None:
        mask = _as_long(mask, total)
    if not alone:
        allowed = None
        if is_causal:
            behind = total - key.shape[2] if lengths is None else lengths.reshape(-1, 1, 1, 1) - tokens
            allowed = _causal(tokens, total, behind)
        if lengths is not None:
            inside = torch.arange(total) < lengths.reshape(-1, 1, 1, 1)
            allowed = inside if allowed is None else torch.logical_and(allowed, inside)
        mask = _both(allowed, mask)
    key, value = (_repeated(x, int(query.shape[1])) for x in (keys, values))
    scale, softcap = _scale(node, query), node.get("softcap", 0.0)
    handed_on = None
    if node.wants(3):
        mask = _causal(tokens, total) if is_causal and alone else mask
        found, handed_on = _told(query, key, value, scale, mask, softcap, node.get("qk_matmul_output_mode", RAW))
    else:
        found = _attended(query, key, value, scale, mask, causal=is_causal and alone, softcap=softcap)
    return _joined(found) if flat else found, keys, values, handed_on


def _as_long(mask: Tensor, total: Any) -> Tensor:
    """A mask that ends early hides the keys behind it."""
    if mask.shape[-1] == total:
        return mask
    hidden = False if mask.dtype == torch.bool else -math.inf
    return F.pad(mask, [0, total - mask.shape[-1]], value=hidden)


def _rotary(node: Node, x: Tensor, cosines: Tensor, sines: Tensor, positions: Tensor | None = None) -> Tensor:
    """Tables are picked from by positions; without those they are the tokens' own."""
    flat = x.ndim == 3
    x = _by_head(x, node.get("num_heads")) if flat else x
    if positions is not None:
        cosines, sines = F.embedding(positions, cosines), F.embedding(positions, sines)
    found = _turned(x, cosines, sines, bool(node.get("interleaved", 0)))
    return _joined(found) if flat else found


def _turned(x: Tensor, cosines: Tensor, sines: Tensor, interleaved: bool) -> Tensor:
    """Pairs of channels turned by angles; those behind the pairs stay.

    Args:
        x: [batch, heads, tokens, channels].
        cosines, sines: [batch, tokens, pairs].
        interleaved: whether a pair lies side by side, rather than half of all of them apart.
    """
    turned, cosines, sines = 2 * int(cosines.shape[-1]), cosines.unsqueeze(1), sines.unsqueeze(1)
    rest = x[..., turned:] if turned < x.shape[-1] else None
    x = x if rest is None else x[..., :turned]
    left, right = (x[..., 0::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    parts = [left * cosines - right * sines, right * cosines + left * sines]
    found = torch.stack(parts, -1).flatten(-2) if interleaved else torch.cat(parts, -1)
    return found if rest is None else torch.cat([found, rest], -1)


# -------------------------------------------------------------------- of ONNX Runtime


def _added(mask: Tensor | None, node: Node, batch: Any, total: Any) -> Tensor | None:
    """What is added to scores: much below zero where a token does not count.

    Masks are ones and zeros, [batch, keys] or [batch, queries, keys], or numbers of keys of each text, [batch]; where
    keys begin later than the first, those places follow, [2 * batch].
    """
    if mask is None:
        return None
    if mask.ndim > 3:
        raise Refused(f"an attention mask of {mask.ndim} dimensions")
    if mask.ndim == 1:
        places = torch.arange(total)
        if mask.shape[0] == batch:
            counts = places < mask[:, None]
        elif mask.shape[0] == 2 * batch:
            counts = torch.logical_and(places < mask[:batch, None], places >= mask[batch:, None])
        else:
            raise Refused("an attention mask of sums of lengths")
    else:
        counts = mask > 0
    far = torch.where(counts, 0.0, node.get("mask_filter_value", -10000.0))
    return far[:, None, None, :] if far.ndim == 2 else far[:, None]


def _of_microsoft(
    node: Node,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    bias: Tensor | None,
    past: tuple[Tensor | None, Tensor | None],
) -> tuple[Tensor, Tensor, Tensor]:
    """What is attended to, by head, and keys and values with those of before."""
    causal, scale, tokens = bool(node.get("unidirectional", 0)), _scale(node, query), query.shape[2]
    if causal and not statically_known_true(key.shape[2] == tokens):
        raise Refused("causal attention to keys of others")
    key, value = (_appended(before, x) for before, x in zip(past, (key, value), strict=True))
    total = key.shape[2]
    added = _added(mask, node, query.shape[0], total)
    if bias is not None:
        added = bias if added is None else added + bias
    if causal and added is None and past[0] is None:
        return _attended(query, key, value, scale, causal=True), key, value
    allowed = _causal(tokens, total, total - tokens) if causal else None
    return _attended(query, key, value, scale, _both(allowed, added)), key, value


def _packed(
    node: Node,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    past: Tensor | None = None,
    added: Tensor | None = None,
    length: Tensor | None = None,
) -> Any:
    """Self-attention with the projection that it is of; keys and values are its second result, one behind the other."""
    if length is not None or node.get("do_rotary", 0):
        raise Refused("attention with a cache of a fixed size, or rotary positions of its own")
    heads = node.get("num_heads")
    sizes = node.get("qkv_hidden_sizes") or [weight.shape[1] // 3] * 3
    projected = torch.matmul(x, weight)
    projected = projected if bias is None else projected + bias
    query, key, value = (_by_head(part, heads) for part in projected.split([*sizes], -1))
    before = (None, None) if past is None else (past[0], past[1])
    found, key, value = _of_microsoft(node, query, key, value, mask, added, before)
    return _joined(found), torch.stack([key, value]) if node.wants(1) else None


def _multi_head(
    node: Node,
    query: Tensor,
    key: Tensor | None = None,
    value: Tensor | None = None,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    added: Tensor | None = None,
    past_key: Tensor | None = None,
    past_value: Tensor | None = None,
    *more: Any,
) -> Any:
    """Keys and values come as queries do, or by head as they were handed on."""
    if key is None or value is None or query.ndim != 3 or key.ndim == 5 or any(part is not None for part in more):
        raise Refused("attention of packed keys and values, or with a cache of a fixed size")
    if node.wants(3):
        raise Refused("attention that hands on its scores")
    heads, ready = node.get("num_heads"), key.ndim == 4
    if bias is not None:
        width, across = query.shape[-1], key.shape[1] * key.shape[3] if ready else key.shape[-1]
        parts = bias.split([width, across, bias.shape[0] - width - across])
        query = query + parts[0]
        key, value = (key, value) if ready else (key + parts[1], value + parts[2])
    query = _by_head(query, heads)
    if not ready:
        key, value = _by_head(key, heads), _by_head(value, heads)
    found, key, value = _of_microsoft(node, query, key, value, mask, added, (past_key, past_value))
    return _joined(found), key, value


def _grouped(
    node: Node,
    query: Tensor,
    key: Tensor | None,
    value: Tensor | None,
    past_key: Tensor | None,
    past_value: Tensor | None,
    last: Tensor,
    total: Any,
    cosines: Tensor | None = None,
    sines: Tensor | None = None,
    positions: Tensor | None = None,
    added: Tensor | None = None,
    *more: Any,
) -> Any:
    """Causal attention of grouped heads; keys and values are handed on as a cache, zero where nothing lies yet.

    Args:
        last: of each text, the place of its last token, [batch]: new ones lie before it, behind those of the cache.
        total: how many tokens the longest has, those of the cache among them.
    """
    if any(part is not None for part in more) or node.get("smooth_softmax", 0) == 1 or node.wants(3):
        raise Refused("grouped attention with sinks, scales of its cache, or scores that are handed on")
    heads, own = node.get("num_heads"), node.get("kv_num_heads")
    if key is None or value is None:
        each = query.shape[2] // (heads + 2 * own)
        query, key, value = query.split([heads * each, own * each, own * each], -1)
    query, key, value = _by_head(query, heads), _by_head(key, own), _by_head(value, own)
    tokens, last = query.shape[2], last.reshape(-1, 1).to(torch.int64)
    before = torch.clamp(last + 1 - tokens, min=0)
    places = before + torch.arange(tokens)
    if node.get("do_rotary", 0):
        if cosines is None or sines is None:
            raise Refused("rotary positions without their tables")
        own_places = places if positions is None else positions
        tables = F.embedding(own_places, cosines), F.embedding(own_places, sines)
        query, key = (_turned(x, *tables, bool(node.get("rotary_interleaved", 0))) for x in (query, key))
    if past_key is not None and past_value is not None:
        key, value = (_placed(*pair, before, total[0]) for pair in ((past_key, key), (past_value, value)))
    keys = torch.arange(key.shape[2])
    allowed = torch.logical_and(keys <= places[:, :, None], keys <= last[:, :, None])
    window = node.get("local_window_size", -1)
    if window != -1:
        allowed = torch.logical_and(allowed, keys > places[:, :, None] - window)
    mask = _both(allowed[:, None], added)
    wide, values = _repeated(key, heads), _repeated(value, heads)
    found = _attended(query, wide, values, _scale(node, query), mask, softcap=node.get("softcap", 0.0))
    return _joined(found), key, value


def _placed(past: Tensor, x: Tensor, before: Tensor, total: Any) -> Tensor:
    """A cache with what is new behind as many of it as count: [batch, heads, tokens, channels].

    Args:
        past: the cache, which may be longer than what it holds.
        x: new tokens.
        before: how many of it count, [batch, 1].
        total: how many tokens the longest of the batch has now.
    """
    old, new = past.shape[2], x.shape[2]
    size = old + new if total == old + new else torch.sym_max(old, total)
    places = torch.arange(size)
    source = torch.where(places < before, places, torch.clamp(places - before, max=new - 1) + old)
    found = torch.gather(torch.cat([past, x], 2), 2, source[:, None, :, None].expand(-1, x.shape[1], -1, x.shape[3]))
    return torch.where((places < before + new)[:, None, :, None], found, 0.0)


def _rotary_of_microsoft(node: Node, x: Tensor, positions: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """One position is that of the first token."""
    if node.get("is_packed_batching", 0) or node.get("scale", 1.0) != 1:
        raise Refused("rotary positions of packed texts, or scaled")
    flat = x.ndim == 3
    if flat:
        partial = node.get("rotary_embedding_dim", 0)
        x = _by_head(x, node.get("num_heads") if partial else x.shape[2] // (2 * int(cosines.shape[1])))
    if positions.ndim == 1:
        positions = (positions + torch.arange(x.shape[2])).unsqueeze(0)
    tables = F.embedding(positions, cosines), F.embedding(positions, sines)
    found = _turned(x, *tables, bool(node.get("interleaved", 0)))
    return _joined(found) if flat else found


OPERATORS: Table = {
    "Attention": {23: Operator(_attention)},
    "RotaryEmbedding": {23: Operator(_rotary)},
}
MICROSOFT: Table = {
    "Attention": _packed,
    "GroupQueryAttention": Operator(_grouped, shapes=(6,)),
    "MultiHeadAttention": _multi_head,
    "RotaryEmbedding": _rotary_of_microsoft,
}
