"""Norms: sums over single inputs, which is what most scores ask for."""

from __future__ import annotations

import copy
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..kinds import Statistic
from ..owed import Owed

ITEM_BYTES = 8


class Norms(Statistic):
    """Sums of inputs, of their squares and magnitudes.

    Attributes:
        count: rows seen.
        sum, squares, magnitudes: (inputs,), float64.
        owed: what is owed to the outputs, of which only the sum is; None where nothing is.
    """

    debts: ClassVar[Literal["none", "sums", "all"]] = "sums"

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum, self.squares, self.magnitudes = (torch.zeros(inputs, dtype=torch.float64) for _ in range(3))
        self.owed: Owed | None = None

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        self.count += len(rows)
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self.squares += (rows * rows).sum(dim=0, dtype=torch.float64)
        self.magnitudes += rows.abs().sum(dim=0, dtype=torch.float64)

    def owing(self, owed: Owed) -> Norms:
        found = copy.copy(self)
        found.owed = owed
        return found

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
