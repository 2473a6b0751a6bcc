"""Magnitude: small weights matter little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor

from ..kinds import Importance, Matrix, Seen


@dataclass(frozen=True)
class Magnitude(Importance):
    """The magnitude of a weight, or its square; needs no data.

    ``|w|``, or ``w^2`` with ``norm=2``: a group's score is then its L1 norm, or the square of its L2 norm.

    Attributes:
        norm: 1 or 2.
    """

    norm: Literal[1, 2] = 1

    paper: ClassVar[str] = "Learning both weights and connections (Han et al., 2015)"

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return weight.values.abs() if self.norm == 1 else weight.values.square()
