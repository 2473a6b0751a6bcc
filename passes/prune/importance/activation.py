"""Activation: how large an input is on average, and how much is read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Activation(Importance):
    """The square of a weight times the squared mean magnitude of its input.

    ``w_ij^2 * mean(|x_j|)^2``; of a column ``(|W_j| * mean(|x_j|))^2``, which sorts as Puzzle's channel contribution
    does without its square.
    """

    paper: ClassVar[str] = "Puzzle (Bercovich et al., 2024)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        norms = seen[Norms]
        return weight.values.double().square() * (norms.magnitudes / max(norms.count, 1)) ** 2
