"""What a node is, in attributes: the same however its arguments were given, and None where it is something else."""

from __future__ import annotations

import operator
import sys
from typing import Any

import pytest
import torch
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.views import BatchNorm, Layer, Permutation, Select, Slice, layers_of
from sparsec.compiler.ir.window import Window

aten = torch.ops.aten


def program_of(op: Any, shape: tuple[int, ...], held: dict[str, Tensor], **options: Any) -> tuple[Program, fx.Node]:
    """A program of one op on ``x``: weights by position, as far as they are ``held``; everything else by keyword."""
    root, graph = nn.Module(), fx.Graph()
    x = torch.randn(shape)
    operands = [graph.placeholder("x")]
    for name, value in held.items():
        root.register_buffer(name, value)
        operands.append(graph.get_attr(name))
    node = graph.call_function(op, tuple(operands), options)
    graph.output((node,))
    program = Program(fx.GraphModule(root, graph), (x,), ("x",), ("y",), ((x,), {}))
    with FakeTensorMode(allow_non_fake_inputs=True):
        for at, value in zip(operands, (x, *held.values()), strict=True):
            at.meta["val"] = torch.empty(value.shape)
        node.meta["val"] = op(*(at.meta["val"] for at in operands), **options)
    return program, node


def layer_of(op: Any, shape: tuple[int, ...], weight: tuple[int, ...], **options: Any) -> Layer:
    program, node = program_of(op, shape, {"weight": torch.randn(weight)}, **options)
    found = Layer.of(node, program)
    assert found is not None
    return found


