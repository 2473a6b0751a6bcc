"""Whole rows: outputs."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..kinds import Pattern
from .tiles import tile_mask


@dataclass(frozen=True)
class Rows(Pattern):
    """Whole rows: outputs that are their bias; the layer becomes smaller, and needs no format."""

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        return 1, inputs

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        return tile_mask(scores, 1, scores.shape[1], sparsity, by_row)
