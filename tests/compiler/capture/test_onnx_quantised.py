"""Quantised ONNX files, as ONNX Runtime's own quantizer writes them: what is computed with integers stays so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.onnx.files import library_for
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.source import file_of
from sparsec.compiler.races import Measured

KERNELS = engine.available() and bool(linker.linkers())
IMAGES = np.random.default_rng(0).normal(size=(2, 3, 12, 12)).astype(np.float32)


class Images(CalibrationDataReader):
    """One batch to find scales with."""

    def __init__(self) -> None:
        self.left = [{"x": IMAGES}]

    def get_next(self) -> Any:
        return self.left.pop() if self.left else None


def small_network(path: Path) -> Path:
    """Strided convolutions, one of them depthwise, padded on two sides alone; some filters are zero."""
    random = np.random.default_rng(1)
    held: dict[str, Any] = {"lo": np.float32(0), "hi": np.float32(6)}
    nodes = []

    def convolution(name: str, x: str, y: str, shape: tuple[int, ...], zero: tuple[int, ...] = (), **how: Any) -> None:
        weight, bias = random.normal(size=shape), random.normal(size=shape[0])
        weight[[*zero]], bias[[*zero]] = 0, 0
        weight *= random.uniform(0.2, 2, size=(shape[0], 1, 1, 1))
        held[f"{name}.weight"], held[f"{name}.bias"] = weight.astype(np.float32), bias.astype(np.float32)
        nodes.append(helper.make_node("Conv", [x, f"{name}.weight", f"{name}.bias"], [f"{name}_y"], **how))
        nodes.append(helper.make_node("Clip", [f"{name}_y", "lo", "hi"], [y]))

    behind = {"strides": [2, 2], "pads": [0, 0, 1, 1]}
    convolution("stem", "x", "a", (8, 3, 3, 3), (1, 2, 4, 7), **behind)
    convolution("up", "a", "b", (16, 8, 1, 1), (0, 5, 6, 7))
    convolution("deep", "b", "c", (16, 1, 3, 3), group=16, **behind)
    convolution("down", "c", "d", (8, 16, 1, 1))
    nodes.append(helper.make_node("GlobalAveragePool", ["d"], ["e"]))
    nodes.append(helper.make_node("Flatten", ["e"], ["f"]))
    held["fc.weight"], held["fc.bias"] = random.normal(size=(5, 8)), random.normal(size=5)
    nodes.append(helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["y"], transB=1))
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 12, 12])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 5])],
        [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in held.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def quantised(tmp_path: Path, form: QuantFormat) -> Path:
    file = tmp_path / "quantised.onnx"
    kind = {"per_channel": True, "weight_type": QuantType.QInt8}
    quantize_static(small_network(tmp_path / "float.onnx"), file, Images(), quant_format=form, **kind)
    return file


def optimised(file: Path, x: Any = IMAGES) -> tuple[Any, Counter[str]]:
    """What ONNX Runtime answers, and what operators it makes of a file."""
    options, written = onnxruntime.SessionOptions(), file.with_suffix(".optimised.onnx")
    options.optimized_model_filepath, options.log_severity_level = str(written), 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0], Counter(node.op_type for node in onnx.load(written).graph.node)


@pytest.mark.parametrize("form", [QuantFormat.QDQ, QuantFormat.QOperator], ids=str)
def test_as_integers_again(tmp_path: Path, form: QuantFormat) -> None:
    file = quantised(tmp_path, form)
    sparsec.compile(str(file), measure=False).export_onnx(tmp_path / "small.onnx")
    before, after = optimised(file), optimised(tmp_path / "small.onnx")
    np.testing.assert_allclose(after[0], before[0], atol=2e-2 * np.abs(before[0]).max())
    kinds = ("QLinearConv", "QGemm", "QLinearGlobalAveragePool", "Conv", "Gemm", "DequantizeLinear", "QuantizeLinear")
    assert {kind: after[1][kind] for kind in kinds} == {kind: before[1][kind] for kind in kinds}
    held = {tuple(value.dims) for value in onnx.load(tmp_path / "small.onnx").graph.initializer if value.data_type == 3}
    assert {(4, 3, 3, 3), (12, 4, 1, 1), (12, 1, 3, 3), (8, 12, 1, 1)} <= held


def test_a_pool_of_integers_lets_channels_go(tmp_path: Path) -> None:
    """Filters that are zero give their biases, the pool of those is the same, and both end in what reads it."""
    random = np.random.default_rng(1)
    held = {name: random.normal(size=size) for name, size in {"v": (8, 3, 3, 3), "b": (8,), "w": (4, 8, 1, 1)}.items()}
    held["v"][::2] = 0
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "v", "b"], ["a"]),
            helper.make_node("MaxPool", ["a"], ["p"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
            helper.make_node("Conv", ["p", "w"], ["y"]),
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 12, 12])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4, 5, 5])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in held.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    quantize_static(model, tmp_path / "file.onnx", Images(), quant_format=QuantFormat.QOperator, per_channel=True)
    small = sparsec.compile(tmp_path / "file.onnx", measure=False, effort="fast")
    assert [row.outputs for row in small.report.layers] == [(8, 4), (4, 4)]
    before, after = optimised(tmp_path / "file.onnx"), optimised(small.export_onnx(tmp_path / "small.onnx"))
    np.testing.assert_allclose(after[0], before[0], atol=2e-2 * np.abs(before[0]).max())
    assert after[1] == before[1] and "MaxPool" in " ".join(before[1])


def test_what_is_slower_than_the_file_gives_way_to_it(tmp_path: Path, stopwatch: Settled) -> None:
    file = quantised(tmp_path, QuantFormat.QDQ)
    raced: list[Path | None] = []

    def measured(old: Program, new: Program) -> Measured:
        raced.append(file_of(old))
        return Measured((1.0, 2.0 if file_of(new) is None else 0.5), {})

    stopwatch.measured, stopwatch.length = measured, 0.5
    small = sparsec.compile(str(file))
    assert raced[0] == file.resolve()
    assert f"is the graph of {file.name} as it came" in str(small.report)
    written = small.export_onnx(tmp_path / "small.onnx")
    assert [*onnx.load(written).graph.node] == [*onnx.load(file).graph.node]
    np.testing.assert_array_equal(small(torch.from_numpy(IMAGES))["y"].numpy(), optimised(file)[0])
    with torch.no_grad():  # nor is it the file any more, once a weight is another
        next(value for value in small.program.weights().values() if value.ndim == 4).fill_(1)
    assert file_of(small.program) is None


@pytest.mark.parametrize("rank", [2, 3])
def test_scales_that_are_worked_out_of_the_values(tmp_path: Path, rank: int) -> None:
    random = np.random.default_rng(2)
    held = {name: random.normal(size=size).astype(np.float32) for name, size in (("v", (12, 16)), ("w", (16, 5)))}
    held["v"][:, ::4] = 0
    shape = ["n", *[3] * (rank - 2), 12]
    lines = (("MatMul", ["x", "v"], ["a"]), ("Relu", ["a"], ["b"]), ("MatMul", ["b", "w"], ["y"]))
    graph = helper.make_graph(
        [helper.make_node(*line, name=f"/{line[2][0]}/{line[0]}") for line in lines],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [*shape[:-1], 5])],
        [numpy_helper.from_array(value, name) for name, value in held.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    quantize_dynamic(model, tmp_path / "dynamic.onnx", per_channel=True)
    sparsec.compile(str(tmp_path / "dynamic.onnx"), measure=False).export_onnx(tmp_path / "small.onnx")
    x = IMAGES.reshape(-1, *[3] * (rank - 2), 12)
    before, after = (optimised(tmp_path / name, x) for name in ("dynamic.onnx", "small.onnx"))
    np.testing.assert_allclose(after[0], before[0], atol=1e-2 * np.abs(before[0]).max())
    assert before[1]["DynamicQuantizeMatMul"] == 2 and after[1] == before[1]
    sizes = {
        tuple(value.dims) for value in onnx.load(tmp_path / "small.onnx").graph.initializer if value.data_type == 3
    }
    assert {(12, 12), (12, 5)} <= sizes


def checkered(rows: int, columns: int, random: Any, every: int = 2) -> Any:
    """A weight that keeps every so many blocks of 8 x 4, another one in each row of blocks."""
    down, along = np.arange(rows) // 8, np.arange(columns) // 4
    return (random.normal(size=(rows, columns)) * ((down[:, None] + along) % every == 0)).astype(np.float32)


def images_and_tokens(path: Path) -> Path:
    """A convolution with a bias, and a product of its channels, both with zeros in blocks of 8 x 4."""
    random = np.random.default_rng(5)
    held = {"v": checkered(24, 24, random).reshape(24, 8, 1, 3), "w": checkered(16, 24, random).T.copy()}
    held |= {"b": random.normal(size=24).astype(np.float32), "c": random.normal(size=16).astype(np.float32)}
    nodes = [
        helper.make_node("Conv", ["x", "v", "b"], ["a"], name="conv", pads=[0, 1, 0, 1]),
        helper.make_node("Relu", ["a"], ["r"]),
        helper.make_node("Transpose", ["r"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("MatMul", ["t", "w"], ["m"], name="product"),
        helper.make_node("Add", ["m", "c"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 8, 6, 7])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 6, 7, 16])],
        [numpy_helper.from_array(value, name) for name, value in held.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


class Planes(CalibrationDataReader):
    """One batch to find scales with."""

    def __init__(self) -> None:
        self.left = [{"x": PLANES}]

    def get_next(self) -> Any:
        return self.left.pop() if self.left else None


PLANES = np.random.default_rng(6).normal(size=(2, 8, 6, 7)).astype(np.float32)


def plainly(file: Path, feeds: dict[str, Any] | None = None, library: Path | None = None) -> list[Any]:
    """What ONNX Runtime answers where it fuses nothing, with our operators if the file has any."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    library = library_for(file) if library is None else library
    if library.exists():
        options.register_custom_ops_library(str(library))
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return [*session.run(None, feeds or {"x": PLANES})]


