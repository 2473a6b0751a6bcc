"""Patterns: how the zeros that stay lie in each weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, fx

from ...codegen.formats.patterns import pattern_of
from ...compiler.ir.facts import Keys
from ...compiler.ir.packing import PATTERNS, Pattern
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer
from ..base import Context, Pass


@dataclass(frozen=True)
class Patterns(Pass):
    """Look at how the zeros of every weight lie: scattered, N:M, in blocks, in groups of rows.

    Before::

        linear = aten.linear(x, weight)  # f32[8, 3072]

    After (facts only)::

        linear: 80 % zero, in blocks of 8 x 1
    """

    establishes: ClassVar[Keys] = frozenset({PATTERNS})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        found: dict[fx.Node, Pattern] = {}
        known: dict[Any, Pattern] = {}
        for node in program.nodes():
            weight = _weight(node, program)
            if weight is None:
                continue
            key = (weight.data_ptr(), weight.shape, weight.stride())
            known[key] = known[key] if key in known else pattern_of(weight.flatten(1), ctx.target.tiles)
            found[node] = known[key]
        program.facts[PATTERNS] = found
        return False


def _weight(node: fx.Node, program: Program) -> Tensor | None:
    """The weight of a layer or an embedding, outputs first; None for anything else."""
    layer = Layer.of(node, program)
    if layer is not None and not layer.is_transposed:
        return layer.tensor
    return program.weight(node.args[0]) if node.target is torch.ops.aten.embedding.default else None
