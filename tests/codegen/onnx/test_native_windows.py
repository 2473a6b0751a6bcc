"""The operator for convolutions with windows: hand-built models, compared with PyTorch."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
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
from sparsec.codegen.mlir import engine, linker, pad
from sparsec.codegen.mlir.host import host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.onnx import native_processor
from sparsec.codegen.onnx.native import write_library
from sparsec.codegen.onnx.sparse_nodes import attributes_of
from sparsec.compiler.ir.window import Window

LINKED = any(shutil.which(name) for name in linker.NAMES)
pytestmark = pytest.mark.skipif(not (engine.available() and LINKED), reason="no torch-mlir, or no linker")

PLAIN = Matmul(8, "windows", "windows")
ADDING = replace(PLAIN, rows=4, bias=True, residual=True, activation="relu")
UNFOLDED = replace(ADDING, rows=1, target="features")
COLUMN_TILED, COLUMN_TILE = replace(UNFOLDED, column_tiled=True), 4
SPECS = [PLAIN, ADDING, UNFOLDED, COLUMN_TILED]
POINT = Matmul(8, "features", "features", bias=True, residual=True)
WINDOWS = [
    Window((3, 3), (1, 1), (1, 1)),
    Window((3, 3), (2, 2), (1, 1)),
    Window((2, 5), (1, 1), (0, 3)),
    Window((3, 2), (3, 3), (2, 0)),
    Window((3, 3), (1, 1), (2, 1), (2, 1)),
    Window((3, 3), (2, 2), (3, 2), (3, 2)),
    Window((1, 1), (2, 2)),
]
Array = np.ndarray[Any, Any]
Session = onnxruntime.InferenceSession
INVALID = onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library([*SPECS, POINT], tmp_path_factory.mktemp("library") / "kernels.so", ((1, 1), (2, 2), (3, 3)))


def weight_of(window: Window, rows: int = 19, channels: int = 5) -> Tensor:
    random = torch.Generator().manual_seed(rows * channels)
    weight = torch.randn(rows, channels, *window.kernel, generator=random)
    return weight * (torch.rand(weight.shape, generator=random) < 0.3)


def open_layer(
    spec: Matmul, window: Window, dims: list[Any], library: Path, threads: int = 1, **changed: Any
) -> Session:
    """A session of one layer; ``changed`` are attributes, None for one that is missing."""
    weight = weight_of(window).flatten(1)
    column_tile = COLUMN_TILE * spec.column_tiled
    packed = VectorBlocks((weight.shape[0], weight.shape[1]), spec.rows, 1, column_tile).pack(weight)
    constants = {name: getattr(packed, name).numpy() for name in ("values", "indices", "starts")}
    constants |= {"bias": np.linspace(-1, 1, 19, dtype=np.float32)} if spec.bias else {}
    inputs = {"x": dims} | ({"residual": [None] * 4} if spec.residual else {})
    attributes = {
        key: v for key, v in (attributes_of(spec, 19, window, column_tile) | changed).items() if v is not None
    }
    names = ["x", *constants, *(["residual"] if spec.residual else [])]
    node = helper.make_node(spec.name, names, ["y"], domain="sparsec", **attributes)
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()]
    result = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph([node], "layer", given, result, weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 4
    options.register_custom_ops_library(str(library))
    return Session(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def check(session: Session, spec: Matmul, window: Window, *shape: int) -> tuple[int, ...]:
    """Run on images of a shape; returns that of the result."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))
    bias = torch.linspace(-1, 1, 19) if spec.bias else None
    y = F.conv2d(x, weight_of(window), bias, window.stride, window.padding, window.dilation)
    feeds = {"x": x.numpy()}
    if spec.residual:
        residual = torch.linspace(-2, 2, y.numel()).reshape(y.shape)
        feeds["residual"], y = residual.numpy(), y + residual
    expected = F.relu(y) if spec.activation else y
    (found,) = session.run(None, feeds)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4, atol=1e-4)
    return tuple(found.shape)


# --- numbers


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_it_is_a_convolution(spec: Matmul, window: Window, library: Path) -> None:
    for threads in (1, 2):
        session = open_layer(spec, window, ["n", 5, "high", "wide"], library, threads)
        for images, high, wide in itertools.product((1, 3), (7, 20), (8, 33)):
            check(session, spec, window, images, 5, high, wide)


@pytest.mark.parametrize("spec", SPECS[1:], ids=lambda spec: spec.name)
def test_work_that_is_shared_out(spec: Matmul, library: Path) -> None:
    """Where windows are unfolded, by lines: those of an image are more than are unfolded at a time."""
    window = WINDOWS[0]
    assert pad.unfolded_lines(45, 120, 131) < 120
    check(open_layer(spec, window, [None] * 4, library, threads=2), spec, window, 9, 5, 120, 131)


