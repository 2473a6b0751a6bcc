"""What was chosen about the order of channels: the fact that ``layouts`` finds and ``convert-layouts`` carries out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from torch import fx

from ...compiler.ir.channels import Labels, Mask
from ...compiler.ir.facts import Fact
from ..rules.facts import Axes
from .problem import ChannelGroup
from .solve import Plan


@dataclass(frozen=True)
class Chosen:
    """The plan of one channel group, and what the simple plans would cost.

    Attributes:
        alternatives: seconds, under the model, of each mode of ``sparsec.passes.layout.solve.MODES`` but the first.
    """

    group: ChannelGroup
    plan: Plan
    alternatives: dict[str, float]


@dataclass
class LayoutFacts:
    """What was chosen.

    Attributes:
        rank: for each channel id its place in the order of its channel group; -1 where the order stays as it is.
        kept: channel ids to keep beside those that are live.
        settled: channel ids that belong to a channel group; all others stay, where they are.
        choices: what becomes of each conversion (``sparsec.passes.layout.solve``).
    """

    axes: Axes
    rank: Labels
    kept: Mask
    settled: Mask
    choices: dict[fx.Node, str] = field(default_factory=dict)
    chosen: list[Chosen] = field(default_factory=list)

    def layout(self, node: fx.Node) -> Labels:
        """The layout of a value with one labelled dimension: the channels that it holds, in their order.

        Channels are numbered as in the value itself.
        """
        ids = self.axes.ids.find(self.axes.of(node).labels)
        held = np.flatnonzero(self.kept[ids] | ~self.settled[ids])
        return held[np.argsort(self.rank[ids[held]], kind="stable")]


LAYOUTS = Fact[LayoutFacts]("layouts")
