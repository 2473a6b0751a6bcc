"""prune(): the user's own module with zeros in it, that computes what is compiled from it."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec import Macs
from sparsec.pruning import Data


class Net(nn.Module):
    """Two layers of one weight, one without bias, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(12, 32)
        self.second = nn.Linear(32, 32, bias=False)
        self.third = nn.Linear(32, 32, bias=False)
        self.third.weight = self.second.weight
        self.head = nn.Linear(32, 6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.third(self.second(self.first(x).relu()).relu())
        out: Tensor = self.head(x.relu())
        return out


@pytest.fixture(scope="module")
def net() -> Net:
    torch.manual_seed(0)
    return Net().eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(1)
    return [torch.randn(16, 12, generator=g) for _ in range(6)]


@pytest.mark.parametrize("options", [{"sparsity": 0.5}, {"units": "neuron", "sparsity": 0.25}, {"budget": Macs(0.6)}])
def test_the_module_of_the_user_has_zeros_and_is_what_is_compiled(net: Net, data: Any, options: Any) -> None:
    before = copy.deepcopy(net.state_dict())
    result = sparsec.prune(net, data, **options)
    assert type(result.model) is Net
    assert result.model.state_dict().keys() == before.keys()
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert result.model.third.weight is result.model.second.weight
    small = result.compile(measure=False)
    torch.testing.assert_close(small(data[0]), result.model(data[0]), rtol=1e-4, atol=1e-5)
    for name, kept in result.masks.items():
        assert not bool(result.model.get_parameter(name)[~kept].any())
    assert result.losses["relative"].value > 0
    assert "Against the dense model" in str(result)


def test_without_data_weights_are_judged_by_themselves(net: Net, data: Any) -> None:
    result = sparsec.prune(net, args=(data[0],), sparsity=0.5, pattern="scattered")
    assert float((result.model.second.weight == 0).double().mean()) == 0.5
    assert not result.losses
    with pytest.raises(sparsec.UserError, match="looks at data"):
        sparsec.prune(net, args=(data[0],), sparsity=0.5, importance="wanda")


def test_the_same_again_is_the_same(net: Net, data: Any) -> None:
    one, two = (sparsec.prune(net, data, sparsity=0.5, importance="wanda", compensation="affine") for _ in range(2))
    assert all(map(torch.equal, one.model.state_dict().values(), two.model.state_dict().values()))


class Counting(nn.Module):
    """One that keeps count of what it has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 6)
        self.register_buffer("calls", torch.zeros(6))

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer(x)
        self.calls.add_(x.mean(0))
        return x


def test_what_a_model_keeps_stays_as_it_was(data: Any) -> None:
    """However often it is run on the way, by a metric of the user's, too."""
    net = Counting().eval()
    result = sparsec.prune(net, data, sparsity=0.5, metric=lambda model: model(data[0]).square().mean())
    assert not bool(net.calls.any()) and not bool(result.model.calls.any())


def test_shares_by_name(net: Net, data: Any) -> None:
    result = sparsec.prune(net, data, sparsity={"head": 0.0, "first": 0.75, "*": 0.5}, pattern="scattered")
    zeros = {one.name: one.zeros for one in result.outcome.outcomes}
    assert (zeros.pop("head"), zeros.pop("first"), *zeros.values()) == (0.0, 0.75, 0.5)


def test_a_pattern_with_one_share_meets_a_lower_one_by_layers(net: Net, data: Any) -> None:
    result = sparsec.prune(net, data, pattern="2:4", sparsity={"head": 0.5, "*": 0.3}, keep=["first"])
    zeros = {one.name: one.zeros for one in result.outcome.outcomes}
    # One weight is left beside it, of which 30 % is asked.
    assert (zeros.pop("head"), *zeros.values()) == (0.5, 0.5)
    with pytest.raises(sparsec.UserError, match=re.escape("2:4 has a share of 0.5 of zeros, not 0.6")):
        sparsec.prune(net, data, pattern="2:4", sparsity={"*": 0.6})


def test_a_metric_of_the_users(net: Net, data: Any) -> None:
    def accuracy(model: Any) -> Tensor:
        return (model(data[0]).argmax(1) == net(data[0]).argmax(1)).double()

    result = sparsec.prune(net, data, sparsity=0.5, metric=accuracy)
    assert result.losses["accuracy, dense"].value == 1.0
    assert result.losses["accuracy, pruned"].value <= 1.0


def test_a_file_comes_back_as_an_exported_program(net: Net, data: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.pt2"
    torch.export.save(torch.export.export(net, (data[0],), dynamic_shapes=({0: torch.export.Dim.AUTO},)), path)
    result = sparsec.prune(path, data, sparsity=0.5)
    assert isinstance(result.model, torch.export.ExportedProgram)
    assert int((result.model.state_dict["head.weight"] == 0).sum()) == 6 * 16


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"sparsity": 0.5, "budget": Macs(0.5)}, "both sparsity= and budget="),
        ({"sparsity": 0.5, "units": "head", "pattern": "8x1"}, "both units= and pattern="),
        ({"sparsity": {"*": 0.5}, "allocation": "owl"}, "both sparsity= and allocation="),
        ({"sparsity": 0.5, "keep": ["heads"]}, "no layer 'heads'"),
        ({"sparsity": 0.5, "importance": "wanada"}, "no importance 'wanada'"),
        ({}, "nobody says how many"),
        ({"sparsity": 0.5, "units": "expert"}, "no expert that may go"),
        ({"units": "neuron", "budget": Macs(1e-4)}, r"all goes that may, \d+\.\d\d% of the model are left"),
    ],
)
def test_what_cannot_be_asked(net: Net, data: Any, options: Any, what: str) -> None:
    with pytest.raises(sparsec.UserError, match=what):
        sparsec.prune(net, Data.of(data, net), **options)


