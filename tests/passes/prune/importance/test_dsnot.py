"""Weights change places with zeros until the mean outputs are right."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Bias, Nothing
from sparsec.passes.prune.importance import Dsnot, Wanda
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.statistics import Norms

from ..drawn import Drawn, drawn


def lacks(case: Drawn, kept: Tensor) -> Tensor:
    """(outputs,): what the means of the outputs lack."""
    return ((case.weight.values * ~kept) @ case.rows.mean(dim=0)).abs()


@pytest.mark.parametrize("text", ["scattered", "2:4", "1:4"])
@pytest.mark.parametrize("inputs", [24, 22])
def test_means_come_nearer_and_each_row_keeps_as_many(text: str, inputs: int) -> None:
    case, pattern = drawn(12, inputs, rows=100), pattern_of(text)
    share = pattern.share or 0.6
    before = pattern.mask(Wanda().score(case.weight, case.seen), share, by_row=True)
    kept, new = Dsnot().solve(case.weight, pattern, share, case.seen)
    assert torch.equal(new.values, case.weight.values * kept) and new.bias is case.weight.bias
    assert torch.equal(kept.sum(dim=1), before.sum(dim=1))
    assert (lacks(case, kept) <= lacks(case, before) + 1e-12).all()
    assert float(lacks(case, kept).sum()) < 0.5 * float(lacks(case, before).sum())
    if pattern.share is not None:
        whole = inputs - inputs % 4
        assert torch.equal(kept[:, :whole].unflatten(1, (-1, 4)).sum(2), before[:, :whole].unflatten(1, (-1, 4)).sum(2))


def ones(*values: float) -> tuple[Matrix, Seen]:
    """One output, whose inputs are about 1, all alike."""
    norms = Norms(1, len(values))
    rows = torch.tensor([[0.9], [1.0], [1.1]], dtype=torch.float64).expand(3, len(values))
    norms.observe(rows, rows)
    return Matrix("one", torch.tensor([values], dtype=torch.float64)), Seen([norms])


def test_a_move_that_brings_the_mean_nearer() -> None:
    """0.9 + 0.8 + 0.7 are lacking; 0.9 comes back, -1 goes: 0.5 are. Then 0.8 and -1.1 would leave -1.4."""
    weight, seen = ones(2.0, -1.1, -1.0, 0.9, 0.8, 0.7)
    kept, _ = Dsnot().solve(weight, pattern_of("scattered"), 0.5, seen)
    assert kept.tolist() == [[True, True, False, True, False, False]]


def test_the_next_is_tried_where_one_brings_it_no_nearer() -> None:
    """1.2 are lacking: with 0.9 back and -2 gone it would be -1.7; with 0.3 back it is -1.1."""
    weight, seen = ones(3.0, -2.0, 0.9, 0.3)
    kept, _ = Dsnot().solve(weight, pattern_of("scattered"), 0.5, seen)
    assert kept.tolist() == [[True, False, False, True]]


def test_without_cycles_it_is_wanda() -> None:
    case, pattern = drawn(12, 24), pattern_of("scattered")
    kept, _ = Dsnot(cycles=0).solve(case.weight, pattern, 0.5, case.seen)
    assert torch.equal(kept, pattern.mask(Wanda().score(case.weight, case.seen), 0.5, by_row=True))


def test_a_bias_does_more() -> None:
    """What it repairs is repaired by a bias, exactly, without touching the mask."""
    case, pattern = drawn(12, 24, rows=200), pattern_of("scattered")
    wanda = pattern.mask(Wanda().score(case.weight, case.seen), 0.5, by_row=True)
    moved, _ = Dsnot().solve(case.weight, pattern, 0.5, case.seen)
    errors = [
        case.error(method.update(case.weight, kept, case.seen))
        for method, kept in ((Nothing(), wanda), (Nothing(), moved), (Bias(), wanda))
    ]
    assert errors[2] < errors[1] < errors[0]


@pytest.mark.parametrize("text", ["8x1", "row-groups:4", "columns"])
def test_groups_do_not_move(text: str) -> None:
    case = drawn(12, 24)
    with pytest.raises(UserError, match="moves single weights") as caught:
        Dsnot().solve(case.weight, pattern_of(text), 0.5, case.seen)
    assert caught.value.code == "bad-option"
