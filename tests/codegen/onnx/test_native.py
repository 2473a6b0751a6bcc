"""Sparse kernels in ONNX Runtime: hand-built models with a written library, compared with a dense product in numpy."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir.host import NEON, host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.mlir.transpose_buffer import WIDTH_ROWS
from sparsec.codegen.onnx import native_api, native_ops
from sparsec.codegen.onnx.native import write_library
from sparsec.codegen.onnx.sparse_nodes import attributes_of
from sparsec.compiler.errors import UserError

Array = np.ndarray[Any, Any]
LINKED = any(shutil.which(name) for name, *_ in linker.LINKERS)
pytestmark = pytest.mark.skipif(not (engine.available() and LINKED), reason="no torch-mlir, or no linker")

BY_TOKENS, BY_FEATURES = Matmul(8, "panels", "tokens"), Matmul(8)
ADDING = replace(BY_TOKENS, bias=True, residual=True, activation="relu")
COLUMN_TILED = Matmul(1, "panels", "tokens", bias=True, residual=True, column_tiled=True)
SPECS = [
    BY_TOKENS,
    BY_FEATURES,
    ADDING,
    replace(BY_FEATURES, bias=True, residual=True, activation="gelu"),
    replace(BY_TOKENS, bias=True, activation="gelu"),
    replace(BY_TOKENS, residual=True),
    Matmul(4, "panels", "features", bias=True, residual=True),
    Matmul(1, "features", "tokens", bias=True, residual=True, activation="silu"),
    Matmul(8, "features", "features", values="bf16", index="i32", bias=True),
    Matmul(2, "panels", "tokens", values="bf16", bias=True, residual=True),
    COLUMN_TILED,
    Matmul(1, "features", "features", column_tiled=True),
    Matmul(4, "panels", "features", bias=True, residual=True, activation="gelu", column_tiled=True),
    Matmul(1, "features", "tokens", values="bf16", column_tiled=True),
]
# Columns of a column tile.
SEGMENT = 16
ACTIVATIONS: dict[str | None, Callable[[Tensor], Tensor]] = {
    None: lambda x: x,
    "relu": F.relu,
    "gelu": F.gelu,
    "silu": F.silu,
}


def sparse(rows: int, columns: int, density: float = 0.2) -> Tensor:
    generator = torch.Generator().manual_seed(rows * columns)
    weight = torch.randn(rows, columns, generator=generator)
    return weight * (torch.rand(rows, columns, generator=generator) < density)


@dataclass
class Layer:
    """An operator with its weight, as a model and as numpy has it."""

    spec: Matmul
    weight: Tensor

    def __post_init__(self) -> None:
        rows, columns = self.weight.shape
        self.weight = self.weight.bfloat16().float() if self.spec.values == "bf16" else self.weight
        column_tile = SEGMENT if self.spec.column_tiled else 0
        self.packed = VectorBlocks((rows, columns), self.spec.rows, 1, column_tile).pack(self.weight)
        self.bias = torch.linspace(-1, 1, rows)

    @property
    def rows(self) -> int:
        return self.weight.shape[0]

    def weights(self) -> dict[str, onnx.TensorProto]:
        """The operator's constant inputs."""
        values, dtype = self.packed.values.numpy(), {"f32": TensorProto.FLOAT, "bf16": TensorProto.BFLOAT16}
        if self.spec.values == "bf16":
            values = self.packed.values.bfloat16().view(torch.int16).numpy()
        index = {"i16": np.int16, "i32": np.int32}[self.spec.index]
        found = {
            "values": helper.make_tensor("values", dtype[self.spec.values], values.shape, values.tobytes(), raw=True),
            "indices": numpy_helper.from_array(self.packed.indices.numpy().astype(index), "indices"),
            "starts": numpy_helper.from_array(self.packed.starts.numpy(), "starts"),
        }
        return found | ({"bias": numpy_helper.from_array(self.bias.numpy(), "bias")} if self.spec.bias else {})

    def model(self, dims: list[Any], attributes: dict[str, Any] | None = None, **others: Array) -> onnx.ModelProto:
        """A graph of the operator and a Neg after it; ``others`` are constants in place of the layer's own."""
        constants = self.weights() | {name: numpy_helper.from_array(value, name) for name, value in others.items()}
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)]
        names = ["x", *constants]
        if self.spec.residual:
            names.append("residual")
            inputs.append(helper.make_tensor_value_info("residual", TensorProto.FLOAT, [None] * len(dims)))
        settings = attributes_of(self.spec, self.rows, column_tile=SEGMENT) if attributes is None else attributes
        nodes = [
            helper.make_node(self.spec.name, names, ["h"], domain="sparsec", **settings),
            helper.make_node("Neg", ["h"], ["y"]),
        ]
        result = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
        graph = helper.make_graph(nodes, "layer", inputs, result, [*constants.values()])
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def residual(self, shape: tuple[int, ...]) -> Array:
        return torch.linspace(-2, 2, int(np.prod(shape))).reshape(shape).numpy()

    def expected(self, x: Array) -> Array:
        """What the model returns for x."""
        second = 1 if x.ndim >= 4 else 0
        source, target = (
            -1 if order in ("panels", "tokens") else second for order in (self.spec.source, self.spec.target)
        )
        y = np.moveaxis(x, source, -1).astype(np.float64) @ self.weight.numpy().T.astype(np.float64)
        y = np.moveaxis(y + self.bias.numpy() if self.spec.bias else y, -1, target)
        y = y + self.residual(y.shape) if self.spec.residual else y
        return -ACTIVATIONS[self.spec.activation](torch.from_numpy(np.ascontiguousarray(y))).numpy()

    def check(self, session: onnxruntime.InferenceSession, x: Array) -> None:
        expected = self.expected(x)
        feeds = {"x": x} | ({"residual": self.residual(expected.shape)} if self.spec.residual else {})
        (y,) = session.run(None, feeds)
        assert y.shape == expected.shape
        np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-4)


