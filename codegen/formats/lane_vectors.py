"""Vectors of 16 and 32 rows, for a token or a few on graphics cards, where a row of the vector is a thread's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...compiler.ir.packing import Means, SparseLayer
from ..operators import VBLOCK_LINEAR, Operator
from .products import promising
from .vector_blocks import VectorBlocks

# Rows of a vector, and the most tokens.
ROWS, MOST_TOKENS = (16, 32), 4


@dataclass(frozen=True)
class LaneVectors(VectorBlocks):
    """Describes a weight in vector blocks of 16 or 32 rows, whose layers are linear and have few tokens."""

    operators: ClassVar[tuple[Operator, ...]] = (VBLOCK_LINEAR,)
    roundings: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, LaneVectors]:
        """Those of the sizes that the target asks about, as blocks of one column."""
        if layer.window is not None or layer.tokens > MOST_TOKENS:
            return {}
        tiles, blocks = layer.pattern.tiles, layer.pattern.blocks  # those are of the order in which it is written
        shares = {rows: min(tiles[rows, 1], blocks.get((rows, 1), 1.0)) for rows in ROWS if (rows, 1) in tiles}
        return {f"vectors of {rows} rows": cls(layer.shape, rows) for rows in promising(shares)}

    @property
    def words(self) -> str:
        """``vectors of 32 rows``."""
        return f"vectors of {self.rows} rows"
