"""What a rule says of its op where orders of channels are chosen: what it does to one, and what it costs."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from torch import fx

from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.costs import Work
from ...compiler.ir.program import Program
from .facts import Axes

# Why an order cannot change.
UNKNOWN = "an op without a rule reads or writes it"
SPLIT = "its channels are split into heads or groups"
GROUPED = "a grouped convolution reads it"
MOVED = "an op moves its channels or spreads them"


class Order(enum.Enum):
    """What an op does to the order of its operands' channels.

    Attributes:
        OWN: nothing: it writes channels of its own, whose order is free.
        SAME: every channel stays in its place: any order will do that operands and results share.
        TIED: it writes a channel of its own for each that it reads, in their order.
        BESIDE: it puts the channels of several values side by side.
        PART, TERM: it is a conversion: its reader, or the term that it reads, may have some of the channels only.
    """

    OWN = enum.auto()
    SAME = enum.auto()
    TIED = enum.auto()
    BESIDE = enum.auto()
    PART = enum.auto()
    TERM = enum.auto()


@dataclass(frozen=True)
class Operation:
    """An op whose cost depends on how many channels it reads and writes.

    Attributes:
        work: with the counts that do not depend on layouts filled in.
        reads, writes: channel ids of the channels read and written; None where the count is fixed.
    """

    node: fx.Node
    work: Work
    reads: Labels | None
    writes: Labels | None


def elementwise(
    node: fx.Node, axes: Axes, program: Program, kind: str = "pointwise", operands: int = 0
) -> Operation | None:
    """The operation of an op that runs once over the channels of its (first) result; None if that is one piece.

    Args:
        operands: how many it reads; 0 for the values among its operands.
    """
    held = axes.channels[node]
    own = held[0] if isinstance(held, list) else axes.of(node)
    if not own.dims:
        return None
    operands = operands or max(1, sum(isinstance(axes.channels.get(x), Channels) for x in node.all_input_nodes))
    ids = axes.ids.find(own.labels).ravel()
    return Operation(node, Work(kind, 0, 0, places(node, own, program), operands=operands), ids, ids)


def sizes(node: fx.Node, program: Program) -> list[int]:
    """Sizes of a value (of the first of several) for the example inputs."""
    value = node.meta["val"]
    value = value[0] if isinstance(value, (list, tuple)) else value
    return [program.example_size(size) for size in value.shape]


def places(node: fx.Node, own: Channels, program: Program) -> int:
    """Positions of a value besides its channels."""
    return math.prod(size for d, size in enumerate(sizes(node, program)) if d not in own.dims)
