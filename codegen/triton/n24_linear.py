"""``sparsec::n24_linear`` on graphics cards, for up to 8 tokens: two forms, of which few tokens like the first.

PyTorch multiplies 2:4 weights with sparse tensor cores, from about 64 tokens on with profit. With few tokens reading
the weight is what takes time, and it is read as it is stored: 9 bits a weight in 16-bit dtypes.
"""

from __future__ import annotations

import torch
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
    parts_of,
)


def _kernel(name: str, x: str, values: str) -> Kernel:
    return Kernel(
        name,
        {
            "x": x,
            "values": values,
            "codes": "u8",
            **OF_LAYER,
        },
        scalars=("T", "M", "K"),
    )


# By name, and whether what is loaded at once is a word of several 16-bit numbers.
KERNELS = {
    ("n24_matvec", True): _kernel("n24_matvec", "i64", "i32"),
    ("n24_matvec", False): _kernel("n24_matvec", ACTIVATIONS, ACTIVATIONS),
    ("n24_linear", True): _kernel("n24_linear", ACTIVATIONS, "i32"),
    ("n24_linear", False): _kernel("n24_linear", ACTIVATIONS, ACTIVATIONS),
}
MOST_TOKENS = 8
# The fewest columns that tensor cores multiply with.
DOT_TOKENS = 16
# (rows, fours, warps) of one turn, and how many turns of the loop are written out one after the other. Picking wants 4
# fours a lane, so that their codes are where their numbers are, and at least two lanes to a four of activations, so
# that those come where the numbers are; with more rows a lane, more numbers share them. In float32, and on NVIDIA's
# cards before Hopper, the larger tile of the second form takes all registers that a lane can have: it is left out.
MATVEC_TILES = ((8, 64, 4, 2), (16, 64, 4, 2), (32, 64, 4, 1))
DOT_TILES = ((64, 32, 4), (64, 64, 4))


def schedules(problem: Problem, arch: str) -> list[Schedule]:
    """Those worth building; none for many tokens."""
    if problem.tokens > MOST_TOKENS:
        return []
    registers_fall_short = 0 < compute_capability(arch) < 90 or problem.dtype.itemsize > 2
    found = [_dot(problem, *tile) for tile in (DOT_TILES[:1] if registers_fall_short else DOT_TILES)]
    if problem.tokens == 1:
        found = [*(_matvec(problem, *tile) for tile in MATVEC_TILES), *found]
    return found


def _matvec(problem: Problem, rows: int, fours: int, warps: int, turns: int) -> Schedule:
    numbers = 2 * rows * fours * turns
    return _schedule(problem, "n24_matvec", fours, warps, Turn(numbers, numbers, rows, 1), UNROLL=turns)


def _dot(problem: Problem, rows: int, fours: int, warps: int) -> Schedule:
    turn = Turn(2 * rows * fours, 4 * rows * fours * DOT_TOKENS, rows, DOT_TOKENS)
    return _schedule(problem, "n24_linear", fours, warps, turn, BT=DOT_TOKENS)


def _schedule(problem: Problem, name: str, fours: int, warps: int, turn: Turn, **more: int) -> Schedule:
    words = problem.dtype.itemsize == 2
    parts = parts_of(-(-problem.rows // turn.rows), -(-problem.columns // (4 * fours)))
    return Schedule(
        KERNELS[name, words],
        {
            "BR": turn.rows,
            "BQ": fours,
            "TAIL": problem.columns % (4 * fours) != 0,
            "PARTS": parts,
            "WORDS": words,
            **more,
            **epilogue(problem),
        },
        warps=warps,
        stages=3,
        title=f"decode, 2:4 {'picked' if name == 'n24_matvec' else 'expanded'}, {turn.rows} rows",
        turn=turn,
        split=parts > 1,
        multiples=multiples_of_16(M=problem.rows, K=problem.columns),
    )


def launch(
    schedule: Schedule,
    x: Tensor,
    values: Tensor,
    codes: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    activation: str,
    gate: Tensor | None = None,
) -> Launch:
    """A schedule with the arguments of the operator."""
    x, constants, rows = aligned(x), schedule.constants, len(values)
    columns = x.shape[-1]
    tokens, parts = x.numel() // columns, int(constants["PARTS"])
    block_tokens = int(constants.get("BT", 1))
    blocks, tiles = -(-rows // int(constants["BR"])), -(-tokens // block_tokens)
    slots = tiles * blocks * parts if parts > 1 else 0
    result = x.new_empty(*x.shape[:-1], rows)
    arguments: dict[str, Argument] = {
        **of_layer(x, result, (tokens, rows, columns), bias=bias, residual=residual, gate=gate),
        "x": x.view(torch.int64) if schedule.kernel.pointers["x"] == "i64" else x,
        "values": values.view(torch.int32) if schedule.kernel.pointers["values"] == "i32" else values,
        "codes": codes,
        "partial": partial_sums(x, slots, int(constants["BR"]) * block_tokens),
    }
    return Launch(schedule, arguments, (blocks, tiles, parts), result, slots)
