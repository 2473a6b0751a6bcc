"""What a rule is, and the three kinds of facts that rules exchange: axes, constants, demand.

A rule covers one kind of op and answers four questions about a node: how its positions relate to its operands'
(``axes``), which of them are constant (``constants``), which operand positions must hold their true value for given
demanded results (``demand``), and how the node looks once positions are gone (``shrink``). Analyses walk the graph
once and ask; ``RemoveChannels`` walks it once and rewrites. The table of rules is ``sparsec.passes.rules.table``.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument as argument
from ...compiler.ir.arguments import schema_of as schema_of
from ...compiler.ir.arguments import set_argument as set_argument
from ...compiler.ir.channels import Atoms, Channels, Constraint, Labels, Mask, Part, box
from ...compiler.ir.facts import Fact
from ...compiler.ir.program import Program, is_static, is_tensor, shape_of
from ...compiler.ir.speculation import EVERYWHERE, NOWHERE, Speculation

Refuse = Callable[[fx.Node, str], None]


@dataclass
class Axes:
    """Positions of every value, the atoms behind them, and the shapes that kept positions must have.

    Attributes:
        speculation: where a strided view of channels may become a copy of arbitrary ones (which has to pay).
        pinned: why an op keeps some dimension whole.
        ragged: values that need not be a full product, since they vanish where they are not.
        splits: whether the readers of one weight may take different parts of it, and have one each from then on.
        weights: positions along a weight that several layers read and have to keep alike, by what it is for them.
        tied: those layers.
    """

    speculation: Speculation = EVERYWHERE
    splits: bool = True
    atoms: Atoms = field(default_factory=Atoms)
    channels: dict[fx.Node, Any] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    moves: dict[fx.Node, Any] = field(default_factory=dict)
    opaque: dict[fx.Node, str] = field(default_factory=dict)
    pinned: dict[fx.Node, str] = field(default_factory=dict)
    ragged: set[fx.Node] = field(default_factory=set)
    weights: dict[tuple[fx.Node, str], Labels] = field(default_factory=dict)
    tied: set[fx.Node] = field(default_factory=set)

    def tie_readers(self, weight: fx.Node, along: str, labels: Labels) -> None:
        """Let what a reader keeps ``along`` a weight be what the other readers keep."""
        first = self.weights.setdefault((weight, along), labels)
        if first is not labels:
            self.atoms.tie(first, labels)

    def of(self, node: fx.Node) -> Channels:
        """Positions of a tensor value."""
        found = self.channels[node]
        assert isinstance(found, Channels)
        return found

    def whole(self) -> Channels:
        """A value that is a single position."""
        return Channels((), self.atoms.fresh())

    def pin(self, node: fx.Node, dims: Collection[int]) -> Channels:
        """Positions of a value for a reader that tells them apart along ``dims`` only: the others stay together."""
        own = self.of(node)
        seen = own.only(dims)
        if seen is not own:
            index = tuple(slice(None) if d in dims else None for d in own.dims)
            self.atoms.tie(own.labels, seen.labels[index])
        return seen

    def join(
        self,
        parts: Sequence[Part],
        names: tuple[Hashable, ...],
        sizes: tuple[int, ...],
        reason: str,
    ) -> Labels:
        """Labels over ``names`` of what an op makes of its operands, which run along shared names together.

        Operands over the same names share their positions; the others agree index by index (see ``box``).
        """
        groups: dict[tuple[Hashable, ...], Labels] = {}
        if not names and parts and not any(part.names for part in parts):
            for part in parts[1:]:
                self.atoms.tie(parts[0].labels, part.labels)
            return parts[0].labels
        for part in parts:
            if part.names and part.names in groups:
                self.atoms.tie(groups[part.names], part.labels)
            elif part.names:
                groups[part.names] = part.labels
        loose = [part for part in parts if not part.names]
        if names not in groups:
            groups[names] = self.atoms.fresh(sizes)
        result = groups.pop(names)
        if groups or loose:
            others = [Part(labels, held) for held, labels in groups.items()]
            self.constraints.append(box([Part(result, names), *others, *loose], reason, self.atoms))
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
class Demand:
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
        """Demand on one result of a node that has several."""
        parts = self.masks.setdefault(node, {})
        if index not in parts:
            parts[index] = np.zeros(self.axes.channels[node][index].labels.shape, dtype=np.bool_)
        mask: Mask = parts[index]
        return mask

    def need(self, node: object, mask: Mask | bool = True, dims: Collection[int] | None = None) -> None:
        """Add to the demand on a tensor value; anything else is ignored. ``mask`` runs over ``dims`` (None: all)."""
        if is_tensor(node) and node in self.axes.channels:
            assert isinstance(node, fx.Node)
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
DEMAND = Fact[Demand]("demand")


@dataclass
class Shrink:
    """A removal that is being carried out: the facts, what is kept of every value, and in which order.

    Attributes:
        rank: for each atom representative its place among those that it shares values with; -1 where the order
            stays as it is (None: everywhere).
    """

    program: Program
    axes: Axes
    constants: Constants
    demand: Demand
    kept_atoms: Mask
    refuse: Refuse
    rank: Labels | None = None

    def kept(self, node: fx.Node) -> Mask:
        """One flag for each position of a value: it stays."""
        return self.kept_channels(self.axes.of(node))

    def kept_channels(self, channels: Channels) -> Mask:
        mask: Mask = self.kept_atoms[self.axes.atoms.find(channels.labels)]
        return mask

    def stands_for(self, new: fx.Node, old: fx.Node) -> None:
        """From now on readers see ``new`` where they saw ``old``: the same facts hold for it."""
        self.axes.channels[new] = self.axes.channels[old]
        self.demand.masks[new] = self.demand.of(old)
        if old in self.constants.found:
            self.constants.found[new] = self.constants.found[old]

    def indices(self, channels: Channels, dim: int) -> Labels | None:
        """Kept indices along a dimension, in their new order; None where everything along it stays as it is."""
        axis = channels.along(dim)
        if axis is None:
            return None
        mask = self.kept_channels(channels)
        along = np.asarray(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis)))
        found = np.flatnonzero(along)
        if self.rank is not None and len(channels.dims) == 1:
            places = self.rank[self.axes.atoms.find(channels.labels)][found]
            found = found[np.argsort(places, kind="stable")] if (places >= 0).all() else found
        return None if np.array_equal(found, np.arange(along.size)) else found

    def place(self, channels: Channels) -> int:
        """Where the kept positions start in the order that they share with others; -1 if they have none."""
        if self.rank is None or len(channels.dims) != 1:
            return -1
        return int(
            self.rank[self.axes.atoms.find(channels.labels)][self.kept_channels(channels)].min(initial=len(self.rank))
        )

    def unchanged(self, channels: Channels) -> bool:
        """Whether every position stays, in its place."""
        if not channels.dims:
            return bool(self.kept_channels(channels).all())
        return all(self.indices(channels, dim) is None for dim in channels.dims)


class Rule:
    """The rule of ops that sparsec knows nothing about: every operand is needed as it is, the result is one piece."""

    kind = "opaque"
    reason = "no rule for this op"

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        """Positions of the result (a list of them for several results). Ties operands' atoms on the way."""
        axes.opaque[node] = self.reason
        return opaque_result(node, axes)

    def constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        """A ``Constant`` (a list of them for several results), or None where nothing is known."""
        return None

    def demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        """Pass the demand on the result on to the operands."""
        if demand.any(node):
            for operand in node.all_input_nodes:
                demand.need(operand)

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        """Rewrite the node for the positions that are kept. Called only if some are."""