@pytest.mark.skipif(not KERNELS, reason="no torch-mlir, or no linker")
@pytest.mark.parametrize("how", ["static", "dynamic"])
def test_zeros_in_blocks_are_left_out(tmp_path: Path, stopwatch: Settled, how: str) -> None:
    """Sums are the same integers; only their scaling may round otherwise."""
    stopwatch.form = 2.0
    plain, file, small = (tmp_path / f"{name}.onnx" for name in ("plain", "given", "small"))
    images_and_tokens(plain)
    if how == "static":
        quantize_static(plain, file, Planes(), quant_format=QuantFormat.QDQ, per_channel=True)
    else:
        quantize_dynamic(plain, file, weight_type=QuantType.QInt8)
        assert {"ConvInteger", "MatMulInteger"} <= {node.op_type for node in onnx.load(file).graph.node}
    sparsec.compile(str(file), target="onnxruntime", measure=False, strict=True).export_onnx(small)
    nodes = onnx.load(small).graph.node
    assert [node.domain for node in nodes].count("sparsec") == 2
    assert not {"ConvInteger", "MatMulInteger", "Conv", "MatMul"} & {node.op_type for node in nodes}
    (expected,), (found,) = plainly(file), plainly(small)
    if how == "dynamic":
        assert not {"Add", "Relu", "DynamicQuantizeLinear"} & {node.op_type for node in nodes}
        np.testing.assert_allclose(found, expected, atol=2e-6 * np.abs(expected).max())
    else:  # the result is rounded, too: a number between two steps may become either
        steps = {tensor.name: tensor for tensor in onnx.load(file).graph.initializer}
        step = float(numpy_helper.to_array(steps["y_scale"]))
        off = np.abs(found - expected)
        assert off.max() <= step * 1.001 and (off > 1e-6).mean() < 0.02


