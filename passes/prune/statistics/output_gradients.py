"""Output gradients: how a loss answers to changes of what a layer gives."""

from __future__ import annotations

from torch import Tensor

from ..outer import Outer
from .gradients import finite
from .of_outputs import OfOutputs
from .seconds import Seconds

ITEM_BYTES = 4


class OutputGradients(OfOutputs, Seconds):
    """Sums of outer products of the gradients of a loss by a layer's outputs.

    Attributes:
        count: rows seen.
        second: (outputs, outputs), the sum of ``g gᵀ``.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self._second = Outer(outputs)

    def observe_output_gradient(self, rows: Tensor) -> None:
        finite(rows)
        self.count += len(rows)
        self._second.add(rows)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * outputs * outputs
