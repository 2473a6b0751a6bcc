"""``sparsec::vblock_linear``: a linear layer whose weight lies in vector blocks."""

from __future__ import annotations

from torch import Tensor

from .base import Operator, register
from .blocks import unpacked
from .dense import dense_linear, linear_shape
from .reach import check_reach


def reference(
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
) -> Tensor:
    """activation(x @ weight.T + bias + residual) * gate, the weight in vector blocks.

    Args:
        x: [..., columns], or [columns, ...] where ``columns_first``.
        values: the weight's blocks [entries + 1, C, R]; indices, starts: see ``VectorBlocks``.
        bias: [rows].
        residual: of the result's shape.
        rows: of the weight.
        column_tile: columns in a column tile, 0 for all of them.
        activation: one of ``ACTIVATIONS``, or ''.
        columns_first: how x lies.
        rows_first: whether the result is [rows, ...] instead of [..., rows].
        gate: of the result's shape.
    """
    weight = _unpack(x, values, indices, starts, rows, columns_first)
    return dense_linear(x, weight, bias, residual, activation, columns_first, rows_first, gate)


def _unpack(x: Tensor, values: Tensor, indices: Tensor, starts: Tensor, rows: int, columns_first: bool) -> Tensor:
    return unpacked(values, indices, starts, (rows, x.shape[0 if columns_first else -1]))


def _fake(x: Tensor, rows: int, columns_first: bool, rows_first: bool) -> Tensor:
    return x.new_empty(linear_shape(x.shape, rows, columns_first, rows_first)[0])


def _check(
    x: Tensor, values: Tensor, indices: Tensor, starts: Tensor, bias: Tensor | None, rows: int, columns_first: bool
) -> None:
    columns = x.shape[0 if columns_first else -1]
    check_reach(columns, values.shape[1], rows, values, indices, starts, (bias,))


VBLOCK_LINEAR = register(
    Operator(
        name="sparsec::vblock_linear",
        schema=(
            "(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor? bias, Tensor? residual, "
            "int rows, int column_tile, str activation, bool columns_first, bool rows_first, "
            "Tensor? gate=None) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "indices", "starts"),
        check=_check,
        unpack=_unpack,
    )
)
