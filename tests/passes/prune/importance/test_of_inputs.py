"""Importances that ask how large inputs are, against their definitions on the very rows."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.importance import Activation, Minitron, Nowag, Ria, Variance, Wanda
from sparsec.passes.prune.kinds import Seen
from sparsec.passes.prune.patterns import Scattered
from sparsec.passes.prune.statistics import BatchMagnitudes

from ..drawn import drawn


def test_wanda() -> None:
    case = drawn(4, 6)
    scores = Wanda().score(case.weight, case.seen)
    norms = case.rows.norm(dim=0) / len(case.rows) ** 0.5
    torch.testing.assert_close(scores, case.weight.values.abs() * norms)
    mask = Scattered().mask(scores, 0.5, Wanda.by_row)
    assert (mask.sum(1) == 3).all()


@pytest.mark.parametrize("power", [0.5, 1.0, 0.0])
def test_ria(power: float) -> None:
    case = drawn(4, 6)
    values, norms = case.weight.values.abs(), (case.rows**2).mean(0).sqrt()
    expected = (values / values.sum(0) + values / values.sum(1, keepdim=True)) * norms**power
    torch.testing.assert_close(Ria(power=power).score(case.weight, case.seen), expected)


def test_ria_of_a_row_and_a_column_of_zeros() -> None:
    case = drawn(4, 6, dead=(3,))
    values = case.weight.values.clone()
    values[1], values[:, 2] = 0, 0
    for power in (0.0, 0.5):
        scores = Ria(power=power).score(case.weight.but(values), case.seen)
        assert scores.isfinite().all() and (scores[1] == 0).all() and (scores[:, [2, 3]] == 0).all()


def test_nowag() -> None:
    case = drawn(4, 6)
    values = case.weight.values / case.weight.values.norm(dim=0)
    values = values / values.norm(dim=1, keepdim=True)
    torch.testing.assert_close(Nowag().score(case.weight, case.seen), values**2 * (case.rows**2).mean(0))


def test_variance_is_what_is_lost_once_the_bias_has_the_mean() -> None:
    case, columns = drawn(4, 6), torch.arange(6)[:, None]
    scores = Variance().score_columns(case.weight, case.seen, columns)
    for place in range(6):
        kept = torch.ones(4, 6, dtype=torch.bool)
        kept[:, place] = False
        assert case.weight.bias is not None
        bias = case.weight.bias + case.weight.values[:, place] * case.rows[:, place].mean()
        new = case.weight.but(case.weight.values * kept, bias)
        assert float(scores[place]) == pytest.approx(case.error(new) / len(case.rows))


def test_activation() -> None:
    case = drawn(4, 6)
    scores = Activation().score_columns(case.weight, case.seen, torch.arange(6)[:, None])
    torch.testing.assert_close(scores.sqrt(), case.rows.abs().mean(0) * case.weight.values.norm(dim=0))


def test_minitron() -> None:
    case, seen = drawn(4, 6), Seen([BatchMagnitudes(4, 6)])
    batches = case.rows.split([10, 30, 24])
    for batch in batches:
        seen.observe(batch, batch)
    seen.observe(batch[:0], batch[:0])
    expected = sum(batch.abs().mean(0) ** 2 for batch in batches)
    assert isinstance(expected, torch.Tensor) and seen[BatchMagnitudes].batches == 3
    columns = torch.tensor([[0, 4, 2], [1, 5, 3]])
    torch.testing.assert_close(Minitron().score(case.weight, seen), expected.sqrt().expand(4, 6))
    found = Minitron().score_columns(case.weight, seen, columns)
    torch.testing.assert_close(found, torch.stack([expected[unit].sum().sqrt() for unit in columns]))
