"""Variance: what an input does beyond its mean, which the bias can take over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Variance(Importance):
    """The square of a weight times the variance of its input: what is lost if the bias makes up for the mean.

    ``w_ij^2 * var(x_j)``; of a column ``|W_j|^2 * var(x_j)``, FLAP's weighted input variance. Goes with the
    compensation ``bias``.
    """

    paper: ClassVar[str] = "FLAP (An et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return weight.values.double().square() * seen[Norms].variance
