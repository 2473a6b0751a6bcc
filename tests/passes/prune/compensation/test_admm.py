"""Weights and mask are brought together step by step."""

from __future__ import annotations

import pytest
import torch

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Admm, Affine, Nothing

from ..drawn import drawn, scattered


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_it_goes_to_least_squares(drift: float) -> None:
    case, kept = drawn(6, 10, drift=drift), scattered(6, 10)
    best = case.error(Affine(0.0).update(case.weight, kept, case.seen))
    found = case.error(Admm(rho=0.1, steps=5000, damping=0.0).update(case.weight, kept, case.seen))
    assert best * (1 - 1e-9) <= found <= best * 1.001


def test_more_steps_are_never_worse() -> None:
    case, kept = drawn(8, 24, rows=200), scattered(8, 24)
    errors = [
        case.error(Admm(steps=steps, damping=0.0).update(case.weight, kept, case.seen)) for steps in (0, 1, 5, 20)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.8 * case.error(Nothing().update(case.weight, kept, case.seen))


def test_without_steps_weights_stay() -> None:
    case, kept = drawn(6, 10), scattered(6, 10)
    new = Admm(steps=0).update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, case.weight.values * kept)


@pytest.mark.parametrize("options", [{"rho": 0.0}, {"rho": float("nan")}, {"steps": -1}, {"damping": -0.1}])
def test_options_that_cannot_be(options: dict[str, float]) -> None:
    with pytest.raises(UserError) as caught:
        Admm(**options)  # type: ignore[arg-type]
    assert caught.value.code == "bad-option"
