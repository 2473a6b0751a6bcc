"""Plain recurrent layers as ONNX ``RNN``; PyTorch's exporter knows LSTM and GRU, and would unroll these.

``RNN`` runs over sequences of any length. There is no ONNX op with a projection: such a layer cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from onnxscript import FLOAT, opset18

from ...compiler.errors import UserError
from ...compiler.ir.program import Program, module_path
from ...compiler.ir.recurrent import KINDS, call_of

aten = torch.ops.aten
op: Any = opset18


def _layers(activation: str) -> Callable[..., Any]:
    def translate(
        input: FLOAT,
        hx: FLOAT,
        params: Sequence[FLOAT],
        has_biases: bool,
        num_layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool,
    ) -> Any:
        value: Any = op.Transpose(input, perm=[1, 0, 2]) if batch_first else input
        state: Any = hx
        count, finals = 2 if bidirectional else 1, []
        each = 4 if has_biases else 2
        for layer in range(num_layers):
            first = layer * count
            own = [params[at * each : (at + 1) * each] for at in range(first, first + count)]
            stacks = [op.Concat(*[op.Unsqueeze(one[part], [0]) for one in own], axis=0) for part in range(each)]
            start = op.Slice(state, [first], [first + count], [0])
            made, final = op.RNN(
                value,
                stacks[0],
                stacks[1],
                **({"B": op.Concat(stacks[2], stacks[3], axis=1)} if has_biases else {}),
                initial_h=start,
                activations=[activation] * count,
                direction="bidirectional" if bidirectional else "forward",
                hidden_size=state.shape[2],
            )
            value = op.Reshape(op.Transpose(made, perm=[0, 2, 1, 3]), [0, 0, -1])
            finals.append(final)
        value = op.Transpose(value, perm=[1, 0, 2]) if batch_first else value
        return value, op.Concat(*finals, axis=0)

    return translate


TRANSLATIONS: dict[Any, Callable[..., Any]] = {
    aten.rnn_tanh.input: _layers("Tanh"),
    aten.rnn_relu.input: _layers("Relu"),
}


def check_projections(program: Program) -> None:
    """Refuse a program that ONNX has no op for.

    Raises:
        UserError: a recurrent layer with a projection.
    """
    for node in program.nodes():
        if node.target in KINDS and call_of(node).directions[0].projection is not None:
            raise UserError(
                "onnx-export-failed",
                f"'{program.name}' cannot be written as ONNX",
                where=module_path(node) or node.name,
                note="ONNX has no recurrent layer with projections (proj_size)",
                hint="save it as .pt2 instead",
            )
