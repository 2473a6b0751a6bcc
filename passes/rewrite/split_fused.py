"""SplitFused: one linear layer for query, key and value becomes three slices that can shrink on their own."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import argument
from ...compiler.ir.channels import Mask
from ...compiler.ir.facts import Keys
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program, is_static, shape_of
from ...compiler.ir.views import Layer, Permutation, Select
from ..base import Context, Pass
from ..rules.base import shared_weights
from ..rules.facts import AXES, LIVENESS, Axes, Liveness

aten = torch.ops.aten


@dataclass(frozen=True)
class SplitFused(Pass):
    """Take the parts out of a fused projection before it is reshaped, where they need different positions.

    Before::

        linear = aten.linear(x, weight, bias)                  # f32[s0, 8, 96]
        reshape = aten.reshape(linear, [s0, 8, 3, 4, 8])
        permute = aten.permute(reshape, [2, 0, 3, 1, 4])
        select = aten.select(permute, 0, 0)                    # f32[s0, 4, 8, 8]

    After::

        linear = aten.linear(x, weight, bias)                  # f32[s0, 8, 96]
        split = aten.split_with_sizes(linear, [32, 32, 32], 2)
        reshape = aten.reshape(getitem, [s0, 8, 4, 8])
        permute = aten.permute(reshape, [0, 2, 1, 3])          # f32[s0, 4, 8, 8]

    A reshape to (3, heads, size) makes all three keep the same positions of the same heads; a split does not. The
    layer's outputs are reordered offline where the parts are interleaved, so the parts stay views.
    """

    requires: ClassVar[Keys] = frozenset({AXES, LIVENESS})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        live = program.facts[LIVENESS]
        changed = False
        for node in [*program.nodes()]:
            fused = _fused(node, program)
            if fused is None or _is_product(_live(fused, axes, live), fused.dim - fused.first):
                continue
            if not ctx.allow_growth and shared_weights(node, program):
                ctx.refuse(node, "its weight is shared, and another order of it would be a copy", Cause.SHARED)
                continue
            _split(fused, program)
            changed = True
        return changed


@dataclass(frozen=True)
class Fused:
    """A linear layer whose result is reshaped, perhaps permuted, and then taken apart along one dimension.

    Attributes:
        first: of the dimensions that the layer's outputs are reshaped into.
        dim: the one along which the parts lie.
        order: of dimensions after the reshape (None: as they are).
        parts: the values taken out, by their index.
    """

    layer: Layer
    reshape: fx.Node
    first: int
    dim: int
    order: tuple[int, ...] | None
    parts: dict[int, list[fx.Node]]


def _fused(node: fx.Node, program: Program) -> Fused | None:
    """The pattern that begins at a linear layer."""
    layer, reshape = Layer.of(node, program), next(iter(node.users), None)
    if layer is None or layer.is_convolution or len(node.users) != 1:
        return None
    if reshape is None or reshape.target is not aten.reshape.default:
        return None
    after, first = shape_of(reshape), _first(node, reshape)
    if first is None:
        return None
    moved = Permutation.of(next(iter(reshape.users))) if len(reshape.users) == 1 else None
    found = _parts(reshape if moved is None else moved.node)
    if found is None:
        return None
    dim, parts = found
    order = None if moved is None else moved.order
    dim = dim if order is None else order[dim]
    return Fused(layer, reshape, first, dim, order, parts) if dim >= first and len(after) > first + 1 else None


def _first(node: fx.Node, reshape: fx.Node) -> int | None:
    """The first of the dimensions that the layer's outputs are reshaped into, and they alone."""
    after, left = shape_of(reshape), int(shape_of(node)[-1])
    for dim in reversed(range(len(after))):
        if not is_static(after[dim]) or left % int(after[dim]):
            return None
        left //= int(after[dim])
        if left == 1:
            return dim
    return None


def _parts(node: fx.Node) -> tuple[int, dict[int, list[fx.Node]]] | None:
    """The dimension that ``select`` or ``unbind`` takes apart, and what comes out of it."""
    found: dict[int, list[fx.Node]] = {}
    dims = set()
    for user in node.users:
        for piece in user.users if user.target is aten.unbind.int else [user]:
            part = Select.of(piece)
            if part is None or not isinstance(part.index, int) or not is_static(size := shape_of(node)[part.dim]):
                return None
            dims.add(part.dim)
            found.setdefault(part.index % int(size), []).append(piece)
    return (dims.pop(), found) if len(dims) == 1 else None


def _live(fused: Fused, axes: Axes, live: Liveness) -> Mask:
    """Which outputs of the layer are needed, in the shape that they are reshaped into."""
    shape = [int(size) for size in shape_of(fused.reshape)[fused.first :]]
    node = fused.layer.node
    wanted = live.of(node)
    if axes.of(node).dims != (node.meta["val"].ndim - 1,):
        return np.ones(shape, dtype=np.bool_)
    return wanted.reshape(shape)


def _is_product(mask: Mask, axis: int) -> bool:
    """Whether all parts need the same positions."""
    parts = np.moveaxis(mask, axis, 0)
    return bool((parts == parts[:1]).all())


def _split(fused: Fused, program: Program) -> None:
    layer, reshape, graph = fused.layer, fused.reshape, program.graph
    shape = [int(size) for size in shape_of(reshape)[fused.first :]]
    axis = fused.dim - fused.first
    rows = np.moveaxis(np.arange(int(np.prod(shape))).reshape(shape), axis, 0).reshape(-1)
    if not (np.diff(rows) == 1).all():
        order, bias = torch.from_numpy(rows), program.weight(layer.bias)
        layer.hold(layer.canonical()[:, order])
        if bias is not None:
            layer.hold_bias(bias[order.to(bias.device)])
    count, size = shape[axis], len(rows) // shape[axis]
    sizes = [*argument(reshape, "shape")]
    del sizes[fused.dim]
    with graph.inserting_after(reshape):
        split = graph.call_function(aten.split_with_sizes.default, (layer.node, [size] * count, -1))
    split.meta = _origin(layer.node)
    moved = None if fused.order is None else [d - (d > fused.dim) for d in fused.order if d != fused.dim]
    for index, readers in fused.parts.items():
        with graph.inserting_before(readers[0]):
            piece = graph.call_function(operator.getitem, (split, index))
            made = graph.call_function(aten.reshape.default, (piece, sizes))
            whole = made if moved is None else graph.call_function(aten.permute.default, (made, moved))
        for new in {piece, made, whole}:
            new.meta = _origin(reshape)
        for reader in readers:
            reader.replace_all_uses_with(whole, propagate_meta=False)


def _origin(node: fx.Node) -> dict[str, Any]:
    return {k: v for k, v in node.meta.items() if k in ("nn_module_stack", "stack_trace")}
