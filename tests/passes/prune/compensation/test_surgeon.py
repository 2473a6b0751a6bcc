"""Weights that stay are fitted to what the model loses, all outputs together."""

from __future__ import annotations

import pytest
import torch

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.algebra import Hessian, centred, solve_together
from sparsec.passes.prune.compensation import Affine, Surgeon
from sparsec.passes.prune.fit import Fit
from sparsec.passes.prune.statistics import Moments, OutputGradients

from ..drawn import drawn, scattered


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_it_finds_the_least_loss(drift: float) -> None:
    """That of the whole system, weights of all outputs as one vector, solved at once."""
    case, kept = drawn(4, 6, drift=drift), scattered(4, 6)
    second, losses = centred(case.seen[Moments]), case.seen[OutputGradients].second
    fit, stays = Fit.of(case.weight, case.seen, 0.0), kept.flatten()
    change = torch.zeros(24, dtype=torch.float64)
    right = (losses @ fit.missing(kept)).flatten()[stays]
    change[stays] = torch.linalg.solve(torch.kron(losses, second)[stays][:, stays], right)
    best = fit.but(case.weight.values * kept + change.reshape(4, 6))
    new = Surgeon(damping=0.0, outputs=0.0, steps=2000).update(case.weight, kept, case.seen)
    assert case.loss(best) * (1 - 1e-9) <= case.loss(new) <= case.loss(best) * 1.02
    assert case.loss(new) < 0.98 * case.loss(Affine(0.0).update(case.weight, kept, case.seen))
    hessians = Hessian.of(losses, 0.0), Hessian.of(second, 0.0)
    nothing = torch.zeros(4, 6, dtype=torch.float64)
    found = solve_together(kept, *hessians, fit.missing(kept), nothing, steps=2000, precision=1e-12)
    torch.testing.assert_close(found.flatten(), change, rtol=1e-6, atol=1e-6)


def test_outputs_that_the_model_tells_apart_are_fitted_alone() -> None:
    case, kept = drawn(5, 8), scattered(5, 8)
    case.seen[OutputGradients].second = torch.diag(torch.tensor([3.0, 1.0, 0.2, 5.0, 0.0], dtype=torch.float64))
    new, alone = (method.update(case.weight, kept, case.seen) for method in (Surgeon(), Affine()))
    torch.testing.assert_close(new.values, alone.values, rtol=1e-9, atol=1e-9)


def test_outputs_of_which_one_is_the_others_make_up_for_it() -> None:
    """If the model reads nothing but a sum, what one output may not read another reads for it."""
    case = drawn(2, 6, rows=200)
    kept = torch.tensor([[True, False] * 3, [False, True] * 3])
    case.seen[OutputGradients].second = torch.ones(2, 2, dtype=torch.float64)
    new = Surgeon(damping=0.0, outputs=1e-6, steps=2000).update(case.weight, kept, case.seen)
    assert case.loss(new) < 0.01 * case.loss(Affine(0.0).update(case.weight, kept, case.seen))


@pytest.mark.parametrize("options", [{"outputs": -0.1}, {"steps": -1}, {"damping": float("nan")}])
def test_options_that_cannot_be(options: dict[str, float]) -> None:
    with pytest.raises(UserError) as caught:
        Surgeon(**options)  # type: ignore[arg-type]
    assert caught.value.code == "bad-option"