def open_session(model: onnx.ModelProto, *libraries: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    for library in libraries:
        options.register_custom_ops_library(str(library))
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def numbers(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(SPECS, tmp_path_factory.mktemp("library") / "kernels.so")


# --- numbers


def shape_of(spec: Matmul, columns: int, rank: int) -> tuple[int, ...]:
    """Dimensions of x other than the columns are 3, 19, 5."""
    rest = [3, 19, 5][: rank - 1] if rank > 2 else [19][: rank - 1]
    place = len(rest) if spec.source == "panels" else (1 if rank >= 4 else 0)
    return (*rest[:place], columns, *rest[place:])


CASES = [(spec, rank) for spec in SPECS for rank in (1, 2, 3, 4) if rank > 1 or spec.source == "panels"]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("spec", "rank"), CASES, ids=[f"{spec.name}-{rank}" for spec, rank in CASES])
def test_an_operator_is_a_dense_layer(spec: Matmul, rank: int, threads: int, library: Path) -> None:
    layer = Layer(spec, sparse(37, 50))
    shape = shape_of(spec, 50, rank)
    session = open_session(layer.model([*shape]), library, threads=threads)
    assert session.get_outputs()[0].shape == [*layer.expected(numbers(*shape)).shape]
    layer.check(session, numbers(*shape))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("spec", [BY_TOKENS, BY_FEATURES, ADDING, COLUMN_TILED], ids=lambda spec: spec.name)
@pytest.mark.parametrize("tokens", [1, 2, 7, 8, 16, 17, 333, 1000])
def test_any_number_of_tokens(spec: Matmul, tokens: int, threads: int, library: Path) -> None:
    # Large enough to be shared out, in rows and in tokens.
    layer = Layer(spec, sparse(203, 130, 0.5))
    by_tokens = spec.source == "panels"
    session = open_session(layer.model(["n", 130] if by_tokens else [130, "n"]), library, threads=threads)
    assert session.get_outputs()[0].shape == (["n", 203] if by_tokens else [203, "n"])
    layer.check(session, numbers(*((tokens, 130) if by_tokens else (130, tokens))))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.source == "features"], ids=lambda spec: spec.name)
