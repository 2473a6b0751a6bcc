"""The layout problem of a program: who shares an order of channels, who reads which, and what every op would cost.

Channels that have to lie in the same place of several values (the operands of an addition, a depthwise convolution's
inputs and outputs) are one *channel* here. Channels that meet in one value belong to one *segment* and share an order.
Conversions (``rules.conversion``) are the places where a reader may have fewer channels than the value that it reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import args_of
from ...compiler.ir.channels import Atoms, Channels, Labels, Mask
from ...compiler.ir.costs import Work
from ...compiler.ir.program import Program, has_effects, is_tensor, shape_of
from ..rules.base import Depends, Rule
from ..rules.closure import close
from ..rules.contraction import LINEAR, Contraction, channel_dim, groups_of, reads_of
from ..rules.conversion import MARK, TERM, Conversion, lays_side_by_side, source_of
from ..rules.facts import AXES, DEMAND
from ..rules.getitem import GetItem
from ..rules.lookup import Embedding
from ..rules.movement import Movement
from ..rules.normalization import FeatureNorm, InstanceNorm
from ..rules.pointwise import Pointwise
from ..rules.spatial import Fill, SideBySide, Spatial, Summed
from ..rules.table import rule_of
from .family import overlapping

# Rules that leave every channel in its place, so that any order will do if all operands and results share it.
IN_PLACE = (Pointwise, Spatial, Summed, Fill, SideBySide, Movement, GetItem, FeatureNorm, InstanceNorm, Embedding)


@dataclass(frozen=True)
class Operation:
    """An op whose cost depends on how many channels it reads and writes.

    Attributes:
        work: with the counts that do not depend on layouts filled in.
        reads, writes: atoms of the channels read and written; None where the count is fixed.
    """

    node: fx.Node
    work: Work
    reads: Labels | None
    writes: Labels | None


@dataclass(frozen=True, eq=False)
class Reader:
    """A conversion: readers of a value that need the same part of it.

    Attributes:
        node: the conversion.
        source, result: atoms of the value's channels and of what lies behind, position by position.
        channels: the channel (numbered within the segment) at each position.
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
        """Atoms on the side that holds more: the value read, or the sum."""
        return self.result if self.kind == "term" else self.source

    @property
    def narrow(self) -> Labels:
        """Atoms on the side that may hold fewer."""
        return self.source if self.kind == "term" else self.result


@dataclass
class Segment:
    """Channels that share one order.

    Attributes:
        size: number of channels; they are numbered in the order of the model.
        fixed: why the order cannot be changed; None if it can.
        blocks: channels that a concatenation keeps together.
        readers: the conversions.
        atoms: for each atom that belongs here its channel, as two arrays (atoms, channels).
    """

    size: int
    fixed: str | None
    blocks: list[frozenset[int]]
    readers: list[Reader]
    atoms: tuple[Labels, Labels]
    operations: list[Operation] = field(default_factory=list)
    links: list[tuple[Labels, Labels]] = field(default_factory=list)

    @property
    def first(self) -> fx.Node:
        """The first of its values that somebody reads in part."""
        return min(reader.node.all_input_nodes[0] for reader in self.readers)


@dataclass
class Problem:
    """All segments of a program that have a conversion, and what is kept if every reader keeps only what it needs."""

    segments: list[Segment]
    kept: Mask


