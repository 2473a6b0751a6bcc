"""Moments: how inputs go together, from which all least squares are solved."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..kinds import Matrix, Statistic
from ..outer import Outer
from ..owed import Owed, halves

ITEM_BYTES = 4


class Moments(Statistic):
    """Sums of outer products of what a layer reads, and of those with what its outputs are owed.

    Attributes:
        count: rows seen.
        sum: (inputs,), of the rows.
        owed: what is owed to the outputs; None where nothing is.
    """

    debts: ClassVar[Literal["none", "sums", "all"]] = "all"

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self.sum = torch.zeros(inputs, dtype=torch.float64)
        self.owed: Owed | None = None
        self._whole: Tensor | None = None
        self._halves: tuple[_Half, _Half] | None = (_Half.of(inputs), _Half.of(inputs))

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        assert self._halves is not None
        self.count += len(rows)
        for half, (some,) in zip(self._halves, halves(rows), strict=True):
            assert some is not None
            half.observe(some)
        self.sum = self._halves[0].sum + self._halves[1].sum
        self._whole = None

    @property
    def second(self) -> Tensor:
        """(inputs, inputs), float32: the sum of outer products."""
        if self._whole is None:
            assert self._halves is not None
            self._whole = self._halves[0].second.matrix + self._halves[1].second.matrix
        return self._whole

    @second.setter
    def second(self, matrix: Tensor) -> None:
        self._whole, self._halves = matrix, None

    def halves(self) -> tuple[Moments, Moments] | None:
        """Of two halves of the rows; None where they were not told apart, or one has none."""
        owed = (None, None) if self.owed is None else self.owed.halves
        if self._halves is None or owed is None or not all(half.count for half in self._halves):
            return None
        one, other = (half.moments(what) for half, what in zip(self._halves, owed, strict=True))
        return one, other

    def owing(self, owed: Owed) -> Moments:
        found = copy.copy(self)
        found.owed = owed
        return found

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        own, owed = 3 * inputs, max(4 * inputs, 2 * outputs)  # two halves and all; of ``ByInputs`` twice as much
        return ITEM_BYTES * (own + owed + 3 * outputs) * inputs

    @property
    def mean(self) -> Tensor:
        """(inputs,), float64."""
        return self.sum / max(self.count, 1)

    def error(self, dense: Matrix, new: Matrix) -> float:
        """The squared error of a layer's outputs over all rows, against the dense layer in the dense model.

        What is owed to them beside that counts as theirs.
        """
        return self.errors(dense, [new])[0]

    def errors(self, dense: Matrix, new: Sequence[Matrix]) -> list[float]:
        """The same of several layers.

        Args:
            dense: the layer as it was.
            new: what might take its place.
        """
        common = 0.0 if self.owed is None else self.owed.squares
        return [max(0.0, common + self._of_change(dense, one)) for one in new]

    def _of_change(self, dense: Matrix, new: Matrix) -> float:
        change = (dense.values - new.values).to(self.second.dtype)  # outputs differ by what is owed and change x
        both = change @ self.second
        if self.owed is not None and self.owed.inputs is not None:
            both += 2 * self.owed.inputs
        error = (both * change).sum(dtype=torch.float64)
        if dense.bias is not None and new.bias is not None:
            shift = (dense.bias - new.bias).double()
            away = change.double() @ self.sum
            if self.owed is not None:
                away = away + self.owed.sum
            error = error + 2 * (shift @ away) + self.count * (shift @ shift)
        return float(error)


@dataclass
class _Half:
    """Of a half of the rows."""

    sum: Tensor
    second: Outer
    count: int = 0

    @classmethod
    def of(cls, inputs: int) -> _Half:
        return cls(torch.zeros(inputs, dtype=torch.float64), Outer(inputs))

    def observe(self, rows: Tensor) -> None:
        self.count += len(rows)
        self.sum = self.sum + rows.sum(dim=0, dtype=torch.float64)
        self.second.add(rows)

    def moments(self, owed: Owed | None) -> Moments:
        found = Moments(0, 0)
        found.second = self.second.matrix
        found.count, found.sum, found.owed = self.count, self.sum, owed
        return found
