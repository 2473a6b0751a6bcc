"""NormScales: how much the batch norms before a layer let through of each of its inputs."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Statistic

ITEM_BYTES = 8


class NormScales(Statistic):
    """The magnitude of the trained factor of each input's batch norm. It is of the program: no data is asked for.

    Attributes:
        scales: (inputs,), float64; ones before anybody said so.
    """

    of_data: ClassVar[bool] = False

    def __init__(self, outputs: int, inputs: int) -> None:
        self.scales = torch.ones(inputs, dtype=torch.float64)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """Nothing: it is not of data."""

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * inputs
