"""What every compensation promises."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from sparsec.passes.prune.compensation import (
    BUILT_IN,
    Admm,
    Affine,
    LeastSquares,
    Repair,
    Scales,
    Sparsegpt,
    compensation_of,
)
from sparsec.passes.prune.kinds import Compensation, Matrix, Seen
from sparsec.passes.prune.statistics import DenseMoments, Moments, Norms, OutputGradients

from ..drawn import Drawn, drawn, hard, scattered

METHODS = [*(kind() for kind in BUILT_IN), Scales("inputs"), Admm(rho=0.1, steps=50)]
EVERY = [pytest.param(method, id=method.text) for method in METHODS]
FROM_LEFT_TO_RIGHT = {"sparsegpt"}
SHAPES = [(1, 1), (1, 5), (5, 1), (7, 12)]


def same(one: Matrix, other: Matrix, tolerance: float = 1e-9) -> None:
    torch.testing.assert_close(one.values, other.values, rtol=tolerance, atol=tolerance)
    assert (one.bias is None) == (other.bias is None)
    if one.bias is not None and other.bias is not None:
        torch.testing.assert_close(one.bias, other.bias, rtol=tolerance, atol=tolerance)


def moved(case: Drawn, outputs: torch.Tensor, inputs: torch.Tensor) -> Drawn:
    """The same layer with its outputs and inputs in another order."""
    weight = case.weight
    bias = None if weight.bias is None else weight.bias[outputs]
    rows = case.rows[:, inputs]
    held = [kind(*weight.values.shape) for kind in (Moments, DenseMoments, Norms, OutputGradients)]
    for statistic in held:
        statistic.observe(rows, rows)
        if isinstance(statistic, Moments):
            statistic.second = rows.T @ rows
        if isinstance(statistic, OutputGradients):
            statistic.count, statistic.second = 1, case.seen[OutputGradients].second[outputs][:, outputs]
    return Drawn(Matrix("moved", weight.values[outputs][:, inputs], bias), Seen(held), rows, rows)


def test_names_differ_and_are_in_files_of_their_name() -> None:
    names = [kind.name() for kind in BUILT_IN]
    assert len(set(names)) == len(names)
    for kind in BUILT_IN:
        assert kind.__module__.rpartition(".")[2] == kind.name().replace("-", "_")


@pytest.mark.parametrize("method", EVERY)
def test_options_are_fields_with_defaults(method: Compensation) -> None:
    assert dataclasses.is_dataclass(method) and compensation_of(method.text) == method
    assert type(method).summary().endswith(".")


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_zeros_where_nothing_is_kept(
    method: Compensation, shape: tuple[int, int], bias: bool, dtype: torch.dtype
) -> None:
    case, kept = drawn(*shape, bias=bias, dtype=dtype, exact=False), scattered(*shape)
    before = case.weight.values.clone()
    new = method.update(case.weight, kept, case.seen)
    assert not new.values[~kept].any()
    assert new.values.dtype == dtype and new.values.isfinite().all()
    assert (new.bias is not None) == bias
    assert new.bias is None or (new.bias.dtype == dtype and new.bias.isfinite().all())
    assert torch.equal(case.weight.values, before)


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("shape", SHAPES)
def test_all_kept_changes_nothing(method: Compensation, shape: tuple[int, int]) -> None:
    case = drawn(*shape, exact=False, dtype=torch.float32)
    new = method.update(case.weight, torch.ones(shape, dtype=torch.bool), case.seen)
    assert torch.equal(new.values, case.weight.values)
    assert new.bias is not None and case.weight.bias is not None
    torch.testing.assert_close(new.bias, case.weight.bias, rtol=0, atol=1e-6)


@pytest.mark.parametrize("method", EVERY)
def test_nothing_kept(method: Compensation) -> None:
    case = drawn(4, 6)
    assert not method.update(case.weight, torch.zeros(4, 6, dtype=torch.bool), case.seen).values.any()


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_hardly_any_data(method: Compensation, rows: int) -> None:
    case, kept = drawn(5, 8, rows=rows, dtype=torch.float32, exact=False), scattered(5, 8)
    new = method.update(case.weight, kept, case.seen)
    assert new.values.isfinite().all() and new.bias is not None and new.bias.isfinite().all()
    if rows == 0:
        assert torch.equal(new.values, case.weight.values * kept)


@pytest.mark.parametrize("method", EVERY)
def test_weights_of_dead_inputs_stay(method: Compensation) -> None:
    if isinstance(method, Repair) or method == Scales("outputs"):
        pytest.skip("all weights of an output are scaled")
    case, kept = drawn(5, 8, dead=(0, 3)), scattered(5, 8)
    new = method.update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values[:, [0, 3]], (case.weight.values * kept)[:, [0, 3]], rtol=0, atol=0)


@pytest.mark.parametrize("method", EVERY)
def test_order_of_outputs_and_inputs_does_not_matter(method: Compensation) -> None:
    case, kept = drawn(6, 9), scattered(6, 9)
    outputs, inputs = torch.randperm(6, generator=torch.Generator().manual_seed(2)), torch.arange(8, -1, -1)
    if method.name() in FROM_LEFT_TO_RIGHT:
        inputs = torch.arange(9)
    other = moved(case, outputs, inputs)
    expected = method.update(case.weight, kept, case.seen)
    found = method.update(other.weight, kept[outputs][:, inputs], other.seen)
    assert expected.bias is not None
    same(found, Matrix("", expected.values[outputs][:, inputs], expected.bias[outputs]))


@pytest.mark.parametrize("method", EVERY)
def test_the_same_again(method: Compensation) -> None:
    case, kept = drawn(6, 9, dtype=torch.float32), scattered(6, 9)
    same(method.update(case.weight, kept, case.seen), method.update(case.weight, kept, case.seen), 0)


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("drift", [0.0, 0.2])
def test_loses_no_more_than_none(method: Compensation, drift: float) -> None:
    """Fitted on the same rows, and to the dense outputs, however small the data."""
    for rows in (5, 20, 200):
        case, kept = drawn(5, 12, rows=rows, drift=drift), scattered(5, 12)
        judged = case.loss if OutputGradients in method.needs else case.error
        none = judged(case.weight.but(case.weight.values * kept))
        assert judged(method.update(case.weight, kept, case.seen)) <= none * (1 + 1e-9)


@pytest.mark.parametrize("method", [*METHODS, LeastSquares(0.0), Affine(0.0), Sparsegpt(damping=0.0)])
@pytest.mark.parametrize("seed", range(6))
def test_finite_however_hard_the_data_is(method: Compensation, seed: int) -> None:
    case = hard(seed)
    new = method.update(case.weight, scattered(8, 12, seed), case.seen)
    assert new.values.isfinite().all() and new.bias is not None and new.bias.isfinite().all()
