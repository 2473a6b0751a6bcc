"""Scales: what stays of an output, or of an input, becomes larger or smaller as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..algebra import Hessian, check_damping
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Scales(Compensation):
    """One number for each output, or input, that all its weights are multiplied with; and the bias, if there is one.

    The numbers are fitted to the dense outputs. With v the weights that stay and H the Hessian, those of inputs solve
    ``(H o vᵀ v) s = b``, as in the rescaling of retraining-free pruning. Few numbers need little data.

    Args:
        of: whether outputs are scaled, or inputs.
        damping: what is added to diagonals, as a share of their mean: it keeps scales near 1.
    """

    of: Literal["outputs", "inputs"] = "outputs"
    damping: float = 0.01

    paper: ClassVar[str] = "A fast post-training pruning framework (Kwon et al., 2022), for inputs"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})

    def __post_init__(self) -> None:
        check_damping(self.damping)

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        fit = Fit.of(weight, seen, self.damping)
        left = weight.values.double() * kept
        wanted = fit.missing(kept) * left * fit.hessian.alive
        if self.of == "outputs":
            power = ((left @ fit.hessian.values) * left).sum(dim=1, keepdim=True)
            return fit.but(left + left * torch.where(power > 0, wanted.sum(dim=1, keepdim=True) / power, 0.0))
        together = Hessian.of(fit.hessian.values * (left.T @ left), self.damping)
        change = torch.cholesky_solve(wanted.sum(dim=0)[:, None], together.factor(seen))[:, 0]
        return fit.but(left + left * change)
