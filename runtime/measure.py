"""Interleaved timing of several candidates in one process.

Machines are shared and noisy: single times mean little, and even medians taken one after the other drift. Candidates
therefore take turns, and what counts is the ratio of their medians and how far it scatters.
"""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .disturbance import Disturbance

Seconds = Mapping[str, Sequence[float]]
# What chance may do: turns that fall so unevenly on two sides of a limit are no accident.
CHANCE = 0.005
# Turns after which times that scatter by no more than this share say enough.
STEADY_TURNS, STEADY_SHARE = 8, 0.02
# Times that scatter by more than this share may need another look; and how many looks there are.
LARGE_SPREAD, LOOKS = 0.05, 3


@dataclass(frozen=True)
class Timing:
    """Seconds of one candidate: median, and the bounds of the middle half of all rounds.

    ``low`` is what decisions compare: disturbance by others only ever adds time. ``disturbed`` says how much there was
    of that while it was timed (see ``Disturbance.share``).
    """

    median: float
    low: float
    high: float
    rounds: int
    disturbed: float = 0.0

    @property
    def spread(self) -> float:
        """How far the median is from ``low``, as a share."""
        return self.median / self.low - 1.0 if self.low > 0 else 0.0


def interleave(
    candidates: Mapping[str, Callable[[], object]],
    *,
    budget: float = 2.0,
    rounds: tuple[int, int] = (3, 60),
    warm_up: int = 1,
    until: Callable[[Seconds], bool] | None = None,
    again: Callable[[Seconds], bool] | None = None,
) -> dict[str, Timing]:
    """Time candidates in turns.

    Args:
        candidates: what to run, by name.
        budget: seconds to spend, warm-up aside.
        rounds: least and most number of turns.
        warm_up: untimed runs of each before.
        until: ends it early, asked after every turn beyond the least number.
        again: whether to go on for another budget and as many turns, asked when they are spent, twice at most.

    Returns:
        a Timing for each candidate.
    """
    for _ in range(warm_up):
        for run in candidates.values():
            run()
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    watch, end = Disturbance(), time.perf_counter() + budget
    (least, most), looks = rounds, 1
    for turn in itertools.count():
        if turn >= least and until is not None and until(seconds):
            break
        if turn >= most or (turn >= least and time.perf_counter() > end):
            if again is None or looks == LOOKS or not again(seconds):
                break
            looks, most, end = looks + 1, turn + rounds[1], time.perf_counter() + budget
        for name, run in candidates.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    disturbed = watch.share()
    return {name: replace(summary(values), disturbed=disturbed) for name, values in seconds.items()}


def decided(base: str, margin: float) -> Callable[[Seconds], bool]:
    """For ``interleave``: until it is clear which candidates are faster than ``base`` by more than a margin.

    The two times of one turn make a pair, and a sign test counts the pairs on either side of the margin: eight of
    eight are enough, as are eleven of twelve. Candidates as fast as the margin asks for stay undecided to the end.
    """

    def clear(seconds: Seconds) -> bool:
        return all(_clear(seconds[base], times, margin) for name, times in seconds.items() if name != base)

    return clear


def unclear(base: str, margin: float) -> Callable[[Seconds], bool]:
    """For ``interleave``: whether times scatter so far that the fastest may be on either side of a margin."""

    def question(seconds: Seconds) -> bool:
        found = {name: summary([*times]) for name, times in seconds.items()}
        old = found.pop(base)
        best = min(found.values(), key=lambda timing: timing.low)
        spread = max(old.spread, best.spread)
        return spread > LARGE_SPREAD and abs(old.low / best.low / (1.0 + margin) - 1.0) < spread

    return question


def _clear(base: Sequence[float], times: Sequence[float], margin: float) -> bool:
    faster = sum(old > (1.0 + margin) * new for old, new in zip(base, times, strict=True))
    turns = len(times)
    fewer = min(faster, turns - faster)
    return sum(math.comb(turns, k) for k in range(fewer + 1)) <= CHANCE * 2.0**turns


def steady(seconds: Seconds) -> bool:
    """For ``interleave``: until no candidate's times scatter by more than two per cent."""
    found = [summary([*times]) for times in seconds.values()]
    return all(t.rounds >= STEADY_TURNS and t.median <= (1.0 + STEADY_SHARE) * t.low for t in found)


def summary(seconds: list[float]) -> Timing:
    """Median and quartiles of some times."""
    ordered = sorted(seconds)
    quarter = len(ordered) // 4
    return Timing(statistics.median(ordered), ordered[quarter], ordered[-1 - quarter], len(ordered))
