"""Output gradients: how a loss answers to changes of what a layer gives."""

from __future__ import annotations

from torch import Tensor

from ..kinds import Statistic
from .gradients import finite
from .outer import Outer

ITEM_BYTES = 4


class OutputGradients(Statistic):
    """Sums of outer products of the gradients of a loss by a layer's outputs. It learns nothing from inputs.

    Attributes:
        count: rows seen.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self._second = Outer(outputs)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """Nothing: what a layer reads says nothing about a loss."""

    def observe_output_gradient(self, rows: Tensor) -> None:
        """See some more.

        Args:
            rows: (rows, outputs), a gradient for each row of inputs.

        Raises:
            UserError: one is not finite.
        """
        finite(rows)
        self.count += len(rows)
        self._second.add(rows)

    @property
    def second(self) -> Tensor:
        """(outputs, outputs), float32: the sum of ``g gᵀ``."""
        return self._second.matrix

    @second.setter
    def second(self, matrix: Tensor) -> None:
        self._second = Outer.of(matrix)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * outputs * outputs
