"""KCM: what others stand for goes first, and what does nothing."""

from __future__ import annotations

import torch

from sparsec.passes.prune.importance import Kcm
from sparsec.passes.prune.importance.spread import ranks

from ..drawn import drawn


def test_ranks_are_shares_of_what_is_no_larger() -> None:
    assert ranks(torch.tensor([3.0, 1.0, 3.0, 2.0])).tolist() == [1.0, 0.25, 1.0, 0.5]
    assert ranks(torch.tensor([])).tolist() == []


def test_distances_are_those_of_the_kernel_s_space() -> None:
    """The distance from the span of the others, with a ridge: by the block determinant."""
    vectors, kcm = drawn(4, 6).weight.values.T.contiguous(), Kcm(ridge=0.01)
    distances = torch.cdist(vectors, vectors)
    kernel = torch.exp(-0.5 * (distances / distances.median()) ** 2) + 0.01 * torch.eye(6, dtype=torch.float64)
    for place, found in enumerate(kcm._alone(vectors).tolist()):
        others = [other for other in range(6) if other != place]
        fit = torch.linalg.solve(kernel[others][:, others], kernel[others, place])
        assert abs(found - float(kernel[place, place] - kernel[place, others] @ fit)) < 1e-8


def test_a_column_that_another_repeats_matters_less() -> None:
    case = drawn(5, 8)
    values = case.weight.values.clone()
    values[:, 3] = values[:, 6]
    alone = Kcm()._alone(values.T)
    assert {*alone.argsort()[:2].tolist()} == {3, 6}


def test_what_does_nothing_goes_first() -> None:
    case = drawn(5, 8, dead=(2,))
    values = case.weight.values.clone()
    values[:, 5] = 0
    scores = Kcm().score_columns(case.weight.but(values), case.seen, torch.arange(8)[:, None])
    assert {*scores.argsort()[:2].tolist()} == {2, 5} and (scores == 0).sum() == 2
