"""Output squares: how much a loss answers to changes of each output of a layer."""

from __future__ import annotations

import torch
from torch import Tensor

from .gradients import finite
from .of_outputs import OfOutputs

ITEM_BYTES = 8


class OutputSquares(OfOutputs):
    """Sums of squares of the gradients of a loss by a layer's outputs.

    Attributes:
        count: rows seen.
        sum: (outputs,), float64.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum = torch.zeros(outputs, dtype=torch.float64)

    def observe_output_gradient(self, rows: Tensor) -> None:
        finite(rows)
        self.count += len(rows)
        self.sum += rows.square().sum(dim=0, dtype=torch.float64)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * outputs
