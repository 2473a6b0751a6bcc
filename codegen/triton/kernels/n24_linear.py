"""A 2:4 linear layer for some tokens: read sparse, expanded in registers, and multiplied by tensor cores."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def positions(code, BR: tl.constexpr, BQ: tl.constexpr):
    """Where in their fours the first and the second survivors stand: two of [BR, BQ], from bytes [BR, BQ / 2].

    A byte holds two fours, the even one in its low half: two bits for the first survivor, two for the second.
    """
    code = code.to(tl.int32)
    both = tl.reshape(tl.join(code & 15, code >> 4), (BR, BQ))
    return both & 3, both >> 2


@triton.jit
def n24_linear(
    x, values, codes, bias, residual, gate, y, partial, arrived, T, M, K,
    BR: tl.constexpr, BQ: tl.constexpr, BT: tl.constexpr, TAIL: tl.constexpr, PARTS: tl.constexpr, WORDS: tl.constexpr,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes BR rows for BT tokens, or one of PARTS parts of them; BQ fours in one turn.

    A sum may be added up in any order, so each place in the fours is a product of its own: nothing is interleaved.
    WORDS: values are of 16 bits, and both survivors of a four are one 32-bit number [M, K / 4]; else [M, K / 4, 2].
    TAIL: BQ does not divide K / 4.
    """
    tile = tl.program_id(1)
    part = tl.program_id(2)
    m = tl.program_id(0) * BR + tl.arange(0, BR)
    t = tile * BT + tl.arange(0, BT)
    q = tl.arange(0, BQ)
    fours = K // 4
    NUMBERS: tl.constexpr = 1 if WORDS else 2
    row = tl.minimum(m, M - 1).to(tl.int64)[:, None]
    w_at = values + row * (NUMBERS * fours) + tl.arange(0, NUMBERS * BQ)[None, :]
    code_at = codes + row * (fours // 2) + tl.arange(0, BQ // 2)[None, :]
    x_at = x + t.to(tl.int64)[None, :] * K + (4 * q)[:, None]
    turns = tl.cdiv(fours, BQ)
    acc = tl.zeros((BR, BT), tl.float32)
    for turn in range(turns * part // PARTS, turns * (part + 1) // PARTS):
        first = turn * BQ
        keep = (t < T)[None, :]
        if TAIL:
            here = tl.arange(0, NUMBERS * BQ) < NUMBERS * (fours - first)
            pair = tl.load(w_at + NUMBERS * first, mask=here[None, :], other=0)
            code = tl.load(code_at + first // 2, mask=(2 * tl.arange(0, BQ // 2) < fours - first)[None, :], other=0)
            keep = keep & (q < fours - first)[:, None]
        else:
            pair = tl.load(w_at + NUMBERS * first)
            code = tl.load(code_at + first // 2)
        one, two = positions(code, BR, BQ)
        if WORDS:
            low = (pair & 0xFFFF).to(tl.int64) << (one * 16).to(tl.int64)
            high = ((pair >> 16) & 0xFFFF).to(tl.int64) << (two * 16).to(tl.int64)
            four = low | high
        else:
            w1, w2 = tl.split(tl.reshape(pair, (BR, BQ, 2)))
        for place in tl.static_range(4):
            if WORDS:
                w = (four >> (16 * place)).to(tl.int16).to(x.dtype.element_ty, bitcast=True)
            else:
                w = tl.where(one == place, w1, 0.0) + tl.where(two == place, w2, 0.0)
            read = tl.load(x_at + (4 * first + place), mask=keep, other=0.0)
            acc = tl.dot(w, read, acc, input_precision="ieee")
    slot = (tile.to(tl.int64) * tl.num_programs(0) + tl.program_id(0)) * PARTS
    acc, last = arrive(acc, partial, arrived, slot, part, PARTS)
    if last:
        finish(
            acc, m[:, None], t[None, :], M, bias, residual, gate, y,
            M, T, False, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip
