"""A dense linear layer of few tokens that does not read what is multiplied with zero: a row of the weight an input."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def skip_linear(
    x, weight, bias, residual, gate, y, partial, arrived, T, M, K, threshold,
    BM: tl.constexpr, BK: tl.constexpr, PARTS: tl.constexpr,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes BM outputs of one token, or one of PARTS parts of their sums; BK inputs in one turn.

    weight: [K, M]. An input up to the threshold costs no memory traffic; one that is NaN is read.
    """
    block = tl.program_id(0)
    t = tl.program_id(1)
    part = tl.program_id(2)
    m = block * BM + tl.arange(0, BM)
    turns = tl.cdiv(K, BK)
    acc = tl.zeros((BK, BM), tl.float32)
    for turn in range(turns * part // PARTS, turns * (part + 1) // PARTS):
        k = turn * BK + tl.arange(0, BK)
        inputs = tl.load(x + (t.to(tl.int64) * K + k), mask=k < K, other=0.0).to(tl.float32)
        active = (k < K) & ~(tl.abs(inputs) <= threshold)
        w_at = weight + (k.to(tl.int64)[:, None] * M + m[None, :])
        w = tl.load(w_at, mask=active[:, None] & (m < M)[None, :], other=0.0).to(tl.float32)
        acc += w * tl.where(active, inputs, 0.0)[:, None]
    slot = (t.to(tl.int64) * tl.num_programs(0) + block) * PARTS
    total, last = arrive(tl.sum(acc, 0)[:, None], partial, arrived, slot, part, PARTS)
    if last:
        token = t + tl.zeros((1, 1), tl.int32)
        finish(
            total, m[:, None], token, M, bias, residual, gate, y,
            M, T, False, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip
