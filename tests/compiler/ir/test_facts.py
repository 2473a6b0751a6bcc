"""Facts are found under keys that know their type."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from sparsec import passes
from sparsec.compiler.ir.facts import ALL, Fact, Facts

COLOUR = Fact[str]("colour")


def test_a_fact_is_found_under_its_key_and_any_of_the_same_name() -> None:
    facts = Facts()
    assert COLOUR not in facts
    facts[COLOUR] = "red"
    shade: str = facts[COLOUR]
    assert shade == facts[Fact[str]("colour")] == "red" and COLOUR in facts
    assert str(COLOUR) == "colour" and sorted([COLOUR, Fact[int]("age")])[0].name == "age"


def test_one_that_nobody_found_is_missing() -> None:
    with pytest.raises(KeyError, match="colour"):
        Facts()[COLOUR]


@pytest.mark.parametrize(
    "use", [lambda f: f["colour"], lambda f: f.__setitem__("colour", "red"), lambda f: "colour" in f]
)
def test_a_name_is_no_key(use: Any) -> None:
    with pytest.raises(TypeError, match=r"sparsec.passes.AXES: 'colour' is none"):
        use(Facts({COLOUR: "red"}))


def test_keys_are_the_same_in_another_process() -> None:
    assert pickle.loads(pickle.dumps(Facts({COLOUR: "red"}))) == {COLOUR: "red"}


def test_the_keys_of_the_built_in_facts_are_public() -> None:
    assert [passes.AXES.name, passes.CONSTANTS.name, passes.LIVENESS.name] == ["axes", "constants", "liveness"]
    assert passes.Fact is Fact and passes.ALL is ALL
    with pytest.raises(AttributeError, match="no attribute 'NOTHING'"):
        passes.NOTHING  # noqa: B018
