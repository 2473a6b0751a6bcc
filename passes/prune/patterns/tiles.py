"""Tiles: a matrix cut into equal rectangles, of which some go; those at its edges are what is left of one.

A tile's score is the mean of its weights' scores. What goes is counted in weights: so the smaller tiles at the edges
are chosen exactly if their weights matter as little as others', where a sum would take them first, being of fewer
weights, for less than their share of zeros.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ....compiler.errors import UserError


def tile_mask(scores: Tensor, rows: int, columns: int, sparsity: float, by_row: bool) -> Tensor:
    """What stays of a matrix in tiles: bool, of its shape.

    Args:
        scores: (outputs, inputs), none negative; tiles with an infinite one stay.
        rows, columns: of a tile; it may be larger than the matrix.
        sparsity: the share of weights that goes, to within half a tile.
        by_row: whether each row of tiles gives that share; not where a row is one tile.

    Raises:
        UserError: a share below 0 or above 1.
    """
    checked_share(sparsity)
    high, wide = scores.shape
    rows, columns = max(1, min(rows, high)), max(1, min(columns, wide))
    means, sizes = _tiles(scores, rows, columns)
    lines = means.shape if by_row and means.shape[1] > 1 else (1, means.numel())
    goes = _lowest(means.reshape(lines), sizes.reshape(lines), sparsity).reshape(means.shape)
    stays = ~goes | means.isinf()
    return stays.repeat_interleave(rows, 0)[:high].repeat_interleave(columns, 1)[:, :wide]


def tile_means(scores: Tensor, rows: int, columns: int) -> Tensor:
    """The mean score of each tile: (down, across).

    Args:
        scores: (outputs, inputs).
        rows, columns: of a tile; it may be larger than the matrix.
    """
    high, wide = scores.shape
    return _tiles(scores, max(1, min(rows, high)), max(1, min(columns, wide)))[0]


def checked_share(sparsity: object) -> None:
    """Refuse what is no share of zeros.

    Raises:
        UserError: it is none.
    """
    if isinstance(sparsity, bool) or not isinstance(sparsity, (int, float)) or not 0 <= sparsity <= 1:
        raise UserError("bad-option", f"'{sparsity}' is no share of zeros", hint="give a number from 0 to 1")


def checked_count(value: object, least: int, what: str, hint: str) -> None:
    """Refuse what is no whole number of rows, columns or weights.

    Raises:
        UserError: it is none, or less than the least.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UserError("bad-option", f"{what} cannot be '{value}'", hint=hint)


def _tiles(scores: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Each tile's mean score, and how many weights it has: both (down, across)."""
    high, wide = scores.shape
    down, across = -(-high // rows), -(-wide // columns)
    heights, widths = _lengths(high, rows, scores), _lengths(wide, columns, scores)
    sizes = heights[:, None] * widths
    if rows == columns == 1:
        return scores, sizes
    whole = F.pad(scores, (0, across * columns - wide, 0, down * rows - high))
    sums = whole.reshape(down, rows, across, columns).sum(dim=(1, 3), dtype=torch.float64)
    return sums / sizes, sizes


def _lengths(length: int, step: int, like: Tensor) -> Tensor:
    """How long each piece is, cut every ``step``."""
    starts = torch.arange(0, length, step, device=like.device)
    return (length - starts).clamp(max=step)


def _lowest(values: Tensor, sizes: Tensor, share: float) -> Tensor:
    """Which values of each line are the lowest, whose sizes together come closest to a share of the line's.

    Of equal values the first go. What is halfway between going and staying stays.
    """
    if not values.numel():
        return torch.zeros_like(values, dtype=torch.bool)
    if bool((sizes == sizes[0, 0]).all()):
        return _first_lowest(values, math.ceil(share * values.shape[1] - 0.5))
    order = values.argsort(dim=1, stable=True)
    ordered = sizes.gather(1, order).double()
    middles = ordered.cumsum(1) - ordered / 2
    goes = middles < share * ordered.sum(1, keepdim=True)
    return torch.zeros_like(goes).scatter(1, order, goes)


def _first_lowest(values: Tensor, count: int) -> Tensor:
    """Which are the ``count`` lowest of each line; of equal ones the first."""
    if count <= 0:
        return torch.zeros_like(values, dtype=torch.bool)
    last = values.kthvalue(count, dim=1, keepdim=True).values
    below, alike = values < last, values == last
    return below | (alike & (alike.cumsum(1) <= count - below.sum(1, keepdim=True)))
