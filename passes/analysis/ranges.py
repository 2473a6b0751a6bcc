"""Ranges: between which numbers each position of a value lies, for all inputs within theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.facts import AXES
from ..rules.ranges import RANGES
from ..rules.ranges import Ranges as Facts


@dataclass(frozen=True)
class Ranges(Pass):
    """Find between which numbers each position of a value lies, whatever the inputs are within their ranges.

    Before::

        sigmoid = aten.sigmoid(x)
        linear = aten.linear(sigmoid, weight, bias)   # row 3 of weight is [-1, -1], of bias 0

    After (facts only)::

        linear: position 3 is between -2 and 0

    Bounds of a value are found when somebody asks for them.
    """

    requires: ClassVar[Keys] = frozenset({AXES})
    establishes: ClassVar[Keys] = frozenset({RANGES})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        program.facts[RANGES] = Facts(program, program.facts[AXES], program.ranges)
        return False
