"""Isomorphic: the order of another importance, relative to its mean."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.importance import Isomorphic, Magnitude, Obs, Wanda, importance_of
from sparsec.passes.prune.kinds import Matrix, Seen

from ..drawn import drawn


@pytest.mark.parametrize("inner", [Magnitude(norm=2), Wanda(), Obs(damping=0.1, bias=True)])
def test_scores_have_a_mean_of_one(inner: Magnitude | Wanda | Obs) -> None:
    case, columns = drawn(4, 6), torch.arange(6).reshape(3, 2)
    importance = Isomorphic(of=inner.text)
    assert (importance.needs, importance.by_row) == (inner.needs, inner.by_row)
    for found, expected in (
        (importance.score(case.weight, case.seen), inner.score(case.weight, case.seen)),
        (
            importance.score_columns(case.weight, case.seen, columns),
            inner.score_columns(case.weight, case.seen, columns),
        ),
    ):
        torch.testing.assert_close(found, expected / expected.mean())


def test_layers_of_any_scale_are_alike() -> None:
    weight = Matrix("a", drawn(4, 6).weight.values)
    small = weight.but(weight.values / 1000)
    importance = importance_of("isomorphic")
    torch.testing.assert_close(importance.score(small, Seen()), importance.score(weight, Seen()))
    assert not importance.score(weight.but(torch.zeros(4, 6)), Seen()).any()


def test_what_the_other_asks_for_is_asked_for() -> None:
    assert importance_of("isomorphic{of=taylor}").of_loss and importance_of("swaps{of=taylor}").of_loss
    assert not importance_of("isomorphic{of=fisher}").of_loss
    assert importance_of("isomorphic{of=kcm}").spirit and not importance_of("isomorphic").spirit
    assert importance_of("swaps{of=wanda}").by_row and not importance_of("swaps").by_row