def shared_weights(node: fx.Node, program: Program) -> list[fx.Node]:
    """The weights that a node reads and others do, too; single numbers aside."""
    held = [(a, program.weight(a)) for a in node.all_input_nodes]
    return [a for a, w in held if w is not None and w.is_floating_point() and w.numel() > 1 and len(a.users) > 1]


def opaque_result(node: fx.Node, axes: Axes) -> Any:
    """One whole position for each result of a node."""
    value = node.meta.get("val")
    if isinstance(value, (list, tuple)):
        return [axes.whole() for _ in value]
    return axes.whole()


class FallsBack(Rule):
    """A rule that covers its op only under a condition; where it does not hold the node is opaque."""

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        """Why this node cannot be covered; None if it can. Must depend on the operands' axes alone."""
        raise NotImplementedError

    def ties(self, node: fx.Node, weights: Sequence[fx.Node]) -> bool:
        """Whether the rule lets all readers of these shared weights keep the same parts of them."""
        return False

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        reason = self.unsupported(node, axes, program)
        shared = [] if axes.splits else shared_weights(node, program)
        if reason is None and shared:
            if self.ties(node, shared):
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

    def demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        if node in axes.opaque:
            super().demand(node, axes, constants, demand, program)
        else:
            self.covered_demand(node, axes, constants, demand, program)

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        if node not in state.axes.opaque:
            self.covered_shrink(node, state)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        raise NotImplementedError

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        return None

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        raise NotImplementedError

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        pass


