"""Norms: sums over single inputs, which is what most scores ask for."""

from __future__ import annotations

import torch
from torch import Tensor

from ..kinds import Statistic

ITEM_BYTES = 8


class Norms(Statistic):
    """Sums of inputs, of their squares and magnitudes.

    Attributes:
        count: rows seen.
        sum, squares, magnitudes: (inputs,), float64.
        dense_sum: (inputs,), of the dense model's rows: the same tensor as ``sum`` while nothing before was pruned.
        owed_sum: (outputs,), of what is owed to the outputs; None where nothing is.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum, self.squares, self.magnitudes = (torch.zeros(inputs, dtype=torch.float64) for _ in range(3))
        self.dense_sum = self.sum
        self.owed_sum: Tensor | None = None

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        if dense is not rows and self.dense_sum is self.sum:
            self.dense_sum = self.sum.clone()
        if self.dense_sum is not self.sum:
            self.dense_sum += dense.sum(dim=0, dtype=torch.float64)
        self.count += len(rows)
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self.squares += (rows * rows).sum(dim=0, dtype=torch.float64)
        self.magnitudes += rows.abs().sum(dim=0, dtype=torch.float64)

    def owe(self, rows: Tensor, dense: Tensor, owed: Tensor) -> None:
        found = owed.sum(dim=0, dtype=torch.float64)
        self.owed_sum = found if self.owed_sum is None else self.owed_sum + found

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return 4 * ITEM_BYTES * inputs

    @property
    def mean(self) -> Tensor:
        """(inputs,)."""
        return self.sum / max(self.count, 1)

    @property
    def second(self) -> Tensor:
        """(inputs,), the mean of squares."""
        return self.squares / max(self.count, 1)

    @property
    def variance(self) -> Tensor:
        """(inputs,), none negative."""
        return (self.second - self.mean**2).clamp(min=0)
