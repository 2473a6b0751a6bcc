"""N:M, for rows by themselves and for several together."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.patterns import NOfM


def drawn(*shape: int) -> Tensor:
    return torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("n", "m"), [(2, 4), (1, 4), (3, 4), (4, 8), (1, 2), (2, 3)])
@pytest.mark.parametrize("shared", [1, 2, 5, 100])
@pytest.mark.parametrize("shape", [(8, 24), (7, 26), (1, 3), (5, 9)])
def test_the_best_of_each_group_stay(n: int, m: int, shared: int, shape: tuple[int, int]) -> None:
    """Equals a search over all choices, group by group."""
    scores, pattern = drawn(*shape), NOfM(n, m, shared)
    mask = pattern.mask(scores, pattern.share)
    for top, left in itertools.product(range(0, shape[0], shared), range(0, shape[1] - m + 1, m)):
        group = scores[top : top + shared, left : left + m].sum(0)
        best = max(itertools.combinations(range(m), n), key=lambda kept: float(group[list(kept)].sum()))
        expected = torch.tensor([place in best for place in range(m)])
        assert (mask[top : top + shared, left : left + m] == expected).all()
    assert mask[:, shape[1] // m * m :].all()


def test_only_its_own_share_can_be_had() -> None:
    with pytest.raises(UserError) as caught:
        NOfM(2, 4).mask(drawn(4, 8), 0.75)
    assert caught.value.code == "bad-option"
    assert "2:4 has a share of 0.5 of zeros, not 0.75" in str(caught.value)
    assert caught.value.hint == "ask for 0.5, or for another pattern, such as 1:4"
    for asked, suggested in ((1.0, "1:16"), (0.6, "2:5"), (0.51, "scattered")):
        with pytest.raises(UserError, match=f"such as {suggested}$"):
            NOfM(2, 4).mask(drawn(4, 8), asked)
    assert NOfM(1, 3).mask(drawn(4, 9), 0.667).sum() == 12
    NOfM(2, 4).check(0.3, at_most=True)  # by several layers together
    with pytest.raises(UserError, match=r"not 0\.6"):
        NOfM(2, 4).check(0.6, at_most=True)


def test_more_than_n_stay_if_they_have_to() -> None:
    scores = torch.tensor([[torch.inf, 5.0, torch.inf, torch.inf], [1.0, torch.inf, 2.0, 3.0]])
    assert NOfM().mask(scores, 0.5).tolist() == [[True, False, True, True], [False, True, False, True]]
    assert NOfM(shared_rows=2).mask(scores, 0.5).all(0).tolist() == [True] * 4
