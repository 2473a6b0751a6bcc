"""Which way a layer is computed on a card: raced at its first call, dense against every schedule, and kept on disk.

What was compiled for a card that was not there is predicted to be faster. Here it has to show it: dense wins ties.
``SPARSEC_RACE`` says whether there are races: ``on``; ``off``, what earlier races found, and dense else; or
``force-sparse``, the first schedule, without a race.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from ...compiler.errors import FallbackWarning, UserError
from ..cache import cache_folder
from ..gains import Gains
from .counters import in_turns

DENSE = "dense"
# Something other than dense has to be faster by this share.
MARGIN = 0.03
MODES = ("on", "off", "force-sparse")

Ways = Mapping[str, Callable[[], object]]
# Times ways in turns: seconds of one call of each.
Timer = Callable[[Ways], Mapping[str, float]]

_lock = threading.Lock()
# What is known of each layer: how many times faster than dense each schedule is.
_known: dict[str, dict[str, float]] = {}


def mode() -> str:
    """What ``SPARSEC_RACE`` says.

    Raises:
        UserError: something that it cannot be.
    """
    found = os.environ.get("SPARSEC_RACE", "on")
    if found not in MODES:
        raise UserError("bad-option", f"SPARSEC_RACE is '{found}'", hint=f"one of {', '.join(MODES)}")
    return found


def way(key: str, ways: Ways, timer: Timer | None) -> str:
    """The name of the way that a layer goes.

    Args:
        key: all that its time depends on: the card, its driver, the sizes.
        ways: what can be done, by name: ``DENSE``, and schedules, the most promising first.
        timer: measures them; None where nothing can be measured now.
    """
    how, sparse = mode(), [name for name in ways if name != DENSE]
    if not sparse:
        return DENSE
    if how == "force-sparse":
        return sparse[0]
    with _lock:  # threads that ask at once wait for one race
        gains = _known.get(key) or Gains.load(_file()).gains.get(key)
        if gains is None or not {*sparse} <= gains.keys():
            if how == "off" or timer is None:
                return DENSE
            gains = _raced(key, ways, timer)
        _known[key] = gains
    best = max(sparse, key=lambda name: gains[name])
    return best if gains[best] > 1 + MARGIN else DENSE


def _raced(key: str, ways: Ways, timer: Timer) -> dict[str, float]:
    try:
        seconds = timer(ways)
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        warnings.warn(
            "a layer stays dense: the graphics card ran out of memory while a sparse kernel was timed",
            FallbackWarning,
            stacklevel=2,
        )
        return dict.fromkeys(ways, 0.0)  # not on disk: there may be more memory next time
    gains = {name: seconds[DENSE] / seconds[name] for name in ways if name != DENSE}
    Gains(_file(), {key: gains}).save()
    return gains


def _file() -> Path:
    return cache_folder() / "graphics-cards.json"


def forget() -> None:
    """Drop what this process knows, not what is on disk."""
    _known.clear()


def on_card(ways: Ways, rounds: int = 5, calls: int = 10) -> dict[str, float]:
    """Seconds of one call of each way on the current card: the least of some rounds in which all take turns.

    Calls are recorded and replayed as a graph, as a decoder runs them: starting them from Python takes longer than they
    do. Before each call the second-level cache is written over, since in a model other layers were there meanwhile;
    what that takes alone is taken off. A way that fails, as a kernel that wants more shared memory than there is, takes
    for ever.

    Raises:
        torch.OutOfMemoryError: the card has no memory for that.
    """
    size = torch.cuda.get_device_properties().L2_cache_size
    written_over = torch.empty(2 * max(size, 2**20), dtype=torch.uint8, device="cuda")
    calling = {name: _before(written_over.zero_, run) for name, run in ways.items()}
    least = replayed({_NOTHING: written_over.zero_} | calling, rounds, calls)
    nothing = least.pop(_NOTHING)
    return {name: max(seconds - nothing, 1e-9) for name, seconds in least.items()}


# The name of a way that does nothing.
_NOTHING = ""


def _before(first: Callable[[], object], then: Callable[[], object]) -> Callable[[], object]:
    def both() -> object:
        first()
        return then()

    return both


def replayed(ways: Ways, rounds: int = 5, calls: int = 10) -> dict[str, float]:
    """Seconds of one call of each way, recorded and replayed as they are: the least of some rounds."""
    least = dict.fromkeys(ways, float("inf"))
    with in_turns(torch.device("cuda", torch.cuda.current_device())):
        replays = {name: replay for name, run in ways.items() if (replay := _recorded(run, calls)) is not None}
        for _ in range(rounds):
            for name, replay in replays.items():
                start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
                start.record()
                replay()
                end.record()
                end.synchronize()
                least[name] = min(least[name], start.elapsed_time(end) / 1e3 / calls)
    return least


def _recorded(run: Callable[[], object], calls: int) -> Callable[[], object] | None:
    """A function that runs some calls on the card; None where one of them fails."""
    try:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                run()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(calls):
                run()
    except torch.OutOfMemoryError:
        raise
    except Exception:  # noqa: BLE001 (Triton, PyTorch and the driver have errors of their own for what does not fit)
        return None
    replay: Callable[[], object] = graph.replay
    return replay
