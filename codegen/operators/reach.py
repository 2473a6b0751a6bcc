"""How far the tensors of a packed weight lead a kernel, which takes their word for it.

A layer's operator does not know how many columns its weight has: it is called with activations of as many, and nothing
else than the column numbers says so. They are looked at once for each weight, and again when it was written in place.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor

_R = TypeVar("_R")


class _Seen(NamedTuple):
    """Tensors, their versions, and what was found in them."""

    tensors: tuple[weakref.ref[Tensor], ...]
    versions: tuple[int, ...]
    found: Any


# By who looked, and the id of the first tensor.
_seen: dict[tuple[Callable[..., Any], int], _Seen] = {}


def looked(find: Callable[..., _R], *tensors: Tensor) -> _R:
    """What a function finds in tensors: it looks once, and again when one of them was written in place."""
    seen = _seen.get((find, id(tensors[0])))
    if seen is None or seen.versions != _versions(tensors) or not _same(seen.tensors, tensors):
        return _look(find, tensors)
    found: _R = seen.found
    return found


def _same(known: tuple[weakref.ref[Tensor], ...], tensors: tuple[Tensor, ...]) -> bool:
    return all(ref() is tensor for ref, tensor in zip(known, tensors, strict=True))


def _versions(tensors: tuple[Tensor, ...]) -> tuple[int, ...]:
    try:
        return tuple([tensor._version for tensor in tensors])
    except RuntimeError:  # made in inference mode, where nothing is counted
        return ()


def _look(find: Callable[..., _R], tensors: tuple[Tensor, ...]) -> _R:
    key, found = (find, id(tensors[0])), find(*tensors)

    def forget(gone: weakref.ref[Tensor]) -> None:
        if key in _seen and _seen[key].tensors[0] is gone:
            del _seen[key]

    refs = (weakref.ref(tensors[0], forget), *map(weakref.ref, tensors[1:]))
    _seen[key] = _Seen(refs, _versions(tensors), found)
    return found


def check_rows(rows: int, of_rows: Sequence[Tensor | None]) -> None:
    """Check that what has a number for each row, such as the bias, has so many.

    Raises:
        IndexError: it has not.
    """
    for given in of_rows:
        if given is not None and given.shape != (rows,):
            raise IndexError(f"{[*given.shape]} numbers for {rows} rows")


def check_layer(
    bias: Tensor | None, residual: Tensor | None, rows: int, shape: Sequence[int], gate: Tensor | None = None
) -> None:
    """Check what a product is computed from, besides its weight.

    Args:
        bias, residual: what is added.
        gate: what the result is multiplied with.
        rows: of the weight.
        shape: of the result.

    Raises:
        IndexError: bias, residual or gate are of another shape.
    """
    check_rows(rows, (bias,))
    for given, word in ((residual, "a residual of {} is added to {}"), (gate, "a gate of {} is multiplied with {}")):
        if given is not None and given.shape != (*shape,):
            raise IndexError(word.format([*given.shape], [*shape]))


def check_reach(
    columns: int,
    width: int,
    rows: int,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    of_rows: Sequence[Tensor | None],
) -> None:
    """Check that a kernel for vector blocks reads and writes nothing but what it is given.

    Args:
        columns: of the activations; width: of blocks.
        rows: of the result.
        values, indices, starts: of the weight, see ``VectorBlocks``.
        of_rows: a number for each row, such as the bias.

    Raises:
        IndexError: the weight has more columns, other rows or blocks, or a number for each row is missing.
    """
    largest, blocks, found = looked(_vector_blocks, indices, starts)
    if largest * width >= columns:
        raise IndexError(f"a weight of more than {largest * width} columns is multiplied with {columns}")
    if found != rows or blocks >= values.shape[0] or blocks >= indices.shape[0]:
        raise IndexError(f"a weight of {found} rows and {blocks} blocks, and not of {rows} and {values.shape[0] - 1}")
    check_rows(rows, of_rows)


def _vector_blocks(indices: Tensor, starts: Tensor) -> tuple[int, int, int]:
    """The largest column number, and how many blocks and rows there are."""
    wide = (indices.view(torch.uint16).int() if indices.dtype == torch.int16 else indices)[:-1]
    blocks, rows = starts[-1].tolist()
    return int(wide.max()) if wide.numel() else -1, blocks, rows
