"""The dense layer that operators stand for."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from ...compiler.ir.window import Window
from .epilogues import finished


def dense_linear(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    activation: str,
    columns_first: bool = False,
    rows_first: bool = False,
    gate: Tensor | None = None,
) -> Tensor:
    """activation(x @ weight.T + bias + residual) * gate, in the dtype of x.

    Args:
        x: [..., columns], or [columns, ...] where ``columns_first``.
        weight: [rows, columns].
        bias: [rows].
        residual: of the result's shape.
        activation: one of ``ACTIVATIONS``, or ''.
        columns_first: how x lies.
        rows_first: whether the result is [rows, ...] instead of [..., rows].
        gate: of the result's shape.
    """
    result = F.linear(x.movedim(0, -1) if columns_first else x, weight.to(x.dtype), bias)
    result = result.movedim(-1, 0) if rows_first else result
    return finished(result, residual, activation, gate).contiguous()


def linear_shape(
    shape: Sequence[int], rows: int, columns_first: bool = False, rows_first: bool = False
) -> tuple[tuple[int, ...], int]:
    """The result's shape, and how many columns the weight has."""
    columns, tokens = (shape[0], shape[1:]) if columns_first else (shape[-1], shape[:-1])
    return ((rows, *tokens) if rows_first else (*tokens, rows)), columns


def fake_conv2d(
    x: Tensor, rows: int, kernel: list[int], stride: list[int], padding: list[int], dilation: list[int]
) -> Tensor:
    """What stands for a convolution's result [images, rows, height, width] where nothing is computed."""
    places = Window.of(kernel, stride, padding, dilation).places(x.shape[2:])
    return x.new_empty([x.shape[0], rows, *places])
