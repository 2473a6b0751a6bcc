"""Minitron's scores: how active an input is, whatever is read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import BatchMagnitudes


@dataclass(frozen=True)
class Minitron(Importance):
    """How active an input is: the mean magnitude over tokens, L2 over batches; for units, L2 over their inputs.

    ``sqrt(sum over batches of mean(|x_j|)^2)``. The weights that read an input do not matter.

    Ours: for other patterns an input's score is shared out evenly among its weights.
    """

    paper: ClassVar[str] = "Minitron (Muralidharan et al., 2024)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({BatchMagnitudes})
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return torch.ones_like(weight.values, dtype=torch.float64) * seen[BatchMagnitudes].squares.sqrt()

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return seen[BatchMagnitudes].squares[columns].sum(dim=1).sqrt()
