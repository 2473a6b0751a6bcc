"""Statistics of the gradients of a loss by what a layer gives."""

from __future__ import annotations

from torch import Tensor

from ..kinds import Statistic


class OfOutputs(Statistic):
    """Such a statistic. It learns nothing from inputs.

    Attributes:
        count: rows seen.
    """

    count: int

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """Nothing: what a layer reads says nothing about a loss."""

    def observe_output_gradient(self, rows: Tensor) -> None:
        """See some more.

        Args:
            rows: (rows, outputs), a gradient for each row of inputs.

        Raises:
            UserError: one is not finite.
        """
        raise NotImplementedError
