"""Tiles that go: which, how many, and what those at the edges count."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.patterns.tiles import tile_mask

TILES = [(1, 1), (8, 1), (1, 4), (3, 2), (4, 4), (100, 1), (1, 100)]


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + 0.01


def tiles_of(shape: tuple[int, int], rows: int, columns: int) -> list[list[tuple[slice, slice]]]:
    """The tiles of each row of tiles."""
    return [
        [(slice(i, i + rows), slice(j, j + columns)) for j in range(0, shape[1], columns)]
        for i in range(0, shape[0], rows)
    ]


def one_by_one(scores: Tensor, rows: int, columns: int, sparsity: float, by_row: bool) -> Tensor:
    """The same, written down tile by tile."""
    mask = torch.ones_like(scores, dtype=torch.bool)
    lines = tiles_of(tuple(scores.shape), rows, columns)
    if not by_row or len(lines[0]) == 1:
        lines = [list(itertools.chain(*lines))]
    for line in lines:
        wanted, gone = sparsity * sum(scores[tile].numel() for tile in line), 0
        for tile in sorted(line, key=lambda tile: float(scores[tile].mean())):
            size = scores[tile].numel()
            if abs(gone + size - wanted) >= abs(gone - wanted):
                break
            mask[tile] = False
            gone += size
    return mask


@pytest.mark.parametrize("by_row", [False, True])
@pytest.mark.parametrize("sparsity", [0.05, 0.3, 0.55, 0.9])
@pytest.mark.parametrize(("rows", "columns"), TILES)
@pytest.mark.parametrize("shape", [(16, 8), (13, 29), (1, 7), (7, 1)])
def test_the_lowest_go(shape: tuple[int, int], rows: int, columns: int, sparsity: float, by_row: bool) -> None:
    scores = drawn(*shape)
    mask = tile_mask(scores, rows, columns, sparsity, by_row)
    assert torch.equal(mask, one_by_one(scores, rows, columns, sparsity, by_row))


@pytest.mark.parametrize("sparsity", [0.1, 0.37, 0.5, 0.75])
@pytest.mark.parametrize(("rows", "columns"), TILES)
def test_the_share_is_met_to_half_a_tile(rows: int, columns: int, sparsity: float) -> None:
    mask = tile_mask(drawn(13, 29), rows, columns, sparsity, False)
    half = min(rows, 13) * min(columns, 29) / 2
    assert abs(int((~mask).sum()) - sparsity * mask.numel()) <= half


@pytest.mark.parametrize("sparsity", [0.25, 0.5, 0.8])
def test_every_row_has_the_share(sparsity: float) -> None:
    scores = drawn(6, 40) * torch.arange(1, 7)[:, None]
    assert torch.equal(tile_mask(scores, 1, 1, sparsity, True).sum(1), torch.full((6,), round((1 - sparsity) * 40)))
    groups = tile_mask(scores, 3, 1, sparsity, True)
    assert torch.equal(groups[:3], groups[:1].expand(3, -1)) and torch.equal(groups.sum(1).unique(), groups.sum(1)[:1])


def test_rows_that_are_one_tile_are_compared() -> None:
    scores = torch.tensor([[3.0, 3.0], [1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    expected = torch.tensor([True, False, False, True])[:, None].expand(4, 2)
    assert torch.equal(pattern_of("rows").mask(scores, 0.5, by_row=True), expected)
    assert torch.equal(pattern_of("1x9").mask(scores, 0.5, by_row=True), expected)


def test_tiles_at_the_edges_are_judged_like_the_others() -> None:
    """Drawn from one distribution, they go as often."""
    whole = edge = 0.0
    for seed in range(400):
        mask = tile_mask(drawn(11, 6, seed=seed) ** 0.01, 8, 1, 0.5, False)  # nearly equal: a sum would tell the sizes
        whole, edge = whole + float(mask[0].double().mean()), edge + float(mask[8].double().mean())
    assert abs(whole - edge) / 400 < 0.1


def test_masks_follow_a_permutation() -> None:
    scores, rows, columns = drawn(9, 14), torch.randperm(9), torch.randperm(14)
    for by_row in (False, True):
        mask = tile_mask(scores, 1, 1, 0.4, by_row)
        assert torch.equal(tile_mask(scores[rows][:, columns], 1, 1, 0.4, by_row), mask[rows][:, columns])
        vectors = tile_mask(scores, 3, 1, 0.4, by_row)
        assert torch.equal(tile_mask(scores[:, columns], 3, 1, 0.4, by_row), vectors[:, columns])
    for text, moved in (("rows", scores[rows]), ("columns", scores[:, columns])):
        mask = pattern_of(text).mask(scores, 0.4)
        assert torch.equal(pattern_of(text).mask(moved, 0.4), mask[rows] if text == "rows" else mask[:, columns])


def test_ties_go_by_place() -> None:
    assert tile_mask(torch.ones(2, 3), 1, 1, 0.5, False).tolist() == [[False] * 3, [True] * 3]
    assert tile_mask(torch.ones(3, 2), 2, 1, 0.34, False).tolist() == [[False, True], [False, True], [True, True]]


def test_row_groups_read_equally_many_columns() -> None:
    scores = drawn(12, 20) * torch.arange(1, 13)[:, None] ** 3
    mask = pattern_of("row-groups:4").mask(scores, 0.6)
    assert torch.equal(mask.sum(1), torch.full((12,), 8))
    assert torch.equal(mask, mask[::4].repeat_interleave(4, 0))
    assert int(pattern_of("4x1").mask(scores, 0.6).sum(1).unique().numel()) > 1
