"""The PQ-tree against all permutations, and its promises: a rejected set changes nothing, the given order is kept."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparsec.passes.layout.pq_tree import PQTree


def contiguous(order: Sequence[int], subset: Collection[int]) -> bool:
    places = [place for place, leaf in enumerate(order) if leaf in subset]
    return not places or places[-1] - places[0] + 1 == len(places)


def allowed(leaves: int, subsets: Iterable[Collection[int]]) -> list[tuple[int, ...]]:
    """The permutations in which every subset is contiguous."""
    orders: list[tuple[int, ...]] = list(permutations(range(leaves)))
    for subset in subsets:
        orders = [order for order in orders if contiguous(order, subset)]
    return orders


def random_subset(generator: random.Random, leaves: int) -> frozenset[int]:
    density = generator.choice([0.3, 0.5, 0.7])
    return frozenset(leaf for leaf in range(leaves) if generator.random() < density)


@pytest.mark.parametrize("leaves", [3, 4, 5, 6])
def test_a_set_is_accepted_exactly_when_some_permutation_satisfies_all(leaves: int) -> None:
    generator = random.Random(leaves)
    for _ in range(60):
        tree, orders = PQTree(range(leaves)), allowed(leaves, [])
        for subset in (random_subset(generator, leaves) for _ in range(8)):
            left = [order for order in orders if contiguous(order, subset)]
            assert tree.reduce(subset) == bool(left)
            orders = left or orders
            assert tuple(tree.frontier()) in orders


def test_seven_leaves() -> None:
    generator = random.Random(7)
    everything = allowed(7, [])
    for _ in range(12):
        tree, orders = PQTree(range(7)), everything
        for subset in (random_subset(generator, 7) for _ in range(6)):
            left = [order for order in orders if contiguous(order, subset)]
            assert tree.reduce(subset) == bool(left)
            orders = left or orders
            assert tuple(tree.frontier()) in orders


def test_the_tree_has_exactly_the_allowed_orders() -> None:
    generator = random.Random(5)
    for _ in range(40):
        tree = PQTree(range(5))
        accepted: list[frozenset[int]] = []
        for subset in (random_subset(generator, 5) for _ in range(4)):
            if tree.reduce(subset):
                accepted.append(subset)
        for order in permutations(range(5)):
            pairs = [set(pair) for pair in pairwise(order)]
            narrowed = tree.copy()
            exists = all(narrowed.reduce(pair) for pair in pairs)
            assert exists == all(contiguous(order, subset) for subset in accepted)


def test_a_rejected_set_leaves_the_tree_as_it_was() -> None:
    generator = random.Random(1)
    rejected = 0
    for _ in range(200):
        tree = PQTree(range(6))
        for subset in (random_subset(generator, 6) for _ in range(6)):
            root = tree._root
            if not tree.reduce(subset):
                rejected += 1
                assert tree._root == root
    assert rejected > 100


def test_a_copy_is_independent() -> None:
    tree = PQTree(range(4))
    assert tree.reduce({0, 2})
    twin = tree.copy()
    assert twin.reduce({0, 3})
    assert tree.reduce({0, 1})
    assert contiguous(twin.frontier(), {0, 3})
    assert not twin.fits({0, 1}) and not tree.fits({0, 3})


@given(st.permutations(range(12)), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=10))
def test_the_given_order_is_returned_where_it_is_allowed(leaves: list[int], windows: list[tuple[int, int]]) -> None:
    tree = PQTree(leaves)
    assert all(tree.reduce(leaves[min(window) : max(window)]) for window in windows)
    assert tree.frontier() == leaves


def test_fitting_changes_nothing() -> None:
    tree = PQTree(range(3))
    assert tree.fits({0, 2})
    assert tree.frontier() == [0, 1, 2]


def test_few_leaves() -> None:
    assert PQTree([]).reduce([]) and PQTree([]).frontier() == []
    assert PQTree([7]).reduce([7]) and PQTree([7]).frontier() == [7]


def test_leaves_are_distinct_and_known() -> None:
    with pytest.raises(ValueError, match="twice"):
        PQTree([1, 1])
    with pytest.raises(KeyError):
        PQTree([1]).reduce([1, 2])


@pytest.mark.timing
def test_two_thousand_leaves() -> None:
    generator = random.Random(0)
    hidden = generator.sample(range(2000), 2000)
    tree, start = PQTree(range(2000)), time.monotonic()
    for _ in range(60):
        first, last = sorted(generator.sample(range(2001), 2))
        assert tree.reduce(hidden[first:last])
    assert time.monotonic() - start < 2
