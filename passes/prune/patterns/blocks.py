"""Blocks of R x C weights that go together: vectors, squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Pattern
from .tiles import checked_count, tile_mask


@dataclass(frozen=True)
class Blocks(Pattern):
    """Blocks of R outputs by C inputs, such as vectors of 8 x 1 and squares of 16 x 16.

    They begin at every R-th row and C-th column. Those at the edges may be smaller; a block is judged by the mean of
    its scores, so that they are neither favoured nor at a disadvantage.

    Attributes:
        rows, columns: R and C.
    """

    rows: int = 8
    columns: int = 1

    formats: ClassVar[tuple[str, ...]] = ("vector-blocks", "int8-blocks", "bsr", "lane-vectors")

    def __post_init__(self) -> None:
        for count, what in ((self.rows, "rows"), (self.columns, "columns")):
            checked_count(count, 1, f"{what} of a block", "write rows x columns, such as 8x1")

    @property
    def text(self) -> str:
        return f"{self.rows}x{self.columns}"

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        return min(self.rows, outputs), min(self.columns, inputs)

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        return tile_mask(scores, self.rows, self.columns, sparsity, by_row)
