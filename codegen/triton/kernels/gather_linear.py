"""A linear layer whose rows come in groups of G that read the same columns: gathered first, then multiplied."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def gather_linear(
    x, values, columns, starts, bias, residual, gate, y, partial, arrived, T, M, K,
    G: tl.constexpr, BK: tl.constexpr, BT: tl.constexpr, PARTS: tl.constexpr,
    COLUMNS_FIRST: tl.constexpr, ROWS_FIRST: tl.constexpr, TAIL: tl.constexpr, NARROW: tl.constexpr,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes the G rows of a group for BT tokens, or one of PARTS parts of them.

    values: [chunks, G, BK]. columns: of every chunk, BK each. starts: where the chunks of a group begin.
    COLUMNS_FIRST: x is [K, T], so that a column is BT neighbouring numbers; else [T, K]. TAIL: chunks may
    list columns beyond K. NARROW: 32 bits count all of x; a column's address then takes two instructions and not seven.
    """
    group = tl.program_id(0)
    tile = tl.program_id(1)
    part = tl.program_id(2)
    first = tl.load(starts + group)
    chunks = tl.load(starts + group + 1) - first
    r = tl.arange(0, G)
    k = tl.arange(0, BK)
    t = tile * BT + tl.arange(0, BT)
    begin = (first + chunks * part // PARTS).to(tl.int64)
    w_at = values + begin * (G * BK) + (r[:, None] * BK + k[None, :])
    column_at = columns + begin * BK + k
    acc = tl.zeros((G, BT), tl.float32)
    for _ in range(chunks * part // PARTS, chunks * (part + 1) // PARTS):
        column = tl.load(column_at)[:, None]
        if COLUMNS_FIRST:
            x_at = (x + t[None, :]) + (column if NARROW else column.to(tl.int64)) * T
        else:
            x_at = x + t.to(tl.int64)[None, :] * K + column
        keep = (t < T)[None, :]
        if TAIL:
            keep = keep & (column < K)
        gathered = tl.load(x_at, mask=keep, other=0.0)
        acc = tl.dot(tl.load(w_at), gathered, acc, input_precision="ieee")
        w_at += G * BK
        column_at += BK
    slot = (tile.to(tl.int64) * tl.num_programs(0) + group) * PARTS
    acc, last = arrive(acc, partial, arrived, slot, part, PARTS)
    if last:
        m = group * G + r
        finish(
            acc, m[:, None], t[None, :], M, bias, residual, gate, y,
            M, T, ROWS_FIRST, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip
