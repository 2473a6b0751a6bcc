"""SplitRecurrent: every layer of a recurrent node becomes a node of its own."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace

import torch
from torch import fx

from ...compiler.ir.arguments import argument, piece_of, set_argument
from ...compiler.ir.program import PART_OF, Program
from ...compiler.ir.recurrent import KINDS, Call, call_of
from ...compiler.ir.views import Select
from ..base import Context, Pass

aten = torch.ops.aten


@dataclass(frozen=True)
class SplitRecurrent(Pass):
    """Compute the layers of a recurrent node one by one, since each may keep other units.

    Before::

        zeros = aten.zeros([2, s0, 8])
        lstm = aten.lstm.input(x, [zeros, zeros_1], [...], True, 2, 0.0, False, False, False)
        getitem = getitem(lstm, 0)

    After::

        zeros_2 = aten.zeros([1, s0, 8])
        lstm_1 = aten.lstm.input(x, [zeros_2, zeros_3], [...], True, 1, 0.0, False, False, False)
        getitem_1 = getitem(lstm_1, 0)
        lstm_2 = aten.lstm.input(getitem_1, [zeros_4, zeros_5], [...], True, 1, 0.0, False, False, False)
        getitem_2 = getitem(lstm_2, 0)
    """

    def run(self, program: Program, ctx: Context) -> bool:
        found = [node for node in program.nodes() if node.target in KINDS and _is_deep(call_of(node))]
        for node in found:
            _split(node, program.graph)
        return bool(found)


def _is_deep(call: Call) -> bool:
    return call.layers > 1 and not (call.train and call.dropout)


def _split(node: fx.Node, graph: fx.Graph) -> None:
    call, value, made = call_of(node), call_of(node).value, list[fx.Node]()
    count = len(call.directions) // call.layers
    with graph.inserting_before(node):
        for start in range(0, len(call.directions), count):
            states = [_part(graph, state, start, count) for state in call.states]
            own = call.directions[start : start + count]
            one = replace(call, value=value, states=states, directions=own, layers=1, dropout=0.0)
            made.append(graph.create_node("call_function", node.target, one.arguments()))
            made[-1].meta = {**node.meta, PART_OF: node.name}
            value = graph.call_function(operator.getitem, (made[-1], 0))
        for user in [*node.users]:
            index = piece_of(user)
            if index == 0:
                user.replace_all_uses_with(value)
            elif index is not None:
                _final(graph, user, index, made, count)


def _part(graph: fx.Graph, state: fx.Node, start: int, count: int) -> fx.Node:
    """The initial state of one layer."""
    if state.target is aten.zeros.default:
        made = graph.node_copy(state, lambda x: x)
        set_argument(made, "size", [count, *argument(state, "size")[1:]])
        return made
    return graph.call_function(aten.slice.Tensor, (state, 0, start, start + count))


def _final(graph: fx.Graph, final: fx.Node, index: int, layers: list[fx.Node], count: int) -> None:
    """Final states of all layers: a reader that picks one direction of one layer reads that layer."""
    total = count * len(layers)
    for user in [*final.users]:
        part = Select.of(user)
        if part is not None and part.dim == 0 and isinstance(part.index, int):
            layer, place = divmod(part.index % total, count)
            own = graph.call_function(operator.getitem, (layers[layer], index))
            user.args, user.kwargs = (own, 0, place), {}
    if final.users:
        states = [graph.call_function(operator.getitem, (layer, index)) for layer in layers]
        final.replace_all_uses_with(graph.call_function(aten.cat.default, (states, 0)))
