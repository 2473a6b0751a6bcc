"""The pass: layers become sparse as asked, one walk over data serves all, and a program stays what it was else."""

from __future__ import annotations

import fnmatch
import itertools
import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.passes.base import Context
from sparsec.passes.prune.allocation import allocation_of
from sparsec.passes.prune.budget import Macs, Parameters
from sparsec.passes.prune.compensation import compensation_of
from sparsec.passes.prune.importance import importance_of
from sparsec.passes.prune.outcome import PRUNED, Pruned
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.prune import Prune
from sparsec.passes.prune.walk import Batch


class Small(nn.Module):
    """Linear layers and convolutions of all kinds, one of them shared."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.grouped = nn.Conv2d(8, 12, 3, stride=2, dilation=2, padding=2, groups=2)
        self.up = nn.ConvTranspose2d(12, 6, 2, stride=2)
        self.hidden = nn.Linear(6, 16)
        self.again = nn.Linear(16, 16, bias=False)
        self.last = nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.grouped(F.relu(self.depthwise(F.relu(self.norm(self.first(x))))))
        x = F.relu(self.up(F.relu(x))).mean((2, 3))
        x = F.relu(self.hidden(x))
        return self.last(F.relu(self.again(F.relu(self.again(x)))))


def batches(count: int = 3, seed: int = 0) -> tuple[Batch, ...]:
    g = torch.Generator().manual_seed(seed)
    return tuple(Batch((torch.randn(4, 3, 8, 8, generator=g),)) for _ in range(count))


@pytest.fixture(scope="module")
def small() -> Program:
    torch.manual_seed(0)
    return capture(Small().eval(), batches(1)[0].inputs)


def pruned(program: Program, **options: Any) -> tuple[Program, Pruned]:
    readers = {
        "pattern": pattern_of,
        "importance": importance_of,
        "allocation": allocation_of,
        "compensation": compensation_of,
    }
    given = {name: readers.get(name, lambda x: x)(value) for name, value in options.items()}
    result = program.copy()
    Prune(**given).run(result, Context())
    return result, result.facts[PRUNED]


def zeros(program: Program) -> dict[str, float]:
    return {name: float((held == 0).double().mean()) for name, held in program.held_weights().items() if held.ndim > 1}


WEIGHTS = {"first", "grouped", "up", "hidden", "again", "last"}


@pytest.mark.parametrize("importance", ["magnitude", "wanda", "sparsegpt"])
@pytest.mark.parametrize("pattern", ["scattered", "4x1", "2:4"])
def test_every_layer_gets_its_share(small: Program, importance: str, pattern: str) -> None:
    before = {name: held.clone() for name, held in small.held_weights().items()}
    result, outcome = pruned(small, sparsity=0.5, importance=importance, pattern=pattern, data=batches())
    assert {one.name for one in outcome.outcomes} == WEIGHTS
    found = zeros(result)
    for one in outcome.outcomes:
        assert one.zeros == pytest.approx(found[f"{one.name}.weight"])
        assert one.zeros == pytest.approx(0.5, abs=0.2)  # to half a group, or the inputs that N:M leaves over
    assert "depthwise" in outcome.refused
    assert found["depthwise.weight"] == 0.0
    assert all(torch.equal(held, before[name]) for name, held in small.held_weights().items())
    for name, kept in outcome.kept.items():
        assert bool((result.held_weights()[name][~kept] == 0).all())


@pytest.mark.parametrize("importance", ["magnitude", "wanda"])
@pytest.mark.parametrize("names", ["*", "h*,last,first"])
def test_a_lower_mean_of_a_pattern_with_one_share(small: Program, importance: str, names: str) -> None:
    """Some layers have the pattern's share: those that lose least, as a search over all choices finds them."""
    options = {"pattern": "2:4", "importance": importance, "sequential": False}
    options |= {"data": batches()} if importance == "wanda" else {}
    dense, masked = (
        {name: held.detach() for name, held in small.held_weights().items()},
        pruned(small, sparsity=0.5, **options)[1],
    )
    losses = {
        one.name: one.lost
        if importance == "wanda"
        else share_gone(dense[f"{one.name}.weight"], masked.kept[f"{one.name}.weight"])
        for one in masked.outcomes
    }
    sizes = {one.name: math.prod(one.shape) for one in masked.outcomes}
    meant = [name for name in sizes if any(fnmatch.fnmatch(name, pattern) for pattern in names.split(","))]
    choices = [chosen for n in range(len(meant) + 1) for chosen in itertools.combinations(meant, n)]
    enough = [chosen for chosen in choices if sum(sizes[x] for x in chosen) >= 0.6 * sum(sizes[x] for x in meant)]
    best = min(enough, key=lambda chosen: sum(losses[name] or 0.0 for name in chosen))
    shares = (
        {"sparsity": 0.3} if names == "*" else {"sparsity": 0.0, "allocation": dict.fromkeys(names.split(","), 0.3)}
    )
    found = pruned(small, **shares, **options)[1]
    assert {one.name for one in found.outcomes if one.zeros} == {*best}
    assert {one.name: one.asked for one in found.outcomes} == {name: 0.3 if name in meant else 0.0 for name in sizes}


