"""``sparsec::vblock_linear_int8``: a linear layer that rounds its weight, and its activations, to 8 bits. Lossy."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .base import Operator, register
from .blocks import unpacked
from .epilogues import finished
from .reach import check_reach

LARGEST, ZERO_POINT, FOUR = 127, 128, 4


def reference(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    rows: int,
    activation: str,
) -> Tensor:
    """activation(x @ weight.T + bias) with 8-bit integers.

    Both the weight and, token by token, x are rounded to 255 steps; a token that is not finite gives NaN.

    Args:
        x: [..., columns].
        values, indices, starts, scales, sums: of the weight, see ``Int8Blocks``.
        bias: [rows].
        rows: of the weight.
        activation: one of ``ACTIVATIONS``, or ''.
    """
    weight = integers(values, indices, starts, (rows, x.shape[-1]))
    result = multiplied(x.reshape(-1, x.shape[-1]), weight, scales).reshape(*x.shape[:-1], rows)
    return finished(result if bias is None else result + bias, None, activation)


def slope(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    rows: int,
    activation: str,
) -> Tensor:
    """The dense layer of the rounded weight: steps have no slope."""
    weight = integers(values, indices, starts, (rows, x.shape[-1])).float() * scales[:, None]
    return finished(F.linear(x, weight.to(x.dtype), bias), None, activation)


def integers(values: Tensor, indices: Tensor, starts: Tensor, shape: tuple[int, int]) -> Tensor:
    """The rounded weight [rows, columns] in steps, as int8."""
    return unpacked(values.transpose(1, 2), indices, starts, shape)


def multiplied(x: Tensor, weight: Tensor, scales: Tensor) -> Tensor:
    """X [tokens, columns], rounded token by token, times a weight in steps: sums are exact, scales come last."""
    steps, of_tokens = quantise(x)
    sums = steps.double() @ weight.double().T
    return (sums * of_tokens[:, None].double() * scales.double()).to(x.dtype)


def quantise(x: Tensor) -> tuple[Tensor, Tensor]:
    """Each token of x [tokens, columns] in 255 steps around 0, and the size of a step; NaN if one is not finite."""
    most = x.abs().amax(1) if x.shape[1] else x.new_zeros(x.shape[0])
    steps = (x * torch.where(most > 0, LARGEST / most, float(LARGEST))[:, None]).round()
    return steps.nan_to_num(), most / LARGEST + most * 0


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
    rows: int,
) -> None:
    check_reach(x.shape[-1], FOUR, rows, values, indices, starts, (bias, scales, sums))


VBLOCK_LINEAR_INT8 = register(
    Operator(
        name="sparsec::vblock_linear_int8",
        schema=(
            "(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor scales, Tensor sums, "
            "Tensor? bias, int rows, str activation) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "indices", "starts", "scales", "sums"),
        slope=slope,
        check=_check,
    )
)
