"""``sparsec::bsr_linear`` on graphics cards.

*Decode* (up to 32 tokens): memory is what binds, and there are few block rows for many processors; so rows are cut
into parts of bounded length. *Prefill*: a program keeps BR rows for up to 256 tokens. The same with *TMA*, the copy
engine of Hopper and later cards, where rows of x begin at multiples of 16 bytes.
"""

from __future__ import annotations

import itertools

from torch import Tensor

from .base import (
    ACTIVATIONS,
    OF_LAYER,
    Argument,
    Kernel,
    Launch,
    Problem,
    Schedule,
    Turn,
    aligned,
    compute_capability,
    epilogue,
    multiples_of_16,
    of_layer,
    partial_sums,
)

KERNEL = Kernel(
    "bsr_linear",
    {
        "x": ACTIVATIONS,
        "values": ACTIVATIONS,
        "columns": "i32",
        "items": "i32",
        **OF_LAYER,
    },
    scalars=("T", "M", "K", "entries"),
)
# The most tokens for which a row is cut into parts.
DECODE = 32


def schedules(problem: Problem, arch: str) -> list[Schedule]:
    """Those worth building for a layer whose blocks are ``problem.tile``."""
    few = problem.tokens <= DECODE
    capability = compute_capability(arch)
    copies = (False, True) if capability >= 90 and not few and _rows_aligned(problem) else (False,)
    # Where a block lies is itself loaded, so that two stages hold one more block.
    stages = ((5, 7) if few else (3, 5)) if capability else (2,)
    return [
        _schedule(problem, tokens, depth, tma)
        for tma, tokens, depth in itertools.product(copies, _token_tiles(problem), stages)
    ]


def _rows_aligned(problem: Problem) -> bool:
    return problem.stored > 0 and problem.columns * problem.dtype.itemsize % 16 == 0


def _token_tiles(problem: Problem) -> tuple[int, ...]:
    if problem.tokens <= DECODE:
        return (16,) if problem.tokens <= 16 else (32,)
    if problem.tokens <= 64:
        return (64,)
    # Wider tiles of 64 rows read as many bytes for a product as 128 rows, in twice the registers.
    return (64, 128) if problem.tile[0] < 128 or problem.tokens <= 128 else (64, 128, 256)


def _schedule(problem: Problem, tokens: int, stages: int, tma: bool) -> Schedule:
    rows, columns = problem.tile
    split = tokens <= DECODE
    kind = "decode, split-K" if split else "prefill, TMA" if tma else "prefill"
    return Schedule(
        KERNEL,
        {
            "BR": rows,
            "BC": columns,
            "BT": tokens,
            "TAIL": problem.columns % columns != 0,
            "SPLIT": split,
            "TMA": tma,
            **epilogue(problem),
        },
        warps=8 if rows * tokens >= 128 * 128 else 4,
        stages=stages,
        title=f"{kind}, {rows} x {columns} blocks, {tokens} tokens",
        multiples=multiples_of_16(M=problem.rows, K=problem.columns),
        turn=Turn(rows * columns, rows * columns * tokens, rows, tokens),
        split=split,
    )


def launch(
    schedule: Schedule,
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    rows: Tensor,
    parts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    activation: str,
    gate: Tensor | None = None,
) -> Launch:
    """A schedule with the arguments of the operator."""
    x = aligned(x)
    tokens = x.numel() // x.shape[-1]
    constants = schedule.constants
    tiles = -(-tokens // int(constants["BT"]))
    items = parts if constants["SPLIT"] else rows
    slots = tiles * len(parts) if constants["SPLIT"] else 0
    result = x.new_empty(*x.shape[:-1], out_features)
    arguments: dict[str, Argument] = {
        **of_layer(x, result, (tokens, out_features, x.shape[-1]), bias=bias, residual=residual, gate=gate),
        "values": values,
        "columns": columns,
        "items": items,
        "partial": partial_sums(x, slots, int(constants["BR"]) * int(constants["BT"])),
        "entries": len(values),
    }
    return Launch(schedule, arguments, (len(items), tiles, 1), result, slots)
