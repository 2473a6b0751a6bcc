"""Races: programs, or calls, timed in turns on a target, and what may be concluded from that."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import fx

from ..runtime.measure import Seconds, Timing, decided, interleave, steady
from .ir.program import PART_OF, Program
from .ir.target import Runner, Target
from .numerics import demote
from .report import Report

# What was added (an operation, a kernel) stays only if the program is faster by more than this share.
MARGIN = 0.02


def race(
    programs: Mapping[str, Program], target: Target, budget: float = 2.0, until: Callable[[Seconds], bool] | None = None
) -> dict[str, Timing]:
    """Time programs on a target, interleaved, on their example inputs."""
    with contextlib.ExitStack() as stack:
        for program in programs.values():
            stack.enter_context(program.state_kept())
        runners = {name: target.runner(program) for name, program in programs.items()}
        return interleave(runners, budget=budget, until=until)


def gain(new: Program, old: Program, target: Target, dtype: torch.dtype | None) -> float:
    """How many times faster one program is than another, measured in turns."""
    return gains({"new": new}, old, target, dtype)["new"]


def gains(new: Mapping[str, Program], old: Program, target: Target, dtype: torch.dtype | None) -> dict[str, float]:
    """How many times faster than the old program each of the new ones is, measured in turns."""
    programs = {name: program.copy() for name, program in new.items()} | {"": old.copy()}
    if dtype is not None:
        for program in programs.values():
            demote(program, dtype)
    times = race(programs, target, until=decided("", MARGIN))
    return {name: times[""].low / times[name].low for name in new}


def call_gain(new: Runner, old: Runner) -> float:
    """How many times faster one call is than another, in turns; a bad first figure is measured again, for longer."""
    gain = 0.0
    for budget in (0.2, 0.8):
        times = interleave({"new": new, "old": old}, budget=budget, rounds=(5, 200))
        gain = times["old"].low / times["new"].low
        if gain > 1.0 - MARGIN:
            break
    return gain


def measure(original: Program, result: Program, target: Target, report: Report) -> None:
    """Fill the report's measured times: the whole model on the target, and each layer in PyTorch eager."""
    times = race({"before": original, "after": result}, target, budget=1.0, until=steady)
    report.measured = (times["before"].low, times["after"].low)
    names = {layer.node for layer in report.layers}
    before, after = _LayerTimer(original, names), _LayerTimer(result, names)
    with original.state_kept(), result.state_kept():
        interleave({"before": before.once, "after": after.once}, budget=0.5, rounds=(3, 20))
    for layer in report.layers:
        layer.measured = (min(before.seconds[layer.node]), min(after.seconds[layer.node], default=0.0))


def is_slower(original: Program, result: Program, target: Target, report: Report, limit: float = 0.97) -> bool:
    """Whether a result is slower than the original; a bad first figure is measured again, for longer.

    Asked where fewer channels do not always mean less time.
    """
    if report.measured_gain is None or report.measured_gain >= limit:
        return False
    programs = {"before": original, "after": result}
    times = race(programs, target, budget=4.0, until=decided("before", limit - 1.0))
    report.measured = (times["before"].low, times["after"].low)
    return report.measured_gain < limit


class _LayerTimer(fx.Interpreter):
    """Runs a graph and notes the seconds of its layers, which may be several operations."""

    def __init__(self, program: Program, names: Iterable[str]) -> None:
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
        self._now[name] = self._now.get(name, 0.0) + time.perf_counter() - start
        return result
