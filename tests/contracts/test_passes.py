"""One contract for every pass that can be named, and a pass from outside the package: no edit in it is needed."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import inspect
import typing
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.facts import ALL, Keys
from sparsec.compiler.ir.fingerprint import fingerprint
from sparsec.compiler.ir.program import Program
from sparsec.compiler.pipeline import BUILT_IN, Pipeline, known_passes, parse_steps, with_analyses
from sparsec.passes import Context, Pass
from sparsec.passes.base import options_of
from sparsec.passes.rules.facts import AXES

FACTS = {fact for kind in BUILT_IN for fact in kind.establishes}


@dataclass(frozen=True)
class ToyDouble(Pass):
    """Double the first bias: lossy, and nothing that anybody needs.

    Attributes:
        times: how often.
    """

    times: int = 1
    requires: ClassVar[Keys] = frozenset({AXES})
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "lossy"

    def run(self, program: Program, ctx: Context) -> bool:
        node = next(n for n in program.nodes() if n.target is torch.ops.aten.linear.default)
        bias = program.weight(node.args[2])
        assert bias is not None
        program.replace_weight(node, node.args[2], bias * 2**self.times)  # type: ignore[arg-type]
        return True


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(), nn.Linear(96, 4)).eval()


def image() -> torch.Tensor:
    return torch.randn(2, 3, 6, 6, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name())
def test_a_pass_is_a_value_whose_fields_are_its_options(kind: type[Pass]) -> None:
    item = kind()
    assert dataclasses.is_dataclass(kind) and hash(item) == hash(kind()) and item == kind()
    with pytest.raises(dataclasses.FrozenInstanceError):
        item.anything = 1  # type: ignore[attr-defined]
    hints = typing.get_type_hints(kind)
    assert options_of(kind).keys() <= hints.keys()
    doc = inspect.getdoc(kind) or ""
    assert "Before::" in doc and "After" in doc and kind.summary().endswith(".")
    for option in options_of(kind):
        assert f"{option}: " in doc, f"'{option}' is not explained"


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name())
def test_a_pass_names_facts_that_there_are_and_its_effect(kind: type[Pass]) -> None:
    assert kind.requires <= FACTS and kind.invalidates <= FACTS | {ALL}
    assert kind.effect in ("exact", "fact")  # nothing built in is lossy
    assert (kind.effect == "fact") == (not kind.invalidates) == bool(kind.establishes)


@pytest.mark.parametrize("part", ["requires", "establishes", "invalidates"])
def test_a_name_is_no_fact(part: str) -> None:
    with pytest.raises(UserError, match=f"pass 'vague' {part} 'axes', which is no fact") as caught:
        type("Vague", (Pass,), {part: frozenset({"axes"})})
    assert caught.value.code == "bad-option" and "sparsec.passes.AXES" in str(caught.value)


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name())
def test_a_pass_runs_alone_with_its_analyses_and_twice_changes_nothing_more(kind: type[Pass]) -> None:
    """On a program with nothing to remove; what it says of itself is checked by the pipeline."""
    program = capture(net(), (image(),))
    steps = with_analyses([kind()])
    Pipeline(steps).run(program, Context())
    before = fingerprint(program)
    assert not Pipeline(steps).run(program, Context()) and fingerprint(program) == before


def test_a_pass_of_another_package_is_named_has_options_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Entry:
        name: str = "toy"
        value: str = "toy:ToyDouble"

        def load(self) -> Any:
            return ToyDouble

    real = importlib.metadata.entry_points
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda **wanted: [Entry()] if wanted == {"group": "sparsec.passes"} else real(**wanted),
    )
    assert known_passes()["toy-double"] is ToyDouble
    assert parse_steps("toy-double{times=3}") == [ToyDouble(3)]
    small = sparsec.compile(net(), (image(),), passes="toy-double{times=3}", measure=False, kernels=False)
    assert [loss.name for loss in small.report.losses] == ["toy-double"] and small.report.losses[0].error > 0
    assert "toy-double" in [name for name, _, _ in small.report.timings]
