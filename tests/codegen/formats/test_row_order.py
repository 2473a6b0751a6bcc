"""Orders of rows: shuffled blocks come back, nothing becomes worse, and what has no order is left alone."""

from __future__ import annotations

import itertools
import os

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sparsec.codegen.formats import row_order
from sparsec.codegen.formats.row_order import group_rows
from sparsec.codegen.formats.vector_blocks import cut

EXAMPLES = settings(max_examples=100, deadline=None, derandomize="CI" in os.environ)
SHARES = (0.5, 0.2, 0.1)


def scattered(rows: int, columns: int, density: float, seed: int = 0) -> Tensor:
    return torch.rand(rows, columns, generator=torch.Generator().manual_seed(seed)) < density


def in_blocks(rows: int, columns: int, high: int, density: float) -> Tensor:
    """Each ``high`` rows read the same columns; the last ones may be fewer."""
    return scattered(-(-rows // high), columns, density).repeat_interleave(high, 0)[:rows]


def shuffled(kept: Tensor, dim: int = 0) -> Tensor:
    return kept.index_select(dim, torch.randperm(kept.shape[dim], generator=torch.Generator().manual_seed(5 + dim)))


def reads(kept: Tensor, size: int) -> int:
    """What is to be small: the columns that runs of rows read."""
    return sum(int(run.any(0).sum()) for run in kept.split(size))


def found(kept: Tensor, size: int) -> int:
    return reads(kept[group_rows(kept, size)], size)


# -------------------------------------------------------------------- what holds always


@st.composite
def masks(draw: st.DrawFn) -> Tensor:
    """Scattered or in blocks, with holes, empty rows and full columns; 0 and 1 among the sizes."""
    rows, columns = draw(st.integers(0, 70)), draw(st.integers(0, 140))
    kept = in_blocks(rows, columns, draw(st.sampled_from((1, 2, 3, 8))), draw(st.sampled_from((0.0, 0.1, 0.4, 1.0))))
    kept = kept & scattered(rows, columns, draw(st.sampled_from((1.0, 0.8, 0.2))), draw(st.integers(1, 9)))
    kept[:: draw(st.sampled_from((3, 100)))] = False
    kept[:, :: draw(st.sampled_from((7, 200)))] = True
    return shuffled(kept)


@EXAMPLES
@given(masks(), st.integers(1, 80))
def test_a_permutation_that_is_never_worse(kept: Tensor, size: int) -> None:
    order = group_rows(kept, size)
    assert order.dtype is torch.int64
    assert order.sort().values.tolist() == list(range(len(kept)))
    before, after = reads(kept, size), reads(kept[order], size)
    assert after < before or (after == before and order.tolist() == list(range(len(kept))))
    assert torch.equal(group_rows(kept.clone(), size), order)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (1, 5), (8, 5)])
def test_one_run_or_none_has_no_order(shape: tuple[int, int]) -> None:
    kept = scattered(*shape, 0.5)
    assert group_rows(kept, 8).tolist() == list(range(shape[0]))
    assert group_rows(kept, 1).tolist() == list(range(shape[0]))


def test_a_mask_need_not_be_contiguous() -> None:
    kept = shuffled(in_blocks(64, 40, 8, 0.2))
    assert torch.equal(group_rows(kept.t().contiguous().t(), 8), group_rows(kept, 8))


# -------------------------------------------------------------------- blocks come back


@pytest.mark.parametrize("density", SHARES)
@pytest.mark.parametrize("high", [4, 8, 16])
@pytest.mark.parametrize("rows", [256, 251])
def test_shuffled_blocks(rows: int, high: int, density: float) -> None:
    kept = in_blocks(rows, 96, high, density)
    assert found(shuffled(kept), high) == reads(kept, high) < 0.8 * reads(shuffled(kept), high)


@pytest.mark.parametrize("density", SHARES)
@pytest.mark.parametrize("rows", [256, 251])
def test_shuffled_blocks_with_holes(rows: int, density: float) -> None:
    """No two rows read the same columns."""
    kept = in_blocks(rows, 192, 8, density) & scattered(rows, 192, 0.8, 1)
    assert found(shuffled(kept), 8) <= reads(kept, 8)


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("density", SHARES)
def test_shuffled_blocks_of_which_rows_are_empty(density: float, holes: bool) -> None:
    """Empty rows fill up the runs that they are missing from."""
    kept = in_blocks(256, 192, 8, density) & scattered(256, 192, 0.9 if holes else 1.0, 1)
    kept[::11] = False
    assert found(shuffled(kept), 8) == reads(kept, 8)


