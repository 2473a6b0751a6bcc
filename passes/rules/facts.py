"""The facts that rules exchange: axes, constants, liveness.

Analyses find them (``passes/analysis``); rules read and add to them, a node at a time.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor, fx

from ...compiler.ir.channels import ChannelIds, Channels, Constraint, Labels, Mask, Part, product
from ...compiler.ir.facts import Fact
from ...compiler.ir.program import is_tensor
from ...compiler.ir.speculation import EVERYWHERE, NOWHERE, Speculation

if TYPE_CHECKING:
    from .base import Rule


@dataclass
class Axes:
    """Positions of every value, the channel ids behind them, and the shapes that kept positions must have.

    Attributes:
        speculation: where a strided view of channels may become a copy of arbitrary ones (which has to pay).
        pinned: why an op keeps some dimension whole.
        ragged: values that need not be a full product, since they vanish where they are not.
        splits: whether the readers of one weight may take different parts of it, and have one each from then on.
        weights: positions along a weight that several layers read and have to keep alike, by what it is for them.
        tied: those layers.
        rules: the rule that each operation follows, see ``Rule.choose``.
    """

    speculation: Speculation = EVERYWHERE
    splits: bool = True
    ids: ChannelIds = field(default_factory=ChannelIds)
    channels: dict[fx.Node, Any] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    moves: dict[fx.Node, Any] = field(default_factory=dict)
    opaque: dict[fx.Node, str] = field(default_factory=dict)
    pinned: dict[fx.Node, str] = field(default_factory=dict)
    ragged: set[fx.Node] = field(default_factory=set)
    weights: dict[tuple[fx.Node, str], Labels] = field(default_factory=dict)
    tied: set[fx.Node] = field(default_factory=set)
    rules: dict[fx.Node, Rule] = field(default_factory=dict)

    def tie_readers(self, weight: fx.Node, along: str, labels: Labels) -> None:
        """Let what a reader keeps ``along`` a weight be what the other readers keep."""
        first = self.weights.setdefault((weight, along), labels)
        if first is not labels:
            self.ids.tie(first, labels)

    def of(self, node: fx.Node) -> Channels:
        """Positions of a tensor value."""
        found = self.channels[node]
        assert isinstance(found, Channels)
        return found

    def around(self, node: fx.Node) -> list[Channels]:
        """Positions of a node's results and of its operands."""
        held = [self.channels.get(value) for value in [node, *node.all_input_nodes]]
        return [part for x in held if x is not None for part in (x if isinstance(x, list) else [x])]

    def whole(self) -> Channels:
        """A value that is a single position."""
        return Channels((), self.ids.fresh())

    def pin(self, node: fx.Node, dims: Collection[int]) -> Channels:
        """Positions of a value for a reader that tells them apart along ``dims`` only: the others stay together."""
        own = self.of(node)
        seen = own.only(dims)
        if seen is not own:
            index = tuple(slice(None) if d in dims else None for d in own.dims)
            self.ids.tie(own.labels, seen.labels[index])
        return seen

    def join(
        self,
        parts: Sequence[Part],
        names: tuple[Hashable, ...],
        sizes: tuple[int, ...],
        reason: str,
    ) -> Labels:
        """Labels over ``names`` of what an op makes of its operands, which run along shared names together.

        Operands over the same names share their positions; the others agree index by index (see ``product``).
        """
        groups: dict[tuple[Hashable, ...], Labels] = {}
        if not names and parts and not any(part.names for part in parts):
            for part in parts[1:]:
                self.ids.tie(parts[0].labels, part.labels)
            return parts[0].labels
        for part in parts:
            if part.names and part.names in groups:
                self.ids.tie(groups[part.names], part.labels)
            elif part.names:
                groups[part.names] = part.labels
        loose = [part for part in parts if not part.names]
        if names not in groups:
            groups[names] = self.ids.fresh(sizes)
        result = groups.pop(names)
        if groups or loose:
            others = [Part(labels, held) for held, labels in groups.items()]
            self.constraints.append(product([Part(result, names), *others, *loose], reason, self.ids))
        return result


@dataclass(frozen=True)
class Constant:
    """The positions of a value that do not depend on the inputs.

    Attributes:
        known: one flag a position.
        value: float64, of the value's rank; label dimensions have full size, every other dimension has either its
            full (static) size or 1, which means "the same all along it". Unknown positions hold 0.
    """

    known: Mask
    value: Tensor


@dataclass
class Constants:
    """Constant positions of every value; values without any are absent.

    Attributes:
        odd: values that may be infinite, so that zero times them need not be zero (see ``infinite``).
    """

    found: dict[fx.Node, Any] = field(default_factory=dict)
    odd: Collection[fx.Node] = ()

    def is_odd(self, operand: object) -> bool:
        """Whether an operand (a value, a weight or a number) may be infinite."""
        if isinstance(operand, float):
            return not math.isfinite(operand)
        return operand in self.odd

    def of(self, node: fx.Node) -> Constant | None:
        found = self.found.get(node)
        return found if isinstance(found, Constant) else None


@dataclass
class Liveness:
    """Which positions must hold their true value; the others are never looked at, or folded into a bias.

    ``speculation`` says where constants that differ from place to place count as foldable (by an addition).
    """

    axes: Axes
    speculation: Speculation = NOWHERE
    masks: dict[fx.Node, Any] = field(default_factory=dict)

    def of(self, node: fx.Node) -> Mask:
        if node not in self.masks:
            self.masks[node] = np.zeros(self.axes.of(node).labels.shape, dtype=np.bool_)
        mask: Mask = self.masks[node]
        return mask

    def part(self, node: fx.Node, index: int) -> Mask:
        """Liveness on one result of a node that has several."""
        parts = self.masks.setdefault(node, {})
        if index not in parts:
            parts[index] = np.zeros(self.axes.channels[node][index].labels.shape, dtype=np.bool_)
        mask: Mask = parts[index]
        return mask

    def need(self, node: object, mask: Mask | bool = True, dims: Collection[int] | None = None) -> None:
        """Add to the liveness on a tensor value; anything else is ignored. ``mask`` runs over ``dims`` (None: all)."""
        if is_tensor(node) and node in self.axes.channels:
            if dims is not None:
                mask = self.axes.of(node).spread(np.asarray(mask), dims)
            np.logical_or(self.of(node), mask, out=self.of(node))

    def any(self, node: fx.Node) -> bool:
        found = self.masks.get(node)
        if found is None:
            return False
        return any(m.any() for m in found.values()) if isinstance(found, dict) else bool(found.any())


AXES = Fact[Axes]("axes")


CONSTANTS = Fact[Constants]("constants")


LIVENESS = Fact[Liveness]("liveness")
