"""How far the tensors of a packed weight lead a kernel, which takes their word for it.

A layer's operator does not know how many columns its weight has: it is called with activations of as many, and nothing
else than the column numbers says so. They are looked at once for each weight, and again when it was written in place.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class _Seen(NamedTuple):
    """The tensors, their versions, the largest column number, and how many blocks and rows there are."""

    indices: weakref.ref[Tensor]
    starts: weakref.ref[Tensor]
    versions: tuple[int, int]
    largest: int
    blocks: int
    rows: int


# By the id of the column numbers.
_seen: dict[int, _Seen] = {}


def check_reach(
    columns: int,
    width: int,
    rows: int,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    of_rows: Sequence[Tensor | None],
) -> None:
    """Check that a kernel reads and writes nothing but what it is given.

    Args:
        columns: of the activations; width: of blocks.
        rows: of the result.
        values, indices, starts: of the weight, see ``VectorBlocks``.
        of_rows: a number for each row, such as the bias.

    Raises:
        IndexError: the weight has more columns, other rows or blocks, or a number for each row is missing.
    """
    seen = _seen.get(id(indices))
    if seen is None or seen[0]() is not indices or seen[1]() is not starts or seen[2] != _versions(indices, starts):
        seen = _look(indices, starts)
    _, _, _, largest, blocks, found = seen
    if largest * width >= columns:
        raise IndexError(f"a weight of more than {largest * width} columns is multiplied with {columns}")
    if found != rows or blocks >= values.shape[0] or blocks >= indices.shape[0]:
        raise IndexError(f"a weight of {found} rows and {blocks} blocks, and not of {rows} and {values.shape[0] - 1}")
    for given in of_rows:
        if given is not None and given.shape != (rows,):
            raise IndexError(f"{[*given.shape]} numbers for {rows} rows")


def _versions(indices: Tensor, starts: Tensor) -> tuple[int, int]:
    try:
        return indices._version, starts._version
    except RuntimeError:  # made in inference mode, where nothing is counted
        return 0, 0


def _look(indices: Tensor, starts: Tensor) -> _Seen:
    key = id(indices)

    def forget(gone: weakref.ref[Tensor]) -> None:
        if key in _seen and _seen[key].indices is gone:
            del _seen[key]

    wide = (indices.view(torch.uint16).int() if indices.dtype == torch.int16 else indices)[:-1]
    largest = int(wide.max()) if wide.numel() else -1
    blocks, rows = starts[-1].tolist()
    refs = weakref.ref(indices, forget), weakref.ref(starts)
    _seen[key] = found = _Seen(*refs, _versions(indices, starts), largest, blocks, rows)
    return found