class Depends(Rule):
    """An op that follows one rule or another, depending on its operands' axes."""

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        """The rule that a node follows; the same one every time for the same axes."""
        raise NotImplementedError

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return self.choose(node, axes, program).axes(node, axes, program)

    def constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        return self.choose(node, axes, program).constants(node, axes, constants, program)

    def demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        self.choose(node, axes, program).demand(node, axes, constants, demand, program)

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        self.choose(node, state.axes, state.program).shrink(node, state)


# -------------------------------------------------------------------- constants, evaluated by the real op


def known_tensor(constant: Constant | None, channels: Channels, rank: int) -> tuple[Mask, Tensor]:
    """``known`` and ``value`` of an operand, with an operand of which nothing is known spelled out."""
    if constant is not None:
        return constant.known, constant.value
    shape = [1] * rank
    for axis, dim in enumerate(channels.dims):
        shape[dim] = channels.labels.shape[axis]
    return np.zeros(channels.labels.shape, dtype=np.bool_), torch.zeros(shape, dtype=torch.float64)


def make_constant(known: Mask, value: Tensor, channels: Channels) -> Constant | None:
    """A Constant with non-finite positions given up, unknown ones zeroed and uniform dimensions shortened to 1."""
    value = value.to("cpu", torch.float64)
    spread = _over_labels(~torch.isfinite(value), channels, torch.any)
    known = known & ~spread
    if not known.any():
        return None
    value = torch.where(_as_mask(known, channels, value.ndim), value, 0.0)
    for dim in range(value.ndim):
        if dim not in channels.dims and value.shape[dim] > 1:
            first = value.narrow(dim, 0, 1)
            if bool((value == first).all()):
                value = first
    return Constant(known, value)


def _over_labels(flags: Tensor, channels: Channels, reduce: Callable[..., Tensor]) -> Mask:
    """Reduce a tensor over its unlabelled dimensions; the result has the labels' shape."""
    free = [d for d in range(flags.ndim) if d not in channels.dims]
    for dim in free:
        flags = reduce(flags, dim=dim, keepdim=True)
    shape = [flags.shape[d] for d in channels.dims]
    result: Mask = np.broadcast_to(flags.reshape(shape).numpy(), channels.labels.shape).astype(np.bool_)
    return result


def _as_mask(mask: Mask, channels: Channels, rank: int) -> Tensor:
    shape = [1] * rank
    for axis, dim in enumerate(channels.dims):
        shape[dim] = channels.labels.shape[axis]
    return torch.from_numpy(np.ascontiguousarray(mask)).reshape(shape)


