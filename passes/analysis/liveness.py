"""Liveness: which positions of every value must hold their true number for the outputs to be right.

A backward dataflow. Every output position is live. A contraction needs the input channels that a live
filter weighs with something other than zero, except constants that it can fold into its bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import fx
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols

from ...compiler.ir.arguments import is_size
from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program, has_effects, is_tensor
from ...compiler.ir.speculation import NOWHERE
from ..base import Context, Pass
from ..rules.facts import AXES, CONSTANTS, LIVENESS
from ..rules.facts import Liveness as Facts

aten = torch.ops.aten
MASKED = (aten.index.Tensor, aten.masked_select.default)


@dataclass(frozen=True)
class Liveness(Pass):
    """Find the positions of every value that some output depends on.

    Before::

        linear = aten.linear(relu, weight, bias)   # column 5 of weight is zero

    After (facts only)::

        relu: every position but 5 is live

    Attributes:
        bias_maps: count constants that differ from place to place as foldable (costs an addition).
    """

    bias_maps: bool = False
    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS})
    establishes: ClassVar[Keys] = frozenset({LIVENESS})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        live = Facts(axes, ctx.speculation if self.bias_maps else NOWHERE)
        for node in reversed([*program.nodes()]):
            held = node.name in ctx.held
            if held or node.op == "output" or has_effects(node):
                for value in [*node.all_input_nodes, *([node] if held else [])]:
                    live.need(value)
            if node.op == "call_function" and not has_effects(node):
                _pass_on(node, live, program)
        program.facts[LIVENESS] = live
        return False


def _pass_on(node: fx.Node, live: Facts, program: Program) -> None:
    """What the liveness on a node's result needs of its operands."""
    if node in live.axes.rules:
        live.axes.rules[node].liveness(node, live.axes, program.facts[CONSTANTS], live, program)
        return
    # A number computed from tensors (item), or a size, which does not depend on what its own tensor holds.
    for operand in _deciding(node, program) if is_size(node) else node.all_input_nodes:
        live.need(operand)


def _deciding(size: fx.Node, program: Program) -> list[fx.Node]:
    """The values that decide a size: none, where it comes from the sizes of the inputs."""
    found: list[fx.Node] = []
    for symbol in free_unbacked_symbols(size.meta.get("val")):
        first = next(node for node in program.nodes() if symbol in free_unbacked_symbols(node.meta.get("val")))
        if first.target in MASKED:  # which numbers are taken, not what they are
            found += [
                x for x in first.all_input_nodes if is_tensor(x) and x.meta["val"].dtype in (torch.bool, torch.uint8)
            ]
        else:
            found += first.all_input_nodes
    return found
