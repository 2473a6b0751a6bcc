"""Inputs that a model is checked on, beside those that the user gave: invented ones, of the same kind.

What a model expects of its inputs is not written anywhere: indices lie within another input, offsets ascend, rows of
probabilities add up to one, masks hold two values. So every invented input keeps what can be seen of the example, and
the caller drops those on which the original fails.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

# A floating-point input with no more different values than this is a mask or a code, whose values are kept.
FEW_VALUES = 3
# Noise within a range is drawn from one so many times as wide: what lies outside is moved to the ends.
OVERSHOOT = 1.2


def invented(
    inputs: Sequence[Any], generator: torch.Generator, limits: Sequence[tuple[float, float] | None] = ()
) -> tuple[Any, ...]:
    """Random inputs like the given ones: same structure, shapes, dtypes, ranges and kinds of values.

    Args:
        inputs: flat.
        generator: what is random about them.
        limits: the least and the largest number that each may hold, where somebody says so.
    """
    known = [*limits, *[None] * (len(inputs) - len(limits))]
    return tuple(
        _like(value, generator) if limit is None else _within(value, generator, limit)
        for value, limit in zip(inputs, known, strict=True)
    )


def _within(value: Any, generator: torch.Generator, limits: tuple[float, float]) -> Any:
    """Noise all over the range that is stated, its ends among it; like the example where that has no end."""
    if not isinstance(value, Tensor) or not value.is_floating_point() or not all(map(math.isfinite, limits)):
        made = _like(value, generator)
        return made.clamp(*limits) if isinstance(made, Tensor) and made.is_floating_point() else made
    low, high = limits
    noise = torch.rand(value.shape, generator=generator, dtype=torch.float64) * OVERSHOOT - (OVERSHOOT - 1) / 2
    return (noise.clamp(0, 1) * (high - low) + low).clamp(low, high).to(value.device, value.dtype)


def _like(value: Any, generator: torch.Generator) -> Any:
    if not isinstance(value, Tensor) or value.numel() == 0 or value.dtype == torch.bool:
        return value
    if value.is_complex():
        return torch.view_as_complex(_numbers(torch.view_as_real(value), generator))
    if not value.is_floating_point():
        return _integers(value, generator)
    if _is_code(value):
        return value
    if _is_distribution(value):
        return _distribution(value, generator)
    return _numbers(value, generator)


def _integers(value: Tensor, generator: torch.Generator) -> Tensor:
    """The same integers in another order; those that ascend (offsets, segments) stay."""
    flat = value.reshape(-1)
    if value.ndim <= 1 and bool((flat[1:] >= flat[:-1]).all()):
        return value
    return flat[torch.randperm(len(flat), generator=generator).to(value.device)].reshape(value.shape)


def _is_code(value: Tensor) -> bool:
    """Whether a floating-point input is a mask (zeros and ones, zeros and minus infinity), or the same everywhere."""
    if not bool(torch.isfinite(value).all()):
        return True
    return value.numel() > FEW_VALUES and len(torch.unique(value)) <= FEW_VALUES


def _is_distribution(value: Tensor) -> bool:
    """Whether rows are probabilities that add up to one."""
    if value.ndim == 0 or value.shape[-1] == 1 or bool((value < 0).any()):
        return False
    sums = value.double().sum(-1)
    return bool(torch.isclose(sums, torch.ones_like(sums), atol=1e-2).all())


def _distribution(value: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.rand(value.shape, generator=generator, dtype=torch.float64)
    return (noise / noise.sum(-1, keepdim=True)).to(value.device, value.dtype)


def _numbers(value: Tensor, generator: torch.Generator) -> Tensor:
    """Noise of the same mean and spread, within the range of the example where that has one number more than one."""
    wide = value.double()
    spread, noise = wide.std(correction=0), torch.randn(value.shape, generator=generator, dtype=torch.float64)
    if not bool(spread > 0):
        return (noise.to(value.device).abs() * wide.flatten()[0].abs().clamp(min=1) + wide).to(value.dtype)
    found = noise.to(value.device) * spread + wide.mean()
    return found.clamp(wide.min(), wide.max()).to(value.dtype)
