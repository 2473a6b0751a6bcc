"""Layers of a pattern that has one share of zeros: each has that or none, and a mean between is met by some of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ..kinds import Candidate
from .l_greco import LGreco
from .shares import ROUNDING, saved


def between(levels: Iterable[float], only: float | None) -> bool:
    """Whether some layer is to have some zeros, but fewer than the pattern has."""
    return only is not None and any(ROUNDING < level < only - ROUNDING for level in levels)


def in_whole_layers(levels: Mapping[str, float], candidates: Sequence[Candidate], only: float) -> dict[str, float]:
    """Of the layers that are to have one and the same lower share, those that lose least have the pattern's.

    All of them together then save as much as they were to, or a layer's worth more (``LGreco`` finds the least sum of
    errors).

    Args:
        levels: the share of zeros that each layer is to have.
        candidates: the layers; their errors at ``only`` are known.
        only: the pattern's share of zeros.
    """
    found = dict(levels)
    for level in sorted({*levels.values()}):
        alike = [candidate for candidate in candidates if levels[candidate.name] == level]
        total = math.fsum(candidate.cost for candidate in alike)
        if between([level], only) and total > 0:
            found |= LGreco(most=1.0).levels(alike, saved([level] * len(alike), alike) / total)
    return found
