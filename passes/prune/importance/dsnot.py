"""Dynamic sparse no training: weights change places with zeros until the mean outputs are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ....compiler.errors import UserError
from ..algebra import check_count, check_damping
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Norms
from .wanda import Wanda


@dataclass(frozen=True)
class Dsnot(Solver):
    """From Wanda's mask, one weight of an output comes back and another goes, as long as its mean comes nearer.

    With e what the mean of an output lacks, the one that comes back has the largest ``w_j mean(x_j) / var(x_j)`` of e's
    sign; the one that goes is that of the least ``|w_j| |x_j|`` of the other sign, of the same M inputs where the
    pattern is N:M. Weights do not change. Ours: where that would bring the mean no nearer, the next one is tried, where
    the paper ends.

    A layer with a bias has no need of it: ``bias`` compensation makes up for the same, all of it. Measure against that.

    Args:
        cycles: how often at most.
        enough: an output is left alone once its mean lacks no more than this share of the mean of its size.
        power: of the variance.
    """

    cycles: int = 50
    enough: float = 0.01
    power: float = 1.0

    paper: ClassVar[str] = "DSnoT (Zhang et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    by_row: ClassVar[bool] = True
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_count(self.cycles, "cycles", least=0)
        check_damping(self.enough, "enough")
        check_damping(self.power, "power")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return Wanda().score(weight, seen)

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        """What stays, (outputs, inputs) of bool, and the weights, as they were but for zeros.

        Raises:
            UserError: in the pattern several weights go together.
        """
        outputs, inputs = weight.values.shape
        if pattern.tile(outputs, inputs) != (1, 1):
            raise UserError(
                "bad-option",
                f"'dsnot' moves single weights, which pattern '{pattern.text}' cannot",
                hint="take 'scattered', or N:M",
            )
        scores = self.score(weight, seen).double()
        kept = pattern.mask(scores, sparsity, by_row=True)
        near = inputs if pattern.share is None else pattern.width(outputs, inputs)
        kept = self._moved(weight.values.double(), scores, kept, near, seen[Norms])
        return kept, weight.but(weight.values * kept)

    def _moved(self, values: Tensor, scores: Tensor, kept: Tensor, near: int, norms: Norms) -> Tensor:
        """The mask after all moves, each within ``near`` neighbouring inputs."""
        inputs = kept.shape[1]
        share = values * norms.mean
        spread = norms.variance
        gain = share / torch.where(spread > 0, spread, torch.inf) ** self.power
        share, gain, scores, kept = (_in_parts(x, near) for x in (share, gain, scores, kept))
        there = _in_parts(torch.ones_like(values, dtype=torch.bool), near)
        lack = (share * ~kept).sum(dim=(1, 2))
        enough = self.enough * (values.abs() @ (norms.magnitudes / max(norms.count, 1)))
        rows, tried = torch.arange(len(values)), torch.zeros_like(kept)
        for _ in range(self.cycles):
            sign = torch.where(lack.abs() > enough, lack.sign(), 0.0)[:, None, None]
            costs = scores.masked_fill(~kept | ~there | (share * sign >= 0), torch.inf)
            cost, goes = costs.min(dim=2)
            worth = (gain * sign).masked_fill(kept | ~there | tried | cost.isinf()[..., None], 0.0)
            best, comes = worth.flatten(1).max(dim=1)
            if not bool((best > 0).any()):
                break
            part, place = comes // near, comes % near
            other = goes[rows, part]
            after = lack - share[rows, part, place] + share[rows, part, other]
            moves = (best > 0) & (after.abs() < lack.abs())
            tried[rows, part, place] |= ~moves
            chosen = rows[moves]
            kept[chosen, part[moves], place[moves]] = True
            kept[chosen, part[moves], other[moves]] = False
            lack = torch.where(moves, after, lack)
        return kept.flatten(1)[:, :inputs]


def _in_parts(matrix: Tensor, size: int) -> Tensor:
    """(rows, parts, size), filled up with nothing."""
    parts: Tensor = F.pad(matrix, (0, -matrix.shape[1] % size)).unflatten(1, (-1, size))
    return parts.clone()