def neurons(path: Path) -> Path:
    """Two products with a GELU between them, both with zeros in blocks of 8 x 4."""
    random = np.random.default_rng(8)
    held = {"v": checkered(64, 24, random).T.copy(), "w": checkered(16, 64, random).T.copy()}
    held |= {"b": random.normal(size=64).astype(np.float32), "c": random.normal(size=16).astype(np.float32)}
    lines = [("MatMul", "x", "v", "m"), ("Add", "m", "b", "a"), ("MatMul", "g", "w", "n"), ("Add", "n", "c", "y")]
    nodes = [helper.make_node(op, [left, right], [made]) for op, left, right, made in lines]
    nodes.insert(2, helper.make_node("Gelu", ["a"], ["g"]))
    shapes = {"x": ["n", 24], "y": ["n", 16]}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    weights = [numpy_helper.from_array(value, name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), path)
    return path


def alone(model: onnx.ModelProto, number: int, path: Path) -> Path:
    """One node of a file as a file that reads x and makes y."""
    node = model.graph.node[number]
    held = [one for one in model.graph.initializer if one.name in [*node.input][1:]]
    node = helper.make_node(node.op_type, ["x", *node.input[1:]], ["y"], domain=node.domain)
    node.attribute.extend(model.graph.node[number].attribute)
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "m"]), helper.make_empty_tensor_value_info("y")]
    graph = helper.make_graph([node], "g", ends[:1], ends[1:], held)
    onnx.save(helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version), path)
    return path


