"""Damped Hessians, and systems solved on masks."""

from __future__ import annotations

import itertools

import pytest
import torch

from sparsec.compiler.errors import UserError
from sparsec.passes.prune import algebra
from sparsec.passes.prune.algebra import Hessian, alike, centred, solve_on
from sparsec.passes.prune.kinds import Seen
from sparsec.passes.prune.statistics import Moments

from .drawn import drawn, scattered


def test_a_hessian_is_damped_by_a_share_of_its_mean() -> None:
    second = drawn(3, 5).seen[Moments].second
    hessian = Hessian.of(second, 0.5)
    added = 0.5 * float(second.diagonal().mean())
    assert hessian.damping == pytest.approx(added)
    torch.testing.assert_close(hessian.values, second + added * torch.eye(5))
    factor = hessian.factor(Seen())
    torch.testing.assert_close(factor @ factor.T, hessian.values)
    torch.testing.assert_close(hessian.inverse(Seen()) @ hessian.values, torch.eye(5, dtype=torch.float64))


def test_dead_inputs_stand_alone() -> None:
    case = drawn(3, 6, dead=(1, 4))
    hessian = Hessian.of(case.seen[Moments].second, 0.1)
    assert hessian.alive.tolist() == [True, False, True, True, False, True]
    assert not hessian.values[1].index_fill(0, torch.tensor([1]), 0).any() and hessian.values[1, 1] > 0
    assert hessian.inverse(case.seen).isfinite().all()
    assert case.seen.notes == []


def test_nothing_seen() -> None:
    hessian = Hessian.of(torch.zeros(4, 4), 0.01)
    assert not hessian.alive.any() and torch.equal(hessian.values, torch.eye(4, dtype=torch.float64))


@pytest.mark.parametrize("damping", [0.0, 1e-18])
def test_a_singular_hessian_is_damped_and_says_so(damping: float) -> None:
    case = drawn(3, 6, rows=4)
    inverse = Hessian.of(case.seen[Moments].second, damping).inverse(case.seen)
    assert inverse.isfinite().all() and inverse.diagonal().min() > 0
    assert case.seen.notes == ["its inputs depend on each other on this data (a singular Hessian): damped"]
    Hessian.of(case.seen[Moments].second, damping).inverse(case.seen)
    assert len(case.seen.notes) == 1


def test_what_is_not_finite_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        Hessian.of(torch.tensor([[1.0, float("nan")], [0.0, 1.0]]), 0.1)
    assert caught.value.code == "bad-inputs"


def test_centred_moments_are_those_of_centred_rows() -> None:
    case = drawn(3, 6)
    case.rows[:, 2] = 7.0  # it never changes
    moments = Moments(3, 6)
    moments.observe(case.rows, case.rows)
    away = case.rows - case.rows.mean(dim=0)
    torch.testing.assert_close(centred(moments), away.T @ away, rtol=1e-4, atol=1e-3)
    assert not centred(moments)[2].any() and not centred(moments)[:, 2].any()


def test_rows_that_keep_the_same() -> None:
    kept = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 0, 1], [0, 1, 1]]).bool()
    found = {tuple(columns.tolist()): rows.tolist() for rows, columns in alike(kept)}
    assert found == {(0, 2): [0, 2], (): [1], (1, 2): [3]}


@pytest.mark.parametrize("steps", [0, 10**6])
def test_both_ways_to_solve_on_a_mask(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebra, "USUAL_STEPS", steps)
    monkeypatch.setattr(algebra, "PRECISION", 1e-8)
    case, kept = drawn(7, 12), scattered(7, 12)
    kept[2], kept[4] = False, True
    hessian = Hessian.of(case.seen[Moments].second, 0.01)
    right = torch.randn(7, 12, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = solve_on(kept, hessian, right, case.seen)
    assert not found[~kept].any()
    difference = (found @ hessian.values - right)[kept]
    assert difference.abs().max() < (1e-5 if steps == 0 else 1e-10)


def test_each_step_makes_the_error_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    case, kept = drawn(5, 40, rows=50), scattered(5, 40)
    hessian = Hessian.of(case.seen[Moments].second, 1e-4)
    right = (case.weight.values * ~kept) @ hessian.values
    monkeypatch.setattr(algebra, "USUAL_STEPS", 0)
    errors = []
    for steps in range(12):
        monkeypatch.setattr(algebra, "MOST_STEPS", steps)
        found = solve_on(kept, hessian, right, case.seen)
        change = found - case.weight.values * ~kept
        errors.append(((change @ hessian.values) * change).sum(dim=1))
    for before, after in itertools.pairwise(errors):
        assert (after <= before * (1 + 1e-12)).all()
