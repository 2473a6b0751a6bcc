"""What depends on zeros alone is found once."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats import zeros
from sparsec.codegen.formats.zeros import of_zeros


def test_the_same_zeros_are_looked_at_once() -> None:
    looked: list[tuple[int, ...]] = []

    @of_zeros
    def count(kept: Tensor) -> int:
        looked.append(tuple(kept.shape))
        return int(kept.sum())

    weight = torch.tensor([[1.0, 0.0], [2.0, 3.0]])
    assert count(weight != 0) == count((5 * weight) != 0) == 3
    assert count((weight != 0).t()) == 3
    assert count((weight != 0).reshape(4, 1)) == 3
    assert looked == [(2, 2), (2, 2), (4, 1)]


def test_only_the_last_results_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zeros, "MOST_RESULTS", 2)
    looked: list[int] = []

    @of_zeros
    def count(kept: Tensor) -> int:
        looked.append(len(kept))
        return len(kept)

    for size in (1, 2, 3, 3, 2, 1):
        assert count(torch.ones(size, dtype=torch.bool)) == size
    assert looked == [1, 2, 3, 1]
