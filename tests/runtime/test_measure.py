"""Interleaved timing."""

from __future__ import annotations

import pytest

from sparsec.runtime.measure import decided, interleave, steady, summary


def test_candidates_take_turns() -> None:
    calls: list[str] = []
    times = interleave({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, budget=0, rounds=(3, 3))
    assert calls == ["a", "b"] * 4  # once to warm up
    assert times.keys() == {"a", "b"}
    assert all(t.rounds == 3 and 0 < t.low <= t.median <= t.high for t in times.values())


def test_the_budget_ends_it_after_the_least_number_of_rounds() -> None:
    times = interleave({"a": lambda: None}, budget=0, rounds=(2, 50), warm_up=0)
    assert times["a"].rounds == 2


def test_no_more_than_the_most_rounds() -> None:
    assert interleave({"a": lambda: None}, budget=60, rounds=(1, 5))["a"].rounds == 5


def test_summary() -> None:
    found = summary([8.0, 1.0, 3.0, 2.0, 5.0, 4.0, 7.0, 6.0])
    assert (found.low, found.median, found.high, found.rounds) == (3.0, 4.5, 6.0, 8)


def test_summary_of_one() -> None:
    found = summary([2.0])
    assert (found.low, found.median, found.high, found.rounds) == (2.0, 2.0, 2.0, 1)


def test_it_ends_when_told() -> None:
    times = interleave({"a": lambda: None}, budget=60, rounds=(2, 50), until=lambda seconds: len(seconds["a"]) == 7)
    assert times["a"].rounds == 7
    times = interleave({"a": lambda: None}, budget=60, rounds=(2, 50), until=lambda seconds: True)
    assert times["a"].rounds == 2


@pytest.mark.parametrize(
    ("turns", "slower", "clear"), [(7, 0, False), (8, 0, True), (11, 1, False), (12, 1, True), (100, 50, False)]
)
def test_a_race_is_decided_when_chance_is_ruled_out(turns: int, slower: int, clear: bool) -> None:
    new = [1.0] * (turns - slower) + [1.2] * slower
    question = decided("old", 0.05)
    assert question({"old": [1.1] * turns, "new": new}) == clear
    assert question({"old": [1.1] * turns, "new": [2.2 - x for x in new], "other": [5.0] * turns}) == clear


def test_every_candidate_has_to_be_decided() -> None:
    seconds = {"old": [1.0] * 20, "clear": [0.5] * 20, "open": [0.9, 1.1] * 10}
    assert not decided("old", 0.0)(seconds)


def test_times_are_steady_when_they_scatter_little() -> None:
    assert steady({"a": [1.0, 1.01] * 4, "b": [3.0] * 8})
    assert not steady({"a": [1.0, 1.01] * 4, "b": [3.0, 3.3] * 4})
    assert not steady({"a": [1.0] * 7})
