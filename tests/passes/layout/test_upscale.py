"""The published heuristic: what it finds, what it misses, and what it may not move."""

from __future__ import annotations

import networkx as nx
import pytest

from sparsec.passes.layout.family import Family, copied, keeps_blocks, runs
from sparsec.passes.layout.upscale import heaviest_induced_path, reordered, upscale_order


def family(size: int, *readers: set[int], blocks: tuple[set[int], ...] = ()) -> Family:
    return Family(size, tuple(map(frozenset, readers)), blocks=tuple(map(frozenset, blocks)))


def test_a_path_of_overlaps_is_laid_out_along_the_path() -> None:
    chain = family(7, {1, 5, 3}, {3, 0}, {0, 6, 2})
    assert upscale_order(chain) == [2, 6, 0, 3, 1, 5, 4]
    assert copied(upscale_order(chain), chain) == 0


def test_nested_sets_lie_inside_their_superset() -> None:
    nested = family(6, {0, 1, 2, 3, 4, 5}, {0, 2, 4}, {0, 4})
    assert copied(upscale_order(nested), nested) == 0


def test_the_papers_heuristic_copies_three_channels_of_a_triangle() -> None:
    triangle = family(6, {1, 2, 3}, {3, 4, 5}, {1, 3, 4})
    assert copied(upscale_order(triangle), triangle) == 3


def test_the_heaviest_sets_are_served_first() -> None:
    star = family(13, set(range(6)), set(range(5, 11)), {5, 11, 12})
    order = upscale_order(star)
    assert [len(runs(order, reader)) for reader in star.readers] == [1, 1, 2]


def test_channels_that_nobody_needs_go_last_in_their_block() -> None:
    two = family(6, {1}, {5}, blocks=({0, 1, 2}, {3, 4, 5}))
    assert upscale_order(two) == [1, 0, 2, 5, 3, 4]


def test_blocks_stay_in_their_order() -> None:
    crossing = family(6, {0, 5}, {1, 4}, blocks=({0, 1, 2}, {3, 4, 5}))
    order = upscale_order(crossing)
    assert set(order[:3]) == {0, 1, 2}
    assert copied(order, crossing) == 4


def test_nested_blocks() -> None:
    nested = family(8, {1, 3}, {0, 7}, blocks=({1, 2, 3}, {0, 1, 2, 3, 4}, {6, 7}))
    assert keeps_blocks(upscale_order(nested), nested)


def test_a_path_has_no_chords() -> None:
    graph = nx.Graph()
    a, b, c, d = (frozenset(members) for members in ({1, 2, 3}, {3, 4, 5}, {5, 6, 1}, {6, 7, 8, 9}))
    graph.add_weighted_edges_from([(a, b, 1), (b, c, 1), (a, c, 1), (c, d, 1)])
    assert heaviest_induced_path(graph) in ([a, c, d], [b, c, d], [d, c, a], [d, c, b])


@pytest.mark.parametrize("sets", [[], [set()], [{3}], [{1, 2}, {1, 2}]])
def test_trivial_sets(sets: list[set[int]]) -> None:
    assert sorted(reordered(map(frozenset, sets))) == sorted(set().union(*sets))
