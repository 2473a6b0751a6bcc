"""Layers in groups of rows: a gather of columns and a batched product, of PyTorch's own operations."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import fx

from ...codegen.formats.grouped_gather import GroupedGather
from ...compiler.ir.program import Program, is_static, shape_of
from ..base import PART_OF
from ..rules.base import argument
from .fusion import Fused

aten = torch.ops.aten


@dataclass(frozen=True)
class _Across:
    """A value as [features, tokens], and its other sizes: numbers, or operations that find them out."""

    features: fx.Node
    others: list[Any]


@dataclass
class Groups:
    """Writes layers in groups of rows.

    Attributes:
        across: what linear layers read and make, the way the next one wants it.
    """

    program: Program
    across: dict[fx.Node, _Across] = field(default_factory=dict)

    def write(self, fused: Fused, form: GroupedGather, tensors: tuple[fx.Node, ...]) -> None:
        """Write a layer, with the activation behind it; a residual is added as before."""
        node = fused.node
        last = fused.absorbed[-1] if fused.absorbed and fused.residual is None else node
        layer = _Layer(self.program, node, form, *tensors)
        x = node.args[0]
        assert isinstance(x, fx.Node)
        with self.program.graph.inserting_before(node):
            if node.target is aten.linear.default:
                y = self._linear(layer, x, last)
            else:
                y = _activated(layer.ordered(layer.multiply_images(x), 1), last, layer)
        y.meta = {**last.meta, **y.meta}
        last.replace_all_uses_with(y, propagate_meta=False)

    def _linear(self, layer: _Layer, x: fx.Node, last: fx.Node) -> fx.Node:
        call, (rows, columns) = layer.call, layer.form.shape
        if x not in self.across:
            tokens = call(aten.reshape.default, x, [-1, columns])
            others = [layer.size(x, dim) for dim in range(x.meta["val"].ndim - 1)]
            self.across[x] = _Across(call(aten.transpose.int, tokens, 0, 1), others)
        read = self.across[x]
        features = _activated(layer.ordered(layer.multiply_tokens(read.features), 0), last, layer)
        y = call(aten.transpose.int, features, 0, 1)
        y = y if x.meta["val"].ndim == 2 else call(aten.reshape.default, y, [*read.others, rows])
        self.across[y] = _Across(features, read.others)
        return y


def _activated(y: fx.Node, last: fx.Node, layer: _Layer) -> fx.Node:
    if last is layer.node:
        return y
    return layer.program.graph.create_node("call_function", last.target, (y, *last.args[1:]), last.kwargs)


@dataclass(frozen=True)
class _Layer:
    """Writes the operations that one layer becomes; ``order`` is that of its rows, if they have another."""

    program: Program
    node: fx.Node
    form: GroupedGather
    values: fx.Node
    columns: fx.Node
    order: fx.Node | None = None

    def call(self, target: Any, *args: Any) -> fx.Node:
        made = self.program.graph.call_function(target, args)
        made.meta[PART_OF] = self.node.name
        return made

    def size(self, x: fx.Node, dim: int) -> Any:
        """A number, or the operation that finds it out."""
        found = shape_of(x)[dim]
        return int(found) if is_static(found) else self.call(aten.sym_size.int, x, dim)

    @property
    def shape(self) -> Sequence[int]:
        """Groups, rows of each, columns of each."""
        held = self.program.weight(self.values)
        assert held is not None
        return held.shape

    def multiply_tokens(self, x: fx.Node) -> fx.Node:
        """The groups for x [features, tokens], rows side by side."""
        (groups, rows, width), call = self.shape, self.call
        read = call(aten.reshape.default, call(aten.index_select.default, x, 0, self.columns), [groups, width, -1])
        return call(aten.reshape.default, call(aten.bmm.default, self.values, read), [groups * rows, -1])

    def multiply_images(self, x: fx.Node) -> fx.Node:
        """The groups of a 1 x 1 convolution, rows side by side."""
        (groups, rows, width), call = self.shape, self.call
        images, height, breadth = self.size(x, 0), self.size(x, 2), self.size(x, 3)
        fixed = isinstance(height, int) and isinstance(breadth, int)
        places = height * breadth if fixed else call(operator.mul, height, breadth)
        read = call(aten.index_select.default, x, 1, self.columns)
        read = call(aten.reshape.default, read, [images, groups, width, places])
        y = call(aten.matmul.default, self.values, read)
        return call(aten.reshape.default, y, [images, groups * rows, height, breadth])

    def ordered(self, y: fx.Node, dim: int) -> fx.Node:
        """The rows of the weight, which lie along ``dim``, in their order; with their bias."""
        groups, rows, _ = self.shape
        if self.order is not None:
            y = self.call(aten.index_select.default, y, dim, self.order)
        elif groups * rows != self.form.shape[0]:
            y = self.call(aten.slice.Tensor, y, dim, 0, self.form.shape[0])
        bias = argument(self.node, "bias")
        if bias is None:
            return y
        along = [-1, 1] if dim == 0 else [-1, 1, 1]
        return self.call(aten.add.Tensor, y, self.call(aten.reshape.default, bias, along))