def share_gone(weight: Tensor, kept: Tensor) -> float:
    return float(weight[~kept].double().square().sum() / weight.double().square().sum())


def test_nothing_asked_is_dense(small: Program) -> None:
    result, outcome = pruned(small, sparsity=0.0, importance="wanda", compensation="affine", data=batches())
    assert all(held is small.held_weights()[name] for name, held in result.held_weights().items())
    assert all(one.zeros == one.lost == 0.0 for one in outcome.outcomes)


@pytest.mark.parametrize("sequential", [True, False])
def test_a_layer_is_judged_by_what_it_reads(small: Program, sequential: bool) -> None:
    """What makes up for zeros loses less, in every layer, and in the model."""
    outputs = {}
    for compensation in ("none", "least-squares", "affine"):
        result, outcome = pruned(
            small,
            sparsity=0.5,
            importance="wanda",
            compensation=compensation,
            sequential=sequential,
            data=batches(),
        )
        errors = [result.run(b.inputs)[0] - small.run(b.inputs)[0] for b in batches()]
        outputs[compensation] = float(torch.cat(errors).norm())
        told = [(one.lost, one.masked) for one in outcome.outcomes if one.lost is not None and one.masked is not None]
        assert all(after <= before * 1.001 for after, before in told)
        assert bool(told) == (compensation != "none")
    assert outputs["affine"] < outputs["least-squares"] < outputs["none"]


def test_what_a_layer_loses_is_what_its_outputs_lose(small: Program) -> None:
    """Of the last layer, whose outputs are the model's; against the dense model, all layers pruned."""
    options = {"sparsity": 0.5, "importance": "wanda", "compensation": "least-squares", "pattern": "4x1"}
    result, outcome = pruned(small, **options, data=batches())
    dense, now = (torch.cat([program.run(batch.inputs)[0] for batch in batches()]) for program in (small, result))
    whole = (dense - small.held_weights()["last.bias"].detach()).square().sum()
    told = next(one for one in outcome.outcomes if one.name == "last").lost
    assert told == pytest.approx(float((now - dense).square().sum() / whole), rel=1e-2)


