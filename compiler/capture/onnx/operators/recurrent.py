"""LSTM, GRU and plain recurrent layers. ONNX orders gates in another way than PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused

# Which block of ONNX's each of PyTorch's is.
GATES = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
USUAL = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}


def _run(
    node: Node,
    x: Tensor,
    weight: Tensor,
    recurrent: Tensor,
    bias: Tensor | None = None,
    lengths: Any = None,
    hidden: Tensor | None = None,
    cell: Tensor | None = None,
    peepholes: Any = None,
) -> tuple[Tensor | None, ...]:
    activations = _check(node, lengths, peepholes)
    direction, units = node.get("direction", "forward"), recurrent.shape[-1]
    first = node.get("layout", 0) == 1
    x = x.transpose(0, 1) if first else x
    x = x.flip(0) if direction == "reverse" else x
    params = [
        part
        for one in range(weight.shape[0])
        for part in _of_direction(node.op, weight[one], recurrent[one], None if bias is None else bias[one])
    ]
    states = [_start(state, x, weight.shape[0], units, first) for state in (hidden, cell)]
    rest = (params, bias is not None, 1, 0.0, False, direction == "bidirectional", False)
    if node.op == "LSTM":
        made, *last = torch.lstm(x, states, *rest)
    else:
        run = torch.gru if node.op == "GRU" else torch.rnn_relu if activations == "Relu" else torch.rnn_tanh
        made, *last = run(x, states[0], *rest)
    made = made.flip(0) if direction == "reverse" else made
    made = made.reshape(made.shape[0], made.shape[1], weight.shape[0], units)
    if first:
        return made.transpose(0, 1), *(state.transpose(0, 1) for state in last)
    return made.permute(0, 2, 1, 3), *last


def _check(node: Node, lengths: Any, peepholes: Any) -> str:
    """Refuse what PyTorch has no layer for; the activation otherwise."""
    usual, given = USUAL[node.op], node.get("activations")
    names = [str(name.decode() if isinstance(name, bytes) else name) for name in given or usual]
    alike = {*map(str.lower, names[: len(usual)])} == {*map(str.lower, usual)} or (
        node.op == "RNN" and {*map(str.lower, names)} == {"relu"}
    )
    reasons = {
        "lengths of its sequences": lengths is not None,
        "peepholes": peepholes is not None,
        "activations of its own": not alike,
        "clipping": node.get("clip") is not None,
        "coupled gates": bool(node.get("input_forget", 0)),
        "a reset before the product (linear_before_reset=0)": node.op == "GRU"
        and not node.get("linear_before_reset", 0),
    }
    if any(reasons.values()):
        raise Refused(f"a recurrent layer with {', '.join(why for why, holds in reasons.items() if holds)}")
    return names[0].capitalize()


def _of_direction(op: str, weight: Tensor, recurrent: Tensor, bias: Tensor | None) -> list[Tensor]:
    parts = [weight, recurrent, *(() if bias is None else bias.chunk(2))]
    return [_in_order(part, GATES[op]) for part in parts]


def _in_order(part: Tensor, order: Sequence[int]) -> Tensor:
    blocks = part.chunk(len(order))
    return torch.cat([blocks[at] for at in order]) if len(order) > 1 else part


def _start(state: Tensor | None, x: Tensor, directions: int, units: int, first: bool) -> Tensor:
    if state is None:
        return x.new_zeros(directions, x.shape[1], units)
    return state.transpose(0, 1) if first else state


OPERATORS: Table = {"GRU": Operator(_run), "LSTM": Operator(_run), "RNN": Operator(_run)}
