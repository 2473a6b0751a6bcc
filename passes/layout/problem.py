"""The layout problem of a program: who shares an order of channels, who reads which, and what every op would cost.

Channels that have to lie in the same place of several values (the operands of an addition, a depthwise convolution's
inputs and outputs) are one *channel* here. Channels that meet in one value belong to one *channel group* and share an
order. Conversions (``rules.conversion``) are the places where a reader may have fewer channels than the value that it
reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from torch import fx

from ...compiler.ir.channels import ChannelIds, Channels, Labels, Mask
from ...compiler.ir.costs import Work
from ...compiler.ir.program import Program, has_effects
from ..rules.base import Role
from ..rules.closure import close
from ..rules.conversion import source_of
from ..rules.facts import AXES, LIVENESS
from ..rules.layout import MOVED, Operation, Order, places, sizes
from .family import overlapping


@dataclass(frozen=True, eq=False)
class Reader:
    """A conversion: readers of a value that need the same part of it.

    Attributes:
        node: the conversion.
        source, result: channel ids of the value's channels and of what lies behind, position by position.
        channels: the channel (numbered within the channel group) at each position.
        kind: who reads: a "layer" through ops that follow, a "concat", another op that "joins" several values; or
            "term", where not a reader but a term of a sum may have fewer channels.
        needs: how many channels it needs.
        copied: whether even a contiguous run has to be copied, since the reader wants dense memory.
    """

    node: fx.Node
    source: Labels
    result: Labels
    channels: Labels
    kind: str
    work: Work
    needs: int
    copied: bool

    @property
    def wide(self) -> Labels:
        """Channel ids on the side that holds more: the value read, or the sum."""
        return self.result if self.kind == "term" else self.source

    @property
    def narrow(self) -> Labels:
        """Channel ids on the side that may hold fewer."""
        return self.source if self.kind == "term" else self.result


@dataclass
class ChannelGroup:
    """Channels that share one order.

    Attributes:
        size: number of channels; they are numbered in the order of the model.
        fixed: why the order cannot be changed; None if it can.
        blocks: channels that a concatenation keeps together.
        readers: the conversions.
        ids: for each channel id that belongs here its channel, as two arrays (channel ids, channels).
    """

    size: int
    fixed: str | None
    blocks: list[frozenset[int]]
    readers: list[Reader]
    ids: tuple[Labels, Labels]
    operations: list[Operation] = field(default_factory=list)
    links: list[tuple[Labels, Labels]] = field(default_factory=list)

    @property
    def first(self) -> fx.Node:
        """The first of its values that somebody reads in part."""
        return min(reader.node.all_input_nodes[0] for reader in self.readers)


@dataclass
class Problem:
    """All groups of a program that have a conversion, and what is kept if every reader keeps only what it needs."""

    groups: list[ChannelGroup]
    kept: Mask


class _Builder:
    """Finds the channel groups of a program whose facts hold."""

    def __init__(self, program: Program, kept: Mask) -> None:
        self.program = program
        self.kept = kept
        self.axes = program.facts[AXES]
        count = max(1, len(self.axes.ids))
        self.same, self.together = ChannelIds(), ChannelIds()
        self.same.fresh((count,))
        self.together.fresh((count,))
        self.links: list[tuple[Labels, Labels]] = []
        self.orders = {node: rule.order(node, self.axes, program) for node, rule in self.axes.rules.items()}

    def roots(self, channels: Channels) -> Labels:
        return self.axes.ids.find(channels.labels)

    def channel(self, channels: Channels) -> Labels:
        return self.same.find(self.roots(channels))

    def values(self) -> Iterator[tuple[fx.Node, Channels]]:
        for node, held in self.axes.channels.items():
            for channels in held if isinstance(held, list) else [held]:
                yield node, channels

    def unify(self) -> None:
        """Channels that are one across conversions and depthwise convolutions; channels that meet in a value."""
        for node, order in self.orders.items():
            if order in (Order.PART, Order.TERM, Order.TIED):
                pair = self.roots(self.axes.of(source_of(node))), self.roots(self.axes.of(node))
                self.same.tie(*pair)
                self.links += [pair] if order is Order.TIED else []
        for _, channels in self.values():
            flat = self.channel(channels).ravel()
            if flat.size:
                self.together.tie(flat, flat[:1])

    # ---------------------------------------------------------------- orders that cannot change

    def fixed(self) -> dict[int, str]:
        """For each channel group that has to keep its order, why."""
        found: dict[int, str] = {}
        for channels, reason in [*self._fixed_values(), *self._fixed_by_rules()]:
            for group in np.unique(self.together.find(self.channel(channels))):
                found.setdefault(int(group), reason)
        return found

    def _fixed_values(self) -> Iterator[tuple[Channels, str]]:
        for node, channels in self.values():
            flat = self.channel(channels).ravel()
            if len(channels.dims) > 1:
                yield channels, "its channels are split into heads or groups"
            elif len(np.unique(flat)) < flat.size:
                yield channels, "it holds a channel twice"
            if any(user.op == "output" or has_effects(user) for user in node.users):
                yield channels, "an output of the model shows it"

    def _fixed_by_rules(self) -> Iterator[tuple[Channels, str]]:
        for node, order in self.orders.items():
            reason = order if isinstance(order, str) else self._why_moved(node) if order is Order.SAME else None
            for channels in self.axes.around(node) if reason else ():
                yield channels, str(reason)

    def _why_moved(self, node: fx.Node) -> str | None:
        """Why an op that is to leave every channel in its place fixes their order; None where it does leave them."""
        sequences = [self.channel(part) for part in self.axes.around(node) if part.dims]
        return None if all(np.array_equal(sequence, sequences[0]) for sequence in sequences[1:]) else MOVED

    # ---------------------------------------------------------------- channel groups

    def groups(self) -> list[ChannelGroup]:
        self.unify()
        fixed = self.fixed()
        found: dict[int, ChannelGroup] = {}
        members = self.together.find(self.same.find(self.axes.ids.find(np.arange(max(1, len(self.axes.ids))))))
        for node, order in self.orders.items():
            if order in (Order.PART, Order.TERM):
                key = int(self.together.find(self.channel(self.axes.of(node)))[0])
                if key not in found:
                    found[key] = self._group(members == key, fixed.get(key))
                found[key].readers.append(self._reader(node, found[key]))
        self._fill(found)
        return [*found.values()]

    def _group(self, mask: Mask, fixed: str | None) -> ChannelGroup:
        ids = np.flatnonzero(mask)
        _, numbers = np.unique(self.same.find(self.axes.ids.find(ids)), return_inverse=True)
        return ChannelGroup(int(numbers.max()) + 1, fixed, [], [], (ids, numbers.astype(np.int64)))

    def _reader(self, node: fx.Node, group: ChannelGroup) -> Reader:
        own, given = self.axes.of(node), self.axes.of(source_of(node))
        ids, numbers = group.ids
        source, result = self.roots(given), self.roots(own)
        channels = numbers[np.searchsorted(ids, source)]
        kind = "term" if self.orders[node] is Order.TERM else self._kind(node)
        last = own.dims[0] == node.meta["val"].ndim - 1
        work = Work("view", 0, 0, places(node, own, self.program), innermost=last)
        dense = kind == "layer" and not last and math.prod(sizes(node, self.program)[: own.dims[0]]) > 1
        needs = int(self.kept[source if kind == "term" else result].sum())
        return Reader(node, source, result, channels, kind, work, needs, dense)

    def _kind(self, node: fx.Node) -> str:
        """Who reads a conversion, through ops that have one tensor operand."""
        kinds = set()
        for user in node.users:
            at: fx.Node = user
            while not self._is_layer(at):
                moving = [x for x in at.all_input_nodes if x.op == "call_function"]
                joins = len(moving) > 1 or self._concatenates_along(at) is not None
                if joins or len(at.users) != 1:
                    break
                at = next(iter(at.users))
            if self._is_layer(at):
                kinds.add("layer")
            else:
                kinds.add("concat" if self._concatenates_along(user) == self.axes.of(node).dims[0] else "join")
        return kinds.pop() if len(kinds) == 1 else "join"

    def _is_layer(self, node: fx.Node) -> bool:
        return node in self.axes.rules and self.axes.rules[node].role is Role.LAYER

    def _concatenates_along(self, node: fx.Node) -> int | None:
        return self.axes.rules[node].concatenates_along(node) if node in self.axes.rules else None

    def _fill(self, found: dict[int, ChannelGroup]) -> None:
        """Operations, links and blocks of each channel group."""
        for node, order in self.orders.items():
            operation = self.axes.rules[node].work(node, self.axes, self.program)
            if operation is not None:
                for key in self._keys(operation.reads) | self._keys(operation.writes):
                    if key in found:
                        found[key].operations.append(operation)
            if order is Order.BESIDE:
                for operand in node.all_input_nodes:
                    self._block(self.axes.of(operand), found)
        for pair in self.links:
            for key in self._keys(pair[0]):
                if key in found:
                    found[key].links.append(pair)

    def _keys(self, ids: Labels | None) -> set[int]:
        if ids is None:
            return set()
        return set(np.unique(self.together.find(self.same.find(ids))).tolist())

    def _block(self, channels: Channels, found: dict[int, ChannelGroup]) -> None:
        ids = self.roots(channels).ravel()
        for key in self._keys(ids) & found.keys():
            held, numbers = found[key].ids
            block = frozenset(numbers[np.searchsorted(held, ids)].tolist())
            if 1 < len(block) < found[key].size and block not in found[key].blocks:
                found[key].blocks.append(block)


def free_orders(program: Program) -> list[tuple[Labels, Labels]]:
    """Channels that share an order which nothing but weights knows, so that any other would do as well.

    Needs the fact axes.

    Returns:
        for each such set of at least two channels its channel ids, ascending, and the channel of each channel id.
    """
    axes = program.facts[AXES]
    every = np.arange(max(1, len(axes.ids)))
    builder = _Builder(program, np.ones(len(every), dtype=np.bool_))
    builder.unify()
    fixed = set(builder.fixed())
    for node, kind in builder.orders.items():
        if kind is Order.BESIDE:  # what lies side by side stays together
            fixed |= set(np.unique(builder.together.find(builder.channel(axes.of(node)))).tolist())
    channels = builder.same.find(axes.ids.find(every))
    groups = builder.together.find(channels)
    order = np.argsort(groups, kind="stable")
    found = []
    for ids in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        names, numbers = np.unique(channels[ids], return_inverse=True)
        if len(names) > 1 and int(groups[ids[0]]) not in fixed:
            found.append((ids.astype(np.int64), numbers.astype(np.int64)))
    return found


def problem_of(program: Program) -> Problem:
    """The layout problem of a program with conversions; needs the facts axes, constants and liveness."""
    axes = program.facts[AXES]
    live = program.facts[LIVENESS]
    kept = close(axes, live, axes.constraints)
    groups = _Builder(program, kept).groups()
    for group in groups:
        if any(overlapping(a, b) for a, b in combinations(group.blocks, 2)):
            group.fixed, group.blocks = group.fixed or "concatenations overlap in it", []
    return Problem(groups, kept)
