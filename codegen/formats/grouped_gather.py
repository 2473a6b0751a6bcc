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

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx

from ...compiler.ir.packing import Format, Means, SparseLayer
from ...compiler.ir.site import Site
from .row_order import group_rows

aten = torch.ops.aten

# Multiply-adds that copying one number takes as long as, and how many numbers of groups are tried.
COPY_MULTIPLY_ADDS, TRIED = 16, 2


@dataclass(frozen=True)
class PackedGroups:
    """The tensors of a weight in groups of rows."""

    values: Tensor
    columns: Tensor
    order: Tensor | None


@dataclass(frozen=True)
class GroupedGather(Format):
    """Describes a weight of ``shape`` [rows, columns] in groups of rows.

    Attributes:
        shape: (rows, columns) of the weight.
        groups: how many, no more than rows.
    """

    shape: tuple[int, int]
    groups: int

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, GroupedGather]:
        """The numbers of groups that promise most, if any does; not for windows."""
        if not layer.is_product:
            return {}
        rows = layer.shape[0]
        costs = {
            groups: share * (1 + COPY_MULTIPLY_ADDS * groups / rows) for groups, share in layer.pattern.groups.items()
        }
        ranked = sorted((groups for groups in costs if costs[groups] < 1), key=lambda groups: costs[groups])
        return {f"{groups} groups": cls(layer.shape, groups) for groups in ranked[:TRIED]}

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

    def write(self, site: Site) -> None:
        """Write a layer as plain operations, with the activation behind it; a residual is added as before."""
        last = site.absorbed[-1] if site.absorbed and site.residual is None else site.node
        layer = _Layer(site, self, *site.packed(self, site.weight))
        if site.window is None:
            y = layer.linear(last)
        else:
            y = layer.activated(layer.ordered(layer.multiply_images(site.x), 1), last)
        site.give(y, of=last)

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


# ---------------------------------------------------------------- how a layer is written


@dataclass(frozen=True)
class _Across:
    """A value as [features, tokens], and its other sizes: numbers, or operations that find them out."""

    features: fx.Node
    others: list[Any]


@dataclass(frozen=True)
class _Layer:
    """Writes the operations that one layer becomes; ``order`` is that of its rows, if they have another.

    Between linear layers values stay as [features, tokens]: what they read and make is kept that way, too.
    """

    site: Site
    form: GroupedGather
    values: fx.Node
    columns: fx.Node
    order: fx.Node | None = None

    def linear(self, last: fx.Node) -> fx.Node:
        """A linear layer, and ``last``, its activation, if that is not the layer itself."""
        call, x, (rows, columns) = self.site.call, self.site.x, self.form.shape
        across: dict[fx.Node, _Across] = self.site.shared.setdefault(_Across, {})
        if x not in across:
            tokens = call(aten.reshape.default, x, [-1, columns])
            others = [self.site.size(x, dim) for dim in range(x.meta["val"].ndim - 1)]
            across[x] = _Across(call(aten.transpose.int, tokens, 0, 1), others)
        read = across[x]
        features = self.activated(self.ordered(self.multiply_tokens(read.features), 0), last)
        y = call(aten.transpose.int, features, 0, 1)
        y = y if x.meta["val"].ndim == 2 else call(aten.reshape.default, y, [*read.others, rows])
        across[y] = _Across(features, read.others)
        return y

    def activated(self, y: fx.Node, last: fx.Node) -> fx.Node:
        """What ``last``, the activation, makes of a result; nothing if it is the layer itself."""
        if last is self.site.node:
            return y
        graph = self.site.program.graph
        with graph.inserting_before(self.site.node):
            return graph.create_node("call_function", last.target, (y, *last.args[1:]), last.kwargs)

    @property
    def shape(self) -> Sequence[int]:
        """Groups, rows of each, columns of each."""
        held = self.site.program.weight(self.values)
        assert held is not None
        return held.shape

    def multiply_tokens(self, x: fx.Node) -> fx.Node:
        """The groups for x [features, tokens], rows side by side."""
        (groups, rows, width), call = self.shape, self.site.call
        read = call(aten.reshape.default, call(aten.index_select.default, x, 0, self.columns), [groups, width, -1])
        return call(aten.reshape.default, call(aten.bmm.default, self.values, read), [groups * rows, -1])

    def multiply_images(self, x: fx.Node) -> fx.Node:
        """The groups of a 1 x 1 convolution, rows side by side."""
        (groups, rows, width), call = self.shape, self.site.call
        images, height, breadth = self.site.size(x, 0), self.site.size(x, 2), self.site.size(x, 3)
        fixed = isinstance(height, int) and isinstance(breadth, int)
        places = height * breadth if fixed else call(operator.mul, height, breadth)
        read = call(aten.index_select.default, x, 1, self.columns)
        read = call(aten.reshape.default, read, [images, groups, width, places])
        y = call(aten.matmul.default, self.values, read)
        return call(aten.reshape.default, y, [images, groups * rows, height, breadth])

    def ordered(self, y: fx.Node, dim: int) -> fx.Node:
        """The rows of the weight, which lie along ``dim``, in their order; with their bias."""
        (groups, rows, _), call = self.shape, self.site.call
        if self.order is not None:
            y = call(aten.index_select.default, y, dim, self.order)
        elif groups * rows != self.form.shape[0]:
            y = call(aten.slice.Tensor, y, dim, 0, self.form.shape[0])
        bias = self.site.bias
        if bias is None:
            return y
        along = [-1, 1] if dim == 0 else [-1, 1, 1]
        return call(aten.add.Tensor, y, call(aten.reshape.default, bias, along))
