"""Isomorphic: scores that can be compared between layers, since they are relative to their own layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Matrix, Seen
from .around import Around


@dataclass(frozen=True)
class Isomorphic(Around):
    """Another importance's scores over their mean in the layer, which makes them comparable between layers.

    ``s / mean(s)``, over weights for patterns and over units for units. The paper ranks within groups of layers that
    are built alike; over their means layers are alike.

    Attributes:
        of: the name of the other importance, with its options: ``isomorphic{of=ria{power=1}}``.
    """

    paper: ClassVar[str] = "Isomorphic pruning (Fang et al., 2024)"
    comparable: ClassVar[bool] = True

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return _relative(super().score(weight, seen))

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return _relative(super().score_columns(weight, seen, columns))


def _relative(scores: Tensor) -> Tensor:
    """Over the mean of those that are finite, if that is not zero."""
    finite = scores[scores.isfinite()]
    mean = finite.double().mean() if finite.numel() else finite.double().sum()
    return torch.where(mean > 0, scores / mean, scores)
