"""Calls the kernels of layers in 8 bits: round the activations, then multiply. See ``kernels``."""

from __future__ import annotations

import functools
import math
import struct
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..codegen.mlir import engine
from ..codegen.mlir.byte_rows import WORDS
from ..codegen.mlir.host import host
from ..codegen.mlir.matmul_int8 import MatmulInt8
from ..codegen.mlir.matvec_int8 import MatvecInt8, bytes_of, serves, serves_many
from ..codegen.mlir.quantise import QUANTISE_WORDS, Quantise
from ..codegen.operators.dense import linear_shape
from ..codegen.operators.int8 import FOUR
from .kernels import CACHED_BYTES, ENOUGH_MULTIPLY_ADDS, FEW_TOKENS, INDEX, compiled
from .threads import Launch


def linear(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    activation: str,
    step: float = 0.0,
    zero_point: int = 128,
) -> Tensor | None:
    """Compute ``sparsec::vblock_linear_int8``; None if there is no kernel for it on this machine."""
    if not runs_int8(x):
        return None
    facts = (values.shape, indices.dtype, starts.shape)
    end = (bias is not None, residual is not None, activation)
    plan = _linear_plan(x.shape, facts, end, rows, step, zero_point, torch.get_num_threads())
    return plan.run(x, (values, indices, starts), scales, sums, bias, residual)


def runs_int8(x: Tensor) -> bool:
    """Whether there are kernels for 8-bit integers on this machine."""
    return x.is_cpu and x.dtype is torch.float32 and engine.available()


@dataclass(frozen=True)
class _Plan:
    """How to compute a layer in 8 bits.

    Attributes:
        shape: of the result; the kernels are None if that is empty.
        steps, scales: words of the rounded activations, and numbers of their scales.
    """

    shape: tuple[int, ...]
    quantise: Launch | None = None
    multiply: Launch | None = None
    steps: int = 0
    scales: int = 0

    def run(
        self,
        x: Tensor,
        weight: tuple[Tensor, Tensor, Tensor],
        scales: Tensor,
        sums: Tensor,
        bias: Tensor | None,
        residual: Tensor | None,
    ) -> Tensor:
        """The result; ``scales`` and ``sums`` are those of the weight's rows."""
        out = x.new_empty(self.shape)
        if self.quantise is None or self.multiply is None:
            return out
        x = x.contiguous()
        bias, residual = (None if one is None else one.float().contiguous() for one in (bias, residual))
        scratch = x.new_empty(self.steps + self.scales)
        steps = scratch.data_ptr()
        places = steps + 4 * self.steps  # of the scales of activations
        self.quantise(x.data_ptr(), steps, places)
        self.multiply(
            steps,
            out.data_ptr(),
            *(part.data_ptr() for part in weight),
            places,
            scales.data_ptr(),
            sums.data_ptr(),
            *(0 if one is None else one.data_ptr() for one in (bias, residual)),
            0,
            0,
        )
        return out


@functools.lru_cache(1024)
def _linear_plan(
    shape: tuple[int, ...],
    facts: tuple[tuple[int, ...], torch.dtype, tuple[int, ...]],
    end: tuple[bool, bool, str],
    rows: int,
    step: float,
    zero_point: int,
    threads: int,
) -> _Plan:
    result, columns = linear_shape(shape, rows, False, False)
    if math.prod(result) == 0:
        return _Plan(result)
    values, index, starts = facts
    here = host()
    tokens, lanes, groups = math.prod(result) // rows, here.lanes, -(-columns // FOUR)
    parts = max(1, min(threads, math.prod(values) * tokens // ENOUGH_MULTIPLY_ADDS))
    in_rows = serves_many(values[1], here) or (tokens < FEW_TOKENS and serves(values[1], here))
    rounding = _rounding(step, zero_point)
    kind = MatvecInt8 if in_rows else MatmulInt8
    spec = kind(values[1], INDEX[index], *end[:2], end[2] or None)
    sizes = {"tokens": tokens, "columns": columns, "groups": groups, "x_row": columns}
    quantise = Launch(
        compiled(Quantise("rows" if in_rows else "panels")),
        QUANTISE_WORDS,
        min(parts, tokens),
        **sizes,
        **rounding,
    )
    held = columns * (bytes_of(here) if in_rows else 1)
    multiply = Launch(
        compiled(spec),
        WORDS,
        parts,
        tokens=tokens,
        groups=groups,
        rows=rows,
        blocks=starts[0] - 1,
        chunk=max(4 * lanes, CACHED_BYTES // max(1, held) // lanes * lanes),
        y_row=rows,
        zero_point=rounding["zero_point"] - 128 * (here.dot == "sdot"),
    )
    tiles = -(-tokens // lanes)
    # What fills up the last panel and group is multiplied by zero, or not stored.
    steps = tokens * groups * bytes_of(here) if in_rows else tiles * groups * lanes
    return _Plan(result, quantise, multiply, steps, tiles * lanes)


def _rounding(step: float, zero_point: int) -> dict[str, Any]:
    """Words that say how activations are rounded."""
    return {"step": struct.unpack("<i", struct.pack("<f", step))[0], "zero_point": zero_point}
