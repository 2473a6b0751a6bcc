"""Groups of rows that read the same columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Pattern
from .tiles import checked_count, tile_mask


@dataclass(frozen=True)
class RowGroups(Pattern):
    """Groups of R outputs that read the same inputs, in each group equally many.

    Other than blocks of R x 1, of which one row of blocks may have many and another none: what a group reads makes one
    dense product, and all of them the same size.

    Attributes:
        rows: R.
    """

    rows: int = 64

    formats: ClassVar[tuple[str, ...]] = ("grouped-gather", "row-groups", "vector-blocks", "lane-vectors")

    def __post_init__(self) -> None:
        checked_count(self.rows, 1, "rows of a group", "write row-groups:64")

    @property
    def text(self) -> str:
        return f"{self.name()}:{self.rows}"

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        return min(self.rows, outputs), 1

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        return tile_mask(scores, self.rows, 1, sparsity, by_row=True)
