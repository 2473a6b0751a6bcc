"""ECoFLaP: layers to which the loss is sensitive keep more, found by forward runs alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate, Statistic
from ..statistics import Moments
from .shares import ROUNDING, check_option, check_share, check_tried, curve, fitted


@dataclass(frozen=True)
class Ecoflap(Allocation):
    """Layers to which the loss is more sensitive keep more; no gradients, each layer is disturbed a little.

    Each layer keeps at least ``1 - s_max`` of its cost, ``s_max = share + margin``; what else may be kept is poured
    into the layers in proportion to their sensitivities until they are full (Sung et al., 2024). Ours: the disturbance.
    Theirs is Gaussian noise of size 0.001 both ways, ours the zeroing of the ``disturbed`` share of least weights,
    whose error is the sensitivity: it is what pruning does, and needs no seed. Ours, too: the pouring is exact, where
    the published code adds to what is over budget. Where nothing is sensitive, all lose the same share.

    Attributes:
        disturbed: share of zeros at which the sensitivity is measured.
        margin: how much more than the share that is asked for a layer may lose.
    """

    disturbed: float = 0.05
    margin: float = 0.1

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    paper: ClassVar[str] = "ECoFLaP (Sung et al., 2024)"

    def __post_init__(self) -> None:
        check_option(0 < self.disturbed < 1, "ecoflap", "disturbed", self.disturbed, "a share above 0 and below 1")
        check_option(0 <= self.margin <= 1, "ecoflap", "margin", self.margin, "a share from 0 to 1")

    def tried(self, share: float) -> Sequence[float]:
        return (self.disturbed,)

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        check_tried("ecoflap", candidates)
        most = min(1.0, share + self.margin)
        sensitivity = [max(0.0, curve(candidate)[-1][1]) for candidate in candidates]
        largest = max(sensitivity, default=0.0)
        total = math.fsum(candidate.cost for candidate in candidates)
        # What is poured into each for a unit of t; into insensitive layers nearly nothing until all others are full.
        flows = [1.0] * len(candidates)
        if largest:
            flows = [
                max(x / largest, ROUNDING) * total / candidate.cost if candidate.cost else math.inf
                for x, candidate in zip(sensitivity, candidates, strict=True)
            ]

        def levels_at(t: float) -> list[float]:
            return [most - min(most, -t * flow) if t else most for flow in flows]

        return fitted(levels_at, candidates, share, -1 / ROUNDING, 0.0)
