"""ConvertLayouts: give every value its channels in their order, and every reader its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..layout.facts import LAYOUTS
from ..layout.solve import UNION
from ..rules.closure import carry_out, close, granularity, grow
from ..rules.conversion import HOW
from ..rules.facts import AXES, CONSTANTS, LIVENESS, Axes
from ..rules.shrink import Shrink


@dataclass(frozen=True)
class ConvertLayouts(Pass):
    """Order channels and weights as was chosen, and turn conversions into slices, gathers or nothing.

    Before::

        relu = aten.relu(conv2d)                                     # f32[s0, 6, 4, 4]
        index_select = aten.index_select(relu, 1, every_channel)     # a conversion
        conv2d_1 = aten.conv2d(index_select, weight_1, None)         # weight_1 reads channels 0, 1, 4, 5

    After::

        relu = aten.relu(conv2d)                                     # in the order 0, 1, 4, 5, 2, 3
        slice_1 = aten.slice(relu, 1, 0, 4)
        conv2d_1 = aten.conv2d(slice_1, weight_1, None)              # f32[8, 4, 1, 1]

    Attributes:
        multiple: convolutions read a multiple of so many channels (see ``remove-channels``).
    """

    multiple: int = 1
    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS, LIVENESS, LAYOUTS})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        facts, live = program.facts[LAYOUTS], program.facts[LIVENESS]
        if not facts.choices:
            return False
        for node, choice in facts.choices.items():
            node.meta[HOW] = choice
            if choice == UNION:
                axes.ids.tie(axes.of(node).labels, axes.of(node.all_input_nodes[0]).labels)
        kept = close(axes, live, axes.constraints)
        kept[axes.ids.find(np.flatnonzero(facts.kept))] = True
        grow(kept, [*axes.constraints, *granularity(program, axes, self.multiple)])
        rank = _by_representative(facts.rank, axes)
        state = Shrink(program, axes, program.facts[CONSTANTS], live, kept, ctx.refuse, rank)
        return carry_out(program, state, ctx.removing)


def _by_representative(rank: np.ndarray, axes: Axes) -> np.ndarray:
    """Ranks of channel ids that may have been tied since."""
    result = rank.copy()
    ranked = np.flatnonzero(rank >= 0)
    result[axes.ids.find(ranked)] = rank[ranked]
    return result
