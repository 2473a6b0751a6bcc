"""Moments: how inputs go together, from which all least squares are solved."""

from __future__ import annotations

import torch
from torch import Tensor

from ..kinds import Statistic

ITEM_BYTES = 4


class Moments(Statistic):
    """Sums of outer products of what a layer reads, and of what it read in the dense model with that.

    Attributes:
        count: rows seen.
        sum: (inputs,), of the rows.
        second: (inputs, inputs), sum of ``x xᵀ``.
        dense_sum: (inputs,), of the dense model's rows.
        cross: (inputs, inputs), sum of ``x_dense xᵀ``: the same tensor as ``second`` while nothing before was pruned.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum = torch.zeros(inputs, dtype=torch.float64)
        self.second = torch.zeros(inputs, inputs)
        self.dense_sum, self.cross = self.sum, self.second

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        if dense is not rows and self.cross is self.second:
            self.dense_sum, self.cross = self.sum.clone(), self.second.clone()
        self.count += len(rows)
        same = self.cross is self.second
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self.second = self.second.addmm_(rows.T.float(), rows.float())
        if same:
            self.dense_sum, self.cross = self.sum, self.second
        else:
            self.dense_sum = self.dense_sum + dense.sum(dim=0, dtype=torch.float64)
            self.cross = self.cross.addmm_(dense.T.float(), rows.float())

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return 2 * ITEM_BYTES * inputs * inputs

    @property
    def mean(self) -> Tensor:
        """(inputs,), float64."""
        return self.sum / max(self.count, 1)
