"""Interleaved timing."""

from __future__ import annotations

import pytest

from sparsec.runtime import disturbance, measure
from sparsec.runtime.measure import LARGE_SPREAD, LOOKS, decided, interleave, steady, summary, unclear


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


# -------------------------------------------------------------------- another look, by a clock of the test's


class Clock:
    """Seconds pass only while a candidate runs: as many as its list says, over and over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **seconds: list[float]) -> None:
        self.now, self.seconds, self.turns = 0.0, seconds, dict.fromkeys(seconds, 0)
        for module in (measure, disturbance):
            monkeypatch.setattr(module.time, "perf_counter", lambda: self.now)
        self.candidates = {name: lambda name=name: self.run(name) for name in seconds}

    def run(self, name: str) -> None:
        times = self.seconds[name]
        self.now += times[self.turns[name] % len(times)]
        self.turns[name] += 1


def test_what_is_not_clear_gets_another_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second turn is disturbed, and the fastest is about as much faster as the margin asks for."""
    clock = Clock(monkeypatch, dense=[1.0, 2.0], new=[0.94, 1.9])
    times = interleave(clock.candidates, budget=20.0, rounds=(5, 1000), warm_up=0, again=unclear("dense", 0.05))
    assert clock.now > LOOKS * 20.0 and times["new"].rounds > 2 * 5
    assert times["dense"].spread > LARGE_SPREAD and times["dense"].low == 1.0


@pytest.mark.parametrize(
    ("dense", "new"), [([1.0, 2.0], [0.3, 0.6]), ([1.0, 1.02], [0.96, 0.98]), ([1.0, 2.0], [3.0, 6.0])]
)
def test_what_is_clear_or_scatters_little_gets_none(
    dense: list[float], new: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, dense=dense, new=new)
    times = interleave(clock.candidates, budget=20.0, rounds=(5, 1000), warm_up=0, again=unclear("dense", 0.05))
    assert clock.now < 20.0 + sum(dense) + sum(new) and times["new"].rounds >= 5


def test_another_look_has_as_many_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, a=[0.0])
    assert interleave(clock.candidates, rounds=(1, 4), warm_up=0, again=lambda _: True)["a"].rounds == 4 * LOOKS
    assert interleave(clock.candidates, rounds=(1, 4), warm_up=0, again=lambda _: False)["a"].rounds == 4


def test_only_the_fastest_has_to_be_clear() -> None:
    seconds = {"dense": [1.0, 2.0] * 4, "good": [0.1, 0.2] * 4, "open": [0.95, 1.9] * 4}
    assert not unclear("dense", 0.05)(seconds)
    assert unclear("dense", 0.05)({name: seconds[name] for name in ("dense", "open")})


def test_times_say_how_much_they_were_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, a=[1.0], b=[3.0])
    monkeypatch.setattr(disturbance, "waited", lambda: clock.now / 4)
    times = interleave(clock.candidates, rounds=(5, 5), budget=100.0)
    assert {name: timing.disturbed for name, timing in times.items()} == {"a": 0.25, "b": 0.25}
