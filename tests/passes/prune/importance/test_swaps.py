"""Swaps: never worse than the choice they start from, as many zeros in each row of groups, the pattern held."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune import algebra
from sparsec.passes.prune.importance import Swaps, importance_of
from sparsec.passes.prune.kinds import Matrix
from sparsec.passes.prune.patterns import pattern_of

from ..drawn import Drawn, drawn

TEXTS = ("scattered", "4x1", "2:4", "2x3", "row-groups:3", "columns", "n-of-m{n=1,shared_rows=2}", "rows")


def lost(case: Drawn, kept: Tensor) -> float:
    """What is lost after the best refit of each row."""
    outputs, error = case.rows @ case.weight.values.T, 0.0
    for row, mask in enumerate(kept):
        fitted = torch.linalg.lstsq(case.rows[:, mask], outputs[:, row]).solution
        error += float(((case.rows[:, mask] @ fitted - outputs[:, row]) ** 2).sum())
    return error


@pytest.mark.parametrize("of", ["magnitude", "wanda", "obs", "obc", "sparsegpt"])
@pytest.mark.parametrize("text", TEXTS)
def test_less_is_lost_with_the_same_zeros(text: str, of: str) -> None:
    case, pattern = drawn(7, 13, bias=False), pattern_of(text)
    share = pattern.share or 0.5
    before, _ = Swaps(of=of, searches=0, damping=0).solve(case.weight, pattern, share, case.seen)
    kept, new = Swaps(of=of, searches=50, damping=0).solve(case.weight, pattern, share, case.seen)
    assert lost(case, kept) <= lost(case, before) * (1 + 1e-9)
    assert torch.equal(kept.sum(1), before.sum(1))
    assert not new.values[~kept].any() and case.error(new) == pytest.approx(lost(case, kept), rel=1e-6)
    again = pattern.mask(kept.double() + 0.01, share, by_row=True)
    high, wide = pattern.tile(7, 13)
    for top, left in itertools.product(range(0, 7, high), range(0, 13, wide)):
        assert kept[top : top + high, left : left + wide].unique().numel() == 1
    if pattern.share is not None:
        assert torch.equal(again, kept)


@pytest.mark.parametrize("text", ["4x1", "2:4", "scattered"])
def test_swaps_end_where_no_pair_helps(text: str) -> None:
    case, pattern = drawn(4, 8, bias=False), pattern_of(text)
    kept, _ = Swaps(of="magnitude", searches=100, damping=0).solve(case.weight, pattern, 0.5, case.seen)
    high, _ = pattern.tile(4, 8)
    least = lost(case, kept)
    for top in range(0, 4, high):
        row = kept[top]
        for back, away in itertools.product((~row).nonzero().flatten().tolist(), row.nonzero().flatten().tolist()):
            other = kept.clone()
            other[top : top + high, back], other[top : top + high, away] = True, False
            legal = text != "2:4" or back // 4 == away // 4
            assert not legal or lost(case, other) >= least * (1 - 1e-9)


def test_it_is_mostly_the_best_there_is() -> None:
    for seed in range(6):
        case, pattern = drawn(3, 7, bias=False, seed=seed), pattern_of("columns")
        kept, _ = Swaps(searches=50, damping=0).solve(case.weight, pattern, 3 / 7, case.seen)
        masks = []
        for some in itertools.combinations(range(7), 3):
            masks.append(torch.ones(3, 7, dtype=torch.bool))
            masks[-1][:, list(some)] = False
        assert lost(case, kept) <= 1.1 * min(lost(case, mask) for mask in masks)


def test_a_bias_takes_the_means() -> None:
    case, pattern = drawn(6, 9), pattern_of("3x1")
    plain, without = drawn(6, 9, bias=False), Swaps(damping=0)
    kept, new = without.solve(case.weight, pattern, 0.5, case.seen)
    other, fitted = without.solve(plain.weight, pattern, 0.5, plain.seen)
    assert case.error(new) < plain.error(fitted) and new.bias is not None
    assert int(kept.sum()) == int(other.sum())


def test_nothing_asked_is_nothing_done() -> None:
    case = drawn(6, 9)
    for text in TEXTS:
        kept, new = Swaps().solve(case.weight, pattern_of(text), 0.0, case.seen)
        assert kept.all()
        torch.testing.assert_close(new.values, case.weight.values, rtol=1e-12, atol=1e-12)
    kept, new = Swaps().solve(case.weight, pattern_of("3x1"), 1.0, case.seen)
    assert not kept.any() and not new.values.any()


def test_dead_inputs_go_first_and_nothing_is_nan() -> None:
    case = drawn(4, 8, dead=(1, 6))
    kept, new = Swaps(searches=20).solve(case.weight, pattern_of("4x1"), 0.5, case.seen)
    assert not kept[:, [1, 6]].any() and new.values.isfinite().all()


def test_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    case = drawn(4, 8)
    monkeypatch.setattr(algebra, "MOST_WORK", 1000)
    with pytest.raises(UserError, match="layer 'drawn', 4 x 8, is too large for 'swaps'") as caught:
        Swaps().solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert caught.value.code == "too-large"
    assert Swaps().solve(case.weight, pattern_of("4x1"), 0.5, case.seen)[0].sum() == 16


def test_options() -> None:
    assert importance_of("swaps{of=obc{steps=4},searches=2}").text == "swaps{of=obc{steps=4},searches=2}"
    assert Swaps(of="wanda").by_row and len(Swaps(of="wanda").needs) == 2
    case = drawn(3, 5)
    weight = Matrix("a", case.weight.values)
    torch.testing.assert_close(
        Swaps(of="wanda").score(weight, case.seen), importance_of("wanda").score(weight, case.seen)
    )
    for text in ("swaps{searches=-1}", "swaps{damping=-1}", "swaps{of=nobody}"):
        with pytest.raises(UserError):
            importance_of(text)
