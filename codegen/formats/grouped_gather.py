"""Groups of rows that share a list of columns: a sparse weight that plain operations multiply, on any device.

The rows form groups of equally many, R. Each group has its own list of columns, all lists as long as the longest, C.
Gathering the columns of all groups, one batched product, and picking the rows in their order: that is all, and no
kernel of ours is in it. It pays where many rows read the same few columns: block-diagonal weights, tall blocks.

- ``values`` [groups, R, C] of the weight's dtype;
- ``columns`` [groups * C] int32, which ``index_select`` and ONNX ``Gather`` take as it is: a group's columns in order,
  each once. Where they are fewer than C, there are some that other groups read, with zeros among the values;
- ``order`` [rows] int64: the place of each row of the weight among the computed ones; None if that is their order.

Zeros are not multiplied, except those among the values. So where an activation is infinite or NaN, some results are
finite that a dense product makes NaN; never the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .row_order import group_rows


@dataclass(frozen=True)
class PackedGroups:
    """The tensors of a weight in groups of rows."""

    values: Tensor
    columns: Tensor
    order: Tensor | None


@dataclass(frozen=True)
class GroupedGather:
    """Describes a weight of ``shape`` [rows, columns] in groups of rows.

    Attributes:
        shape: (rows, columns) of the weight.
        groups: how many, no more than rows.
    """

    shape: tuple[int, int]
    groups: int

    def __post_init__(self) -> None:
        if not 1 <= self.groups <= max(1, self.shape[0]):
            raise ValueError(f"{self.shape[0]} rows in {self.groups} groups")

    @property
    def words(self) -> str:
        """``8 groups of rows``."""
        return f"{self.groups} groups of rows"

    @property
    def rows(self) -> int:
        """R: the last groups are filled up with rows of zeros."""
        return -(-self.shape[0] // self.groups)

    def pack(self, weight: Tensor) -> PackedGroups:
        """Keep the columns of ``weight`` [rows, columns] that are not all zero in a group (-0.0 is zero).

        Rows change places where that makes the lists shorter. A list has one column at least, if there are any.
        """
        if tuple(weight.shape) != self.shape:
            raise ValueError(f"a weight of shape {tuple(weight.shape)}, not {self.shape}")
        order, read = self.grouping(weight != 0)  # NaN is not zero
        # A group's own columns come first, then those that others read.
        rank = torch.where(read, 0, torch.where(read.any(0), 1, 2))
        columns = rank.argsort(dim=1, stable=True)[:, : self.width(read)].sort(dim=1).values
        values = self._grouped(weight, order).gather(2, columns[:, None].expand(-1, self.rows, -1))
        places = None if order is None else order.argsort()
        return PackedGroups(values, columns.flatten().to(torch.int32), places)

    def unpack(self, packed: PackedGroups) -> Tensor:
        """The weight [rows, columns]."""
        whole = packed.values.new_zeros(self.groups, self.rows, self.shape[1])
        columns = packed.columns.long().reshape(self.groups, 1, -1).expand_as(packed.values)
        return self._ungrouped(whole.scatter_(2, columns, packed.values), packed.order)

    def multiply(self, packed: PackedGroups, x: Tensor) -> Tensor:
        """What a product means: ``weight @ x`` for x [..., columns, tokens]."""
        read = x.index_select(-2, packed.columns).unflatten(-2, (self.groups, packed.values.shape[2]))
        return self._ungrouped(torch.matmul(packed.values.to(x.dtype), read), packed.order)

    def share(self, packed: PackedGroups) -> float:
        """The numbers that are stored, as a share of the weight."""
        return packed.values.numel() / max(1, self.shape[0] * self.shape[1])

    def grouping(self, kept: Tensor) -> tuple[Tensor | None, Tensor]:
        """For a mask: the order of rows with the shorter lists, and [groups, columns], which group reads what."""
        as_it_is = self._grouped(kept, None).any(1)
        order = group_rows(kept, self.rows).to(kept.device)
        read = self._grouped(kept, order).any(1)
        return (order, read) if self.width(read) < self.width(as_it_is) else (None, as_it_is)

    def width(self, read: Tensor) -> int:
        """C, for groups that read columns [groups, columns]: one at least, if there are any."""
        return max(min(1, self.shape[1]), int(read.sum(1).max()))

    def _grouped(self, matrix: Tensor, order: Tensor | None) -> Tensor:
        """The rows of [rows, columns], in this order, as [groups, R, columns]."""
        rows = matrix if order is None else matrix.index_select(0, order)
        tall = F.pad(rows, (0, 0, 0, self.groups * self.rows - self.shape[0]))
        return tall.reshape(self.groups, self.rows, self.shape[1])

    def _ungrouped(self, computed: Tensor, order: Tensor | None) -> Tensor:
        """The rows of the weight among [..., groups, R, tokens or columns]."""
        rows = computed.flatten(-3, -2)
        return rows[..., : self.shape[0], :] if order is None else rows.index_select(-2, order)


def estimate(kept: Tensor, groups: int) -> float:
    """What ``groups`` groups would store of a weight of which these numbers are not zero, as a share of it."""
    form = GroupedGather((kept.shape[0], kept.shape[1]), groups)
    _, read = form.grouping(kept)
    return groups * form.rows * form.width(read) / max(1, kept.numel())
