"""RIA: how large a weight is among those of its output, and among those of its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Ria(Importance):
    """A weight's share of its row and of its column, times a power of the norm of its input.

    ``(|w_ij| / sum_i |w_ij| + |w_ij| / sum_j |w_ij|) * mean(x_j^2)^(power / 2)``: no input and no output loses all of
    its weights for being small as a whole.

    Attributes:
        power: of the norm.
    """

    power: float = 0.5

    paper: ClassVar[str] = "RIA (Zhang et al., 2024)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        values, second = weight.values.double().abs(), seen[Norms].second
        norms = torch.where(second > 0, second ** (self.power / 2), 0.0)
        return (_shares(values, dim=0) + _shares(values, dim=1)) * norms


def _shares(values: Tensor, dim: int) -> Tensor:
    """Of sums along one dimension; those of nothing are zero."""
    sums = values.sum(dim=dim, keepdim=True)
    return torch.where(sums > 0, values / sums, 0.0)
