"""Dense moments: how inputs go together in the dense model."""

from __future__ import annotations

import torch
from torch import Tensor

from ..outer import Outer
from .seconds import Seconds

ITEM_BYTES = 4


class DenseMoments(Seconds):
    """Sums of outer products of what a layer reads in the dense model.

    Attributes:
        count: rows seen.
        sum: (inputs,), of the rows.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum = torch.zeros(inputs, dtype=torch.float64)
        self._second = Outer(inputs)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        self.count += len(dense)
        self.sum += dense.sum(dim=0, dtype=torch.float64)
        self._second.add(dense)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * inputs * inputs

    @property
    def mean(self) -> Tensor:
        """(inputs,), float64."""
        return self.sum / max(self.count, 1)