@pytest.mark.parametrize(
    ("images", "tokens"), [(1, 2), (9, 1), (1, 49), (3, 49), (2, 333), (9, 25), (0, 25), (1, 1024)]
)
def test_features_that_many_blocks_read(spec: Matmul, images: int, tokens: int, threads: int, library: Path) -> None:
    """They are put in panels where their lines do not begin with the cache's."""
    layer = Layer(spec, sparse(80 * spec.rows, 30, 0.9))
    session = open_session(layer.model(["images", 30, 1, "tokens"]), library, threads=threads)
    layer.check(session, numbers(images, 30, 1, tokens))


def test_many_images(library: Path) -> None:
    layer = Layer(Matmul(4, "panels", "features", bias=True, residual=True), sparse(64, 96, 0.5))
    session = open_session(layer.model(["images", "tokens", 2, 96]), library, threads=2)
    assert session.get_outputs()[0].shape == ["images", 64, "tokens", 2]
    layer.check(session, numbers(9, 103, 2, 96))


def test_features_come_first_where_there_are_no_images(library: Path) -> None:
    layer = Layer(Matmul(4, "panels", "features", bias=True, residual=True), sparse(64, 96, 0.5))
    session = open_session(layer.model(["batch", "tokens", 96]), library, threads=2)
    assert session.get_outputs()[0].shape == [64, "batch", "tokens"]
    layer.check(session, numbers(9, 103, 96))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_nothing_in_nothing_out(spec: Matmul, library: Path) -> None:
    layer = Layer(spec, sparse(12, 10))
    none, some = ((0, 3, 10), (3, 0, 10)) if spec.source == "panels" else ((10, 0, 3), (10, 3, 0))
    session = open_session(layer.model([None, None, None]), library)
    for shape in (none, some):
        layer.check(session, np.zeros(shape, np.float32))


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.column_tiled], ids=lambda spec: spec.name)
@pytest.mark.parametrize("columns", [1, SEGMENT, 3 * SEGMENT + 1])
def test_column_tiles_of_more_rows_than_are_walked_together(spec: Matmul, columns: int, library: Path) -> None:
    layer = Layer(spec, sparse(2 * WIDTH_ROWS * spec.rows + 77, columns))
    for threads in (1, 2):
        session = open_session(layer.model([None] * 3), library, threads=threads)
        for tokens in (3, 70):
            layer.check(session, numbers(*((3, tokens, columns) if spec.source == "panels" else (columns, 3, tokens))))


@pytest.mark.parametrize("spec", [BY_TOKENS, BY_FEATURES, ADDING, COLUMN_TILED], ids=lambda spec: spec.name)
def test_weights_with_empty_rows(spec: Matmul, library: Path) -> None:
    holes = sparse(40, 24)
    holes[5:25] = 0
    for weight in (holes, torch.zeros(9, 24), torch.ones(1, 24)):
        layer = Layer(spec, weight)
        session = open_session(layer.model([None, None]), library)
        layer.check(session, numbers(*((20, 24) if spec.source == "panels" else (24, 20))))


@pytest.mark.parametrize("spec", [BY_TOKENS, COLUMN_TILED], ids=lambda spec: spec.name)
@pytest.mark.parametrize("tokens", [7, 20])
def test_zero_times_infinity_is_what_it_is_in_a_dense_layer(spec: Matmul, tokens: int, library: Path) -> None:
    layer = Layer(spec, sparse(12, 40))
    x = numbers(tokens, 40)
    x[3, 4], x[6, 20] = np.inf, np.nan
    with np.errstate(invalid="ignore"):
        layer.check(open_session(layer.model(["n", 40]), library), x)


# --- shapes


def test_dimensions_without_a_name(library: Path) -> None:
    layer = Layer(BY_TOKENS, sparse(12, 10))
    session = open_session(layer.model([None, 10]), library)
    for tokens in (3, 50):
        layer.check(session, numbers(tokens, 10))


