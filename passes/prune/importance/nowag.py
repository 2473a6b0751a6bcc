"""NoWag: Wanda on a weight whose rows and columns have been brought to the same length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Nowag(Importance):
    """The square of a weight over the norms of its column and its row, times the power of its input.

    ``v_ij^2 * mean(x_j^2)``, where ``v`` is the weight over the norms of its columns, then over those of its rows.
    """

    paper: ClassVar[str] = "NoWag (Liu et al., 2025)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        values = _unit(_unit(weight.values.double(), dim=0), dim=1)
        return values.square() * seen[Norms].second


def _unit(values: Tensor, dim: int) -> Tensor:
    """Over the norm along one dimension; zero stays zero."""
    norms = values.norm(dim=dim, keepdim=True)
    return torch.where(norms > 0, values / norms, 0.0)
