"""Beta-Rank against its definition on the very rows."""

from __future__ import annotations

import torch
from torch import Tensor

from sparsec.passes.prune.importance import BetaRank
from sparsec.passes.prune.kinds import Seen
from sparsec.passes.prune.statistics import Moments, Patches

from ..drawn import Drawn, drawn


def seen_of(case: Drawn, rows: Tensor) -> Seen:
    seen = Seen([Moments(*case.weight.values.shape), Patches(*case.weight.values.shape)])
    for batch in rows.split(25):
        seen.observe(batch, batch)
    return seen


def test_rows_score_answer_to_contrast_times_deviation() -> None:
    case = drawn(4, 6)
    answers = case.rows @ case.weight.values.T
    contrast = case.rows.std(dim=1, correction=0, keepdim=True)
    expected = (answers / contrast).square().mean(0).sqrt() * answers.std(dim=0, correction=0)
    scores = BetaRank().score(case.weight, seen_of(case, case.rows))
    torch.testing.assert_close(scores.sum(1), expected / expected.max(), rtol=1e-4, atol=1e-5)


def test_flat_places_say_nothing() -> None:
    case = drawn(4, 6)
    padded = torch.cat([case.rows, torch.full((30, 6), 3.7, dtype=torch.float64), torch.zeros(9, 6)])
    patches = seen_of(case, padded)[Patches]
    assert patches.count == len(case.rows)
    torch.testing.assert_close(patches.second, seen_of(case, case.rows)[Patches].second)


def test_units_are_what_filters_gave() -> None:
    case = drawn(4, 6)
    expected = case.rows.square().mean(0).sqrt() * case.rows.std(dim=0, correction=0)
    scores = BetaRank().score_columns(case.weight, seen_of(case, case.rows), torch.arange(6)[:, None])
    torch.testing.assert_close(scores, expected / expected.max(), rtol=1e-4, atol=1e-5)