def test_names_of_dimensions_reach_what_comes_after(library: Path) -> None:
    layer = Layer(BY_FEATURES, sparse(12, 10))
    session = open_session(layer.model(["images", 10, "high", 7]), library)
    assert session.get_outputs()[0].shape == ["images", 12, "high", 7]
    for images, high in ((1, 1), (4, 9)):
        layer.check(session, numbers(images, 10, high, 7))


# --- threads and processes


@pytest.mark.parametrize("spec", [ADDING, COLUMN_TILED], ids=lambda spec: spec.name)
def test_a_session_may_run_in_many_threads_at_once(spec: Matmul, library: Path) -> None:
    layer = Layer(spec, sparse(203, 130, 0.5))
    session = open_session(layer.model(["n", 130]), library, threads=2)
    failed: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for tokens in range(seed, seed + 200, 25):
                layer.check(session, numbers(tokens, 130))
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    team = [threading.Thread(target=work, args=(seed,)) for seed in range(1, 9)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    assert not failed


def test_two_libraries_in_one_process(tmp_path: Path) -> None:
    shared, other = replace(BY_TOKENS, bias=True), Matmul(2)
    first = write_library([shared], tmp_path / "first.so")
    second = write_library([shared, other], tmp_path / "second.so")
    a, b, c = Layer(shared, sparse(12, 10)), Layer(shared, sparse(30, 20)), Layer(other, sparse(9, 20))
    one, two, three = (
        open_session(a.model(["n", 10]), first),
        open_session(b.model(["n", 20]), second),
        open_session(c.model([20, "n"]), second),
    )
    for tokens in (3, 40):
        a.check(one, numbers(tokens, 10))
        b.check(two, numbers(tokens, 20))
        c.check(three, numbers(20, tokens))


FRESH = """
import sys
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.register_custom_ops_library(sys.argv[1] + "/model.so")
session = onnxruntime.InferenceSession(sys.argv[1] + "/model.onnx", options, providers=["CPUExecutionProvider"])
(y,) = session.run(None, {"x": numpy.load(sys.argv[1] + "/x.npy")})
numpy.testing.assert_allclose(y, numpy.load(sys.argv[1] + "/y.npy"), rtol=1e-4, atol=1e-4)
assert not {"torch", "torch_mlir", "sparsec", "onnx"} & sys.modules.keys()
print("fine")
"""


@pytest.mark.parametrize("kind", [BY_TOKENS, COLUMN_TILED], ids=lambda spec: spec.name)
def test_a_process_that_has_only_onnx_runtime(kind: Matmul, tmp_path: Path) -> None:
    spec = replace(kind, bias=True, residual=False, activation="gelu")
    layer, x = Layer(spec, sparse(37, 50)), numbers(21, 50)
    write_library([spec], tmp_path / "model.so")
    onnx.save_model(layer.model(["n", 50]), str(tmp_path / "model.onnx"))
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", layer.expected(x))
    done = subprocess.run([sys.executable, "-c", FRESH, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout == "fine\n", done.stderr


# --- what does not fit


@pytest.mark.parametrize(
    ("spec", "shape", "message"),
    [
        (BY_FEATURES, (10,), "x has too few dimensions"),
        (BY_TOKENS, (), "x has too few dimensions"),
        (BY_TOKENS, (3, 9), "x has fewer features than the weight reads"),
        (BY_FEATURES, (9, 3), "x has fewer features than the weight reads"),
        (BY_TOKENS, (1,) * 17, "more than 16 dimensions"),
    ],
)
def test_inputs_that_do_not_fit(spec: Matmul, shape: tuple[int, ...], message: str, library: Path) -> None:
    layer = Layer(spec, torch.ones(12, 10))
    model = layer.model([None])
    model.graph.input[0].type.tensor_type.ClearField("shape")
    session = open_session(model, library)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match=message):
        session.run(None, {"x": np.zeros(shape, np.float32)})


@pytest.mark.parametrize(
    ("others", "attributes", "message"),
    [
        ({"starts": np.zeros((4, 1), np.int32)}, None, "'starts' is not \\[block rows \\+ 1, 2\\]"),
        ({"starts": np.zeros((0, 2), np.int32)}, None, "'starts' is not \\[block rows \\+ 1, 2\\]"),
        ({}, {"rows": 11}, "'starts' does not fit 'rows'"),
        ({"starts": np.array([[0, 0], [-1, 12]], np.int32)}, None, "'starts' is negative"),
        ({"starts": np.array([[0, 0], [999, 12]], np.int32)}, None, "'indices' does not fit 'starts'"),
        ({"values": np.zeros((3, 1, 8), np.float32)}, None, "'values' does not fit 'indices'"),
        ({"bias": np.zeros(13, np.float32)}, None, "'bias' does not fit 'rows'"),
    ],
)
def test_weights_that_do_not_fit(
    others: dict[str, Array], attributes: dict[str, Any] | None, message: str, library: Path
) -> None:
    layer = Layer(replace(BY_TOKENS, bias=True, activation="gelu"), torch.ones(12, 10))
    session = open_session(layer.model(["n", 10], attributes, **others), library)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match=message):
        session.run(None, {"x": numbers(3, 10)})


@pytest.mark.parametrize("columns", [33, 50, 90])
def test_column_tiles_that_do_not_fit(columns: int, library: Path) -> None:
    """A weight of 40 columns has three column tiles."""
    layer = Layer(Matmul(1, "features", "tokens", values="bf16", column_tiled=True), torch.ones(12, 40))
    message = "fewer features" if columns < 40 else "'starts' does not fit x in its column tiles"
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match=message):
        open_session(layer.model([None, "n"]), library).run(None, {"x": numbers(columns, 3)})


