"""``sparsec::vblock_linear_int8``: a linear layer whose weight and activations are bytes; it rounds the latter."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .base import Operator, register
from .epilogues import finished
from .int8 import FOUR, check_steps, integers, multiplied
from .reach import check_reach


def reference(
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
    step: float,
    zero_point: int,
    least_step: float,
) -> Tensor:
    """activation(x' @ weight.T + bias + residual) with 8-bit integers.

    A weight is ``scales[row]`` times a signed byte, with no zero point (a zero has to be 0), so that -128 is possible.
    x' is x rounded to 256 steps: found out token by token (the largest absolute value is 127 steps; a token that is not
    finite gives NaN), or for all of x together (``whole_steps``), or given, as a quantised graph does: ``step *
    (clamp(round(x / step) + zero_point, 0, 255) - zero_point)``, with x / step in float32, ties to even, infinities at
    the ends, and NaN as the lowest. A zero point of signed bytes is given plus 128. Sums are exact integers.

    Args:
        x: [..., columns].
        values, indices, starts, scales, sums: of the weight, see ``Int8Blocks``.
        bias: [rows], float32.
        residual: of the result's shape.
        rows: of the weight.
        activation: one of ``ACTIVATIONS``, or ''.
        step: the size of a step of x, a float32; 0: found out, of each token.
        zero_point: of unsigned bytes, from 0 to 255; 128 where steps are found out.
        least_step: not 0 where one step and zero point for all of x are found out, see ``whole_steps``.
    """
    weight = integers(values, indices, starts, (rows, x.shape[-1]))
    tokens = x.reshape(-1, x.shape[-1])
    result = multiplied(tokens, weight, scales, step, zero_point, least_step).reshape(*x.shape[:-1], rows)
    return finished(result if bias is None else result + bias, residual, activation)


def slope(
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
    step: float,
    zero_point: int,
    least_step: float,
) -> Tensor:
    """The dense layer of the rounded weight: steps have no slope."""
    weight = integers(values, indices, starts, (rows, x.shape[-1])).float() * scales[:, None]
    return finished(F.linear(x, weight.to(x.dtype), bias), residual, activation)


def _fake(x: Tensor, rows: int) -> Tensor:
    return x.new_empty([*x.shape[:-1], rows])


def _check(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    step: float,
    zero_point: int,
    least_step: float,
) -> None:
    check_reach(x.shape[-1], FOUR, rows, values, indices, starts, (bias, scales, sums))
    if residual is not None and residual.shape != (*x.shape[:-1], rows):
        raise IndexError(f"a residual of {[*residual.shape]} is added to {[*x.shape[:-1], rows]}")
    check_steps(step, zero_point, least_step)


VBLOCK_LINEAR_INT8 = register(
    Operator(
        name="sparsec::vblock_linear_int8",
        schema=(
            "(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor scales, Tensor sums, "
            "Tensor? bias, Tensor? residual, int rows, str activation, "
            "float step=0.0, int zero_point=128, float least_step=0.0) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "indices", "starts", "scales", "sums"),
        slope=slope,
        check=_check,
    )
)
