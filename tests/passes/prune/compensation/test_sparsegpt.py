"""Columns from left to right: what goes is made up for to the right."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.algebra import Hessian
from sparsec.passes.prune.compensation import Affine, LeastSquares, Sparsegpt
from sparsec.passes.prune.kinds import Seen
from sparsec.passes.prune.statistics import Moments

from ..drawn import drawn, scattered


def swept(values: Tensor, kept: Tensor, second: Tensor) -> Tensor:
    """One column after the other, each made up for by the best change of those to its right, from the Hessian alone."""
    values = values.clone()
    for column in range(values.shape[1]):
        right = slice(column + 1, None)
        error = values[:, column] * ~kept[:, column]
        values[:, column] -= error
        if column + 1 < values.shape[1]:
            values[:, right] += torch.outer(error, torch.linalg.solve(second[right, right], second[right, column]))
    return values


@pytest.mark.parametrize("block", [1, 3, 5, 128])
@pytest.mark.parametrize("damping", [0.0, 0.1])
def test_equals_the_best_change_to_the_right(block: int, damping: float) -> None:
    case, kept = drawn(6, 11, bias=False), scattered(6, 11)
    new = Sparsegpt(block, damping).update(case.weight, kept, case.seen)
    hessian = Hessian.of(case.seen[Moments].second, damping).values
    expected = swept(case.weight.values, kept, hessian)
    changes = [values - case.weight.values for values in (expected, case.weight.values * kept)]
    better, none = (((change @ hessian) * change).sum(dim=1) for change in changes)
    assert (better < none).sum() >= 5
    expected = torch.where((better < none)[:, None], expected, case.weight.values * kept)
    torch.testing.assert_close(new.values, expected, rtol=1e-8, atol=1e-9)


def test_what_is_right_of_all_that_goes_is_fitted_exactly() -> None:
    """If whole columns go, the first ones, nothing is lost by going from left to right."""
    case, kept = drawn(6, 11, bias=False), torch.ones(6, 11, dtype=torch.bool)
    kept[:, :4] = False
    new = Sparsegpt().update(case.weight, kept, case.seen)
    best = LeastSquares().update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, best.values, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("drift", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_loses_more_than_affine_and_less_than_none(seed: int, drift: float) -> None:
    case, kept = drawn(8, 24, rows=200, seed=seed, drift=drift), scattered(8, 24, seed, share=0.4)
    none, affine, swept = (
        case.error(case.weight.but(case.weight.values * kept)),
        case.error(Affine(0.0).update(case.weight, kept, case.seen)),
        case.error(Sparsegpt(damping=0.0).update(case.weight, kept, case.seen)),
    )
    assert affine < swept < none


def test_a_layer_that_has_a_bias_has_its_means_taken_by_it() -> None:
    case, kept = drawn(6, 11), scattered(6, 11)
    new = Sparsegpt().update(case.weight, kept, case.seen)
    assert new.bias is not None and case.weight.bias is not None
    before = (case.rows @ case.weight.values.T + case.weight.bias).mean(dim=0)
    torch.testing.assert_close((case.rows @ new.values.T + new.bias).mean(dim=0), before)


def test_a_singular_hessian_is_noted() -> None:
    case, kept = drawn(4, 8, rows=4), scattered(4, 8)
    seen = Seen([case.seen[Moments]])
    new = Sparsegpt(damping=0.0).update(case.weight, kept, seen)
    assert new.values.isfinite().all() and len(seen.notes) == 1
