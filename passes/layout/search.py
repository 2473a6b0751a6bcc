"""Which readers to give up so that the others can all be contiguous: greedy starts, then branch and bound.

Giving up the cheapest readers is NP-hard (M. Hajiaghayi, Y. Ganjali, "A note on the consecutive ones submatrix
problem", Information Processing Letters 83 (2002)), so the search runs against a clock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .family import Channels, alike
from .pq_tree import PQTree


@dataclass(frozen=True)
class Read:
    """A reader as the search sees it: any one of ``options`` in one run saves ``price``."""

    options: tuple[Channels, ...]
    price: float


@dataclass(frozen=True)
class Choice:
    """Sets that can be contiguous together, the readers that are given up for it, and their price."""

    sets: tuple[Channels, ...] = ()
    given_up: tuple[Read, ...] = ()
    lost: float = 0.0

    def keeping(self, chosen: Channels) -> Choice:
        """With one more set."""
        return Choice((*self.sets, chosen), self.given_up, self.lost)

    def without(self, reads: Iterable[Read]) -> Choice:
        """With more readers given up."""
        reads = tuple(reads)
        return Choice(self.sets, (*self.given_up, *reads), self.lost + sum(read.price for read in reads))


def cheapest(reads: Sequence[Read], blocks: Sequence[Channels], deadline: float) -> tuple[Choice, bool]:
    """The choice that gives up least, with ``blocks`` contiguous in any case, and whether it is known to be optimal.

    Channels that nothing tells apart are searched as one. The clock is ``time.monotonic``; a greedy choice is made
    even if the deadline has passed.
    """
    sets = [*(option for read in reads for option in read.options), *blocks]
    leaves = frozenset(group[0] for group in alike(sorted(frozenset().union(*sets)), sets))
    whole = {members & leaves: members for members in sets}
    tree = PQTree(sorted(leaves))
    for block in blocks:
        tree.reduce(block & leaves)
    thin = [Read(tuple(option & leaves for option in read.options), read.price) for read in reads]
    start = climbed(tree, thin, deadline)
    best, finished = branched(tree, thin, start, deadline)
    return Choice(tuple(whole[chosen] for chosen in best.sets), best.given_up, best.lost), finished


def greedy(tree: PQTree, reads: Iterable[Read]) -> Choice:
    """One reader after the other, each kept if it can be."""
    tree, choice = tree.copy(), Choice()
    for read in reads:
        fitting = next((option for option in read.options if tree.reduce(option)), None)
        choice = choice.without([read]) if fitting is None else choice.keeping(fitting)
    return choice


def climbed(tree: PQTree, reads: Sequence[Read], deadline: float) -> Choice:
    """The best of the greedy choices that begin with one reader each, improved by forcing in what was given up."""
    best = greedy(tree, reads)
    queue = list(reads) if best.lost else []
    while queue and time.monotonic() < deadline:
        forced = queue.pop(0)
        kept_first = sorted(reads, key=lambda read: (read is not forced, read in best.given_up))
        found = min((greedy(tree, order) for order in (kept_first, _led_by(forced, reads))), key=lambda c: c.lost)
        if found.lost < best.lost:
            best, queue = found, [read for read in reads if read in found.given_up]
    return best


def _led_by(first: Read, reads: Sequence[Read]) -> list[Read]:
    return [first, *(read for read in reads if read is not first)]


def branched(tree: PQTree, reads: Sequence[Read], best: Choice, deadline: float) -> tuple[Choice, bool]:
    """Branch and bound over ``reads``, heaviest first; whatever no longer fits the tree is given up at once."""
    stack = [(tree, list(reads), Choice())]
    while stack and time.monotonic() < deadline:
        tree, waiting, choice = stack.pop()
        if choice.lost >= best.lost:
            continue
        if not waiting:
            best = choice
            continue
        first, *rest = waiting
        stack.append((tree, rest, choice.without([first])))
        stack += [_taken(tree, option, rest, choice) for option in reversed(first.options) if tree.fits(option)]
    return best, not stack


def _taken(tree: PQTree, option: Channels, rest: list[Read], choice: Choice) -> tuple[PQTree, list[Read], Choice]:
    tree = tree.copy()
    tree.reduce(option)
    fitting = {read: any(tree.fits(other) for other in read.options) for read in rest}
    lost = [read for read in rest if not fitting[read]]
    return tree, [read for read in rest if fitting[read]], choice.keeping(option).without(lost)
