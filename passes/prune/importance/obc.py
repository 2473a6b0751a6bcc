"""Optimal Brain Compression: one group after the other, each time the one whose loss is least, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..algebra import check_count, check_damping, check_work
from ..fit import Fit
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Moments

# How many numbers the steps of rows of groups that go together may hold at once.
MOST_HELD = 2**25
# Rows of groups are done once they lose this many times what, by what is known by then, the last group will have lost.
SURE = 1.5


@dataclass(frozen=True)
class Obc(Solver):
    """Takes the group that costs least after all others have made up for it, again and again.

    With w the weights of the rows that share their zeros as they are by then, P the inverse Hessian of the inputs that
    they still read, and B the inputs of a group::

        loss_B = tr w_B P_BB^-1 w_Bᵀ        w -= w_B P_BB^-1 P_B:        P -= P_:B P_BB^-1 P_B:

    All rows' losses are put in one order, which says how far each row goes; what stays is then fitted exactly. It is
    the closest to the least loss that there is here, and the slowest: it takes the cube of a layer's inputs for each of
    its rows, or for every 8 of them where the pattern is 8x1.

    Args:
        damping: what is added to the diagonal of the second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
        steps: how often groups would be taken until none was left: where a row has more of them, a few go at once.
    """

    damping: float | None = None
    steps: int = 64

    paper: ClassVar[str] = "Optimal Brain Compression (Frantar, Singh, Alistarh, 2022)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.steps, "steps")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return Fit.of(weight, seen, self.damping).costs(weight.values)

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        """What stays, (outputs, inputs) of bool, and the new weights, zero elsewhere.

        Raises:
            UserError: the layer has too many rows and inputs for this.
        """
        outputs, inputs = weight.values.shape
        high, wide = pattern.tile(outputs, inputs)
        check_work(weight, high, self.name(), "sparsegpt")
        fit = Fit.of(weight, seen, self.damping)
        if not sparsity:
            return torch.ones_like(weight.values, dtype=torch.bool), fit.but(fit.target())
        ranks = _Surgery(fit, pattern, sparsity, self.steps).ranks()
        scores = ranks.repeat_interleave(high, 0)[:outputs].repeat_interleave(wide, 1)[:, :inputs]
        kept = pattern.mask(scores, sparsity)
        return kept, fit.on(kept)


class _Surgery:
    """A layer cut into rows of groups, each of which loses its groups in an order of its own."""

    def __init__(self, fit: Fit, pattern: Pattern, sparsity: float, steps: int) -> None:
        values = fit.target() * fit.hessian.alive
        outputs, inputs = values.shape
        high, self.wide = pattern.tile(outputs, inputs)
        down, self.across = -(-outputs // high), -(-inputs // self.wide)
        whole = F.pad(values, (0, self.across * self.wide - inputs, 0, down * high - outputs))
        self.values = whole.unflatten(0, (down, high))
        self.inverse = torch.eye(self.across * self.wide, dtype=torch.float64)
        self.inverse[:inputs, :inputs] = fit.hessian.inverse(fit.seen)
        self.pattern, self.sparsity = pattern, sparsity
        self.at_once = 1 if pattern.share is not None else -(-self.across // steps)

    def ranks(self) -> Tensor:
        """(rows of groups, groups in each), float64: which goes first, in one order of all."""
        losses, known = [], torch.empty(0, dtype=torch.float64)
        down = 0
        for part in self.values.split(max(1, MOST_HELD // self.inverse.numel())):
            down += len(part)
            rows = _Rows(part, self.inverse, self.wide)
            while rows.step(self.pattern, self.at_once) and self._unsure(rows, known, down):
                pass
            known = torch.cat([known, *rows.taken])
            losses.append(rows.all_losses())
        order = torch.cat(losses).flatten().argsort(stable=True)
        ranks = torch.empty(len(order), dtype=torch.float64)
        ranks[order] = torch.arange(len(order), dtype=torch.float64)
        return ranks.reshape(-1, self.across)

    def _unsure(self, rows: _Rows, known: Tensor, down: int) -> bool:
        """Whether any row of groups may lose yet more of them, from what all rows until now lose with theirs."""
        if len(rows.taken) < self.sparsity * self.across:
            return True
        lost = torch.cat([known, *rows.taken])
        count = min(len(lost), max(1, round(self.sparsity * down * self.across)))
        last = float(lost.kthvalue(count).values) * (1.0 if down == len(self.values) else SURE)
        return bool((rows.taken[-1] <= last).any())


class _Rows:
    """Rows of groups on their way: all lose one group at each step.

    The inverse Hessian that a row has after some steps is the first one less a sum of outer products, of which each
    step adds some: a Cholesky factor whose pivots are chosen as it grows.

    Attributes:
        kept: (rows, groups), bool.
        taken: of each group that went, (rows,): what it cost, or what one before it did if that is more.
    """

    def __init__(self, values: Tensor, inverse: Tensor, wide: int) -> None:
        self.values, self.inverse, self.wide = values.clone(), inverse, wide
        down, inputs = len(values), len(inverse)
        self.kept = torch.ones(down, inputs // wide, dtype=torch.bool)
        self.taken: list[Tensor] = []
        self._done = 0
        blocks = inverse.unflatten(0, (-1, wide)).unflatten(2, (-1, wide)).diagonal(dim1=0, dim2=2).permute(2, 0, 1)
        self._blocks = blocks.expand(down, -1, -1, -1).clone()
        self._factors = torch.empty(down, inputs, inputs, dtype=torch.float64)
        self._losses = torch.zeros(self.kept.shape, dtype=torch.float64)
        self._least = torch.zeros(down, dtype=torch.float64)
        self._index = torch.arange(down)

    def step(self, pattern: Pattern, at_once: int) -> bool:
        """Take some groups of each row, those of least cost; whether any may go after that."""
        costs = self._costs().masked_fill(~self.kept | pattern.must_stay(self.kept), torch.inf)
        may = int((costs < torch.inf).sum(dim=1).min())
        if not may:
            return False
        self._take(costs.argsort(dim=1, stable=True)[:, : min(at_once, may)])
        return bool(self.kept.any())

    def all_losses(self) -> Tensor:
        """(rows, groups): of groups that went what it cost, of others at least what they would cost."""
        left = torch.maximum(self._costs(), (self._least * (1 + 1e-9) + 1e-299)[:, None])
        return torch.where(self.kept, left, self._losses)

    def _costs(self) -> Tensor:
        """(rows, groups): what each would cost."""
        values: Tensor = self.values.unflatten(2, (-1, self.wide)).transpose(1, 2)
        one = self.wide == 1
        scaled: Tensor = values / self._blocks if one else torch.linalg.solve(self._blocks, values.mT).mT
        return (scaled * values).sum(dim=(2, 3))

    def _take(self, groups: Tensor) -> None:
        columns = (groups[..., None] * self.wide + torch.arange(self.wide)).flatten(1)
        index, start, stop = self._index[:, None], self._done, self._done + columns.shape[1]
        before = self._factors[:, :, :start]
        image = self.inverse[columns] - before[index, columns] @ before.mT
        pivot = image.gather(2, columns[:, None].expand(-1, columns.shape[1], -1))
        factor = torch.linalg.cholesky_ex(pivot)[0]
        there = self.kept.repeat_interleave(self.wide, 1)[:, None]
        added = torch.linalg.solve_triangular(factor, image, upper=False) * there
        gone = self.values.gather(2, columns[:, None].expand(-1, self.values.shape[1], -1))
        gone = torch.linalg.solve_triangular(factor, gone.mT, upper=False)
        self._lose(groups, gone.square().sum(dim=(1, 2)))
        self.values -= gone.mT @ added
        self._factors[:, :, start:stop] = added.mT
        parts = added.unflatten(2, (-1, self.wide)).transpose(1, 2)
        self._blocks -= parts.mT @ parts
        self._blocks[index, groups] = torch.eye(self.wide, dtype=torch.float64)
        self.values[index, :, columns] = 0
        self.kept[index, groups] = False
        self._done = stop

    def _lose(self, groups: Tensor, loss: Tensor) -> None:
        """Note what groups cost together, in equal parts; none goes before one that went earlier."""
        for group in groups.unbind(dim=1):
            self._least = torch.maximum(loss / groups.shape[1], self._least * (1 + 1e-12) + 1e-300)
            self._losses[self._index, group] = self._least
            self.taken.append(self._least)
