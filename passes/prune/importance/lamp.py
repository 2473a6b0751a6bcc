"""LAMP: magnitudes that can be compared between layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen


@dataclass(frozen=True)
class Lamp(Importance):
    """The square of a weight, as a share of what would be left of its layer; needs no data.

    ``w^2 / sum(v^2 for v in the layer if |v| >= |w|)``. Within a layer the order is that of magnitudes; between layers
    the last weight of each scores 1, so that no layer is emptied. Made for global allocation.

    Ours: weights of equal magnitude score the same.
    """

    paper: ClassVar[str] = "LAMP (Lee et al., 2020)"

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        squares = weight.values.double().square()
        ordered = squares.flatten().sort().values
        left = ordered.flip(0).cumsum(0).flip(0)
        share = squares / left[torch.searchsorted(ordered, squares)]
        return torch.where(squares > 0, share, 0.0)
