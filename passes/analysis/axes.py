"""Axes: which positions every value has, and which of them exist together (see ``compiler.ir.channels``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Constraint, Mask
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.base import Axes as Facts
from ..rules.table import rule_of


@dataclass(frozen=True)
class Axes(Pass):
    """Label every position of every value and unify the labels that share a channel.

    Before::

        relu = aten.relu(conv2d)

    After (facts only)::

        relu: dims (1,), the atoms of conv2d
    """

    establishes: ClassVar[frozenset[str]] = frozenset({"axes"})
    invalidates: ClassVar[frozenset[str]] = frozenset()

    def run(self, program: Program, ctx: Context) -> bool:
        axes = Facts(gathers=ctx.allow_priced)
        for node in program.nodes():
            value = node.meta.get("val")
            if node.op == "placeholder":
                axes.channels[node] = axes.whole()
            elif node.op == "call_function" and isinstance(value, (Tensor, list, tuple)):
                axes.channels[node] = rule_of(node).axes(node, axes, program)
                if node in axes.opaque:
                    ctx.refuse(node, f"kept whole: {axes.opaque[node]}")
                _constrain(node, axes)
        program.facts["axes"] = axes
        return False


def _constrain(node: fx.Node, axes: Facts) -> None:
    found = axes.channels[node]
    for channels in found if isinstance(found, list) else [found]:
        if len(channels.dims) > 1:
            axes.constraints.append(rectangle(channels, axes))


def rectangle(channels: Channels, axes: Facts) -> Constraint:
    """The kept positions of a value with several labelled dimensions are a full product."""

    def close(kept: Mask) -> bool:
        roots = axes.atoms.find(channels.labels)
        mask = kept[roots]
        product = np.ones_like(mask)
        for axis in range(mask.ndim):
            others = tuple(a for a in range(mask.ndim) if a != axis)
            product &= mask.any(axis=others, keepdims=True)
        if (product == mask).all():
            return False
        kept[roots[product]] = True
        return True

    return Constraint("a tensor has the same channels in every row", close)
