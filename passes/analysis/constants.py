"""Constants: which positions of every value do not depend on the inputs, and what they hold.

A forward dataflow. A filter of zeros emits its bias; batch norm turns that into another constant, an activation into
a third. Every step is evaluated by the real op in float64, so no op's arithmetic is written down twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch

from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.evaluate import make_constant
from ..rules.facts import AXES, CONSTANTS
from ..rules.facts import Constants as Facts
from ..rules.infinite import odd_values


@dataclass(frozen=True)
class Constants(Pass):
    """Find the positions of every value that hold a known number, whatever the inputs are.

    Before::

        conv2d = aten.conv2d(x, weight, bias)   # filter 3 of weight is zero

    After (facts only)::

        conv2d: position 3 is bias[3]
    """

    requires: ClassVar[Keys] = frozenset({AXES})
    establishes: ClassVar[Keys] = frozenset({CONSTANTS})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        constants = Facts(odd=odd_values(program))
        with torch.no_grad():
            for node in program.nodes():
                weight = program.weight(node) if node in axes.channels else None
                if weight is not None:
                    known = np.ones(axes.of(node).labels.shape, dtype=np.bool_)
                    found = make_constant(known, weight.cpu(), axes.of(node))
                    if found is not None:
                        constants.found[node] = found
                elif node in axes.rules:
                    found = axes.rules[node].constants(node, axes, constants, program)
                    if found is not None:
                        constants.found[node] = found
        program.facts[CONSTANTS] = constants
        return False
