"""Layers in three factors: they compute their product, stand only where they pay, and come nearer than 2:4."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.compiler.pruning.armored import ArmoredLinear, armor
from sparsec.passes.prune.armor import armor as factored
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.statistics import Norms


class Net(nn.Module):
    """Layers of several shapes; one is called twice, one has an odd number of inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again, self.odd = nn.Linear(16, 24), nn.Linear(24, 24, bias=False), nn.Linear(6, 4)
        self.last = nn.Linear(24, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.again(self.again(self.first(x).relu()).relu())
        return self.odd(self.last(x)[..., :6])


def made() -> tuple[nn.Module, Tensor]:
    torch.manual_seed(0)
    return Net().double().eval().requires_grad_(False), torch.randn(8, 5, 16, dtype=torch.float64)


def always(gain: float) -> object:
    def measured(programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        assert programs.keys() == {"dense", "three"}
        return {"three": gain}

    return measured


def test_three_products_are_the_product() -> None:
    torch.manual_seed(0)
    norms = Norms(12, 20)
    rows = torch.randn(30, 20, dtype=torch.float64)
    norms.observe(rows, rows)
    weight, bias = torch.randn(12, 20, dtype=torch.float64), torch.randn(12, dtype=torch.float64)
    found = factored(Matrix("one", weight), Seen([norms]), block=4, sweeps=2)
    layer = ArmoredLinear(found, bias, weight)
    x = torch.randn(2, 3, 20, dtype=torch.float64)
    torch.testing.assert_close(layer(x).detach(), nn.functional.linear(x, found.values, bias), rtol=0, atol=1e-10)


def test_layers_that_pay_stand_in_a_copy() -> None:
    model, data = made()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    result = armor(model, data, block=8, sweeps=2, keep=["last"], measured=always(1.5), progress=False)
    assert isinstance(result.model.first, ArmoredLinear) and isinstance(result.model.last, nn.Linear)
    assert {x.name for x in result.layers if x.kept} == {"first"}
    assert result.refused.keys() == {"again", "odd", "last"}
    assert all(x.loss < x.start for x in result.layers)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert result.model(data).isfinite().all()
    small = sparsec.compile(result.model, (data,), measure=False)
    torch.testing.assert_close(small(data), result.model(data), rtol=0, atol=1e-10)
    assert "1.50x as fast as dense" in str(result)


def test_layers_that_do_not_pay_stay() -> None:
    model, data = made()
    result = armor(model, data, block=8, sweeps=1, measured=always(0.9), progress=False)
    assert not any(isinstance(x, ArmoredLinear) for x in result.model.modules())
    assert torch.equal(result.model(data), model(data)) and "left as it is: 0.90x" in str(result)
    quick = armor(model, data, block=8, sweeps=1, measure=False, progress=False)
    assert isinstance(quick.model.last, ArmoredLinear)


def test_an_exported_program_is_refused() -> None:
    model, data = made()
    with pytest.raises(UserError, match="keeps its layers"):
        armor(torch.export.export(model, (data,)), data)  # type: ignore[arg-type]
