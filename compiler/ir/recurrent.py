"""Recurrent ops: how their arguments are read, and the shapes of their results, whatever the length of a sequence.

PyTorch finds the shapes of ``lstm``, ``gru`` and ``rnn`` by unrolling them step by step, which fixes the length and
takes as long as the sequence. ``any_length`` has it ask ``result`` instead, while a program is captured or checked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, fx

from .arguments import arguments_of

aten = torch.ops.aten


@dataclass(frozen=True)
class Kind:
    """What the gates of an op are.

    Attributes:
        gates: how many blocks of rows the weights have, one row a unit.
        candidate: the block that alone decides whether a unit that starts at zero stays there.
        cell: whether there is a cell state beside the hidden one.
        sequence: whether it runs over a sequence, or is one step.
        keeps: whether a unit's next state takes in its own last one, weights aside.
        split: whether the candidate adds its two biases apart from each other (a gate lies between).
        rectified: whether a candidate below zero counts as zero.
    """

    gates: int
    candidate: int
    cell: bool = False
    sequence: bool = True
    keeps: bool = False
    split: bool = False
    rectified: bool = False


KINDS: dict[Any, Kind] = {
    aten.lstm.input: Kind(4, 2, cell=True),
    aten.gru.input: Kind(3, 2, keeps=True, split=True),
    aten.rnn_tanh.input: Kind(1, 0),
    aten.rnn_relu.input: Kind(1, 0, rectified=True),
    aten.lstm_cell.default: Kind(4, 2, cell=True, sequence=False),
    aten.gru_cell.default: Kind(3, 2, sequence=False, keeps=True, split=True),
    aten.rnn_tanh_cell.default: Kind(1, 0, sequence=False),
    aten.rnn_relu_cell.default: Kind(1, 0, sequence=False, rectified=True),
}
SEQUENCES = [op for op, kind in KINDS.items() if kind.sequence]


@dataclass(frozen=True)
class Direction:
    """The weights of one layer in one direction; biases and the projection may be missing."""

    ih: Any
    hh: Any
    bias_ih: Any = None
    bias_hh: Any = None
    projection: Any = None

    def held(self) -> list[Any]:
        """In the order of the op's arguments."""
        return [x for x in (self.ih, self.hh, self.bias_ih, self.bias_hh, self.projection) if x is not None]


@dataclass(frozen=True)
class Call:
    """The arguments of a recurrent op; of a step, as one layer with one direction.

    Attributes:
        states: hidden, and cell where there is one.
        directions: of the first layer, then of the second, ...
    """

    kind: Kind
    value: Any
    states: list[Any]
    directions: list[Direction]
    biases: bool
    layers: int = 1
    dropout: float = 0.0
    train: bool = False
    both: bool = False
    batch_first: bool = False

    @classmethod
    def of(cls, target: Any, args: Sequence[Any]) -> Call:
        """Read the arguments of a call."""
        kind = KINDS[target]
        value, states = args[0], [*args[1]] if kind.cell else [args[1]]
        if not kind.sequence:
            given = [*args[2:], None, None][:4]
            return cls(kind, value, states, [Direction(*given)], given[2] is not None)
        params, biases, layers, dropout, train, both, batch_first = args[2:9]
        count = layers * (2 if both else 1)
        each = len(params) // count
        found = []
        for start in range(0, each * count, each):
            own = [*params[start : start + each]]
            projection = own.pop() if each in (3, 5) else None
            ih, hh, bias_ih, bias_hh = own if biases else [*own, None, None]
            found.append(Direction(ih, hh, bias_ih, bias_hh, projection))
        return cls(kind, value, states, found, biases, layers, dropout, train, both, batch_first)

    def arguments(self) -> tuple[Any, ...]:
        """The arguments, as the op takes them."""
        states = self.states if self.kind.cell else self.states[0]
        if not self.kind.sequence:
            (one,) = self.directions
            return (self.value, states, one.ih, one.hh, *([one.bias_ih, one.bias_hh] if self.biases else []))
        params = [x for direction in self.directions for x in direction.held()]
        rest = (self.biases, self.layers, self.dropout, self.train, self.both, self.batch_first)
        return (self.value, states, params, *rest)


def call_of(node: fx.Node) -> Call:
    """The arguments of a recurrent node."""
    return Call.of(node.target, arguments_of(node))


def result(target: Any, *args: Any) -> Any:
    """What a recurrent op over sequences returns, as tensors of the right shape without numbers.

    Raises:
        RuntimeError: weights, states and input do not fit.
    """
    call = Call.of(target, args)
    value: Tensor = call.value
    width, hidden = int(value.shape[-1]), [int(state.shape[-1]) for state in call.states]
    count = 2 if call.both else 1
    for at, one in enumerate(call.directions):
        rows, given = call.kind.gates * hidden[-1], width if at < count else hidden[0] * count
        wanted = [(rows, given), (rows, hidden[0]), (rows,), (rows,), (hidden[0], hidden[-1])]
        parts = (one.ih, one.hh, one.bias_ih, one.bias_hh, one.projection)
        for part, shape in zip(parts, wanted, strict=True):
            if part is not None and tuple(part.shape) != shape:
                raise RuntimeError(f"a weight of shape {tuple(part.shape)} where {shape} fits")
    if any(int(state.shape[0]) != len(call.directions) for state in call.states):
        raise RuntimeError(f"a state for {int(call.states[0].shape[0])} directions, weights for {len(call.directions)}")
    first, second = (1, 0) if call.batch_first else (0, 1)
    made = value.new_empty((value.shape[first], value.shape[second], hidden[0] * count))
    made = made.transpose(0, 1) if call.batch_first else made
    return (made, *(state.new_empty(state.shape) for state in call.states))


@contextlib.contextmanager
def any_length(ops: Sequence[Any] = tuple(SEQUENCES)) -> Iterator[None]:
    """While this lasts, PyTorch asks ``result`` for the shapes of recurrent ops, rather than unrolling them."""
    from torch._decomp import decomposition_table

    with contextlib.ExitStack() as stack:
        for op in ops:
            shapes = partial(result, op)
            stack.callback(op._dispatch_cache.clear)
            stack.enter_context(patch.dict(decomposition_table, {op: shapes}))
            stack.enter_context(patch.dict(op.py_kernels, dict.fromkeys(op.py_kernels, shapes)))
            op._dispatch_cache.clear()
        yield
