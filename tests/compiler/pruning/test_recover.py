"""recover(): the dense model teaches the pruned one, whose zeros stay; what comes back is never worse."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.pruning import Result


class Net(nn.Module):
    """Blocks that repeat, of which each is to give what it gave."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8)) for _ in range(3))
        self.head = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = x + block(x)
        out: Tensor = self.head(x)
        return out


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(0)
    return [torch.randn(16, 8, generator=g) for _ in range(10)]


@pytest.fixture(scope="module")
def pruned(data: Any) -> Result:
    torch.manual_seed(0)
    return sparsec.prune(Net().eval(), data, pattern="scattered", sparsity=0.6, importance="magnitude")


def test_what_was_lost_comes_back_and_zeros_stay(pruned: Result, data: Any) -> None:
    before = {name: value.clone() for name, value in pruned.model.state_dict().items()}
    result = sparsec.recover(pruned, data, steps=120, learning_rate=3e-3)
    assert type(result.model) is Net
    losses = [loss for _, loss in result.recovered.losses]
    assert min(losses) < 0.6 * losses[0]
    assert result.recovered.best > 0
    for name, kept in result.masks.items():
        assert not bool(result.model.get_parameter(name)[~kept].any())
    assert all(torch.equal(value, before[name]) for name, value in pruned.model.state_dict().items())
    small = result.compile(measure=False)
    torch.testing.assert_close(small(data[0]), result.model(data[0]), rtol=1e-4, atol=1e-5)


def test_the_same_again_is_the_same(pruned: Result, data: Any) -> None:
    one, two = (sparsec.recover(pruned, data, steps=5, seed=3) for _ in range(2))
    assert all(map(torch.equal, one.model.state_dict().values(), two.model.state_dict().values()))
    assert one.recovered.losses == two.recovered.losses


def test_it_is_never_worse(pruned: Result, data: Any) -> None:
    """A learning rate that ruins everything leaves what there was."""
    result = sparsec.recover(pruned, data, steps=20, learning_rate=10.0)
    losses = [loss for _, loss in result.recovered.losses]
    assert losses[0] == min(losses)
    assert result.recovered.best == 0
    assert all(map(torch.equal, result.model.state_dict().values(), pruned.model.state_dict().values()))


def test_what_came_as_a_file_is_taught_too(pruned: Result, data: Any) -> None:
    """Its outputs alone: it has no blocks any more."""
    exported = torch.export.export(pruned.dense, (data[0],), dynamic_shapes=({0: torch.export.Dim.AUTO},))
    result = sparsec.prune(exported, data, pattern="scattered", sparsity=0.6, importance="magnitude")
    better = sparsec.recover(result, data, steps=60, learning_rate=3e-3)
    losses = [loss for _, loss in better.recovered.losses]
    assert min(losses) < 0.7 * losses[0]
    assert isinstance(better.model, torch.export.ExportedProgram)
    for name, kept in result.masks.items():
        assert not bool(better.model.state_dict[name][~kept].any())
        assert torch.equal(result.model.state_dict[name], pruned.model.state_dict()[name])
    small = better.compile(measure=False)
    torch.testing.assert_close(small(data[0]), better.model.module()(data[0]), rtol=1e-4, atol=1e-5)
    assert better.losses["relative"].value < result.losses["relative"].value


def test_minutes_are_kept_to(pruned: Result) -> None:
    """With the data that the model was pruned with."""
    result = sparsec.recover(pruned, minutes=0.02)
    assert result.recovered.steps >= 1


def test_what_cannot_be(pruned: Result, data: Any) -> None:
    for options, what in (
        ({"minutes": 0}, "minutes=0 is no number above 0"),
        ({"minutes": "ten"}, "minutes='ten' is no number"),
        ({"steps": 1.5}, "steps=1.5 is no whole number"),
        ({"steps": 0}, "steps=0 is no whole number"),
        ({"learning_rate": float("nan")}, "learning_rate=nan is no number"),
        ({"data": [data[0][:, :3]]}, "'Net' fails on the example inputs"),
        ({"result": pruned.model}, "a value of type 'Net' is no result of pruning"),
    ):
        with pytest.raises(sparsec.UserError, match=what):
            sparsec.recover(**{"result": pruned, "data": data} | options)  # type: ignore[arg-type]
    torch.manual_seed(0)
    blind = sparsec.prune(Net().eval(), args=(data[0],), pattern="scattered", sparsity=0.5)
    with pytest.raises(sparsec.UserError, match="without data"):
        sparsec.recover(blind)


def test_a_rate_that_leads_nowhere_is_said(pruned: Result, data: Any) -> None:
    found = sparsec.recover(pruned, data, steps=20, learning_rate=1e20)
    assert found.recovered is not None and found.recovered.best == 0
    assert "Nothing was recovered" in found.recovered.says() and "learning rate is too high" in str(found)
    assert "went from" in sparsec.recover(pruned, data, steps=2).recovered.says()  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, lambda: torch.autocast("cpu")])
def test_whatever_mode_it_is_called_in(pruned: Result, data: Any, mode: Any) -> None:
    wanted = sparsec.recover(pruned, data, steps=2)
    with mode():
        found = sparsec.recover(pruned, data, steps=2)
    assert found.recovered == wanted.recovered


def test_a_model_of_another_dtype_than_the_data_is_refused(pruned: Result, data: Any) -> None:
    other = copy.deepcopy(pruned)
    other.model.half()
    with pytest.raises(sparsec.UserError, match="'Net' fails on the example inputs"):
        sparsec.recover(other, data, steps=2)
