"""Channel orders: against all permutations, against hidden good orders, and against the published heuristic."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparsec.passes.layout.family import Channels, Family, copied, keeps_blocks, runs, total_runs
from sparsec.passes.layout.local_search import improve
from sparsec.passes.layout.order import best_order
from sparsec.passes.layout.tour import fewest_runs
from sparsec.passes.layout.upscale import upscale_order

TRIANGLE = tuple(frozenset(members) for members in ({1, 2, 3}, {3, 4, 5}, {1, 3, 4}))


def consecutive_order(family: Family) -> list[int] | None:
    """An order in which every reader and every block is contiguous, or None.

    Exact where all readers have the same ``within`` (or none); otherwise there may be an order that is not found.
    """
    equal = replace(family, prices=(1.0,) * len(family.readers))
    order = best_order(equal, seconds=1.0 if len(set(family.within)) > 1 else 0.0)
    return None if copied(order, equal) else order


def random_readers(generator: random.Random, size: int, count: int, density: float) -> tuple[Channels, ...]:
    draws = ((channel for channel in range(size) if generator.random() < density) for _ in range(count))
    return tuple(frozenset(draw) for draw in draws)


def hidden_windows(generator: random.Random, size: int, count: int) -> Family:
    """Readers of windows of one random order, in which nothing would be copied."""
    hidden = generator.sample(range(size), size)
    ends = (sorted(generator.sample(range(size + 1), 2)) for _ in range(count))
    return Family(size, tuple(frozenset(hidden[first:last]) for first, last in ends))


def lowest(family: Family, orders: Iterable[Sequence[int]]) -> float:
    return min(copied(order, family) for order in orders if keeps_blocks(order, family))


# --- what an order costs


def test_runs_are_maximal_intervals() -> None:
    assert runs([4, 0, 2, 1, 3], frozenset({0, 2, 3})) == [(1, 3), (4, 5)]
    assert runs([4, 0, 2, 1, 3], frozenset()) == []


def test_runs_in_a_value_that_holds_some_channels() -> None:
    assert runs([0, 1, 2, 3], frozenset({0, 2}), frozenset({0, 2, 3})) == [(0, 2)]


def test_prices_are_numbers_of_channels_unless_given() -> None:
    order = [0, 1, 2]
    assert copied(order, Family(3, (frozenset({0, 2}), frozenset({0, 1})))) == 2
    assert copied(order, Family(3, (frozenset({0, 2}), frozenset({0, 1})), (7.5, 1))) == 7.5
    assert total_runs(order, Family(3, (frozenset({0, 2}), frozenset({0, 1})))) == 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Family(2, (frozenset({2}),)), "outside"),
        (lambda: Family(2, (frozenset({1}),), (1, 2)), "1 readers, 2 prices"),
        (lambda: Family(2, (frozenset({1}),), (-1,)), "negative"),
        (lambda: Family(2, (frozenset({1}),), within=(frozenset({0}),)), "does not hold"),
        (lambda: Family(3, (), blocks=(frozenset({0, 1}), frozenset({1, 2}))), "overlap"),
    ],
)
def test_families_that_make_no_sense(wrong: Callable[[], Family], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()


# --- the least that must be copied


@pytest.mark.parametrize("density", [0.5, 0.7])
@pytest.mark.parametrize("count", [3, 4, 5])
def test_as_little_is_copied_as_the_best_permutation_copies(count: int, density: float) -> None:
    generator = random.Random(count)
    for _ in range(5):
        family = Family(7, random_readers(generator, 7, count, density))
        assert copied(best_order(family), family) == lowest(family, permutations(range(7)))


@pytest.mark.parametrize("blocks", [({0, 3, 5},), ({0, 1, 2}, {3, 4, 5}), ({1, 2, 6}, {1, 6})])
def test_blocks_are_kept_at_the_least_cost(blocks: tuple[set[int], ...]) -> None:
    generator = random.Random(0)
    for _ in range(6):
        readers = random_readers(generator, 7, 4, 0.5)
        family = Family(7, readers, blocks=tuple(map(frozenset, blocks)))
        order = best_order(family)
        assert keeps_blocks(order, family)
        assert copied(order, family) == lowest(family, permutations(range(7)))


def test_prices_decide_what_is_copied() -> None:
    generator = random.Random(3)
    for _ in range(10):
        readers = random_readers(generator, 6, 5, 0.5)
        family = Family(6, readers, tuple(generator.uniform(0, 9) for _ in readers))
        assert copied(best_order(family), family) == pytest.approx(lowest(family, permutations(range(6))))


def test_readers_of_one_value_cost_the_least() -> None:
    generator = random.Random(4)
    for _ in range(10):
        value = frozenset({0, 1, 3, 4, 6})
        readers = tuple(reader & value for reader in random_readers(generator, 7, 4, 0.6))
        family = Family(7, readers, within=(value,) * 4, blocks=(frozenset({0, 1, 2}), frozenset({3, 5, 6})))
        order = best_order(family)
        assert keeps_blocks(order, family)
        assert copied(order, family) == lowest(family, permutations(range(7)))


def test_readers_of_different_values() -> None:
    generator = random.Random(5)
    ours = least = 0.0
    for _ in range(20):
        values = [reader | {0, 1} for reader in random_readers(generator, 6, 4, 0.6)]
        readers = tuple(
            reader & value for reader, value in zip(random_readers(generator, 6, 4, 0.5), values, strict=True)
        )
        family = Family(6, readers, within=tuple(values))
        found = copied(best_order(family, seconds=0.2), family)
        assert found <= copied(range(6), family)
        ours, least = ours + found, least + lowest(family, permutations(range(6)))
    assert ours <= 1.05 * least


# --- orders that copy nothing


@pytest.mark.parametrize("count", [3, 6, 8])
def test_nothing_is_copied_where_nothing_needs_to_be(count: int) -> None:
    generator = random.Random(count)
    families = [hidden_windows(generator, 64, count) for _ in range(200)]
    assert all(copied(best_order(family), family) == 0 for family in families)
    assert all(consecutive_order(family) is not None for family in families)
    published = sum(copied(upscale_order(family), family) == 0 for family in families)
    assert published < {3: 190, 6: 60, 8: 25}[count]


def test_three_sets_that_the_published_heuristic_copies() -> None:
    family = Family(6, TRIANGLE)
    assert copied(best_order(family), family) == 0
    assert copied(upscale_order(family), family) == 3


def test_a_good_order_is_left_alone() -> None:
    generator = random.Random(0)
    readers = tuple(frozenset(range(*sorted(generator.sample(range(30), 2)))) for _ in range(12))
    family = Family(30, readers)
    assert best_order(family) == consecutive_order(family) == fewest_runs(family) == list(range(30))


def test_no_order_is_no_order() -> None:
    star = Family(4, tuple(frozenset({0, other}) for other in (1, 2, 3)))
    assert consecutive_order(star) is None
    assert consecutive_order(replace(star, prices=(0.0, 0.0, 0.0))) is None
    assert consecutive_order(replace(star, readers=star.readers[:2], prices=(), within=())) is not None


@pytest.mark.parametrize("blocks", [(), ({0, 1, 2}, {3, 4, 5})])
def test_an_order_is_found_exactly_when_there_is_one(blocks: tuple[set[int], ...]) -> None:
    generator = random.Random(6)
    found = 0
    for _ in range(20):
        family = Family(6, random_readers(generator, 6, 3, 0.5), blocks=tuple(map(frozenset, blocks)))
        order = consecutive_order(family)
        assert (order is not None) == (lowest(family, permutations(range(6))) == 0)
        assert order is None or copied(order, family) == 0
        found += order is not None
    assert 0 < found < 20


def test_what_a_value_does_not_hold_may_lie_in_between() -> None:
    star = Family(4, tuple(map(frozenset, ({0, 1}, {0, 2}, {0, 3}, {1, 3}))))
    held = replace(star, within=(frozenset({0, 1, 2}), None, None, None))
    assert consecutive_order(star) is None
    assert consecutive_order(held) in ([2, 0, 3, 1], [1, 3, 0, 2])


# --- whatever the family


@st.composite
def families(draw: st.DrawFn, values: bool = False) -> Family:
    size = draw(st.integers(1, 12))
    subsets = st.frozensets(st.integers(0, size - 1))
    readers = draw(st.lists(subsets, max_size=6))
    within = [draw(st.none() | subsets) if values else None for _ in readers]
    holding = [value if value is None else value | reader for value, reader in zip(within, readers, strict=True)]
    prices = draw(st.lists(st.integers(0, 9), min_size=len(readers), max_size=len(readers)))
    return Family(size, tuple(readers), tuple(prices), tuple(holding), draw(nested(size)))


@st.composite
def nested(draw: st.DrawFn, size: int) -> tuple[Channels, ...]:
    """Blocks of neighbours, cut out of each other."""
    blocks: list[Channels] = []
    first, last = 0, size
    for _ in range(draw(st.integers(0, 3))):
        cut = draw(st.integers(first, last))
        blocks += [frozenset(range(first, cut)), frozenset(range(cut, last))]
        first, last = draw(st.sampled_from([(first, cut), (cut, last)]))
    return tuple(filter(None, blocks))


@settings(deadline=None, max_examples=150)
@given(families())
def test_best_order_is_never_worse(family: Family) -> None:
    order, identity, published = best_order(family), list(range(family.size)), upscale_order(family)
    assert sorted(order) == sorted(published) == identity
    assert keeps_blocks(order, family) and keeps_blocks(published, family)
    assert copied(order, family) <= min(copied(identity, family), copied(published, family))
    assert order == best_order(family)


@settings(deadline=None, max_examples=60)
@given(families(values=True))
def test_best_order_of_different_values_is_never_worse(family: Family) -> None:
    order, identity, published = best_order(family, seconds=0.1), list(range(family.size)), upscale_order(family)
    assert sorted(order) == identity and keeps_blocks(order, family)
    assert copied(order, family) <= min(copied(identity, family), copied(published, family))


@settings(deadline=None, max_examples=60)
@given(families(values=True))
def test_fewest_runs_is_never_more(family: Family) -> None:
    order, identity = fewest_runs(family, seconds=0.1), list(range(family.size))
    assert sorted(order) == identity and keeps_blocks(order, family)
    assert total_runs(order, family) <= total_runs(identity, family)
    assert total_runs(order, family) <= total_runs(best_order(family, seconds=0.1), family)


@settings(deadline=None, max_examples=60)
@given(families(values=True), st.randoms(use_true_random=False))
def test_improving_never_costs_more(family: Family, generator: random.Random) -> None:
    weights = [generator.random() for _ in range(family.size)]
    identity = list(range(family.size))

    def cost(order: list[int]) -> float:
        assert keeps_blocks(order, family) and sorted(order) == identity
        return sum(weights[channel] * place for place, channel in enumerate(order)) + copied(order, family)

    order = improve(family, identity, cost, seconds=0.05)
    assert cost(order) <= cost(identity)


# --- searches


def test_the_fewest_runs_of_all_permutations() -> None:
    generator = random.Random(7)
    for _ in range(10):
        family = Family(6, random_readers(generator, 6, 5, 0.5), blocks=(frozenset({0, 2, 5}),))
        orders = (order for order in permutations(range(6)) if keeps_blocks(order, family))
        assert total_runs(fewest_runs(family), family) == min(total_runs(order, family) for order in orders)


def test_improving_finds_an_order_that_a_cost_asks_for() -> None:
    family = Family(6, tuple(frozenset({channel}) for channel in range(6)), blocks=(frozenset({0, 1, 2}),))
    wanted = [4, 3, 2, 1, 0, 5]
    order = improve(family, range(6), lambda order: sum(abs(a - b) for a, b in zip(order, wanted, strict=True)))
    assert order == wanted


def test_improving_moves_what_belongs_together_together() -> None:
    family = Family(9, (frozenset({0, 1, 2}), frozenset({6, 7, 8})))
    order = improve(family, range(9), lambda order: float(order.index(8)))
    assert order[:3] == [6, 7, 8]


@pytest.mark.timing
def test_ten_readers_are_solved_in_no_time() -> None:
    generator = random.Random(8)
    families = [Family(1024, random_readers(generator, 1024, 10, 0.5)), hidden_windows(generator, 64, 10)]
    families.append(Family(64, tuple(reader ^ {generator.randrange(64)} for reader in families[1].readers)))
    for family in families:
        start = time.monotonic()
        assert copied(best_order(family, seconds=5), family) <= copied(upscale_order(family), family)
        assert time.monotonic() - start < 1


@pytest.mark.timing
def test_many_readers_of_many_channels() -> None:
    family = Family(1024, random_readers(random.Random(9), 1024, 24, 0.5))
    start = time.monotonic()
    order = best_order(family)
    assert time.monotonic() - start < 2
    assert copied(order, family) <= copied(upscale_order(family), family)


@pytest.mark.timing
def test_the_fewest_runs_of_many_readers() -> None:
    family = Family(64, random_readers(random.Random(10), 64, 48, 0.5))
    start = time.monotonic()
    order = fewest_runs(family)
    assert time.monotonic() - start < 1.5
    assert total_runs(order, family) < 0.85 * total_runs(range(64), family)
