"""pattern="auto": what runs fastest at the loss of the usual pattern, and why; nothing here is decided by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec import Macs
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target


@pytest.fixture(scope="module")
def net() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16)).eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(0)
    return [torch.randn(8, 32, generator=g) for _ in range(4)]


def auto(net: nn.Module, data: Any, **options: Any) -> sparsec.pruning.Result:
    return sparsec.prune(net, data, **{"pattern": "auto", "sparsity": 0.6, "importance": "magnitude"} | options)


def test_where_no_kernel_pays_zeros_lie_anywhere(net: nn.Module, data: Any, stopwatch: Settled) -> None:
    stopwatch.form = 1.0
    result = auto(net, data)
    assert result.recipe.options["pattern"] == "scattered"
    first, *tried = result.outcome.notes
    assert "no pattern is faster than dense on cpu" in first and first in str(result)
    shares = {line.split()[0]: float(line.split()[2].rstrip("%")) / 100 for line in tried}
    assert shares["8x1"] == 0.6 and shares["scattered"] > 0.6
    assert result.outcome.outcomes[0].asked == pytest.approx(shares["scattered"], abs=0.005)


def test_the_fastest_at_that_loss_is_taken(data: Any, stopwatch: Settled) -> None:
    """Of layers of other sizes, since what was raced once is known; a recipe does it again without a search."""

    def form(programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        return {name: 3.0 for name in programs if name != "dense"}

    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(32, 72), nn.ReLU(), nn.Linear(72, 24)).eval()
    stopwatch.form = form
    result = auto(net, data)
    speeds = [float(line.partition("priced ")[2].partition("x")[0]) for line in result.outcome.notes[1:]]
    assert speeds == sorted(speeds, reverse=True) and speeds[0] > 2.0
    taken = result.recipe.options["pattern"]
    assert f"{taken} runs fastest on cpu at that loss" in result.outcome.notes[0]
    stopwatch.form = 1.0
    again = sparsec.prune(net, data, recipe=result.recipe)
    assert again.recipe.levels == result.recipe.levels and not again.outcome.notes
    assert all(map(torch.equal, again.model.state_dict().values(), result.model.state_dict().values()))


@pytest.mark.parametrize(
    "options", [{"data": None}, {"sparsity": None, "budget": Macs(0.5)}, {"sparsity": {"0": 0.5, "*": 0.2}}]
)
def test_what_cannot_be_compared(net: nn.Module, data: Any, options: Any) -> None:
    given = {"args": (data[0],)} | options
    with pytest.raises(sparsec.UserError, match="pattern='auto' compares patterns"):
        auto(net, given.pop("data", data), **given)
