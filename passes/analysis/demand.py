"""Demand: which positions of every value must hold their true number for the outputs to be right.

A backward dataflow. Every output position is demanded. A contraction demands the input channels that a demanded
filter weighs with something other than zero, except constants that it can fold into its bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...compiler.ir.program import Program, has_effects
from ..base import Context, Pass
from ..rules.base import Axes, Constants
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
        constants: Constants = program.facts["constants"]
        demand = Facts(axes, self.bias_maps and ctx.allow_priced)
        for node in reversed([*program.nodes()]):
            if node.op == "output":
                for result in node.all_input_nodes:
                    demand.need(result)
            elif has_effects(node):
                for operand in node.all_input_nodes:
                    demand.need(operand)
            elif node.op == "call_function":
                if node in axes.channels:
                    rule_of(node).demand(node, axes, constants, demand, program)
                else:  # a number computed from tensors (item, sym_size of a data-dependent shape)
                    for operand in node.all_input_nodes:
                        if "sym_size" not in str(node.target):
                            demand.need(operand)
        program.facts["demand"] = demand
        return False
