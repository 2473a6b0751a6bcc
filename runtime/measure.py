"""Interleaved timing of several candidates in one process.

Machines are shared and noisy: single times mean little, and even medians taken one after the other drift. Candidates
therefore take turns, and what counts is the ratio of their medians and how far it scatters.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of one candidate: median, and the bounds of the middle half of all rounds.

    ``low`` is what decisions compare: disturbance by others only ever adds time.
    """

    median: float
    low: float
    high: float
    rounds: int


def interleave(
    candidates: Mapping[str, Callable[[], object]],
    *,
    budget: float = 2.0,
    rounds: tuple[int, int] = (3, 60),
    warm_up: int = 1,
) -> dict[str, Timing]:
    """Time candidates in turns.

    Args:
        candidates: what to run, by name.
        budget: seconds to spend, warm-up aside.
        rounds: least and most number of turns.
        warm_up: untimed runs of each before.

    Returns:
        a Timing for each candidate.
    """
    for _ in range(warm_up):
        for run in candidates.values():
            run()
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    end = time.perf_counter() + budget
    least, most = rounds
    for turn in range(most):
        if turn >= least and time.perf_counter() > end:
            break
        for name, run in candidates.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: summary(values) for name, values in seconds.items()}


def summary(seconds: list[float]) -> Timing:
    """Median and quartiles of some times."""
    ordered = sorted(seconds)
    quarter = len(ordered) // 4
    return Timing(statistics.median(ordered), ordered[quarter], ordered[-1 - quarter], len(ordered))
