"""Who shares a channel with whom: position labels for every value, unified like types.

Every value has *positions*: a value labelled over its dimensions ``dims`` has one position for each index into those
dimensions (its channels, or heads x features), and a value with ``dims == ()`` has a single position, the whole
tensor. Each position carries an *atom*. Two positions whose atoms are unified exist together or not at all. Leaf axes,
products (``view``), sums (``cat``, ``split``) and permutations all become plain arrays of atoms, so data movement is
the movement of labels and needs no algebra of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Channels:
    """Atoms of one value: ``labels[i, j, ...]`` is the atom at index i of ``dims[0]``, j of ``dims[1]``, ..."""

    dims: tuple[int, ...]
    labels: Labels

    def __post_init__(self) -> None:
        if self.labels.ndim != len(self.dims):
            raise ValueError(f"{self.labels.ndim} label dimensions for dims {self.dims}")
        if list(self.dims) != sorted(set(self.dims)):
            raise ValueError(f"dims {self.dims} are not in ascending order")

    def along(self, dim: int) -> int | None:
        """Which label axis stands for dimension ``dim`` (None: the positions do not vary along it)."""
        return self.dims.index(dim) if dim in self.dims else None


class Atoms:
    """Union-find over integers handed out by ``fresh``."""

    def __init__(self) -> None:
        self._parent: Labels = np.zeros(1024, dtype=np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def fresh(self, shape: tuple[int, ...] = ()) -> Labels:
        """New atoms, one for each position of ``shape``."""
        count = int(np.prod(shape, dtype=np.int64))
        start, self._count = self._count, self._count + count
        if self._count > len(self._parent):
            self._parent = np.resize(self._parent, 2 * self._count)
        self._parent[start : self._count] = np.arange(start, self._count)
        return np.arange(start, self._count, dtype=np.int64).reshape(shape)

    def find(self, labels: Labels) -> Labels:
        """Representatives, elementwise."""
        roots = self._parent[labels]
        while True:
            above = self._parent[roots]
            if np.array_equal(above, roots):
                self._parent[labels] = roots
                return roots
            roots = above

    def tie(self, a: Labels, b: Labels) -> None:
        """Unify two label arrays elementwise (they broadcast)."""
        left, right = (x.ravel() for x in np.broadcast_arrays(a, b))
        while True:
            left, right = self.find(left), self.find(right)
            low, high = np.minimum(left, right), np.maximum(left, right)
            differ = low != high
            if not differ.any():
                return
            # A root that is written twice keeps one of its partners; the next round ties the others.
            self._parent[high[differ]] = low[differ]


@dataclass(frozen=True)
class Constraint:
    """A shape that the kept positions must have: ``close`` adds to a mask of kept atoms and says whether it did.

    ``close(kept)`` gets the mask over atom representatives and may only set entries to True.
    """

    reason: str
    close: Callable[[Mask], bool]


def compact(mask: Mask) -> tuple[NDArray[np.int64], ...] | None:
    """Kept indices along each label axis if the kept positions are a full product; None otherwise."""
    kept = tuple(
        np.flatnonzero(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis))) for axis in range(mask.ndim)
    )
    if mask.ndim == 0 or int(mask.sum()) == int(np.prod([len(k) for k in kept])):
        return kept
    return None