def test_neither_data_nor_inputs(net: Net) -> None:
    with pytest.raises(sparsec.UserError, match="neither data nor example inputs") as refusal:
        sparsec.prune(net, sparsity=0.5, importance="magnitude")
    assert "args=" in str(refusal.value)


def test_losses_of_the_model_are_measured_for_importances_without_data_too(net: Net, data: Any) -> None:
    found = [
        sparsec.prune(
            net, data, sparsity=0.5, importance="magnitude", allocation="l-greco{step=0.05}", measured=measured
        )
        for measured in (False, True)
    ]
    one, other = ({layer.name: layer.asked for layer in result.outcome.outcomes} for result in found)
    assert one != other
    with pytest.raises(sparsec.UserError, match="runs the model on data"):
        sparsec.prune(net, args=(data[0],), sparsity=0.5, allocation="global", measured=True)


@pytest.mark.parametrize(("target", "block"), [("cpu", (8, 1)), ("onnxruntime", (8, 1)), ("openvino", (1, 1))])
def test_zeros_lie_as_the_target_runs_them(net: Net, data: Any, target: str, block: tuple[int, int]) -> None:
    result = sparsec.prune(net, data, sparsity=0.5, target=target)
    zero = result.model.first.weight == 0
    tiles = zero.unfold(0, block[0], block[0]).unfold(1, block[1], block[1]).flatten(2)
    assert bool((tiles.all(dim=2) == tiles.any(dim=2)).all())
    assert result.outcome.outcomes[0].zeros == pytest.approx(0.5, abs=0.05)
    eights = zero.unfold(0, 8, 8)
    assert bool((eights.all(dim=2) == eights.any(dim=2)).all()) == (block == (8, 1))


