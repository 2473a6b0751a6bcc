"""``sparsec::vblock_conv2d``: a 2-d convolution whose weight lies in vector blocks."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .base import Operator, register
from .blocks import unpacked
from .dense import fake_conv2d
from .epilogues import finished
from .reach import check_reach


def reference(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    kernel: list[int],
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    groups: int,
    activation: str,
    column_tile: int = 0,
) -> Tensor:
    """activation(conv2d(x, weight, bias) + residual), the weight [rows, channels of a group x taps] in vector blocks.

    Args:
        x: [images, channels, height, width].
        values: the weight's blocks [entries + 1, 1, R]; indices, starts: see ``VectorBlocks``.
        bias: [rows].
        residual: of the result's shape.
        rows: output channels.
        kernel, stride, padding, dilation: of the convolution, [vertical, horizontal].
        groups: of channels and rows.
        activation: one of ``ACTIVATIONS``, or ''.
        column_tile: columns in a column tile, 0 for all of them; of one group only.
    """
    channels = x.shape[1] // groups
    matrix = unpacked(values, indices, starts, (rows, channels * kernel[0] * kernel[1]))
    weight = matrix.to(x.dtype).reshape(rows, channels, *kernel)
    return finished(F.conv2d(x, weight, bias, stride, padding, dilation, groups), residual, activation).contiguous()


def _check(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    rows: int,
    kernel: list[int],
    groups: int,
    column_tile: int = 0,
) -> None:
    if groups < 1 or x.shape[1] % groups or rows % groups:
        raise IndexError(f"{x.shape[1]} channels and {rows} rows in {groups} groups")
    if column_tile and groups > 1:
        raise IndexError(f"column tiles in {groups} groups")
    columns = x.shape[1] // groups * kernel[0] * kernel[1]
    check_reach(columns, values.shape[1], rows, values, indices, starts, (bias,))


VBLOCK_CONV2D = register(
    Operator(
        name="sparsec::vblock_conv2d",
        schema=(
            "(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor? bias, Tensor? residual, "
            "int rows, int[] kernel, int[] stride, int[] padding, int[] dilation, int groups, "
            "str activation, int column_tile=0) -> Tensor"
        ),
        reference=reference,
        fake=fake_conv2d,
        packed=("values", "indices", "starts"),
        check=_check,
    )
)
