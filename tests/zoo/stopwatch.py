"""A stopwatch that shows what it was told: races whose outcome a test knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import torch

from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Runner, Target
from sparsec.compiler.races import Measured, Stopwatch
from sparsec.runtime.select import Measure


@dataclass(eq=False)
class Settled(Stopwatch):
    """Nothing is timed, and nothing is run: each outcome is a value, or a function of what would race.

    Attributes:
        gain: how many times faster than the old program every new one is; or that by name.
        form: the same of sparse forms of a layer's weight: by default none of them pays.
        call: the same of calls.
        length: the same of a result whose first figure was bad.
        measured: what is measured of a whole compile; None: that is left to the clock.
    """

    gain: float | Mapping[str, float] | Callable[[Mapping[str, Program], Program], Mapping[str, float]] = 2.0
    form: float | Measure = 1.0
    call: float | Callable[[Runner, Runner], float] = 2.0
    length: float = 2.0
    measured: Measured | Callable[[Program, Program], Measured] | None = None

    def gains(
        self,
        new: Mapping[str, Program],
        old: Program,
        target: Target,
        dtype: torch.dtype | None = None,
        budget: float = 2.0,
    ) -> dict[str, float]:
        if callable(self.gain):
            return dict(self.gain(new, old))
        gain = self.gain
        return {name: gain[name] if isinstance(gain, Mapping) else gain for name in new}

    def form_gains(self, programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        if callable(self.form):
            return self.form(programs, target)
        return {name: self.form for name in programs if name != "dense"}

    def call_gain(self, new: Runner, old: Runner) -> float:
        return self.call(new, old) if callable(self.call) else self.call

    def gain_at_length(self, result: Program, original: Program, target: Target, limit: float) -> float:
        return self.length

    def measure(self, original: Program, result: Program, target: Target, layers: Collection[str]) -> Measured:
        if callable(self.measured):
            return self.measured(original, result)
        return self.measured or super().measure(original, result, target, layers)
