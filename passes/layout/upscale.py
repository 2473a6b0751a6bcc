"""The published heuristic for channel orders, as a baseline and as a candidate.

Source: "UPSCALE: Unconstrained Channel Pruning" (ICML 2023), from a description. What that leaves open is chosen here:
sets keep their full weight when some of their channels have been laid out; a nested set is laid out inside every set
that holds it; a set that lies in several blocks is laid out in each of them by itself; ties go to the lower channels;
the search for the heaviest induced path, which is NP-hard, is bounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import networkx as nx

from .family import Channels, Family

MOST_PATHS = 20_000


def upscale_order(family: Family) -> list[int]:
    """The heuristic's order; channels move only inside their innermost block, and those that nobody needs go last.

    Prices and values (``within``) are ignored.
    """
    return _laid_out(frozenset(range(family.size)), family.blocks, family.readers)


def _laid_out(channels: Channels, blocks: Collection[Channels], readers: Iterable[Channels]) -> list[int]:
    """``blocks``, all inside ``channels``, and the channels outside of them, in the order in which they begin."""
    inner = [block for block in blocks if not any(block < other for other in blocks)]
    parts = [_laid_out(block, [other for other in blocks if other < block], readers) for block in dict.fromkeys(inner)]
    own = channels.difference(*inner)
    order = reordered([reader & own for reader in readers])
    parts.append([*order, *sorted(own.difference(order))])
    return [channel for part in sorted(filter(None, parts), key=min) for channel in part]


def reordered(sets: Iterable[Channels]) -> list[int]:
    """The channels of ``sets``, those of each heaviest path of overlapping sets together."""
    distinct = sorted({members for members in sets if members}, key=sorted)
    outer = [members for members in distinct if not any(members < other for other in distinct)]
    inside = {top: _with_nested(top, distinct) for top in outer}
    graph = _overlaps(outer)
    order: dict[int, None] = {}
    while graph:
        path = heaviest_induced_path(graph)
        for before, here, after in zip([frozenset(), *path], path, [*path[1:], frozenset()], strict=False):
            pieces = (here & before, here - before - after, here & after)
            order |= dict.fromkeys(channel for piece in pieces for channel in inside[here] if channel in piece)
        graph.remove_nodes_from(path)
    return list(order)


def _with_nested(top: Channels, sets: Iterable[Channels]) -> list[int]:
    order = reordered(members for members in sets if members < top)
    return [*order, *sorted(top.difference(order))]


def _overlaps(sets: list[Channels]) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(sets)
    pairs = ((a, b, len(a & b)) for index, a in enumerate(sets) for b in sets[index + 1 :])
    graph.add_weighted_edges_from((a, b, shared) for a, b, shared in pairs if shared)
    return graph


def heaviest_induced_path(graph: nx.Graph) -> list[Channels]:
    """The chordless path that holds most channels, among the first ``MOST_PATHS`` that a depth-first search meets."""
    best: list[Channels] = []
    heaviest = 0
    shared = {node: {other: edge["weight"] for other, edge in graph[node].items()} for node in graph}
    stack = [(len(node), [node], {node}) for node in reversed(list(graph))]
    for _ in range(MOST_PATHS):
        if not stack:
            break
        weight, path, barred = stack.pop()
        if weight > heaviest:
            heaviest, best = weight, path
        overlaps = shared[path[-1]]
        ahead = [node for node in reversed(overlaps) if node not in barred]
        barred = barred | overlaps.keys()
        stack += [(weight + len(node) - overlaps[node], [*path, node], barred) for node in ahead]
    return best
