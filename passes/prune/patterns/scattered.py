"""Scattered zeros, wherever they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Pattern
from .tiles import tile_mask


@dataclass(frozen=True)
class Scattered(Pattern):
    """Any weight for itself."""

    formats: ClassVar[tuple[str, ...]] = ("vector-blocks",)

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        return tile_mask(scores, 1, 1, sparsity, by_row)
