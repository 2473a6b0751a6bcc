"""What is kept, and how a removal is carried out: shared by the passes that take channels out or reorder them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import operand_of
from ...compiler.ir.channels import Constraint, Mask
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer
from .facts import Axes, Liveness
from .shrink import Shrink

aten = torch.ops.aten

# Bytes between the rows of a grouped product.
ALIGNED_BYTES = 16


def close(axes: Axes, live: Liveness, constraints: list[Constraint]) -> Mask:
    """The fewest channel ids to keep: every live one, and what the constraints ask for beside them."""
    kept = np.zeros(max(1, len(axes.ids)), dtype=np.bool_)
    for node, channels in axes.channels.items():
        if isinstance(channels, list):
            for index in live.masks.get(node, {}):
                kept[axes.ids.find(channels[index].labels)[live.part(node, index)]] = True
        elif node in live.masks:
            kept[axes.ids.find(channels.labels)[live.of(node)]] = True
    grow(kept, constraints)
    return kept


def grow(kept: Mask, constraints: list[Constraint]) -> None:
    """Let constraints add to what is kept until none adds anything."""
    grew = True
    while grew:
        grew = False
        for constraint in constraints:
            grew |= constraint.close(kept)


def granularity(program: Program, axes: Axes, multiple: int) -> list[Constraint]:
    """Constraints that keep the channel counts of ungrouped convolutions' inputs at multiples of ``multiple``.

    The rows of a grouped product begin at multiples of 16 bytes on any target: PyTorch takes no others.
    """
    found = []
    for node in program.nodes():
        if node in axes.opaque:
            continue
        if node.target is aten._grouped_mm.default:
            each = ALIGNED_BYTES // node.meta["val"].element_size()
            both = (operand_of(node), node)
            found += [_multiple_of(value, -1, each, axes, "rows of a grouped product") for value in both]
            continue
        layer = Layer.of(node, program) if multiple > 1 else None
        if layer is not None and layer.is_convolution and layer.groups == 1:
            found.append(_multiple_of(layer.input, layer.dim, multiple, axes, "inputs of a convolution"))
    return found


def _multiple_of(value: fx.Node, dim: int, multiple: int, axes: Axes, what: str) -> Constraint:
    channels = axes.of(value)
    axis = channels.along(dim % value.meta["val"].ndim)

    def close(kept: Mask) -> bool:
        if axis is None:
            return False  # they do not vary along it
        rows = np.moveaxis(channels.labels, axis, 0)
        roots = axes.ids.find(rows.reshape(len(rows), -1))
        flags = kept[roots].any(axis=1)
        missing = -int(flags.sum()) % multiple
        if not flags.any() or not missing or flags.all():
            return False
        kept[roots[np.flatnonzero(~flags)[:missing]]] = True
        return True

    return Constraint(f"{what} are a multiple of {multiple}", close)


def carry_out(program: Program, state: Shrink, watcher: Callable[[Program, Axes, Mask], None] | None) -> bool:
    """Rewrite every node for what is kept, tell ``watcher`` before; whether anything changed."""
    if watcher is not None:
        watcher(program, state.axes, state.kept_ids)
    before, weights = _written(program), {name: weakref.ref(held) for name, held in program.held_weights().items()}
    for node in [*program.nodes()]:
        if node in state.axes.rules and _lives(node, state):
            state.axes.rules[node].shrink(node, state)
    program.clean()
    after = program.held_weights()
    changed = before != _written(program) or weights.keys() != after.keys()
    return changed or any(weights[name]() is not held for name, held in after.items())


def _written(program: Program) -> list[tuple[Any, ...]]:
    """What the graph says: an operation may become smaller by its arguments alone."""
    return [(node, node.target, node.args, node.kwargs) for node in program.nodes()]


def _lives(node: fx.Node, state: Shrink) -> bool:
    channels = state.axes.channels[node]
    parts = channels if isinstance(channels, list) else [channels]
    return any(state.kept_channels(part).any() for part in parts)
