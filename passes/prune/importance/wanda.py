"""Wanda: a weight matters as much as it is large and what it is multiplied by is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Wanda(Importance):
    """The magnitude of a weight times the norm of its input, compared within an output.

    ``|w_ij| * sqrt(mean(x_j^2))``; the paper has the sum of squares, which is the same order.
    """

    paper: ClassVar[str] = "Wanda (Sun et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    by_row: ClassVar[bool] = True
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return weight.values.abs() * seen[Norms].second.sqrt()
