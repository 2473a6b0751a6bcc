"""LSTM, GRU and plain recurrent layers, and their cells: a hidden unit goes with all of its gates, or not at all.

A unit is live if a result is read at it, or if a unit that is live reads it one step later. It is zero,
whatever the input, if it starts at zero and what would change it (the *candidate*: a cell's new content) is zero as
long as the units are zero that it reads. An initial state that is an input may be anything, so nothing is zero that
depends on it. Nodes of several layers are taken apart before (``split-recurrent``); the two directions of one keep
equally many units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, set_argument
from ...compiler.ir.channels import ChannelIds, Channels, Constraint, Labels, Mask, Part, product
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.recurrent import Call, Direction, Kind, call_of
from ...compiler.ir.speculation import mark
from .base import Depends, FallsBack, Rule, opaque_result
from .evaluate import make_constant, narrow, scalars, uniform, zero_everywhere
from .facts import Axes, Constants, Liveness
from .repeats import CREATED
from .shrink import Shrink, select

aten = torch.ops.aten

# Ops that make a tensor of one number: a state that is one of these is made as large as it has to be.


@dataclass(frozen=True)
class Units:
    """Channel ids of hidden units and of the cells behind them: (directions, units). The same without a projection."""

    hidden: Labels
    cells: Labels


@dataclass(frozen=True)
class Numbers:
    """The weights of one direction in float64: (gates, units, inputs), (gates, units, hidden), (gates, units)."""

    ih: Tensor
    hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor
    projection: Tensor | None

    @classmethod
    def of(cls, one: Direction, kind: Kind, program: Program) -> Numbers:
        def read(held: Any) -> Tensor | None:
            weight = program.weight(held)
            return None if weight is None else weight.to("cpu", torch.float64)

        ih, hh = read(one.ih), read(one.hh)
        assert ih is not None and hh is not None
        ih, hh = (x.reshape(kind.gates, -1, x.shape[-1]) for x in (ih, hh))
        none = torch.zeros(ih.shape[:2], dtype=torch.float64)
        first, second = (
            none if bias is None else bias.reshape(kind.gates, -1) for bias in map(read, (one.bias_ih, one.bias_hh))
        )
        return cls(ih, hh, first, second, read(one.projection))

    def lives(self, hidden: Mask, cells: Mask) -> Mask:
        """The cells behind live hidden units, and those that are live themselves."""
        if self.projection is None:
            return hidden | cells
        return np.asarray((self.projection.numpy()[hidden] != 0).any(axis=0)) | cells

    def reads(self, weight: Tensor, cells: Mask) -> Mask:
        """Which columns of a weight some gate of these cells reads."""
        return np.asarray((weight.numpy()[:, cells] != 0).any(axis=(0, 1)))


@dataclass(frozen=True, kw_only=True)
class Recurrent(FallsBack):
    """``lstm``, ``gru``, ``rnn_tanh``, ``rnn_relu`` of one layer, and their cells."""

    kind: ClassVar[str] = "recurrent"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        call = call_of(node)
        held = [x for one in call.directions for x in one.held()]
        if any(not program.is_weight(x) for x in held):
            return "its weights depend on the inputs"
        if len(set(held)) < len(held):
            return "its directions share a weight"
        if call.value not in axes.channels:
            return "its input is a weight"
        return None

    # ---------------------------------------------------------------- axes

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        call = call_of(node)
        hidden = axes.ids.fresh((len(call.directions), _size(call.states[0])))
        apart = call.directions[0].projection is not None
        cells = axes.ids.fresh((len(hidden), _size(call.states[1]))) if apart else hidden
        axes.moves[node] = Units(hidden, cells)
        given = axes.pin(call.value, {_last(call.value)})
        for state, labels in zip(call.states, (hidden, cells), strict=False):
            self._start(state, labels, axes, program)
        rows = [row for labels in ([hidden] if cells is hidden else [hidden, cells]) for row in labels]
        every = Part(np.concatenate(rows), ("unit",))
        parts = [Part(row, (number,)) for number, row in enumerate(rows)]
        seen = Part(given.labels, ("input",) if given.dims else ())
        axes.constraints.append(product([every, *parts, seen], "a recurrent layer has at least one unit", axes.ids))
        if len(hidden) > 1:
            axes.constraints += [_even(labels, axes.ids) for labels in (hidden, cells)]
        if apart:
            axes.constraints.append(_told_apart(hidden, cells, axes.ids))
        return self._results(node, call, axes)

    def _start(self, state: fx.Node, labels: Labels, axes: Axes, program: Program) -> None:
        """Initial states: made to measure, tied to the units, or picked from."""
        if _is_made(state, program):
            return
        if not axes.of(state).dims and axes.speculation.at(state):
            if len(labels) > 1:
                both = Part(labels, ("direction", "unit"))
                axes.constraints.append(product([both], "both directions start from the same columns", axes.ids))
            return
        dims = _state_dims(state)
        axes.ids.tie(labels, _wide(axes.pin(state, dims), axes.pin(state, dims).labels, dims, labels.shape))

    def _results(self, node: fx.Node, call: Call, axes: Axes) -> Any:
        units: Units = axes.moves[node]
        finals = [Channels((0, 2), units.hidden), Channels((0, 2), units.cells)]
        if len(units.hidden) == 1:
            last = 2 if call.kind.sequence else 1
            finals = [Channels((last,), labels[0]) for labels in (units.hidden, units.cells)]
        else:
            axes.ragged.add(node)
            axes.ragged.update(user for user in node.users if user.args[1] != 0 and _is_taken_apart(user))
        if call.kind.sequence:
            return [Channels((2,), units.hidden.reshape(-1)), *finals[: 1 + call.kind.cell]]
        return finals if call.kind.cell else finals[0]

    # ---------------------------------------------------------------- constants

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        zeros = self._zeros(node, axes, constants, program)
        results = axes.channels[node]
        known = self._over_results(node, *zeros)
        parts = zip(results, known, strict=True) if isinstance(results, list) else [(results, known[0])]
        found = [make_constant(flags, _blank(node, index, own), own) for index, (own, flags) in enumerate(parts)]
        return found if isinstance(results, list) else found[0]

    def _over_results(self, node: fx.Node, hidden: Mask, cells: Mask) -> list[Mask]:
        """Flags of units, (directions, units), as the results of the op hold them."""
        call = call_of(node)
        finals = [hidden, cells][: 1 + call.kind.cell]
        finals = [flags[0] for flags in finals] if len(hidden) == 1 else finals
        return [hidden.reshape(-1), *finals] if call.kind.sequence else finals

    def _zeros(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> tuple[Mask, Mask]:
        """Hidden units and cells that are zero whatever the input."""
        call = call_of(node)
        plain, values = _plain(call, axes, constants)
        units: Units = axes.moves[node]
        pairs = zip(call.states, (units.hidden, units.cells), strict=False)
        starts = [_starts_at_zero(state, labels.shape, axes, constants, program) for state, labels in pairs]
        found = []
        for number, one in enumerate(call.directions):
            weights = Numbers.of(one, call.kind, program)
            found.append(_zero_units(weights, node, plain, values, starts[0][number], starts[-1][number]))
        return np.stack([hidden for hidden, _ in found]), np.stack([cells for _, cells in found])

    # ---------------------------------------------------------------- liveness

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        if not live.any(node):
            return
        call, zeros = call_of(node), self._zeros(node, axes, constants, program)
        plain, _ = _plain(call, axes, constants)
        wanted = self._wanted(node, live)
        inputs, starts = np.zeros(_size(call.value), dtype=np.bool_), [np.zeros_like(flags) for flags in wanted]
        for number, one in enumerate(call.directions):
            weights = Numbers.of(one, call.kind, program)
            hidden, cells = (flags[number] for flags in wanted)
            lives, reads = _needed(weights, call.kind, hidden, cells, zeros[0][number], zeros[1][number])
            inputs |= weights.reads(weights.ih, lives) & ~plain
            starts[0][number] = reads | (hidden & zeros[0][number]) | (lives if call.kind.keeps else False)
            starts[1][number] = lives | (weights.lives(hidden, cells) & zeros[1][number])
            if call.kind.sequence:
                hidden |= reads
                cells |= lives if call.kind.cell else False
        if call.kind.sequence:  # what is read one step later
            for index, flags in enumerate(self._over_results(node, *wanted)[1:], 1):
                final = live.part(node, index)
                final |= flags
        _ask(call.value, inputs[None], (_last(call.value),), axes, live)
        for state, flags in zip(call.states, starts, strict=False):
            if not _is_made(state, program):
                _ask(state, flags, _state_dims(state), axes, live)

    def _wanted(self, node: fx.Node, live: Liveness) -> tuple[Mask, Mask]:
        """Hidden units and cells that somebody reads: (directions, units), copies."""
        call, units = call_of(node), live.axes.moves[node]
        if not isinstance(live.axes.channels[node], list):
            return live.of(node)[None].copy(), np.zeros(units.cells.shape, dtype=np.bool_)
        first = 1 if call.kind.sequence else 0
        hidden = live.part(node, first).reshape(units.hidden.shape).copy()
        if call.kind.sequence:
            hidden |= live.part(node, 0).reshape(hidden.shape)
        if not call.kind.cell:
            return hidden, np.zeros(units.cells.shape, dtype=np.bool_)
        return hidden, live.part(node, first + 1).reshape(units.cells.shape).copy()

    # ---------------------------------------------------------------- shrink

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        call, units = call_of(node), state.axes.moves[node]
        operand = state.axes.of(call.value).only({_last(call.value)})
        columns = state.indices(operand, _last(call.value))
        kept = [[_indices(state, row) for row in labels] for labels in (units.hidden, units.cells)]
        folded = self._folded(node, call, state)
        if not call.biases and any(bool((bias != 0).any()) for _, bias in folded):
            call = self._with_biases(node, call, state.program)
        for one, (ih, bias), hidden, cells in zip(call.directions, folded, *kept, strict=True):
            weights = Numbers.of(one, call.kind, state.program)
            rows = _take(cells, 1)
            values = [_take(columns, 2)(rows(ih)), _take(hidden, 2)(rows(weights.hh))]
            if call.biases:
                values += [rows(weights.bias_ih + bias), rows(weights.bias_hh)]
            values = [value.reshape(-1, *value.shape[2:]) for value in values]
            if weights.projection is not None:
                values.append(_take(hidden, 0)(rows(weights.projection)))
            for held, value in zip(one.held(), values, strict=True):
                _write(node, held, value, state.program)
        call = call_of(node)
        for index, start in enumerate(call.states):
            call.states[index] = _smaller(node, start, kept[index if call.kind.cell else 0], state)
        node.args = call.arguments()

    def _folded(self, node: fx.Node, call: Call, state: Shrink) -> list[tuple[Tensor, Tensor]]:
        """For each direction its input weight without dead constants, and what these add to the bias."""
        plain, values = _plain(call, state.axes, state.constants)
        own, last = state.axes.of(call.value), _last(call.value)
        asked = np.broadcast_to(own.anywhere(state.live.of(call.value), {last}), plain.shape)
        gone = torch.from_numpy(plain & ~asked)
        found = []
        for one in call.directions:
            weights = Numbers.of(one, call.kind, state.program)
            bias = weights.ih @ torch.where(gone, torch.from_numpy(values.copy()), 0.0)
            found.append((torch.where(gone, 0.0, weights.ih), bias))
        return found

    def _with_biases(self, node: fx.Node, call: Call, program: Program) -> Call:
        """The same call with biases of zero."""
        directions = []
        for one in call.directions:
            weight = program.weight(one.ih)
            assert weight is not None
            name, zeros = str(one.ih.target), weight.new_zeros(weight.shape[0])
            first, second = (
                program.new_weight(name.replace("weight_ih", bias), zeros) for bias in ("bias_ih", "bias_hh")
            )
            directions.append(Direction(one.ih, one.hh, first, second, one.projection))
        node.args = Call(**(vars(call) | {"directions": directions, "biases": True})).arguments()
        return call_of(node)


@dataclass(frozen=True, kw_only=True)
class Joined(Rule):
    """Several layers in one node: whole, and nothing to be said about; ``split-recurrent`` takes it apart."""

    kind: ClassVar[str] = "recurrent"

    def axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return opaque_result(node, axes)


@dataclass(frozen=True, kw_only=True)
class AnyRecurrent(Depends):
    """A recurrent op of one layer or several."""

    kind: ClassVar[str] = "recurrent"
    about: ClassVar[str] = (
        "Reads channels and its own hidden units of one step ago, and writes hidden units of its own."
    )

    def meaning(self) -> str:
        return "a hidden unit goes with all of its gates; several layers are taken apart first"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        return Recurrent() if call_of(node).layers == 1 else Joined()


# -------------------------------------------------------------------- which units are zero, and which are needed


def _zero_units(
    weights: Numbers, node: fx.Node, plain: Mask, values: np.ndarray[Any, Any], hidden: Mask, cells: Mask
) -> tuple[Mask, Mask]:
    """The largest sets of hidden units and cells that stay zero, given which start at zero."""
    kind = call_of(node).kind
    ih, hh = weights.ih[kind.candidate], weights.hh[kind.candidate].numpy()
    total, other = (
        weights.bias_ih[kind.candidate] + ih @ torch.from_numpy(values.copy()),
        weights.bias_hh[kind.candidate],
    )
    if kind.split:
        still = (total == 0) & (other == 0)
    else:
        still = total + other <= 0 if kind.rectified else total + other == 0
    cells = cells & still.numpy() & ~(ih.numpy()[:, ~plain] != 0).any(axis=1)
    while True:
        kept = cells if weights.projection is None else ~(weights.projection.numpy()[:, ~cells] != 0).any(axis=1)
        found = cells & ~(hh[:, ~(kept & hidden)] != 0).any(axis=1)
        if np.array_equal(found, cells):
            return kept & hidden, cells
        cells = found


def _needed(
    weights: Numbers, kind: Kind, hidden: Mask, cells: Mask, zero_hidden: Mask, zero_cells: Mask
) -> tuple[Mask, Mask]:
    """Cells that have to hold their number for what is live, and hidden units that their gates read."""
    while True:
        lives = weights.lives(hidden & ~zero_hidden, cells) & ~zero_cells
        reads = weights.reads(weights.hh, lives) & ~zero_hidden
        if not kind.sequence or not (reads & ~hidden).any():
            return lives, reads
        hidden = hidden | reads


def _plain(call: Call, axes: Axes, constants: Constants) -> tuple[Mask, np.ndarray[Any, Any]]:
    """Input columns that hold the same known number everywhere, and that number (0 elsewhere)."""
    last, size = {_last(call.value)}, _size(call.value)
    own = axes.of(call.value).only(last)
    constant = narrow(constants.of(call.value), axes.of(call.value), own.dims)
    if constant is None:
        return np.zeros(size, dtype=np.bool_), np.zeros(size)
    same = uniform(constant, own)
    return np.broadcast_to(same, (size,)), np.broadcast_to(np.where(same, scalars(constant, own), 0.0), (size,))


def _starts_at_zero(state: fx.Node, shape: tuple[int, ...], axes: Axes, constants: Constants, program: Program) -> Mask:
    """Where an initial state is known to be zero: (directions, units)."""
    weight, dims = program.weight(state), _state_dims(state)
    if weight is not None:
        return np.broadcast_to((weight == 0).all(dim=-2).cpu().numpy(), shape)
    constant = narrow(constants.of(state), axes.of(state), dims)
    if constant is None:
        return np.zeros(shape, dtype=np.bool_)
    own = axes.of(state).only(dims)
    zeros: Mask = _wide(own, constant.known & zero_everywhere(constant, own), dims, shape)
    return zeros


# -------------------------------------------------------------------- sizes and positions


def _last(value: fx.Node) -> int:
    return len(shape_of(value)) - 1


def _size(value: fx.Node) -> int:
    return int(shape_of(value)[-1])


def _state_dims(state: fx.Node) -> tuple[int, ...]:
    """Dimensions of a state that tell units apart: (directions, batch, units), or (batch, units) for a step."""
    return (0, 2) if len(shape_of(state)) == 3 else (1,)


def _wide(own: Channels, values: np.ndarray[Any, Any], dims: Sequence[int], shape: tuple[int, ...]) -> Any:
    """What is known of positions over some of ``dims`` as an array over (directions, units)."""
    index = tuple(slice(None) if d in own.dims else None for d in dims)
    return np.broadcast_to(np.asarray(values)[index], shape)


def _ask(value: fx.Node, flags: Mask, dims: Sequence[int], axes: Axes, live: Liveness) -> None:
    """Liveness flags over (directions, units), or (1, columns), of an operand."""
    own = axes.of(value).only(dims)
    flags = flags[-1] if len(dims) == 1 else flags
    live.need(value, np.asarray(flags.any(axis=tuple(a for a, d in enumerate(dims) if d not in own.dims))), own.dims)


def _is_made(state: fx.Node, program: Program) -> bool:
    return state.target in CREATED or program.is_weight(state)


def _is_taken_apart(state: fx.Node) -> bool:
    """Whether a final state of two directions is only read one direction at a time."""
    return all(user.target is aten.select.int and user.args[1] in (0, -3) for user in state.users)


def _blank(node: fx.Node, index: int, own: Channels) -> Tensor:
    value = node.meta["val"]
    rank = (value[index] if isinstance(value, (list, tuple)) else value).ndim
    sizes = dict(zip(own.dims, own.labels.shape, strict=True))
    return torch.zeros([sizes.get(dim, 1) for dim in range(rank)], dtype=torch.float64)


def _even(labels: Labels, ids: ChannelIds) -> Constraint:
    """Both directions keep equally many units."""

    def close(kept: Mask) -> bool:
        rows = ids.find(labels)
        count, changed = int(kept[rows].sum(axis=1).max()), False
        for row in rows:
            while (missing := count - int(kept[row].sum())) > 0:
                kept[row[np.flatnonzero(~kept[row])[:missing]]] = changed = True
        return changed

    return Constraint("both directions of a recurrent layer keep equally many units", close)


def _told_apart(hidden: Labels, cells: Labels, ids: ChannelIds) -> Constraint:
    """There are more cells than projections of them: PyTorch tells by the sizes of the states that there is one."""

    def close(kept: Mask) -> bool:
        changed = False
        for one, row in zip(ids.find(hidden), ids.find(cells), strict=True):
            if kept[row].any() and kept[one].sum() == kept[row].sum():
                kept[row[np.flatnonzero(~kept[row])[0]]] = changed = True
        return changed

    return Constraint("a recurrent layer with a projection has another number of cells than of projections", close)


# -------------------------------------------------------------------- the smaller op


def _indices(state: Shrink, row: Labels) -> Labels | None:
    kept = state.kept_ids[state.axes.ids.find(row)]
    return None if kept.all() else np.flatnonzero(kept)


def _take(indices: Labels | None, dim: int) -> Any:
    return lambda weight: select(weight, dim, indices)


def _write(node: fx.Node, held: fx.Node, value: Tensor, program: Program) -> None:
    weight = program.weight(held)
    assert weight is not None
    value = value.to(weight.device, weight.dtype)
    if value.shape != weight.shape or not torch.equal(value, weight):
        program.replace_weight(node, held, value)


def _smaller(node: fx.Node, start: fx.Node, kept: list[Labels | None], state: Shrink) -> fx.Node:
    """The initial state of the units that stay."""
    if all(indices is None for indices in kept):
        return start
    graph, program, last = state.program.graph, state.program, _last(start)
    weight = program.weight(start)
    if weight is not None:
        rows = [
            select(row, -1, indices)
            for row, indices in zip(weight.reshape(len(kept), *weight.shape[-2:]), kept, strict=True)
        ]
        return program.new_weight(str(start.target), torch.stack(rows) if weight.ndim == 3 else rows[0], kind=Tensor)
    indices = next(indices for indices in kept if indices is not None)
    with graph.inserting_before(node):
        if start.target in CREATED:
            made = graph.node_copy(start, lambda x: x)
            set_argument(made, "size", [*argument(start, "size")[:-1], len(indices)])
            return made
        if state.axes.of(start).dims:
            return start  # its own op makes it smaller
        index = program.new_weight("unit_index", torch.from_numpy(indices), kind=Tensor)
        made = graph.call_function(aten.index_select.default, (start, last, index))
    mark(made, "gather of an initial state", start)
    return made
