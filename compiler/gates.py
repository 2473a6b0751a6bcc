"""Gates: what has to be so for a stage's result to stay.

A gate compares what a stage made with what there would be without it. ``Faster`` and ``NoSlower`` measure on the
target; ``Worthwhile`` asks the cost model, so that what cannot gain much is not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from . import races
from .ir.source import file_of
from .pipeline import without_masks

if TYPE_CHECKING:
    from .stages import State


@dataclass(frozen=True)
class Verdict:
    """What a gate found.

    Attributes:
        best: name of the best candidate, admitted or not.
        admitted: whether it may stay.
        gains: how many times faster than without it each candidate was measured to be; empty where nothing was.
    """

    best: str
    admitted: bool
    gains: Mapping[str, float] = field(default_factory=dict)

    @property
    def gain(self) -> float | None:
        """That of the best."""
        return self.gains.get(self.best)


class Gate(Protocol):
    """Decides whether one of several results, by name, takes the place of a state."""

    def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict: ...


@dataclass(frozen=True)
class Faster:
    """A candidate has to be measured faster on the target by more than a share."""

    margin: float = races.MARGIN_SHARE

    def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict:
        programs = {name: state.program for name, state in candidates.items()}
        gains = races.stopwatch().gains(
            programs, before.program, before.target, before.rounds_to, before.effort.race_seconds
        )
        best = max(gains, key=lambda name: gains[name])
        return Verdict(best, gains[best] > 1.0 + self.margin, gains)


@dataclass(frozen=True)
class Worthwhile:
    """By the cost model the first candidate has to save so many microseconds, for a race to be worth its seconds."""

    microseconds: float

    def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict:
        name, state = next(iter(candidates.items()))
        return Verdict(name, state.layout.mode != "optimised" or state.layout.saved >= self.microseconds)


@dataclass(frozen=True)
class NoSlower:
    """A whole result may not be measured slower than the model that it came from, within a share."""

    limit: float = 0.97

    def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict:
        ((name, state),) = candidates.items()
        assert state.measured is not None
        gain = state.measured.gain
        if gain < self.limit:  # a bad first figure is measured again, for longer
            old = before.program if file_of(before.program) else without_masks(before.program)
            gain = races.stopwatch().gain_at_length(state.program, old, before.target, self.limit)
        return Verdict(name, gain >= self.limit, {name: gain})