@pytest.mark.parametrize("shape", [(3, 11), (12, 3), (3, 12, 1), (36,)])
def test_a_residual_that_does_not_fit(shape: tuple[int, ...], library: Path) -> None:
    layer = Layer(ADDING, torch.ones(12, 10))
    model = layer.model(["n", 10])
    model.graph.input[1].type.tensor_type.ClearField("shape")
    session = open_session(model, library)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match="residual"):
        session.run(None, {"x": numbers(3, 10), "residual": np.zeros(shape, np.float32)})


def test_a_weight_that_is_no_constant(library: Path) -> None:
    layer = Layer(BY_TOKENS, sparse(12, 10))
    model = layer.model(["n", 10])
    place = next(n for n, tensor in enumerate(model.graph.initializer) if tensor.name == "indices")
    indices = numpy_helper.to_array(model.graph.initializer.pop(place))
    model.graph.input.append(helper.make_tensor_value_info("indices", TensorProto.INT16, [None]))
    session, x = open_session(model, library), numbers(20, 10)
    (y,) = session.run(None, {"x": x, "indices": indices})
    np.testing.assert_allclose(y, layer.expected(x), rtol=1e-4, atol=1e-4)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument, match="fewer features"):
        session.run(None, {"x": x, "indices": indices - 1})


@pytest.mark.parametrize("name", ["x", "values", "indices", "starts"])
def test_a_wrong_dtype_is_found_before_anything_runs(name: str, library: Path) -> None:
    model = Layer(BY_TOKENS, sparse(12, 10)).model(["n", 10])
    if name == "x":
        model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE
    for tensor in model.graph.initializer:
        if tensor.name == name:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), name))
    with pytest.raises(Exception, match=BY_TOKENS.name):
        open_session(model, library)


@pytest.mark.parametrize("attributes", [{}, {"rows": -1}, {"rows": 12}, {"rows": 12, "column_tile": 0}], ids=str)
def test_a_wrong_attribute_is_found_before_anything_runs(attributes: dict[str, Any], library: Path) -> None:
    model = Layer(COLUMN_TILED, sparse(12, 10)).model(["n", 10], attributes)
    with pytest.raises(Exception, match="column_tile" if attributes.get("rows") == 12 else "rows"):
        open_session(model, library)


# --- the file


