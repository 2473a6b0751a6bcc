"""A chain of removals: sets of inputs go, one after the other, and the weights that stay are the best there are.

With H the Hessian of a layer's inputs, and A its inverse among those that stay, a set B costs tr(W_B A_BB^-1 W_B^T),
the exact rise of the squared error. Once it is gone the best weights are W - W_B A_BB^-1 A_B, and A becomes
A - A_B^T A_BB^-1 A_B. The way back is as exact: what comes in again is the residual's part that the others cannot give.

One after the other is not always the best set of that size. So there are swaps: one that goes and one that stays change
places as long as that lowers the error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

# Numbers that are in memory at once while pairs are compared.
MOST_NUMBERS = 2**23
# A swap has to gain this share of the error: less may be rounding.
LEAST_GAIN = 1e-9
# So many of those that stay are tried, at most, for one that is gone.
PARTNERS = 32


class Chain:
    """A layer from which sets of inputs go.

    Args:
        weight: (outputs, inputs).
        hessian, inverse: (inputs, inputs), float64 (see ``moments_of``).
        columns: (units, columns of each), indices; no column twice.

    Attributes:
        values: (outputs, inputs), float64: the best weights, zero where inputs are gone.
        gone: (units,), bool.
        error: what is lost, tr((W - values) H (W - values)^T).
    """

    def __init__(self, weight: Tensor, hessian: Tensor, inverse: Tensor, columns: Tensor) -> None:
        self._weight, self._columns = weight.double(), columns
        self._hessian, self._inverse = hessian, inverse.clone()
        self.values = self._weight.clone()
        self.gone = torch.zeros(len(columns), dtype=torch.bool)
        self.error = 0.0

    def costs(self) -> Tensor:
        """(units,), float64: what each would cost that is there; infinite for those that are gone."""
        found = torch.full((len(self._columns),), torch.inf, dtype=torch.float64)
        columns = self._columns[~self.gone]
        parts = self.values[:, columns].transpose(0, 1)
        found[~self.gone] = _traces(_blocks(self._inverse, columns), parts.mT @ parts)
        return found

    def remove(self, units: Tensor) -> None:
        """Take units away, by number, all at once."""
        columns = self._columns[units].flatten()
        if not len(columns):
            return
        factor = self._factor(columns)
        halves = torch.linalg.solve_triangular(factor, self._inverse[columns], upper=False)
        changes = torch.linalg.solve_triangular(factor, self.values[:, columns].T, upper=False)
        self.error += float(changes.square().sum())
        self.values -= changes.T @ halves
        self._inverse -= halves.T @ halves
        self.values[:, columns] = 0
        self._inverse[columns] = 0
        self._inverse[:, columns] = 0
        self.gone[units] = True

    def _factor(self, columns: Tensor) -> Tensor:
        """Of the inverse's block of some columns; the inverse is made anew where rounding has spoilt it."""
        factor: Tensor
        factor, failed = torch.linalg.cholesky_ex(self._inverse[columns][:, columns])
        if int(failed):
            there = self._columns[~self.gone].flatten()
            exact = torch.linalg.cholesky(self._hessian[there][:, there])
            self._inverse[there[:, None], there] = torch.cholesky_inverse(exact)
            factor = torch.linalg.cholesky(self._inverse[columns][:, columns])
        return factor

    def restore(self, units: Tensor) -> None:
        """Bring units back that are gone, by number, all at once."""
        columns = self._columns[units].flatten()
        read = self._hessian[:, columns]
        back = -self._inverse @ read
        factor = torch.linalg.cholesky(self._hessian[columns][:, columns] + read.T @ back)
        back[columns] = torch.eye(len(columns), dtype=torch.float64)
        halves = torch.linalg.solve_triangular(factor, back.T, upper=False)
        missing = ((self._weight - self.values) @ read).T
        changes = torch.linalg.solve_triangular(factor, missing, upper=False)
        self.error -= float(changes.square().sum())
        self.values += changes.T @ halves
        self._inverse += halves.T @ halves
        self.gone[units] = False

    def scores(self, rounds: int) -> Tensor:
        """(units,), float64: what is lost when each goes, with all that went in earlier rounds; none stays."""
        found = torch.zeros(len(self._columns), dtype=torch.float64)
        for first in self._rounds(len(self._columns), rounds):
            costs = self.costs()
            units = costs.argsort(stable=True)[:first]
            found[units] = self.error + costs[units]
            self.remove(units)
        return found

    def remove_lowest(self, count: int, rounds: int) -> None:
        """Take away so many units, those of least cost, in rounds."""
        for some in self._rounds(count, rounds):
            self.remove(self.costs().argsort(stable=True)[:some])

    def swap(self, most: int, must_stay: Callable[[Tensor], Tensor] | None = None) -> int:
        """Let units change places, one that is gone and one that is there, while that lowers the error.

        Args:
            most: how often all pairs are compared; then those that help are tried, the best first.
            must_stay: of units that are there, (choices, units) of bool, says which may not go, in the same form.

        Returns:
            how often they changed places.
        """
        count = 0
        for _ in range(most):
            back, away, gain = self._promising(must_stay)
            if not len(back):
                break
            count += self._exchange(back, away, gain)
        return count

    def _rounds(self, count: int, rounds: int) -> list[int]:
        """How many go in each round."""
        rounds = max(1, min(rounds, count))
        return [(place + 1) * count // rounds - place * count // rounds for place in range(rounds)]

    def _promising(self, must_stay: Callable[[Tensor], Tensor] | None) -> tuple[Tensor, Tensor, float]:
        """Pairs that would lower the error, each by itself, and by how much the first and best would.

        Returns:
            who comes back, and who goes for it, the best first; none is in two pairs.
        """
        gone, there = self.gone.nonzero().flatten(), (~self.gone).nonzero().flatten()
        if not len(gone) or not len(there):
            return gone[:0], there[:0], 0.0
        at_once = max(1, MOST_NUMBERS // (len(there) * self._columns.shape[1] ** 2))
        best = [self._best(some, there, must_stay) for some in gone.split(at_once)]
        changes, away = (torch.cat([found[part] for found in best]) for part in (0, 1))
        order = changes.flatten().argsort(stable=True)
        order = order[changes.flatten()[order] < -LEAST_GAIN * self.error]
        back = torch.arange(len(gone)).repeat_interleave(changes.shape[1])
        pairs = _matched(torch.stack([back[order], away.flatten()[order]], dim=1).tolist())
        return gone[pairs[:, 0]], there[pairs[:, 1]], -float(changes.min())

    def _best(self, gone: Tensor, there: Tensor, must_stay: Callable[[Tensor], Tensor] | None) -> tuple[Tensor, Tensor]:
        """For each that is gone: what the error changes by if one of the best others goes for it, and their places."""
        changes = self._changes(gone, there)
        if must_stay is not None:
            choices = (~self.gone).expand(len(gone), -1).clone()
            choices[torch.arange(len(gone)), gone] = True
            changes = changes.masked_fill(must_stay(choices)[:, there], torch.inf)
        found = changes.topk(min(PARTNERS, len(there)), dim=1, largest=False)
        return found.values, found.indices

    def _exchange(self, back: Tensor, away: Tensor, gain: float) -> int:
        """Let the first of some pairs change places, half as many until that gains what the best does: how many did."""
        before = self.values.clone(), self._inverse.clone(), self.gone.clone(), self.error
        count = len(back)
        while True:
            self.restore(back[:count])
            self.remove(away[:count])
            if count == 1 or before[-1] - self.error >= gain:
                return count
            self.values, self._inverse, self.gone = (one.clone() for one in before[:3])
            self.error = before[-1]
            count //= 2

    def _changes(self, gone: Tensor, there: Tensor) -> Tensor:
        """What the error changes by if one of ``gone`` and one of ``there`` change places: (gone, there)."""
        back, away = self._columns[gone], self._columns[there]
        units, others, size = len(gone), len(there), self._columns.shape[1]
        read = self._hessian[:, back.flatten()]
        known = self._inverse @ read
        new = read[back.flatten()] - read.T @ known  # what of them the others do not give
        new = _blocks(new, torch.arange(units * size).reshape(units, size))
        missing = (self._weight - self.values) @ read
        by_unit = missing.reshape(-1, units, size).transpose(0, 1)
        gains = torch.linalg.solve(new, by_unit.mT @ by_unit)  # (units, size, size)
        # What comes back takes this share of each of the others' columns.
        share = known[away.flatten()].reshape(others, size, units, size).permute(2, 0, 1, 3)
        taken = torch.linalg.solve(new[:, None], share.mT)  # (units, others, size, size)
        inverse = _blocks(self._inverse, away) + share @ taken
        parts = self.values[:, away.flatten()]
        own = parts.reshape(-1, others, size).transpose(0, 1)
        both = (parts.T @ missing).reshape(others, size, units, size).permute(2, 0, 1, 3) @ taken
        squares = own.mT @ own - both - both.mT + taken.mT @ (by_unit.mT @ by_unit)[:, None] @ taken
        change: Tensor = _traces(inverse, squares) - gains.diagonal(dim1=1, dim2=2).sum(dim=1)[:, None]
        return change


def moments_of(factor: Tensor) -> tuple[Tensor, Tensor]:
    """The Hessian L L^T and its inverse, of its lower triangular factor L."""
    return factor @ factor.T, torch.cholesky_inverse(factor)


def _matched(pairs: Sequence[Sequence[int]]) -> Tensor:
    """Of pairs the first, and then each that has nobody in common with one: (pairs, 2)."""
    found: dict[int, int] = {}
    taken = set[int]()
    for one, other in pairs:
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return torch.tensor([*found.items()], dtype=torch.int64).reshape(-1, 2)


def _blocks(matrix: Tensor, columns: Tensor) -> Tensor:
    """The square blocks of a matrix: (units, size, size)."""
    return matrix[columns[:, :, None], columns[:, None, :]]


def _traces(matrices: Tensor, others: Tensor) -> Tensor:
    """tr(A^-1 B) of many matrices."""
    if matrices.shape[-1] == 1:
        return (others / matrices)[..., 0, 0]
    found: Tensor = torch.linalg.solve(matrices, others)
    return found.diagonal(dim1=-2, dim2=-1).sum(dim=-1)
