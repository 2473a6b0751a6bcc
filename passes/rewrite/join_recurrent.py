"""JoinRecurrent: layers that were taken out of a recurrent node, and are still alike, become one node again."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of, piece_of, set_argument
from ...compiler.ir.program import PART_OF, Program, shape_of
from ...compiler.ir.recurrent import KINDS, call_of
from ...compiler.ir.verifier import infer
from ...compiler.ir.views import Select, Slice
from ..base import Context, Pass

aten = torch.ops.aten


@dataclass(frozen=True)
class JoinRecurrent(Pass):
    """Compute layers of equally many units by one node again, where they were one in the model.

    Before::

        lstm_1 = aten.lstm.input(x, [zeros_1, zeros_2], [...], True, 1, 0.0, False, False, False)
        getitem_1 = getitem(lstm_1, 0)
        lstm_2 = aten.lstm.input(getitem_1, [zeros_3, zeros_4], [...], True, 1, 0.0, False, False, False)

    After::

        lstm = aten.lstm.input(x, [zeros, zeros_5], [...], True, 2, 0.0, False, False, False)
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        while (pair := next(_pairs(program), None)) is not None:
            _join(program, *pair)
            program.clean()
            infer(program)
            changed = True
        for cat in [node for node in program.nodes() if changed and node.target is aten.cat.default]:
            whole = _whole(cat)
            if whole is not None:
                cat.replace_all_uses_with(whole, propagate_meta=False)
        return changed


def _pairs(program: Program) -> Iterator[tuple[fx.Node, fx.Node, list[_Beside]]]:
    """Layers one of which does nothing but feed the next, with states that lie side by side."""
    order = {node: number for number, node in enumerate(program.nodes())}
    for first in order:
        if first.target not in KINDS or PART_OF not in first.meta:
            continue
        results = [user for user in first.users if piece_of(user) == 0]
        readers = [reader for result in results for reader in result.users]
        finals = [reader for user in first.users if user not in results for reader in user.users]
        if len(readers) != 1 or not _alike(first, readers[0]) or any(order[x] < order[readers[0]] for x in finals):
            continue
        starts = zip(call_of(first).states, call_of(readers[0]).states, strict=True)
        states = [_beside(a, b, program) for a, b in starts]
        found = [state for state in states if state is not None]
        if len(found) == len(states):
            yield first, readers[0], found


def _alike(first: fx.Node, second: fx.Node) -> bool:
    if first.target is not second.target or first.meta[PART_OF] != second.meta.get(PART_OF):
        return False
    one, other = call_of(first), call_of(second)
    if piece_of(other.value) is None or operand_of(other.value) is not first or one.biases != other.biases:
        return False
    return all(shape_of(a)[-1] == shape_of(b)[-1] for a, b in zip(one.states, other.states, strict=True))


@dataclass(frozen=True)
class _Beside:
    """Rows of one tensor, or so many rows of zeros, or a weight."""

    source: fx.Node
    start: int
    stop: int
    weight: Tensor | None = None


def _beside(a: fx.Node, b: fx.Node, program: Program) -> _Beside | None:
    weights = [program.weight(state) for state in (a, b)]
    if weights[0] is not None and weights[1] is not None:
        return _Beside(a, 0, 0, torch.cat([weights[0], weights[1]]))
    rows = [int(shape_of(state)[0]) for state in (a, b)]
    if a.target is b.target is aten.zeros.default:
        return _Beside(a, 0, sum(rows))
    one, other = Slice.of(a), Slice.of(b)
    if one is None or other is None or one.input is not other.input or not one.is_run(0) or not other.is_run(0):
        return None
    return _Beside(one.input, one.start, other.stop) if one.stop == other.start else None


def _join(program: Program, first: fx.Node, second: fx.Node, states: list[_Beside]) -> None:
    graph = program.graph
    one, other = call_of(first), call_of(second)
    with graph.inserting_before(second):
        joined = replace(
            one,
            states=[_state(program, state) for state in states],
            directions=one.directions + other.directions,
            layers=one.layers + other.layers,
        )
        made = graph.create_node("call_function", first.target, joined.arguments())
        made.meta = dict(first.meta)
        parts = {0: graph.call_function(operator.getitem, (made, 0))}
        for user in [*first.users, *second.users]:
            index = piece_of(user)
            if index is not None and index not in parts:
                parts[index] = graph.call_function(operator.getitem, (made, index))
    for node, start, call in ((first, 0, one), (second, len(one.directions), other)):
        for user in [*node.users]:
            index = piece_of(user)
            if index:
                _read(graph, user, parts[index], start, len(call.directions))
            elif node is second:
                user.replace_all_uses_with(parts[0])


def _state(program: Program, found: _Beside) -> fx.Node:
    source, graph = found.source, program.graph
    if found.weight is not None:
        return program.new_weight(str(source.target), found.weight, kind=Tensor)
    if source.target is aten.zeros.default:
        made = graph.node_copy(source, lambda x: x)
        set_argument(made, "size", [found.stop, *argument(source, "size")[1:]])
        return made
    if found.start == 0 and found.stop == shape_of(source)[0]:
        return source
    return graph.call_function(aten.slice.Tensor, (source, 0, found.start, found.stop))


def _read(graph: fx.Graph, old: fx.Node, final: fx.Node, start: int, count: int) -> None:
    """Let the readers of a layer's final state read that of the node that it has become a part of."""
    for user in [*old.users]:
        part, run = Select.of(user), Slice.of(user)
        if part is not None and part.dim == 0 and isinstance(part.index, int):
            user.args, user.kwargs = (final, 0, start + part.index % count), {}
        elif run is not None and run.is_run(0) and run.stop <= count:
            user.args, user.kwargs = (final, 0, start + run.start, start + run.stop), {}
        else:
            with graph.inserting_before(user):
                rows = graph.call_function(aten.slice.Tensor, (final, 0, start, start + count))
            user.replace_input_with(old, rows)


def _whole(cat: fx.Node) -> fx.Node | None:
    """The final state that a cat puts together of all of its rows."""
    found = [Slice.of(part) for part in argument(cat, "tensors")]
    runs = [run for run in found if run is not None and run.is_run(0)]
    if argument(cat, "dim") != 0 or len(runs) != len(found):
        return None
    source, ends = runs[0].input, [0, *(run.stop for run in runs)]
    beside = all(run.start == end and run.input is source for run, end in zip(runs, ends, strict=False))
    return source if beside and ends[-1] == shape_of(source)[0] else None
