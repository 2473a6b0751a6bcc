"""Least squares: the weights that stay are fitted again, to the dense model's outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import check_damping
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class LeastSquares(Compensation):
    """The weights that stay are fitted to the dense outputs; of all such weights these lose least.

    With w the weights, v those that stay, H the second moments of the inputs and C those of the dense model's inputs
    with them, and S what a row keeps::

        v_S += (w C - v H)_S (H_SS + damping mean(diag H) I)^-1

    What is damped is the change, so a row that keeps all stays as it is where C = H, and the error on the data is
    never more than without. Without C, this equals a chain of Optimal Brain Surgeon's updates.

    Args:
        damping: what is added to the diagonal of H, as a share of its mean: more of it trusts the data less. By default
            that which loses least on rows that nothing was fitted to.
    """

    damping: float | None = None

    paper: ClassVar[str] = "Optimal Brain Surgeon (Hassibi, Stork, 1993)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    gives_means: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        return Fit.of(weight, seen, self.damping, constant=False).on(kept)
