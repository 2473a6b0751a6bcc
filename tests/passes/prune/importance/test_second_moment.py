"""Second moment: what is lost if nothing makes up for it, and units in turn."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.importance import SecondMoment
from sparsec.passes.prune.statistics import Moments

from ..drawn import Drawn, drawn


def lost(case: Drawn, columns: Tensor) -> float:
    """What a row of outputs loses on average."""
    return float(((case.rows[:, columns] @ case.weight.values[:, columns].T) ** 2).sum()) / len(case.rows)


def test_one_weight() -> None:
    case = drawn(3, 5)
    scores = SecondMoment().score(case.weight, case.seen)
    for output, place in itertools.product(range(3), range(5)):
        expected = float(((case.rows[:, place] * case.weight.values[output, place]) ** 2).mean())
        assert float(scores[output, place]) == pytest.approx(expected)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_units_go_in_turn(size: int) -> None:
    case, columns = drawn(3, 8), torch.randperm(8).reshape(-1, size)
    scores = SecondMoment().score_columns(case.weight, case.seen, columns)
    gone: list[int] = []
    highest = 0.0
    for unit in scores.argsort().tolist():
        costs = {
            other: lost(case, columns[[*gone, other]].flatten()) for other in range(len(columns)) if other not in gone
        }
        assert costs[unit] == pytest.approx(min(costs.values()))
        highest = max(highest, costs[unit])
        assert float(scores[unit]) == pytest.approx(highest, rel=1e-9)
        gone.append(unit)


def test_two_that_cancel_go_together() -> None:
    case = drawn(3, 5)
    values, rows = case.weight.values.clone(), case.rows.clone()
    values[:, 3], rows[:, 3] = -values[:, 1], rows[:, 1]  # together they give nothing
    case.seen[Moments].second = rows.T @ rows
    values[:, [1, 3]] *= 0.05  # one of them goes first
    weight = case.weight.but(values)
    scores = SecondMoment().score_columns(weight, case.seen, torch.arange(5)[:, None])
    order = scores.argsort().tolist()
    assert {*order[:2]} == {1, 3} and scores[order[0]] < scores[order[1]] < scores[order[2]]
