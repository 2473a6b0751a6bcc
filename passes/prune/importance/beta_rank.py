"""Beta-Rank: how strongly a filter answers, and how much it makes of what it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Moments, Patches
from .spread import spread


@dataclass(frozen=True)
class BetaRank(Importance):
    """How strongly a filter answers to the contrast that it sees, times how much its answers differ.

    ``rms over places of (f(x) / std(x)) * std of f``, over the largest of the layer; f is a row of the layer.

    Ours: the root of the mean square in place of the mean magnitude, which second moments give; the layer's largest
    value as the scale, since with the paper's, from the smallest to the largest, every layer has a filter worth
    nothing; places of no contrast, such as padding, say nothing. For units, that are what other layers' filters gave,
    std(x) is not seen, and left out; for other patterns a row's score is shared out among its weights by what they
    contribute.
    """

    paper: ClassVar[str] = "Beta-Rank (Homayounfar et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments, Patches})

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        values, moments, patches = weight.values.double(), seen[Moments], seen[Patches]
        second, mean = moments.second.double() / max(moments.count, 1), moments.mean
        answers = _forms(values, patches.second.double() / max(patches.count, 1))
        spreads = (_forms(values, second) - (values @ mean) ** 2).clamp(min=0)
        return spread(_scaled((answers * spreads).sqrt()), values.square() * second.diagonal(), dim=1)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        moments = seen[Moments]
        second = moments.second.diagonal().double() / max(moments.count, 1)
        spreads = (second - moments.mean**2).clamp(min=0)
        return _scaled((second * spreads).sqrt()[columns].mean(dim=1))


def _forms(values: Tensor, matrix: Tensor) -> Tensor:
    """(outputs,): ``w M w^T`` of each row; none negative."""
    return ((values @ matrix) * values).sum(dim=1).clamp(min=0)


def _scaled(scores: Tensor) -> Tensor:
    """Over the largest, if that is not zero."""
    most = scores.max() if len(scores) else scores.sum()
    return torch.where(most > 0, scores / most, 0.0)
