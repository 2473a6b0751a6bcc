"""Moments: how inputs go together, from which all least squares are solved."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..kinds import Matrix
from ..outer import Outer
from ..owed import Owed
from .seconds import Seconds

ITEM_BYTES = 4


class Moments(Seconds):
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
        self._second = Outer(inputs)
        self.owed: Owed | None = None

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        self.count += len(rows)
        self.sum += rows.sum(dim=0, dtype=torch.float64)
        self._second.add(rows)

    def owing(self, owed: Owed) -> Moments:
        found = copy.copy(self)
        found.owed = owed
        return found

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * (max(3 * inputs, inputs + outputs) + outputs) * inputs  # of ``ByInputs``, two more squares

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
