"""What users say of inputs: between which numbers they lie."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

import torch

from .errors import UserError
from .ir.guards import check_range
from .ir.program import Program

Stated = Mapping[str, tuple[float, float]]


def stated(ranges: Any, program: Program) -> Stated:
    """The ranges of inputs as a program holds them.

    Args:
        ranges: by name, the least and the largest number that an input holds; None for nothing.
        program: whose inputs they are.

    Raises:
        UserError: there is no such input, these are no two numbers, or an example lies outside.
    """
    if ranges is None:
        return {}
    if not isinstance(ranges, Mapping):
        raise UserError("bad-option", f"ranges={ranges!r:.60} is no dict", hint="pass {'x': (0, 1)}")
    found = {name: _limits(name, limits) for name, limits in ranges.items()}
    for name, limits in found.items():
        _check(name, limits, program)
    return found


def _limits(name: Any, limits: Any) -> tuple[float, float]:
    try:
        low, high = (float(number) for number in limits)
    except (TypeError, ValueError):
        low, high = math.nan, math.nan
    if not low <= high:
        raise UserError(
            "bad-option",
            f"the range of '{name}' is {limits!r:.60}",
            hint="pass the least and the largest number that it holds, such as (0, 1); math.inf for none",
        )
    return low, high


def _check(name: str, limits: tuple[float, float], program: Program) -> None:
    """Raises a UserError if there is no such input, or an example of it lies outside."""
    if name not in program.input_names:
        near = difflib.get_close_matches(str(name), program.input_names, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"its inputs: {', '.join(program.input_names)}"
        raise UserError("bad-option", f"ranges= names '{name}', which is no input of '{program.name}'", hint=hint)
    place = program.input_names.index(name)
    for example in [program.inputs, *(answer.inputs for answer in program.answers[1:])]:
        value = example[place]
        if not isinstance(value, torch.Tensor) or value.is_complex():
            raise UserError("bad-option", f"input '{name}' holds no real numbers that could have a range")
        check_range(name, value, *limits)


def told(ranges: Stated) -> list[str]:
    """What a report says of the ranges that a result relies on."""
    if not ranges:
        return []
    which = " and ".join(f"'{name}' in [{low:g}, {high:g}]" for name, (low, high) in ranges.items())
    return [f"Holds for {which}, as was stated: calls with other numbers are refused; files do not check it."]
