"""Uniform: the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate
from .shares import check_share, fitted


@dataclass(frozen=True)
class Uniform(Allocation):
    """The same share of zeros in every layer.

    It is the share of the cost that goes, unless that falls in another way: then all get the share at which enough
    goes.
    """

    looks: ClassVar[bool] = False

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        if any(candidate.left for candidate in candidates):
            return fitted(lambda level: [level] * len(candidates), candidates, share, 0.0, 1.0)
        return {candidate.name: float(share) for candidate in candidates}
