"""AlphaPruning: layers whose spectra have heavy tails keep more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..kinds import Allocation, Candidate
from .shares import check_option, in_proportion

# Below this share of the largest an eigenvalue is rounding.
NOISE = 1e-10


@dataclass(frozen=True)
class AlphaPruning(Allocation):
    """Layers whose weights' spectrum has a heavier tail, which are trained better, keep more.

    ``alpha = 1 + k / sum(log(e_i / e_(n-k)))`` over the ``k = n / 2`` largest eigenvalues ``e_i`` of ``W^T W`` (Hill's
    estimator); what layers lose rises linearly with it, from ``1 - spread`` to ``1 + spread`` times the share that is
    asked for (Lu et al., 2024). It needs no data. Ours: eigenvalues of zero do not count, a layer with one eigenvalue
    gets the mean; no layer loses more than all, the others make up for that.

    Attributes:
        spread: how far a layer may be from the mean, as a share of it.
    """

    spread: float = 0.3

    paper: ClassVar[str] = "AlphaPruning (Lu et al., 2024)"

    def __post_init__(self) -> None:
        check_option(0 <= self.spread < 1, "alpha-pruning", "spread", self.spread, "a number from 0 to below 1")

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        alphas = [hill(torch.linalg.svdvals(candidate.weight.values.double()) ** 2) for candidate in candidates]
        known = [alpha for alpha in alphas if alpha is not None and math.isfinite(alpha)]
        low, high = min(known, default=0.0), max(known, default=0.0)
        mean = sum(known) / len(known) if known else 0.0
        settled = [mean if alpha is None else min(alpha, high) for alpha in alphas]
        scale = 2 * self.spread / (high - low) if high > low else 0.0
        return in_proportion([1 - self.spread + scale * (alpha - low) for alpha in settled], candidates, share)


def hill(eigenvalues: Tensor) -> float | None:
    """Hill's estimate of the exponent of a tail, from the larger half of some numbers, none negative.

    None of fewer than two; infinite where that half is all the same.
    """
    found = eigenvalues[eigenvalues > NOISE * eigenvalues.max()].sort().values if eigenvalues.numel() else eigenvalues
    tail = len(found) // 2
    if not tail:
        return None
    logs = float((found[-tail:] / found[-tail - 1]).log().sum())
    return 1 + tail / logs if logs > 0 else math.inf
