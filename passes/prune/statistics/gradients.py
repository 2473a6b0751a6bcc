"""Gradients: how a loss answers to changes of single weights."""

from __future__ import annotations

import torch
from torch import Tensor

from ....compiler.errors import UserError
from ..kinds import Statistic

ITEM_BYTES = 4


class Gradients(Statistic):
    """Sums of the gradients of a loss by a weight, and of their squares. It learns nothing from inputs.

    Attributes:
        count: gradients seen whose mean is that of a sample's; ``drawn``: those whose squares are.
        sum, squares: (outputs, inputs), of each.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = self.drawn = 0
        self.sum, self.squares = torch.zeros(outputs, inputs), torch.zeros(outputs, inputs)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """Nothing: what a layer reads says nothing about a loss."""

    def observe_gradient(self, gradient: Tensor, mean: float = 1.0, second: float = 1.0) -> None:
        """See one more: of one sample's loss, or of a batch's mean loss.

        Args:
            gradient: (outputs, inputs).
            mean, second: what to multiply it with so that its mean, and the mean of its squares, are those of a
                sample's gradient; 0 where they are not: the sum of several with random signs has their squares alone.

        Raises:
            UserError: it is not finite.
        """
        finite(gradient)
        if mean:
            self.count += 1
            self.sum += gradient * mean
        if second:
            self.drawn += 1
            self.squares += (gradient * second).square()

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return 2 * ITEM_BYTES * outputs * inputs

    @property
    def mean(self) -> Tensor:
        """(outputs, inputs), float64: the mean gradient."""
        return self.sum.double() / max(self.count, 1)

    @property
    def second(self) -> Tensor:
        """(outputs, inputs), float64: the mean of squares."""
        return self.squares.double() / max(self.drawn, 1)


def finite(gradient: Tensor) -> None:
    """Refuse NaN and infinity.

    Raises:
        UserError: there is some.
    """
    if not bool(gradient.isfinite().all()):
        raise UserError(
            "bad-inputs", "the gradient of the loss is not finite on this data", hint="look for NaN, or for overflow"
        )
