"""FPGM: what lies near the middle of all filters can be told from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Importance, Matrix, Seen
from .spread import spread

# Vectors whose distances to all others are computed at once.
AT_ONCE = 1024


@dataclass(frozen=True)
class Fpgm(Importance):
    """Distance of a filter from the geometric median of all filters; needs no data.

    ``mean over the other filters of |w_i - w_j|``, which is smallest next to the point that has the smallest sum of
    distances. Filters are a layer's rows; for units they are the columns of the layer that reads them.

    Ours: for other patterns a row's score is shared out among its weights by their squares.
    """

    paper: ClassVar[str] = "FPGM (He et al., 2018)"
    comparable: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        values = weight.values.double()
        return spread(_distances(values), values.square(), dim=1)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return _distances(weight.values.double().T[columns].flatten(1))


def _distances(vectors: Tensor) -> Tensor:
    """The mean distance of each vector, (vectors, numbers), from the others."""
    found = [torch.cdist(some, vectors).sum(dim=1) for some in vectors.split(AT_ONCE)]
    return torch.cat(found) / max(1, len(vectors) - 1)
