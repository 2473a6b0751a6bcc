"""An order of channels in which the tiles of a target's kernels are full, in weights that make them and that read them.

A channel is a row of what makes it and a column of what reads it. Tiles of several columns mind both.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ...compiler.ir.packing import FEW_ZEROS_SHARE
from .row_order import group_rows

Tile = tuple[int, int]
# What storing a number costs: tiles of fewer rows than tensor cores take at a time are multiplied more slowly, and so
# are those of one column, which are gathered.
FULL_ROWS, FEWER_COST, GATHERED_COST = 64, 1.6, 1.3
# An order has to save a fifth; it is as good as can be if it stores no more than a twentieth beyond what is not zero.
WORTH_SHARE, ALIKE_RATIO = 0.8, 1.05


def order_for_tiles(makers: Sequence[Tensor], readers: Sequence[Tensor], tiles: Sequence[Tile]) -> Tensor | None:
    """The order of channels that makes tiles fullest.

    Args:
        makers: for each weight that makes the channels [channels, columns], which numbers are not zero.
        readers: the same of weights that read them [rows, channels].
        tiles: (rows, columns) that a target's kernels keep together.

    Returns:
        int64 [channels], which channel comes first; None if no other order is clearly better than the one they have.
    """
    makers, readers = ([kept for kept in some if _tells(kept)] for some in (makers, readers))
    masks = [*makers, *(kept.T for kept in readers)]
    if not masks:
        return None
    density = sum(int(kept.sum()) for kept in masks) / sum(kept.numel() for kept in masks)
    as_it_is = _cost(makers, readers, tiles)
    if density == 0 or as_it_is <= ALIKE_RATIO * density:
        return None
    best, least = None, WORTH_SHARE * as_it_is
    kept = torch.cat(masks, dim=1)
    for size in sorted({rows for rows, _ in tiles}, key=lambda rows: (abs(rows - FULL_ROWS), rows)):
        order = group_rows(kept, size)
        if torch.equal(order, torch.arange(len(order))):
            continue
        cost = _cost([held[order] for held in makers], [held[:, order] for held in readers], tiles)
        if cost < least:
            best, least = order, cost
        if least <= ALIKE_RATIO * density:
            break
    return best


def _tells(kept: Tensor) -> bool:
    """Whether a weight has zeros enough for kernels."""
    return bool(kept.numel()) and 1 - int(kept.sum()) / kept.numel() >= FEW_ZEROS_SHARE


def _cost(makers: Sequence[Tensor], readers: Sequence[Tensor], tiles: Sequence[Tile]) -> float:
    """What the best tiles of each weight store, as a share of all of them; more where they are multiplied slowly."""
    whole = sum(kept.numel() for kept in (*makers, *readers))
    stored = sum(kept.numel() * min(_stored(kept, tile) for tile in tiles) for kept in (*makers, *readers))
    return stored / whole


def _stored(kept: Tensor, tile: Tile) -> float:
    """What tiles store of a weight, as a share of it and at most all, times what that costs."""
    (rows, columns), (high, wide) = kept.shape, tile
    whole = F.pad(kept, (0, -columns % wide, 0, -rows % high))
    full = whole.reshape(-(-rows // high), high, -(-columns // wide), wide).any(3).any(1)
    share = min(1.0, int(full.sum()) * high * wide / kept.numel())
    return share * (1.0 if high >= FULL_ROWS else FEWER_COST) * (GATHERED_COST if wide == 1 else 1.0)
