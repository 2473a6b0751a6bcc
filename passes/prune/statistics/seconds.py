"""Statistics with a sum of outer products."""

from __future__ import annotations

from torch import Tensor

from ..kinds import Statistic
from ..outer import Outer


class Seconds(Statistic):
    """A statistic with such a sum."""

    _second: Outer

    @property
    def second(self) -> Tensor:
        """The sum of outer products, float32, whole."""
        return self._second.matrix

    @second.setter
    def second(self, matrix: Tensor) -> None:
        self._second = Outer.of(matrix)
