"""Fisher: what a loss rises by, to second order, when weights become zero at its minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Gradients


@dataclass(frozen=True)
class Fisher(Importance):
    """The second-order rise of the loss, by the diagonal of the Fisher matrix: ``w^2 * mean(g^2) / 2``.

    Of the true one, with labels that the model itself would give; of the empirical one where a loss is given.
    """

    paper: ClassVar[str] = "Fisher pruning (Theis et al., 2018)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Gradients})

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return weight.values.double().square() * seen[Gradients].second / 2
