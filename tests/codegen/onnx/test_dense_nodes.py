"""Sparse nodes held against dense ones on another machine: what a dense node computes, and what a race says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

from sparsec.codegen.formats.int8_blocks import Int8Blocks, PackedInt8
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir.conv_int8 import ConvInt8
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.onnx.dense_nodes import dense_nodes
from sparsec.codegen.onnx.native import write_library
from sparsec.codegen.onnx.sparse_nodes import attributes_of
from sparsec.compiler.ir.window import Window
from sparsec.runtime.against_dense import _in_turns, _replaced, against_dense
from sparsec.runtime.measure import Timing

from . import test_native, test_native_int8, test_native_windows

TOOLS = engine.available() and any(shutil.which(name) for name in linker.NAMES)
needs_tools = pytest.mark.skipif(not TOOLS, reason="no torch-mlir, or no linker")
BY_TOKENS = Matmul(8, "panels", "tokens", bias=True, activation="gelu")


def dense_of(model: onnx.ModelProto, *shape: int) -> onnx.ModelProto:
    """A model with its one sparse node written densely."""
    node = next(node for node in model.graph.node if node.domain == "sparsec")
    dense = dense_nodes(node, {one.name: one for one in model.graph.initializer}, shape)
    assert dense is not None
    return _replaced(model, {node.output[0]: dense}, {node.output[0]})


def run(model: onnx.ModelProto, **feeds: Any) -> Any:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)[0]


# -------------------------------------------------------------------- what dense nodes compute


@pytest.mark.parametrize("rank", [2, 3, 4])
@pytest.mark.parametrize("spec", test_native.SPECS, ids=lambda spec: spec.name)
def test_dense_nodes_compute_what_the_operator_does(spec: Matmul, rank: int) -> None:
    layer = test_native.Layer(spec, test_native.sparse(13, 40))
    if spec.source == "panels":
        shape: tuple[int, ...] = (2, 3, 5, 40)[-rank:]
    else:
        shape = {2: (40, 7), 3: (40, 2, 3), 4: (2, 40, 3, 5)}[rank]
    x = test_native.numbers(*shape)
    expected = layer.expected(x)
    feeds = {"x": x} | ({"residual": layer.residual(expected.shape)} if spec.residual else {})
    found = run(dense_of(layer.model([*shape]), *shape), **feeds)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def convolution(spec: Matmul | ConvInt8, window: Window, packed: object, names: tuple[str, ...]) -> onnx.ModelProto:
    """A model of a convolution with bias and residual."""
    constants = {name: getattr(packed, name).numpy() for name in names}
    constants["bias"] = np.linspace(-1, 1, 19, dtype=np.float32)
    given = ["x", *constants, "residual"]
    node = helper.make_node(spec.name, given, ["y"], domain="sparsec", **attributes_of(spec, 19, window))
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * 4) for name in ("x", "residual")]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph([node], "layer", inputs, outputs, weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


@pytest.mark.parametrize("bytes_", [False, True], ids=["float32", "bytes"])
@pytest.mark.parametrize("window", test_native_windows.WINDOWS, ids=str)
def test_dense_convolutions(window: Window, bytes_: bool) -> None:
    """With five channels, which are no multiple of four; activations are not rounded."""
    weight, names = test_native_windows.weight_of(window), ("values", "indices", "starts")
    flat, taps = weight.flatten(1), weight[0, 0].numel()
    shape = (flat.shape[0], flat.shape[1])
    if bytes_:
        form = Int8Blocks(shape, 8, taps=taps)
        of_bytes = form.pack(flat)
        model = convolution(test_native_int8.CONVOLUTION, window, of_bytes, (*names, "scales", "sums"))
        weight = form.unpack(of_bytes).reshape(weight.shape)
    else:
        model = convolution(test_native_windows.ADDING, window, VectorBlocks(shape, 4).pack(flat), names)
    x = torch.randn(2, 5, 14, 9, generator=torch.Generator().manual_seed(0))
    y = F.conv2d(x, weight, torch.linspace(-1, 1, 19), window.stride, window.padding, window.dilation)
    found = run(dense_of(model, *x.shape), x=x.numpy(), residual=y.numpy())
    np.testing.assert_allclose(found, F.relu(2 * y).numpy(), rtol=1e-4, atol=1e-4)


def test_a_dense_node_of_bytes_has_the_rounded_weight() -> None:
    layer = test_native_int8.Layer(test_native_int8.ADDING, test_native_int8.blocks(20, 48))
    x = test_native_int8.numbers(6, 48)
    found = run(dense_of(layer.model(["n", 48]), 6, 48), x=x)
    weight = Int8Blocks((20, 48)).unpack(PackedInt8(**layer.tensors))
    expected = -F.gelu(torch.from_numpy(x) @ weight.T + layer.bias)  # activations are not rounded
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4, atol=1e-4)


def test_what_is_not_known() -> None:
    layer = test_native.Layer(BY_TOKENS, test_native.sparse(13, 40))
    graph = layer.model(["n", 40]).graph
    node, held = graph.node[0], {one.name: one for one in graph.initializer}
    assert dense_nodes(node, held, (2, 40)) is not None
    assert dense_nodes(node, {name: one for name, one in held.items() if name != "values"}, (2, 40)) is None
    node.op_type = "vblock_8x1_f32_i16_panels_tokens_of_another_kind"
    assert dense_nodes(node, held, (2, 40)) is None


# -------------------------------------------------------------------- a race on this machine


Runs = Mapping[str, Callable[[], object]]


def two_layers(folder: Path) -> tuple[Path, Path]:
    """A model of three sparse layers, of which the last two are alike, and its library."""
    layers = [test_native.Layer(BY_TOKENS, test_native.sparse(*sizes)) for sizes in ((24, 40), (24, 24))]
    nodes, weights, x = [], [], "x"
    for number, layer in enumerate((layers[0], layers[1], layers[1])):
        part = layer.model(["n", layer.weight.shape[1]])
        names = {one.name: f"{one.name}_{number}" for one in part.graph.initializer}
        for one in part.graph.initializer:
            one.name = names[one.name]
        given = [x, *(names[name] for name in part.graph.node[0].input[1:])]
        attributes = attributes_of(BY_TOKENS, 24)
        names_of = {"outputs": [f"h{number}"], "name": f"layer{number}", "domain": "sparsec"}
        nodes.append(helper.make_node(BY_TOKENS.name, given, **names_of, **attributes))
        weights += part.graph.initializer
        x = f"h{number}"
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 40])]
    outputs = [helper.make_tensor_value_info("h2", TensorProto.FLOAT, ["n", 24])]
    graph = helper.make_graph(nodes, "layers", inputs, outputs, weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
    onnx.save_model(helper.make_model(graph, opset_imports=opsets, ir_version=9), str(folder / "model.onnx"))
    return folder / "model.onnx", write_library([BY_TOKENS], folder / "model.sparsec.so")


def said(*milliseconds: Mapping[str, float]) -> tuple[Callable[[Runs], dict[str, Timing]], list[list[str]]]:
    """A race that says, one time after the other, what it is told; and who took part."""
    left, raced = [*milliseconds], []

    def race(candidates: Runs) -> dict[str, Timing]:
        results = [np.asarray(run()[0]) for run in candidates.values()]
        for other in results[1:]:
            np.testing.assert_allclose(other, results[0], rtol=1e-4, atol=1e-4)
        raced.append([*candidates])
        times = left.pop(0)
        return {name: Timing(times[name], times[name], times[name], 9) for name in candidates}

    return race, raced


@needs_tools
def test_nodes_that_would_be_faster_dense_are_named(tmp_path: Path) -> None:
    model, library = two_layers(tmp_path)
    race, raced = said(
        {"sparse": 1.0, "dense": 3.0}, {"sparse": 2.0, "dense": 1.0}, {"sparse": 5.0, "dense": 5.5, "mixed": 3.0}
    )
    checked = against_dense(model, library, {"x": test_native.numbers(5, 40)}, threads=1, race=race)
    assert raced == [["sparse", "dense"], ["sparse", "dense"], ["sparse", "dense", "mixed"]]
    assert [(one.name, one.count, one.gain, one.is_worse) for one in checked.nodes] == [
        ("layer0", 1, 3.0, False),
        ("layer1", 2, 0.5, True),
    ]
    assert checked.whole == {"sparse": 5.0, "dense": 5.5, "mixed": 3.0} and checked.unknown == 0


@needs_tools
def test_what_differs_by_less_than_a_margin_is_left(tmp_path: Path) -> None:
    model, library = two_layers(tmp_path)
    race, raced = said(*[{"sparse": 1.0, "dense": 0.97}] * 3)
    checked = against_dense(model, library, {"x": test_native.numbers(5, 40)}, threads=1, race=race)
    assert raced[-1] == ["sparse", "dense"] and not any(one.is_worse for one in checked.nodes)


@needs_tools
def test_by_the_clock(tmp_path: Path) -> None:
    model, library = two_layers(tmp_path)
    checked = against_dense(model, library, {"x": test_native.numbers(5, 40)}, 1, _in_turns)
    assert all(seconds > 0 for one in checked.nodes for seconds in one.seconds)
    assert {"sparse", "dense"} <= checked.whole.keys()
