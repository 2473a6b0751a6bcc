"""How the zeros of a weight lie: scattered, N:M, in blocks, in groups of rows that read the same columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from .vector_blocks import cut

# Shapes of blocks, rows x columns.
VECTORS = ((1, 1), (2, 1), (4, 1), (8, 1), (16, 1), (1, 4), (8, 4))
SQUARES = (16, 32, 64)
GROUPS_OF = (4, 8, 16)


@dataclass(frozen=True)
class Pattern:
    """How the zeros of one weight, seen as a matrix [outputs, inputs x taps], lie. -0.0 is zero.

    Attributes:
        density: share of numbers that are not zero.
        blocks: for each shape (R, C), what blocks of that shape hold, as a share of the whole weight. If it is about
            ``density``, the zeros come in such blocks.
        row_skew, column_skew: the fullest row's (column's) share over the average one's.
        n_of_m: (n, m) where no m neighbours in a row hold more than n numbers and m is the smallest such of 4, 8, 16.
        groups: for 8, 16, ... rows in a group that read the same columns: the share of columns that they read.
    """

    density: float
    blocks: dict[tuple[int, int], float]
    row_skew: float
    column_skew: float
    n_of_m: tuple[int, int] | None = None
    groups: dict[int, float] = field(default_factory=dict)

    @property
    def best_vector(self) -> tuple[int, int]:
        """The largest block of one column that holds no more zeros than 5 % of what it keeps."""
        fitting = [shape for shape in self.blocks if shape[1] == 1 and self.density >= 0.95 * self.blocks[shape]]
        return max(fitting, default=(1, 1))

    def words(self) -> str:
        """``80% zero, in blocks of 8 x 1``."""
        zero = f"{1 - self.density:.0%} zero"
        rows, columns = self.best_vector
        kinds = [f"{self.n_of_m[0]}:{self.n_of_m[1]}"] if self.n_of_m else []
        kinds += [f"in blocks of {rows} x {columns}"] if rows > 1 else []
        kinds += [f"rows uneven ({self.row_skew:.1f} times the average)"] if self.row_skew > 2 else []
        if self.density in (0, 1):
            return "no zeros" if self.density else "all zero"
        return ", ".join([zero, *(kinds or ["scattered"])])


def pattern_of(weight: Tensor) -> Pattern:
    """The pattern of a matrix [rows, columns]."""
    kept = weight != 0
    rows, columns = kept.sum(1).float(), kept.sum(0).float()
    return Pattern(
        density=_share(kept),
        blocks={shape: _stored(kept, *shape) for shape in VECTORS}
        | {(size, size): _share(_blocked(kept, size, size)) for size in SQUARES},
        row_skew=_skew(rows),
        column_skew=_skew(columns),
        n_of_m=_n_of_m(kept),
        groups={count: _share(_blocked(kept, count, 1)) for count in (8, 32, 128, 512) if count < kept.shape[0]},
    )


def _blocked(kept: Tensor, rows: int, columns: int) -> Tensor:
    """Which blocks of R x C hold anything."""
    high, wide = kept.shape
    whole = F.pad(kept, (0, -wide % columns, 0, -high % rows))
    return whole.reshape(-(-high // rows), rows, -(-wide // columns), columns).any(3).any(1)


def _share(kept: Tensor) -> float:
    return float(torch.count_nonzero(kept)) / max(1, kept.numel())


def _stored(kept: Tensor, rows: int, columns: int) -> float:
    """The share of a weight that is stored in vector blocks: their rows are cut where it pays."""
    wide = F.pad(kept, (0, -kept.shape[1] % columns)).reshape(kept.shape[0], -(-kept.shape[1] // columns), columns)
    wide = wide.any(2)
    first = cut(wide, rows)
    read = torch.zeros(len(first) - 1, wide.shape[1], dtype=torch.int32, device=kept.device)
    run = torch.arange(len(first) - 1).repeat_interleave(first.diff()).to(kept.device)
    read.index_add_(0, run, wide.to(torch.int32))
    return float(torch.count_nonzero(read)) * rows * columns / max(1, kept.numel())


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
