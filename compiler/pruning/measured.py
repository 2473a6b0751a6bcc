"""A figure with how sure it is: samples, a bootstrap interval, and a paired test between two models."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from ..errors import UserError
from ..words import count

Better = Literal["higher", "lower"]

DRAWS, LEVEL, CHUNK = 2000, 0.95, 1 << 22
"""Resamples, what an interval holds of them, numbers that are drawn at a time."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What a metric says of a model.

    Attributes:
        name: of the metric.
        values: (samples,), float64.
        weights: (samples,), how much each counts; None for all the same.
        exponential: whether the figure is ``exp`` of the mean, as perplexity is, rather than the mean.
        better: "higher" or "lower".
    """

    name: str
    values: Tensor
    weights: Tensor | None = None
    exponential: bool = False
    better: Better = "higher"

    @property
    def value(self) -> float:
        """The figure: the weighted mean of all samples, or what ``exp`` makes of it."""
        return float(self._figure(torch.ones(1, len(self.values), dtype=torch.float64))[0])

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """Between what 95 % of bootstrap resamples lie (seed 0, 2000 of them); None of a single sample."""
        if len(self.values) < 2:
            return None
        return _middle(torch.cat([self._figure(drawn) for drawn in _resamples(len(self.values), seed=0)]))

    def says(self) -> str:
        """The figure in words."""
        if self.interval is None:
            return f"{self.name} {self.value:.4g} (one number: no interval)"
        low, high = self.interval
        return f"{self.name} {self.value:.4g} (95 %: {low:.4g} to {high:.4g}, {count(len(self.values), 'sample')})"

    def _figure(self, times: Tensor) -> Tensor:
        """The figure of some resamples: (resamples,).

        Args:
            times: (resamples, samples), how often each sample was drawn.
        """
        weights = times if self.weights is None else times * self.weights
        mean = (weights * self.values).sum(dim=1) / weights.sum(dim=1)
        return mean.exp() if self.exponential else mean


@dataclass(frozen=True, eq=False)
class Compared:
    """Two models on the same samples.

    Attributes:
        first, second: what was measured of them.
        difference: second minus first.
        interval: between what 95 % of paired bootstrap resamples lie; None of a single sample.
        p: how probable a difference that large is if it does not matter which model is which (samples are swapped
            between them at random, or in all ways where those are few); 1 of a single sample.
    """

    first: Measured
    second: Measured
    difference: float
    interval: tuple[float, float] | None
    p: float

    def says(self) -> str:
        """The difference in words."""
        text = f"{self.second.name} {self.difference:+.4g}"
        if self.interval is None:
            return f"{text} (one number: no test)"
        low, high = self.interval
        return f"{text} (95 %: {low:+.4g} to {high:+.4g}, p = {self.p:.2g}, {count(len(self.first.values), 'sample')})"


def compare(first: Measured, second: Measured, seed: int = 0) -> Compared:
    """Whether one of two models is better, sample by sample.

    Args:
        first, second: the same metric of both, on the same data.
        seed: of resamples and swaps.

    Raises:
        UserError: they are of different metrics, or not of as many samples.
    """
    many = len(first.values)
    if (first.name, first.exponential, many) != (second.name, second.exponential, len(second.values)):
        raise UserError(
            "bad-metric",
            f"'{first.name}' of {count(many, 'sample')} and '{second.name}' of "
            f"{count(len(second.values), 'sample')} cannot be compared",
            note="a paired test goes sample by sample",
            hint="measure both models by one metric on the same data",
        )
    difference = second.value - first.value
    if many < 2:
        return Compared(first, second, difference, None, 1.0)
    draws = [second._figure(drawn) - first._figure(drawn) for drawn in _resamples(many, seed)]
    return Compared(first, second, difference, _middle(torch.cat(draws)), _p_value(first, second, difference, seed))


def _p_value(first: Measured, second: Measured, difference: float, seed: int) -> float:
    """The share of swaps after which the models differ as much."""
    many = len(first.values)
    found = torch.cat([_swapped(first, second, swap) for swap in _swaps(many, seed)])
    as_large = int((found.abs() >= abs(difference) * (1 - 1e-9)).sum())
    return as_large / len(found) if 2**many <= DRAWS else (1 + as_large) / (1 + len(found))


def _swapped(first: Measured, second: Measured, swap: Tensor) -> Tensor:
    """How far the models differ if some samples of one are taken for the other's: (swaps,)."""
    ones = torch.ones_like(first.values)
    sums = []
    for one, other in ((first, second), (second, first)):
        of_one, of_other = (ones if x.weights is None else x.weights for x in (one, other))
        weight = torch.where(swap, of_other, of_one)
        total = (torch.where(swap, of_other * other.values, of_one * one.values)).sum(dim=1) / weight.sum(dim=1)
        sums.append(total.exp() if first.exponential else total)
    return sums[1] - sums[0]


def _swaps(many: int, seed: int) -> Iterator[Tensor]:
    """All ways to swap samples, if there are no more than ``DRAWS``, else so many of them: bool, (swaps, samples)."""
    if 2**many <= DRAWS:
        numbers = torch.arange(2**many)
        yield (numbers[:, None] >> torch.arange(many)) % 2 == 1
        return
    random = torch.Generator().manual_seed(seed)
    for size in _sizes(many):
        yield torch.rand(size, many, generator=random) < 0.5


def _resamples(many: int, seed: int) -> Iterator[Tensor]:
    """How often each sample is drawn, of as many with replacement: float64, (resamples, samples)."""
    random = torch.Generator().manual_seed(seed)
    for size in _sizes(many):
        drawn = torch.randint(many, (size, many), generator=random)
        times = torch.zeros(size, many, dtype=torch.float64)
        yield times.scatter_add_(1, drawn, torch.ones(size, many, dtype=torch.float64))


def _sizes(many: int) -> list[int]:
    step = max(1, CHUNK // many)
    return [min(step, DRAWS - at) for at in range(0, DRAWS, step)]


def _middle(figures: Tensor) -> tuple[float, float]:
    """Between what the middle ``LEVEL`` of some figures lie."""
    finite = figures.nan_to_num(posinf=math.inf, neginf=-math.inf)
    edges = torch.tensor([(1 - LEVEL) / 2, (1 + LEVEL) / 2], dtype=torch.float64)
    low, high = torch.quantile(finite, edges).tolist()
    return low, high
