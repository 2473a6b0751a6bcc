"""Output gradients: how a loss answers to changes of what a layer gives."""

from __future__ import annotations

from torch import Tensor

from ..outer import Outer
from .gradients import finite
from .seconds import Seconds

ITEM_BYTES = 4


class OutputGradients(Seconds):
    """Sums of outer products of the gradients of a loss by a layer's outputs. It learns nothing from inputs.

    Attributes:
        count: rows seen.
        second: (outputs, outputs), the sum of ``g gᵀ``.
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

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * outputs * outputs
