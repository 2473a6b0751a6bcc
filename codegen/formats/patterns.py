"""How the zeros of a weight lie: scattered, N:M, in blocks, in groups of rows that read the same columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from ...compiler.ir.packing import BLOCK_ROWS, Pattern
from .grouped_gather import estimate
from .row_order import group_rows
from .vector_blocks import Words, bits_of, cuts
from .zeros import of_zeros

Numbers = npt.NDArray[np.int64]
# Groups of columns in a row that are looked at for N:M.
GROUPS_OF = (4, 8, 16)
# Numbers of so many bits.
WHOLE = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}
# Into how many groups of rows a weight may fall, each with columns of its own.
GROUPS, PROBED = (2, 4, 8, 16, 32), 8
# Rows of blocks that another order of the rows may make possible, and what storing them costs for each number: larger
# blocks are multiplied faster. It has to gain a fifth.
ORDERED, COSTS, WORTH_SHARE = (4, 8, 16), {1: 2.0, 2: 1.4, 4: 1.05, 8: 0.9, 16: 0.9}, 0.8
# A larger block is as good as a smaller one that stores this much less.
ALIKE_RATIO = 1.05


def pattern_of(weight: Tensor, tiles: tuple[tuple[int, int], ...] = (), groups: int = 1) -> Pattern:
    """The pattern of a matrix [rows, columns].

    Args:
        weight: the matrix.
        tiles: more shapes of blocks that are looked for.
        groups: of rows, whose columns are not the same; their order stays.
    """
    return _pattern_of(weight != 0, tiles, groups)


@of_zeros
def _pattern_of(kept: Tensor, tiles: tuple[tuple[int, int], ...], groups: int) -> Pattern:
    rows, columns = kept.sum(1).float(), kept.sum(0).float()
    order = order_of(kept) if groups == 1 else None
    ordered = kept if order is None else kept[order.to(kept.device)]
    return Pattern(
        density=_share(kept),
        blocks={(high, 1): share for high, share in _stored(ordered, groups).items()},
        row_skew=_skew(rows),
        column_skew=_skew(columns),
        n_of_m=_n_of_m(kept),
        groups=_groups(kept) if groups == 1 else {},
        order=order,
        tiles=_tiled(kept, tiles),
    )


def _tiled(kept: Tensor, shapes: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """What blocks of each shape hold, as a share of the weight."""
    bits = bits_of(kept) if shapes and kept.numel() else None
    return {
        (rows, columns): _tiles(kept, bits, rows, columns) * rows * columns / max(1, kept.numel())
        for rows, columns in shapes
    }


def _tiles(kept: Tensor, bits: Words | None, rows: int, columns: int) -> int:
    """How many blocks hold anything; ``bits`` are the columns of the mask, 64 to a word."""
    if bits is None or columns not in (1, *WHOLE):
        return int(torch.count_nonzero(_blocked(kept, rows, columns)))
    read = np.bitwise_or.reduceat(bits, np.arange(0, len(bits), rows), axis=0)
    return int(np.bitwise_count(read).sum() if columns == 1 else np.count_nonzero(read.view(WHOLE[columns])))


@of_zeros
def order_of(kept: Tensor) -> Tensor | None:
    """An order of rows in which zeros come in larger blocks.

    Args:
        kept: [rows, columns], which numbers are not zero.

    Returns:
        [rows] int64, which row comes first; None if no other order is clearly better than the one they have.
    """
    density, (rows, columns), bits = _share(kept), kept.shape, bits_of(kept)
    most = ALIKE_RATIO * COSTS[ORDERED[-1]] * density  # what blocks that lie right cost
    if density in (0, 1) or _filled(bits, columns, ORDERED[-1]) * COSTS[ORDERED[-1]] <= most:
        return None
    sizes = sorted({*ORDERED, *(-(-rows // groups) for groups in GROUPS)} - {rows, *range(ORDERED[0])}, reverse=True)
    tried = {size: group_rows(kept, size) for size in {ORDERED[-1], -(-rows // PROBED)} if size in sizes}
    if not any(map(_changes, tried.values())):  # scattered
        return None
    stored = _stored(kept)
    as_it_is = min(stored[high] * cost for high, cost in COSTS.items())
    if as_it_is <= most:
        return None
    orders = [tried[size] if size in tried else group_rows(kept, size) for size in sizes]
    found = [(order, _even_cost(bits[order.numpy()], columns)) for order in orders if _changes(order)]
    least = min((cost for _, cost in found), default=as_it_is)
    if least > WORTH_SHARE * as_it_is:
        return None
    return next(order for order, cost in found if cost <= ALIKE_RATIO * least)


def _groups(kept: Tensor) -> dict[int, float]:
    """What groups of rows would store; in another order only if that helps for a number of groups in between."""
    counts, bits = [groups for groups in GROUPS if groups * ORDERED[-1] <= kept.shape[0]], bits_of(kept)
    found = {groups: _in_groups(bits, kept, groups) for groups in counts}
    probed = min(PROBED, counts[-1]) if counts else 0
    if probed and found[probed] > 0 and (ordered := estimate(kept, probed)) < found[probed]:
        return {groups: ordered if groups == probed else estimate(kept, groups) for groups in counts}
    return found


def _in_groups(bits: Words, kept: Tensor, groups: int) -> float:
    """What groups of rows as they are would store."""
    height = -(-kept.shape[0] // groups)
    return groups * height * max(1, int(_reads(bits, height).max())) / max(1, kept.numel())


def _changes(order: Tensor) -> bool:
    return not torch.equal(order, torch.arange(len(order)))


def _even_cost(bits: Words, columns: int) -> float:
    """What the cheapest blocks of one column cost that begin every R rows."""
    return min(_filled(bits, columns, rows) * cost for rows, cost in COSTS.items())


def _reads(bits: Words, rows: int | Numbers) -> Numbers:
    """How many columns each run of rows reads: of so many rows, or those that begin at some."""
    first = np.arange(0, len(bits), rows) if isinstance(rows, int) else rows
    counts: Numbers = np.bitwise_count(np.bitwise_or.reduceat(bits, first, axis=0)).sum(1, dtype=np.int64)
    return counts


def _filled(bits: Words, columns: int, rows: int) -> float:
    """The share of blocks of R x 1 that hold anything."""
    return float(_reads(bits, rows).sum()) / max(1, -(-len(bits) // rows) * columns)


def _blocked(kept: Tensor, rows: int, columns: int) -> Tensor:
    """Which blocks of R x C hold anything."""
    high, wide = kept.shape
    whole = F.pad(kept, (0, -wide % columns, 0, -high % rows))
    return whole.reshape(-(-high // rows), rows, -(-wide // columns), columns).any(3).any(1)


def _share(kept: Tensor) -> float:
    return float(torch.count_nonzero(kept)) / max(1, kept.numel())


@of_zeros
def _stored(kept: Tensor, groups: int = 1) -> dict[int, float]:
    """The share of a weight that is stored in vector blocks, by their rows, which are cut where it pays."""
    if not kept.numel():
        return dict.fromkeys(BLOCK_ROWS, 0.0)
    bits, found = bits_of(kept), cuts(kept, BLOCK_ROWS, groups)
    return {rows: float(_reads(bits, found[rows][:-1].numpy()).sum()) * rows / kept.numel() for rows in BLOCK_ROWS}


def _skew(counts: Tensor) -> float:
    mean = float(counts.mean()) if counts.numel() else 0.0
    return float(counts.max()) / mean if mean else 1.0


def _n_of_m(kept: Tensor) -> tuple[int, int] | None:
    """2:4, 4:8, ... where that says more than the density does: at least half must be zero everywhere."""
    for m in GROUPS_OF:
        if kept.numel() and kept.shape[1] % m == 0:
            most = int(kept.reshape(kept.shape[0], -1, m).sum(2).max())
            if 0 < most <= m // 2:
                return most, m
    return None
