"""CACP: one run of sensitivities serves any rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from ..kinds import Allocation, Candidate, Statistic
from ..statistics import Moments
from .shares import ROUNDING, check_option, check_share, check_tried, curve, named, steps_to, unreachable

Step = tuple[float, int, float, float]
"""Error for a unit of cost, number of the layer, level that it begins at, level that it ends at."""


@dataclass(frozen=True)
class Cacp(Allocation):
    """One run of sensitivities serves any rate: what is lost at one rate is lost at every higher rate too.

    For each layer the lower convex hull of (saved cost, error); all its edges, of all layers, in the order of error for
    saved cost; a rate is a prefix of that list. In the spirit of Liu et al., 2021, whose agent is trained for all rates
    at once and whose reward is not known to us. Ours: the list, which makes rates nested, and that the last edge is
    taken in part, so that a rate is met exactly; as a whole of a layer whose pattern could not have all levels, or
    whose cost does not fall as its zeros rise.

    Attributes:
        step: between the levels that are tried.
    """

    step: float = 0.1

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    paper: ClassVar[str] = "CACP (Liu et al., 2021)"
    spirit: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_option(0 < self.step <= 1, "cacp", "step", self.step, "a share above 0")

    def tried(self, share: float) -> Sequence[float]:
        return steps_to(self.step)

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        check_tried("cacp", candidates)
        found = [0.0] * len(candidates)
        total = math.fsum(candidate.cost for candidate in candidates)
        left = share * total
        for _, at, begin, end in self.order(candidates):
            if left <= ROUNDING * total:
                break
            saving = candidates[at].saved(end) - candidates[at].saved(begin)
            divisible = len(candidates[at].errors) >= len(self.tried(share)) and not candidates[at].left
            whole = not divisible or left >= (1 - ROUNDING) * saving
            found[at] = end if whole else begin + (end - begin) * left / saving
            left -= saving
        if left > ROUNDING * total:
            note = "no layer may lose more than the highest level that was tried"
            raise unreachable(candidates, share, share - left / total, note, "ask for less")
        return named(candidates, found)

    def order(self, candidates: Sequence[Candidate]) -> list[Step]:
        """All steps that layers can take, the cheapest in error for what they save first."""
        steps = list[Step]()
        for at, candidate in enumerate(candidates):
            level_of = dict[float, float]()
            points = list[tuple[float, float]]()
            for level, error in curve(candidate):
                if candidate.saved(level) not in level_of:  # of levels that save the same the lowest loses least
                    level_of[candidate.saved(level)] = level
                    points.append((candidate.saved(level), error))
            for (less, before), (more, after) in pairwise(hull(points)):
                steps.append(((after - before) / (more - less), at, level_of[less], level_of[more]))
        return sorted(steps)


def hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The lower convex hull of points in the order of their first number, from the first to the last."""
    corners = list[tuple[float, float]]()
    for x, y in points:
        while len(corners) > 1:
            (x0, y0), (x1, y1) = corners[-2:]
            if (y1 - y0) * (x - x1) < (y - y1) * (x1 - x0):
                break
            corners.pop()
        corners.append((x, y))
    return corners
