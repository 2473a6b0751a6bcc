"""Batch-norm scale: what a norm makes small was of little use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import NormScales
from .spread import spread


@dataclass(frozen=True)
class BatchNormScale(Importance):
    """How much the trained factor of its batch norm lets through of a channel; needs no data.

    ``|gamma|`` of the channel that is read; where several norms scale it (before and behind a depthwise convolution, or
    on both sides of a sum), their mean. It was published for networks that are trained with an L1 penalty on gamma,
    and says less about others. Ours: for patterns a channel's score is shared out among the weights that read it by
    their squares.
    """

    paper: ClassVar[str] = "Network slimming (Liu et al., 2017)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({NormScales})

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return spread(seen[NormScales].scales, weight.values.double().square(), dim=0)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return seen[NormScales].scales[columns].mean(dim=1)
