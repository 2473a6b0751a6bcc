"""Layouts: which channels every reader takes, and in which order every value holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..layout.facts import LAYOUTS, Chosen, LayoutFacts
from ..layout.problem import ChannelGroup, problem_of
from ..layout.solve import Model, Plan, baselines, check_layout, solve
from ..rules.facts import AXES, CONSTANTS, LIVENESS


@dataclass(frozen=True)
class Layouts(Pass):
    """Choose an order of channels for every channel group, and for every conversion what becomes of it.

    Before::

        relu = aten.relu(conv2d)                                     # f32[s0, 6, 4, 4]
        index_select = aten.index_select(relu, 1, every_channel)     # a conversion, for a reader of channels 0, 1, 4, 5
        index_select_1 = aten.index_select(relu, 1, every_channel)   # a conversion, for a reader of channels 2, 3, 4, 5

    After (facts only)::

        relu: order 0, 1, 4, 5, 2, 3; both layers read a slice

    Attributes:
        mode: "optimised"; or one of the plans that it is compared with: "constrained" (readers share all channels),
            "gather" (every layer copies its own), "upscale" (the published heuristic).
        multiple: layers read a multiple of so many channels.
        seconds: about how long to search, at most; channel groups with more readers get more of it.
    """

    mode: str = "optimised"
    multiple: int = 1
    seconds: float = 10.0
    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS, LIVENESS})
    establishes: ClassVar[Keys] = frozenset({LAYOUTS})
    invalidates: ClassVar[Keys] = frozenset()
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "fact"

    def run(self, program: Program, ctx: Context) -> bool:
        check_layout(self.mode)
        axes = program.facts[AXES]
        count = max(1, len(axes.ids))
        nothing = np.zeros(count, dtype=np.bool_)
        facts = LayoutFacts(axes, np.full(count, -1, dtype=np.int64), nothing.copy(), nothing.copy())
        problem = problem_of(program)
        readers = sum(len(group.readers) for group in problem.groups)
        for group in problem.groups:
            model = Model(group, problem.kept, ctx.costs, self.multiple)
            simple = baselines(model)
            spared = group.first.name in ctx.speculation.spared
            plan = solve(
                model,
                "constrained" if spared else self.mode,
                simple,
                seconds=max(0.2, self.seconds * len(group.readers) / readers),
            )
            facts.chosen.append(Chosen(group, plan, {mode: other.seconds for mode, other in simple.items()}))
            facts.choices |= {reader.node: choice for reader, choice in plan.choices.items()}
            _note(facts, group, plan)
        program.facts[LAYOUTS] = facts
        return False


def _note(facts: LayoutFacts, group: ChannelGroup, plan: Plan) -> None:
    ids, channels = group.ids
    facts.settled[ids] = True
    facts.kept[ids] |= plan.kept[ids]
    if group.fixed is None and plan.order != tuple(range(group.size)):
        place = np.empty(group.size, dtype=np.int64)
        place[list(plan.order)] = np.arange(group.size)
        facts.rank[ids] = place[channels]
