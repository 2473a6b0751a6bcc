"""The operator for 8-bit integers: hand-built models, compared with PyTorch's operator."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir import host as hosts
from sparsec.codegen.mlir.conv_int8 import ConvInt8
from sparsec.codegen.mlir.matmul_int8 import MatmulInt8
from sparsec.codegen.onnx.native import write_library
from sparsec.codegen.onnx.sparse_nodes import attributes_of, rounding_of
from sparsec.compiler.ir.window import Window
from sparsec.runtime import operators  # noqa: F401 (defines torch.ops.sparsec)

TOOLS = engine.available() and any(shutil.which(name) for name in linker.NAMES)
pytestmark = [pytest.mark.skipif(not TOOLS, reason="no torch-mlir, or no linker")]

Array = np.ndarray[Any, Any]
INVALID = onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument
PLAIN = MatmulInt8()
ADDING = MatmulInt8(bias=True, activation="gelu")
SPECS = [
    PLAIN,
    ADDING,
    MatmulInt8(4, "i32", bias=True, residual=True),
    MatmulInt8(16, activation="relu"),
    MatmulInt8(1, residual=True, activation="relu"),
]
CONVOLUTION, CONVOLUTION_16 = ConvInt8(bias=True, residual=True, activation="relu"), ConvInt8(16, "i32")
SETS = [name for name, one in hosts.sets().items() if name != "generic" and hosts.NEEDS[name] <= hosts._features()]


def blocks(rows: int, columns: int, density: float = 0.3) -> Tensor:
    """A weight of blocks of 8 x 4."""
    random = torch.Generator().manual_seed(rows * columns)
    kept = torch.rand(-(-rows // 8), -(-columns // 4), generator=random) < density
    mask = kept.repeat_interleave(8, 0)[:rows].repeat_interleave(4, 1)[:, :columns]
    return torch.randn(rows, columns, generator=random) * mask


class Layer:
    """An operator with its weight, as a model and as PyTorch has it."""

    def __init__(
        self, spec: MatmulInt8, weight: Tensor, step: float = 0.0, zero_point: int = 128, least_step: float = 0.0
    ) -> None:
        self.spec, self.rows, self.rounding = spec, weight.shape[0], (step, zero_point, least_step)
        packed = Int8Blocks((weight.shape[0], weight.shape[1]), spec.rows).pack(weight)
        names = ("values", "indices", "starts", "scales", "sums")
        self.tensors: dict[str, Tensor] = {name: getattr(packed, name) for name in names}
        self.tensors["indices"] = packed.indices.to({"i16": torch.int16, "i32": torch.int32}[spec.index])
        self.bias = torch.linspace(-1, 1, self.rows) if spec.bias else None

    def model(self, dims: list[Any], **others: Array) -> onnx.ModelProto:
        """A graph of the operator and a Neg after it; ``others`` are constants in place of the layer's own."""
        constants = {name: tensor.numpy() for name, tensor in self.tensors.items()}
        constants |= ({} if self.bias is None else {"bias": self.bias.numpy()}) | others
        attributes = attributes_of(self.spec, self.rows) | rounding_of(*self.rounding)
        added = ["residual"] * self.spec.residual
        nodes = [
            helper.make_node(self.spec.name, ["x", *constants, *added], ["h"], domain="sparsec", **attributes),
            helper.make_node("Neg", ["h"], ["y"]),
        ]
        shapes = {"x": dims} | ({"residual": [*dims[:-1], self.rows]} if added else {})
        inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
        result = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
        weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
        graph = helper.make_graph(nodes, "layer", inputs, result, weights)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def feeds(self, x: Array) -> dict[str, Array]:
        return {"x": x} | ({"residual": numbers(*x.shape[:-1], self.rows)} if self.spec.residual else {})

    def expected(self, x: Array) -> Array:
        residual = torch.from_numpy(self.feeds(x)["residual"]) if self.spec.residual else None
        ends = (self.bias, residual, self.rows, self.spec.activation or "")
        y = torch.ops.sparsec.vblock_linear_int8(torch.from_numpy(x), *self.tensors.values(), *ends, *self.rounding)
        expected: Array = -y.numpy()
        return expected

    def check(self, session: onnxruntime.InferenceSession, x: Array) -> None:
        (y,) = session.run(None, self.feeds(x))
        np.testing.assert_allclose(y, self.expected(x), rtol=1e-6, atol=1e-6)
        assert y.shape == (*x.shape[:-1], self.rows)


