"""Shares that layers may not go beyond, and what the others do then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.allocation import Uniform, at_most

from .layers import achieved, layers

LAYERS = layers([10.0, 20.0, 70.0])
NAMES = [x.name for x in LAYERS]


def test_what_is_within_its_limits_stays() -> None:
    levels = dict(zip(NAMES, (0.5, 0.9, 0.1), strict=True))
    assert at_most(levels, LAYERS, 0.3, {NAMES[0]: 0.5}) == levels
    assert at_most(levels, LAYERS, 0.3, {}) == levels


def test_others_make_up_for_a_limit() -> None:
    found = at_most(Uniform().levels(LAYERS, 0.5), LAYERS, 0.5, {NAMES[2]: 0.3})
    assert found[NAMES[2]] == pytest.approx(0.3)
    assert found[NAMES[0]] == pytest.approx(found[NAMES[1]])
    assert achieved(found, LAYERS) == pytest.approx(0.5)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 1))
def test_limits_and_the_share_hold(most: list[float], share: float) -> None:
    limits = dict(zip(NAMES, most, strict=True))
    possible = sum(x.cost * limits[x.name] for x in LAYERS) / 100
    levels = Uniform().levels(LAYERS, share)
    if possible < share - 1e-6:
        with pytest.raises(UserError, match="of the cost cannot go"):
            at_most(levels, LAYERS, share, limits)
    elif possible > share:
        found = at_most(levels, LAYERS, share, limits)
        assert all(found[name] <= limits[name] + 1e-12 for name in NAMES)
        assert achieved(found, LAYERS) == pytest.approx(share, abs=1e-6)


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UserError, match=r"90\.00% of the cost cannot go, 50\.00% can") as caught:
        at_most(Uniform().levels(LAYERS, 0.9), LAYERS, 0.9, dict.fromkeys(NAMES, 0.5))
    assert caught.value.code == "bad-option"
