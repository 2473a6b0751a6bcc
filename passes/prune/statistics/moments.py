"""Moments: how inputs go together, from which all least squares are solved."""

from __future__ import annotations

import torch
from torch import Tensor

from ..kinds import Matrix, Statistic

ITEM_BYTES = 4


class Moments(Statistic):
    """Sums of outer products of what a layer reads, and of how far that is from what it reads in the dense model.

    Attributes:
        count: rows seen.
        sum: (inputs,), of the rows.
        second: (inputs, inputs), sum of ``x xᵀ``.
        drift_sum, drift, drift_second: with ``d = x_dense - x``, sums of ``d``, ``d xᵀ`` and ``d dᵀ``; the last two are
            None while nothing before was pruned.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum, self.drift_sum = (torch.zeros(inputs, dtype=torch.float64) for _ in range(2))
        self.second = torch.zeros(inputs, inputs)
        self.drift: Tensor | None = None
        self.drift_second: Tensor | None = None

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        now = rows.float()
        self.count += len(rows)
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self.second.addmm_(now.T, now)
        if dense is rows:
            return
        if self.drift is None or self.drift_second is None:
            self.drift, self.drift_second = torch.zeros_like(self.second), torch.zeros_like(self.second)
        self.drift_sum += (dense - rows).sum(dim=0, dtype=torch.float64)
        away = (dense - rows).float()
        self.drift.addmm_(away.T, now)
        self.drift_second.addmm_(away.T, away)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return 3 * ITEM_BYTES * inputs * inputs

    @property
    def mean(self) -> Tensor:
        """(inputs,), float64."""
        return self.sum / max(self.count, 1)

    @property
    def dense_sum(self) -> Tensor:
        """(inputs,), float64: the sum of the dense model's rows."""
        return self.sum + self.drift_sum

    def error(self, dense: Matrix, new: Matrix) -> float:
        """The squared error of a layer's outputs over all rows, against the dense layer in the dense model."""
        before = dense.values.to(self.second.dtype)
        change = (dense.values - new.values).to(self.second.dtype)  # outputs differ by change x + dense d
        error = ((change @ self.second) * change).sum(dtype=torch.float64)
        if self.drift is not None and self.drift_second is not None:
            error = error + 2 * ((before @ self.drift) * change).sum(dtype=torch.float64)
            error = error + ((before @ self.drift_second) * before).sum(dtype=torch.float64)
        if dense.bias is not None and new.bias is not None:
            shift = (dense.bias - new.bias).double()
            away = change.double() @ self.sum + dense.values.double() @ self.drift_sum
            error = error + 2 * (shift @ away) + self.count * (shift @ shift)
        return max(0.0, float(error))
