"""FPGM: distances between filters, and that the one in the middle goes."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.importance import Fpgm, fpgm
from sparsec.passes.prune.kinds import Matrix, Seen


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def test_rows_score_their_mean_distance() -> None:
    values = drawn(5, 7)
    scores = Fpgm().score(Matrix("a", values), Seen())
    expected = torch.stack([sum((row - other).norm() for other in values) / 4 for row in values])  # type: ignore[misc]
    torch.testing.assert_close(scores.sum(1), expected)
    torch.testing.assert_close(scores / scores.sum(1, keepdim=True), values**2 / (values**2).sum(1, keepdim=True))


def test_units_are_columns_of_the_reader() -> None:
    values, columns = drawn(5, 8), torch.tensor([[0, 3], [1, 2], [7, 4]])
    scores = Fpgm().score_columns(Matrix("a", values), Seen(), columns)
    vectors = [values[:, unit].T.flatten() for unit in columns]
    expected = torch.stack([sum((a - b).norm() for b in vectors) / 2 for a in vectors])  # type: ignore[misc]
    torch.testing.assert_close(scores, expected)


def test_what_lies_in_the_middle_goes_first() -> None:
    others = drawn(6, 7)
    values = torch.cat([others, others.mean(0, keepdim=True)])
    assert int(Fpgm().score(Matrix("a", values), Seen()).sum(1).argmin()) == 6


def test_many_filters_are_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    values = drawn(40, 3)
    expected = Fpgm().score(Matrix("a", values), Seen())
    monkeypatch.setattr(fpgm, "AT_ONCE", 7)
    torch.testing.assert_close(Fpgm().score(Matrix("a", values), Seen()), expected)
