"""SparseGPT: columns from left to right are decided about, and those to their right make up for what goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..algebra import USUAL_DAMPING, check_count, check_damping, sweep
from ..fit import Fit
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Moments

# Columns that are decided about at once: ours, the paper's.
USUAL_BLOCK, PUBLISHED_BLOCK = 32, 128


@dataclass(frozen=True)
class Sparsegpt(Solver):
    """Decides column by column with what is made up for already in mind, and makes up for it to the right.

    With w the weights as they are by then and U the upper triangular factor of the inverse Hessian, ``H^-1 = Uᵀ U``::

        score_ij = w_ij^2 / U_jj^2        w_i: -= w_ij / U_jj U_j:    for what goes

    A block of columns is decided about at once, an N:M pattern's each M columns. Ours: how much goes of a block is what
    the scores w_ij^2 / [H^-1]_jj of all columns say, where the paper takes the same share of every block; blocks are
    smaller than its 128, since later decisions are better ones; weights aim at what the layer gave in the dense model,
    where the paper's aim at what the dense layer makes of its inputs now; if a layer has a bias, it takes the means; a
    row that would lose more than without any change has none. With ``published`` it is the paper's, for tables that
    compare. Weights for what stays that lose less are those of ``affine`` compensation.

    Args:
        block: how many columns are decided about at once; by default 32, and 128 with ``published``.
        damping: what is added to the diagonal of the second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to; 0.01 with ``published``.
        published: whether it is done as in the paper.
    """

    block: int | None = None
    damping: float | None = None
    published: bool = False

    paper: ClassVar[str] = "SparseGPT (Frantar, Alistarh, 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self._block, "block")

    @property
    def _block(self) -> int:
        """How many columns are decided about at once."""
        usual = PUBLISHED_BLOCK if self.published else USUAL_BLOCK
        return usual if self.block is None else self.block

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return Fit.of(weight, seen, self.damping).costs(weight.values)

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        damping = USUAL_DAMPING if self.published and self.damping is None else self.damping
        fit = Fit.of(weight, seen, damping, constant=not self.published)
        target = weight.values.double() * fit.hessian.alive if self.published else fit.target()
        first = None if self.published else pattern.mask(fit.costs(target), sparsity)
        plan = _Plan(pattern, sparsity, first)
        width = max(1, pattern.width(*target.shape))
        block = width if pattern.share is not None else max(width, self._block // width * width)
        values, kept = sweep(target, fit.hessian, seen, block, plan.choose)
        return kept, fit.but(values if self.published else fit.no_worse(values, kept))


class _Plan:
    """How much goes of each block of columns: as much as of a mask of all of them; of the last what is left to go.

    Without such a mask it is the same share of every block.
    """

    def __init__(self, pattern: Pattern, sparsity: float, first: Tensor | None) -> None:
        self.pattern, self.sparsity = pattern, sparsity
        self._goes: list[float] = []
        if first is not None:
            self._goes = [*(~first).sum(dim=0).cumsum(dim=0).tolist()[:-1], sparsity * first.numel()]
        self._gone = 0

    def choose(self, start: int, stop: int, scores: Tensor) -> Tensor:
        """What stays of the columns from ``start`` to before ``stop``."""
        share = self.sparsity
        if self._goes and self.pattern.share is None and scores.numel():
            share = min(1.0, max(0.0, (self._goes[stop - 1] - self._gone) / scores.numel()))
        stays = self.pattern.mask(scores, share)
        self._gone += int(torch.count_nonzero(~stays))
        return stays
