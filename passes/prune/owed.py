"""What outputs are owed: by how much they are less than in the dense model while a layer has its dense weights still.

Once layers before it are pruned a layer reads x where the dense model reads x + d: its outputs lack W d. And where they
are added to something (``residual.py``), they are to make up for what that lacks, too. Both are one number for each
output and row, o: that is what is to be fitted, beside what the layer itself gives of x.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from .outer import Outer
from .products import across, linear


@dataclass(frozen=True)
class Owed:
    """Sums of what is owed, o, over rows.

    Attributes:
        sum: (outputs,), float64.
        inputs: (outputs, inputs), float32: of ``o xᵀ``; None where nobody asks for that.
        squares: of all.
        halves: the same of the rows that ``halves`` tells apart, which add up to this; None where nobody did.
    """

    sum: Tensor
    inputs: Tensor | None = None
    squares: float = 0.0
    halves: tuple[Owed, Owed] | None = None

    @classmethod
    def of_halves(cls, one: Owed, other: Owed) -> Owed:
        """Of all rows.

        Args:
            one, other: of the halves.
        """
        inputs = None if one.inputs is None or other.inputs is None else one.inputs + other.inputs
        return cls(one.sum + other.sum, inputs, one.squares + other.squares, (one, other))


def halves(*rows: Tensor | None) -> list[list[Tensor | None]]:
    """Rows, and others beside them, in two halves: what is fitted to one can be tried on the other.

    Args:
        rows: (rows, ...) each, of the same number.
    """
    count = next(len(one) for one in rows if one is not None)
    parts = (slice(None, count // 2), slice(count // 2, None))
    return [[None if one is None else one[part] for one in rows] for part in parts]


class Ledger(Protocol):
    """Rows come by, and what is owed is added up."""

    def observe(self, rows: Tensor, dense: Tensor, beside: Tensor | None) -> None:
        """See some more.

        Args:
            rows, dense: (rows, inputs), what the layer reads now and in the dense model.
            beside: (rows, outputs), what the sum lacks that its outputs are added to; None where there is none.
        """

    def owed(self, weight: Tensor) -> Owed:
        """To the outputs of a layer.

        Args:
            weight: (outputs, inputs), dense.
        """


@dataclass
class ByInputs:
    """Of all layers that read the same and add to nothing: it follows from how far inputs are from the dense ones.

    Attributes:
        away: (inputs,), float64, the sum of d.
        cross, second: of ``d xᵀ`` and ``d dᵀ``, float32; None where nobody asks for more than sums.
        beside: (outputs,), float64, of what sums lack: of one layer, where nobody asks for more.
    """

    away: Tensor
    cross: Tensor | None
    second: Outer | None
    beside: Tensor | None = None

    @classmethod
    def of(cls, inputs: int, *, sums: bool) -> ByInputs:
        """Before any row.

        Args:
            inputs: of the layers.
            sums: whether nobody asks for more.
        """
        away = torch.zeros(inputs, dtype=torch.float64)
        return cls(away, None, None) if sums else cls(away, torch.zeros(inputs, inputs), Outer(inputs))

    def observe(self, rows: Tensor, dense: Tensor, beside: Tensor | None) -> None:
        away = dense - rows
        self.away += away.sum(dim=0, dtype=torch.float64)
        if beside is not None:
            found = beside.sum(dim=0, dtype=torch.float64)
            self.beside = found if self.beside is None else self.beside + found
        if self.cross is not None and self.second is not None:
            away = away.float()
            self.cross += across(away, rows.float())
            self.second.add(away)

    def owed(self, weight: Tensor) -> Owed:
        total = weight.double() @ self.away
        if self.beside is not None:
            total += self.beside
        if self.cross is None or self.second is None:
            return Owed(total)
        values = weight.to(self.cross.dtype)
        squares = ((values @ self.second.matrix) * values).sum(dtype=torch.float64)
        return Owed(total, values @ self.cross, float(squares))


@dataclass
class ByOutputs:
    """Of one layer: it is computed for each row. That is less where outputs are few, or added to something.

    Attributes:
        weight: (outputs, inputs), dense.
        sums: so far.
    """

    weight: Tensor
    sums: Owed = field(init=False)

    def __post_init__(self) -> None:
        outputs, inputs = self.weight.shape
        self.sums = Owed(torch.zeros(outputs, dtype=torch.float64), torch.zeros(outputs, inputs))

    def observe(self, rows: Tensor, dense: Tensor, beside: Tensor | None) -> None:
        lacking = linear(dense - rows, self.weight.to(rows)).float()
        if beside is not None:
            lacking = lacking + beside.float()
        so_far = self.sums
        assert so_far.inputs is not None
        so_far.inputs.add_(across(lacking, rows.float()))
        squares = float(torch.linalg.vector_norm(lacking, dtype=torch.float64)) ** 2
        total = so_far.sum + lacking.sum(dim=0, dtype=torch.float64)
        self.sums = replace(so_far, sum=total, squares=so_far.squares + squares)

    def owed(self, weight: Tensor) -> Owed:
        return self.sums


@dataclass
class InHalves:
    """Two ledgers, of one half of the rows each."""

    parts: tuple[Ledger, Ledger]

    def observe(self, rows: Tensor, dense: Tensor, beside: Tensor | None) -> None:
        for part, (some, twins, lacking) in zip(self.parts, halves(rows, dense, beside), strict=True):
            assert some is not None
            assert twins is not None
            part.observe(some, twins, lacking)

    def owed(self, weight: Tensor) -> Owed:
        return Owed.of_halves(*(part.owed(weight) for part in self.parts))


def ledger_of(weight: Tensor, *, sums: bool, beside: bool) -> Ledger:
    """What is owed to a layer's outputs, before any row; others may share it unless it is ``ByOutputs``.

    Args:
        weight: (outputs, inputs), dense.
        sums: whether nobody asks for more than sums.
        beside: whether its outputs are added to something that lacks something.
    """
    outputs, inputs = weight.shape
    if sums:
        return ByInputs.of(inputs, sums=True)
    if beside or is_narrow(outputs, inputs):
        return InHalves((ByOutputs(weight), ByOutputs(weight)))
    return InHalves((ByInputs.of(inputs, sums=False), ByInputs.of(inputs, sums=False)))


def is_narrow(outputs: int, inputs: int) -> bool:
    """Whether a layer's outputs are less work than all pairs of its inputs."""
    return 2 * outputs < inputs
