"""A linear layer in vector blocks of R x 1 for a token: no tensor core, which would multiply by 15 zeros."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def vblock_matvec(
    x, values, indices, starts, bias, residual, gate, y, partial, arrived, T, M, K,
    R: tl.constexpr, BE: tl.constexpr, PARTS: tl.constexpr,
    COLUMNS_FIRST: tl.constexpr, ROWS_FIRST: tl.constexpr,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes a block row for one token, or one of PARTS parts of it; BE entries in one turn.

    values: [entries + 1, 1, R]. indices: the column of every entry. starts: [block rows + 1, 2], the first entry and
    the first row of each. Sums are kept apart, lane by lane, until the end.
    """
    block = tl.program_id(0)
    t = tl.program_id(1)
    part = tl.program_id(2)
    start = starts + block.to(tl.int64) * 2
    first = tl.load(start)
    entries = tl.load(start + 2) - first
    begin = first + (entries.to(tl.int64) * part // PARTS).to(tl.int32)
    end = first + (entries.to(tl.int64) * (part + 1) // PARTS).to(tl.int32)
    r = tl.arange(0, R)
    acc = tl.zeros((BE, R), tl.float32)
    for turn in range(begin, end, BE):
        e = turn + tl.arange(0, BE)
        some = e < end
        column = tl.load(indices + e, mask=some, other=0).to(tl.int32)
        if indices.dtype.element_ty == tl.int16:
            column = column & 0xFFFF
        if COLUMNS_FIRST:
            x_at = x + t + column.to(tl.int64) * T
        else:
            x_at = x + t.to(tl.int64) * K + column
        gathered = tl.load(x_at, mask=some, other=0.0).to(tl.float32)
        w = tl.load(values + (e.to(tl.int64)[:, None] * R + r[None, :]), mask=some[:, None], other=0.0)
        acc += w.to(tl.float32) * gathered[:, None]
    slot = (t.to(tl.int64) * tl.num_programs(0) + block) * PARTS
    total, last = arrive(tl.sum(acc, 0)[:, None], partial, arrived, slot, part, PARTS)
    if last:
        m = tl.load(start + 1) + r
        below = tl.load(start + 3)
        token = t + tl.zeros((1, 1), tl.int32)
        finish(
            total, m[:, None], token, below, bias, residual, gate, y,
            M, T, ROWS_FIRST, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip
