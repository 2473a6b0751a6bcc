"""Mean and deviation of outputs are those that they were, or those that a batch norm goes by."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine, Repair
from sparsec.passes.prune.kinds import Matrix

from ..drawn import drawn, scattered


def outputs(layer: Matrix, rows: Tensor) -> Tensor:
    found = rows @ layer.values.double().T
    return found if layer.bias is None else found + layer.bias.double()


@pytest.mark.parametrize("of", ["none", "affine", "least-squares"])
@pytest.mark.parametrize("drift", [0.0, 0.4])
def test_mean_and_deviation_are_the_dense_ones(of: str, drift: float) -> None:
    case, kept = drawn(7, 12, rows=200, drift=drift), scattered(7, 12)
    new = Repair(of=of, most=100.0).update(case.weight, kept, case.seen)
    found, dense = outputs(new, case.rows), outputs(case.weight, case.dense)
    torch.testing.assert_close(found.mean(dim=0), dense.mean(dim=0), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(found.var(dim=0), dense.var(dim=0), rtol=1e-5, atol=1e-6)


def test_without_a_bias_deviations_alone_are_restored() -> None:
    case, kept = drawn(7, 12, rows=200, bias=False), scattered(7, 12)
    new = Repair(most=100.0).update(case.weight, kept, case.seen)
    assert new.bias is None
    torch.testing.assert_close(outputs(new, case.rows).var(dim=0), outputs(case.weight, case.rows).var(dim=0))


def test_the_factor_is_limited_and_constants_stay() -> None:
    case = drawn(3, 6, rows=100)
    kept = torch.ones(3, 6, dtype=torch.bool)
    kept[0] = False
    tiny = Matrix("tiny", case.weight.values.clone(), case.weight.bias)
    tiny.values[1, 0] = 1e-3
    kept[1, 1:] = False
    new = Repair(most=2.0).update(tiny, kept, case.seen)
    assert not new.values[0].any() and new.values.isfinite().all()
    torch.testing.assert_close(new.values[1, 0], torch.tensor(2e-3, dtype=torch.float64))
    torch.testing.assert_close(new.values[2], tiny.values[2])


def test_an_unknown_one_before_and_a_factor_below_one_are_refused() -> None:
    for make in (lambda: Repair(of="nobody"), lambda: Repair(most=0.5), lambda: Repair(most=float("nan"))):
        with pytest.raises(UserError):
            make()
    assert Repair(of="affine").needs >= Affine.needs


# ------------------------------------------------------------ in models, with and without batch norms


def net(norm: bool, bias: bool) -> nn.Sequential:
    torch.manual_seed(1)
    layers = [nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 8, 3, padding=1, bias=bias)]
    if norm:
        last = nn.BatchNorm2d(8)
        nn.init.uniform_(last.weight, 0.5, 1.5)
        nn.init.normal_(last.bias)
        layers.append(last)
    return nn.Sequential(*layers).double().eval().requires_grad_(False)


def statistics(value: Tensor) -> tuple[Tensor, Tensor]:
    return value.mean(dim=(0, 2, 3)), value.var(dim=(0, 2, 3), unbiased=False)


@pytest.mark.parametrize(("norm", "bias"), [(True, False), (True, True), (False, True)])
def test_a_convolution_has_the_dense_statistics_again(norm: bool, bias: bool) -> None:
    model, data = net(norm, bias), torch.randn(6, 3, 7, 7, dtype=torch.float64)
    options = {"pattern": "scattered", "sparsity": 0.6, "importance": "magnitude", "keep": ["0"]}
    result = sparsec.prune(model, [data, data], compensation="repair", **options)
    before, after = statistics(model(data)), statistics(result.model(data))
    bare = statistics(sparsec.prune(model, [data, data], compensation="none", **options).model(data))
    for own, dense, without in zip(after, before, bare, strict=True):
        assert float((own - dense).abs().max()) < 1e-4 < float((without - dense).abs().max())
    assert (result.model[2].weight == 0).float().mean() == pytest.approx(0.6, abs=0.01)


def test_the_goal_norm_is_batch_norm_taken_again() -> None:
    """As a run in training mode with a cumulative average takes it, up to how the norm counts degrees of freedom."""
    model, data = net(norm=True, bias=False), torch.randn(6, 3, 7, 7, dtype=torch.float64)
    model[3].running_mean.normal_()
    model[3].running_var.uniform_(0.2, 3.0)
    result = sparsec.prune(
        model,
        [data, data],  # one is held out
        pattern="scattered",
        sparsity=0.6,
        importance="magnitude",
        compensation="repair{goal=norm,most=1000}",
        keep=["0"],
    )
    again = sparsec.prune(
        model, [data, data], pattern="scattered", sparsity=0.6, importance="magnitude", keep=["0"]
    ).model
    again[3].eps = 0.0
    mean, variance = statistics(again[:3](data))
    again[3].running_mean.copy_(mean)
    again[3].running_var.copy_(variance)
    model[3].eps = result.model[3].eps = 0.0
    torch.testing.assert_close(result.model(data), again(data), rtol=1e-5, atol=1e-5)


def test_a_batch_norms_mean_is_a_bias_for_every_compensation() -> None:
    """What a dense layer has on average is there again, though the convolution has no bias of its own."""
    model, data = net(norm=True, bias=False), torch.randn(6, 3, 7, 7, dtype=torch.float64)
    for compensation in ("bias", "affine"):
        result = sparsec.prune(
            model, [data, data], units="channel", sparsity=0.5, importance="variance", compensation=compensation
        )
        torch.testing.assert_close(statistics(result.model(data))[0], statistics(model(data))[0], rtol=1e-5, atol=1e-5)
        assert not torch.equal(result.model[3].running_mean, model[3].running_mean)
        assert torch.equal(result.model[3].running_var, model[3].running_var)


def test_a_mean_that_two_places_read_stays() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Conv2d(3, 8, 1, bias=False), nn.Conv2d(3, 8, 1, bias=False)
            self.norm = nn.BatchNorm2d(8)

        def forward(self, x: Tensor) -> Tensor:
            return self.norm(self.one(x)) + self.norm(self.two(x.relu()))

    torch.manual_seed(0)
    model, data = Twice().eval().requires_grad_(False), torch.randn(4, 3, 5, 5)
    result = sparsec.prune(
        model, [data, data], pattern="scattered", sparsity=0.5, importance="magnitude", compensation="bias"
    )
    assert torch.equal(result.model.norm.running_mean, model.norm.running_mean)