@pytest.mark.parametrize("images", [1, 2, 7, 8, 20])
def test_images_of_one_place(images: int, library: Path) -> None:
    """The products behind a squeeze have a kernel of their own, for a few."""
    window = Window((1, 1))
    check(open_layer(POINT, window, ["n", 5, 1, 1], library), POINT, window, images, 5, 1, 1)


def test_no_images(library: Path) -> None:
    session = open_layer(PLAIN, WINDOWS[0], [None] * 4, library)
    assert session.run(None, {"x": np.zeros((0, 5, 9, 9), np.float32)})[0].shape == (0, 19, 9, 9)


def test_infinity_stays_where_a_dense_layer_has_it(library: Path) -> None:
    window, x = WINDOWS[0], torch.ones(1, 5, 12, 30)
    x[0, 2, 4, 5] = torch.inf
    expected = F.conv2d(x, weight_of(window), None, 1, 1)
    (found,) = open_layer(PLAIN, window, [None] * 4, library).run(None, {"x": x.numpy()})
    far = torch.zeros(12, 30, dtype=torch.bool)
    far[8:], far[:, 12:] = True, True
    assert torch.equal(torch.from_numpy(found).isnan()[0, :, 4, 5], expected.isnan()[0, :, 4, 5])
    np.testing.assert_allclose(found[:, :, far.numpy()], expected[:, :, far].numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("spec", SPECS[1:], ids=lambda spec: spec.name)
def test_what_shares_tell_each_other_holds_for_one_run(spec: Matmul, threads: int, library: Path) -> None:
    """That activations are finite: an infinity may come after a run without, in the last lines of the last image."""
    window = WINDOWS[0]
    session = open_layer(spec, window, [None] * 4, library, threads)
    finite = torch.ones(3, 5, 40, 33)
    for infinite in (False, True, False):
        x = finite.clone()
        if infinite:
            x[2, 2, 37, 5] = torch.inf
        feeds = {"x": x.numpy()}
        if spec.residual:
            feeds["residual"] = np.zeros((3, 19, 40, 33), np.float32)
        (found,) = session.run(None, feeds)
        expected = F.conv2d(x, weight_of(window), None, 1, 1)
        if infinite:
            assert np.isnan(found[2, :, 37, 5])[expected.isnan()[2, :, 37, 5].numpy()].all()
        else:
            assert np.isfinite(found).all()


# --- shapes


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_a_shape_is_known_before_a_run(window: Window, library: Path) -> None:
    session = open_layer(PLAIN, window, ["n", 5, 20, 33], library)
    assert session.get_outputs()[0].shape == ["n", *check(session, PLAIN, window, 2, 5, 20, 33)[1:]]


def test_names_of_sizes_that_stay(library: Path) -> None:
    same, half = WINDOWS[:2]
    assert open_layer(PLAIN, same, ["n", 5, "h", "w"], library).get_outputs()[0].shape == ["n", 19, "h", "w"]
    shape = open_layer(PLAIN, half, ["n", 5, "h", "w"], library).get_outputs()[0].shape
    assert "h" not in shape and "w" not in shape


# --- what does not fit


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((5, 9, 9), "x has not four dimensions"),
        ((2, 4, 9, 9), "x has fewer features than the weight reads"),
        ((2, 5, 2, 9), "x is smaller than the window"),
    ],
)
def test_images_that_do_not_fit(shape: tuple[int, ...], message: str, library: Path) -> None:
    window = replace(WINDOWS[0], padding=(0, 0))
    session = open_layer(PLAIN, window, [None] * len(shape), library)
    with pytest.raises(INVALID, match=message):
        session.run(None, {"x": np.zeros(shape, np.float32)})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kernel": None}, "No attribute with this name"),
        ({"kernel": [3]}, "'kernel' is not a pair"),
        ({"kernel": [3, 0]}, "'kernel' is too small"),
        ({"padding": [1, -1]}, "'padding' is too small"),
        ({"dilation": [1, 2**20]}, "'dilation' is too large"),
        ({"stride": [1, 2]}, "this library was not made for such a 'stride'"),
        ({"stride": [4, 4]}, "this library was not made for such a 'stride'"),
        ({"stride": [0, 0]}, "'stride' is too small"),
    ],
    ids=str,
)
def test_attributes_that_do_not_fit(changed: dict[str, Any], message: str, library: Path) -> None:
    with pytest.raises(Exception, match=message):
        open_layer(PLAIN, WINDOWS[0], ["n", 5, 9, 9], library, **changed)


# --- another processor


def test_a_processor_that_lacks_an_instruction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reserved = {name: {"7 ecx": (26,)} for name in native_processor.BITS}
    monkeypatch.setattr(native_processor, "BITS", reserved)
    if host().name not in native_processor.BITS:
        pytest.skip("kernels use what every such processor has")
    path = write_library([POINT], tmp_path / "kernels.so")
    with pytest.raises(Exception, match="these sparse kernels need a processor with AVX"):
        onnxruntime.SessionOptions().register_custom_ops_library(str(path))
