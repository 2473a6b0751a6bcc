"""A small program as an ONNX model, written node by node: a thousandth of the time that the exporter takes.

For programs of static sizes that are made of the operations of layers, which are timed one by one. Whatever else a
format may write is left to the exporter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, fx

from ...compiler.ir.arguments import arguments_of, operand_of
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.views import Layer
from ..operators.epilogues import Activation, activation_of
from . import sparse_nodes
from .native_api import DOMAIN

aten = torch.ops.aten

OPSET = 20


def written_out(program: Program) -> onnx.ModelProto | None:
    """The model of a program after ``with_nodes``; its inputs have the program's names, its output is y.

    None if it has symbolic sizes, or an operation that is not known here.
    """
    if not program.is_static():
        return None
    model = _Model(program)
    names: dict[fx.Node, str] = {}
    for node, name in zip(program.placeholders(), program.input_names, strict=True):
        names[node] = model.input(name, node.meta["val"].shape)
    for node in program.nodes():
        if node.op == "get_attr":
            value = program.weight(node)
            assert value is not None
            names[node] = model.weight(value, str(node.target))
        elif node.op == "call_function":
            activation = activation_of(node)
            write = WRITERS.get(node.target)
            if activation is None and write is None:
                return None
            args: Any = fx.node.map_arg(arguments_of(node), lambda held: _Name(names[held]))
            found = model.activation(activation, args[0]) if activation else write and write(model, node, *args)
            if found is None:
                return None
            names[node] = found
    (result,) = program.outputs()
    return model.finish(names[result], result.meta["val"].shape)


class _Name(str):
    """The name of a value, where an argument of a node was one."""


@dataclass
class _Model:
    """A graph, being written."""

    program: Program
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Append a node; the name of its result."""
        result = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [result], domain=domain, **attributes))
        return result

    def weight(self, value: Tensor, name: str = "") -> str:
        """Append a weight or a constant; its name."""
        held, name = value.detach().contiguous(), name or f"constant{len(self.weights)}"
        if held.dtype is torch.bfloat16:  # NumPy has no such numbers
            raw = held.view(torch.int16).numpy().tobytes()
            self.weights.append(helper.make_tensor(name, onnx.TensorProto.BFLOAT16, held.shape, raw, raw=True))
        else:
            self.weights.append(numpy_helper.from_array(held.numpy(), name))
        return name

    def sizes(self, *sizes: int) -> str:
        """A list of numbers."""
        return self.weight(torch.tensor(sizes, dtype=torch.int64))

    def input(self, name: str, shape: Any) -> str:
        """Append an input; its name."""
        self.inputs.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [*shape]))
        return name

    def activation(self, activation: Activation, x: str) -> str:
        """Append the nodes of an activation."""
        y = x
        for row in activation.onnx:
            held = {"x": x, "y": y}
            operands = [held[o] if isinstance(o, str) else self.weight(torch.tensor(o)) for o in row.inputs]
            y = self.node(row.kind, *operands, **row.attributes)
        return y

    def finish(self, result: str, shape: Any) -> onnx.ModelProto:
        """The model."""
        if self.nodes and self.nodes[-1].output[0] == result:
            self.nodes[-1].output[0] = "y"
        else:
            self.nodes.append(helper.make_node("Identity", [result], ["y"]))
        read = {name for node in self.nodes for name in node.input}
        weights = [weight for weight in self.weights if weight.name in read]
        output = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [*shape])
        graph = helper.make_graph(self.nodes, "layer", self.inputs, [output], weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _linear(model: _Model, node: fx.Node, x: str, weight: str, bias: str | None) -> str | None:
    layer = Layer.of(node, model.program)
    if layer is None or node.meta["val"].ndim != 2:
        return None
    return model.node("Gemm", x, model.weight(layer.tensor.t(), f"{weight}_transposed"), *([bias] if bias else []))


def _convolution(
    model: _Model,
    node: fx.Node,
    x: str,
    weight: str,
    bias: str | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    groups: int,
) -> str:
    sides = _sides(node, stride, padding, dilation, groups)
    return model.node("Conv", x, weight, *([bias] if bias else []), **sides)


def _transposed(
    model: _Model,
    node: fx.Node,
    x: str,
    weight: str,
    bias: str | None,
    stride: list[int],
    padding: list[int],
    extra: list[int],
    groups: int,
    dilation: list[int],
) -> str:
    sides = _sides(node, stride, padding, dilation, groups)
    return model.node("ConvTranspose", x, weight, *([bias] if bias else []), **sides, output_padding=extra)


def _sides(node: fx.Node, stride: list[int], padding: list[int], dilation: list[int], groups: int) -> dict[str, Any]:
    """The attributes of a convolution of either direction."""
    shape = shape_of(operand_of(node, "weight"))[2:]
    pads = [*padding, *padding]
    return {"kernel_shape": [*shape], "strides": stride, "dilations": dilation, "group": groups, "pads": pads}


def _add(model: _Model, node: fx.Node, x: str, y: str, alpha: float) -> str | None:
    return model.node("Add", x, y) if isinstance(y, _Name) and alpha == 1 else None


def _reshape(model: _Model, node: fx.Node, x: str, shape: list[int]) -> str | None:
    if not all(isinstance(size, int) for size in shape):
        return None
    return model.node("Reshape", x, model.sizes(*shape))


def _reshaped(model: _Model, node: fx.Node, x: str, *_: Any) -> str:
    """The same numbers in another shape, which is known."""
    return model.node("Reshape", x, model.sizes(*node.meta["val"].shape))


def _permute(model: _Model, node: fx.Node, x: str, order: list[int]) -> str:
    return model.node("Transpose", x, perm=order)


def _transpose(model: _Model, node: fx.Node, x: str, first: int, second: int) -> str:
    order = [*range(node.meta["val"].ndim)]
    order[first], order[second] = order[second], order[first]
    return model.node("Transpose", x, perm=order)


def _gather(model: _Model, node: fx.Node, x: str, dim: int, places: str) -> str:
    return model.node("Gather", x, places, axis=dim)


def _product(model: _Model, node: fx.Node, x: str, y: str) -> str:
    return model.node("MatMul", x, y)


def _slice(model: _Model, node: fx.Node, x: str, dim: int, first: int | None, last: int | None, step: int) -> str:
    last = torch.iinfo(torch.int64).max if last is None else last
    return model.node("Slice", x, *(model.sizes(size) for size in (first or 0, last, dim, step)))


def _sparse(
    model: _Model,
    node: fx.Node,
    name: str,
    attributes: dict[str, Any],
    x: str,
    weight: list[str],
    bias: str | None,
    residual: str | None = None,
    *orders: bool | str | None,
) -> str | None:
    """A node of domain "sparsec"; none where the exporter would write more than that one."""
    if any(orders):
        return None
    ends = [held for held in (bias, residual) if held is not None]
    return model.node(name, x, *weight, *ends, domain=DOMAIN, **attributes)


WRITERS: dict[Any, Callable[..., str | None]] = {
    aten.linear.default: _linear,
    aten.conv1d.default: _convolution,
    aten.conv2d.default: _convolution,
    aten.conv_transpose1d.default: _transposed,
    aten.conv_transpose2d.input: _transposed,
    aten.add.Tensor: _add,
    aten.reshape.default: _reshape,
    aten.unsqueeze.default: _reshaped,
    aten.squeeze.dim: _reshaped,
    aten.unflatten.int: _reshaped,
    aten.flatten.using_ints: _reshaped,
    aten.permute.default: _permute,
    aten.transpose.int: _transpose,
    aten.index_select.default: _gather,
    aten.bmm.default: _product,
    aten.matmul.default: _product,
    aten.slice.Tensor: _slice,
    sparse_nodes.linear: _sparse,
    sparse_nodes.linear_int8: _sparse,
    sparse_nodes.conv2d: _sparse,
}
