"""Sums of outer products, which are symmetric: one half is computed."""

from __future__ import annotations

import torch
from torch import Tensor

from .products import linear

# Columns that are computed at once: with fewer, products are slow; with more, less is left out.
BLOCK = 256


class Outer:
    """The sum of outer products of rows with themselves, in float32.

    What is on one side of blocks on the diagonal is computed, and copied to the other once somebody asks.

    Args:
        width: numbers in a row.
    """

    def __init__(self, width: int) -> None:
        self._sum, self._whole = torch.zeros(width, width), True

    @classmethod
    def of(cls, matrix: Tensor) -> Outer:
        """From a symmetric matrix, (width, width)."""
        found = cls(0)
        found._sum = matrix
        return found

    def add(self, rows: Tensor) -> None:
        """Some more.

        Args:
            rows: (rows, width).
        """
        width, features = len(self._sum), rows.to(self._sum.dtype).T.contiguous()
        for start in range(0, width, BLOCK):
            stop = min(start + BLOCK, width)
            self._sum[start:stop, :stop] += linear(features[start:stop], features[:stop])
        self._whole = width <= BLOCK

    @property
    def matrix(self) -> Tensor:
        """(width, width)."""
        if not self._whole:
            for start in range(0, len(self._sum), BLOCK):
                stop = start + BLOCK
                self._sum[start:stop, stop:] = self._sum[stop:, start:stop].T
            self._whole = True
        return self._sum
