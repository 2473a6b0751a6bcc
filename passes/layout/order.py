"""Orders in which as little as possible is copied.

A set of readers can all be contiguous exactly when it has the consecutive-ones property, which a PQ-tree decides.
What to give up when it has not is searched for one group of overlapping sets at a time, since sets that are nested or
disjoint never disturb each other (R. M. McConnell, "A certifying algorithm for the consecutive-ones property", SODA
2004).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations

import networkx as nx

from .family import Channels, Family, copied, keeps_blocks, overlapping
from .local_search import improve
from .pq_tree import PQTree
from .search import Read, cheapest
from .upscale import upscale_order


def best_order(family: Family, *, seconds: float = 1.0) -> list[int]:
    """An order with blocks contiguous and as little copied as is found.

    It is optimal, and always the same, if the search ends in time and all readers have the same ``within`` (or none):
    ten different readers do. The identity is returned where nothing cheaper is found.
    """
    deadline = time.monotonic() + seconds
    identity = list(range(family.size))
    candidates = [identity] if keeps_blocks(identity, family) else []
    if candidates and not copied(identity, family):
        return identity
    order, optimal = _searched(family, deadline)
    candidates += [order] if optimal else [order, upscale_order(family)]
    best = min(candidates, key=lambda candidate: copied(candidate, family))
    if optimal or not any(family.within) or not copied(best, family):
        return best
    left = deadline - time.monotonic()
    return improve(family, best, lambda candidate: copied(candidate, family), seconds=left)


def _searched(family: Family, deadline: float) -> tuple[list[int], bool]:
    """The first order that allows the best choice of readers, and whether it is known to be optimal."""
    seen = _seen(family)
    reads = _reads(family, seen)
    blocks = [block & seen for block in family.blocks]
    optimal = all(len(read.options) == 1 for read in reads)
    contiguous = list(blocks)
    for some, around in _parts(reads, blocks):
        choice, finished = cheapest(some, around, deadline)
        contiguous += choice.sets
        optimal &= finished
    tree = PQTree(sorted(seen))
    for members in contiguous:
        tree.reduce(members)
    return _with_unseen(tree.frontier(), family), optimal


def _seen(family: Family) -> Channels:
    """The channels that some reader's value holds."""
    everything = frozenset(range(family.size))
    return frozenset().union(*(everything if value is None else value for value in family.within))


def _with_unseen(order: list[int], family: Family) -> list[int]:
    """The missing channels added, each behind the smallest of its blocks of which something is there."""
    for channel in sorted(set(range(family.size)).difference(order)):
        homes = [block for block in family.blocks if channel in block and not block.isdisjoint(order)]
        home = min(homes, key=len, default=frozenset(order))
        order.insert(1 + max((place for place, other in enumerate(order) if other in home), default=-1), channel)
    return order


def _reads(family: Family, seen: Channels) -> list[Read]:
    """Equal readers merged, those that are contiguous anyhow left out, the heaviest first.

    A reader with its own ``within`` may have anything else among its channels. Two options of that are searched:
    nothing else, and all else.
    """
    prices: dict[tuple[Channels, Channels], float] = {}
    for (reader, value), price in zip(family.reads(), family.prices, strict=True):
        key = reader, seen if value is None else value
        if 1 < len(reader) < len(key[1]) and price:
            prices[key] = prices.get(key, 0.0) + price
    reads = [Read(_options(reader, seen - value), price) for (reader, value), price in prices.items()]
    return sorted(reads, key=lambda read: -read.price)


def _options(reader: Channels, elsewhere: Channels) -> tuple[Channels, ...]:
    return (reader, reader | elsewhere) if elsewhere else (reader,)


def _parts(reads: Sequence[Read], blocks: Sequence[Channels]) -> list[tuple[list[Read], list[Channels]]]:
    """Readers and blocks in groups that overlap, the smallest group first."""
    nodes: list[Read | Channels] = [*reads, *blocks]
    options = [node.options if isinstance(node, Read) else (node,) for node in nodes]
    graph = nx.Graph()
    graph.add_nodes_from(range(len(nodes)))
    for i, j in combinations(range(len(nodes)), 2):
        if any(overlapping(a, b) for a in options[i] for b in options[j]):
            graph.add_edge(i, j)
    groups = [[nodes[i] for i in sorted(group)] for group in sorted(nx.connected_components(graph), key=len)]
    parts = [([n for n in g if isinstance(n, Read)], [n for n in g if not isinstance(n, Read)]) for g in groups]
    return [(some, around) for some, around in parts if some]
