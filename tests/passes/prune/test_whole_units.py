"""How much goes of which units: what an allocation is told of them, and the least loss for a budget."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.passes.prune.allocation import LGreco
from sparsec.passes.prune.allocation.by_name import ByName
from sparsec.passes.prune.allocation.shares import ROUNDING
from sparsec.passes.prune.budget import Budget, Bytes, Latency, Macs, Parameters
from sparsec.passes.prune.kinds import Candidate
from sparsec.passes.prune.outcome import Pruned
from sparsec.passes.prune.walk import Batch
from sparsec.passes.prune.weights import divergence

from .test_prune import pruned
from .test_units import Biased, batches


class Attending(nn.Module):
    """Two attention layers and two of neurons; the second of each hardly counts."""

    def __init__(self, width: int = 24, heads: int = 4) -> None:
        super().__init__()
        self.size = width // heads
        self.attention = nn.ModuleList(nn.ModuleList(nn.Linear(width, width) for _ in range(4)) for _ in range(2))
        self.mlp = nn.ModuleList(nn.Sequential(nn.Linear(width, 40), nn.ReLU(), nn.Linear(40, width)) for _ in range(2))
        with torch.no_grad():
            for one in (self.attention[1][3], self.mlp[1][2]):
                one.weight *= 0.05

    def forward(self, x: Tensor) -> Tensor:
        for attention, mlp in zip(self.attention, self.mlp, strict=True):
            q, k, v = (layer(x).unflatten(-1, (-1, self.size)).transpose(1, 2) for layer in attention[:3])
            x = x + attention[3](F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
            x = x + mlp(x)
        return x


KINDS = ("head", "query-key channel", "neuron")


@dataclass(frozen=True)
class Asked(LGreco):
    """One that keeps what it is told, and what it answers."""

    told: list[tuple[Sequence[Candidate], float, dict[str, float]]] = field(default_factory=list, compare=False)

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        found = super().levels(candidates, share)
        self.told.append((candidates, share, found))
        return found


@pytest.fixture(scope="module")
def net() -> tuple[Program, tuple[Batch, ...]]:
    torch.manual_seed(0)
    data = tuple(Batch((torch.randn(3, 5, 24),)) for _ in range(3))
    return capture(Attending().eval(), data[0].inputs), data


def without(net: tuple[Program, tuple[Batch, ...]], **options: Any) -> tuple[Program, Pruned]:
    program, data = net
    given: dict[str, Any] = {"units": KINDS, "importance": "obs", "compensation": "affine", "data": data}
    return pruned(program, **(given | options))


def least(candidates: Sequence[Candidate], share: float) -> float:
    """The least error of all choices that save enough."""
    tables = [[(0.0, 0.0), *((x.saved(level), error) for level, error in x.errors.items())] for x in candidates]
    wanted = (share - ROUNDING) * math.fsum(x.cost for x in candidates)
    choices = itertools.product(*tables)
    return min(math.fsum(e for _, e in one) for one in choices if math.fsum(saved for saved, _ in one) >= wanted)


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("budget", [None, Macs(0.6), Parameters(0.7), Bytes(0.6), Latency(0.8)], ids=str)
def test_units_go_where_the_least_is_lost(
    net: tuple[Program, tuple[Batch, ...]], budget: Budget | None, measured: bool
) -> None:
    """Of all choices of shares, as trying each of them says; where a budget is met, and less where more is lost."""
    asked = Asked(step=0.25, most=0.75)
    options = {"sparsity": 0.4} if budget is None else {"budget": budget}
    _, outcome = without(net, allocation=asked, measured=measured, **options)
    for candidates, share, levels in asked.told[-3:]:
        assert len(candidates) == 6 and all(x.errors and x.cost > 0 for x in candidates)
        lost = math.fsum({0.0: 0.0, **x.errors}[levels[x.name]] for x in candidates)
        assert lost == pytest.approx(least(candidates, share), abs=1e-12)
    if budget is not None:
        assert outcome.left is not None and budget.share - 0.1 <= outcome.left <= budget.share
    if measured:
        went = {one.name: one.asked for one in outcome.gone}
        for kind in KINDS:  # the second of each hardly counts
            first, second = sorted(name for name in went if name.endswith(kind))
            assert went[first] <= went[second]


def test_what_the_model_loses_is_measured(net: tuple[Program, tuple[Batch, ...]]) -> None:
    """What it is told of each axis is what happens if that axis alone loses as much."""
    asked = Asked(step=0.5, most=0.5)
    program, data = net
    without(net, allocation=asked, measured=True, sparsity=0.4)
    for one in asked.told[-1][0]:
        alone = ByName.of({one.name: 0.5, "*": 0.0})
        result, outcome = without(net, allocation=alone, sequential=False, sparsity=0.5)
        lost = [divergence(program.run(x.inputs), result.run(x.inputs)) for x in data]
        assert one.errors[0.5] == pytest.approx(sum(lost) / len(lost), rel=1e-4)
        assert sum(map(bool, (x.indices for x in outcome.gone))) == 1


def test_heads_cost_their_queries_and_keys(net: tuple[Program, tuple[Batch, ...]]) -> None:
    """And what is left where half of them go is what then is left of the model."""
    asked = Asked(step=0.5, most=0.5)
    without(net, allocation=asked, sparsity=0.4, units=("head", "neuron"))
    places = 3 * 5
    costs = {x.name: x.cost for x in asked.told[-1][0]}
    assert costs == pytest.approx(
        {f"attention.{at}.head": 4 * 24 * 24 * places for at in (0, 1)}
        | {f"mlp.{at}.neuron": 2 * 24 * 40 * places for at in (0, 1)}
    )
    _, outcome = without(net, units=("head", "neuron"), budget=Macs(0.5))
    assert outcome.left == pytest.approx(0.5, abs=0.02)


def test_what_is_tied_is_weighed_as_one() -> None:
    torch.manual_seed(0)
    data, net = batches((6, 16)), Biased().eval()
    with torch.no_grad():
        net.first[3].weight *= 0.1  # it would lose most of its heads, and the other few
    program, asked = capture(net, data[0].inputs), Asked(step=0.25, most=0.75)
    options: dict[str, Any] = {"units": ("head",), "sparsity": 0.4, "importance": "obs", "data": data}
    _, outcome = pruned(program, allocation=asked, measured=True, **options)
    names = [[x.name for x in candidates] for candidates, _, _ in asked.told]
    assert names == [["first.head", "alone.head", "second.head"], ["first.head", "alone.head"]]
    before, after = ({x.name: x for x in candidates} for candidates, _, _ in asked.told)
    assert after["first.head"].cost == pytest.approx(before["first.head"].cost + before["second.head"].cost)
    went = {one.name: one.indices for one in outcome.gone}
    assert went["first.head"] == went["second.head"]
    assert sum(map(len, went.values())) >= 0.4 * 3 * 4
