"""A 2:4 linear layer for a token, without tensor cores: what the survivors are multiplied with is picked."""

import triton
import triton.language as tl

from .epilogues import arrive, finish
from .n24_linear import positions


@triton.jit
def n24_matvec(
    x, values, codes, bias, residual, gate, y, partial, arrived, T, M, K,
    BR: tl.constexpr, BQ: tl.constexpr, TAIL: tl.constexpr, PARTS: tl.constexpr, WORDS: tl.constexpr,
    UNROLL: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes BR rows for one token, or one of PARTS parts of them; BQ fours in one turn.

    WORDS: numbers are of 16 bits; four activations are one 64-bit number, of which a shift picks one, and both
    survivors of a four one 32-bit number. Else x is [T, K], values [M, K / 4, 2]. codes: see ``positions``.
    TAIL: BQ does not divide K / 4.
    """
    t = tl.program_id(1)
    part = tl.program_id(2)
    m = tl.program_id(0) * BR + tl.arange(0, BR)
    q = tl.arange(0, BQ)
    fours = K // 4
    NUMBERS: tl.constexpr = 1 if WORDS else 2
    row = tl.minimum(m, M - 1).to(tl.int64)[:, None]
    w_at = values + row * (NUMBERS * fours) + tl.arange(0, NUMBERS * BQ)[None, :]
    code_at = codes + row * (fours // 2) + tl.arange(0, BQ // 2)[None, :]
    x_at = x + t.to(tl.int64) * (fours if WORDS else K) + (q if WORDS else 4 * q)[None, :]
    turns = tl.cdiv(fours, BQ)
    acc = tl.zeros((BR, BQ), tl.float32)
    for turn in tl.range(turns * part // PARTS, turns * (part + 1) // PARTS, loop_unroll_factor=UNROLL):
        first = turn * BQ
        left = fours - first
        keep = (q < left)[None, :] if TAIL else None
        pair_keep = (tl.arange(0, NUMBERS * BQ) < NUMBERS * left)[None, :] if TAIL else None
        code_keep = (2 * tl.arange(0, BQ // 2) < left)[None, :] if TAIL else None
        one, two = positions(tl.load(code_at + first // 2, mask=code_keep), BR, BQ)
        pair = tl.load(w_at + NUMBERS * first, mask=pair_keep)
        if WORDS:
            four = tl.load(x_at + first, mask=keep)
            x1 = _low((four >> (16 * one).to(tl.int64)).to(tl.int32), y.dtype.element_ty)
            x2 = _low((four >> (16 * two).to(tl.int64)).to(tl.int32), y.dtype.element_ty)
            w1 = _low(pair, y.dtype.element_ty)
            w2 = _high(pair, y.dtype.element_ty)
        else:
            x1 = tl.load(x_at + (4 * first + one), mask=keep)
            x2 = tl.load(x_at + (4 * first + two), mask=keep)
            w1, w2 = tl.split(tl.reshape(pair, (BR, BQ, 2)))
        total = (acc + w1.to(tl.float32) * x1) + w2.to(tl.float32) * x2
        acc = tl.where(keep, total, acc) if TAIL else total
    slot = (t.to(tl.int64) * tl.num_programs(0) + tl.program_id(0)) * PARTS
    total, last = arrive(tl.sum(acc, 1)[:, None], partial, arrived, slot, part, PARTS)
    if last:
        token = t + tl.zeros((1, 1), tl.int32)
        finish(
            total, m[:, None], token, M, bias, residual, gate, y,
            M, T, False, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip


@triton.jit
def _low(word, dtype: tl.constexpr):
    """The lower of two 16-bit numbers, in float32."""
    if dtype == tl.bfloat16:
        return (word << 16).to(tl.float32, bitcast=True)
    return (word & 0xFFFF).to(tl.int16).to(dtype, bitcast=True).to(tl.float32)


@triton.jit
def _high(word, dtype: tl.constexpr):
    """The higher of two 16-bit numbers, in float32."""
    if dtype == tl.bfloat16:
        return (word & -65536).to(tl.float32, bitcast=True)
    return (word >> 16).to(tl.int16).to(dtype, bitcast=True).to(tl.float32)
