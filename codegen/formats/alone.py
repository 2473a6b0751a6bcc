"""A layer alone, as a program: what is timed, and tested, is written by the format itself, as in a whole model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from ...compiler.ir.packing import Format, SparseLayer
from ...compiler.ir.program import Program
from ...compiler.ir.verifier import infer
from ...compiler.ir.views import layers_of
from ...compiler.ir.window import Window
from ..operators.epilogues import ACTIVATIONS
from .sites import site_of

aten = torch.ops.aten

LAYER = "layer"


def alone(layer: SparseLayer, x: Tensor | None = None) -> Program:
    """The dense layer with what follows it, for its example sizes: a program of x, residual and gate if it has them.

    Args:
        layer: what is written.
        x: the example input; something random if it is not given.
    """
    generator, like = torch.Generator().manual_seed(0), layer.weight

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).to(like.device, like.dtype)

    x = random(*layer.input_shape) if x is None else x
    root, graph, mode = nn.Module(), fx.Graph(), FakeTensorMode(allow_non_fake_inputs=True)
    inputs = {"x": x}
    inputs |= {name: random(*layer.result_shape) for name in ("residual", "gate") if getattr(layer, name)}
    nodes = {name: graph.placeholder(name) for name in inputs}
    weight = layer.weight if layer.window is None else layer.window.weight(layer.weight)
    held = {"weight": weight} | ({"bias": random(layer.result_shape[1])} if layer.bias else {})
    for name, value in held.items():
        root.register_buffer(name, value)
        nodes[name] = graph.get_attr(name)
    for name, value in (inputs | held).items():
        with mode:
            nodes[name].meta["val"] = torch.empty(value.shape, dtype=value.dtype, device=value.device)
    operands = (nodes["x"], nodes["weight"], nodes.get("bias"))
    if layer.window is None:
        y = graph.call_function(aten.linear.default, operands)
    else:
        y = graph.call_function(*_convolution(layer.window, operands))
    y.name = LAYER
    if layer.residual:
        y = graph.call_function(aten.add.Tensor, (y, nodes["residual"]))
    if layer.activation:
        y = ACTIVATIONS[layer.activation].write(graph, y)
    if layer.gate:
        y = graph.call_function(aten.mul.Tensor, (y, nodes["gate"]))
    graph.output((y,))
    module = fx.GraphModule(root, graph)
    program = Program(module, tuple(inputs.values()), (*inputs,), ("y",), (tuple(inputs.values()), {}), name=LAYER)
    infer(program)
    return program


def _convolution(window: Window, operands: tuple[fx.Node | None, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The operator for a convolution, and its arguments."""
    sides, (_, stride, padding, dilation) = len(window.kernel) - 1, window.sides
    if window.extra is None:
        kinds = (aten.conv1d.default, aten.conv2d.default, aten.conv3d.default)
        return kinds[sides], (*operands, stride, padding, dilation, window.groups)
    kinds = (aten.conv_transpose1d.default, aten.conv_transpose2d.input, aten.conv_transpose3d.input)
    return kinds[sides], (*operands, stride, padding, [*window.extra], window.groups, dilation)


def in_formats(layer: SparseLayer, forms: Mapping[str, Format], x: Tensor | None = None) -> dict[str, Program]:
    """Programs of a layer, "dense" and in each of some formats.

    Args:
        layer: what is known of it.
        forms: formats, by name.
        x: the input to run on; something random if there is none.
    """
    dense = alone(layer, x)
    return {"dense": dense, **{name: written(dense, layer, form) for name, form in forms.items()}}


def written(program: Program, layer: SparseLayer, form: Format) -> Program:
    """A copy of a layer's program that computes it in a format."""
    program = program.copy()
    (dense,) = layers_of(program)
    form.write(site_of(dense, layer.pattern, gates=layer.gate))
    program.clean()
    infer(program)
    return program