def uniform(constant: Constant, channels: Channels) -> Mask:
    """Positions that are known and the same all over the unlabelled dimensions."""
    value = constant.value
    free = [d for d in range(value.ndim) if d not in channels.dims]
    same = torch.ones_like(value, dtype=torch.bool)
    for dim in free:
        same = same & (value == value.narrow(dim, 0, 1))
    return constant.known & _over_labels(same, channels, torch.all)


def zero_everywhere(constant: Constant, channels: Channels) -> Mask:
    """Positions that are zero over all unlabelled dimensions (known or not)."""
    return _over_labels(constant.value == 0, channels, torch.all)


def scalars(constant: Constant, channels: Channels) -> np.ndarray[Any, Any]:
    """One number a position: its value at the first index of every unlabelled dimension."""
    value = constant.value
    for dim in range(value.ndim):
        if dim not in channels.dims:
            value = value.narrow(dim, 0, 1)
    return value.reshape([value.shape[d] for d in channels.dims]).numpy().reshape(channels.labels.shape)


def full_size(constant: Constant, node: fx.Node) -> Tensor | None:
    """The constant spread over the node's static sizes; a dynamic batch gets size 1.

    None if a symbolic dimension other than the first is in the way: then borders cannot be told from the inside.
    """
    sizes = []
    for dim, size in enumerate(shape_of(node)):
        if is_static(size):
            sizes.append(int(size))
        elif dim == 0:
            sizes.append(1)
        else:
            return None
    return constant.value.expand(sizes)


def weights64(program: Program, argument: Any) -> Any:
    """An argument with weights replaced by float64 tensors (used to evaluate ops on constants)."""
    if isinstance(argument, fx.Node):
        weight = program.weight(argument)
        if weight is not None:
            return weight.to("cpu", torch.float64) if weight.is_floating_point() else weight.cpu()
        value = argument.meta.get("val")
        if isinstance(value, (int, torch.SymInt)) and is_static(value):
            return int(value)
        raise ValueError(f"'{argument.name}' is not a constant")
    if isinstance(argument, (list, tuple)):
        return type(argument)(weights64(program, item) for item in argument)
    return argument


def tensors(arguments: Sequence[Any], program: Program) -> list[fx.Node]:
    """Tensor operands that depend on the inputs, in order, each as often as it is read."""
    found: list[fx.Node] = []

    def visit(argument: Any) -> None:
        if isinstance(argument, fx.Node):
            if is_tensor(argument) and program.weight(argument) is None:
                found.append(argument)
        elif isinstance(argument, (list, tuple)):
            for item in argument:
                visit(item)

    visit(list(arguments))
    return found


def select(weight: Tensor, dim: int, indices: np.ndarray[Any, Any] | None) -> Tensor:
    """A weight with only ``indices`` along ``dim`` (all of it for None)."""
    return weight if indices is None else weight.index_select(dim, torch.from_numpy(indices).to(weight.device))


def narrow(constant: Constant | None, channels: Channels, dims: Collection[int]) -> Constant | None:
    """A constant as seen by a reader that tells positions along ``dims`` only apart."""
    if constant is None or set(channels.dims) <= set(dims):
        return constant
    known = channels.reduced(constant.known, dims)
    return Constant(known, constant.value) if known.any() else None


# -------------------------------------------------------------------- memory


def memory_of(node: fx.Node) -> fx.Node:
    """The value whose memory a view shows; a value that has its own is that itself."""
    while _is_view(node) and isinstance(node.args[0], fx.Node):
        node = node.args[0]
    return node


def _is_view(node: fx.Node) -> bool:
    if node.target is operator.getitem:
        return True
    returns = getattr(getattr(node.target, "_schema", None), "returns", ())
    return any(r.alias_info is not None and not r.alias_info.is_write for r in returns)


# -------------------------------------------------------------------- arguments by name


def args_of(node: fx.Node) -> Any:
    """Positional arguments, as untyped as they are: FX's own type for them says what no op accepts."""
    return node.args
