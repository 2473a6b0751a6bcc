"""``sparsec::vblock_linear`` on graphics cards, for a token or a few: vectors of 16 or 32 rows."""

from __future__ import annotations

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
    epilogue,
    multiples_of_16,
    of_layer,
    partial_sums,
    parts_of,
)


def _kernel(index: str) -> Kernel:
    return Kernel(
        "vblock_matvec",
        {
            "x": ACTIVATIONS,
            "values": ACTIVATIONS,
            "indices": index,
            "starts": "i32",
            **OF_LAYER,
        },
        scalars=("T", "M", "K"),
    )


# By the type of the columns' numbers, which depends on how many there are.
NARROW, WIDE = _kernel("i16"), _kernel("i32")
BLOCK_ROWS = (16, 32)
# The most tokens, each of which has programs of its own: beyond, tensor cores do better on other formats.
MOST_TOKENS = 4
# Numbers of the weight in one turn.
TURN = (1024, 2048)


def schedules(problem: Problem, arch: str) -> list[Schedule]:
    """Those worth building for a layer in blocks of ``problem.tile`` without column tiles; none for many tokens."""
    if problem.tokens > MOST_TOKENS or problem.tile[1] != 1 or problem.tile[0] not in BLOCK_ROWS:
        return []
    return [_schedule(problem, numbers) for numbers in TURN]


def _schedule(problem: Problem, numbers: int) -> Schedule:
    rows = problem.tile[0]
    blocks = -(-problem.rows // rows)
    parts = parts_of(blocks, problem.stored // (blocks * numbers))
    return Schedule(
        NARROW if problem.columns <= 2**16 else WIDE,
        {
            "R": rows,
            "BE": numbers // rows,
            "PARTS": parts,
            "COLUMNS_FIRST": problem.columns_first,
            "ROWS_FIRST": problem.rows_first,
            **epilogue(problem),
        },
        warps=4,
        stages=3,
        title=f"decode, {rows} x 1 vectors, {numbers // rows} at a time",
        turn=Turn(numbers, numbers, rows, 1),
        split=parts > 1,
        multiples=multiples_of_16(M=problem.rows, K=problem.columns),
    )


def launch(
    schedule: Schedule,
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    column_tile: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
    gate: Tensor | None = None,
) -> Launch:
    """A schedule with the arguments of the operator.

    Raises:
        ValueError: it was made for activations or results that lie otherwise, or there are column tiles.
    """
    constants = schedule.constants
    if (columns_first, rows_first) != (constants["COLUMNS_FIRST"], constants["ROWS_FIRST"]) or column_tile:
        raise ValueError(f"activations, results or blocks lie otherwise than in {schedule.key}")
    x = aligned(x)
    shape, width = linear_shape(x.shape, rows, columns_first, rows_first)
    tokens, blocks, parts = x.numel() // width, len(starts) - 1, int(constants["PARTS"])
    slots = tokens * blocks * parts if parts > 1 else 0
    result = x.new_empty(shape)
    arguments: dict[str, Argument] = {
        **of_layer(x, result, (tokens, rows, width), bias=bias, residual=residual, gate=gate),
        "values": values,
        "indices": indices,
        "starts": starts,
        "partial": partial_sums(x, slots, int(constants["R"])),
    }
    return Launch(schedule, arguments, (blocks, tokens, parts), result, slots)
