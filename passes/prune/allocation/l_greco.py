"""L-GreCo: the least error for a cost, by dynamic programming over a table of what layers lose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate, Statistic
from ..statistics import Moments
from .shares import ROUNDING, check_option, check_share, check_tried, curve, named, steps_to, unreachable

State = tuple[float, float, "State | None", int]
"""Cost that is saved, error, the state before the last layer, and which of that layer's levels was chosen."""


@dataclass(frozen=True)
class LGreco(Allocation):
    """The least sum of errors for a share of the cost, by dynamic programming over what each layer loses at each level.

    ``min sum_l error(l, s_l)`` so that ``sum_l saved_l(s_l) >= share * sum_l cost_l`` (Markov et al., 2023, who ask for
    the least size at an error; we for the least error at a cost). Ours: states are kept as they are, without rounding,
    as long as they are no more than ``states``; beyond that the best of each interval of saved cost is. Small tables
    are solved exactly. Losses of single layers add up for small changes alone: ``spread`` keeps all near each other.

    Attributes:
        step: between the levels that are tried; the share that is asked for is one more.
        most: the highest level that is tried, unless that share is higher.
        states: kept after each layer.
        spread: how far a layer's share may be from the one that is asked for.
    """

    step: float = 0.1
    most: float = 0.9
    states: int = 2000
    spread: float = 1.0

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    paper: ClassVar[str] = "L-GreCo (Markov et al., 2023)"

    def __post_init__(self) -> None:
        check_option(0 < self.step <= 1, "l-greco", "step", self.step, "a share above 0")
        check_option(0 < self.most <= 1, "l-greco", "most", self.most, "a share above 0")
        check_option(0 <= self.spread <= 1, "l-greco", "spread", self.spread, "a share")
        check_option(self.states >= 1, "l-greco", "states", self.states, "a number of at least 1")

    def tried(self, share: float) -> Sequence[float]:
        found = tuple(level for level in steps_to(self.step, self.most) if self._near(level, share))
        return found if any(abs(level - share) < ROUNDING for level in (0.0, *found)) else (*sorted((*found, share)),)

    def _points(self, candidate: Candidate, share: float) -> list[tuple[float, float]]:
        """What may be chosen of a layer; a pattern with one share of zeros may have that or none."""
        points = curve(candidate)
        return [point for point in points if self._near(point[0], share)] if len(points) > 2 else points

    def _near(self, level: float, share: float) -> bool:
        return abs(level - share) <= self.spread + ROUNDING

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        check_tried("l-greco", candidates)
        total = math.fsum(candidate.cost for candidate in candidates)
        if share == 0 or not total:
            return named(candidates, [float(share)] * len(candidates))
        wanted = (share - ROUNDING) * total
        curves = [self._points(x, share) for x in candidates]
        choices = [
            [(x.saved(level), error) for level, error in points] for x, points in zip(candidates, curves, strict=True)
        ]
        # What the layers from each one on can save, beyond which no state needs more.
        left = [math.fsum(max(choice)[0] for choice in choices[at:]) for at in range(len(choices) + 1)]
        if left[0] < wanted:
            note = "no layer may lose more than the highest level that was tried"
            hint = "ask for less, or have higher levels tried: l-greco{most=1.0}"
            raise unreachable(candidates, share, left[0] / total, note, hint)
        states: list[State] = [(0.0, 0.0, None, -1)]
        for at, choice in enumerate(choices):
            states = self._after(states, choice, wanted - left[at + 1], wanted)
        best: State | None = min(states, key=lambda state: (state[1], state[0]))
        picks = list[int]()
        while best is not None and best[3] >= 0:
            picks.append(best[3])
            best = best[2]
        return named(candidates, [points[at][0] for points, at in zip(curves, reversed(picks), strict=True)])

    def _after(
        self, states: list[State], choice: list[tuple[float, float]], least: float, wanted: float
    ) -> list[State]:
        """States after one more layer.

        Args:
            states: before it.
            choice: what each of its levels saves and loses.
            least: what has to be saved by now, since later layers cannot save the rest.
            wanted: what has to be saved in the end.
        """
        found: list[State] = [
            (state[0] + saving, state[1] + error, state, at)
            for state in states
            for at, (saving, error) in enumerate(choice)
            if state[0] + saving >= least
        ]
        return self._few(_undominated(found, wanted), wanted)

    def _few(self, states: list[State], wanted: float) -> list[State]:
        """Of too many states the best of each interval of saved cost."""
        if len(states) <= self.states:
            return states
        kept: dict[int, State] = {}
        for state in states:
            place = math.floor(min(state[0] / wanted, 1) * (self.states - 1))
            if place not in kept or state[1] <= kept[place][1]:
                kept[place] = state
        return [*kept.values()]


def _undominated(states: list[State], wanted: float) -> list[State]:
    """States that no other beats in both: by what is saved, as far as that is wanted, and by error."""
    found, least = list[State](), math.inf
    for state in sorted(states, key=lambda state: (-min(state[0], wanted), state[1], state[0])):
        if state[1] < least:
            found.append(state)
            least = state[1]
    return found
