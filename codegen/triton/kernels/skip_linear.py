"""A dense linear layer of few tokens that does not read what is multiplied with zero: a row of the weight an input."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def skip_linear(
    x, weight, bias, y, partial, arrived, T, M, K, threshold,
    BM: tl.constexpr, BK: tl.constexpr, BT: tl.constexpr, PARTS: tl.constexpr,
    BIAS: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes BM outputs of BT tokens, or adds up the inputs of one of PARTS parts; BK inputs in one turn.

    weight: [K, M]. An input of which no token of the tile is above the threshold (or NaN) costs no memory traffic.
    """
    block = tl.program_id(0)
    tile = tl.program_id(1)
    part = tl.program_id(2)
    m = block * BM + tl.arange(0, BM)
    t = tile * BT + tl.arange(0, BT)
    turns = tl.cdiv(K, BK)
    acc = tl.zeros((BT, BK, BM), tl.float32)
    for turn in range(turns * part // PARTS, turns * (part + 1) // PARTS):
        k = turn * BK + tl.arange(0, BK)
        inside = (t < T)[:, None] & (k < K)[None, :]
        inputs = tl.load(x + (t.to(tl.int64)[:, None] * K + k[None, :]), mask=inside, other=0.0).to(tl.float32)
        active = inside & ~(tl.abs(inputs) <= threshold)
        any_active = tl.max(active.to(tl.int32), 0) > 0
        w_at = weight + (k.to(tl.int64)[:, None] * M + m[None, :])
        w = tl.load(w_at, mask=any_active[:, None] & (m < M)[None, :], other=0.0).to(tl.float32)
        acc += w[None, :, :] * tl.where(active, inputs, 0.0)[:, :, None]
    slot = (tile.to(tl.int64) * tl.num_programs(0) + block) * PARTS
    total, last = arrive(tl.sum(acc, 1), partial, arrived, slot, part, PARTS)
    if last:
        finish(total, m[None, :], t[:, None], M, bias, bias, y, M, T, False, BIAS, False, ACTIVATION)
