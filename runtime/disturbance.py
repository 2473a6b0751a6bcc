"""How much others disturb this process: for how long its threads could have run, and had no processor.

A machine's load says how many want to run, not whether they are in the way. Linux counts for each thread how long it
waited in the queue of a processor; elsewhere the load has to do.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

TASKS = Path("/proc/self/task")
# What was measured with more than this share of its time spent waiting was measured on a busy machine.
BUSY_SHARE = 0.1
# For how long it is tried how busy the machine is now, and for how long that holds.
TRIED_SECONDS, HOLDS_SECONDS = 0.02, 5.0


class Disturbance:
    """What disturbs this process from now on."""

    def __init__(self) -> None:
        self._start, self._waited = time.perf_counter(), waited()

    def share(self) -> float:
        """The time that own threads spent waiting for a processor, over the time that has passed; 1 at most."""
        after, passed = waited(), time.perf_counter() - self._start
        if after is None or self._waited is None:
            return _load()
        return min(1.0, max(0.0, after - self._waited) / passed) if passed > 0 else 0.0


def waited() -> float | None:
    """Seconds that all threads of this process have waited for a processor; None where the system does not tell."""
    total, told = 0, False
    try:
        threads = [*TASKS.iterdir()]
    except OSError:
        return None
    for thread in threads:
        try:
            total += int((thread / "schedstat").read_text().split()[1])
            told = True
        except (OSError, IndexError, ValueError):  # it has ended
            continue
    return total / 1e9 if told else None


def _load() -> float:
    """How many more than this process want to run, for each processor; 1 at most."""
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 0.0
    return min(1.0, max(0.0, load - 1.0) / (os.cpu_count() or 1))


_tried: list[tuple[float, float]] = []


def present_share() -> float:
    """How much others disturb this process now: tried for a moment, and true for some seconds."""
    now = time.perf_counter()
    if not _tried or now - _tried[-1][0] > HOLDS_SECONDS:
        trial = Disturbance()
        while time.perf_counter() - now < TRIED_SECONDS:
            pass
        _tried[:] = [(now, trial.share())]
    return _tried[-1][1]
