"""What was measured is kept with how sure it is; what was measured on a busy machine is measured again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sparsec.compiler.errors import UserError
from sparsec.runtime import cache, disturbance
from sparsec.runtime.cache import clear_measurements, read_document, write_document
from sparsec.runtime.disturbance import BUSY_SHARE, Disturbance, present_share
from sparsec.runtime.gains import Gains, Outcome
from sparsec.runtime.measure import Timing


def outcome(disturbed: float = 0.0, spread: float = 0.0, **gains: float) -> Outcome:
    found = Outcome(gains)
    found.spread, found.disturbed = spread, disturbed
    return found


def kept(path: Path, *found: Outcome) -> Gains:
    """What a file says after some races of one thing, each of which a process of its own has noted."""
    for one in found:
        gains = Gains.load(path)
        gains.note("layer", one)
        gains.save()
    return Gains.load(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kernels.json"


def as_busy(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr(disturbance, "present_share", lambda: share)


# -------------------------------------------------------------------- kept


def test_a_file_says_how_sure_gains_are(path: Path) -> None:
    gains = kept(path, outcome(0.3, 0.2, a=2.0, b=1.0))
    assert gains.gains == {"layer": {"a": 2.0, "b": 1.0}}
    assert gains.sure == {"layer": {"a": (0.2, 0.3), "b": (0.2, 0.3)}}
    assert read_document(path) == {"gains": gains.gains, "sure": {"layer": {"a": [0.2, 0.3], "b": [0.2, 0.3]}}}


def test_an_outcome_is_no_surer_than_its_least_sure_race() -> None:
    times = {"dense": Timing(1.2, 1.0, 2.0, 9, 0.1), "new": Timing(0.55, 0.5, 0.6, 9, 0.1)}
    found = Outcome.of(times, "dense")
    assert found == {"new": 2.0} and found.disturbed == 0.1 and found.spread == pytest.approx(0.2)
    found.add({"other": Timing(1.0, 1.0, 1.0, 9, 0.4)})
    assert found.disturbed == 0.4 and found.spread == pytest.approx(0.2)


def test_files_of_before_are_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_busy(monkeypatch, 0.0)
    write_document(path, {"gains": {"layer": {"a": 2.0}}})
    assert Gains.load(path).known("layer", ["a"]) == {"a": 2.0}
    write_document(path, {"gains": {"layer": {"a": 2.0}}, "sure": {"layer": {"a": "much"}, "gone": 3}})
    assert Gains.load(path).known("layer", ["a"]) == {"a": 2.0} and Gains.load(path).sure == {"layer": {}}


def test_how_sure_is_forgotten_with_the_gain(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparsec.runtime.gains.KEPT_GAINS", 1)
    gains = Gains.load(path)
    gains.note("first", outcome(a=1.0))
    gains.note("second", outcome(a=1.0))
    gains.save()
    assert Gains.load(path).sure.keys() == Gains.load(path).gains.keys() == {"second"}


# -------------------------------------------------------------------- measured again


@pytest.mark.parametrize(
    ("then", "now", "believed"),
    [
        (0.0, 0.0, True),
        (BUSY_SHARE, 0.0, True),
        (0.6, 0.0, False),
        (0.6, 0.29, False),
        (0.6, 0.31, True),
        (0.6, 1.0, True),
    ],
)
def test_what_a_busy_machine_has_shown_is_believed_until_it_is_quieter(
    then: float, now: float, believed: bool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_busy(monkeypatch, now)
    assert kept(path, outcome(then, a=2.0)).known("layer", ["a"]) == ({"a": 2.0} if believed else None)


def test_what_is_believed_asks_nothing_of_the_machine(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbance, "present_share", lambda: pytest.fail("asked"))
    assert kept(path, outcome(0.05, a=2.0)).known("layer", ["a"]) == {"a": 2.0}
    assert Gains.load(path).known("layer", ["b"]) is None and Gains.load(path).known("other", ["a"]) is None


def test_a_wrong_choice_is_not_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was slow under load is fast later, and stays so under load again."""
    as_busy(monkeypatch, 0.0)
    assert kept(path, outcome(0.6, a=0.8)).known("layer", ["a"]) is None
    assert kept(path, outcome(0.0, a=3.0)).known("layer", ["a"]) == {"a": 3.0}
    as_busy(monkeypatch, 1.0)
    assert kept(path, outcome(0.9, a=0.7)).known("layer", ["a"]) == {"a": 3.0}


