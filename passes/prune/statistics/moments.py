"""Moments: how inputs go together, from which all least squares are solved."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..kinds import Matrix
from .outer import Outer, Seconds

ITEM_BYTES = 4


class Moments(Seconds):
    """Sums of outer products of what a layer reads, and of how far that is from what it reads in the dense model.

    Attributes:
        count: rows seen.
        sum: (inputs,), of the rows.
        drift_sum, drift: with ``d = x_dense - x``, sums of ``d`` and ``d xᵀ``; the latter is None while nothing before
            was pruned.
        owed: what is owed to the outputs; None where nothing is.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum, self.drift_sum = (torch.zeros(inputs, dtype=torch.float64) for _ in range(2))
        self._second = Outer(inputs)
        self.drift: Tensor | None = None
        self._drift_second: Outer | None = None
        self.owed: Owed | None = None

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        now = rows.float()
        self.count += len(rows)
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self._second.add(now)
        if dense is rows:
            return
        if self.drift is None or self._drift_second is None:
            inputs = len(self.sum)
            self.drift, self._drift_second = torch.zeros(inputs, inputs), Outer(inputs)
        away = dense - rows
        self.drift_sum += away.sum(dim=0, dtype=torch.float64)
        away = away.float()
        self.drift.addmm_(away.T, now)
        self._drift_second.add(away)

    @property
    def drift_second(self) -> Tensor | None:
        """(inputs, inputs), float32: the sum of ``d dᵀ``; None while nothing before was pruned."""
        return None if self._drift_second is None else self._drift_second.matrix

    @drift_second.setter
    def drift_second(self, matrix: Tensor | None) -> None:
        self._drift_second = None if matrix is None else Outer.of(matrix)

    def owe(self, rows: Tensor, dense: Tensor, owed: Tensor) -> None:
        if self.owed is None:
            self.owed = Owed(owed.shape[1], rows.shape[1])
        self.owed.observe(rows, dense, owed)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * (3 * inputs + 2 * outputs) * inputs

    @property
    def owed_sum(self) -> Tensor | None:
        """(outputs,), float64; None where nothing is owed."""
        return None if self.owed is None else self.owed.sum

    @property
    def mean(self) -> Tensor:
        """(inputs,), float64."""
        return self.sum / max(self.count, 1)

    @property
    def dense_sum(self) -> Tensor:
        """(inputs,), float64: the sum of the dense model's rows."""
        return self.sum + self.drift_sum

    def error(self, dense: Matrix, new: Matrix) -> float:
        """The squared error of a layer's outputs over all rows, against the dense layer in the dense model.

        What is owed to them counts as theirs.
        """
        return self.errors(dense, [new])[0]

    def errors(self, dense: Matrix, new: Sequence[Matrix]) -> list[float]:
        """The same of several layers: what they have in common is computed once.

        Args:
            dense: the layer as it was.
            new: what might take its place.
        """
        before, common = dense.values.to(self.second.dtype), 0.0
        slope: Tensor | None = None  # half of what a change adds, beside its square
        if self.drift is not None and self.drift_second is not None:
            slope = before @ self.drift
            common += float(((before @ self.drift_second) * before).sum(dtype=torch.float64))
        if self.owed is not None:
            slope = self.owed.inputs if slope is None else slope + self.owed.inputs
            common += self.owed.squares + 2 * float((self.owed.drift * before).sum(dtype=torch.float64))
        return [max(0.0, common + self._of_change(dense, one, slope)) for one in new]

    def _of_change(self, dense: Matrix, new: Matrix, slope: Tensor | None) -> float:
        change = (dense.values - new.values).to(self.second.dtype)  # outputs differ by change x + dense d
        both = change @ self.second if slope is None else change @ self.second + 2 * slope
        error = (both * change).sum(dtype=torch.float64)
        if dense.bias is not None and new.bias is not None:
            shift = (dense.bias - new.bias).double()
            away = change.double() @ self.sum + dense.values.double() @ self.drift_sum
            if self.owed is not None:
                away = away + self.owed.sum
            error = error + 2 * (shift @ away) + self.count * (shift @ shift)
        return float(error)


class Owed:
    """Sums of what is owed to a layer's outputs, o, with what it reads.

    Attributes:
        sum: (outputs,), float64.
        squares: of all.
        inputs, drift: (outputs, inputs): of ``o xᵀ``, and of ``o dᵀ`` with what inputs differ by from the dense ones.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.sum = torch.zeros(outputs, dtype=torch.float64)
        self.squares = 0.0
        self.inputs, self.drift = (torch.zeros(outputs, inputs) for _ in range(2))

    def observe(self, rows: Tensor, dense: Tensor, owed: Tensor) -> None:
        """See some more.

        Args:
            rows, dense, owed: as for ``Statistic.owe``.
        """
        self.sum += owed.sum(dim=0, dtype=torch.float64)
        self.squares += float(owed.double().square().sum())
        self.inputs.addmm_(owed.float().T, rows.float())
        if dense is not rows:
            self.drift.addmm_(owed.float().T, (dense - rows).float())
