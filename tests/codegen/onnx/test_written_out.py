"""Small programs written node by node compute what they compute in PyTorch, or are left to the exporter."""

from __future__ import annotations

from typing import Any

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensorMode

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.onnx.sparse_nodes import with_nodes
from sparsec.codegen.onnx.written_out import WRITERS, written_out
from sparsec.codegen.operators import VBLOCK_LINEAR
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.verifier import infer

aten = torch.ops.aten
TOLERANCE = 1e-5


def program_of(shape: tuple[int, ...], weights: dict[str, Tensor], op: Any, *args: Any, **kwargs: Any) -> Program:
    """A program of one operation: "x" among its arguments is the input, other names are weights."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    root, graph, mode = nn.Module(), fx.Graph(), FakeTensorMode(allow_non_fake_inputs=True)
    nodes = {"x": graph.placeholder("x")}
    for name, value in weights.items():
        root.register_buffer(name, value)
        nodes[name] = graph.get_attr(name)
    for name, value in ({"x": x} | weights).items():
        nodes[name].meta["val"] = mode.from_tensor(value)
    y = graph.call_function(op, tuple(nodes[a] if isinstance(a, str) else a for a in args), kwargs)
    graph.output((y,))
    program = Program(fx.GraphModule(root, graph), (x,), ("x",), ("y",), ((x,), {}))
    infer(program)
    return program


def random(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


# An input's shape, weights, an operation and its arguments.
KNOWN: dict[str, tuple[tuple[int, ...], dict[str, Tensor], tuple[Any, ...]]] = {
    "linear": ((3, 4), {"w": random(6, 4)}, (aten.linear.default, "x", "w")),
    "linear with a bias": ((3, 4), {"w": random(6, 4), "b": random(6)}, (aten.linear.default, "x", "w", "b")),
    "conv2d": (
        (2, 3, 5, 6),
        {"w": random(2, 3, 2, 2)},
        (aten.conv2d.default, "x", "w", None, [2, 1], [1, 0], [1, 2]),
    ),
    "conv2d with a bias, in groups": (
        (2, 3, 5, 6),
        {"w": random(6, 1, 2, 2), "b": random(6)},
        (aten.conv2d.default, "x", "w", "b", [1, 1], [0, 0], [1, 1], 3),
    ),
    "conv1d": ((2, 6, 9), {"w": random(4, 3, 2)}, (aten.conv1d.default, "x", "w", None, [2], [1], [2], 2)),
    "conv_transpose1d": (
        (2, 6, 9),
        {"w": random(6, 2, 3), "b": random(4)},
        (aten.conv_transpose1d.default, "x", "w", "b", [2], [1], [1], 2, [2]),
    ),
    "conv_transpose2d": (
        (2, 6, 5, 4),
        {"w": random(6, 4, 3, 2)},
        (aten.conv_transpose2d.input, "x", "w", None, [1, 2], [1, 0], [0, 1], 1, [1, 1]),
    ),
    "unsqueeze": ((2, 3), {}, (aten.unsqueeze.default, "x", 1)),
    "squeeze": ((2, 1, 3), {}, (aten.squeeze.dim, "x", 1)),
    "unflatten": ((2, 6, 3), {}, (aten.unflatten.int, "x", 1, [2, -1])),
    "flatten": ((2, 6, 3), {}, (aten.flatten.using_ints, "x", 0, 1)),
    "permute": ((2, 6, 3), {}, (aten.permute.default, "x", [2, 0, 1])),
    "add": ((6, 4), {"w": random(6, 4)}, (aten.add.Tensor, "x", "w")),
    "reshape": ((3, 4), {}, (aten.reshape.default, "x", [2, -1])),
    "transpose": ((2, 3, 4), {}, (aten.transpose.int, "x", 0, -1)),
    "index_select": (
        (2, 3, 4),
        {"at": torch.tensor([1, 0, 0], dtype=torch.int32)},
        (aten.index_select.default, "x", -2, "at"),
    ),
    "bmm": ((2, 5, 4), {"w": random(2, 4, 3)}, (aten.bmm.default, "x", "w")),
    "matmul": ((2, 5, 4), {"w": random(4, 6)}, (aten.matmul.default, "x", "w")),
    "slice": ((3, 7), {}, (aten.slice.Tensor, "x", 1, 1, 6, 2)),
    "slice to the end": ((3, 7), {}, (aten.slice.Tensor, "x", -1, 2)),
    "slice from the start": ((3, 7), {}, (aten.slice.Tensor, "x", 0, None, -2)),
    "an activation of two nodes": ((3, 7), {}, (aten.silu.default, "x")),
    "an activation with constants": ((3, 7), {}, (aten.hardtanh.default, "x", 0.0, 6.0)),
}


def test_every_operation_is_tried() -> None:
    tried = {call[0] for _, _, call in KNOWN.values()}
    assert tried >= {op for op in WRITERS if isinstance(op, torch._ops.OpOverload)}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_written_computes_the_same(name: str) -> None:
    shape, weights, call = KNOWN[name]
    program = program_of(shape, weights, *call)
    model = written_out(program)
    assert model is not None
    onnx.checker.check_model(model)
    (found,) = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": program.inputs[0].numpy()})
    (expected,) = program.run(program.inputs)
    assert found.shape == expected.shape
    torch.testing.assert_close(torch.from_numpy(found), expected, rtol=TOLERANCE, atol=TOLERANCE)


UNKNOWN: dict[str, tuple[tuple[int, ...], dict[str, Tensor], tuple[Any, ...], dict[str, Any]]] = {
    "another operation": ((3, 4), {}, (aten.sin.default, "x"), {}),
    "a sum with a number": ((3, 4), {}, (aten.add.Tensor, "x", 1.0), {}),
    "a sum with a factor": ((3, 4), {"w": random(3, 4)}, (aten.add.Tensor, "x", "w"), {"alpha": 2}),
    "more dimensions": ((2, 3, 4), {"w": random(6, 4)}, (aten.linear.default, "x", "w"), {}),
    "other bounds": ((3, 4), {}, (aten.hardtanh.default, "x", -1.0, 1.0), {}),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_the_rest_is_left_to_the_exporter(name: str) -> None:
    shape, weights, call, options = UNKNOWN[name]
    assert written_out(program_of(shape, weights, *call, **options)) is None


def test_sizes_that_are_not_numbers_are_left_to_the_exporter() -> None:
    class Halves(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.reshape(2 * x.shape[0], 2)

    batch = {0: torch.export.Dim.DYNAMIC}
    program = capture(Halves().eval(), (torch.randn(3, 4),), dynamic_shapes=(batch,))
    assert written_out(program) is None


@pytest.mark.parametrize(("orders", "known"), [((False, False), True), ((True, True), False)])
def test_a_sparse_layer_is_one_node(orders: tuple[bool, bool], known: bool) -> None:
    packed = VectorBlocks((6, 4), 2).pack(torch.randn(6, 4))
    held = (packed.values, packed.indices, packed.starts)

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, value in zip(("values", "indices", "starts"), held, strict=True):
                self.register_buffer(name, value)

        def forward(self, x: Tensor) -> Tensor:
            tensors = (self.values, self.indices, self.starts)
            result: Tensor = VBLOCK_LINEAR.op(x, *tensors, None, None, 6, 0, "", *orders)
            return result

    program, _ = with_nodes(capture(Layer().eval(), (torch.randn(4, 4),), dynamic_shapes=(None,)))
    model = written_out(program)
    assert (model is not None) == known
    if model is not None:
        (node,) = model.graph.node
        assert (node.domain, node.op_type) == ("sparsec", "vblock_2x1_f32_i16_panels_tokens")
        assert [*node.input] == ["x", "values", "indices", "starts"]
