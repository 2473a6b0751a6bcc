"""Second moment: what a layer's outputs lose when inputs become zero and nothing makes up for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Moments

# What a unit that goes later scores more at least, as a share of the largest score.
STEP = 1e-12


@dataclass(frozen=True)
class SecondMoment(Importance):
    """What outputs lose if nothing makes up for it, units one after the other with how they go together.

    ``w_ij^2 * mean(x_j^2)``. Units, with ``M_uv`` the sum of ``mean(x_i x_j) * (W_i . W_j)`` over the inputs i of u and
    j of v: what goes next adds least to ``sum of M_uv over all pairs that are gone``, which is exactly the squared
    error. A unit's score is the largest such sum up to its turn, so that the lowest scores are always the first turns.

    Ours: the published criterion is not known.
    """

    paper: ClassVar[str] = "Greedy Output Approximation (Li et al., 2025)"
    spirit: ClassVar[bool] = True
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        moments = seen[Moments]
        return weight.values.double().square() * moments.second.diagonal().double() / max(moments.count, 1)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        moments, read = seen[Moments], columns.flatten()
        values = weight.values[:, read].double()
        together = (values.T @ values) * moments.second[read][:, read].double() / max(moments.count, 1)
        units, size = columns.shape
        order, costs = _in_turn(together.reshape(units, size, units, size).sum(dim=(1, 3)))
        highest = costs.clamp(min=0).cummax(0).values
        if len(highest):
            highest = highest + STEP * highest[-1] * torch.arange(units, dtype=torch.float64)
        return torch.empty_like(highest).scatter(0, order, highest)


def _in_turn(together: Tensor) -> tuple[Tensor, Tensor]:
    """Which goes when, and what is lost by then, both (units,); from a symmetric matrix (units, units)."""
    added, total = together.diagonal().clone(), 0.0
    order, costs = [], []
    for _ in range(len(together)):
        unit = int(added.argmin())
        total += float(added[unit])
        order.append(unit)
        costs.append(total)
        added += 2 * together[unit]
        added[unit] = torch.inf
    return torch.tensor(order, dtype=torch.int64), torch.tensor(costs, dtype=torch.float64)
