"""Bias: the mean of what is gone goes into the bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..fit import with_mean
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Norms


@dataclass(frozen=True)
class Bias(Compensation):
    """The bias takes over the mean of what is gone, so that outputs keep their mean.

    With w the weights and v those that stay, x the inputs and d those of the dense model::

        b += w mean(d) - v mean(x)

    A layer without a bias gets none.
    """

    paper: ClassVar[str] = "FLAP (An et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        left = weight.values * kept
        if weight.bias is None:
            return weight.but(left)
        return weight.but(left, with_mean(weight, left, seen))
