"""Figures with intervals, and paired tests: against independent formulas, and against what chance does."""

from __future__ import annotations

import math

import pytest
import torch
from scipy import stats
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.compiler.pruning.measured import Measured, compare


def drawn(many: int, seed: int = 0) -> Tensor:
    return torch.randn(many, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_figure_is_a_weighted_mean() -> None:
    values, weights = torch.tensor([1.0, 2.0, 4.0]).double(), torch.tensor([1.0, 1.0, 2.0]).double()
    assert Measured("x", values).value == pytest.approx(7 / 3)
    assert Measured("x", values, weights).value == pytest.approx(11 / 4)
    assert Measured("x", values, weights, exponential=True).value == pytest.approx(math.exp(11 / 4))


def test_intervals_are_those_of_an_independent_bootstrap() -> None:
    values = drawn(40).exp()
    low, high = Measured("x", values).interval or (0, 0)
    theirs = stats.bootstrap((values.numpy(),), lambda x, axis: x.mean(axis), method="percentile", rng=1)
    assert low == pytest.approx(theirs.confidence_interval.low, abs=0.05)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=0.05)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(100):
        low, high = Measured("x", drawn(50, seed) + 3).interval or (0, 0)
        held += low <= 3 <= high
    assert 88 <= held <= 99


def test_an_interval_is_the_same_each_time() -> None:
    assert Measured("x", drawn(30)).interval == Measured("x", drawn(30)).interval


def test_one_number_has_no_interval() -> None:
    one = Measured("loss", torch.tensor([2.0]).double())
    assert one.interval is None
    assert one.says() == "loss 2 (one number: no interval)"
    found = compare(one, Measured("loss", torch.tensor([3.0]).double()))
    assert (found.difference, found.interval, found.p) == (1, None, 1)


def test_words_say_how_sure_it_is() -> None:
    said = Measured("agreement", torch.tensor([0.0, 1.0, 1.0, 1.0]).double()).says()
    assert said.startswith("agreement 0.75 (95 %: ")
    assert said.endswith(", 4 samples)")


def test_few_samples_are_swapped_in_all_ways() -> None:
    first, second = Measured("x", drawn(9)), Measured("x", drawn(9) + drawn(9, 1) * 0.3 + 0.2)
    theirs = stats.permutation_test(
        (first.values.numpy(), second.values.numpy()),
        lambda a, b, axis: (b - a).mean(axis),
        permutation_type="samples",
        vectorized=True,
    )
    assert compare(first, second).p == pytest.approx(theirs.pvalue)


def test_many_samples_are_swapped_at_random() -> None:
    first = drawn(200)
    alike, worse = first + 0.1 * drawn(200, 1) - 0.1 * drawn(200, 1).mean(), first + 0.1 * drawn(200, 1) + 0.05
    assert compare(Measured("x", first), Measured("x", alike)).p > 0.5
    found = compare(Measured("x", first), Measured("x", worse))
    assert found.p < 0.01
    assert found.interval is not None and 0 < found.interval[0] < found.difference < found.interval[1]
    # Unpaired, the intervals of both overlap.
    assert (Measured("x", worse).interval or (0, 0))[0] < (Measured("x", first).interval or (0, 0))[1]
    assert compare(Measured("x", first), Measured("x", worse)).p == found.p


def test_p_values_are_even_where_there_is_no_difference() -> None:
    found = [compare(Measured("x", drawn(10, at)), Measured("x", drawn(10, 1000 + at))).p for at in range(200)]
    assert 1 <= sum(p < 0.05 for p in found) <= 20
    assert 70 <= sum(p < 0.5 for p in found) <= 130


def test_perplexities_are_compared_by_their_tokens() -> None:
    weights = torch.tensor([1.0, 100.0, 50.0]).double()
    first = Measured("perplexity", torch.tensor([1.0, 2.0, 3.0]).double(), weights, exponential=True, better="lower")
    same = compare(first, first)
    assert (same.difference, same.p) == (0, 1)
    second = Measured("perplexity", first.values + 0.5, weights, exponential=True, better="lower")
    found = compare(first, second)
    assert found.difference == pytest.approx(first.value * (math.exp(0.5) - 1))
    assert found.p == pytest.approx(2 / 8)  # of eight swaps none and all are as large


def test_what_is_not_paired_is_refused() -> None:
    with pytest.raises(UserError, match="'x' of 3 samples and 'x' of 4 samples cannot be compared") as caught:
        compare(Measured("x", drawn(3)), Measured("x", drawn(4)))
    assert caught.value.code == "bad-metric"
    with pytest.raises(UserError, match="cannot be compared"):
        compare(Measured("x", drawn(3)), Measured("y", drawn(3)))
