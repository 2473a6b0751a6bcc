"""PackWeights: a layer whose zeros stay is computed by a kernel that leaves them out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import fx

from ...codegen.formats.sites import layer_of, site_of, why_not
from ...codegen.operators.base import gated
from ...compiler.ir.facts import Keys
from ...compiler.ir.findings import Cause
from ...compiler.ir.packing import PATTERNS, Format, Pattern, zeros_tell
from ...compiler.ir.program import Program
from ...compiler.ir.site import Site
from ...compiler.ir.views import Layer
from ..base import Context, Pass
from ..rules.infinite import odd_values

INFINITE_INPUT = "its input may be infinite, where zero times it is not zero"


@dataclass(frozen=True)
class PackWeights(Pass):
    """Replace a layer by a sparse kernel where that was measured to be faster than the dense layer.

    Before::

        linear = aten.linear(x, weight, bias)
        gelu = aten.gelu(linear)

    After::

        linear = sparsec.vblock_linear(x, values, indices, starts, bias, None, 3072, 0, 'gelu', False, False)

    An activation behind the layer, or a sum with a value of the same shape, becomes part of the kernel.
    """

    requires: ClassVar[Keys] = frozenset({PATTERNS})

    def run(self, program: Program, ctx: Context) -> bool:
        if ctx.kernels is None:
            return False
        patterns = program.facts[PATTERNS]
        shared: dict[Any, Any] = {}
        changed, odd = False, odd_values(program)
        for node, pattern in patterns.items():
            layer = Layer.of(node, program)
            if layer is None or not (ctx.kernels.quantize or zeros_tell(layer.tensor)):
                continue
            choice = self._choose(layer, pattern, ctx, shared, odd)
            if choice is not None:
                form, site = choice
                form.write(site)
                changed = True
        return changed

    def _choose(
        self, layer: Layer, pattern: Pattern, ctx: Context, shared: dict[Any, Any], odd: Collection[fx.Node]
    ) -> tuple[Format, Site] | None:
        """What a layer is best computed with, and where that is written; None where it stays dense, which is told."""
        node, reason = layer.node, INFINITE_INPUT if layer.input in odd else why_not(layer, ctx.target)
        if reason is not None:
            ctx.refuse(node, f"{pattern.words()}: {reason}", Cause.NO_KERNEL)
            return None
        assert ctx.kernels is not None
        site = site_of(layer, pattern, shared, gates=ctx.target.lowers != "" and gated(ctx.target.lowers))
        choice = ctx.kernels.choose(layer_of(site, pattern))
        ctx.kernels.chosen[node.name] = choice
        if choice.format is None:
            ctx.refuse(node, f"{pattern.words()}: {choice.reason}", Cause.KERNEL)
            return None
        return None if node.name in ctx.speculation.spared else (choice.format, site)
