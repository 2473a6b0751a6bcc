"""Races: programs, or calls, timed in turns on a target, and what may be concluded from that.

Whoever asks who is faster asks the ``stopwatch()``. It reads the clock, unless another one was put in its place:
``timed_by`` lets tests, and whatever must not depend on a machine's load, say how races end.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ..runtime import builds
from ..runtime.gains import Gains, Outcome
from ..runtime.measure import Seconds, Timing, decided, interleave, steady, unclear
from ..runtime.select import cache_file, gains_over_dense
from .ir.integers import in_integers
from .ir.program import COMPUTES, PART_OF, Program
from .ir.target import Runner, Target
from .memory import give_back
from .numerics import demote

# What was added (an operation, a kernel) stays only if the program is faster by more than this share.
MARGIN_SHARE = 0.02


def race(
    programs: Mapping[str, Program],
    target: Target,
    budget: float = 2.0,
    until: Callable[[Seconds], bool] | None = None,
    again: Callable[[Seconds], bool] | None = None,
) -> dict[str, Timing]:
    """Time programs on a target, interleaved, on their example inputs; where it is not here, ask the target's model.

    Args:
        programs: by name.
        target: where they run.
        budget, until, again: see ``interleave``.
    """
    give_back()
    models = {name: target.predicted(program) for name, program in programs.items()}
    predicted = {name: sum(seconds.values()) for name, seconds in models.items() if seconds is not None}
    if predicted:
        return {name: Timing(seconds, seconds, seconds, 0) for name, seconds in predicted.items()}
    with contextlib.ExitStack() as stack:
        for program in programs.values():
            stack.enter_context(program.state_kept())
        runners = {}
        for name, program in programs.items():
            runners[name] = target.runner(program)
            give_back()  # what loading it took
        return interleave(runners, budget=budget, until=until, again=again)


@dataclass(frozen=True)
class Measured:
    """Seconds before and after: of the whole on its target, and of each layer, by name, in PyTorch eager.

    Both are those of a model where they are ``predicted``.
    """

    whole: tuple[float, float]
    layers: Mapping[str, tuple[float, float]]
    predicted: bool = False

    @property
    def gain(self) -> float:
        """How many times faster the whole is."""
        return self.whole[0] / self.whole[1]


class Stopwatch:
    """Says who is faster, by the clock."""

    def gains(
        self,
        new: Mapping[str, Program],
        old: Program,
        target: Target,
        dtype: torch.dtype | None = None,
        budget: float = 2.0,
    ) -> dict[str, float]:
        """How many times faster than the old program each of the new ones is, measured in turns.

        What a race of the same programs, with whatever numbers, has shown before on this machine is not raced again,
        unless the machine was busy then and is quieter now.

        Args:
            dtype: what the weights of all of them are rounded to before; None to leave them as they are.
            budget: seconds, at most.
        """
        if old.device.type != "cpu":
            return self._raced(new, old, target, dtype, budget)
        key = f"{target!r} {target.version()} {torch.get_num_threads()} threads {budget} s {dtype} {_timed(old)}"
        rivals = {name: _timed(program) for name, program in new.items()}
        before = Gains.load(cache_file("races"))
        known = before.known(key, rivals.values())
        if known is None:
            found = self._raced(new, old, target, dtype, budget)
            by_rival = Outcome({rivals[name]: gain for name, gain in found.items()})
            by_rival.spread, by_rival.disturbed = found.spread, found.disturbed
            known = before.note(key, by_rival)
            before.save()
        return {name: known[rival] for name, rival in rivals.items()}

    def _raced(
        self, new: Mapping[str, Program], old: Program, target: Target, dtype: torch.dtype | None, budget: float
    ) -> Outcome:
        """Each against the fastest so far, so that no more than two of them are loaded at a time."""
        found, fastest, held = Outcome({"": 1.0}), "", _rounded(old, dtype)
        for name, program in new.items():
            rival = _rounded(program, dtype)
            pair = {name: rival, fastest: held}
            sides = {"until": decided(fastest, MARGIN_SHARE), "again": unclear(fastest, MARGIN_SHARE)}
            times = race(pair, target, budget / len(new), **sides)
            found.add(times)
            gain = times[fastest].low / times[name].low
            found[name] = found[fastest] * gain
            if gain > (1.0 if fastest else 1.0 + MARGIN_SHARE):  # what does not win by that gives way to the old one
                fastest, held, rival = name, rival, held
            builds.keep(target, [held])
            rival.release()
            give_back()
        held.release()
        del found[""]
        return found

    def call_gain(self, new: Runner, old: Runner) -> float:
        """How many times faster one call is than another; a bad first figure is measured again, for longer."""
        gain = 0.0
        for budget in (0.2, 0.8):
            times = interleave({"new": new, "old": old}, budget=budget, rounds=(5, 200))
            gain = times["old"].low / times["new"].low
            if gain > 1.0 - MARGIN_SHARE:
                break
        return gain

    def form_gains(self, programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        """How many times faster than the "dense" program of a layer each of its others is."""
        return gains_over_dense(programs, target)

    def measure(self, original: Program, result: Program, target: Target, layers: Collection[str]) -> Measured:
        """Time a program and what has become of it: the whole, and layers by the names of their nodes."""
        original, result = in_integers(original), in_integers(result)
        old, new = target.predicted(original), target.predicted(result)
        if old is not None and new is not None:
            whole = sum(old.values()), sum(new.values())
            return Measured(whole, {name: (old.get(name, 0.0), new.get(name, 0.0)) for name in layers}, predicted=True)
        times = race({"before": original, "after": result}, target, budget=1.0, until=steady)
        pairs = _layer_times(original, result, layers) if layers else {}
        return Measured((times["before"].low, times["after"].low), pairs)

    def gain_at_length(self, result: Program, original: Program, target: Target, limit: float) -> float:
        """How many times faster a result is than the original, measured until it is clear on which side of a limit."""
        programs = {"before": in_integers(original), "after": in_integers(result)}
        times = race(programs, target, budget=4.0, until=decided("before", limit - 1.0))
        return times["before"].low / times["after"].low


def _rounded(program: Program, dtype: torch.dtype | None) -> Program:
    """A copy, its weights rounded to a dtype if there is one, and as integers where the model holds them so."""
    copy = program.copy()
    if dtype is not None:
        demote(copy, dtype)
    return in_integers(copy)


def _timed(program: Program) -> str:
    """What the time of a program depends on: what it does, and the sizes of its example inputs."""
    sizes = [tuple(x.shape) if isinstance(x, Tensor) else x for x in program.inputs]
    return f"{sizes} {program.digest(numbers=False)}"


_held = [Stopwatch()]


def stopwatch() -> Stopwatch:
    """The one that decides now."""
    return _held[-1]


@contextlib.contextmanager
def timed_by(other: Stopwatch) -> Iterator[None]:
    """Ask another stopwatch meanwhile, in all threads."""
    _held.append(other)
    try:
        yield
    finally:
        _held.remove(other)


def _layer_times(original: Program, result: Program, layers: Collection[str]) -> dict[str, tuple[float, float]]:
    """Seconds of each layer, by its name, in both programs, which take turns."""
    before, after = _LayerTimer(original, layers), _LayerTimer(result, layers)
    with original.state_kept(), result.state_kept():
        interleave({"before": before.once, "after": after.once}, budget=0.5, rounds=(3, 20))
    return {name: (min(before.seconds[name]), min(after.seconds[name], default=0.0)) for name in layers}


class _LayerTimer(fx.Interpreter):
    """Runs a graph and notes the seconds of its layers, which may be several operations."""

    def __init__(self, program: Program, names: Collection[str]) -> None:
        super().__init__(program.module)
        self.inputs = program.inputs
        self.seconds: dict[str, list[float]] = {name: [] for name in names}

    def once(self) -> None:
        self._now: dict[str, float] = {}
        with torch.no_grad():
            self.run(*self.inputs, enable_io_processing=False)
        for name, seconds in self._now.items():
            self.seconds[name].append(seconds)

    def run_node(self, n: fx.Node) -> Any:
        name = n.meta.get(PART_OF, n.name)
        if name not in self.seconds:
            return super().run_node(n)
        start = time.perf_counter()
        result = super().run_node(n)
        seconds, names = time.perf_counter() - start, n.meta.get(COMPUTES, ())
        for one in names or (name,):  # layers that are one call share its time
            self._now[one] = self._now.get(one, 0.0) + seconds / max(1, len(names))
        return result
