"""The weights that stay are fitted again."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune import algebra
from sparsec.passes.prune.compensation import Affine, Bias, LeastSquares, Nothing
from sparsec.passes.prune.kinds import Compensation, Matrix
from sparsec.passes.prune.statistics import Moments

from ..drawn import Drawn, drawn, scattered

NO_DAMPING = LeastSquares(damping=0.0)


def fitted(case: Drawn, kept: Tensor, damping: float = 0.0, constant: bool = False) -> tuple[Tensor, Tensor]:
    """Row by row, from the very rows: ridge of the change on what is kept, and a bias if there is a constant."""
    weight = case.weight
    assert weight.bias is not None
    values, bias = weight.values * kept, weight.bias.clone()
    away = case.rows - case.rows.mean(dim=0) if constant else case.rows
    wanted = case.dense - case.dense.mean(dim=0) if constant else case.dense
    added = (damping * float((away**2).sum(dim=0).mean())) ** 0.5
    for row, mask in enumerate(kept):
        some = away[:, mask]
        missing = wanted @ weight.values[row] - away @ values[row]
        system = torch.cat([some, added * torch.eye(some.shape[1], dtype=torch.float64)])
        target = torch.cat([missing, torch.zeros(some.shape[1])])
        values[row, mask] += torch.linalg.lstsq(system, target[:, None], driver="gelsd").solution[:, 0]
    if constant:
        bias += weight.values @ case.dense.mean(dim=0) - values @ case.rows.mean(dim=0)
    return values, bias


def surgeon(case: Drawn, kept: Tensor, damping: float) -> Tensor:
    """A chain of Optimal Brain Surgeon's updates, one weight after the other."""
    second = case.seen[Moments].second
    ridge = damping * second.diagonal().mean() * torch.eye(len(second), dtype=second.dtype)
    start = torch.linalg.inv(second + ridge)
    values = case.weight.values.clone()
    for row, mask in enumerate(kept):
        inverse = start.clone()
        for gone in (~mask).nonzero().flatten().tolist():
            values[row] -= inverse[gone] * values[row, gone] / inverse[gone, gone]
            inverse -= torch.outer(inverse[:, gone], inverse[gone]) / inverse[gone, gone]
        values[row, ~mask] = 0
    return values


@pytest.mark.parametrize("drift", [0.0, 0.4])
@pytest.mark.parametrize("damping", [0.0, 0.1])
def test_equals_least_squares_of_the_rows(drift: float, damping: float) -> None:
    case, kept = drawn(6, 10, drift=drift), scattered(6, 10)
    new = LeastSquares(damping).update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, fitted(case, kept, damping)[0], rtol=1e-8, atol=1e-10)
    assert new.bias is case.weight.bias


@pytest.mark.parametrize("drift", [0.0, 0.4])
@pytest.mark.parametrize("damping", [0.0, 0.1])
def test_affine_equals_least_squares_of_the_rows_with_a_constant(drift: float, damping: float) -> None:
    case, kept = drawn(6, 10, drift=drift), scattered(6, 10)
    new = Affine(damping).update(case.weight, kept, case.seen)
    values, bias = fitted(case, kept, damping, constant=True)
    torch.testing.assert_close(new.values, values, rtol=1e-8, atol=1e-10)
    assert new.bias is not None
    torch.testing.assert_close(new.bias, bias, rtol=1e-8, atol=1e-10)


def test_affine_of_a_layer_without_bias_is_least_squares() -> None:
    case, kept = drawn(6, 10, bias=False), scattered(6, 10)
    new = Affine(0.1).update(case.weight, kept, case.seen)
    assert new.bias is None
    assert torch.equal(new.values, LeastSquares(0.1).update(case.weight, kept, case.seen).values)


@pytest.mark.parametrize("damping", [0.0, 0.01])
def test_equals_a_chain_of_updates(damping: float) -> None:
    case, kept = drawn(6, 10), scattered(6, 10)
    new = LeastSquares(damping).update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, surgeon(case, kept, damping), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_each_loses_less_than_the_one_before(seed: int, drift: float) -> None:
    """Affine is the best that weights and bias can do, so it is never behind; bias and least squares are not nested,
    and are compared where inputs are correlated, as they mostly are.
    """
    case, kept = drawn(8, 24, rows=200, seed=seed, drift=drift), scattered(8, 24, seed, share=0.4)
    methods: list[Compensation] = [Nothing(), Bias(), NO_DAMPING, Affine(0.0)]
    errors = [case.error(method.update(case.weight, kept, case.seen)) for method in methods]
    assert errors == sorted(errors, reverse=True)


def test_an_input_that_never_changes_is_a_matter_of_the_bias() -> None:
    case, kept = drawn(4, 6), torch.ones(4, 6, dtype=torch.bool)
    case.rows[:, 2] = 3.0
    moments = case.seen[Moments]
    moments.second = case.rows.T @ case.rows
    moments.sum = case.rows.sum(dim=0)
    kept[:, 2] = False
    new = Affine(0.01).update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, case.weight.values * kept)
    assert case.error(new) < 1e-12


def test_squared_error_is_that_of_the_rows() -> None:
    case, kept = drawn(6, 10), scattered(6, 10)
    moments = case.seen[Moments]
    for method in (Nothing(), Bias(), LeastSquares(), Affine()):
        new = method.update(case.weight, kept, case.seen)
        assert moments.error(case.weight, new) == pytest.approx(case.error(new), rel=1e-9)


@pytest.mark.parametrize("method", [LeastSquares(damping=0.01), Affine(damping=0.01)])
def test_float32_sums_are_as_good(method: Compensation) -> None:
    kept = scattered(6, 10)
    exact, kept_sums = drawn(6, 10, rows=500), drawn(6, 10, rows=500, exact=False)
    new = method.update(kept_sums.weight, kept, kept_sums.seen)
    best = exact.error(method.update(exact.weight, kept, exact.seen))
    assert exact.error(new) == pytest.approx(best, rel=1e-4)


def test_step_by_step_is_as_good_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    case, kept = drawn(9, 30, rows=300), scattered(9, 30)
    directly = LeastSquares().update(case.weight, kept, case.seen)
    monkeypatch.setattr(algebra, "USUAL_STEPS", 0)
    stepwise = LeastSquares().update(case.weight, kept, case.seen)
    assert not torch.equal(directly.values, stepwise.values)
    assert case.error(stepwise) == pytest.approx(case.error(directly), rel=0.01)


def test_rows_with_equal_masks_are_solved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    factor = algebra.Hessian.factor

    def counted(self: algebra.Hessian, seen: object, columns: Tensor | None = None) -> Tensor:
        calls.append(columns)
        return factor(self, seen, columns)  # type: ignore[arg-type]

    monkeypatch.setattr(algebra.Hessian, "factor", counted)
    case = drawn(8, 10)
    kept = scattered(2, 10).repeat_interleave(4, dim=0)
    new = LeastSquares(0.0).update(case.weight, kept, case.seen)
    assert len(calls) == 2
    torch.testing.assert_close(new.values, fitted(case, kept)[0], rtol=1e-8, atol=1e-10)


def test_the_weight_is_not_what_changes() -> None:
    case, kept = drawn(3, 4), scattered(3, 4)
    weight = Matrix("w", case.weight.values.clone(), case.weight.bias)
    LeastSquares().update(weight, kept, case.seen)
    assert torch.equal(weight.values, case.weight.values)
