"""``sparsec::bsr_linear``: a linear layer with a weight in block sparse rows: blocks of several rows and columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import torch
from torch import Tensor

from .base import Operator, register
from .dense import dense_linear
from .reach import check_layer, looked


def unpacked(values: Tensor, columns: Tensor, rows: Tensor, shape: tuple[int, int]) -> Tensor:
    """The weight of ``shape`` [rows, columns]."""
    (high, wide), (out_features, in_features) = values.shape[1:], shape
    across = -(-in_features // wide)
    by_entry = rows.long().index_select(0, rows[:, 1].argsort(stable=True))
    counts = by_entry[:, 2] - by_entry[:, 1]
    row = by_entry[:, 0].repeat_interleave(counts, output_size=values.shape[0])
    whole = values.new_zeros(rows.shape[0], across, high, wide)
    whole.index_put_((row, columns.long()), values)
    return whole.transpose(1, 2).reshape(-1, across * wide)[:out_features, :in_features].contiguous()


def _unpack(x: Tensor, values: Tensor, columns: Tensor, rows: Tensor, out_features: int) -> Tensor:
    """The weight; x says how many columns it has."""
    return unpacked(values, columns, rows, (out_features, x.shape[-1]))


def reference(
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    rows: Tensor,
    parts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    activation: str,
    gate: Tensor | None = None,
) -> Tensor:
    """activation(x @ weight.T + bias + residual) * gate, the weight in blocks of R x C.

    Args:
        x: [..., columns].
        values, columns, rows, parts: of the weight, see ``Bsr``.
        bias: [rows].
        residual: of the result's shape.
        out_features: rows of the weight.
        activation: one of ``ACTIVATIONS``, or ''.
        gate: of the result's shape.
    """
    return dense_linear(x, _unpack(x, values, columns, rows, out_features), bias, residual, activation, gate=gate)


def _fake(x: Tensor, out_features: int) -> Tensor:
    return x.new_empty([*x.shape[:-1], out_features])


def _check(
    x: Tensor,
    values: Tensor,
    columns: Tensor,
    rows: Tensor,
    parts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    out_features: int,
    gate: Tensor | None,
) -> None:
    largest = looked(_largest_column, columns, rows, parts, values)
    high, wide = values.shape[1:]
    if largest * wide >= x.shape[-1]:
        raise IndexError(f"a weight of more than {largest * wide} columns is multiplied with {x.shape[-1]}")
    if len(rows) != -(-out_features // high):
        raise IndexError(f"{out_features} rows in blocks of {high} are not {len(rows)} rows of blocks")
    check_layer(bias, residual, out_features, [*x.shape[:-1], out_features], gate)


def _largest_column(columns: Tensor, rows: Tensor, parts: Tensor, values: Tensor) -> int:
    """The last column of blocks that is read; -1 for none.

    Raises:
        IndexError: the tables are no work list of these entries.
    """
    entries = values.shape[0]
    listed = rows.shape[1:] == (3,) and parts.shape[1:] == (6,) and columns.shape == (entries,)
    if not listed or {columns.dtype, rows.dtype, parts.dtype} != {torch.int32}:
        raise IndexError("a weight in blocks has int32 tables: columns [entries], rows [rows, 3], parts [parts, 6]")
    if not (values.is_contiguous() and all(table.is_contiguous() for table in (columns, rows, parts))):
        raise IndexError("the tensors of a weight in blocks are not contiguous")
    listed_rows, items = rows.tolist(), parts.tolist()
    if sorted(row[0] for row in listed_rows) != [*range(len(listed_rows))]:
        raise IndexError("not every row of blocks is there once")
    if not _fills(((first, end) for _, first, end in listed_rows), entries):
        raise IndexError(f"the rows of blocks are not made of {entries} entries, each of one row")
    if not _cut(listed_rows, items):
        raise IndexError("the parts are not those of the rows of blocks, each with a slot of its own")
    if entries and int(columns.min()) < 0:
        raise IndexError("a block lies before the first column")
    return int(columns.max()) if entries else -1


def _fills(ranges: Iterable[tuple[int, int]], size: int) -> bool:
    """Whether ranges (first, end) fill 0 ... size, with nothing in two of them; some may be empty."""
    place = 0
    for first, end in sorted(ranges):
        if first != place or end < first:
            return False
        place = end
    return place == size


def _cut(rows: list[list[int]], items: list[list[int]]) -> bool:
    """Whether items (row, first, end, part, parts, slot) are the rows (row, first, end), cut into parts."""
    by_row: dict[int, list[list[int]]] = {}
    for item in sorted(items, key=lambda item: item[3]):
        by_row.setdefault(item[0], []).append(item)
    if by_row.keys() != {row for row, _, _ in rows}:
        return False
    for row, first, end in rows:
        ends, slot = [part[2] for part in by_row[row]], by_row[row][0][5]
        edges = itertools.pairwise([first, *ends])
        wanted = [[row, *edge, part, len(ends), slot] for part, edge in enumerate(edges)]
        if by_row[row] != wanted or ends[-1] != end or [first, *ends] != sorted([first, *ends]):
            return False
    slots = ((own[0][5], own[0][5] + len(own)) for own in by_row.values())
    return _fills(slots, len(items))


BSR_LINEAR = register(
    Operator(
        name="sparsec::bsr_linear",
        schema=(
            "(Tensor x, Tensor values, Tensor columns, Tensor rows, Tensor parts, Tensor? bias, Tensor? residual, "
            "int out_features, str activation, Tensor? gate=None) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "columns", "rows", "parts"),
        check=_check,
        unpack=_unpack,
    )
)
