"""A failure of the compiler's own costs the user nothing: what fails is left out, the rest is compiled and right."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.compiler import driver, exact_stages
from sparsec.compiler.errors import FallbackWarning, PassError
from sparsec.compiler.ir.program import Program
from sparsec.compiler.stages import State
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.base import Context, Pass
from sparsec.passes.rewrite.convert_layouts import ConvertLayouts
from sparsec.passes.rewrite.drop_identities import DropIdentities
from sparsec.passes.rewrite.remove_channels import RemoveChannels

SECRET = 0.123456789


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = nn.Linear(6, 16), nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.a(x).relu()
        x = self.b(x).relu()
        return self.d(self.c(x).relu())


def net() -> nn.Module:
    torch.manual_seed(0)
    model = Net().eval()
    for layer in (model.a, model.b, model.c):
        layer.weight.data[:5] = 0
        layer.weight.data[8, 0] = SECRET
    return model


def compiled(model: nn.Module, **options: Any) -> Any:
    with pytest.warns(FallbackWarning) as caught:
        small = sparsec.compile(model, (torch.randn(3, 6),), measure=False, strict=False, **options)
    assert len(caught) == 1
    assert "please report it" in str(caught[0].message)
    return small


def is_right(small: Any, model: nn.Module) -> bool:
    x = torch.randn(5, 6)
    with torch.no_grad():
        return torch.allclose(small(x), model(x), atol=1e-5)


def wrong(node_name: str, spoil: Callable[[Program, Any], None]) -> Callable[..., bool]:
    """``RemoveChannels.run`` that spoils one layer where it removed something of it."""
    real = RemoveChannels.run

    def run(self: RemoveChannels, program: Program, ctx: Context) -> bool:
        node = next(n for n in program.nodes() if n.name == node_name)
        before = program.weight(node.args[1]).shape  # type: ignore[union-attr]
        changed = real(self, program, ctx)
        node = next(n for n in program.nodes() if n.name == node_name)
        if program.weight(node.args[1]).shape != before:  # type: ignore[union-attr]
            spoil(program, node)
        return changed

    return run


def doubled(program: Program, node: Any) -> None:
    program.replace_weight(node, node.args[1], program.weight(node.args[1]) * 2)  # type: ignore[operator]


def fails(program: Program, node: Any) -> None:
    raise KeyError("an error of ours")


@pytest.mark.parametrize("spoil", [doubled, fails])
@pytest.mark.parametrize("name", ["linear", "linear_2"])
def test_a_layer_at_fault_stays_and_the_others_shrink(
    spoil: Callable[[Program, Any], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RemoveChannels, "run", wrong(name, spoil))
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    assert small.report.error < 1e-10
    (failure,) = small.report.failures
    assert failure.pass_name == "remove-channels"
    assert failure.left_out.startswith("layer 'linear")  # the layer itself, or the one that reads it
    assert "Left as it was because of an error of sparsec's own: layer" in small.report.summary()
    assert small.report.changed_layers  # the rest is smaller
    number = ["linear", "linear_1", "linear_2", "linear_3"].index(name)
    assert small.report.layers[number] not in small.report.changed_layers


@pytest.mark.parametrize("kind", [DropIdentities, RemoveChannels])
def test_a_pass_at_fault_is_left_out(kind: type[Pass], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Pass, program: Program, ctx: Context) -> bool:
        raise IndexError("list index out of range")

    monkeypatch.setattr(kind, "run", run)
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    assert [failure.left_out for failure in small.report.failures] == [f"pass '{kind.name()}'"]


def test_an_analysis_at_fault_takes_those_with_it_that_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Pass, program: Program, ctx: Context) -> bool:
        raise AssertionError

    monkeypatch.setattr(Axes, "run", run)
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    assert {failure.left_out for failure in small.report.failures} <= {
        "pass 'axes'",
        "channel layouts",
        "sparse kernels",
    }


def test_a_dishonest_pass_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = DropIdentities.run
    monkeypatch.setattr(DropIdentities, "run", lambda self, program, ctx: not real(self, program, ctx))
    model = net()
    assert is_right(compiled(model), model)


def test_layouts_at_fault_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Pass, program: Program, ctx: Context) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(ConvertLayouts, "run", run)
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    assert [failure.left_out for failure in small.report.failures] == ["channel layouts"]
    assert small.report.changed_layers


def test_kernels_and_measuring_at_fault_are_left_out(monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> None:
    def broken(*arguments: object, **options: object) -> Any:
        raise OSError("no such device")

    monkeypatch.setattr(exact_stages, "kernels_for", broken)
    monkeypatch.setattr(exact_stages, "has_zeros", lambda *_: True)
    stopwatch.measured = broken
    model = net()
    with pytest.warns(FallbackWarning):
        small = sparsec.compile(model, (torch.randn(3, 6),), strict=False)
    assert is_right(small, model)
    assert [failure.left_out for failure in small.report.failures] == ["sparse kernels", "measuring"]


def test_what_no_pass_explains_leaves_everything_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = driver.report_of, []

    def once(state: State) -> Any:
        calls.append(state)
        if sum(w.numel() for w in state.program.weights().values()) < 700:  # as long as anything is removed
            raise LookupError("a report that fails")
        return real(state)

    monkeypatch.setattr(driver, "report_of", once)
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    assert small.report.failures[-1].left_out == "everything"
    assert not small.report.changed_layers
    assert len(calls) > 1


@dataclasses.dataclass(frozen=True)
class Careless(Pass):
    """Adds one to a bias."""

    def run(self, program: Program, ctx: Context) -> bool:
        node = next(n for n in program.nodes() if n.target is torch.ops.aten.linear.default)
        program.replace_weight(node, node.args[2], program.weight(node.args[2]) + 1)  # type: ignore[operator,arg-type]
        return True


def test_a_pass_of_another_package_is_left_out() -> None:
    model = net()
    small = compiled(model, passes=[Careless()])
    assert is_right(small, model)
    assert small.report.failures[0].left_out == "pass 'careless'"
    with pytest.raises(PassError, match="careless"):
        sparsec.compile(model, (torch.randn(3, 6),), measure=False, strict=True, passes=[Careless()])


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_is_not_ours_is_not_swallowed(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(self: Pass, program: Program, ctx: Context) -> bool:
        raise error

    monkeypatch.setattr(DropIdentities, "run", run)
    with pytest.raises(type(error)):
        sparsec.compile(net(), (torch.randn(3, 6),), measure=False, strict=False)


def test_the_environment_says_what_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DropIdentities, "run", lambda self, program, ctx: 1 / 0)
    with pytest.raises(PassError, match="it fails with ZeroDivisionError"):
        sparsec.compile(net(), (torch.randn(3, 6),), measure=False)
    monkeypatch.setenv("SPARSEC_STRICT", "0")
    with pytest.warns(FallbackWarning):
        sparsec.compile(net(), (torch.randn(3, 6),), measure=False)


def test_a_bundle_holds_what_helps_and_nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARSEC_BUNDLE", str(tmp_path))
    monkeypatch.setattr(RemoveChannels, "run", wrong("linear", doubled))
    model = net()
    small = compiled(model)
    assert is_right(small, model)
    (folder,) = tmp_path.iterdir()
    assert {file.name for file in folder.iterdir()} == {"graph.txt", "about.json", "program.pt2"}
    about = json.loads((folder / "about.json").read_text())
    assert about["failures"][0]["pass_name"] == "remove-channels"
    assert about["inputs"] == ["torch.float32 [3, 6]"]
    bundled = torch.export.load(folder / "program.pt2")
    own = dict(model.named_parameters())
    for name, weight in bundled.state_dict.items():
        assert torch.equal(weight == 0, own[name] == 0)
        assert not torch.isin(weight[weight != 0], own[name]).any()
    for file in folder.iterdir():
        content = file.read_bytes()
        assert __file__.encode() not in content
        assert torch.tensor(SECRET).numpy().tobytes() not in content
