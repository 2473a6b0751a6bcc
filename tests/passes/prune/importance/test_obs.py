"""OBS: the exact loss of a weight, of an input, of a set of inputs, after the best change of the others."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.compensation import Affine, Bias, LeastSquares, Nothing
from sparsec.passes.prune.importance import Isomorphic, Obs, SecondMoment, Variance
from sparsec.passes.prune.prune import Prune
from sparsec.passes.prune.statistics import Moments

from ..drawn import Drawn, drawn


def lost(case: Drawn, columns: Tensor, affine: bool = False) -> float:
    """What a row of outputs loses on average if some inputs go and all others are fitted anew."""
    kept = torch.ones(case.rows.shape[1], dtype=torch.bool)
    kept[columns] = False
    rows = case.rows[:, kept]
    if affine:
        rows = torch.cat([rows, torch.ones(len(rows), 1, dtype=rows.dtype)], dim=1)
    outputs = case.rows @ case.weight.values.T
    fitted = torch.linalg.lstsq(rows, outputs).solution
    return float(((rows @ fitted - outputs) ** 2).sum()) / len(rows)


@pytest.mark.parametrize("affine", [False, True])
def test_one_weight_of_an_output(affine: bool) -> None:
    case = drawn(4, 6)
    scores = Obs(damping=0, bias=affine).score(case.weight, case.seen)
    for output in range(4):
        alone = Drawn(case.weight.but(case.weight.values[output : output + 1]), case.seen, case.rows, case.dense)
        for place in range(6):
            expected = lost(alone, torch.tensor([place]), affine)
            assert float(scores[output, place]) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_sets_of_inputs(size: int, affine: bool) -> None:
    case, columns = drawn(4, 6), torch.tensor([3, 0, 5, 1, 4, 2]).reshape(-1, size)
    scores = Obs(damping=0, bias=affine, rounds=1).score_columns(case.weight, case.seen, columns)
    expected = [lost(case, unit, affine) for unit in columns]
    assert scores.tolist() == pytest.approx(expected, rel=1e-8)


def test_one_input_for_all_outputs_is_the_sum() -> None:
    case, obs = drawn(4, 6), Obs(rounds=1)
    columns = torch.arange(6)[:, None]
    scores = obs.score_columns(case.weight, case.seen, columns)
    torch.testing.assert_close(scores, obs.score(case.weight, case.seen).sum(0))


@pytest.mark.parametrize("affine", [False, True])
def test_it_is_what_is_lost_with_that_compensation(affine: bool) -> None:
    case, columns = drawn(5, 8, rows=50), torch.arange(8).reshape(4, 2)
    obs = Obs(damping=0, bias=affine)
    goes = obs.choose_columns(case.weight, case.seen, columns, 2)
    kept = torch.ones(5, 8, dtype=torch.bool)
    kept[:, columns[goes].flatten()] = False
    new = (Affine(damping=0) if affine else LeastSquares(damping=0)).update(case.weight, kept, case.seen)
    assert case.error(new) / 50 == pytest.approx(lost(case, columns[goes].flatten(), affine), rel=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_chosen_units_are_nearly_the_best(seed: int) -> None:
    case, columns = drawn(5, 8, seed=seed), torch.arange(8)[:, None]
    goes = Obs(damping=0, bias=False).choose_columns(case.weight, case.seen, columns, 3)
    least = min(lost(case, torch.tensor(some)) for some in itertools.combinations(range(8), 3))
    assert lost(case, goes.nonzero().flatten()) <= 1.02 * least


def test_rounds_know_that_one_stands_for_the_other() -> None:
    """Of two inputs that are alike one may go, and then the other may not."""
    case = drawn(4, 6)
    rows = case.rows.clone()
    rows[:, 1] = rows[:, 0] + 1e-3 * torch.randn(len(rows), generator=torch.Generator().manual_seed(0))
    case.seen[Moments].second = rows.T @ rows
    columns = torch.arange(6)[:, None]
    at_once = Obs(damping=1e-9, bias=False, rounds=1).score_columns(case.weight, case.seen, columns)
    in_turn = Obs(damping=1e-9, bias=False, rounds=6).score_columns(case.weight, case.seen, columns)
    assert {*at_once.argsort()[:2].tolist()} == {0, 1}
    assert len({0, 1} & {*in_turn.argsort()[:2].tolist()}) == 1


def test_less_is_lost_than_without_compensation() -> None:
    case = drawn(4, 6)
    obs, affine = (Obs(damping=0, bias=bias).score(case.weight, case.seen) for bias in (False, True))
    dropped, by_bias = (kind().score(case.weight, case.seen) for kind in (SecondMoment, Variance))
    assert (affine <= obs * (1 + 1e-9)).all() and (obs <= dropped * (1 + 1e-9)).all()
    assert (affine <= by_bias * (1 + 1e-6)).all() and (by_bias <= dropped * (1 + 1e-9)).all()


def test_by_default_it_judges_as_others_make_up_for_what_goes() -> None:
    """With the bias if there is one, unless the compensation leaves it alone; also inside of other importances."""
    case, bare = drawn(4, 6), drawn(4, 6, bias=False)
    with_bias, without = (Obs(bias=bias).score(case.weight, case.seen) for bias in (True, False))
    assert not torch.allclose(with_bias, without)
    assert torch.equal(Obs().score(case.weight, case.seen), with_bias)
    for bias in (True, None):
        found = Obs(bias=bias).score(bare.weight, bare.seen)
        assert torch.equal(found, Obs(bias=False).score(bare.weight, bare.seen))
    for compensation, bias in ((Affine(), True), (Bias(), True), (LeastSquares(), False), (Nothing(), False)):
        assert Prune(importance=Obs(), compensation=compensation).importance == Obs(bias=bias)
        assert Prune(importance=Obs(bias=False), compensation=compensation).importance == Obs(bias=False)
        around = Prune(importance=Isomorphic(of="obs{rounds=2}"), compensation=compensation).importance
        assert around == Isomorphic(of=Obs(bias=bias, rounds=2).text)


def test_dead_inputs_cost_nothing_and_go_first() -> None:
    case = drawn(4, 6, dead=(1, 4))
    for obs in (Obs(), Obs(bias=True), Obs(damping=0)):
        scores = obs.score(case.weight, case.seen)
        assert (scores[:, [1, 4]] == 0).all() and (scores[:, [0, 2, 3, 5]] > 0).all()
        goes = obs.choose_columns(case.weight, case.seen, torch.arange(6)[:, None], 2)
        assert goes.nonzero().flatten().tolist() == [1, 4]
        pairs = obs.score_columns(case.weight, case.seen, torch.tensor([[1, 4], [0, 2]]))
        assert pairs[0] == 0 and pairs[1] > 0


def test_a_singular_hessian_is_damped_and_said() -> None:
    case = drawn(4, 6, rows=3)
    scores = Obs(damping=0).score(case.weight, case.seen)
    assert scores.isfinite().all() and (scores >= 0).all()
    assert any("singular" in note for note in case.seen.notes)
    columns = torch.arange(6)[:, None]
    assert Obs(damping=0).score_columns(case.weight, case.seen, columns).isfinite().all()
    assert int(Obs(damping=0).choose_columns(case.weight, case.seen, columns, 3).sum()) == 3


def test_of_float32_sums_it_is_as_exact_as_they_are() -> None:
    exact, summed = drawn(4, 6), drawn(4, 6, exact=False)
    expected, found = (Obs(damping=0.01).score(case.weight, case.seen) for case in (exact, summed))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=0)
