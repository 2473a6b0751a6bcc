"""Where a format may be written: which layers there are kernels for, and what behind a layer may become part of one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import fx

from ...compiler.ir.arguments import argument, op_name
from ...compiler.ir.byte_layers import ByteLayer
from ...compiler.ir.integers import held_as
from ...compiler.ir.packing import Pattern, SparseLayer
from ...compiler.ir.program import Program, is_static, is_tensor, same_shape, shape_of
from ...compiler.ir.site import Site
from ...compiler.ir.target import Target
from ...compiler.ir.views import Layer
from ..operators.epilogues import activation_of
from .patterns import pattern_of

aten = torch.ops.aten


def why_not(layer: Layer, target: Target) -> str | None:
    """Why a layer stays dense on a target whatever its zeros are; None if it need not."""
    refused = target.refuses(layer.dtype)
    if refused is None and held_as(layer.weight) is not None:
        refused = _why_no_bytes(layer)
    if refused is not None or not layer.is_convolution:
        return refused
    window = layer.window
    if window is None:
        return "sparse convolutions pad both ends of a side by the same number of places"
    if len(window.kernel) > 2 and layer.is_transposed:
        return f"there is no sparse kernel for {op_name(layer.node)}"
    if layer.dim == 0:
        return "sparse convolutions take a batch of images"
    if window.plain is None:
        return "sparse transposed convolutions have a stride of 1, or one as large as their kernel and no padding"
    return None


def _why_no_bytes(layer: Layer) -> str | None:
    """Why a layer that holds integers has no kernel; None if it may have one."""
    window = layer.window
    if layer.is_convolution and (window is None or not window.is_plain):
        return "sparse convolutions of integers are those of images or signals in one group, with one stride"
    found = ByteLayer.of(layer)
    return found if isinstance(found, str) else None


def site_of(layer: Layer, pattern: Pattern, shared: dict[Any, Any] | None = None, *, gates: bool = False) -> Site:
    """A layer with what follows it.

    Args:
        layer: as it stands in its program.
        pattern: how its zeros lie.
        shared: see ``Site``.
        gates: whether there are kernels that multiply with a gate.
    """
    node = layer.node
    found = Site(layer, order=pattern.order, shared={} if shared is None else shared)
    held = ByteLayer.of(layer) if held_as(layer.weight) is not None else None
    found.bytes = held if isinstance(held, ByteLayer) else None
    added = _added(node)
    if layer.bias is None and added is not None and _is_bias(added[1], layer):
        found.added, found.absorbed = added[1], (added[0],)
        added = _added(added[0])
    if added is not None and _alike(added[1], node):
        found.residual, found.absorbed = added[1], (*found.absorbed, added[0])
    follower = _only_user(found.absorbed[-1] if found.absorbed else node)
    activation = None if follower is None else activation_of(follower)
    if activation is not None and follower is not None:
        found.activation, found.absorbed = activation.name, (*found.absorbed, follower)
        follower = _only_user(follower)
    if gates and follower is not None and follower.target is aten.mul.Tensor:
        last = found.absorbed[-1] if found.absorbed else node
        other = _other(follower, last)
        if other is not None and _alike(other, last):
            found.gate, found.gated = other, follower
    return found


def _added(node: fx.Node) -> tuple[fx.Node, fx.Node] | None:
    """The sum that alone reads a value, and what is added there."""
    follower = _only_user(node)
    if follower is None or follower.target is not aten.add.Tensor or argument(follower, "alpha") != 1:
        return None
    other = _other(follower, node)
    return None if other is None else (follower, other)


def _is_bias(other: fx.Node, layer: Layer) -> bool:
    """Whether a value is a weight that has a number for each output of a layer, and its result's dtype."""
    shape, value = shape_of(layer.node), other.meta["val"]
    if not layer.program.is_weight(other) or held_as(other) is not None or value.ndim > len(shape):
        return False
    wanted = [1] * len(shape)
    wanted[layer.dim] = shape[layer.dim]
    same = value.dtype == layer.node.meta["val"].dtype and [*value.shape] == wanted[len(shape) - value.ndim :]
    return same and value.numel() == shape[layer.dim]


def _other(node: fx.Node, operand: fx.Node) -> fx.Node | None:
    """The other operand of a sum or product; None where it is the same, or a number."""
    one, two = argument(node, "self"), argument(node, "other")
    other = two if one is operand else one
    return other if is_tensor(other) and other is not operand else None


def _alike(a: fx.Node, b: fx.Node) -> bool:
    return same_shape(a, b) and bool(a.meta["val"].dtype == b.meta["val"].dtype)


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def layer_of(site: Site, pattern: Pattern) -> SparseLayer:
    """What is asked about a site: the layer for the example inputs."""
    window, program = site.window, site.program
    shape, read = shape_of(site.node), shape_of(site.x)
    dim = site.layer.dim
    others = [*shape[:dim], *shape[dim + 1 :]]
    images: tuple[int, ...] = (1, 1, 1)
    if window is not None:
        images = (*_sizes(program, read[:dim]), *_sizes(program, read[dim + 1 :]))
    return SparseLayer(
        site.weight,
        pattern,
        math.prod(_sizes(program, others)),
        window,
        images,
        dynamic=not all(is_static(size) for size in others),
        bias=site.bias is not None,
        residual=site.residual is not None,
        activation=site.activation,
        gate=site.gate is not None,
        bytes=site.bytes,
    )


def pattern_for(layer: Layer, target: Target) -> Pattern:
    """How the zeros of a layer's weight lie, as a kernel for it would see it.

    Args:
        layer: it may be of any kind, also where there is no kernel for it.
        target: which says what else is looked for.
    """
    window, weight = layer.window, layer.tensor
    known = window is not None and window.plain is not None
    return pattern_of(window.matrix(weight) if window and known else weight.flatten(1), target.tiles, layer.groups)


def _sizes(program: Program, shape: Sequence[Any]) -> list[int]:
    """Sizes for the example inputs; 1 where they depend on the inputs' values."""
    return [program.example_size(size) for size in shape]
