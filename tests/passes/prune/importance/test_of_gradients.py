"""Importances that ask how a loss answers, on a loss whose changes are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.importance import Fisher, KFac, Taylor
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.statistics import Gradients, Moments, OutputGradients


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def gradients_of(weight: Matrix, count: int) -> tuple[Seen, list[Tensor]]:
    seen = Seen([Gradients(*weight.values.shape)])
    found = [drawn(*weight.values.shape, seed=number) for number in range(count)]
    for gradient in found:
        seen[Gradients].observe_gradient(gradient)
    seen.observe(drawn(3, weight.values.shape[1]), drawn(3, weight.values.shape[1]))
    return seen, found


def test_taylor_is_the_change_of_a_linear_loss() -> None:
    weight = Matrix("a", drawn(3, 6, seed=9))
    seen, gradients = gradients_of(weight, 4)
    mean = torch.stack(gradients).mean(0)
    torch.testing.assert_close(Taylor().score(weight, seen), (weight.values * mean).abs(), rtol=1e-5, atol=1e-6)
    columns = torch.tensor([[5, 0], [1, 2]])
    for unit, score in zip(columns, Taylor().score_columns(weight, seen, columns), strict=True):
        without = weight.values.clone()
        without[:, unit] = 0
        assert float(score) == pytest.approx(abs(float(((without - weight.values) * mean).sum())), rel=1e-4)


def test_fisher() -> None:
    weight = Matrix("a", drawn(3, 6, seed=9))
    seen, gradients = gradients_of(weight, 4)
    expected = weight.values**2 * torch.stack(gradients).square().mean(0) / 2
    torch.testing.assert_close(Fisher().score(weight, seen), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_gradients_have_to_be_finite(value: float) -> None:
    for observe in (Gradients(2, 2).observe_gradient, OutputGradients(2, 2).observe_output_gradient):
        with pytest.raises(UserError, match="gradient of the loss is not finite") as caught:
            observe(torch.tensor([[1.0, 2.0], [value, 3.0]]))
        assert caught.value.code == "bad-inputs"


def factored(outputs: int, inputs: int) -> tuple[Matrix, Seen, Tensor, Tensor]:
    """A layer, what is seen of it, and both factors."""
    rows, gradients = drawn(40, inputs) @ drawn(inputs, inputs, seed=1), drawn(30, outputs, seed=2)
    seen = Seen([Moments(outputs, inputs), OutputGradients(outputs, inputs)])
    seen.observe(rows, rows)
    seen[OutputGradients].observe_output_gradient(gradients)
    seen[Moments].second, seen[OutputGradients].second = rows.T @ rows, gradients.T @ gradients
    return Matrix("a", drawn(outputs, inputs, seed=3)), seen, rows.T @ rows / 40, gradients.T @ gradients / 30


def least(values: Tensor, curvature: Tensor, gone: Tensor) -> float:
    """The least of ``d^T F d / 2`` with ``d = -w`` where something is gone, over everything else."""
    flat, mask = values.flatten(), gone.flatten()
    change = torch.where(mask, -flat, 0.0)
    right = -(curvature @ change)[~mask]
    change[~mask] = torch.linalg.solve(curvature[~mask][:, ~mask], right)
    return float(change @ curvature @ change) / 2


def test_k_fac_is_the_least_rise_by_the_whole_fisher_matrix() -> None:
    weight, seen, inputs, outputs = factored(3, 4)
    curvature = torch.kron(outputs, inputs)
    scores = KFac(damping=0).score(weight, seen)
    for output in range(3):
        for place in range(4):
            gone = torch.zeros(3, 4, dtype=torch.bool)
            gone[output, place] = True
            assert float(scores[output, place]) == pytest.approx(least(weight.values, curvature, gone), rel=1e-8)


@pytest.mark.parametrize("rounds", [1, 2])
def test_k_fac_of_units(rounds: int) -> None:
    weight, seen, inputs, outputs = factored(3, 4)
    curvature, columns = torch.kron(outputs, inputs), torch.tensor([[3, 1], [0, 2]])
    scores = KFac(damping=0, rounds=rounds).score_columns(weight, seen, columns)
    gone = torch.zeros(3, 4, dtype=torch.bool)
    for number, unit in enumerate(scores.argsort().tolist()):
        if number and rounds == 1:
            gone[:] = False
        gone[:, columns[unit]] = True
        if gone.all():
            expected = float(weight.values.flatten() @ curvature @ weight.values.flatten()) / 2
        else:
            expected = least(weight.values, curvature, gone)
        assert float(scores[unit]) == pytest.approx(expected, rel=1e-8)


def test_outputs_that_no_loss_asks_for_do_not_matter() -> None:
    weight, seen, _, _ = factored(3, 4)
    seen[OutputGradients].second[1] = 0
    seen[OutputGradients].second[:, 1] = 0
    scores = KFac().score(weight, seen)
    assert (scores[1] == 0).all() and (scores[[0, 2]] > 0).all()
    columns = torch.arange(4)[:, None]
    before = KFac(rounds=1).score_columns(weight, seen, columns)
    assert (before > 0).all()
    weight.values[1] = 100
    torch.testing.assert_close(KFac(rounds=1).score_columns(weight, seen, columns), before)
