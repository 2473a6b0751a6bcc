"""Block sparse rows: R x C numbers of a weight, kept or left out together, as graphics cards multiply them.

A row of blocks is R rows of the weight; its entries lie one after the other, by column. Which blocks there are is data,
and so is how the work is shared out: one kernel serves all layers.

- ``values`` [entries, R, C] of the weight's dtype, filled up with zeros at the edges;
- ``columns`` [entries] int32: which column of blocks each is in;
- ``rows`` [rows of blocks, 3] int32: (row of blocks, first entry, end), the longest first; empty ones are there, too;
- ``parts`` [parts, 6] int32: the same cut into parts of bounded length, so that few tokens keep a card busy: (row of
  blocks, first entry, end, which part, how many parts, slot), the longest first. Sums of parts that are added up later
  lie in a buffer with a slot for each part; ``slot`` is that of the row's first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ...compiler.ir.packing import Format, Means, SparseLayer
from ...compiler.ir.site import Site
from ..operators import BSR_LINEAR, Operator
from ..operators.bsr_linear import unpacked
from .products import in_groups, promising, write_product

# Rows of blocks that tensor cores multiply at full speed, and what fewer cost.
FULL, FEWER = 64, 1.6
# Larger blocks read activations less often: they may store this much more.
LARGER = 1.1
# Parts are at least so many entries long, and so many that most cards are busy with them.
SHORTEST, PARTS = 4, 768


@dataclass(frozen=True)
class PackedBsr:
    """The tensors of a weight in block sparse rows."""

    values: Tensor
    columns: Tensor
    rows: Tensor
    parts: Tensor


@dataclass(frozen=True)
class Bsr(Format):
    """Describes a weight of ``shape`` [rows, columns] in blocks of R x C.

    Attributes:
        shape: (rows, columns) of the weight.
        rows: R.
        columns: C.
    """

    shape: tuple[int, int]
    rows: int
    columns: int

    operators: ClassVar[tuple[Operator, ...]] = (BSR_LINEAR,)

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, Bsr]:
        """Of the shapes that the target asks about, those of several columns that promise most."""
        if not layer.is_product:
            return {}
        shares = {tile: share for tile, share in layer.pattern.tiles.items() if tile[1] > 1}
        slower = {tile: FEWER if tile[0] < FULL else LARGER ** -(tile[0] // FULL - 1) for tile in shares}
        tiles = promising({tile: shares[tile] * slower[tile] for tile in shares})
        return {f"{rows}x{columns} bsr": cls(layer.shape, rows, columns) for rows, columns in tiles}

    @property
    def words(self) -> str:
        """``64x64 blocks``."""
        return f"{self.rows}x{self.columns} blocks"

    def pack(self, weight: Tensor) -> PackedBsr:
        """Keep the blocks of ``weight`` [rows, columns] that are not all zero (-0.0 is zero)."""
        if tuple(weight.shape) != self.shape:
            raise ValueError(f"a weight of shape {tuple(weight.shape)}, not {self.shape}")
        wide = in_groups(F.pad(weight, (0, -self.shape[1] % self.columns)), self.rows)
        blocks = wide.unflatten(2, (-1, self.columns)).transpose(1, 2)
        kept = (blocks != 0).flatten(2).any(2)  # NaN is not zero
        row, column = kept.nonzero(as_tuple=True)
        return PackedBsr(blocks[row, column].contiguous(), column.to(torch.int32), *work_items(kept.sum(1)))

    def unpack(self, packed: PackedBsr) -> Tensor:
        """The weight [rows, columns]."""
        return unpacked(packed.values, packed.columns, packed.rows, self.shape)

    def write(self, site: Site) -> None:
        """Write a layer as one operator with bias, residual and activation inside."""
        write_product(site, self, BSR_LINEAR, out_features=self.shape[0])


def work_items(counts: Tensor) -> tuple[Tensor, Tensor]:
    """The tables ``rows`` and ``parts`` for rows of blocks that hold so many entries, [rows of blocks]."""
    ends = counts.cumsum(0)
    rows = torch.stack([torch.arange(len(counts), device=counts.device), ends - counts, ends], dim=1)
    longest = max(SHORTEST, -(-int(counts.sum()) // PARTS))
    many = ((counts + longest - 1) // longest).clamp(min=1)
    slot = (many.cumsum(0) - many).repeat_interleave(many)
    of_row = rows.repeat_interleave(many, 0)
    part, parts = torch.arange(len(slot), device=slot.device) - slot, many.repeat_interleave(many)
    edges = [of_row[:, 1] + (of_row[:, 2] - of_row[:, 1]) * number // parts for number in (part, part + 1)]
    return _longest_first(rows), _longest_first(torch.stack([of_row[:, 0], *edges, part, parts, slot], dim=1))


def _longest_first(items: Tensor) -> Tensor:
    return items[(items[:, 1] - items[:, 2]).argsort(stable=True)].to(torch.int32)
