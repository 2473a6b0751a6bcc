"""Groups of many rows that have a list of columns each, as graphics cards multiply them.

A group is R rows of the weight; its columns are those that one of them reads. What the cards gather of the activations
is then a dense product. Unlike ``GroupedGather``, which needs no kernel, lists may be of different length, and they are
cut into chunks of C columns.

- ``values`` [chunks, R, C] of the weight's dtype, group after group;
- ``columns`` [chunks * C] int32: a group's columns in order. The last chunk is filled up with some that the group does
  not read. Their values are zero, as they are in the weight, so that an infinite activation makes no other result NaN
  than the dense layer's. Where there are too few, numbers beyond the last column stand for activations of zero;
- ``starts`` [groups + 1] int32: where each group begins, among chunks.
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
from ..operators import GATHER_LINEAR, Operator
from ..operators.gather_linear import unpacked
from .products import in_groups, promising, write_product

# The fewest rows of a group.
FEWEST = 64
# Columns of a chunk: more where lists are so long that filling up the last chunk does not matter.
CHUNKS, LONG = (32, 64), 512


@dataclass(frozen=True)
class PackedRowGroups:
    """The tensors of a weight in groups of rows with columns of their own."""

    values: Tensor
    columns: Tensor
    starts: Tensor


@dataclass(frozen=True)
class RowGroups(Format):
    """Describes a weight of ``shape`` [rows, columns] in groups of R rows.

    Attributes:
        shape: (rows, columns) of the weight.
        rows: R.
        columns: C, of a chunk.
    """

    shape: tuple[int, int]
    rows: int
    columns: int = CHUNKS[0]

    operators: ClassVar[tuple[Operator, ...]] = (GATHER_LINEAR,)

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, RowGroups]:
        """Of the sizes that the target asks about, as blocks of one column, those that promise most."""
        if not layer.is_product:
            return {}
        tiles = layer.pattern.tiles
        shares = {rows: tiles[rows, columns] for rows, columns in tiles if columns == 1 and rows >= FEWEST}
        found = {}
        for rows in promising(shares):
            chunk = CHUNKS[shares[rows] * layer.shape[1] >= LONG]
            found[f"groups of {rows} rows, chunks of {chunk}"] = cls(layer.shape, rows, chunk)
        return found

    @property
    def words(self) -> str:
        """``groups of 64 rows``."""
        return f"groups of {self.rows} rows"

    def pack(self, weight: Tensor) -> PackedRowGroups:
        """Keep the columns of ``weight`` [rows, columns] that are not all zero in a group (-0.0 is zero)."""
        if tuple(weight.shape) != self.shape:
            raise ValueError(f"a weight of shape {tuple(weight.shape)}, not {self.shape}")
        size = self.columns
        groups = F.pad(in_groups(weight, self.rows), (0, -self.shape[1] % size))
        read = (groups != 0).any(1)  # NaN is not zero
        listed = (~read).byte().argsort(dim=1, stable=True)  # a group's own columns come first
        stored = groups.gather(2, listed[:, None].expand(-1, self.rows, -1))
        chunks = (read.sum(1) + size - 1) // size
        held = torch.arange(groups.shape[2] // size, device=weight.device) < chunks[:, None]
        values = stored.unflatten(2, (-1, size)).transpose(1, 2)[held]
        starts = torch.cat([chunks.new_zeros(1), chunks.cumsum(0)])
        columns = listed.unflatten(1, (-1, size))[held].flatten()
        return PackedRowGroups(values.contiguous(), columns.to(torch.int32), starts.to(torch.int32))

    def unpack(self, packed: PackedRowGroups) -> Tensor:
        """The weight [rows, columns]."""
        return unpacked(packed.values, packed.columns, packed.starts, self.shape)

    def write(self, site: Site) -> None:
        """Write a layer as one operator with bias, residual and activation inside."""
        write_product(site, self, GATHER_LINEAR, out_features=self.shape[0], columns_first=False, rows_first=False)