def test_each_gain_is_as_sure_as_its_own_race(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_busy(monkeypatch, 0.0)
    gains = kept(path, outcome(0.0, a=2.0), outcome(0.6, b=1.5))
    assert gains.known("layer", ["a"]) == {"a": 2.0, "b": 1.5} and gains.known("layer", ["a", "b"]) is None


# -------------------------------------------------------------------- how busy it is


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Threads whose waiting the test says, in nanoseconds; seconds pass when it says so."""
    folder = tmp_path / "task"
    for thread in ("1", "2", "3"):
        (folder / thread).mkdir(parents=True)
    monkeypatch.setattr(disturbance, "TASKS", folder)
    return folder


def waits(tasks: Path, *nanoseconds: int) -> None:
    for thread, waiting in zip(("1", "2", "3"), nanoseconds, strict=False):
        (tasks / thread / "schedstat").write_text(f"1000 {waiting} 7\n")


def test_waiting_of_all_threads_counts(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(disturbance.time, "perf_counter", lambda: now[0])
    waits(tasks, 500, 700)
    watch = Disturbance()
    assert watch.share() == 0.0
    now[0] = 2.0
    waits(tasks, 500, 500_000_700)
    assert watch.share() == 0.25
    waits(tasks, 3_000_000_500, 500_000_700)
    assert watch.share() == 1.0


def test_a_thread_that_ends_takes_its_waiting_along(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbance.time, "perf_counter", iter([0.0, 1.0]).__next__)
    waits(tasks, 500, 900_000_000)
    watch = Disturbance()
    (tasks / "2" / "schedstat").unlink()
    assert watch.share() == 0.0


@pytest.mark.parametrize(("load", "share"), [(0.4, 0.0), (1.0, 0.0), (2.0, 0.25), (9.0, 1.0)])
def test_where_the_system_does_not_tell_the_load_has_to_do(
    load: float, share: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(disturbance, "TASKS", tmp_path / "none")
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert Disturbance().share() == share
    monkeypatch.setattr(os, "getloadavg", lambda: (_ for _ in ()).throw(OSError))
    assert Disturbance().share() == 0.0


def test_how_busy_it_is_now_is_tried_for_a_moment(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]

    def clock() -> float:
        now[0] += 0.001
        waits(tasks, int(now[0] * 5e8))
        return now[0]

    monkeypatch.setattr(disturbance.time, "perf_counter", clock)
    monkeypatch.setattr(disturbance, "_tried", [])
    waits(tasks, int(now[0] * 5e8))
    assert present_share() == pytest.approx(0.5, abs=0.1)
    monkeypatch.setattr(disturbance, "waited", lambda: 0.0)
    assert present_share() == pytest.approx(0.5, abs=0.1)  # that holds for some seconds
    now[0] += disturbance.HOLDS_SECONDS
    assert present_share() == 0.0


# -------------------------------------------------------------------- cleared


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    (tmp_path / "kernels").mkdir()
    for name in ("costs-cpu-1.json", "kernels-2.json", "races-3.json", "kernels/a.so", "kernels.txt", "mine.json"):
        (tmp_path / name).write_text("")
    return tmp_path


def test_measurements_are_cleared_and_nothing_else(folder: Path) -> None:
    assert [path.name for path in clear_measurements()] == ["costs-cpu-1.json", "kernels-2.json", "races-3.json"]
    assert sorted(path.name for path in folder.iterdir()) == ["kernels", "kernels.txt", "mine.json"]
    assert (folder / "kernels" / "a.so").exists() and clear_measurements() == []


def test_what_cannot_be_removed_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(UserError, match="cannot be removed") as caught:
        clear_measurements()
    assert caught.value.code == "unwritable-path" and cache.measurements()
