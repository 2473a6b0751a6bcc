"""Net-Trim: the weights of the least sum of sizes whose outputs are as near as these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ....compiler.errors import UserError
from ..algebra import check_count, check_damping
from ..fit import Fit
from ..kinds import Matrix, Pattern, Seen, Solver, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Certificate:
    """What is known of weights that Net-Trim found.

    Attributes:
        size: the sum of the norms of their groups; of single weights, of their absolute values.
        error: what the outputs differ by, over all rows of data, as a share of the dense outputs: Frobenius norms.
        gap: weights with no larger error have at least a size of ``size * (1 - gap)``, whichever they are.
    """

    size: float
    error: float
    gap: float

    def __str__(self) -> str:
        return (
            f"net-trim: weights whose outputs differ by {self.error:.2%}, "
            f"and sizes from the least of such by {self.gap:.1e}"
        )


@dataclass(frozen=True)
class NetTrim(Solver):
    """Makes the sum of absolute weights as small as can be for how near the outputs are to the dense ones.

    With t where the dense outputs would have the weights and H the Hessian, v minimises::

        1/2 tr (v - t) H (v - t)ᵀ + price * sum |v|

    whose price is such that the share of zeros is the one asked for; groups count by their norms. Solved by accelerated
    proximal gradients, with a share that grows during the first half of the steps. A dual bound says how far from the
    least v is at most: a note of the layer. What stays is smaller than would be best, and is fitted after that. Ours:
    the paper asks for an error instead of a share, and knows of outputs behind a ReLU that may be anything below zero;
    here all are wanted as they were.

    Args:
        steps: how many at most.
        precision: the gap at which it ends.
        fit: whether what stays is fitted; otherwise it is v.
        damping: what is added to the diagonal of the second moments, as a share of its mean.
    """

    steps: int = 300
    precision: float = 1e-4
    fit: bool = True
    damping: float = 0.01

    paper: ClassVar[str] = "Net-Trim (Aghasi et al., 2017)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_damping(self.precision, "precision")
        check_count(self.steps, "steps")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return Fit.of(weight, seen, self.damping).costs(weight.values)

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        """What stays, (outputs, inputs) of bool, and the new weights, zero elsewhere.

        Raises:
            UserError: the pattern does not go by one threshold.
        """
        fit = Fit.of(weight, seen, self.damping)
        problem = _Problem(fit, pattern, sparsity)
        if not sparsity:
            return torch.ones_like(weight.values, dtype=torch.bool), fit.but(problem.target)
        kept, values, price = problem.solve(self.steps, self.precision)
        seen.say(str(problem.certificate(values, price)))
        return kept, fit.on(kept) if self.fit else fit.but(values)


class _Problem:
    """A layer, and how much of it goes."""

    def __init__(self, fit: Fit, pattern: Pattern, sparsity: float) -> None:
        self.pattern, self.sparsity = pattern, sparsity
        self.target, self.hessian = fit.target() * fit.hessian.alive, fit.hessian.values
        self._tile = pattern.tile(*self.target.shape)
        if pattern.share is not None:
            raise UserError(
                "bad-option",
                f"'net-trim' has one price for all weights, and pattern '{pattern.text}' takes some of each few",
                hint="take 'scattered' or blocks, or another importance, such as 'sparsegpt'",
            )

    def solve(self, steps: int, precision: float) -> tuple[Tensor, Tensor, float]:
        """What stays, the weights, and the price of size."""
        curve = float(torch.linalg.eigvalsh(self.hessian)[-1])
        values, ahead, speed = self.target, self.target, 1.0
        for step in range(1, steps + 1):
            moved = ahead - (ahead - self.target) @ self.hessian / curve
            norms = self._norms(moved)
            share = self.sparsity * (1 - max(0.0, 1 - 2 * step / steps) ** 3)
            kept = self.pattern.mask(norms, share)
            least = float(norms.masked_fill(kept, 0.0).max())
            shrunk = moved * (1 - least / norms.clamp(min=least)).nan_to_num(1.0) * kept
            turned = ((ahead - shrunk) * (shrunk - values)).sum() > 0
            following = 1.0 if turned else (1 + (1 + 4 * speed**2) ** 0.5) / 2
            ahead = shrunk if turned else shrunk + (speed - 1) / following * (shrunk - values)
            values, speed = shrunk, following
            if step % 20 == 0 and 2 * step >= steps and self.certificate(values, least * curve).gap <= precision:
                break
        return kept, values, least * curve

    def certificate(self, values: Tensor, price: float) -> Certificate:
        """How far weights are from the best of that price, by the bound that their own residual gives."""
        missing = self.target - values
        slope = missing @ self.hessian
        error, whole = ((x @ self.hessian * x).sum().clamp(min=0).item() for x in (missing, self.target))
        size = float((self._norms(values) / self._counts()).sum())
        scale = min(1.0, price / max(float(self._norms(slope).max()), 1e-300))
        bound = scale * float((slope * self.target).sum()) - scale**2 * error / 2
        gap = (error / 2 + price * size - bound) / max(price * size, 1e-300)
        return Certificate(size, (error / max(whole, 1e-300)) ** 0.5, gap)

    def _norms(self, values: Tensor) -> Tensor:
        """(outputs, inputs): the norm of the group that each weight is in."""
        return _spread(self._sums(values.square()).sqrt(), self._tile, values.shape)

    def _counts(self) -> Tensor:
        """(outputs, inputs): how many weights are in the group of each."""
        ones = torch.ones_like(self.target)
        return _spread(self._sums(ones), self._tile, ones.shape)

    def _sums(self, values: Tensor) -> Tensor:
        (high, wide), (outputs, inputs) = self._tile, values.shape
        whole = F.pad(values, (0, -inputs % wide, 0, -outputs % high))
        found: Tensor = whole.unflatten(0, (-1, high)).unflatten(2, (-1, wide)).sum(dim=(1, 3))
        return found


def _spread(groups: Tensor, tile: tuple[int, int], shape: torch.Size) -> Tensor:
    """Each group's number for all of its weights."""
    return groups.repeat_interleave(tile[0], 0)[: shape[0]].repeat_interleave(tile[1], 1)[:, : shape[1]]
