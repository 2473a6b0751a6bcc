"""Uniform: the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate
from .shares import check_share


@dataclass(frozen=True)
class Uniform(Allocation):
    """The same share of zeros in every layer."""

    looks: ClassVar[bool] = False

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        return {candidate.name: float(share) for candidate in candidates}
