"""``sparsec::skip_linear`` on graphics cards: inputs that are (nearly) zero cost no bytes of a dense weight."""

from __future__ import annotations

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
    epilogue,
    multiples_of_16,
    of_layer,
    partial_sums,
    parts_of,
)

KERNEL = Kernel(
    "skip_linear",
    {
        "x": ACTIVATIONS,
        "weight": ACTIVATIONS,
        **OF_LAYER,
    },
    scalars=("T", "M", "K"),
    floats=("threshold",),
)
# The most tokens, each of which has programs of its own: with more, some token needs nearly every input.
MOST_TOKENS = 4
# (outputs, inputs) of one turn: a row of a tile is at least the 64 bytes that memory is read in.
TILES = ((128, 16), (256, 8), (64, 32))


def schedules(problem: Problem, arch: str) -> list[Schedule]:
    """Those worth building for a dense weight [columns, rows]; none for many tokens."""
    if problem.tokens > MOST_TOKENS:
        return []
    return [_schedule(problem, *tile) for tile in TILES]


def _schedule(problem: Problem, outputs: int, inputs: int) -> Schedule:
    parts = parts_of(-(-problem.rows // outputs), -(-problem.columns // inputs))
    return Schedule(
        KERNEL,
        {
            "BM": outputs,
            "BK": inputs,
            "PARTS": parts,
            **epilogue(problem),
        },
        warps=4,
        stages=3,
        title=f"decode, {outputs} outputs, {inputs} inputs at a time",
        turn=Turn(outputs * inputs, outputs * inputs, outputs, 1, dense=True),
        split=parts > 1,
        multiples=multiples_of_16(M=problem.rows, K=problem.columns),
    )


def launch(
    schedule: Schedule,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    threshold: float,
    activation: str,
    residual: Tensor | None = None,
    gate: Tensor | None = None,
) -> Launch:
    """A schedule with the arguments of the operator."""
    x, constants = aligned(x), schedule.constants
    columns, rows = weight.shape
    tokens, parts = x.numel() // columns, int(constants["PARTS"])
    blocks = -(-rows // int(constants["BM"]))
    slots = tokens * blocks * parts if parts > 1 else 0
    result = x.new_empty(*x.shape[:-1], rows)
    arguments: dict[str, Argument] = {
        **of_layer(x, result, (tokens, rows, columns), bias=bias, residual=residual, gate=gate),
        "weight": weight,
        "partial": partial_sums(x, slots, int(constants["BM"])),
        "threshold": threshold,
    }
    return Launch(schedule, arguments, (blocks, tokens, parts), result, slots)
