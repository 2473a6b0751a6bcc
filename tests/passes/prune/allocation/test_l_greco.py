"""The least error for a cost: as good as trying everything, where that can be tried."""

from __future__ import annotations

import itertools
import math
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.allocation import LGreco, Uniform
from sparsec.passes.prune.allocation.shares import ROUNDING
from sparsec.passes.prune.kinds import Candidate

from .layers import layers, measured


def with_errors(costs: list[float], errors: list[dict[float, float]]) -> list[Candidate]:
    return [
        Candidate(x.name, x.weight, x.seen, x.scores, x.cost, table)
        for x, table in zip(layers(costs), errors, strict=True)
    ]


def total_error(levels: dict[str, float], candidates: list[Candidate]) -> float:
    return math.fsum({0.0: 0.0, **x.errors}[levels[x.name]] for x in candidates)


def by_trying(candidates: list[Candidate], share: float) -> float:
    """The least error of all choices that save enough."""
    tables = [[(0.0, 0.0), *x.errors.items()] for x in candidates]
    wanted = (share - ROUNDING) * math.fsum(x.cost for x in candidates)
    return min(
        math.fsum(error for _, error in choice)
        for choice in itertools.product(*tables)
        if math.fsum(level * x.cost for (level, _), x in zip(choice, candidates, strict=True)) >= wanted
    )


TABLE = st.lists(st.floats(-1, 10), min_size=4, max_size=4)


@given(st.lists(st.tuples(st.floats(0.1, 100), TABLE), min_size=1, max_size=5), st.floats(0, 0.9))
@settings(max_examples=150, deadline=None)
def test_it_is_as_good_as_trying_everything(rows: list[tuple[float, list[float]]], share: float) -> None:
    levels = (0.3, 0.5, 0.6, 0.9)  # curves need not rise
    candidates = with_errors([cost for cost, _ in rows], [dict(zip(levels, e, strict=True)) for _, e in rows])
    found = LGreco().levels(candidates, share)
    if share == 0:
        assert set(found.values()) == {0.0}
        return
    assert total_error(found, candidates) == pytest.approx(by_trying(candidates, share), abs=1e-9)
    assert math.fsum(found[x.name] * x.cost for x in candidates) >= (share - 1e-6) * sum(x.cost for x in candidates)


def test_of_equal_errors_less_goes() -> None:
    candidates = with_errors([1.0, 1.0], [{0.5: 1.0, 0.9: 1.0}, {0.5: 9.0}])
    assert [*LGreco().levels(candidates, 0.25).values()] == [0.5, 0.0]


def test_many_layers_take_seconds_and_are_no_worse_than_uniform() -> None:
    source = random.Random(0)
    allocation = LGreco()
    candidates = measured(allocation, layers([source.uniform(1, 9) for _ in range(100)]), 0.37)
    start = time.perf_counter()
    found = allocation.levels(candidates, 0.37)
    assert time.perf_counter() - start < 60
    assert total_error(found, candidates) < total_error(Uniform().levels(candidates, 0.37), candidates)


def test_few_states_are_nearly_as_good() -> None:
    allocation = LGreco()
    candidates = measured(allocation, layers([3.0, 7.1, 2.7, 9.9, 4.2, 6.6, 1.3, 8.8]), 0.45)
    exact = total_error(LGreco(states=10**9).levels(candidates, 0.45), candidates)
    for states, slack in ((2000, 1.001), (200, 1.02)):
        assert exact - 1e-9 <= total_error(LGreco(states=states).levels(candidates, 0.45), candidates) <= slack * exact


def test_the_share_that_is_asked_for_is_tried() -> None:
    assert LGreco(step=0.25).tried(0.4) == (0.25, 0.4, 0.5, 0.75)
    assert LGreco(step=0.25).tried(0.5) == (0.25, 0.5, 0.75)
    assert LGreco(step=0.25).tried(0.95) == (0.25, 0.5, 0.75, 0.95)
    assert LGreco(step=0.5, most=0.5).tried(0.0) == (0.5,)


def test_a_layer_whose_pattern_has_one_level_takes_that_or_none() -> None:
    candidates = with_errors([1.0, 1.0, 1.0], [{0.5: 1.0}, {0.5: 2.0}, {}])
    assert [*LGreco().levels(candidates, 1 / 6).values()] == [0.5, 0, 0]
    assert [*LGreco().levels(candidates, 0.3).values()] == [0.5, 0.5, 0]
    with pytest.raises(UserError, match=r"50\.00% of the cost cannot go, 33\.33% can"):
        LGreco().levels(candidates, 0.5)


def test_layers_stay_near_each_other_if_told_to() -> None:
    allocation = LGreco(spread=0.2)
    assert allocation.tried(0.5) == (0.3, 0.4, 0.5, 0.6, 0.7)
    free = dict.fromkeys((0.3, 0.4, 0.5, 0.6, 0.7), 0.0)
    candidates = with_errors([1.0, 1.0, 2.0], [free, {level: level for level in free}, {0.5: 1.0}])
    assert [*allocation.levels(candidates, 0.5).values()] == [0.7, 0.3, 0.5]
    with pytest.raises(UserError, match="spread"):
        LGreco(spread=-0.1)
