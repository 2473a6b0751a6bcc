"""Which schedule to take where no card can be asked: those that are worth trying are built, judged, and ranked.

What machine code says for itself rules some out; a model ranks the others. What comes of it is *predicted*, never
measured, and offered only from a predicted gain on that leaves room for what the model does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import roofline
from .base import Problem, Schedule
from .build import BuildError, build
from .cards import Card, card_for
from .facts import Facts, facts
from .roofline import Estimate

# A layer is offered from this predicted gain over dense on.
OFFERED_FROM = 1.3
# Warps of a multiprocessor, fewer of which leave its schedulers idle whenever one waits.
LEAST_WARPS = 8
# Up to so many tokens memory binds by far, and how fast the tensor cores are is no matter.
FEW_TOKENS = 16


@dataclass(frozen=True)
class Prediction:
    """A schedule for a layer on a card, as a model sees it.

    Attributes:
        schedule: which.
        facts: of its machine code; None where it cannot be built.
        time: with the kernel; None where nothing can be said.
        dense, limit: with a dense weight; with any kernel for what is stored.
        fault: why it is not taken; '' if it may be.
    """

    schedule: Schedule
    facts: Facts | None
    time: Estimate | None
    dense: Estimate
    limit: Estimate
    fault: str = ""

    @property
    def seconds(self) -> float:
        """Of a call; infinite where nothing can be said."""
        return self.time.seconds if self.time else float("inf")

    @property
    def effort(self) -> float:
        """Seconds of all that is done at the same time, one after the other: less is better where times are equal."""
        return self.time.memory + self.time.issue + self.time.tensor + self.time.cache if self.time else float("inf")

    @property
    def bound(self) -> str:
        """What binds, see ``Estimate``; '' where nothing can be said."""
        return self.time.bound if self.time else ""

    @property
    def gain(self) -> float:
        """Predicted, over dense."""
        return self.dense.seconds / self.seconds

    @property
    def share(self) -> float:
        """Of the roofline: the least time that what is stored takes, of the time predicted; launches left out."""
        return self.limit.busy / self.time.busy if self.time else 0.0

    @property
    def offered(self) -> bool:
        """Whether it has no fault and gains enough."""
        return not self.fault and self.gain >= OFFERED_FROM

    def to_json(self) -> dict[str, Any]:
        """For a report; microseconds."""
        times = {"us": self.time.seconds * 1e6, "gain": self.gain, "share": self.share} if self.time else {}
        return {
            "kernel": self.schedule.kernel.name,
            "schedule": self.schedule.title,
            "constants": {**self.schedule.constants},
            "warps": self.schedule.warps,
            "stages": self.schedule.stages,
            "fault": self.fault,
            "offered": self.offered,
            "bound": self.bound,
            "dense_us": self.dense.seconds * 1e6,
            "limit_us": self.limit.seconds * 1e6,
            "predicted": times,
            "facts": self.facts.to_json() if self.facts else None,
        }


def predict(
    problem: Problem, schedules: Sequence[Schedule], arch: str, folder: Path | None = None, card: Card | None = None
) -> list[Prediction]:
    """Build schedules for an architecture and rank them for a layer: the fastest first, those with faults last.

    Args:
        problem: the layer with its tokens.
        schedules: what a kernel's own ``schedules`` says is worth trying.
        arch: what to build for.
        folder: where binaries and facts are kept; see ``build``.
        card: which of that architecture; the one that is assumed, by default.

    Raises:
        UserError: Triton is not installed, or the architecture or dtype is not known.
    """
    card = card or card_for(arch)
    found = [_judged(problem, schedule, card, folder) for schedule in schedules]
    return sorted(found, key=lambda prediction: (bool(prediction.fault), prediction.seconds, prediction.effort))


def choose(predictions: Sequence[Prediction]) -> Prediction | None:
    """The one to take; None if a dense weight is predicted to be as good."""
    return next((prediction for prediction in predictions if prediction.offered), None)


def _judged(problem: Problem, schedule: Schedule, card: Card, folder: Path | None) -> Prediction:
    least = roofline.dense(problem, card), roofline.limit(problem, card)
    try:
        told = facts(build(schedule, problem.dtype, card.arch, folder), schedule, folder)
    except BuildError as error:
        return Prediction(schedule, None, None, *least, fault=str(error))
    if schedule.turn is None or told.weight is None:
        return Prediction(schedule, told, None, *least, fault="no loop that multiplies was found in its machine code")
    time = roofline.estimate(problem, schedule, told, card) if told.blocks else None
    return Prediction(schedule, told, time, *least, fault=fault(told, problem.tokens, card))


def fault(told: Facts, tokens: int, card: Card) -> str:
    """Why a kernel with such machine code is not taken for so many tokens; '' if nothing speaks against it."""
    if not told.blocks:
        return f"a block takes {told.shared} bytes of shared memory, or more registers than {card.name} has"
    if told.spills:
        return f"its {told.registers} registers do not suffice: it spills"
    slow = told.unit not in ("fma", card.product)
    if slow and tokens > FEW_TOKENS:
        return f"it multiplies with {told.unit or 'nothing known'}, where {card.arch} has {card.product}"
    if told.blocks * told.warps < LEAST_WARPS:
        return f"a multiprocessor holds {told.blocks * told.warps} warps of it, which is too few"
    return ""
