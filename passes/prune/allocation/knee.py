"""Knee: as far as zeros are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate, Statistic
from ..statistics import Moments
from .shares import check_option, check_share, check_tried, curve, in_proportion, steps_to


@dataclass(frozen=True)
class Knee(Allocation):
    """Layers lose in proportion to how far zeros are free in each: up to the knee of its curve of errors.

    The knee is the level whose error is farthest below the straight line from none to the highest level that was tried,
    both axes taken from 0 to 1 (``knee_of``). Essential sparsity (Jaiswal et al., 2023) reads it by eye from the curve
    of the whole model; the definition, and the use for layers, are ours.

    Attributes:
        step: between the levels that are tried.
        most: the highest level that is tried.
    """

    step: float = 0.1
    most: float = 0.9

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    paper: ClassVar[str] = "Essential Sparsity (Jaiswal et al., 2023)"
    spirit: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_option(0 < self.step <= self.most <= 1, "knee", "step", self.step, "a share above 0 and below 'most'")

    def tried(self, share: float) -> Sequence[float]:
        return steps_to(self.step, self.most)

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        check_tried("knee", candidates)
        return in_proportion([knee_of(dict(curve(candidate))) for candidate in candidates], candidates, share)


def knee_of(errors: Mapping[float, float], tolerance: float | None = None) -> float:
    """Up to which share of zeros a curve is flat.

    Args:
        errors: at shares of zeros, 0 among them; below what came before, they count as no less than that.
        tolerance: an error that is still nothing; None for the knee: the share with the greatest
            ``s / s_last - (e(s) - e(0)) / (e_last - e(0))``, the highest of several.

    Returns:
        The last share before the first error above the tolerance, or the knee; 0 where there is none, the last share
        where nothing is lost at all.
    """
    shares = sorted(errors)
    risen = [errors[shares[0]]]
    for share in shares[1:]:
        risen.append(max(risen[-1], errors[share]))
    if tolerance is not None:
        return max((s for s, e in zip(shares, risen, strict=True) if e <= tolerance), default=0.0)
    span, rise = shares[-1] - shares[0], risen[-1] - risen[0]
    if not span or not rise:
        return shares[-1]
    gains = [(s - shares[0]) / span - (e - risen[0]) / rise for s, e in zip(shares, risen, strict=True)]
    best = max(gains)
    return max(s for s, gain in zip(shares, gains, strict=True) if gain >= best - 1e-12)
