"""``sparsec::gather_linear`` on graphics cards: groups of rows with columns of their own.

From 64 tokens on activations are wanted as [features, tokens]: what is gathered is then many neighbouring numbers, not
two of the 32 bytes that memory hands out at once.
"""

from __future__ import annotations

import itertools

from torch import Tensor

from ..operators.dense import linear_shape
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
    parts_of,
)

KERNEL = Kernel(
    "gather_linear",
    {
        "x": ACTIVATIONS,
        "values": ACTIVATIONS,
        "columns": "i32",
        "starts": "i32",
        **OF_LAYER,
    },
    scalars=("T", "M", "K"),
)
# The most tokens for which the columns of a group are cut into parts.
DECODE = 32
# Numbers that 32 bits do not count.
WIDE = 2**31
# The fewest for which activations should lie [features, tokens].
FEATURES_FIRST = 64


def schedules(problem: Problem, arch: str) -> list[Schedule]:
    """Those worth building for a layer in groups and chunks of ``problem.tile``."""
    few = problem.tokens <= DECODE
    if few:
        tiles: tuple[int, ...] = (16,) if problem.tokens <= 16 else (32,)
    else:
        tiles = (64,) if problem.tokens <= 64 else (64, 128)
    # Which columns are read is itself loaded, so that two stages hold one more chunk.
    stages = ((5, 7) if few else (3, 5)) if compute_capability(arch) else (2,)
    return [_schedule(problem, *choice) for choice in itertools.product(tiles, stages)]


def _schedule(problem: Problem, tokens: int, stages: int) -> Schedule:
    rows, columns = problem.tile
    groups = -(-problem.rows // rows)
    turns = problem.stored // (groups * rows * columns)
    parts = parts_of(groups, turns) if tokens <= DECODE else 1
    sizes = {"M": problem.rows, "K": problem.columns}
    if problem.columns_first or problem.rows_first:
        sizes["T"] = problem.tokens
    return Schedule(
        KERNEL,
        {
            "G": rows,
            "BK": columns,
            "BT": tokens,
            "PARTS": parts,
            "COLUMNS_FIRST": problem.columns_first,
            "ROWS_FIRST": problem.rows_first,
            "TAIL": problem.columns % columns != 0,
            "NARROW": problem.columns * problem.tokens < WIDE,
            **epilogue(problem),
        },
        warps=8 if rows * tokens >= 128 * 128 else 4,
        stages=stages,
        title=f"{'decode' if tokens <= DECODE else 'prefill'}, groups of {rows} rows, {tokens} tokens",
        turn=Turn(rows * columns, rows * columns * tokens, rows, tokens),
        split=parts > 1,
        multiples=multiples_of_16(**sizes),
    )


def launch(
    schedule: Schedule,
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
    gate: Tensor | None = None,
) -> Launch:
    """A schedule with the arguments of the operator.

    Raises:
        ValueError: it was made for activations or results that lie otherwise, or for fewer.
    """
    constants = schedule.constants
    if (columns_first, rows_first) != (constants["COLUMNS_FIRST"], constants["ROWS_FIRST"]):
        raise ValueError(f"activations or results lie otherwise than in {schedule.key}")
    if constants["NARROW"] and x.numel() >= WIDE:
        raise ValueError(f"{x.numel()} activations are more than 32 bits count: {schedule.key}")
    x = aligned(x)
    shape, width = linear_shape(x.shape, out_features, columns_first, rows_first)
    tokens, groups, parts = x.numel() // width, len(starts) - 1, int(constants["PARTS"])
    tiles = -(-tokens // int(constants["BT"]))
    slots = tiles * groups * parts if parts > 1 else 0
    result = x.new_empty(shape)
    arguments: dict[str, Argument] = {
        **of_layer(x, result, (tokens, out_features, width), bias=bias, residual=residual, gate=gate),
        "values": values,
        "columns": columns,
        "starts": starts,
        "partial": partial_sums(x, slots, int(constants["G"]) * int(constants["BT"])),
    }
    return Launch(schedule, arguments, (groups, tiles, parts), result, slots)
