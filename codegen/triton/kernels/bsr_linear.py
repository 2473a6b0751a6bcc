"""A linear layer whose weight lies in blocks of BR x BC. One source for few tokens, many, and Hopper's copy engine."""

import triton
import triton.language as tl

from .epilogues import arrive, finish


@triton.jit
def bsr_linear(
    x, values, columns, items, bias, residual, gate, y, partial, arrived, T, M, K, entries,
    BR: tl.constexpr, BC: tl.constexpr, BT: tl.constexpr, TAIL: tl.constexpr, SPLIT: tl.constexpr, TMA: tl.constexpr,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """A program computes BR rows for BT tokens, or adds up a part of them.

    items: [.., 3] block row, first entry, end; where SPLIT also part, parts, slot: a long row has several programs.
    TAIL: the last block column reaches beyond K. TMA: both operands are copied as tiles, whose ends hardware knows.
    """
    WIDTH: tl.constexpr = 6 if SPLIT else 3
    item = items + tl.program_id(0).to(tl.int64) * WIDTH
    tile = tl.program_id(1)
    first = tl.load(item + 1)
    end = tl.load(item + 2)
    r = tl.arange(0, BR)
    t = tile * BT + tl.arange(0, BT)
    acc = tl.zeros((BR, BT), tl.float32)
    if TMA:
        x_tiles = tl.make_tensor_descriptor(x, [T, K], [K, 1], [BT, BC])
        w_tiles = tl.make_tensor_descriptor(values, [entries * BR, BC], [BC, 1], [BR, BC])
        for e in range(first, end):
            column = tl.load(columns + e) * BC
            acc = tl.dot(w_tiles.load([e * BR, 0]), x_tiles.load([tile * BT, column]).T, acc, input_precision="ieee")
    else:
        c = tl.arange(0, BC)
        x_at = x + t.to(tl.int64)[None, :] * K + c[:, None]
        w_at = values + first.to(tl.int64) * (BR * BC) + (r[:, None] * BC + c[None, :])
        for e in range(first, end):
            column = tl.load(columns + e).to(tl.int64) * BC
            keep = (t < T)[None, :]
            if TAIL:
                keep = keep & (column + c < K)[:, None]
            w = tl.load(w_at)
            acc = tl.dot(w, tl.load(x_at + column, mask=keep, other=0.0), acc, input_precision="ieee")
            w_at += BR * BC
    last = True
    if SPLIT:
        slot = tile.to(tl.int64) * tl.num_programs(0) + tl.load(item + 5)
        acc, last = arrive(acc, partial, arrived, slot, tl.load(item + 3), tl.load(item + 4))
    if last:
        m = tl.load(item) * BR + r
        finish(
            acc, m[:, None], t[None, :], M, bias, residual, gate, y,
            M, T, False, BIAS, RESIDUAL, GATE, ACTIVATION,
        )  # fmt: skip
