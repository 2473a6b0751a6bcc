"""What a rule is.

A rule covers one kind of op and answers questions about a node: how its positions relate to its operands' (``axes``),
which of them are constant (``constants``), which operand positions must hold their true value for given live results
(``liveness``), how the node looks once positions are gone (``shrink``); and where orders of channels are chosen, what
the op does to one (``order``) and what it costs (``work``). Analyses walk the graph once and ask; ``RemoveChannels``
walks it once and rewrites. What rules exchange is in ``facts``, the table of them in ``table``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from torch import fx

from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program, is_tensor
from .facts import Axes, Constants, Liveness
from .layout import SPLIT, UNKNOWN, Operation, Order
from .shrink import Shrink


def computed(operand: Any, what: str) -> str:
    """Why an operand counts for no weight: it depends on the inputs, or on weights alone but is not folded.

    Args:
        what: the operand, in words.
    """
    waiting, seen = [operand], set[fx.Node]()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, fx.Node) or node in seen:
            continue
        if node.op == "placeholder":
            return f"{what} depends on the inputs"
        seen.add(node)
        waiting += node.all_input_nodes
    return f"{what} is computed from other weights, and not folded (fold-weights)"


class Role(enum.Enum):
    """What an op is to the channels of a model, where they get names and places.

    Attributes:
        LAYER: it reads channels through a weight and writes channels of its own.
        TABLE: it writes channels of its own, and looks them up.
        PRODUCT: it sums products of values over channels that they share.
        OTHER: anything else.
    """

    LAYER = enum.auto()
    TABLE = enum.auto()
    PRODUCT = enum.auto()
    OTHER = enum.auto()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The rule of ops that sparsec knows nothing about: every operand is needed as it is, the result is one piece.

    Class attributes:
        kind: what kind of rule it is, for the page of rules and whoever asks for a kind.
        about: what rules of this kind say of channels, for that page; one class of each kind has it.
        role: what the op is to the channels of a model.
        reason: why an op is opaque.
    """

    kind: ClassVar[str] = "opaque"
    about: ClassVar[str] = ""
    role: ClassVar[Role] = Role.OTHER
    reason: ClassVar[str] = "no rule for this op"

    def meaning(self) -> str:
        """What is particular about it, in a few words for the page of rules."""
        return (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        """The rule that this node follows. Asked once, when its operands' axes are known; the answer is a fact."""
        return self

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        """Positions of the result (a list of them for several results). Ties operands' channel ids on the way."""
        axes.opaque[node] = self.reason
        return opaque_result(node, axes)

    def constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        """A ``Constant`` (a list of them for several results), or None where nothing is known."""
        return None

    def liveness(self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program) -> None:
        """Pass the liveness on the result on to the operands."""
        if live.any(node):
            for operand in node.all_input_nodes:
                live.need(operand)

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        """Rewrite the node for the positions that are kept. Called only if some are."""

    def weight(self, node: fx.Node) -> fx.Node | None:
        """The weight of a layer, or the table; None for any other op."""
        return None

    def contracted(self, node: fx.Node, axes: Axes, program: Program) -> Channels | None:
        """The channels that a layer (not an opaque one) reads through its weight; None for any other op."""
        return None

    def concatenates_along(self, node: fx.Node) -> int | None:
        """Along which dimension it puts the values of its first argument one behind the other; None: it does not."""
        return None

    def order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        """What the op does to the order of channels; a string says why that has to stay as it is."""
        return UNKNOWN if node in axes.opaque else SPLIT

    def work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        """What the op costs, as far as the counts of its channels decide that; None where they do not."""
        return None


def said_of(function: Callable[..., Any]) -> str:
    """What the first line of a function's docstring says after the ops that it is about."""
    text = (function.__doc__ or "").partition(":")[2].strip()
    return text.splitlines()[0].rstrip(".") if text else function.__name__


# What covers ops that sparsec knows nothing about.
OPAQUE = Rule()


@dataclass(frozen=True, kw_only=True)
class FallsBack(Rule):
    """A rule that covers its op only under a condition; where it does not hold the node is opaque.

    Class attributes:
        in_place: whether every channel stays in its place (see ``order``).
    """

    in_place: ClassVar[bool] = False

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        """Why this node cannot be covered; None if it can. Must depend on the operands' axes alone."""
        raise NotImplementedError

    def ties(self, node: fx.Node, weights: Sequence[fx.Node], program: Program) -> bool:
        """Whether the rule lets all readers of these shared weights keep the same parts of them."""
        return False

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        reason = self.unsupported(node, axes, program)
        shared = [] if axes.splits else shared_weights(node, program)
        if reason is None and shared:
            if self.ties(node, shared, program):
                axes.tied.add(node)
            else:
                reason = "its weight is shared, and a part of it for each reader would be larger"
        if reason is None:
            return self.covered_axes(node, axes, program)
        axes.opaque[node] = reason
        return opaque_result(node, axes)

    def constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        if node in axes.opaque:
            return None
        return self.covered_constants(node, axes, constants, program)

    def liveness(self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program) -> None:
        if node in axes.opaque:
            super().liveness(node, axes, constants, live, program)
        else:
            self.covered_liveness(node, axes, constants, live, program)

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        if node not in state.axes.opaque:
            self.covered_shrink(node, state)

    def order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return super().order(node, axes, program) if node in axes.opaque else self.covered_order(node, axes, program)

    def work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return None if node in axes.opaque else self.covered_work(node, axes, program)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        raise NotImplementedError

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        return None

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        raise NotImplementedError

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        pass

    def covered_order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return Order.SAME if self.in_place else SPLIT

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return None


@dataclass(frozen=True, kw_only=True)
class Depends(Rule):
    """An op that follows one rule or another, depending on its operands' axes."""

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        raise NotImplementedError


def opaque_result(node: fx.Node, axes: Axes) -> Any:
    """One whole position for each result of a node."""
    value = node.meta.get("val")
    if isinstance(value, (list, tuple)):
        return [axes.whole() for _ in value]
    return axes.whole()


def shared_weights(node: fx.Node, program: Program) -> list[fx.Node]:
    """The weights that a node reads and others do, too; single numbers aside."""
    held = [(a, program.held(a)) for a in node.all_input_nodes]
    return [a for a, w in held if w is not None and w.is_floating_point() and w.numel() > 1 and len(a.users) > 1]


def tensors(arguments: Sequence[Any], program: Program) -> list[fx.Node]:
    """Tensor operands that depend on the inputs, in order, each as often as it is read."""
    found: list[fx.Node] = []
    for argument in arguments:
        if isinstance(argument, fx.Node):
            found += [argument] if is_tensor(argument) and not program.is_weight(argument) else []
        elif isinstance(argument, (list, tuple)):
            found += tensors(argument, program)
    return found
