"""A layer alone, as a program: what is timed, and tested, is written by the format itself, as in a whole model."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from ...compiler.ir.byte_layers import ByteLayer, Steps
from ...compiler.ir.integers import Integers, in_integers
from ...compiler.ir.packing import Format, SparseLayer
from ...compiler.ir.program import INTEGERS, Program
from ...compiler.ir.quantization import register
from ...compiler.ir.verifier import infer
from ...compiler.ir.views import layers_of
from ...compiler.ir.window import Window
from ..operators.epilogues import ACTIVATIONS
from .sites import site_of

aten = torch.ops.aten

ops = torch.ops.quantized_decomposed
register()

LAYER = "layer"
# The size of a step of a result that becomes bytes: what it is takes no time.
RESULT_STEP = 0.05


def alone(layer: SparseLayer, x: Tensor | None = None) -> Program:
    """The dense layer with what follows it, for its example sizes: a program of x, residual and gate if it has them.

    Args:
        layer: what is written.
        x: the example input; something random if it is not given.
    """
    generator, like = torch.Generator().manual_seed(0), layer.weight

    def random(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator).to(like.device, like.dtype)

    steps = None if layer.bytes is None else layer.bytes.steps
    if x is None:
        x = random(*layer.input_shape)
        x = x if steps is None or not steps.step else _as_bytes(x, steps)
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
    read = nodes["x"]
    if layer.bytes is not None:
        read, nodes["weight"].meta[INTEGERS] = _in_bytes(read, layer.bytes.steps), _held(layer.bytes)
    operands = (read, nodes["weight"], nodes.get("bias"))
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
    graph.output((y if layer.bytes is None else _made_bytes(y, layer.bytes),))
    module = fx.GraphModule(root, graph)
    program = Program(module, tuple(inputs.values()), (*inputs,), ("y",), (tuple(inputs.values()), {}), name=LAYER)
    infer(program)
    return program


def _as_bytes(x: Tensor, steps: Steps) -> Tensor:
    """An example input in the steps that are given, most of it within their range."""
    limits = torch.iinfo(steps.dtype)
    return (x * 40).round().clamp(limits.min, limits.max).to(steps.dtype)


def _in_bytes(x: fx.Node, steps: Steps) -> fx.Node:
    """What a layer of bytes reads: the numbers of integers that are given, or that a value is rounded to."""
    limits, zero = torch.iinfo(steps.dtype), steps.zero_point - 128 * (steps.dtype is torch.int8)
    bounds, call = (limits.min, limits.max), x.graph.call_function
    if steps.step:
        return call(ops.dequantize_per_tensor.default, (x, steps.step, zero, *bounds, steps.dtype))
    chosen = call(ops.choose_qparams.tensor, (x, *bounds, steps.least_step, steps.dtype))
    pair = [call(operator.getitem, (chosen, place)) for place in range(2)]
    pair = [call(aten.reshape.default, (one, [])) for one in pair]
    scale = call(aten._to_copy.default, (pair[0],), {"dtype": torch.float32})
    rest = (scale, pair[1], *bounds, steps.dtype)
    return call(ops.dequantize_per_tensor.tensor, (call(ops.quantize_per_tensor.tensor, (x, *rest)), *rest))


def _made_bytes(y: fx.Node, layer: ByteLayer) -> fx.Node:
    """What becomes of its result: bytes, where those are what is read of it."""
    rounding = (RESULT_STEP, 128, 0, 255, torch.uint8)
    return y.graph.call_function(ops.quantize_per_tensor.default, (y, *rounding)) if layer.rounds_result else y


def _held(layer: ByteLayer) -> Integers:
    """How its weight is held, so that it becomes integers again."""
    same = bool((layer.scales == layer.scales[:1]).all())
    scales = (layer.scales[0] if same else layer.scales).double()
    return Integers(-128, 127, torch.int8, scales, torch.zeros_like(scales, dtype=torch.long), None if same else 0)


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
    programs = {"dense": dense, **{name: written(dense, layer, form) for name, form in forms.items()}}
    return {name: in_integers(program) for name, program in programs.items()}


def written(program: Program, layer: SparseLayer, form: Format) -> Program:
    """A copy of a layer's program that computes it in a format."""
    program = program.copy()
    (dense,) = layers_of(program)
    form.write(site_of(dense, layer.pattern, gates=layer.gate))
    program.clean()
    infer(program)
    return program
