"""Orders in which readers read as few runs as possible.

Counting runs is a travelling-salesman problem: between two neighbours, every reader that holds one of them and not the
other has an end, and the way begins and ends at a channel that nobody holds (L. T. Kou, "Polynomial complete
consecutive information retrieval problems", SIAM Journal on Computing 6 (1977)). Channels that no set tells apart are
one stop. Blocks are readers whose ends cost more than all others together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .family import Channels, Family, alike, keeps_blocks, told_apart_by, total_runs
from .local_search import improve
from .order import best_order

Tour = NDArray[np.int64]
KICKS = 40


def fewest_runs(family: Family, *, seconds: float = 1.0) -> list[int]:
    """An order with contiguous blocks and few runs over all readers: never more than the identity or ``best_order``.

    The identity is returned where nothing better is found. Readers weigh the same, whatever their prices.
    """
    deadline = time.monotonic() + seconds
    identity = list(range(family.size))
    orders = [identity, best_order(family, seconds=seconds / 3)]
    orders = [order for order in orders if keeps_blocks(order, family)]
    if total_runs(orders[0], family) <= sum(map(bool, family.readers)):
        return orders[0]
    orders.append(_toured(family, orders, deadline))
    best = min((order for order in orders if keeps_blocks(order, family)), key=lambda order: total_runs(order, family))
    if not any(family.within):
        return best
    return improve(family, best, lambda order: total_runs(order, family), seconds=deadline - time.monotonic())


def _toured(family: Family, orders: Sequence[Sequence[int]], deadline: float) -> list[int]:
    """The shortest tour found from ``orders`` and from a greedy one."""
    stops = alike(range(family.size), told_apart_by(family))
    gaps = _gaps(family, stops)
    lengths = _lengths(family.blocks, stops)
    tours = [*(_tour(order, stops) for order in orders), _nearest(gaps)]
    shortened = [_shortened(tour, gaps, lengths, deadline) for tour in tours]
    best = min(shortened, key=lambda tour: _length(tour, gaps))
    generator = np.random.default_rng(0)
    for _ in range(KICKS):
        kicked = _shortened(_kicked(best, generator), gaps, lengths, deadline)
        if time.monotonic() >= deadline:
            break
        best = min(best, kicked, key=lambda tour: _length(tour, gaps))
    return list(chain.from_iterable(stops[stop] for stop in best[1:-1]))


def _gaps(family: Family, stops: Sequence[Sequence[int]]) -> Tour:
    """How many readers end between two stops, blocks counted as more than all of them; the last one is nowhere."""
    dear = 2 * len(family.readers) * len(stops) + 1
    sets = [*family.readers, *family.blocks]
    prices = np.array([1] * len(family.readers) + [dear] * len(family.blocks), dtype=np.float64)
    holds = np.array([[stop[0] in members for members in sets] for stop in [*stops, [-1]]], dtype=np.float64)
    one_way = (holds * prices) @ (1 - holds).T
    return (one_way + one_way.T).round().astype(np.int64)


def _lengths(blocks: Iterable[Channels], stops: Sequence[Sequence[int]]) -> list[int]:
    """How many stops are moved together: up to three, or those of a block."""
    sizes = {sum(stop[0] in block for stop in stops) for block in blocks}
    return sorted({1, 2, 3} | set(sorted(sizes)[:8]))


def _tour(order: Sequence[int], stops: Sequence[Sequence[int]]) -> Tour:
    """The stops as they first appear in ``order``, from nowhere to nowhere."""
    stop_of = {channel: number for number, stop in enumerate(stops) for channel in stop}
    visited = dict.fromkeys(stop_of[channel] for channel in order)
    return np.array([len(stops), *visited, len(stops)])


def _nearest(gaps: Tour) -> Tour:
    """Always on to the nearest stop that is left."""
    nowhere = len(gaps) - 1
    left = np.ones(nowhere, dtype=np.bool_)
    tour = [nowhere]
    for _ in range(nowhere):
        tour.append(int(np.where(left, gaps[tour[-1], :-1], np.iinfo(np.int64).max).argmin()))
        left[tour[-1]] = False
    return np.array([*tour, nowhere])


def _length(tour: Tour, gaps: Tour) -> int:
    return int(gaps[tour[:-1], tour[1:]].sum())


def _kicked(tour: Tour, generator: np.random.Generator) -> Tour:
    """Two neighbouring segments exchanged."""
    if len(tour) < 5:
        return tour
    a, b, c = sorted(generator.choice(np.arange(1, len(tour)), 3, replace=False))
    return np.concatenate([tour[:a], tour[b:c], tour[a:b], tour[c:]])


def _shortened(tour: Tour, gaps: Tour, lengths: Sequence[int], deadline: float) -> Tour:
    """The tour after all reversals and moves of segments that shorten it."""
    shorter, before = _length(tour, gaps), -1
    while shorter != before:
        before = shorter
        for start in range(1, len(tour) - 1):
            if time.monotonic() >= deadline:
                return tour
            tour = _with_best_reversal(tour, start, gaps)
            for length in lengths:
                tour = _with_best_move(tour, start, start + length, gaps)
        shorter = _length(tour, gaps)
    return tour


def _with_best_reversal(tour: Tour, start: int, gaps: Tour) -> Tour:
    """The best reversal of a segment that begins at ``start``, if one pays."""
    before, first = gaps[tour[start - 1]], gaps[tour[start]]
    lasts, afters = tour[start:-1], tour[start + 1 :]
    change = before[lasts] + first[afters] - before[tour[start]] - gaps[lasts, afters]
    last = int(change.argmin())
    if change[last] >= 0:
        return tour
    stop = start + last + 1
    return np.concatenate([tour[:start], tour[start:stop][::-1], tour[stop:]])


def _with_best_move(tour: Tour, start: int, stop: int, gaps: Tour) -> Tour:
    """The segment [start, stop) at its best place, turned or not, if a move pays."""
    if stop >= len(tour):
        return tour
    segment, rest = tour[start:stop], np.concatenate([tour[:start], tour[stop:]])
    first, last = gaps[segment[0]], gaps[segment[-1]]
    lefts, rights = rest[:-1], rest[1:]
    straight, turned = first[lefts] + last[rights], last[lefts] + first[rights]
    added = np.minimum(straight, turned) - gaps[lefts, rights]
    place = int(added.argmin())
    if added[place] >= first[tour[start - 1]] + last[tour[stop]] - gaps[tour[start - 1], tour[stop]]:
        return tour
    inserted = segment if straight[place] <= turned[place] else segment[::-1]
    return np.concatenate([rest[: place + 1], inserted, rest[place + 1 :]])