class _Builder:
    """Finds the segments of a program whose facts hold."""

    def __init__(self, program: Program, kept: Mask) -> None:
        self.program = program
        self.kept = kept
        self.axes = program.facts[AXES]
        count = max(1, len(self.axes.atoms))
        self.same, self.together = Atoms(), Atoms()
        self.same.fresh((count,))
        self.together.fresh((count,))
        self.links: list[tuple[Labels, Labels]] = []
        self.rules = {n: self._rule(n) for n in program.nodes() if n.op == "call_function" and n in self.axes.channels}

    def _rule(self, node: fx.Node) -> Rule:
        rule = rule_of(node)
        return rule.choose(node, self.axes, self.program) if isinstance(rule, Depends) else rule

    def roots(self, channels: Channels) -> Labels:
        return self.axes.atoms.find(channels.labels)

    def channel(self, channels: Channels) -> Labels:
        return self.same.find(self.roots(channels))

    def values(self) -> Iterator[tuple[fx.Node, Channels]]:
        for node, held in self.axes.channels.items():
            for channels in held if isinstance(held, list) else [held]:
                yield node, channels

    def unify(self) -> None:
        """Channels that are one across conversions and depthwise convolutions; channels that meet in a value."""
        for node, rule in self.rules.items():
            if isinstance(rule, Conversion):
                self.same.tie(self.roots(self.axes.of(node)), self.roots(self.axes.of(source_of(node))))
            elif isinstance(rule, Contraction) and is_depthwise(node, self.program) and self._along(node):
                pair = self.roots(self.axes.of(args_of(node)[0])), self.roots(self.axes.of(node))
                self.same.tie(*pair)
                self.links.append(pair)
        for _, channels in self.values():
            flat = self.channel(channels).ravel()
            if flat.size:
                self.together.tie(flat, flat[:1])

    def _along(self, node: fx.Node) -> bool:
        """Whether a layer's operand is labelled along the channels that the layer reads, and only there."""
        return bool(self.axes.of(args_of(node)[0]).dims == (channel_dim(node),))

    # ---------------------------------------------------------------- orders that cannot change

    def fixed(self) -> dict[int, str]:
        """For each segment that has to keep its order, why."""
        found: dict[int, str] = {}
        for channels, reason in [*self._fixed_values(), *self._fixed_by_rules()]:
            for segment in np.unique(self.together.find(self.channel(channels))):
                found.setdefault(int(segment), reason)
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
        for node, rule in self.rules.items():
            reason = self._why_fixed(node, rule)
            for channels in self._around(node) if reason else ():
                yield channels, str(reason)

    def _around(self, node: fx.Node) -> list[Channels]:
        """Positions of a node's results and operands."""
        held = [self.axes.channels.get(value) for value in [node, *node.all_input_nodes]]
        return [part for x in held if x is not None for part in (x if isinstance(x, list) else [x])]

    def _why_fixed(self, node: fx.Node, rule: Rule) -> str | None:
        if node in self.axes.opaque or type(rule) is Rule:
            return "an op without a rule reads or writes it"
        if isinstance(rule, Conversion) or is_concatenation(node, rule):
            return None
        if isinstance(rule, Contraction):
            seen = self.axes.of(args_of(node)[0]).dims
            free = groups_of(node) == 1 or is_depthwise(node, self.program)
            return None if free and seen in ((), (channel_dim(node),)) else "a grouped convolution reads it"
        if not isinstance(rule, IN_PLACE):
            return "its channels are split into heads or groups"
        moved = isinstance(rule, Movement)  # one channel taken out of many has no position of its own left
        sequences = [self.channel(part) for part in self._around(node) if part.dims or moved]
        alike = all(np.array_equal(sequence, sequences[0]) for sequence in sequences[1:])
        return None if alike else "an op moves its channels or spreads them"

    # ---------------------------------------------------------------- operations

    def operation(self, node: fx.Node, rule: Rule) -> Operation | None:
        """What a node costs, as far as the counts of its channels decide that."""
        own = self.axes.channels[node]
        own = own[0] if isinstance(own, list) else own
        if isinstance(rule, Contraction) and node not in self.axes.opaque:
            return self._layer(node, own)
        if not own.dims or isinstance(rule, (Conversion, GetItem, Embedding)):
            return None
        if isinstance(rule, (Pointwise, Spatial, FeatureNorm, InstanceNorm)):
            tensors = sum(1 for x in node.all_input_nodes if is_tensor(x) and x in self.axes.channels)
            work = Work("pointwise", 0, 0, self.places(node, own), operands=max(1, tensors))
            return Operation(node, work, self.roots(own).ravel(), self.roots(own).ravel())
        if is_concatenation(node, rule):
            work = Work("concat", 0, 0, self.places(node, own), operands=len(args_of(node)[0]))
            return Operation(node, work, self.roots(own).ravel(), self.roots(own).ravel())
        return None

    def _layer(self, node: fx.Node, own: Channels) -> Operation:
        groups, outputs, inputs = reads_of(node, self.program).shape
        taps = math.prod(int(k) for k in shape_of(args_of(node)[1])[2:])
        given = self.axes.of(args_of(node)[0])
        spots = self.places(node, own)
        stride = self._stride(node)
        reads = self.roots(given).ravel() if given.dims == (channel_dim(node),) else None
        writes = self.roots(own).ravel()
        if is_depthwise(node, self.program):
            work = Work("depthwise", 1, 0, spots, taps, 1, stride=stride)
            return Operation(node, work, reads, writes)
        kind = "linear" if node.target in LINEAR else "conv"
        innermost = kind == "linear"
        work = Work(kind, inputs, groups * outputs, spots, taps, groups, stride=stride, innermost=innermost)
        return Operation(node, work, reads if groups == 1 else None, writes if groups == 1 else None)

    def sizes(self, node: fx.Node) -> list[int]:
        """Sizes of a value (of the first of several) for the example inputs."""
        value = node.meta["val"]
        value = value[0] if isinstance(value, (list, tuple)) else value
        return [self.program.example_size(size) for size in value.shape]

    def places(self, node: fx.Node, own: Channels) -> int:
        """Positions of a value besides its channels."""
        return math.prod(size for d, size in enumerate(self.sizes(node)) if d not in own.dims)

    def _stride(self, node: fx.Node) -> int:
        """The step along each spatial dimension, from the sizes."""
        dim = channel_dim(node)
        given, made = (math.prod(self.sizes(x)[dim + 1 :]) for x in (args_of(node)[0], node))
        rank = len(self.sizes(node)) - dim - 1
        return max(1, round((given / made) ** (1 / rank))) if rank and made else 1

    # ---------------------------------------------------------------- segments

    def segments(self) -> list[Segment]:
        self.unify()
        fixed = self.fixed()
        found: dict[int, Segment] = {}
        members = self.together.find(self.same.find(self.axes.atoms.find(np.arange(max(1, len(self.axes.atoms))))))
        for node, rule in self.rules.items():
            if isinstance(rule, Conversion):
                key = int(self.together.find(self.channel(self.axes.of(node)))[0])
                if key not in found:
                    found[key] = self._segment(members == key, fixed.get(key))
                found[key].readers.append(self._reader(node, found[key]))
        self._fill(found)
        return [*found.values()]

    def _segment(self, mask: Mask, fixed: str | None) -> Segment:
        atoms = np.flatnonzero(mask)
        _, numbers = np.unique(self.same.find(self.axes.atoms.find(atoms)), return_inverse=True)
        return Segment(int(numbers.max()) + 1, fixed, [], [], (atoms, numbers.astype(np.int64)))

    def _reader(self, node: fx.Node, segment: Segment) -> Reader:
        own, given = self.axes.of(node), self.axes.of(source_of(node))
        atoms, numbers = segment.atoms
        source, result = self.roots(given), self.roots(own)
        channels = numbers[np.searchsorted(atoms, source)]
        kind, last = "term" if node.meta[MARK] == TERM else _kind(node), own.dims[0] == node.meta["val"].ndim - 1
        work = Work("view", 0, 0, self.places(node, own), innermost=last)
        dense = kind == "layer" and not last and math.prod(self.sizes(node)[: own.dims[0]]) > 1
        needs = int(self.kept[source if kind == "term" else result].sum())
        return Reader(node, source, result, channels, kind, work, needs, dense)

    def _fill(self, found: dict[int, Segment]) -> None:
        """Operations, links and blocks of each segment."""
        for node, rule in self.rules.items():
            operation = self.operation(node, rule)
            if operation is not None:
                for key in self._keys(operation.reads) | self._keys(operation.writes):
                    if key in found:
                        found[key].operations.append(operation)
            if is_concatenation(node, rule):
                for operand in args_of(node)[0]:
                    self._block(self.axes.of(operand), found)
        for pair in self.links:
            for key in self._keys(pair[0]):
                if key in found:
                    found[key].links.append(pair)

    def _keys(self, atoms: Labels | None) -> set[int]:
        if atoms is None:
            return set()
        return set(np.unique(self.together.find(self.same.find(atoms))).tolist())

    def _block(self, channels: Channels, found: dict[int, Segment]) -> None:
        atoms = self.roots(channels).ravel()
        for key in self._keys(atoms) & found.keys():
            held, numbers = found[key].atoms
            block = frozenset(numbers[np.searchsorted(held, atoms)].tolist())
            if 1 < len(block) < found[key].size and block not in found[key].blocks:
                found[key].blocks.append(block)


def free_orders(program: Program) -> list[tuple[Labels, Labels]]:
    """Channels that share an order which nothing but weights knows, so that any other would do as well.

    Needs the fact axes.

    Returns:
        for each such set of at least two channels its atoms, ascending, and the channel of each atom.
    """
    axes = program.facts[AXES]
    every = np.arange(max(1, len(axes.atoms)))
    builder = _Builder(program, np.ones(len(every), dtype=np.bool_))
    builder.unify()
    fixed = set(builder.fixed())
    for node, rule in builder.rules.items():
        if is_concatenation(node, rule):  # what lies side by side stays together
            fixed |= set(np.unique(builder.together.find(builder.channel(axes.of(node)))).tolist())
    channels = builder.same.find(axes.atoms.find(every))
    segments = builder.together.find(channels)
    order = np.argsort(segments, kind="stable")
    found = []
    for atoms in np.split(order, np.flatnonzero(np.diff(segments[order])) + 1):
        names, numbers = np.unique(channels[atoms], return_inverse=True)
        if len(names) > 1 and int(segments[atoms[0]]) not in fixed:
            found.append((atoms.astype(np.int64), numbers.astype(np.int64)))
    return found


def problem_of(program: Program) -> Problem:
    """The layout problem of a program with conversions; needs the facts axes, constants and demand."""
    axes = program.facts[AXES]
    demand = program.facts[DEMAND]
    kept = close(axes, demand, axes.constraints)
    segments = _Builder(program, kept).segments()
    for segment in segments:
        if any(overlapping(a, b) for a, b in combinations(segment.blocks, 2)):
            segment.fixed, segment.blocks = segment.fixed or "concatenations overlap in it", []
    return Problem(segments, kept)


def is_depthwise(node: fx.Node, program: Program) -> bool:
    """Whether a convolution has one input and one output for each group."""
    held = program.weight(node.args[1]) is not None
    return held and groups_of(node) > 1 and reads_of(node, program).shape[1:] == (1, 1)


def is_concatenation(node: fx.Node, rule: Rule) -> bool:
    """Whether a node puts channels of several values side by side."""
    return isinstance(rule, Movement) and node.target is torch.ops.aten.cat.default


def _kind(node: fx.Node) -> str:
    """Who reads a conversion, through ops that have one tensor operand."""
    kinds = set()
    for user in node.users:
        at: fx.Node = user
        while not isinstance(rule_of(at), Contraction):
            moving = [x for x in at.all_input_nodes if x.op == "call_function"]
            if at.target is torch.ops.aten.cat.default or len(moving) > 1 or len(at.users) != 1:
                break
            at = next(iter(at.users))
        if isinstance(rule_of(at), Contraction):
            kinds.add("layer")
        else:
            kinds.add("concat" if lays_side_by_side(user, int(args_of(node)[1])) else "join")
    return kinds.pop() if len(kinds) == 1 else "join"
