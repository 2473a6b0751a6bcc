"""Races on a card: who wins, what is kept, what happens without one. The clock is the test's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from sparsec.compiler.errors import FallbackWarning, UserError
from sparsec.runtime.gpu import race
from sparsec.runtime.gpu.race import DENSE, Ways


@dataclass
class Clock:
    """Shows what it is told, and counts how often it is asked."""

    seconds: Mapping[str, float]
    asked: list[str] = field(default_factory=list)

    def __call__(self, ways: Ways) -> Mapping[str, float]:
        self.asked.append(" ".join(ways))
        return self.seconds


def nothing() -> None:
    """A way that nobody goes."""


WAYS = {DENSE: nothing, "decode": nothing, "prefill": nothing}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache, and a process that knows nothing."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    monkeypatch.delenv("SPARSEC_RACE", raising=False)
    race.forget()
    return tmp_path


@pytest.mark.parametrize(
    ("seconds", "winner"),
    [((1.0, 0.5, 0.7), "decode"), ((1.0, 0.9, 0.4), "prefill"), ((1.0, 2.0, 3.0), DENSE), ((1.0, 0.99, 1.0), DENSE)],
    ids=["decode", "prefill", "dense", "a tie is dense's"],
)
def test_the_fastest_wins_and_is_not_raced_again(seconds: tuple[float, ...], winner: str) -> None:
    clock = Clock(dict(zip(WAYS, seconds, strict=True)))
    assert [race.way("layer", WAYS, clock) for _ in range(3)] == [winner] * 3
    race.forget()  # another process
    assert race.way("layer", WAYS, clock) == winner and len(clock.asked) == 1
    assert race.way("other", WAYS, clock) == winner and len(clock.asked) == 2


def test_a_schedule_that_is_new_is_raced() -> None:
    clock = Clock({DENSE: 1.0, "decode": 0.5, "prefill": 0.4})
    assert race.way("layer", {DENSE: nothing, "decode": nothing}, clock) == "decode"
    assert race.way("layer", WAYS, clock) == "prefill" and len(clock.asked) == 2


def test_without_races_only_what_is_known_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock({DENSE: 1.0, "decode": 0.5, "prefill": 0.7})
    monkeypatch.setenv("SPARSEC_RACE", "off")
    assert race.way("layer", WAYS, clock) == DENSE and not clock.asked
    monkeypatch.setenv("SPARSEC_RACE", "on")
    assert race.way("layer", WAYS, clock) == "decode"
    monkeypatch.setenv("SPARSEC_RACE", "off")
    race.forget()
    assert race.way("layer", WAYS, clock) == "decode" and len(clock.asked) == 1


def test_sparse_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARSEC_RACE", "force-sparse")
    clock = Clock({DENSE: 1.0, "decode": 2.0, "prefill": 2.0})
    assert race.way("layer", WAYS, clock) == "decode" and not clock.asked
    assert race.way("layer", {DENSE: nothing}, clock) == DENSE


def test_other_words_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARSEC_RACE", "maybe")
    with pytest.raises(UserError, match="SPARSEC_RACE is 'maybe'"):
        race.way("layer", WAYS, Clock({}))


def test_a_card_without_memory_for_a_race_stays_dense_for_now(folder: Path) -> None:
    def full(ways: Ways) -> Mapping[str, float]:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.warns(FallbackWarning, match="stays dense: the graphics card ran out of memory"):
        assert race.way("layer", WAYS, full) == DENSE
    assert race.way("layer", WAYS, full) == DENSE  # it is told once
    assert not [*folder.iterdir()]