def open_session(model: onnx.ModelProto, library: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 4
    options.register_custom_ops_library(str(library))
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def numbers(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


@pytest.fixture(scope="module", params=SETS)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(
        [*SPECS, CONVOLUTION, CONVOLUTION_16], tmp_path_factory.mktemp("library") / "kernels.so", cpu=[request.param]
    )


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("others", [(), (19,), (3, 7, 5)], ids=str)
def test_it_is_what_pytorch_computes(spec: MatmulInt8, others: tuple[int, ...], threads: int, library: Path) -> None:
    for rows, columns in ((37, 50), (1, 1)):
        layer, shape = Layer(spec, blocks(rows, columns)), (*others, columns)
        session = open_session(layer.model([*shape]), library, threads)
        assert session.get_outputs()[0].shape == [*others, rows]
        layer.check(session, numbers(*shape))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("tokens", [0, 1, 7, 16, 17, 333, 1000])
def test_any_number_of_tokens(tokens: int, threads: int, library: Path) -> None:
    # Large enough to be shared out.
    layer = Layer(ADDING, blocks(203, 331, 0.8))
    session = open_session(layer.model(["n", 331]), library, threads)
    assert session.get_outputs()[0].shape == ["n", 203]
    layer.check(session, numbers(tokens, 331))


def test_weights_with_empty_rows(library: Path) -> None:
    for weight in (torch.zeros(20, 24), torch.ones(1, 24), blocks(40, 24, 0.1)):
        layer = Layer(PLAIN, weight)
        layer.check(open_session(layer.model([None, None]), library), numbers(20, 24))


@pytest.mark.parametrize("tokens", [1, 20])
def test_steps_that_are_given(tokens: int, library: Path) -> None:
    layer = Layer(ADDING, blocks(37, 50), 0.02, 100)
    layer.check(open_session(layer.model(["n", 50]), library), numbers(tokens, 50))


@pytest.mark.parametrize("tokens", [1, 20])
def test_steps_of_all_tokens(tokens: int, library: Path) -> None:
    layer = Layer(ADDING, blocks(37, 50), least_step=2.0**-126)
    layer.check(open_session(layer.model(["n", 50]), library), numbers(tokens, 50) + 0.5)


def test_a_token_that_is_not_finite_gives_nan(library: Path) -> None:
    layer, x = Layer(PLAIN, blocks(12, 40)), numbers(20, 40)
    x[3, 4], x[6, 20] = np.inf, np.nan
    layer.check(open_session(layer.model(["n", 40]), library), x)
    assert np.flatnonzero(np.isnan(layer.expected(x)).any(1)).tolist() == [3, 6]


FRESH = """
import sys
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.register_custom_ops_library("./model.so")
session = onnxruntime.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
(y,) = session.run(None, {"x": numpy.load("x.npy")})
numpy.testing.assert_allclose(y, numpy.load("y.npy"), rtol=1e-6, atol=1e-6)
assert not {"torch", "torch_mlir", "sparsec", "onnx"} & sys.modules.keys()
print("fine")
"""


def test_a_process_that_has_only_onnx_runtime(tmp_path: Path) -> None:
    layer, x = Layer(ADDING, blocks(37, 50)), numbers(21, 50)
    write_library([ADDING], tmp_path / "model.so")
    onnx.save_model(layer.model(["n", 50]), str(tmp_path / "model.onnx"))
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", layer.expected(x))
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "fine\n", done.stderr


# --- convolutions

WINDOWS = [
    (Window((1, 1)), (2, 5, 9, 7)),
    (Window((1, 1)), (1, 64, 40, 41)),
    (Window((3, 3), (2, 2), (1, 1)), (2, 12, 9, 20)),
    (Window((3, 2), (1, 1), (2, 0), (1, 2)), (1, 6, 8, 9)),
]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("window", "shape"), WINDOWS, ids=str)
def test_convolutions(window: Window, shape: tuple[int, ...], threads: int, library: Path) -> None:
    for spec, rounding in ((CONVOLUTION, (0.0, 128)), (CONVOLUTION_16, (0.02, 100)), (CONVOLUTION, (0.0, 128, 1e-6))):
        rows, taps = 37, window.kernel[0] * window.kernel[1]
        weight = blocks(rows, shape[1] * taps)
        packed = Int8Blocks((rows, weight.shape[1]), spec.rows, taps).pack(weight)
        tensors = [packed.values, packed.indices, packed.starts, packed.scales, packed.sums]
        tensors[1] = packed.indices.to({"i16": torch.int16, "i32": torch.int32}[spec.index])
        ends = [torch.linspace(-1, 1, rows)] * spec.bias
        places = window.places(shape[2:])
        feeds = {"x": numbers(*shape)} | ({"residual": numbers(shape[0], rows, *places)} if spec.residual else {})
        constants = {f"w{number}": tensor.numpy() for number, tensor in enumerate([*tensors, *ends])}
        attributes = attributes_of(spec, rows, window) | rounding_of(*rounding)
        names = ["x", *constants, *(["residual"] * spec.residual)]
        node = helper.make_node(spec.name, names, ["y"], domain="sparsec", **attributes)
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [f"{name}{n}" for n in range(4)]) for name in feeds
        ]
        weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
        result = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
        graph = helper.make_graph([node], "layer", inputs, result, weights)
        session = open_session(helper.make_model(graph, opset_imports=opsets, ir_version=9), library, threads)
        (got,) = session.run(None, feeds)
        residual = torch.from_numpy(feeds["residual"]) if spec.residual else None
        bias = ends[0] if ends else None
        expected = torch.ops.sparsec.vblock_conv2d_int8(
            torch.from_numpy(feeds["x"]),
            *tensors,
            bias,
            residual,
            rows,
            *window.sides,
            spec.activation or "",
            *rounding,
        )
        np.testing.assert_array_equal(got, expected.numpy())


