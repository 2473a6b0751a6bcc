"""SparseGPT: columns from left to right are decided about, and those to their right make up for what goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..algebra import check_count, check_damping, sweep
from ..fit import Fit
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Sparsegpt(Solver):
    """Decides column by column with what is made up for already in mind, and makes up for it to the right.

    With w the weights as they are by then and U the upper triangular factor of the inverse Hessian, ``H^-1 = Uᵀ U``::

        score_ij = w_ij^2 / U_jj^2        w_i: -= w_ij / U_jj U_j:    for what goes

    A block of columns is decided about at once, an N:M pattern's each M columns. Ours: how much goes of a block is what
    the scores w_ij^2 / [H^-1]_jj of all columns say, where the paper takes the same share of every block; blocks are
    smaller than its 128, since later decisions are better ones; if a layer has a bias, it takes the means. Weights for
    what stays that lose less are those of ``affine`` compensation.

    Args:
        block: how many columns are decided about at once.
        damping: what is added to the diagonal of the second moments, as a share of its mean.
    """

    block: int = 32
    damping: float = 0.01

    paper: ClassVar[str] = "SparseGPT (Frantar, Alistarh, 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.block, "block")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        fit = Fit.of(weight, seen, self.damping)
        return surgeons_scores(fit, weight.values.double())

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        fit = Fit.of(weight, seen, self.damping)
        target = fit.target()
        plan = _Plan(pattern, sparsity, pattern.mask(surgeons_scores(fit, target), sparsity))
        width = max(1, pattern.width(*target.shape))
        block = width if pattern.share is not None else max(width, self.block // width * width)
        values, kept = sweep(target, fit.hessian, seen, block, plan.choose)
        return kept, fit.but(fit.no_worse(values, kept))


def surgeons_scores(fit: Fit, values: Tensor) -> Tensor:
    """(outputs, inputs), float64: what taking one weight costs if all others make up for it; of dead inputs nothing."""
    inverse = fit.hessian.inverse(fit.seen).diagonal()
    return values**2 * (fit.hessian.alive / inverse)


class _Plan:
    """How much goes of each block of columns: as much as of a mask of all of them; of the last what is left to go."""

    def __init__(self, pattern: Pattern, sparsity: float, first: Tensor) -> None:
        self.pattern, self.sparsity = pattern, sparsity
        self._goes = (~first).sum(dim=0).cumsum(dim=0).tolist()
        self._goes[-1] = sparsity * first.numel()
        self._gone = 0

    def choose(self, start: int, stop: int, scores: Tensor) -> Tensor:
        """What stays of the columns from ``start`` to before ``stop``."""
        share = self.sparsity
        if self.pattern.share is None and scores.numel():
            share = min(1.0, max(0.0, (self._goes[stop - 1] - self._gone) / scores.numel()))
        stays = self.pattern.mask(scores, share)
        self._gone += int(torch.count_nonzero(~stays))
        return stays
