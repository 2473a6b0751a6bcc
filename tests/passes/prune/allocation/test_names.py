"""Layers by name, and the allocation that goes by names."""

from __future__ import annotations

from typing import Any

import pytest

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.allocation import ByName, allocation_of, matches, matching

from .layers import layers

LAYERS = layers([1.0, 1.0, 2.0])
NAMES = [x.name for x in LAYERS]  # block.0.linear.weight ...


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("*", True),
        ("encoder.1.attention.query.weight", True),
        ("encoder.1.attention.query", True),
        ("encoder.*.attention", True),
        ("encoder", True),
        ("*.1.*", True),
        ("*query", True),
        ("encoder.[12].*", True),
        ("encoder.2.*", False),
        ("attention", False),
        ("encoder.1.att", False),
        ("Encoder", False),
    ],
)
def test_patterns_mean_layers_and_modules(pattern: str, meant: bool) -> None:
    assert matches("encoder.1.attention.query.weight", pattern) == meant


def test_each_pattern_means_some() -> None:
    assert matching(NAMES, ["block.1", "*"]) == {"block.1": NAMES[1:2], "*": NAMES}
    assert matching(NAMES, []) == {}


@pytest.mark.parametrize(("pattern", "hint"), [("blok.1", "did you mean block.1"), ("zzz", "layers: block.0.linear")])
def test_a_pattern_that_means_none_is_refused(pattern: str, hint: str) -> None:
    with pytest.raises(UserError, match=f"there is no layer '{pattern}'") as caught:
        matching(NAMES, ["*", pattern])
    assert caught.value.code == "unknown-option" and hint in str(caught.value)


def test_the_first_pattern_counts() -> None:
    allocation = allocation_of({"block.1": 0.25, "*.[01].*": 0.5})
    assert allocation.levels(LAYERS, 0.9) == {NAMES[0]: 0.5, NAMES[1]: 0.25, NAMES[2]: 0.0}
    assert ByName().levels(LAYERS, 0.9) == dict.fromkeys(NAMES, 0.0)


def test_a_pattern_that_never_counts_is_refused() -> None:
    with pytest.raises(UserError, match=r"'block\.1' comes after patterns that take all its layers"):
        allocation_of({"*": 0.5, "block.1": 0.25}).levels(LAYERS, 0.5)
    with pytest.raises(UserError, match="there is no layer 'blok'"):
        allocation_of({"blok": 0.5}).levels(LAYERS, 0.5)


@pytest.mark.parametrize(
    "shares", [{"*": 1.5}, {"*": -0.1}, {"*": "0.5"}, {"*": True}, {3: 0.5}, {"": 0.5}, {"*": None}]
)
def test_shares_are_shares(shares: Any) -> None:
    with pytest.raises(UserError, match="no sparsity of a layer"):
        allocation_of(shares)


def test_shares_stay_what_they_are() -> None:
    assert allocation_of({"*": 0.1 + 0.2}).levels(LAYERS, 0)[NAMES[0]] == 0.1 + 0.2
    assert allocation_of({"*": 1}).levels(LAYERS, 0)[NAMES[0]] == 1
