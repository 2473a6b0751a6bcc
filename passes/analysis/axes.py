"""Axes: which positions every value has, and which of them exist together (see ``compiler.ir.channels``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Part, product
from ...compiler.ir.facts import Keys
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program, is_written
from ..base import Context, Pass
from ..rules.facts import AXES
from ..rules.facts import Axes as Facts
from ..rules.lookup import is_picked
from ..rules.table import rule_of


@dataclass(frozen=True)
class Axes(Pass):
    """Label every position of every value and unify the labels that share a channel.

    Before::

        relu = aten.relu(conv2d)

    After (facts only)::

        relu: dims (1,), the channel ids of conv2d
    """

    establishes: ClassVar[Keys] = frozenset({AXES})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        axes = Facts(ctx.speculation, splits=ctx.allow_growth)
        for node in program.nodes():
            value = node.meta.get("val")
            if node.op == "placeholder" or (node.op == "get_attr" and is_written(node)):
                axes.channels[node] = axes.whole()
            elif _is_moved(node, program):
                axes.channels[node] = _weight_positions(node, axes)
            elif node.op == "call_function" and isinstance(value, (Tensor, list, tuple)):
                axes.rules[node] = rule_of(node).choose(node, axes, program)
                axes.channels[node] = axes.rules[node].axes(node, axes, program)
                why = axes.opaque.get(node) or axes.pinned.get(node)
                if why and _has_features(node):
                    ctx.refuse(node, f"kept whole: {why}", Cause.OPAQUE)
                _constrain(node, axes)
        program.facts[AXES] = axes
        return False


# A weight with more positions than this is labelled along its last dimension only.
MOST_POSITIONS = 1 << 18


def _is_moved(node: fx.Node, program: Program) -> bool:
    """Whether a weight is an operand like any value (a class token, a table of positions) for some reader."""
    weight = program.held(node)
    if weight is None or not weight.is_floating_point():
        return False
    return any(rule_of(user).kind == "movement" and not is_picked(user, program) for user in node.users)


def _weight_positions(node: fx.Node, axes: Facts) -> Channels:
    shape = tuple(int(size) for size in node.meta["val"].shape)
    dims = tuple(d for d, size in enumerate(shape) if size > 1)
    if node.meta["val"].numel() > MOST_POSITIONS:
        dims = dims[-1:]
    return Channels(dims, axes.ids.fresh(tuple(shape[d] for d in dims)))


def _has_features(node: fx.Node) -> bool:
    """Whether a value holds features that could be removed: index and mask arithmetic is not worth a word."""
    value = node.meta["val"]
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return isinstance(first, Tensor) and first.is_floating_point()


def _constrain(node: fx.Node, axes: Facts) -> None:
    if node in axes.ragged:
        return
    found = axes.channels[node]
    for channels in found if isinstance(found, list) else [found]:
        if len(channels.dims) > 1:
            whole = Part(channels.labels, channels.dims)
            axes.constraints.append(product([whole], "a tensor has the same channels in every row", axes.ids))
