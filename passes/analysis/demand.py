"""Demand: which positions of every value must hold their true number for the outputs to be right.

A backward dataflow. Every output position is demanded. A contraction demands the input channels that a demanded
filter weighs with something other than zero, except constants that it can fold into its bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import fx

from ...compiler.ir.program import Program, has_effects
from ..base import Context, Pass
from ..rules.base import Axes
from ..rules.base import Demand as Facts
from ..rules.table import rule_of


@dataclass(frozen=True)
class Demand(Pass):
    """Find the positions of every value that some output depends on.

    Before::

        linear = aten.linear(relu, weight, bias)   # column 5 of weight is zero

    After (facts only)::

        relu: every position but 5 is demanded

    Attributes:
        bias_maps: count constants that differ from place to place as foldable (costs an addition).
    """

    bias_maps: bool = False
    requires: ClassVar[frozenset[str]] = frozenset({"axes", "constants"})
    establishes: ClassVar[frozenset[str]] = frozenset({"demand"})
    invalidates: ClassVar[frozenset[str]] = frozenset()

    def run(self, program: Program, ctx: Context) -> bool:
        axes: Axes = program.facts["axes"]
        demand = Facts(axes, self.bias_maps and ctx.allow_priced)
        for node in reversed([*program.nodes()]):
            held = node.name in ctx.held
            if held or node.op == "output" or has_effects(node):
                for value in [*node.all_input_nodes, *([node] if held else [])]:
                    demand.need(value)
            if node.op == "call_function" and not has_effects(node):
                _pass_on(node, demand, program)
        program.facts["demand"] = demand
        return False


def _pass_on(node: fx.Node, demand: Facts, program: Program) -> None:
    """What the demand on a node's result demands of its operands."""
    if node in demand.axes.channels:
        rule_of(node).demand(node, demand.axes, program.facts["constants"], demand, program)
        return
    for operand in node.all_input_nodes:  # a number computed from tensors (item)
        if "sym_size" not in str(node.target):  # a size does not depend on what the tensor holds
            demand.need(operand)
