"""PackWeights: a layer whose zeros stay is computed by a kernel that leaves them out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from torch import Tensor, fx

from ...codegen.formats.int8_blocks import Int8Blocks
from ...codegen.formats.patterns import Pattern
from ...codegen.formats.vector_blocks import VectorBlocks
from ...compiler.ir.program import Program
from ...compiler.ir.verifier import infer
from ..base import Context, Form, Pass
from ..forms.blocks import write_blocks, write_int8
from ..forms.fusion import Fused, why_not
from ..forms.groups import Groups
from ..rules.infinite import odd_values

# Layers with fewer zeros are not worth a sentence.
FEW = 0.3

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

    requires: ClassVar[frozenset[str]] = frozenset({"patterns"})

    def run(self, program: Program, ctx: Context) -> bool:
        if ctx.kernels is None:
            return False
        patterns: dict[fx.Node, Pattern] = program.facts["patterns"]
        packed: dict[tuple[str, Form], tuple[fx.Node, ...]] = {}
        groups, odd = Groups(program), odd_values(program)
        for node, pattern in patterns.items():
            weight = program.weight(node.args[1])
            if weight is None or (pattern.density > 1 - FEW and not ctx.kernels.quantize):
                continue
            reason = INFINITE_INPUT if node.args[0] in odd else why_not(node, weight)
            if reason is not None:
                ctx.refuse(node, f"{pattern.words()}: {reason}")
                continue
            fused = Fused.of(node, program)
            choice = ctx.kernels.choose(fused.layer(program, pattern))
            ctx.kernels.chosen[node.name] = choice
            if choice.format is None:
                ctx.refuse(node, f"{pattern.words()}: {choice.reason}")
                continue
            key = (str(node.args[1].target), choice.format)  # type: ignore[union-attr]
            if key not in packed:  # a weight that several layers share is packed once
                order = pattern.order if isinstance(choice.format, VectorBlocks) else None
                rows = weight.flatten(1) if order is None else weight.flatten(1)[order]
                packed[key] = _pack(program, key[0], rows, choice.format)
            if isinstance(choice.format, VectorBlocks):
                write_blocks(fused, program, choice.format, weight, packed[key], pattern.order)
            elif isinstance(choice.format, Int8Blocks):
                write_int8(fused, program, choice.format, packed[key])
            else:
                groups.write(fused, choice.format, packed[key])
        if packed:
            program.clean()
            infer(program)
        return bool(packed)


def _pack(program: Program, name: str, weight: Tensor, form: Form) -> tuple[fx.Node, ...]:
    packed = form.pack(weight)
    parts = [field.name for field in fields(packed) if getattr(packed, field.name) is not None]
    found = {}
    for part in reversed(parts):  # each new weight becomes the graph's first node
        found[part] = program.new_weight(f"{name}_{part}", getattr(packed, part), kind=Tensor)
    return tuple(found[part] for part in parts)
