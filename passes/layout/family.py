"""Sets of channels that share one order, and what an order costs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Channels = frozenset[int]


@dataclass(frozen=True)
class Family:
    """Sets of channels that share one order.

    Attributes:
        size: the channels are 0 .. ``size`` - 1.
        readers: what each reader needs.
        prices: what a reader costs that is not one contiguous run (a copy); by default its number of channels.
        within: the channels of the value that a reader reads (None: all); it counts as contiguous where it is so in
            the order restricted to them.
        blocks: sets that are contiguous in any case (the operands of a concatenation), pairwise nested or disjoint.

    Raises:
        ValueError: prices or values do not match the readers, or blocks overlap.
    """

    size: int
    readers: tuple[Channels, ...]
    prices: tuple[float, ...] = ()
    within: tuple[Channels | None, ...] = ()
    blocks: tuple[Channels, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "prices", self.prices or tuple(float(len(reader)) for reader in self.readers))
        object.__setattr__(self, "within", self.within or (None,) * len(self.readers))
        for problem in self._problems():
            raise ValueError(problem)

    def _problems(self) -> Iterator[str]:
        if not len(self.readers) == len(self.prices) == len(self.within):
            yield f"{len(self.readers)} readers, {len(self.prices)} prices, {len(self.within)} values"
        if any(price < 0 for price in self.prices):
            yield f"negative prices: {self.prices}"
        if not frozenset().union(*told_apart_by(self)) <= set(range(self.size)):
            yield f"channels outside of 0..{self.size - 1}"
        if any(value is not None and not reader <= value for reader, value in self.reads()):
            yield "a reader needs channels that its value does not hold"
        if any(overlapping(a, b) for a, b in combinations(self.blocks, 2)):
            yield "blocks overlap"

    def reads(self) -> Iterator[tuple[Channels, Channels | None]]:
        """Every reader with the value that it reads."""
        return zip(self.readers, self.within, strict=True)

    @cached_property
    def masks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """[reader, channel]: which channels each reader needs, and which its value holds."""
        everything = frozenset(range(self.size))
        values = [everything if value is None else value for value in self.within]
        return _mask(self.readers, self.size), _mask(values, self.size)


def _mask(sets: Sequence[Channels], size: int) -> NDArray[np.bool_]:
    mask = np.zeros((len(sets), size), dtype=np.bool_)
    for row, members in zip(mask, sets, strict=True):
        row[list(members)] = True
    return mask


def overlapping(a: Channels, b: Channels) -> bool:
    """Whether two sets share something and neither holds the other."""
    return not (a <= b or b <= a or a.isdisjoint(b))


def runs(order: Sequence[int], subset: Channels, within: Channels | None = None) -> list[tuple[int, int]]:
    """The maximal intervals [start, stop) of positions that ``subset`` fills in the order restricted to ``within``."""
    seen = order if within is None else [channel for channel in order if channel in within]
    places = [place for place, channel in enumerate(seen) if channel in subset]
    starts = [place for before, place in zip([-2, *places], places, strict=False) if place != before + 1]
    stops = [place + 1 for place, after in zip(places, [*places[1:], -2], strict=False) if after != place + 1]
    return list(zip(starts, stops, strict=True))


def run_counts(order: Sequence[int], family: Family) -> NDArray[np.int64]:
    """The number of runs of each reader in the value that it reads."""
    reads, holds = family.masks
    held = holds[:, order]
    rows, flags = held.nonzero()[0], reads[:, order][held]
    continued = flags[:-1] & (rows[1:] == rows[:-1])
    flags[1:] &= ~continued
    return np.bincount(rows[flags], minlength=len(reads))


def copied(order: Sequence[int], family: Family) -> float:
    """The price of all readers that are not one run."""
    return float(np.array(family.prices)[run_counts(order, family) > 1].sum())


def total_runs(order: Sequence[int], family: Family) -> int:
    """The number of runs over all readers."""
    return int(run_counts(order, family).sum())


def keeps_blocks(order: Sequence[int], family: Family) -> bool:
    """Whether every block is contiguous."""
    place = {channel: index for index, channel in enumerate(order)}
    spans = [[place[channel] for channel in block] for block in family.blocks if block]
    return all(max(span) - min(span) < len(span) for span in spans)


def alike(channels: Iterable[int], sets: Iterable[Channels]) -> list[list[int]]:
    """The channels in groups that none of ``sets`` tells apart, in the order in which the groups begin."""
    channels = list(channels)
    signatures = dict.fromkeys(channels, 0)
    for index, members in enumerate(sets):
        for channel in members & signatures.keys():
            signatures[channel] |= 1 << index
    groups: dict[int, list[int]] = {}
    for channel in channels:
        groups.setdefault(signatures[channel], []).append(channel)
    return list(groups.values())


def told_apart_by(family: Family) -> list[Channels]:
    """All sets that distinguish channels: readers, the values they read, and blocks."""
    return [*family.readers, *(value for value in family.within if value is not None), *family.blocks]
