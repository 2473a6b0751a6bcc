"""OWL: layers with outliers keep more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate
from .shares import check_option, shifted


@dataclass(frozen=True)
class Owl(Allocation):
    """Layers with more outliers among their scores keep more.

    ``D`` is the share of a layer's scores above ``outlier`` times their mean; what layers lose falls linearly as ``D``
    rises, over a range of ``2 * spread``, around the share that is asked for (Yin et al., 2023, whose scores are
    Wanda's and whose mean is over layers). Ours: the mean is weighted by cost, and a share that would be below 0 or
    above 1 stops there while the others go on, so that any share of the cost is met.

    Attributes:
        outlier: from how many times the mean a score is an outlier.
        spread: how far a layer may be from the mean.
    """

    outlier: float = 5.0
    spread: float = 0.08

    paper: ClassVar[str] = "OWL (Yin et al., 2023)"

    def __post_init__(self) -> None:
        check_option(self.outlier > 0, "owl", "outlier", self.outlier, "a number above 0")
        check_option(0 <= self.spread <= 0.5, "owl", "spread", self.spread, "a number from 0 to 0.5")

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        outliers = [self._outliers(candidate) for candidate in candidates]
        low, high = min(outliers, default=0.0), max(outliers, default=0.0)
        scale = 2 * self.spread / (high - low) if high > low else 0.0
        return shifted([-scale * (x - low) for x in outliers], candidates, share)

    def _outliers(self, candidate: Candidate) -> float:
        scores = candidate.scores.double()
        scores = scores[scores.isfinite()]
        return float((scores > self.outlier * scores.mean()).double().mean()) if scores.numel() else 1.0
