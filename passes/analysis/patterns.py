"""Patterns: how the zeros that stay lie in the weight of each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from torch import Tensor, fx

from ...codegen.formats.sites import pattern_for
from ...compiler.ir.facts import Keys
from ...compiler.ir.packing import PATTERNS, Pattern, zeros_tell
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer
from ..base import Context, Pass


@dataclass(frozen=True)
class Patterns(Pass):
    """Look at how the zeros of every layer's weight lie: scattered, N:M, in blocks, in groups of rows.

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
            layer = Layer.of(node, program)
            if layer is None or _is_dense(layer.tensor, ctx):
                continue
            weight = layer.tensor
            apart = layer.window if layer.is_transposed else layer.groups
            key = (weight.data_ptr(), weight.shape, weight.stride(), apart)
            known[key] = known[key] if key in known else pattern_for(layer, ctx.target)
            found[node] = known[key]
        program.facts[PATTERNS] = found
        return False


def _is_dense(weight: Tensor, ctx: Context) -> bool:
    """Whether kernels have nothing to gain from a weight's zeros: then nobody asks how they lie."""
    return ctx.kernels is not None and not ctx.kernels.quantize and not zeros_tell(weight)