@pytest.mark.skipif(not KERNELS, reason="no torch-mlir, or no linker")
def test_each_layer_is_what_it_was_given_what_it_was_given(tmp_path: Path, stopwatch: Settled) -> None:
    """Scales that are worked out hand on the last bit of a GELU: whole models may differ by steps, layers may not."""
    stopwatch.form = 2.0
    plain, file, small, traced = (tmp_path / f"{name}.onnx" for name in ("plain", "given", "small", "traced"))
    quantize_dynamic(neurons(plain), file, weight_type=QuantType.QInt8)
    sparsec.compile(str(file), target="onnxruntime", measure=False, strict=True).export_onnx(small)
    model, original = onnx.load(small), onnx.load(file)
    assert [node.domain for node in model.graph.node] == ["sparsec"] * 2
    original.graph.output.append(helper.make_empty_tensor_value_info("g"))
    onnx.save(original, traced)
    x = np.random.default_rng(9).normal(size=(50, 24)).astype(np.float32)
    y, between = plainly(traced, {"x": x})
    (first,), (second,) = (
        plainly(alone(model, number, tmp_path / f"{number}.onnx"), {"x": given}, library_for(small))
        for number, given in enumerate((x, between))
    )
    np.testing.assert_allclose(first, between, rtol=0, atol=5e-7 * np.abs(between).max())  # an exponential
    np.testing.assert_array_equal(second, y)


class Rows(CalibrationDataReader):
    """Numbers of rows to find scales with."""

    def __init__(self) -> None:
        self.left = [{"x": np.arange(48).reshape(12, 4)}]

    def get_next(self) -> Any:
        return self.left.pop() if self.left else None


@pytest.mark.parametrize("static", [False, True])
def test_rows_of_a_table_of_integers(tmp_path: Path, static: bool) -> None:
    random = np.random.default_rng(3)
    held = {"t": random.normal(size=(50, 16)), "w": random.normal(size=(16, 5))}
    held["t"][:, ::4] = 0
    lines = (("Gather", ["t", "x"], ["a"]), ("Relu", ["a"], ["b"]), ("MatMul", ["b", "w"], ["y"]))
    graph = helper.make_graph(
        [helper.make_node(*line, name=f"/{line[2][0]}/{line[0]}") for line in lines],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.INT64, ["n", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4, 5])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in held.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    file = tmp_path / "given.onnx"
    if static:
        quantize_static(model, file, Rows(), quant_format=QuantFormat.QDQ)
    else:
        quantize_dynamic(model, file)
    sparsec.compile(str(file), measure=False).export_onnx(tmp_path / "small.onnx")
    before, after = (optimised(tmp_path / name, np.arange(12).reshape(3, 4)) for name in ("given.onnx", "small.onnx"))
    np.testing.assert_allclose(after[0], before[0], atol=1e-2 * np.abs(before[0]).max())
    del after[1]["Reshape"]  # rows of a product's input are counted out
    assert after[1] == before[1]
    kept = onnx.load(tmp_path / "small.onnx").graph.initializer
    integers = (TensorProto.UINT8, TensorProto.INT8)
    assert [(*value.dims,) for value in kept if value.data_type in integers and value.dims[:1] == [50]] == [(50, 12)]
