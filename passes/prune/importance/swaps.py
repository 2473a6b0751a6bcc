"""Swaps: a choice that is made, bettered: groups that go and groups that stay change places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..algebra import check_count, check_damping, check_work
from ..fit import Fit
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Moments
from .around import Around
from .chain import Chain, moments_of


@dataclass(frozen=True)
class Swaps(Around, Solver):
    """Takes another importance's choice, and lets groups change places while less is lost by that, exactly.

    For each row of groups: of all pairs of a group that goes and one that stays, what is lost after both changed places
    and all others made up for it is known exactly; those that gain most change places, and all are compared again. No
    row of groups gets more zeros or fewer, nor does an N:M pattern's M columns. What stays is fitted exactly.

    Ours, in the spirit of OSSCAR's local search (Meng et al., 2024), which is about whole columns.

    Attributes:
        of: the name of the other importance, with its options: ``swaps{of=wanda}``.
        searches: how often all pairs are compared.
        damping: what is added to the diagonal of the second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
    """

    of: str = "obc"
    searches: int = 8
    damping: float | None = None

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    paper: ClassVar[str] = "OSSCAR (Meng et al., 2024)"
    spirit: ClassVar[bool] = True
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.searches, "searches", least=0)
        super().__post_init__()

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        """What stays, (outputs, inputs) of bool, and the new weights, zero elsewhere.

        Raises:
            UserError: the layer has too many rows and inputs for this.
        """
        check_work(weight, pattern.tile(*weight.values.shape)[0], self.name(), self.of)
        kept = self._chosen(weight, pattern, sparsity, seen)
        fit = Fit.of(weight, seen, self.damping)
        kept = kept if kept.all() else _swapped(fit, pattern, kept, self.searches)
        return kept, fit.on(kept)

    def _chosen(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> Tensor:
        """What the other importance keeps."""
        inner = self.inner
        if isinstance(inner, Solver):
            return inner.solve(weight, pattern, sparsity, seen)[0]
        return pattern.mask(inner.score(weight, seen), sparsity, inner.by_row)


def _swapped(fit: Fit, pattern: Pattern, kept: Tensor, searches: int) -> Tensor:
    """A mask that loses less, of as many in each row of groups."""
    outputs, inputs = kept.shape
    high, wide = pattern.tile(outputs, inputs)
    across = -(-inputs // wide)
    values = torch.zeros(outputs, across * wide, dtype=torch.float64)
    values[:, :inputs] = fit.target() * fit.hessian.alive
    factor = torch.eye(across * wide, dtype=torch.float64)
    factor[:inputs, :inputs] = fit.hessian.factor(fit.seen)
    moments, columns = moments_of(factor), torch.arange(across * wide).reshape(across, wide)
    found = kept.clone()
    for first in range(0, outputs, high):
        row = kept[first, ::wide]
        chain = Chain(values[first : first + high], *moments, columns)
        chain.remove((~row).nonzero().flatten())
        chain.swap(searches, _Limits(pattern, partial=inputs % wide != 0, kept=bool(row[-1])))
        found[first : first + high] = (~chain.gone).repeat_interleave(wide)[:inputs]
    return found


@dataclass(frozen=True)
class _Limits:
    """Which groups may not go: as the pattern says; and one that is smaller than the others stays what it is.

    Attributes:
        pattern: the pattern.
        partial: whether the last group is smaller.
        kept: whether that one is there.
    """

    pattern: Pattern
    partial: bool
    kept: bool

    def __call__(self, kept: Tensor) -> Tensor:
        """Of groups that are there, (choices, groups) of bool."""
        found = self.pattern.must_stay(kept)
        if self.partial:
            found = found | (kept[:, -1:] != self.kept)
            found[:, -1] = True
        return found
