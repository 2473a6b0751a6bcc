"""An order improved step by step, for any cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby

import numpy as np

from .family import Family, alike, keeps_blocks, told_apart_by

Item = tuple[int, ...]
Cost = Callable[[list[int]], float]
MOST_SEGMENTS = 200_000


def improve(family: Family, order: Sequence[int], cost: Cost, *, seconds: float = 0.5) -> list[int]:
    """An order that costs no more than ``order``, whose blocks must be contiguous.

    Moved are runs of channels that no reader, value or block tells apart: segments of them are reversed, rotated, and
    their ends swapped, until no such move pays or the time is up. Only orders with contiguous blocks are priced.
    """
    deadline = time.monotonic() + seconds
    generator = np.random.default_rng(0)
    items, lowest = _items(family, order), cost(list(order))
    improved = True
    while improved:
        improved = False
        for start, stop in _segments(len(items), generator):
            if time.monotonic() >= deadline:
                return _flat(items)
            candidates = list(_moved(items, start, stop, generator))
            prices = [_price(candidate, family, cost) for candidate in candidates]
            if min(prices) < lowest:
                lowest, improved = min(prices), True
                items = candidates[prices.index(lowest)]
    return _flat(items)


def _flat(items: Iterable[Item]) -> list[int]:
    return list(chain.from_iterable(items))


def _price(items: list[Item], family: Family, cost: Cost) -> float:
    order = _flat(items)
    return cost(order) if keeps_blocks(order, family) else math.inf


def _items(family: Family, order: Sequence[int]) -> list[Item]:
    """Runs of channels in ``order`` that nothing tells apart."""
    groups = alike(range(family.size), told_apart_by(family))
    group_of = {channel: number for number, group in enumerate(groups) for channel in group}
    return [tuple(run) for _, run in groupby(order, key=group_of.__getitem__)]


def _segments(count: int, generator: np.random.Generator) -> Iterator[tuple[int, int]]:
    """All segments [start, stop) of two items or more, at most ``MOST_SEGMENTS`` of them, in random order."""
    starts, stops = np.triu_indices(count + 1, 2)
    picks = generator.permutation(len(starts))[:MOST_SEGMENTS]
    return zip(starts[picks].tolist(), stops[picks].tolist(), strict=True)


def _moved(items: list[Item], start: int, stop: int, generator: np.random.Generator) -> Iterator[list[Item]]:
    """The items with one segment reversed, with its ends swapped, or cut in two and put together the other way."""
    before, segment, after = items[:start], items[start:stop], items[stop:]
    yield [*before, *segment[::-1], *after]
    if len(segment) == 2:
        return
    yield [*before, segment[-1], *segment[1:-1], segment[0], *after]
    size = len(segment)
    for cut in sorted({1, 2, size - 2, size - 1, int(generator.integers(1, size))}):
        yield [*before, *segment[cut:], *segment[:cut], *after]
