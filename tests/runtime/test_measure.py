"""Interleaved timing."""

from __future__ import annotations

from sparsec.runtime.measure import interleave, summary


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