def test_many_empty_rows_come_last() -> None:
    kept = in_blocks(256, 96, 8, 0.2)
    kept[128:] = False
    order = group_rows(shuffled(kept), 8)
    assert not shuffled(kept)[order][128:].any()
    assert found(shuffled(kept), 8) == reads(kept, 8)


@pytest.mark.parametrize("density", SHARES)
def test_shuffled_blocks_of_which_rows_are_gone(density: float) -> None:
    """Not every run of eight can be of one block. But rows of a block stay neighbours, and blocks are cut apart."""
    kept = in_blocks(256, 192, 8, density)[torch.arange(256) % 11 > 0]
    ordered = shuffled(kept)[group_rows(shuffled(kept), 8)]
    assert reads(ordered, 8) < reads(kept, 8)
    assert cut_reads(ordered) == cut_reads(kept)


def cut_reads(kept: Tensor) -> int:
    """As ``reads``, with runs of up to 8 rows that begin anywhere."""
    return sum(int(kept[a:b].any(0).sum()) for a, b in itertools.pairwise(cut(kept, 8).tolist()))


def test_rows_of_very_different_length() -> None:
    """Short rows fit nearly everywhere. They go where all that they read is read."""
    lengths = torch.rand(256, 1, generator=torch.Generator().manual_seed(3))
    kept = in_blocks(256, 384, 8, 0.2)
    kept &= torch.rand(256, 384, generator=torch.Generator().manual_seed(4)) < lengths.clamp(0.2)
    assert found(shuffled(kept), 8) < 1.05 * reads(kept, 8) < 0.5 * reads(shuffled(kept), 8)


@pytest.mark.parametrize("holes", [False, True])
def test_a_shuffled_block_diagonal(holes: bool) -> None:
    kept = torch.block_diag(*[torch.ones(24, 10)] * 8).bool() & scattered(192, 80, 0.4 if holes else 1.0)
    mixed = shuffled(shuffled(kept), 1)
    for size in (8, 24):
        assert found(mixed, size) <= reads(kept, size) < 0.6 * reads(mixed, size)


@pytest.mark.parametrize("holes", [False, True])
def test_shuffled_groups_of_many_rows(holes: bool) -> None:
    kept = in_blocks(1024, 192, 128, 0.2) & scattered(1024, 192, 0.3 if holes else 1.0, 1)
    assert found(shuffled(kept), 128) == reads(kept, 128)


def test_a_part_in_blocks() -> None:
    """The rest stays as it is."""
    blocks, rest = in_blocks(64, 96, 8, 0.2), scattered(192, 96, 0.5)
    assert found(shuffled(torch.cat([blocks, rest])), 8) <= reads(blocks, 8) + reads(rest, 8)


# -------------------------------------------------------------------- what large weights may cost


@pytest.mark.parametrize("density", [0.5, 0.2, 0.05])
@pytest.mark.parametrize("size", [8, 128])
def test_scattered_zeros_are_given_up(density: float, size: int) -> None:
    assert group_rows(scattered(1536, 768, density), size).tolist() == list(range(1536))


def test_a_look_at_a_few_runs_finds_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = in_blocks(256, 192, 8, 0.2) & scattered(256, 192, 0.8, 1)
    monkeypatch.setattr(row_order, "QUICK_WORDS", 0)
    assert found(shuffled(kept), 8) == reads(kept, 8)


def test_in_very_large_weights_only_equal_rows_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_order, "QUICK_WORDS", 0)
    monkeypatch.setattr(row_order, "SEARCHED_WORDS", 0)
    kept = in_blocks(64, 96, 4, 0.2)
    ordered = shuffled(kept)[group_rows(shuffled(kept), 8)]
    assert reads(ordered, 4) == reads(kept, 4)
    kept &= scattered(64, 96, 0.8, 1)
    assert group_rows(shuffled(kept), 8).tolist() == list(range(64))
