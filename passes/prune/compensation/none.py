"""None: the weights that stay stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Compensation, Matrix, Seen


@dataclass(frozen=True)
class Nothing(Compensation):
    """Nothing is made up for."""

    gives_means: ClassVar[bool] = False

    @classmethod
    def name(cls) -> str:
        return "none"

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        return weight.but(weight.values * kept)
