"""What follows a product and may become part of its kernel: a bias, a residual, an activation, a gate. For all rooms.

An activation's name is what operators take as their argument ``activation``, and the key of the function that writes
it as MLIR (``codegen.mlir.activations``). A new one is a row here, and a function there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, fx

aten = torch.ops.aten


def _always(node: fx.Node) -> bool:
    return True


@dataclass(frozen=True)
class OnnxNode:
    """A node of an ONNX graph.

    Attributes:
        kind: its type.
        inputs: "x" is what the activation is applied to, "y" the result of the node before; numbers are constants.
        attributes: by name.
    """

    kind: str
    inputs: tuple[str | float, ...] = ("x",)
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Activation:
    """An activation function.

    Attributes:
        name: as kernels know it.
        function: in PyTorch.
        onnx: in ONNX, node after node.
        ops: ATen operators that compute it, each for the nodes of which something holds; a graph is given the first,
            with these ``options``.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    onnx: tuple[OnnxNode, ...]
    ops: Mapping[Any, Callable[[fx.Node], bool]] = field(hash=False)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def write(self, graph: fx.Graph, y: fx.Node) -> fx.Node:
        """Apply it to a value of a graph."""
        return graph.call_function(next(iter(self.ops)), (y,), {**self.options})


def _is_six(node: fx.Node) -> bool:
    return tuple(node.args[1:]) == (0.0, 6.0)


def _is_tanh(node: fx.Node) -> bool:
    return node.kwargs.get("approximate", "none") == "tanh"


def _is_erf(node: fx.Node) -> bool:
    return not _is_tanh(node)


ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation("relu", F.relu, (OnnxNode("Relu"),), {aten.relu.default: _always}),
        Activation(
            "relu6",
            F.relu6,
            (OnnxNode("Clip", ("x", 0.0, 6.0)),),
            {aten.relu6.default: _always, aten.hardtanh.default: _is_six},
        ),
        Activation(
            "hardsigmoid",
            F.hardsigmoid,
            (OnnxNode("HardSigmoid", attributes={"alpha": 1 / 6, "beta": 0.5}),),
            {aten.hardsigmoid.default: _always},
        ),
        Activation("hardswish", F.hardswish, (OnnxNode("HardSwish"),), {aten.hardswish.default: _always}),
        Activation("sigmoid", torch.sigmoid, (OnnxNode("Sigmoid"),), {aten.sigmoid.default: _always}),
        Activation("silu", F.silu, (OnnxNode("Sigmoid"), OnnxNode("Mul", ("x", "y"))), {aten.silu.default: _always}),
        Activation("tanh", torch.tanh, (OnnxNode("Tanh"),), {aten.tanh.default: _always}),
        # Its two forms are two functions.
        Activation("gelu", F.gelu, (OnnxNode("Gelu"),), {aten.gelu.default: _is_erf}),
        Activation(
            "gelu_tanh",
            lambda x: F.gelu(x, approximate="tanh"),
            (OnnxNode("Gelu", attributes={"approximate": "tanh"}),),
            {aten.gelu.default: _is_tanh},
            {"approximate": "tanh"},
        ),
    )
}


def activation_of(node: fx.Node) -> Activation | None:
    """The activation that a node computes; None for anything else."""
    found = (row for row in ACTIVATIONS.values() if node.target in row.ops and row.ops[node.target](node))
    return next(found, None)


def finished(y: Tensor, residual: Tensor | None, activation: str, gate: Tensor | None = None) -> Tensor:
    """activation(y + residual) * gate: what is done to a product, whose bias is in it; '' is no activation."""
    y = y if residual is None else y + residual
    y = ACTIVATIONS[activation].function(y) if activation else y
    return y if gate is None else y * gate
