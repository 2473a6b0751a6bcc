"""Candidates in turns where each has threads of its own: ONNX Runtime's and OpenMP's go on spinning after a call.

Like ``_measure.interleave``, with a pause before each sample until the others' threads sleep, and one call untimed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

from _measure import Timings

SAMPLE_SECONDS = 0.004
LEAST_SAMPLES = 5


def race(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 25,
    budget: float = 20.0,
    pause: float = 0.0,
    clock: Callable[[], float] = time.perf_counter,
) -> Timings:
    """Time every candidate once per round, for ``budget`` seconds at most; a sample lasts about 4 ms or one call.

    Args:
        candidates: what to run, by name.
        rounds: how many samples of each; budget: seconds, after which there are no more than ``LEAST_SAMPLES``.
        pause: seconds before each sample.
        clock: what is read; ``time.thread_time`` counts nothing that other processes do, if each has one thread.
    """
    repeats = {name: _repeats(call, clock) for name, call in candidates.items()}
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    names, end = list(candidates), time.perf_counter() + budget
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                time.sleep(pause)
                candidates[name]()
                samples[name].append(_seconds(candidates[name], repeats[name], clock))
            if number + 1 >= LEAST_SAMPLES and time.perf_counter() > end:
                break
    finally:
        gc.enable()
    return Timings(samples)


def _repeats(call: Callable[[], object], clock: Callable[[], float]) -> int:
    return max(1, round(SAMPLE_SECONDS / max(min(_seconds(call, 1, clock) for _ in range(3)), 1e-7)))


def _seconds(call: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats
