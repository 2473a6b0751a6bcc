"""Conversions: where a reader of a value needs only some of its channels, or a term of a sum has only some.

A conversion is an ``index_select`` of every channel, put between two ops. What lies behind it has positions of its own.
Before a reader it lets the reader keep what it needs and the value what all its readers need together; once channels
leave, it becomes nothing (the reader needs them all), a slice (they lie side by side), pieces of a concatenation, or a
gather. Before an addition it lets a term leave out the channels of the sum for which it is zero; the addition then
becomes one of a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, operand_of
from ...compiler.ir.channels import Channels, Labels, Part, holds_at_least, product
from ...compiler.ir.program import Program
from ...compiler.ir.speculation import mark, unmarked
from .base import Depends, Rule, said_of
from .evaluate import zero_everywhere
from .facts import Axes, Constants, Liveness
from .layout import Order
from .movement import Movement
from .movement_arguments import take
from .shrink import Shrink

aten = torch.ops.aten

# Why a conversion is there, in ``node.meta``; removed once it is carried out.
MARK = "conversion"
# Values of the mark: before a reader, before an addition.
READER, TERM = "reader", "term"
# How a reader's conversion shall be carried out: "copy" even what lies side by side.
HOW = "conversion how"
COPY = "copy"


def is_conversion(node: fx.Node) -> bool:
    """Whether a node stands for a conversion that is yet to be carried out."""
    return MARK in node.meta


@dataclass(frozen=True, kw_only=True)
class Conversion(Rule):
    """A reader's own choice of a value's channels."""

    kind: ClassVar[str] = "conversion"

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        own = axes.of(source_of(node))
        labels = axes.ids.fresh(own.labels.shape)
        parts = Part(own.labels, own.dims), Part(labels, own.dims)
        axes.constraints.append(holds_at_least(*parts, "a value holds what its readers need", axes.ids))
        return Channels(own.dims, labels)

    def constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        return constants.of(source_of(node))

    def liveness(self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program) -> None:
        live.need(source_of(node), live.of(node))

    def order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return Order.PART

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        del node.meta[MARK]
        source, how = source_of(node), node.meta.pop(HOW, None)
        own, dim = state.axes.of(source), state.axes.of(source).dims[0]
        places = _places(state.indices(own, dim), state.indices(state.axes.of(node), dim), own.labels.size)
        pieces = runs_of(places)
        if len(pieces) == 1 and len(places) == int(state.kept(source).sum()):
            node.replace_all_uses_with(source, propagate_meta=False)
        elif len(pieces) > 1 and how != COPY and all(_concatenates(user, dim, state) for user in node.users):
            _concatenate(node, source, dim, pieces, state)
        elif len(pieces) == 1 and how != COPY:
            _slice(node, source, dim, pieces[0])
        else:
            index = state.program.new_weight("channel_index", torch.from_numpy(places), kind=Tensor)
            node.args = (source, dim, index)
            mark(node, "channel gather", source)


@dataclass(frozen=True, kw_only=True)
class Term(Conversion):
    """A term of a sum that may hold fewer channels than the sum: those that it is not zero for."""

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        own = axes.of(source_of(node))
        labels = axes.ids.fresh(own.labels.shape)
        term, total = Part(own.labels, own.dims), Part(labels, own.dims)
        axes.constraints.append(holds_at_least(total, term, "a sum holds what its terms hold", axes.ids))
        loose = [Part(part.labels, (name,)) for part, name in ((total, "sum"), (term, "term"))]
        axes.constraints.append(product(loose, "a term holds at least one channel", axes.ids))
        return Channels(own.dims, labels)

    def liveness(self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program) -> None:
        wanted, constant = live.of(node), constants.of(source_of(node))
        if constant is not None:
            wanted = wanted & ~(constant.known & zero_everywhere(constant, axes.of(source_of(node))))
        live.need(source_of(node), wanted)

    def order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return Order.TERM

    def shrink(self, node: fx.Node, state: Shrink) -> None:
        del node.meta[MARK]
        source, own = source_of(node), state.axes.of(node)
        size, dim = own.labels.size, own.dims[0]
        places = _places(state.indices(own, dim), state.indices(state.axes.of(source), dim), size)
        if len(places) == int(state.kept(node).sum()):
            node.replace_all_uses_with(source, propagate_meta=False)
        else:
            (total,) = node.users
            _add_part(total, node, source, dim, runs_of(places), state)


@dataclass(frozen=True, kw_only=True)
class IndexSelect(Depends):
    """``index_select``: data movement, or a conversion."""

    kind: ClassVar[str] = "movement"

    def meaning(self) -> str:
        return f"{said_of(take)}; before readers with channels of their own, a conversion"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        if is_conversion(node):
            return Term() if node.meta[MARK] == TERM else Conversion()
        return Movement(rewrite=take, thin=True)


def source_of(node: fx.Node) -> fx.Node:
    """The value that a conversion reads."""
    return operand_of(node)


def _concatenates(node: fx.Node, dim: int, state: Shrink) -> bool:
    """Whether a node concatenates values along this dimension."""
    rule = state.axes.rules.get(node)
    return rule is not None and rule.concatenates_along(node) == dim


def _places(given: Labels | None, wanted: Labels | None, size: int) -> Labels:
    """Where the wanted channels lie among the given ones; both are channel numbers in their order (None: all)."""
    given = np.arange(size) if given is None else given
    wanted = np.arange(size) if wanted is None else wanted
    place = np.full(size, -1, dtype=np.int64)
    place[given] = np.arange(len(given))
    return place[wanted]


def runs_of(places: Labels) -> list[tuple[int, int]]:
    """Maximal ascending runs, as (start, stop)."""
    cuts = np.flatnonzero(np.diff(places) != 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(places, cuts) if run.size]


def _slice(node: fx.Node, source: fx.Node, dim: int, run: tuple[int, int]) -> None:
    node.target, node.args, node.kwargs = aten.slice.Tensor, (source, dim, *run), {}
    mark(node, "channel slice", source)


def _concatenate(node: fx.Node, source: fx.Node, dim: int, runs: list[tuple[int, int]], state: Shrink) -> None:
    """Readers that concatenate read each run as an operand of its own."""
    own, pieces, done = state.axes.of(node), list[fx.Node](), 0
    taken = state.indices(own, dim)
    labels = own.labels if taken is None else own.labels[taken]
    for start, stop in runs:
        with state.program.graph.inserting_before(node):
            piece = state.program.graph.call_function(aten.slice.Tensor, (source, dim, start, stop))
        piece.meta = dict(node.meta)
        mark(piece, "channel slice", source)
        state.axes.channels[piece] = Channels(own.dims, labels[done : done + stop - start])
        done += stop - start
        pieces.append(piece)
    for user in [*node.users]:
        user.update_arg(0, [y for x in args_of(user)[0] for y in (pieces if x is node else [x])])


def _add_part(
    total: fx.Node, node: fx.Node, term: fx.Node, dim: int, runs: list[tuple[int, int]], state: Shrink
) -> None:
    """A sum whose one term has channels in ``runs`` only: there it is added, elsewhere the other one is passed on."""
    (other,) = (x for x in total.all_input_nodes if x is not node)
    size = int(state.kept(total).sum())
    graph, pieces, done, used = state.program.graph, list[fx.Node](), 0, 0

    def call(target: Any, *args: Any) -> fx.Node:
        made = graph.call_function(target, args)
        made.meta = unmarked(total.meta)
        return made

    with graph.inserting_before(total):
        for start, stop in runs:
            if start > done:
                pieces.append(call(aten.slice.Tensor, other, dim, done, start))
            part = term if len(runs) == 1 else call(aten.slice.Tensor, term, dim, used, used + stop - start)
            pieces.append(call(aten.add.Tensor, call(aten.slice.Tensor, other, dim, start, stop), part))
            done, used = stop, used + stop - start
        if done < size:
            pieces.append(call(aten.slice.Tensor, other, dim, done, size))
        result = call(aten.cat.default, pieces, dim)
    mark(result, "partial addition", total)
    total.replace_all_uses_with(result, propagate_meta=False)
    state.stands_for(result, total)
