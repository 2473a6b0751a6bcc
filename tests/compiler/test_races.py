"""Races on a target: who says how they end, and which programs share a session of ONNX Runtime."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.onnx.export import InMemory, in_memory
from sparsec.compiler import races
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program, set_attribute
from sparsec.runtime import builds
from sparsec.runtime import gains as kept_gains
from sparsec.runtime.cache import cache_folder
from sparsec.runtime.gains import Gains
from sparsec.runtime.measure import Timing, summary
from sparsec.runtime.targets import get, onnxruntime


def program(bias: bool = True, rows: int = 3, relu: bool = False) -> Program:
    torch.manual_seed(0)
    layers: list[nn.Module] = [nn.Linear(4, 5, bias=bias), *[nn.ReLU()] * relu]
    return capture(nn.Sequential(*layers).eval(), (torch.ones(rows, 4),))


def with_another_weight() -> Program:
    made = program()
    set_attribute(made.module, "0.weight", nn.Parameter(torch.ones(5, 4)))
    return made


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """The programs that were written as ONNX."""
    found = []

    def export(program: Program) -> InMemory:
        found.append(program)
        return in_memory(program)

    monkeypatch.setattr(onnxruntime, "in_memory", export)
    return found


def race(*programs: Program) -> None:
    races.race({str(number): one for number, one in enumerate(programs)}, onnxruntime.TARGET, budget=0.01)


@pytest.mark.parametrize(
    "other",
    [
        lambda: program(bias=False),
        lambda: program(relu=True),
        lambda: capture(nn.Sequential(nn.Linear(4, 5)).eval(), (torch.ones(3, 4),), dynamic_shapes=({0: None},)),
        with_another_weight,
    ],
    ids=["another graph", "more of it", "another shape", "another weight"],
)
def test_programs_that_compute_something_else_differ(other: Callable[[], Program]) -> None:
    assert program().digest() == program().copy().digest()
    assert program().digest() != other().digest()


def test_state_counts() -> None:
    class Counter(nn.Module):
        def __init__(self, start: float) -> None:
            super().__init__()
            self.register_buffer("total", torch.full((2,), start, dtype=torch.bfloat16))

        def forward(self, x: Tensor) -> Tensor:
            self.total.add_(1)
            return x + self.total

    made = [capture(Counter(start).eval(), (torch.ones(2),)) for start in (0.0, 0.0, 1.0)]
    assert made[0].digest() == made[1].digest() != made[2].digest()


def test_a_program_is_written_once_for_all_races_of_a_compile(exported: list[Program]) -> None:
    with builds.builds_shared():
        race(program(), program(relu=True))
        race(with_another_weight(), program().copy())
        assert len(exported) == 3
    race(program())
    assert len(exported) == 4  # nothing is left behind


def test_only_the_last_sessions_are_kept(exported: list[Program]) -> None:
    wide = [
        capture(nn.Linear(4, outputs).eval(), (torch.ones(2, 4),)) for outputs in range(1, builds.SHARED_BUILDS + 2)
    ]
    with builds.builds_shared():
        race(*wide)
        race(wide[-1], wide[1])
        assert len(exported) == len(wide)
        race(wide[0])
        assert len(exported) == len(wide) + 1


def test_alone_every_race_has_its_own(exported: list[Program]) -> None:
    race(program())
    race(program())
    assert len(exported) == 2


def test_what_lost_a_race_goes(exported: list[Program]) -> None:
    with builds.builds_shared():
        race(program(), program(relu=True), with_another_weight())
        builds.keep(onnxruntime.TARGET, [program(), with_another_weight()])
        race(program(), with_another_weight())
        assert len(exported) == 3
        race(program(relu=True))
        assert len(exported) == 4


# -------------------------------------------------------------------- remembered


@dataclasses.dataclass
class Races:
    """Stands in for ``race``: notes who races, and says that the first is twice as fast, then four times, and so on."""

    found: list[list[str]] = dataclasses.field(default_factory=list)

    def __call__(self, programs: Mapping[str, Program], *_: object, **__: object) -> dict[str, Timing]:
        self.found.append([*programs])
        first, last = programs
        return {first: summary([2.0 ** -len(self.found)]), last: summary([1.0])}


@pytest.fixture
def raced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Races:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    made = Races()
    monkeypatch.setattr(races, "race", made)
    return made


def gains(new: Mapping[str, Program], old: Program, **options: Any) -> dict[str, float]:
    return races.Stopwatch().gains(new, old, get("cpu"), **options)


def reads(columns: list[int]) -> Program:
    """A program that gathers these columns."""

    class Reads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("columns", torch.tensor(columns))

        def forward(self, x: Tensor) -> Tensor:
            return x[:, self.columns]

    return capture(Reads().eval(), (torch.ones(3, 4),))


def test_what_a_race_has_shown_is_remembered(raced: Races) -> None:
    assert gains({"a": program(relu=True)}, program()) == {"a": 2.0}
    assert gains({"b": program(relu=True)}, with_another_weight()) == {"b": 2.0}  # numbers and names do not matter
    assert raced.found == [["a", ""]]
    (file,) = cache_folder().iterdir()
    file.write_text("{")
    assert gains({"a": program(relu=True)}, program()) == {"a": 4.0}  # a damaged file is none


OTHERS: dict[str, Callable[[], dict[str, float]]] = {
    "new": lambda: gains({"a": program(relu=True)}, program()),
    "old": lambda: gains({"a": program(bias=False)}, program(relu=True)),
    "sizes": lambda: gains({"a": program(bias=False, rows=4)}, program(rows=4)),
    "seconds": lambda: gains({"a": program(bias=False)}, program(), budget=8.0),
    "dtype": lambda: gains({"a": program(bias=False)}, program(), dtype=torch.bfloat16),
    "one of two": lambda: gains({"a": program(bias=False), "b": program(relu=True)}, program()),
}


@pytest.mark.parametrize("differs", OTHERS)
def test_another_race_is_run(raced: Races, differs: str) -> None:
    gains({"a": program(bias=False)}, program())
    OTHERS[differs]()
    several = len(raced.found)
    assert several == (3 if differs == "one of two" else 2)
    assert OTHERS[differs]() and gains({"a": program(bias=False)}, program()) and len(raced.found) == several


def test_no_more_than_two_programs_are_loaded_at_a_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, exported: list[Program]
) -> None:
    """Each races against the fastest so far, and gains are those over the old one."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    seconds, pairs = {"": 1.0, "a": 0.5, "b": 2.0, "c": 0.25}, list[list[str]]()

    def race(programs: Mapping[str, Program], target: Any, *_: object, **__: object) -> dict[str, Timing]:
        pairs.append([*programs])
        for one in programs.values():
            target.runner(one)
        assert len(builds._BUILDS.get() or ()) == 2  # sessions
        return {name: summary([seconds[name]]) for name in programs}

    monkeypatch.setattr(races, "race", race)
    new = {"a": program(relu=True), "b": program(bias=False), "c": with_another_weight()}
    with builds.builds_shared():
        found = races.Stopwatch().gains(new, capture(nn.Linear(4, 5).eval(), (torch.ones(3, 4),)), get("onnxruntime"))
        assert found == {"a": 2.0, "b": 0.5, "c": 4.0}
        assert pairs == [["a", ""], ["b", "a"], ["c", "a"]] and len(exported) == 4
        assert builds.is_built(get("onnxruntime"), with_another_weight()) and len(builds._BUILDS.get() or ()) == 1
    assert all(one.held_weights() for one in new.values())  # those of others stay


