"""Stages: what they add is raced, kept in part where all of it does not pay, and told from the last state alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.compiler.effort import EFFORTS
from sparsec.compiler.errors import PassError, UserError
from sparsec.compiler.exact_stages import exact_stages, only
from sparsec.compiler.gates import Verdict
from sparsec.compiler.ir.facts import Keys
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import additions
from sparsec.compiler.stages import Stage, State, run
from sparsec.passes.base import Context, Pass
from sparsec.passes.rules.facts import AXES, LIVENESS


class Bordered(nn.Module):
    """Convolutions with zero padding behind constant channels: each may become smaller for the price of a bias map."""

    def __init__(self, count: int = 3) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(6, 6, 3, padding=1) for _ in range(count + 1))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.sigmoid(layer(x) + torch.linspace(0, 1, x.shape[-1]))
        return x


def bordered(count: int = 3) -> nn.Module:
    torch.manual_seed(0)
    model = Bordered(count).eval()
    with torch.no_grad():
        for layer in [*model.layers][:-1]:
            layer.weight[:2] = 0  # type: ignore[index]
    return model


IMAGE = torch.randn(1, 6, 5, 5, generator=torch.Generator().manual_seed(0))


def maps(program: Program) -> set[str]:
    return {addition.site for addition in additions(program) if addition.what == "bias map"}


def exact(small: sparsec.CompiledModule, model: nn.Module) -> bool:
    with torch.no_grad():
        return torch.allclose(small(IMAGE), model(IMAGE), atol=1e-5)


# -------------------------------------------------------------------- parts


def test_all_additions_stay_where_together_they_pay() -> None:
    model = bordered()
    small = sparsec.compile(model, (IMAGE,), measure=False, kernels=False)
    assert len(maps(small.program)) == 3 and exact(small, model)
    (trial,) = small.report.trials
    assert trial.kept and trial.stage == "remove" and len(trial.additions) == 3


@pytest.mark.parametrize("good", [0, 1, 2])
def test_one_addition_stays_where_it_alone_pays(good: int, stopwatch: Settled) -> None:
    """Whichever it is, halving finds it; every figure is against what is kept by then."""
    model = bordered()
    names = sorted(maps(sparsec.compile(model, (IMAGE,), measure=False).program))

    def gains(new: Mapping[str, Program], old: Program) -> dict[str, float]:
        def speed(program: Program) -> float:
            added = maps(program)
            return (2.0 if names[good] in added else 1.0) * 0.4 ** len(added - {names[good]})

        return {name: speed(program) / speed(old) for name, program in new.items()}

    stopwatch.gain = gains
    small = sparsec.compile(model, (IMAGE,), measure=False, kernels=False, effort="max")
    assert maps(small.program) == {names[good]} and exact(small, model)
    kept = [trial for trial in small.report.trials if trial.kept]
    assert len(kept) == 1 and kept[0].gain == 2.0 and len(kept[0].additions) == 1
    assert small.report.decisions[0].startswith("Undone, measured 0.32x on cpu: 3 x bias map (at ")


def test_parts_are_tried_as_often_as_the_effort_says(monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> None:
    stopwatch.gain = 0.5
    monkeypatch.setitem(EFFORTS, "default", replace(EFFORTS["default"], try_seconds=600.0))  # not the clock decides
    model = bordered(8)
    for effort, tries in (("fast", 0), ("default", 2)):
        small = sparsec.compile(model, (IMAGE,), measure=False, kernels=False, effort=effort)
        assert len(small.report.trials) == 1 + tries and not maps(small.program) and exact(small, model)


def test_what_a_fast_compile_leaves_out_is_checked_less_and_said() -> None:
    model, fast, usual = (
        bordered(),
        *(sparsec.compile(bordered(), (IMAGE,), kernels=False, effort=effort).report for effort in ("fast", "default")),
    )
    assert (fast.samples, usual.samples) == (1, 2) and fast.error is not None and fast.error < 1e-10
    assert all(row.measured is None for row in fast.layers) and all(row.measured for row in usual.layers)
    assert fast.measured is not None
    assert sum("Left out with effort 'fast'" in note for note in fast.notes) == 1
    assert not any("Left out" in note for note in usual.notes)
    small = sparsec.compile(model, (IMAGE,), kernels=False, effort="fast", measure=False)
    assert exact(small, model)


@pytest.mark.parametrize("example", [torch.zeros_like(IMAGE), torch.ones_like(IMAGE)])
def test_an_example_that_says_little_is_not_the_only_input(example: Tensor) -> None:
    assert sparsec.compile(bordered(), (example,), effort="fast", measure=False).report.samples == 2


def test_wrong_answers_are_found_with_little_effort() -> None:
    """By the examples alone, in float64: nobody would see it in float32."""

    @dataclass(frozen=True)
    class Shift(Pass):
        def run(self, program: Program, ctx: Context) -> bool:
            layer = next(node for node in program.nodes() if node.target is torch.ops.aten.conv2d.default)
            held = layer.args[1]
            program.replace_weight(layer, held, program.weight(held) * (1 + 1e-9))  # type: ignore[arg-type, operator]
            return True

    with pytest.raises(PassError, match="it changes what the model computes") as caught:
        sparsec.compile(
            nn.Conv2d(6, 4, 3).eval(), (IMAGE,), effort="fast", passes=[Shift()], strict=True, measure=False
        )
    assert caught.value.pass_name == "shift"


@pytest.mark.parametrize(("effort", "more"), [("default", False), ("max", True)])
def test_what_makes_no_difference_is_not_tried_in_parts(effort: str, more: bool, stopwatch: Settled) -> None:
    stopwatch.gain = 1.01
    small = sparsec.compile(bordered(), (IMAGE,), measure=False, kernels=False, layout="constrained", effort=effort)
    assert (len(small.report.trials) > 1) == more and not maps(small.program)


def test_efforts_are_told_apart_everywhere() -> None:
    torch._dynamo.reset()
    fast = torch.compile(net(), backend="sparse", options={"effort": "fast"})
    with torch.no_grad():
        torch.testing.assert_close(fast(batch()), net()(batch()))
    with pytest.raises(Exception, match="there is no effort 'much'"):
        torch.compile(net(), backend="sparse", options={"effort": "much"})(batch())
    torch._dynamo.reset()


def test_an_unknown_effort_is_an_error() -> None:
    with pytest.raises(UserError, match="there is no effort 'much'") as caught:
        sparsec.compile(bordered(), (IMAGE,), effort="much")
    assert caught.value.code == "unknown-option" and "fast, default, max" in str(caught.value.hint)


# -------------------------------------------------------------------- one function runs them all


@dataclass(frozen=True)
class Letters(Stage):
    """Adds letters to the notes of a program, each of which may be left out; no pass and no clock is in it."""

    letters: str
    worth: ClassVar[dict[str, int]] = {"a": 3, "b": -9, "c": 1, "d": -1}
    name: str = "letters"

    class Gate:
        def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict:
            ((name, state),) = candidates.items()
            gain = (
                1.0
                + sum(Letters.worth[x] for x in state.program.name)
                - sum(Letters.worth[x] for x in before.program.name)
            )
            return Verdict(name, gain > 1.0, {name: gain})

    gate: ClassVar[Any] = Gate()

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        program = state.program.copy()
        program.name = "".join(x for x in self.letters if x not in spared)
        return replace(state, program=program)

    def sites(self, before: State, after: State) -> list[str]:
        return [*after.program.name]


@pytest.fixture
def state() -> State:
    found: list[State] = []

    class Keep(Stage):
        name = "keep"

        def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
            found.append(state)
            return state

    sparsec.compile(nn.Linear(2, 2).eval(), (torch.randn(1, 2),), stages=[Keep()])
    program = found[0].program.copy()
    program.name = ""
    return replace(found[0], program=program)


@pytest.mark.parametrize(
    ("letters", "kept"), [("ac", "ac"), ("abcd", "ac"), ("dbca", "ca"), ("bd", ""), ("b", ""), ("", "")]
)
def test_what_pays_is_found_by_halving(letters: str, kept: str, state: State) -> None:
    after = run(Letters(letters), replace(state, effort=replace(state.effort, tries=20)))
    assert after.program.name == kept
    assert state.program.name == ""  # states do not change
    names = [trial.kept for trial in after.trials]
    assert any(names) == bool(kept) and bool(names) == bool(letters)


def test_parts_have_nothing_in_place_of_what_is_spared(state: State) -> None:
    class Moving(Letters):
        """Where "b" or "d" is spared, "x" comes in its place, and then "y"."""

        def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
            found = super().carry_out(state, spared)
            if spared.intersection("bd"):
                found.program.name += next((x for x in "xy" if x not in spared), "")
            return found

    tried = list[str]()

    class Gate(Letters.Gate):
        def admit(self, before: State, candidates: Mapping[str, State]) -> Verdict:
            tried.extend(state.program.name for state in candidates.values())
            return super().admit(before, candidates)

    Moving.gate = Gate()
    after = run(Moving("abcd"), replace(state, effort=replace(state.effort, tries=20)))
    assert after.program.name == "ac"
    assert len(tried) > 3 and not {*"xy"}.intersection("".join(tried))


# -------------------------------------------------------------------- passes of a user's own


@dataclass(frozen=True)
class Halve(Pass):
    """Multiply the first weight by a half: lossy, if anything is."""

    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "lossy"

    def run(self, program: Program, ctx: Context) -> bool:
        node = next(n for n in program.nodes() if n.target is torch.ops.aten.linear.default)
        weight = program.weight(node.args[1])
        assert weight is not None
        program.replace_weight(node, node.args[1], weight / 2)  # type: ignore[arg-type]
        return True


@dataclass(frozen=True)
class Prune(Pass):
    """Set half of the rows of the first weight, and their biases, to zero."""

    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "lossy"
    requires: ClassVar[Keys] = frozenset({AXES, LIVENESS})

    def run(self, program: Program, ctx: Context) -> bool:
        node = next(n for n in program.nodes() if n.target is torch.ops.aten.linear.default)
        for argument in node.args[1:3]:
            weight = program.weight(argument)
            assert weight is not None
            keep = torch.arange(weight.shape[0]) % 2 == 0
            program.replace_weight(node, argument, weight * keep.reshape(-1, *[1] * (weight.ndim - 1)))  # type: ignore[arg-type]
        return True


@dataclass(frozen=True)
class Wrong(Halve):
    """The same, which says that it is exact."""

    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "exact"


@dataclass(frozen=True)
class Liar(Halve):
    """The same, which says that it changes nothing at all."""

    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval()


def batch() -> Tensor:
    return torch.randn(3, 8, generator=torch.Generator().manual_seed(1))


def test_a_lossy_pass_resets_what_exact_means_and_its_loss_is_told() -> None:
    model, x = net(), batch()
    small = sparsec.compile(model, (x,), passes=[Prune()], measure=False)
    assert small.report.error is not None and small.report.error < 1e-10  # against what the pass left
    assert small.report.layers[0].outputs == (16, 8)  # and the exact stages make use of it
    (loss,) = small.report.losses
    with torch.no_grad():
        pruned = model[2](torch.relu(model[0](x)) * (torch.arange(16) % 2 == 0))
        torch.testing.assert_close(small(x), pruned)
        off = float((pruned - model(x)).abs().max() / model(x).abs().max())
    assert loss.name == "prune" and loss.error >= 0.999 * off > 0.01
    assert f"Lossy, as asked, after 'prune': the outputs are off by {loss.error:.1e}" in small.report.summary()
    assert small.report.to_json()["losses"] == [{"name": "prune", "error": loss.error}]


def test_losses_add_up_and_are_measured_without_verification_too() -> None:
    small = sparsec.compile(net(), (batch(),), passes=[Halve(), Prune()], measure=False, verify=False)
    first, second = small.report.losses
    assert (first.name, second.name) == ("halve", "prune") and 0 < first.error < second.error + 1
    assert small.report.error is None


def test_a_lossy_pass_is_checked_in_the_models_dtype_too() -> None:
    small = sparsec.compile(net().bfloat16(), (batch().bfloat16(),), passes=[Prune()], measure=False)
    assert small(batch().bfloat16()).dtype is torch.bfloat16 and small.report.losses


def test_a_pass_joins_the_others() -> None:
    model = net()
    with torch.no_grad():
        model[0].weight[:4], model[0].bias[:4] = 0, 0  # type: ignore[index,operator]
    small = sparsec.compile(model, (batch(),), passes="remove-channels", measure=False)
    assert small.report.layers[0].outputs == (16, 12)
    ran = [name for name, _, _ in small.report.timings]
    assert ran.index("remove-channels") < ran.index("collapse-permutations")  # with its analyses, before the others
    assert sparsec.compile(model, (batch(),), stages=only([])).report.changed_layers == []


@pytest.mark.parametrize("passes", [None, [], ()])
def test_no_passes_are_the_default(passes: Any) -> None:
    assert sparsec.compile(net(), (batch(),), passes=passes, measure=False).report.error is not None


@pytest.mark.parametrize(
    ("kind", "message"), [(Wrong, "it changes what the model computes"), (Liar, "changed something as an analysis")]
)
def test_what_a_pass_says_of_itself_is_checked(kind: type[Pass], message: str) -> None:
    with pytest.raises(PassError, match=f"{kind.name()}.*{message}"):
        sparsec.compile(net(), (batch(),), passes=[kind()], measure=False)


def test_stages_are_a_list_that_says_what_runs() -> None:
    names = [stage.name for stage in exact_stages(layout="gather", passes=[Halve()])]
    assert names == ["lossy", "remove", "layouts", "verify", "kernels", "fused", "verify", "measure"]
    assert [stage.name for stage in exact_stages(layout="constrained", kernels=False, measure=False)] == [
        "remove",
        "verify",
        "verify",
    ]


def test_the_report_tells_nothing_of_what_was_given_up(stopwatch: Settled) -> None:
    stopwatch.gain = 0.5
    model = bordered()
    small, plain = (
        sparsec.compile(model, (IMAGE,), measure=False, layout="constrained", kernels=False, effort=effort)
        for effort in ("default", "fast")
    )
    for layer, other in zip(small.report.layers, plain.report.layers, strict=True):
        assert layer == other
    assert small.report.removed == plain.report.removed and small.report.refusals == plain.report.refusals
