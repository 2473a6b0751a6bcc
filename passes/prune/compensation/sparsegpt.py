"""SparseGPT's update alone, for a mask that somebody else chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import check_count, check_damping, sweep
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Sparsegpt(Compensation):
    """Columns from left to right: what goes is made up for by the columns to its right. Quick; not the least loss.

    It costs the same however much rows differ in what they keep: about a product of the weight with the Hessian. Least
    squares and affine lose less, since there every column that stays makes up for every one that goes. Ours: rows that
    would lose more than without stay as they were.

    Args:
        block: how many columns are done before those to their right hear of it.
        damping: what is added to the diagonal of the second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
    """

    block: int = 128
    damping: float | None = None

    paper: ClassVar[str] = "SparseGPT (Frantar, Alistarh, 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.block, "block")

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        fit = Fit.of(weight, seen, self.damping)
        values, _ = sweep(fit.target(), fit.hessian, seen, self.block, lambda start, stop, _: kept[:, start:stop])
        return fit.but(fit.no_worse(values, kept))