def test_integers_say_what_is_read(raced: Races) -> None:
    gains({"a": reads([1, 2])}, reads([3, 0]))
    gains({"a": reads([2, 1])}, reads([3, 0]))
    assert len(raced.found) == 2
    assert reads([1, 2]).digest(numbers=False) != reads([2, 1]).digest(numbers=False)
    assert program().digest(numbers=False) == with_another_weight().digest(numbers=False)


def test_another_number_of_threads_is_another_race(raced: Races, monkeypatch: pytest.MonkeyPatch) -> None:
    for threads in (1, 2):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        gains({"a": program(relu=True)}, program())
    assert len(raced.found) == 2


def test_only_the_last_outcomes_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_gains, "KEPT_GAINS", 3)
    file = tmp_path / "gains.json"
    for number in range(5):
        Gains(file, {f"{number}": {"a": 1.0}}).save()
    Gains(file, {"2": {"a": 2.0}}).save()  # the last one measured is the last one to go
    assert Gains.load(file).gains == {"3": {"a": 1.0}, "4": {"a": 1.0}, "2": {"a": 2.0}}


def test_another_stopwatch_is_asked_meanwhile(stopwatch: Settled) -> None:
    one, other = {"one": program()}, program()
    with races.timed_by(races.Stopwatch()):
        assert races.stopwatch().gains(one, other, onnxruntime.TARGET, budget=0.01)["one"] > 0.0  # by the clock
        with races.timed_by(Settled(gain={"one": 3.0, "two": 4.0})):
            assert races.stopwatch().gains(one, other, onnxruntime.TARGET) == {"one": 3.0}
        assert type(races.stopwatch()) is races.Stopwatch
    with pytest.raises(OSError, match="gone"), races.timed_by(Settled()):
        raise OSError("gone")
    assert races.stopwatch() is stopwatch


@pytest.mark.parametrize(("gain", "told"), [(1.0, "is 1.00x as fast as dense"), (2.0, "measured 2.00x dense")])
def test_what_a_sparse_form_gains_is_asked_too(
    gain: float, told: str, stopwatch: Settled, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    stopwatch.form = gain
    layer = nn.Linear(64, 32).requires_grad_(False)
    layer.weight[:16, ::2] = layer.weight[16:, 1::2] = 0  # groups of rows, which need no compiler
    model = nn.Sequential(layer).eval()
    small = sparsec.compile(model, (torch.ones(3, 64),), measure=False)
    assert told in str(small.report)
    assert any(str(node.target).startswith("sparsec.") for node in small.program.nodes()) == (gain > 1.0)
    torch.testing.assert_close(small(torch.ones(3, 64)), model(torch.ones(3, 64)))
