"""Sums of outer products: half of them is computed, whole ones are told."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.outer import BLOCK, Outer


@pytest.mark.parametrize("width", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_sum_is_whole_whenever_it_is_asked_for(width: int) -> None:
    g = torch.Generator().manual_seed(width)
    rows = torch.randint(-4, 5, (6, width), generator=g).double()
    found = Outer(width)
    for part in rows.split(2):
        found.add(part)
        found.add(part)
        assert found.matrix is found.matrix
    assert torch.equal(found.matrix.double(), 2 * rows.T @ rows)


def test_a_given_matrix_grows() -> None:
    found = Outer.of(torch.eye(BLOCK + 3))
    found.add(torch.ones(1, BLOCK + 3))
    assert torch.equal(found.matrix, torch.eye(BLOCK + 3) + 1)