# --- what does not fit


@pytest.mark.parametrize(
    ("shape", "message"),
    [((), "x has too few dimensions"), ((3, 36), "x has fewer features than the weight reads")],
)
def test_inputs_that_do_not_fit(shape: tuple[int, ...], message: str, library: Path) -> None:
    layer = Layer(PLAIN, torch.ones(12, 40))
    model = layer.model([None])
    model.graph.input[0].type.tensor_type.ClearField("shape")
    with pytest.raises(INVALID, match=message):
        open_session(model, library).run(None, {"x": np.zeros(shape, np.float32)})


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"starts": np.array([[0, 0], [999, 12]], np.int32)}, "'indices' does not fit 'starts'"),
        ({"values": np.zeros((3, 8, 4), np.int8)}, "'values' does not fit 'indices'"),
        ({"scales": np.zeros(11, np.float32)}, "'scales' does not fit 'rows'"),
        ({"sums": np.zeros(13, np.int32)}, "'sums' does not fit 'rows'"),
        ({"bias": np.zeros(13, np.float32)}, "'bias' does not fit 'rows'"),
    ],
    ids=str,
)
def test_weights_that_do_not_fit(others: dict[str, Array], message: str, library: Path) -> None:
    session = open_session(Layer(ADDING, torch.ones(12, 40)).model(["n", 40], **others), library)
    with pytest.raises(INVALID, match=message):
        session.run(None, {"x": numbers(3, 40)})


@pytest.mark.parametrize("name", ["values", "scales", "sums"])
def test_a_wrong_dtype_is_found_before_anything_runs(name: str, library: Path) -> None:
    layer = Layer(PLAIN, blocks(12, 40))
    changed = layer.model(["n", 40], **{name: layer.tensors[name].numpy().astype(np.float64)})
    with pytest.raises(Exception, match=PLAIN.name):
        open_session(changed, library)