class Odd(nn.Module):
    """A weight that is a buffer, one that is computed, and one in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("table", torch.randn(16, 12))
        self.normed = nn.utils.parametrizations.weight_norm(nn.Linear(16, 16))
        self.listed = nn.ParameterList([nn.Parameter(torch.randn(16, 6))])

    def forward(self, x: Tensor) -> Tensor:
        x = self.normed(nn.functional.linear(x, self.table).relu()).relu()
        return x @ self.listed[0]


def test_weights_that_are_no_layers_parameters(data: Any) -> None:
    """All that a matrix multiplies with is pruned, wherever it is held; what is trained of it is held when tuned."""
    torch.manual_seed(0)
    result = sparsec.prune(Odd().eval(), data, sparsity=0.5, pattern="scattered")
    assert {*result.masks} == {"table", "listed.0"}
    assert "remove_parametrizations" in result.outcome.refused["normed"]
    tunable = result.tunable()
    torch.testing.assert_close(tunable(data[0]), result.model(data[0]))
    tunable(data[0]).sum().backward()
    final = sparsec.finalize(tunable)
    assert final.state_dict().keys() == result.model.state_dict().keys()
    assert float((final.table == 0).double().mean()) == float((final.listed[0] == 0).double().mean()) == 0.5


def test_zeros_of_an_earlier_pruning_stay_where_units_go(net: Net, data: Any) -> None:
    first = sparsec.prune(net, data, sparsity=0.5, pattern="scattered")
    second = sparsec.prune(first.model, data, sparsity=0.25, units="neuron")
    weights = [name for name in second.masks if name.endswith("weight")]
    assert len(weights) == 3
    for name in weights:
        before, after = first.model.get_parameter(name), second.model.get_parameter(name)
        assert bool((before == 0).any()) and not bool(after[before == 0].any())
        assert bool((after == 0).equal(~second.masks[name]))  # so that tuning holds all of them


def test_zeros_are_counted_as_they_are(net: Net, data: Any) -> None:
    result = sparsec.prune(net, data, sparsity=0.25, units=("neuron", "head"))
    shares = {one.name: one.zeros for one in result.outcome.outcomes}
    assert shares
    for name, share in shares.items():
        assert share == pytest.approx(float((result.model.get_parameter(f"{name}.weight") == 0).double().mean()))
    assert "The model has no head that may go." in str(result)


def test_what_was_asked_for_is_what_the_user_asked_for(net: Net, data: Any) -> None:
    greedy = {"allocation": "l-greco", "pattern": "scattered", "sparsity": 0.53}
    assert "53.0% were asked for" in str(sparsec.prune(net, data, **greedy))
    left = str(sparsec.prune(net, data, budget=Macs(0.6), pattern="scattered"))
    assert left.splitlines()[0].count("were asked for") == 1
    assert str(sparsec.prune(net, data, sparsity=0.5, keep=["*"])).startswith("No layer was pruned.")
    named = sparsec.prune(net, data, sparsity={"first": 0.9, "*": 0.3}, pattern="scattered")
    again = sparsec.prune(net, data, recipe=named.recipe)
    assert str(again) == str(named) and "0.0% were" not in str(named)


def test_metrics_leave_modes_alone_and_need_no_data(net: Net, data: Any) -> None:
    def loop(model: Any) -> Tensor:
        model.train()
        return torch.ones(3)

    result = sparsec.prune(net, args=(data[0],), sparsity=0.5, metric=loop)
    assert not net.training and not result.model.training
    assert result.losses["loop, pruned"].value == 1.0 and "loop, dense 1" in str(result)
    with pytest.raises(sparsec.UserError, match="'kl' looks at data"):
        sparsec.prune(net, args=(data[0],), sparsity=0.5, metric="kl")


def test_a_metric_that_fails_does_so_before_anything_is_pruned(net: Net, data: Any) -> None:
    def never(weight: Any, seen: Any) -> Tensor:
        raise AssertionError("pruned")

    with pytest.raises(sparsec.UserError, match="the metric 'broken' fails"):
        sparsec.prune(net, data, sparsity=0.5, importance=never, metric=broken)


def test_a_metric_that_writes_into_the_model_is_noticed(net: Net, data: Any) -> None:
    def halved(model: Any) -> float:
        model.first.weight.mul_(0.5)
        return 1.0

    with pytest.raises(sparsec.UserError, match=r"'halved' writes into 'first\.weight'"):
        sparsec.prune(copy.deepcopy(net), data, sparsity=0.5, metric=halved)


def broken(model: Any) -> float:
    raise ZeroDivisionError


def test_an_importance_of_the_users_cannot_change_weights(net: Net, data: Any) -> None:
    def erases(weight: Any, seen: Any) -> Tensor:
        scores: Tensor = weight.values.abs()
        weight.values.zero_()
        return scores

    result = sparsec.prune(net, data, sparsity=0.5, pattern="scattered", importance=erases)
    assert sum(one.zeros for one in result.outcome.outcomes) / len(result.outcome.outcomes) == pytest.approx(
        0.5, abs=0.05
    )


def test_a_traced_module_is_refused(net: Net, data: Any) -> None:
    with pytest.warns(DeprecationWarning, match="jit.trace"):
        traced = torch.jit.trace(net, data[0])
    with pytest.raises(sparsec.UserError, match="TorchScript module"):
        sparsec.prune(traced, data, sparsity=0.5)


class Complex(nn.Module):
    """A layer of complex numbers before one of real ones."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(12, 16, dtype=torch.complex64), nn.Linear(16, 6)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.first(x.to(torch.complex64)).abs())
        return out


def test_weights_of_complex_numbers_stay(data: Any) -> None:
    model = Complex().eval()
    result = sparsec.prune(model, data, sparsity=0.5)
    assert torch.equal(result.model.first.weight, model.first.weight)
    assert "(first): its weight is complex64, not of floating point" in str(result)


def test_a_model_that_was_changed_is_not_compiled_or_saved_as_it_was(data: Any, tmp_path: Path) -> None:
    """Its program, losses and recipe are of other weights; statistics of batch norms count, masks alone do not."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(12, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 6)).eval()
    for name in ("0.weight", "1.running_mean", "3.bias"):
        result = sparsec.prune(model, data, sparsity=0.5)
        sparsec.pruning.hold(result.model, result.masks)
        result.require_unchanged()
        sparsec.finalize(result.model).state_dict()[name].add_(1.0)
        for what, inputs in ((result.compile, ()), (result.save, (tmp_path / "pruned.pt2",))):
            with pytest.raises(sparsec.UserError, match=f"'{name}' of the pruned model was changed") as raised:
                what(*inputs)
            assert raised.value.code == "stale-weights"
    small = sparsec.compile(result.model, (data[0],), measure=False)
    torch.testing.assert_close(small(data[0]), result.model(data[0]), rtol=1e-4, atol=1e-5)
