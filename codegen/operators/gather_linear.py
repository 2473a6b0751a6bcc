"""``sparsec::gather_linear``: a linear layer where groups of rows have a list of columns each."""

from __future__ import annotations

import torch
from torch import Tensor

from .base import Operator, register
from .dense import dense_linear, linear_shape
from .reach import check_layer, looked


def unpacked(values: Tensor, columns: Tensor, starts: Tensor, shape: tuple[int, int]) -> Tensor:
    """The weight of ``shape`` [rows, columns]."""
    (chunks, high, wide), (out_features, in_features) = values.shape, shape
    groups = starts.shape[0] - 1
    group = torch.arange(groups, device=values.device).repeat_interleave(starts.long().diff(), output_size=chunks)
    row = torch.arange(high, device=values.device)
    whole = values.new_zeros(groups, high, padded(in_features, wide))
    whole.index_put_((group[:, None, None], row[:, None], columns.long().reshape(chunks, 1, wide)), values)
    return whole[..., :in_features].reshape(-1, in_features)[:out_features].contiguous()


def padded(columns: int, wide: int) -> int:
    """How many columns chunks of ``wide`` may list: those of the weight, filled up to whole chunks."""
    return -(-columns // wide) * wide


def _unpack(
    x: Tensor, values: Tensor, columns: Tensor, starts: Tensor, out_features: int, columns_first: bool
) -> Tensor:
    """The weight; x says how many columns it has."""
    return unpacked(values, columns, starts, (out_features, x.shape[0 if columns_first else -1]))


def reference(
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
    gate: Tensor | None = None,
) -> Tensor:
    """activation(x @ weight.T + bias + residual) * gate, the weight in groups of rows.

    Args:
        x: [..., columns], or [columns, ...] where ``columns_first``.
        values, columns, starts: of the weight, see ``RowGroups``.
        bias: [rows].
        residual: of the result's shape.
        out_features: rows of the weight.
        activation: one of ``ACTIVATIONS``, or ''.
        columns_first: how x lies.
        rows_first: whether the result is [rows, ...] instead of [..., rows].
        gate: of the result's shape.
    """
    weight = _unpack(x, values, columns, starts, out_features, columns_first)
    return dense_linear(x, weight, bias, residual, activation, columns_first, rows_first, gate)


def _fake(x: Tensor, out_features: int, columns_first: bool, rows_first: bool) -> Tensor:
    return x.new_empty(linear_shape(x.shape, out_features, columns_first, rows_first)[0])


def _check(
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    columns_first: bool,
    rows_first: bool,
    gate: Tensor | None,
) -> None:
    largest = looked(_largest_column, columns, starts, values)
    shape, in_features = linear_shape(x.shape, out_features, columns_first, rows_first)
    if largest >= padded(in_features, values.shape[2]):
        raise IndexError(f"a weight of more than {largest} columns is multiplied with {in_features}")
    groups, high = len(starts) - 1, values.shape[1]
    if groups != -(-out_features // high):
        raise IndexError(f"{out_features} rows in groups of {high} are not {groups} groups")
    check_layer(bias, residual, out_features, shape, gate)


def _largest_column(columns: Tensor, starts: Tensor, values: Tensor) -> int:
    """The last column that is read; -1 for none.

    Raises:
        IndexError: the tensors do not belong together.
    """
    chunks, _, wide = values.shape
    if columns.shape != (chunks * wide,) or {columns.dtype, starts.dtype} != {torch.int32} or starts.ndim != 1:
        raise IndexError("a weight in groups has int32 tables: columns [chunks x width], starts [groups + 1]")
    if not (values.is_contiguous() and columns.is_contiguous() and starts.is_contiguous()):
        raise IndexError("the tensors of a weight in groups are not contiguous")
    edges = starts.tolist()
    if not edges or edges[0] != 0 or edges[-1] != chunks or edges != sorted(edges):
        raise IndexError(f"the groups are not made of {chunks} chunks")
    if columns.numel() and int(columns.min()) < 0:
        raise IndexError("a column lies before the first")
    return int(columns.max()) if columns.numel() else -1


GATHER_LINEAR = register(
    Operator(
        name="sparsec::gather_linear",
        schema=(
            "(Tensor x, Tensor values, Tensor columns, Tensor starts, Tensor? bias, Tensor? residual, "
            "int out_features, str activation, bool columns_first, bool rows_first, Tensor? gate=None) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "columns", "starts"),
        check=_check,
        unpack=_unpack,
    )
)
