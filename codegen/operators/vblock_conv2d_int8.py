"""``sparsec::vblock_conv2d_int8``: a 2-d convolution whose weight and activations are bytes; it rounds the latter."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .base import Operator, register
from .dense import fake_conv2d
from .epilogues import finished
from .int8 import FOUR, check_steps, integers, integers_of_windows, quantise
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
    kernel: list[int],
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    activation: str,
    step: float,
    zero_point: int,
    least_step: float,
) -> Tensor:
    """activation(conv2d(x', weight) + bias + residual) with 8-bit integers.

    x' is x rounded as ``vblock_linear_int8`` does it: by image, where steps are found out. The border is 0. A block has
    four channels at a tap (see ``Int8Blocks``).

    Args:
        x: [images, channels, height, width].
        values, indices, starts, scales, sums: of the weight, see ``Int8Blocks``.
        bias: [rows], float32.
        residual: of the result's shape.
        rows: output channels.
        kernel, stride, padding, dilation: of the convolution, [vertical, horizontal].
        activation: one of ``ACTIVATIONS``, or ''.
        step: the size of a step of x, a float32; 0: found out, of each image.
        zero_point: of unsigned bytes, from 0 to 255; 128 where steps are found out.
        least_step: not 0 where one step and zero point for all of x are found out, see ``whole_steps``.
    """
    weight = _weight(values, indices, starts, rows, x.shape[1], kernel)
    steps, sizes = quantise(x.flatten(1), step, zero_point, least_step)
    images = steps.reshape(x.shape).double()
    result = F.conv2d(images, weight.double(), None, stride, padding, dilation)
    of_results = sizes.double()[:, None, None, None] * scales.double()[:, None, None]
    result = (result * of_results).to(x.dtype)
    result = result if bias is None else result + bias[:, None, None]
    return finished(result, residual, activation).contiguous()


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
    kernel: list[int],
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    activation: str,
    step: float,
    zero_point: int,
    least_step: float,
) -> Tensor:
    """The dense convolution of the rounded weight: steps have no slope."""
    weight = _weight(values, indices, starts, rows, x.shape[1], kernel).float() * scales[:, None, None, None]
    result = F.conv2d(x, weight.to(x.dtype), bias, stride, padding, dilation)
    return finished(result, residual, activation).contiguous()


def _weight(values: Tensor, indices: Tensor, starts: Tensor, rows: int, channels: int, kernel: list[int]) -> Tensor:
    taps = kernel[0] * kernel[1]
    held = integers(values, indices, starts, (rows, -(-channels // FOUR) * FOUR * taps))
    return integers_of_windows(held, channels, taps).reshape(rows, channels, *kernel)


def _check(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    rows: int,
    kernel: list[int],
    step: float,
    zero_point: int,
    least_step: float,
) -> None:
    columns = -(-x.shape[1] // FOUR) * FOUR * kernel[0] * kernel[1]
    check_reach(columns, FOUR, rows, values, indices, starts, (bias, scales, sums))
    check_steps(step, zero_point, least_step)


VBLOCK_CONV2D_INT8 = register(
    Operator(
        name="sparsec::vblock_conv2d_int8",
        schema=(
            "(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor scales, Tensor sums, "
            "Tensor? bias, Tensor? residual, int rows, int[] kernel, int[] stride, int[] padding, int[] dilation, "
            "str activation, float step=0.0, int zero_point=128, float least_step=0.0) -> Tensor"
        ),
        reference=reference,
        fake=fake_conv2d,
        packed=("values", "indices", "starts", "scales", "sums"),
        slope=slope,
        check=_check,
    )
)
