"""Dense moments: how inputs go together in the dense model."""

from __future__ import annotations

from typing import ClassVar, Literal

from torch import Tensor

from ..owed import Owed
from .moments import Moments


class DenseMoments(Moments):
    """Sums of outer products of what a layer reads in the dense model, where nothing is owed."""

    debts: ClassVar[Literal["none", "sums", "all"]] = "none"

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        super().observe(dense, dense)

    def owing(self, owed: Owed) -> DenseMoments:
        return self
