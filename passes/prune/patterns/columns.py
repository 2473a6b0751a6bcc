"""Whole columns: inputs."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..kinds import Pattern
from .tiles import tile_mask


@dataclass(frozen=True)
class Columns(Pattern):
    """Whole columns: inputs that nothing reads; the layer becomes smaller, and needs no format."""

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        return outputs, 1

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        return tile_mask(scores, scores.shape[0], 1, sparsity, by_row)