@pytest.mark.parametrize("compensation", ["bias", "affine"])
def test_a_batch_norm_takes_the_means(compensation: str) -> None:
    """Where a convolution has no bias, the mean that the norm takes away is one: outputs keep the dense mean."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.BatchNorm2d(8), nn.Sigmoid(), nn.Conv2d(8, 4, 1, bias=False))
    net.append(nn.BatchNorm2d(4))
    for norm in (net[1], net[4]):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2.0)
    net = net.double().eval()
    data = tuple(Batch((batch.inputs[0].double() + 1.0,)) for batch in batches())
    program = capture(net, data[0].inputs)
    options = {"pattern": "4x1", "sparsity": 0.5, "importance": "wanda"}
    result, _ = pruned(program, **options, compensation=compensation, data=data)
    means = [torch.cat([one.run(x.inputs)[0] for x in data]).mean((0, 2, 3)) for one in (program, result)]
    torch.testing.assert_close(*means, rtol=0, atol=1e-10)
    changed = {name for name, held in result.held_weights().items() if not torch.equal(held, program.weights()[name])}
    assert changed == {"0.weight", "1.running_mean", "3.weight", "4.running_mean"}


def test_a_mean_that_others_read_stays() -> None:
    """One norm after two convolutions, and a result that others read beside the norm: neither has a bias to change."""
    torch.manual_seed(0)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.norm = nn.Conv2d(3, 3, 1, bias=False), nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)

        def forward(self, x: Tensor) -> Tensor:
            x = self.norm(self.first(x))
            y = self.second(F.relu(x))
            return self.norm(y) + y

    data = batches()
    program = capture(Net().eval(), data[0].inputs)
    result, _ = pruned(program, sparsity=0.5, importance="wanda", compensation="bias", data=data)
    assert torch.equal(result.weights()["norm.running_mean"], program.weights()["norm.running_mean"])


def test_what_is_kept_stays(small: Program) -> None:
    result, outcome = pruned(small, sparsity=0.5, keep=("la*", "first"))
    found = zeros(result)
    assert found["last.weight"] == found["first.weight"] == 0.0
    assert found["hidden.weight"] == 0.5
    assert outcome.refused["last"] == "it is kept, as asked"


@pytest.mark.parametrize("budget", [Macs(0.6), Parameters(0.4)])
def test_budgets_are_met(small: Program, budget: Any) -> None:
    result, outcome = pruned(small, budget=budget)
    assert outcome.left == pytest.approx(budget.share, abs=0.02)
    with pytest.raises(UserError, match="cannot be met"):
        pruned(small, budget=budget, keep=("[!l]*",))
    assert result.held_weights().keys() == small.held_weights().keys()


@pytest.mark.parametrize("measured", [False, True])
def test_more_goes_where_less_is_lost(small: Program, measured: bool) -> None:
    result, outcome = pruned(
        small, sparsity=0.5, importance="wanda", allocation="l-greco", measured=measured, data=batches()
    )
    whole = sum(held.numel() for name, held in result.held_weights().items() if name.removesuffix(".weight") in WEIGHTS)
    gone = sum(one.zeros * torch.Size(one.shape).numel() for one in outcome.outcomes)
    assert gone / whole == pytest.approx(0.5, abs=0.03)
    assert len({round(one.zeros, 2) for one in outcome.outcomes}) > 2


def test_padding_does_not_count() -> None:
    """Statistics are those of the rows that are no padding."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)).eval()
    x, kept = torch.randn(3, 5, 6), torch.ones(3, 5, dtype=torch.bool)
    program = capture(net, (x,))
    kept[:, 3:] = False
    junk = torch.where(kept[..., None], x, 1e3)
    options = {"sparsity": 0.5, "importance": "wanda", "compensation": "affine"}
    clean, _ = pruned(program, **options, data=(Batch((x[:, :3],)),))
    masked, _ = pruned(program, **options, data=(Batch((junk,), kept),))
    for name, held in clean.held_weights().items():
        torch.testing.assert_close(held, masked.held_weights()[name])


def test_what_cannot_be(small: Program) -> None:
    for options, what in (
        ({}, "nobody says how many"),
        ({"sparsity": 1.5}, "not between 0 and 1"),
        ({"sparsity": float("nan")}, "not between 0 and 1"),
        ({"sparsity": 0.5, "importance": "wanda"}, "'wanda' looks at data"),
        ({"sparsity": 0.5, "units": ("neurons",)}, "no units 'neurons'"),
    ):
        with pytest.raises(UserError, match=what):
            pruned(small, **options)


def test_tied_layers_have_one_mask(small: Program) -> None:
    """The weight that is read twice is judged by both of its inputs, and pruned once."""
    result, outcome = pruned(small, sparsity=0.5, importance="wanda", data=batches())
    assert sum(one.name == "again" for one in outcome.outcomes) == 1
    readers = [n for n in result.nodes() if n.op == "get_attr" and n.target == "again.weight"]
    assert sum(len(node.users) for node in readers) == 2


@pytest.mark.parametrize("layer", [nn.GRU(6, 8), nn.LSTM(6, 8, bidirectional=True), nn.RNN(6, 8)])
def test_what_no_layer_reads_is_told(layer: nn.Module) -> None:
    program = capture(nn.Sequential(nn.Linear(5, 6), layer).eval(), (torch.randn(3, 2, 5),))
    _, outcome = pruned(program, sparsity=0.5)
    assert {one.name for one in outcome.outcomes} == {"0"}
    assert "no linear layer" in outcome.refused["1.weight_hh_l0"]


def test_weights_in_one_memory_stay_as_they_are() -> None:
    """They would be one weight no more: part of another, or its transpose."""

    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.third = nn.Linear(8, 12), nn.Linear(12, 8), nn.Linear(8, 4)
            self.second.weight = nn.Parameter(self.first.weight.data.t())

        def forward(self, x: Tensor) -> Tensor:
            return self.third(self.second(self.first(x).relu()).relu())

    program = capture(Shared().eval(), (torch.randn(3, 8),))
    _, outcome = pruned(program, sparsity=0.5)
    assert {one.name for one in outcome.outcomes} == {"third"}
    assert "in the memory of 'second.weight'" in outcome.refused["first"]
    assert "in the memory of 'first.weight'" in outcome.refused["second"]


def test_scores_that_let_nothing_go_are_told(small: Program) -> None:
    result, outcome = pruned(small, sparsity=0.5, importance=lambda m, _: torch.full_like(m.values, torch.inf))
    assert not any(zeros(result).values())
    assert outcome.refused["first"] == "its scores are infinite, so that all of it has to stay"
