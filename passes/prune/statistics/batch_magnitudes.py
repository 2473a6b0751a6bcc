"""Batch magnitudes: how large inputs are in each batch, whatever batches differ by in length."""

from __future__ import annotations

import torch
from torch import Tensor

from ..kinds import Statistic

ITEM_BYTES = 8


class BatchMagnitudes(Statistic):
    """Sums, over batches, of the squared mean magnitude of single inputs. A batch is one call of ``observe``.

    Attributes:
        batches: how many there were.
        squares: (inputs,), float64.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.batches = 0
        self.squares = torch.zeros(inputs, dtype=torch.float64)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        if len(rows):
            self.batches += 1
            self.squares += rows.abs().mean(dim=0, dtype=torch.float64) ** 2

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * inputs