def test_what_leaves_the_library_and_what_enters(library: Path) -> None:
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("no nm")
    listed = subprocess.run([nm, "-D", str(library)], capture_output=True, text=True, check=True).stdout
    found = {tuple(line.split()[-2:]) for line in listed.splitlines()}
    asked = {("w", "getenv")} if host() is not NEON else set()
    assert found == {("T", "RegisterCustomOps"), ("T", "sparsec_version"), *asked}


def test_a_runtime_that_is_too_old(library: Path) -> None:
    said: list[tuple[int, bytes]] = []
    status = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)(lambda *args: said.append(args) or 77)
    table = (ctypes.c_void_p * 1)(ctypes.cast(status, ctypes.c_void_p))
    get = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)(lambda v: ctypes.addressof(table) if v == 1 else None)
    base = (ctypes.c_void_p * 1)(ctypes.cast(get, ctypes.c_void_p))
    register = ctypes.CDLL(str(library)).RegisterCustomOps
    register.restype = ctypes.c_void_p
    assert register(None, base) == 77
    assert said == [(1, b"sparse kernels need ONNX Runtime 1.18 or later")]


def test_a_kernel_may_be_named_twice(tmp_path: Path) -> None:
    path = write_library([BY_FEATURES, BY_TOKENS, BY_FEATURES], tmp_path / "twice.so")
    layer = Layer(BY_FEATURES, sparse(12, 10))
    layer.check(open_session(layer.model([10, "n"]), path), numbers(10, 20))
    assert [file.name for file in tmp_path.iterdir()] == ["twice.so"]


def test_no_linker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError) as caught:
        write_library([BY_FEATURES], tmp_path / "model.so")
    assert str(caught.value) == (
        "'model.so' cannot be linked [no-linker]\n"
        "  Note: none of 'ld', 'cc', 'gcc', 'clang' is installed\n"
        "  Hint: install a linker (Debian, Ubuntu: apt-get install binutils), or compile with kernels=False"
    )
    assert not [*tmp_path.iterdir()]


def test_a_linker_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ld"
    broken.write_text("#!/bin/sh\necho out of order >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(broken) if name == "ld" else None)
    with pytest.raises(UserError, match="Note: 'ld': out of order"):
        write_library([BY_FEATURES], tmp_path / "model.so")
    assert [*tmp_path.iterdir()] == [broken]


@pytest.mark.parametrize("name", ["cc", "gcc", "clang"])
def test_a_compiler_links_as_well(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}")
    monkeypatch.setattr(shutil, "which", lambda wanted: found if wanted == name else None)
    path = write_library([BY_FEATURES], tmp_path / "model.so")
    layer = Layer(BY_FEATURES, sparse(12, 10))
    layer.check(open_session(layer.model([10, "n"]), path), numbers(10, 20))


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unwritable-path"):
        write_library([BY_FEATURES], tmp_path / "nowhere" / "model.so")


def test_every_answer_is_one_that_is_asked_for() -> None:
    assert native_ops.ANSWERS.keys() <= set(native_api.CALLBACKS)
    assert len(native_api.CALLBACKS) == len(set(native_api.CALLBACKS)) == 25
    assert [*native_api.SLOTS.values()] == sorted(set(native_api.SLOTS.values()))


@pytest.mark.parametrize(
    "change",
    [
        lambda options: setattr(options, "enable_cpu_mem_arena", False),
        lambda options: setattr(options, "execution_mode", onnxruntime.ExecutionMode.ORT_PARALLEL),
        lambda options: options.add_session_config_entry("session.intra_op.allow_spinning", "0"),
    ],
    ids=["no arena", "parallel", "no spinning"],
)
def test_other_sessions(change: Callable[[onnxruntime.SessionOptions], None], library: Path) -> None:
    options, layer = onnxruntime.SessionOptions(), Layer(BY_TOKENS, sparse(203, 130, 0.5))
    options.intra_op_num_threads = 2
    change(options)
    options.register_custom_ops_library(str(library))
    model = layer.model(["n", 130]).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    for tokens in (3, 333):
        layer.check(session, numbers(tokens, 130))