KINDS: dict[str, tuple[Layer, tuple[int, ...], int]] = {
    "linear": (layer_of(aten.linear.default, (2, 5, 3), (4, 3)), (1, 4, 3, 1), 2),
    "conv1d": (layer_of(aten.conv1d.default, (2, 6, 9), (4, 3, 5), groups=2), (2, 2, 3, 5), 1),
    "conv2d": (layer_of(aten.conv2d.default, (2, 3, 9, 9), (4, 3, 3, 2)), (1, 4, 3, 6), 1),
    "conv2d of one image": (layer_of(aten.conv2d.default, (3, 9, 9), (4, 3, 3, 2)), (1, 4, 3, 6), 0),
    "conv3d": (layer_of(aten.conv3d.default, (2, 3, 4, 4, 4), (4, 3, 2, 2, 2)), (1, 4, 3, 8), 1),
    "transposed": (layer_of(aten.conv_transpose2d.input, (2, 6, 5, 5), (6, 2, 3, 3), groups=3), (3, 2, 2, 9), 1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_of_layers(kind: str) -> None:
    layer, shape, dim = KINDS[kind]
    assert (layer.shape, layer.dim, layer.bias) == (shape, dim, None)
    canonical = layer.canonical()
    assert (tuple(canonical.shape), canonical.dtype) == (shape, torch.float64)
    assert torch.equal(layer.decanonical(canonical), layer.tensor)
    assert layer.node.meta["val"].shape[dim] == shape[0] * shape[1]
    assert layer.input.meta["val"].shape[dim] == shape[0] * shape[2]
    assert torch.equal(layer.shift(), torch.zeros(shape[0] * shape[1], dtype=torch.float64))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_layer_reads_is_what_reaches_its_outputs(kind: str) -> None:
    layer, (groups, outputs, inputs, _), dim = KINDS[kind]
    layer.canonical()
    weight = layer.canonical().masked_fill(torch.rand(groups, outputs, inputs, 1, generator=_random()) < 0.4, 0.0)
    layer.hold(weight)
    again = Layer.of(layer.node, layer.program)
    assert again is not None
    x = torch.zeros(layer.input.meta["val"].shape)
    options = {name: value for name, value in layer.node.kwargs.items() if name != "bias"}
    for at in range(groups * inputs):
        one = x.index_fill(dim, torch.tensor(at), 1.0)
        y = layer.node.target(one, again.tensor.abs(), None, **options)  # type: ignore[operator]
        reached = y.movedim(dim, 0).flatten(1).any(dim=1).reshape(groups, outputs)
        assert torch.equal(torch.from_numpy(again.reads[at // inputs, :, at % inputs]), reached[at // inputs])
        assert not reached[[group for group in range(groups) if group != at // inputs]].any()


def _random() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("given", ["positions", "keywords", "defaults"])
def test_however_arguments_are_given(given: str) -> None:
    held = {"weight": torch.randn(4, 1, 3, 2), "bias": torch.randn(4)}
    program, node = program_of(aten.conv2d.default, (2, 2, 9, 9), held, stride=[2, 1], padding=[1, 0], groups=2)
    x, weight, bias = node.args
    if given == "positions":
        node.args, node.kwargs = (x, weight, bias, [2, 1], [1, 0], [1, 1], 2), {}
    elif given == "keywords":
        node.args, node.kwargs = (), {"input": x, "weight": weight, "bias": bias, **node.kwargs}
    layer = Layer.of(node, program)
    assert layer is not None
    assert (layer.input, layer.weight, layer.bias, layer.groups) == (x, weight, bias, 2)
    assert torch.equal(layer.tensor, held["weight"]) and torch.equal(layer.shift(), held["bias"].double())
    assert layer.window == Window((3, 2), (2, 1), (1, 0), (1, 1), groups=2)


def test_sides_that_are_one_number() -> None:
    layer = layer_of(aten.conv2d.default, (2, 3, 9, 9), (4, 3, 3, 3), stride=[2], padding=[1])
    assert (layer.stride, layer.padding, layer.dilation, layer.output_padding) == ((2, 2), (1, 1), (1, 1), (0, 0))
    assert KINDS["linear"][0].stride == KINDS["linear"][0].padding == ()


def test_sides_of_transposed_convolutions_have_another_order() -> None:
    layer = layer_of(aten.conv_transpose1d.default, (2, 3, 9), (3, 4, 3), output_padding=[1], dilation=[3], stride=[2])
    node = layer.node
    node.args, node.kwargs = (*node.args, None, [2], [0], [1], 1, [3]), {}
    again = Layer.of(node, layer.program)
    assert again is not None and again.is_transposed
    assert again.window == Window((3,), (2,), (0,), (3,), extra=(1,))
    assert (again.stride, again.padding, again.output_padding, again.dilation) == ((2,), (0,), (1,), (3,))


@pytest.mark.parametrize(
    ("op", "weight", "options", "border"),
    [
        (aten.conv2d.padding, (4, 3, 3, 3), {"padding": "same"}, True),
        (aten.conv2d.padding, (4, 3, 1, 1), {"padding": "same"}, False),
        (aten.conv2d.padding, (4, 3, 3, 3), {"padding": "valid"}, False),
        (aten.conv2d.padding, (4, 3, 3, 3), {}, False),
        (aten.conv2d.default, (4, 3, 3, 3), {"padding": [0, 1]}, True),
        (aten.conv2d.default, (4, 3, 3, 3), {}, False),
        (aten.conv_transpose2d.input, (3, 4, 1, 1), {}, False),
        (aten.conv_transpose2d.input, (3, 4, 2, 1), {}, True),
        (aten.conv_transpose2d.input, (3, 4, 1, 1), {"stride": [2, 1]}, True),
    ],
)
def test_border(op: Any, weight: tuple[int, ...], options: dict[str, Any], border: bool) -> None:
    layer = layer_of(op, (2, 3, 6, 6), weight, **options)
    assert layer.has_border == border
    assert not KINDS["linear"][0].has_border
    ones = op(torch.ones(1, 3, 6, 6), torch.ones(weight), **options)
    assert bool((ones != ones[..., :1, :1]).any()) <= border


def test_padding_in_words() -> None:
    layer = layer_of(aten.conv2d.padding, (2, 3, 9, 9), (4, 3, 3, 5), padding="same", stride=[1, 1], dilation=[1, 2])
    assert layer.padding == "same" and layer.window == Window((3, 5), (1, 1), (1, 4), (1, 2))
    layer = layer_of(aten.conv2d.padding, (2, 3, 9, 9), (4, 3, 2, 3), padding="valid")
    assert layer.window == Window((2, 3))
    layer = layer_of(aten.conv2d.padding, (2, 3, 9, 9), (4, 3, 2, 3), padding="same", stride=[1, 1])
    assert layer.window is None  # the end gets more than the beginning


def test_what_is_no_layer() -> None:
    program, node = program_of(aten.relu.default, (2, 3), {})
    assert [Layer.of(found, program) for found in (node, *node.all_input_nodes, None, "linear")] == [None] * 4
    assert BatchNorm.of(node, program) is None and layers_of(program) == []


class Computed(nn.Module):
    """Its first layer has a weight that depends on the input, its second a bias that does."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(F.linear(x, self.weight * x.sum()), self.weight, x.sum(0))


def test_computed_weights_and_biases() -> None:
    program = capture(Computed().eval(), (torch.randn(3, 3),))
    first, second = (node for node in program.nodes() if node.target is aten.linear.default)
    assert Layer.of(first, program) is None
    layer = Layer.of(second, program)
    assert layer is not None and layer.bias is not None and layers_of(program) == [layer]
    assert program.weight(layer.bias) is None and not layer.shift().any()


def test_a_layer_gets_another_weight_and_a_bias() -> None:
    layer, shape, _ = KINDS["conv1d"]
    layer.hold(layer.canonical() * 2)
    layer.hold_bias(torch.arange(4.0))
    again = Layer.of(layer.node, layer.program)
    assert again is not None and again.bias is not None
    assert torch.equal(again.tensor, layer.tensor * 2) and again.bias.target == "bias"
    again.hold_bias(torch.ones(4))
    third = Layer.of(layer.node, layer.program)
    assert third is not None and torch.equal(third.shift(), torch.ones(4, dtype=torch.float64))
    assert third.shape == shape


# ---------------------------------------------------------------- batch norm


def norm_of(**held: Tensor) -> tuple[Program, fx.Node]:
    names = {"running_mean": torch.randn(3), "running_var": torch.rand(3) + 0.5, **held}
    options = {"momentum": 0.1, "eps": 0.25}
    program, node = program_of(aten.batch_norm.default, (2, 3, 4), {}, **_eval_norm())
    x = node.args[0]
    placed = {}
    for name, value in names.items():
        program.module.register_buffer(name, value)
        with program.graph.inserting_before(node):
            placed[name] = program.graph.get_attr(name)
        placed[name].meta["val"] = program.fake(value)
    node.target = aten._native_batch_norm_legit_no_training.default
    node.args, node.kwargs = (x,), {"weight": None, "bias": None, **placed, **options}
    return program, node


def _eval_norm() -> dict[str, Any]:
    rest = dict.fromkeys(("weight", "bias", "running_mean", "running_var"))
    return {**rest, "training": True, "momentum": 0.1, "eps": 0.25, "cudnn_enabled": False}


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("positional", [False, True])
def test_batch_norm(affine: bool, positional: bool) -> None:
    extra = {"weight": torch.randn(3), "bias": torch.randn(3)} if affine else {}
    program, node = norm_of(**extra)
    if positional:
        names = ("weight", "bias", "running_mean", "running_var", "momentum", "eps")
        node.args, node.kwargs = (*node.args, *(node.kwargs[name] for name in names)), {}
    norm = BatchNorm.of(node, program)
    assert norm is not None and norm.input is node.args[0] and norm.eps == 0.25
    assert len(norm.parameters) == (4 if affine else 2) and (norm.weight is None) == (not affine)
    scale, shift = norm.affine()
    x = torch.randn(2, 3, 4, dtype=torch.float64)
    held = [None if at is None else program.weight(at) for at in (norm.mean, norm.variance, norm.weight, norm.bias)]
    mean, variance, weight, bias = (None if value is None else value.double() for value in held)
    wanted = F.batch_norm(x, mean, variance, weight, bias, eps=0.25)
    torch.testing.assert_close(x * scale[:, None] + shift[:, None], wanted, rtol=1e-12, atol=1e-12)


def test_batch_norm_of_computed_parameters() -> None:
    program, node = norm_of(weight=torch.randn(3))
    node.kwargs = {**node.kwargs, "weight": node.args[0]}
    assert BatchNorm.of(node, program) is None


# ---------------------------------------------------------------- movement


def value_of(op: Any, *args: Any, shape: tuple[int, ...] = (2, 3, 4), **options: Any) -> fx.Node:
    """A node that calls an op on a value of a shape."""
    graph = fx.Graph()
    x = graph.placeholder("x")
    x.meta["val"] = torch.empty(shape)
    node = graph.call_function(op, (x, *args), options)
    node.meta["val"] = op(x.meta["val"], *args, **options)
    return node


@pytest.mark.parametrize(
    "node",
    [
        value_of(aten.permute.default, [2, 0, -2]),
        value_of(aten.permute.default, dims=[-1, 0, 1]),
        value_of(aten.transpose.int, -1, 0),
        value_of(aten.transpose.int, dim0=1, dim1=1),
        value_of(aten.t.default, shape=(2, 3)),
        value_of(aten.t.default, shape=(2,)),
        value_of(aten.transpose.int, 0, -1, shape=()),
        value_of(aten.numpy_T.default),
    ],
)
def test_permutations(node: fx.Node) -> None:
    found = Permutation.of(node)
    assert found is not None and found.node is node
    (x,) = node.all_input_nodes
    assert found.input is x
    value = torch.randn(x.meta["val"].shape)
    assert torch.equal(value.permute(found.order), node.target(value, *node.args[1:], **node.kwargs))  # type: ignore[operator]
    assert all(dim >= 0 for dim in found.order)


def test_one_of_several() -> None:
    node = value_of(aten.select.int, -2, index=-1)
    found = Select.of(node)
    assert found is not None and (found.dim, found.index, found.input) == (1, -1, node.args[0])
    for unbind, dim in ((value_of(aten.unbind.int, -1), 2), (value_of(aten.unbind.int), 0)):
        piece = unbind.graph.call_function(operator.getitem, (unbind, 1))
        found = Select.of(piece)
        assert found is not None and (found.node, found.input) == (piece, unbind.args[0])
        assert (found.dim, found.index) == (dim, 1)
    split = value_of(aten.split_with_sizes.default, [1, 1])
    assert Select.of(split.graph.call_function(operator.getitem, (split, 1))) is None


def test_runs() -> None:
    cases: list[tuple[fx.Node, tuple[Any, ...], bool]] = [
        (value_of(aten.slice.Tensor), (0, 0, None, 1), False),
        (value_of(aten.slice.Tensor, -1, 1, 3), (2, 1, 3, 1), True),
        (value_of(aten.slice.Tensor, 2, None, sys.maxsize), (2, 0, None, 1), False),
        (value_of(aten.slice.Tensor, dim=2, end=-1, step=2), (2, 0, -1, 2), False),
        (value_of(aten.slice.Tensor, 2, -2, 4), (2, -2, 4, 1), False),
    ]
    for node, expected, whole in cases:
        found = Slice.of(node)
        assert found is not None and found.input is node.args[0]
        assert (found.dim, found.start, found.stop, found.step) == expected
        assert found.is_run(2) == whole and not found.is_run(1)


def test_other_movement() -> None:
    for node in (value_of(aten.flip.default, [0]), value_of(aten.unsqueeze.default, 0)):
        assert [view.of(node) for view in (Permutation, Select, Slice)] == [None, None, None]
    assert [view.of(None) for view in (Permutation, Select, Slice)] == [None, None, None]
