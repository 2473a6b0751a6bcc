"""No compile returns more numbers than it got, unless a measured gain pays for them and the report says so.

Passes may hold more in one place to remove some in another: a weight that layers share becomes one for each where they
need different parts of it. What counts is what the whole result holds. Where that is too much the passes run again and
keep shared what is shared; the larger result stays only if it is measured faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import torch

from . import races
from .ir.program import Program
from .ir.size import numbers, shed
from .ir.target import Target
from .pipeline import Step


class Attempt(Protocol):
    """What a run of the passes gave."""

    program: Program


Kind = TypeVar("Kind", bound=Attempt)


def no_larger(
    given: int,
    attempt: Kind,
    again: Callable[..., Kind],
    steps: Sequence[Step],
    target: Target,
    dtype: torch.dtype | None,
) -> tuple[Kind, list[str]]:
    """An attempt that holds no more than ``given`` numbers, or one that is measured faster; and what was decided.

    Args:
        again: runs the passes anew; takes ``steps``, ``allow_priced`` and ``allow_growth``.
    """
    held = shed(attempt.program, given)
    if held <= given:
        return attempt, []
    tries: list[dict[str, Any]] = [
        {"steps": steps, "allow_priced": bool(attempt.program.priced()), "allow_growth": False},
        {"steps": steps, "allow_priced": False, "allow_growth": False},
        {"steps": (), "allow_priced": False, "allow_growth": False},
    ]
    for options in tries:
        small = again(**options)
        if shed(small.program, given) <= given:
            break
    gain = races.gain(attempt.program, small.program, target, dtype)
    what = f"{held - given:,} numbers more than the model holds ({given:,})"
    if gain > 1.0 + races.MARGIN:
        return attempt, [f"Kept, measured {gain:.2f}x on {target}: {what}."]
    return small, [f"Undone, measured {gain:.2f}x on {target}: {what}."]


def larger(original: Program, result: Program) -> list[str]:
    """A note for the report, if a result holds more numbers than the model that it came from."""
    before, after = numbers(original), numbers(result)
    if after <= before:
        return []
    return [f"The result holds {after:,} numbers, the model {before:,}: what was measured faster needs them."]
