"""Affine: weights and bias are fitted again together, to the dense model's outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import check_damping
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Affine(Compensation):
    """The weights that stay and the bias are fitted to the dense outputs together.

    Least squares of what inputs differ from their mean by, then the bias that gives outputs their mean. On the data
    itself, and without damping, it loses no more than bias or least squares alone. A layer without a bias is fitted by
    least squares.

    Args:
        damping: what is added to the diagonal of the centred second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
    """

    damping: float | None = None

    paper: ClassVar[str] = "CORP, for the second layer of a block"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})

    def __post_init__(self) -> None:
        check_damping(self.damping)

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        return Fit.of(weight, seen, self.damping).on(kept)
