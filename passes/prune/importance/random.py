"""Random: the floor that any importance has to beat."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen


@dataclass(frozen=True)
class Random(Importance):
    """Drawn, the same for a seed and a layer's name; needs no data.

    Attributes:
        seed: of what is drawn.
    """

    seed: int = 0

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        source = torch.Generator().manual_seed(zlib.crc32(f"{self.seed} {weight.name}".encode()))
        return torch.rand(weight.values.shape, generator=source, dtype=torch.float64).to(weight.values.device)
