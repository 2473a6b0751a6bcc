"""Sparse kernels from a model to ONNX Runtime: what is written, and that it computes what the model does."""

from __future__ import annotations

import functools
import itertools
import math
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import TRIED, VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.onnx.export import export_onnx
from sparsec.codegen.onnx.files import library_for
from sparsec.codegen.operators.epilogues import ACTIVATIONS
from sparsec.compiler import exact_stages, races
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Choice, Format, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.compiler.ir.window import Window
from sparsec.runtime import select
from sparsec.runtime.select import MeasuredKernels
from sparsec.runtime.targets import get
from sparsec.runtime.targets import onnxruntime as onnxruntime_target

LINKED = any(shutil.which(name) for name in linker.NAMES)
pytestmark = pytest.mark.skipif(not (engine.available() and LINKED), reason="no torch-mlir, or no linker")

TOLERANCE = 1e-4


@dataclass
class Always:
    """Forms that are said to be faster for every layer that they can compute."""

    form: str = "blocks"
    quantize: str | None = None
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        rows, columns = layer.weight.shape
        forms: dict[str, Format | None] = {
            "blocks": VectorBlocks((rows, columns), 8),
            "groups": GroupedGather((rows, columns), 4) if layer.is_product else None,
            "bfloat16": VectorBlocks((rows, columns), 8, dtype=torch.bfloat16),
            "int8": Int8Blocks((rows, columns), 8, 1 if layer.window is None else math.prod(layer.window.kernel)),
        }
        return Choice(forms[self.form], 2.0, "twice as fast")


@dataclass
class Written:
    """A model, compiled with kernels for all its layers, and written.

    Attributes:
        shape: of one example.
    """

    small: sparsec.CompiledModule
    model: nn.Module
    shape: tuple[int, ...]
    path: Path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Written]:
    """Models by name and form, each compiled once; every layer with zeros gets a kernel, whatever the clock says."""

    @functools.cache
    def make(name: str, form: str = "blocks", alike: int = 1) -> Written:
        quantize = form if form in select.roundings() else None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(exact_stages, "kernels_for", lambda *asked: Always(form, quantize))
            small, model, shape = compiled(name, alike, quantize=quantize)
        return Written(small, model, shape, small.export_onnx(tmp_path_factory.mktemp(name) / "model.onnx"))

    return make


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def sparse(model: nn.Module, density: float = 0.2, alike: int = 1) -> nn.Module:
    """Most numbers of every weight zero, in ``alike`` rows the same; those are not neighbours."""
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=random) * 0.3)
            if weight.ndim > 1:
                kept = torch.rand((-(-len(weight) // alike), *weight.shape[1:]), generator=random) < density
                weight *= torch.cat([kept] * alike)[: len(weight)]
    return model.eval()


class Block(nn.Module):
    """Attention and two layers with GELU between, around each a residual."""

    def __init__(self, size: int = 32, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(size), nn.LayerNorm(size)
        self.query, self.key, self.value, self.out = (nn.Linear(size, size) for _ in range(4))
        self.up, self.down = nn.Linear(size, 2 * size), nn.Linear(2 * size, size)

    def forward(self, x: Tensor) -> Tensor:
        y = self.before(x)
        parts = [
            layer(y).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.query, self.key, self.value)
        ]
        x = x + self.out(F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.between(x))))


class ConvNet(nn.Module):
    """Windows of several kinds, with a residual and activations, and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.point = nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.Conv2d(16, 24, 1)
        self.same, self.uneven = nn.Conv2d(24, 24, 3, padding=1), nn.Conv2d(24, 30, (3, 2), stride=2, padding=(1, 0))
        self.dilated = nn.Conv2d(30, 20, 3, padding=2, dilation=2)
        self.squeeze, self.last = nn.Conv2d(20, 20, 1), nn.Linear(20, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.hardswish(self.point(F.relu(self.stem(x))))
        x = F.relu(x + self.same(x))
        x = F.silu(self.dilated(self.uneven(x)))
        x = x * torch.sigmoid(self.squeeze(x.mean((2, 3), keepdim=True)))
        return self.last(x.mean((2, 3)))


class Kinds(nn.Module):
    """Signals, groups, strides of two kinds, transposed convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.signal, self.long = nn.Conv1d(5, 12, 3, stride=2, padding=1), nn.ConvTranspose1d(12, 6, 3, stride=3)
        self.groups, self.depthwise = nn.Conv2d(6, 12, 3, padding=1, groups=3), nn.Conv2d(12, 12, 3, groups=12)
        self.uneven = nn.Conv2d(12, 9, (2, 3), stride=(1, 2), padding=(1, 1))
        self.up, self.flipped = nn.ConvTranspose2d(9, 8, 2, stride=2), nn.ConvTranspose2d(8, 4, 3, padding=1)
        self.points = nn.Conv2d(4, 8, 1, groups=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.long(F.relu(self.signal(x)))
        x = F.relu(self.groups(x.unflatten(2, (6, -1))) + x.mean())
        x = self.up(F.silu(self.uneven(self.depthwise(x))))
        x = self.flipped(x)
        return F.gelu(self.points(x) + x.repeat(1, 2, 1, 1))


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 50, bias=False), nn.Tanh(), nn.Linear(50, 10))


# A model, the shape of one example, and how many of its layers get a kernel.
MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int]] = {
    "mlp": (mlp, (40,), 3),
    "transformer": (Block, (9, 32), 6),
    "convolutions": (ConvNet, (3, 21, 24), 7),
    "convolutions of all kinds": (Kinds, (5, 23), 8),
}


def noise(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def compiled(name: str, alike: int = 1, **options: Any) -> tuple[sparsec.CompiledModule, nn.Module, tuple[int, ...]]:
    build, shape, _ = MODELS[name]
    model = sparse(build(), alike=alike)
    return sparsec.compile(model, (noise(2, *shape),), target="onnxruntime", measure=False, **options), model, shape


def session_of(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    if library_for(path).exists():
        options.register_custom_ops_library(str(library_for(path)))
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def check(
    session: onnxruntime.InferenceSession, model: Callable[..., Tensor], *inputs: Tensor, limit: float = TOLERANCE
) -> None:
    with torch.no_grad():
        expected = model(*inputs).numpy()
    names = [given.name for given in session.get_inputs()]
    (found,) = session.run(None, {name: x.numpy() for name, x in zip(names, inputs, strict=True)})
    assert found.shape == expected.shape
    assert np.abs(found - expected).max(initial=0) <= limit * np.abs(expected).max(initial=1e-6)


def sparse_nodes(path: Path) -> list[onnx.NodeProto]:
    return [node for node in onnx.load(path).graph.node if node.domain == "sparsec"]


# --- whole models


@pytest.mark.parametrize("name", MODELS)
def test_a_model_computes_the_same(name: str, written: Callable[[str], Written]) -> None:
    made = written(name)
    assert sorted(file.name for file in made.path.parent.iterdir()) == ["model.onnx", library_for(made.path).name]
    assert len(sparse_nodes(made.path)) == MODELS[name][2]
    for threads in (1, 2):
        session = session_of(made.path, threads)
        assert isinstance(session.get_inputs()[0].shape[0], str) and isinstance(session.get_outputs()[0].shape[0], str)
        for batch in (1, 2, 7):
            check(session, made.model, noise(batch, *made.shape))


def test_what_follows_a_layer_is_part_of_its_node(written: Callable[[str], Written]) -> None:
    kinds = [node.op_type for node in sparse_nodes(written("transformer").path)]
    assert sum("_residual" in kind for kind in kinds) == 2 and sum(kind.endswith("_gelu") for kind in kinds) == 1
    same = next(node for node in sparse_nodes(written("convolutions").path) if "_residual" in node.op_type)
    assert same.op_type == "vblock_8x1_f32_i16_windows_windows_bias_residual_relu"
    attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in same.attribute}
    assert attributes == {"rows": 24, "kernel": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1]}


def test_a_session_may_run_in_many_threads_at_once(written: Callable[[str], Written]) -> None:
    made = written("convolutions")
    session = session_of(made.path, threads=2)
    failed: list[BaseException] = []

    def work(batch: int) -> None:
        try:
            for _ in range(5):
                check(session, made.model, noise(batch, *made.shape))
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    team = [threading.Thread(target=work, args=(batch,)) for batch in range(1, 5)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    assert not failed


FRESH = """
import sys
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.register_custom_ops_library(sys.argv[1])
session = onnxruntime.InferenceSession(sys.argv[2], options, providers=["CPUExecutionProvider"])
(y,) = session.run(None, {session.get_inputs()[0].name: numpy.load("x.npy")})
expected = numpy.load("y.npy")
assert numpy.abs(y - expected).max() <= 1e-4 * numpy.abs(expected).max()
assert not {"torch", "torch_mlir", "sparsec", "onnx"} & sys.modules.keys()
print("fine")
"""


def test_a_process_that_has_only_onnx_runtime(written: Callable[[str], Written], tmp_path: Path) -> None:
    made = written("convolutions")
    x = noise(3, *made.shape)
    np.save(tmp_path / "x.npy", x.numpy())
    np.save(tmp_path / "y.npy", made.model(x).detach().numpy())
    command = [sys.executable, "-c", FRESH, str(library_for(made.path)), str(made.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "fine\n", done.stderr


# --- other forms, and other orders of rows


@pytest.mark.parametrize(("name", "alike"), [("mlp", 1), ("mlp", 8), ("transformer", 8), ("convolutions", 8)])
def test_groups_are_plain_operators(name: str, alike: int, written: Callable[..., Written]) -> None:
    made = written(name, "groups", alike)
    assert [file.name for file in made.path.parent.iterdir()] == ["model.onnx"]
    nodes = onnx.load(made.path).graph.node
    assert "sparsec" not in {node.domain for node in nodes} and not any(node.op_type == "Gemm" for node in nodes)
    dense = [node for node in nodes if node.op_type == "Conv"]
    assert len(dense) == (4 if name == "convolutions" else 0)  # those with windows
    for threads in (1, 2):
        session = session_of(made.path, threads)
        assert isinstance(session.get_inputs()[0].shape[0], str) and isinstance(session.get_outputs()[0].shape[0], str)
        for batch in (1, 2, 7):
            check(session, made.model, noise(batch, *made.shape))


def test_groups_in_a_process_that_has_only_onnx_runtime(written: Callable[..., Written], tmp_path: Path) -> None:
    made = written("convolutions", "groups", 8)
    x = noise(3, *made.shape)
    np.save(tmp_path / "x.npy", x.numpy())
    np.save(tmp_path / "y.npy", made.model(x).detach().numpy())
    code = "\n".join(line for line in FRESH.splitlines() if "register" not in line)
    command = [sys.executable, "-c", code, "", str(made.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "fine\n", done.stderr


def test_groups_hand_features_on(written: Callable[..., Written]) -> None:
    kinds = [node.op_type for node in onnx.load(written("mlp", "groups").path).graph.node]
    assert kinds.count("MatMul") == 3 and kinds.count("Transpose") == 2


@pytest.mark.parametrize(("form", "limit"), [("bfloat16", 1e-2), ("int8", 5e-2)])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "mlp" else pytest.mark.slow)
        for name in MODELS
        if name != "convolutions of all kinds"
    ],
)
def test_rounded_weights(name: str, form: str, limit: float, written: Callable[..., Written]) -> None:
    made = written(name, form)
    kinds = [node.op_type for node in sparse_nodes(made.path)]
    assert len(kinds) == MODELS[name][2]
    assert all("_bf16_" in kind if form == "bfloat16" else "_i8_" in kind for kind in kinds)
    for batch in (1, 7):
        check(session_of(made.path), made.model, noise(batch, *made.shape), limit=limit)


def test_rows_in_another_order(written: Callable[..., Written]) -> None:
    made = written("transformer", alike=8)
    results = {node.output[0] for node in sparse_nodes(made.path)}
    gathers = [
        node for node in onnx.load(made.path).graph.node if node.op_type == "Gather" and node.input[0] in results
    ]
    assert gathers and len(results) == MODELS["transformer"][2]
    for batch in (1, 2, 7):
        check(session_of(made.path), made.model, noise(batch, *made.shape))


# --- single layers


class Layer(nn.Module):
    """A ``vblock_linear`` with its arguments."""

    def __init__(self, orders: tuple[bool, bool], column_tile: int = 0, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.weight = sparse(nn.Linear(40, 24)).weight.detach().to(dtype).float()
        packed = VectorBlocks((24, 40), 4, 1, column_tile).pack(self.weight.to(dtype))
        for name in ("values", "indices", "starts"):
            self.register_buffer(name, getattr(packed, name))
        self.bias = nn.Parameter(torch.linspace(-1, 1, 24))
        self.column_tile, self.orders = column_tile, orders

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        assert x.shape[0 if self.orders[0] else -1] == 40  # packed weights do not say how many columns they have
        weight = (self.values, self.indices, self.starts, self.bias, residual)
        return torch.ops.sparsec.vblock_linear(x, *weight, 24, self.column_tile, "relu", *self.orders)

    def dense(self, x: Tensor, residual: Tensor) -> Tensor:
        columns_first, rows_first = self.orders
        y = F.linear(x.movedim(0, -1) if columns_first else x, self.weight, self.bias)
        return F.relu((y.movedim(-1, 0) if rows_first else y) + residual)

    def shapes(self, *others: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Of an input and a residual."""
        columns_first, rows_first = self.orders
        return (40, *others) if columns_first else (*others, 40), (24, *others) if rows_first else (*others, 24)


class Ranks(nn.Module):
    """Layers of one order on inputs with 1 to 4 dimensions."""

    def __init__(self, orders: tuple[bool, bool], column_tile: int = 0) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(orders, column_tile) for _ in range(4))

    def inputs(self) -> list[Tensor]:
        return [
            noise(*shape) for number, layer in enumerate(self.layers) for shape in layer.shapes(*(3, 2, 5)[:number])
        ]

    def forward(self, *given: Tensor) -> Tensor:
        return torch.cat([layer(*given[2 * n : 2 * n + 2]).flatten() for n, layer in enumerate(self.layers)])

    def dense(self, *given: Tensor) -> Tensor:
        return torch.cat([layer.dense(*given[2 * n : 2 * n + 2]).flatten() for n, layer in enumerate(self.layers)])


@pytest.mark.parametrize("column_tile", [0, 16])
@pytest.mark.parametrize("orders", [*itertools.product([False, True], repeat=2)])
def test_every_order_of_features_and_tokens(orders: tuple[bool, bool], column_tile: int, tmp_path: Path) -> None:
    layers = Ranks(orders, column_tile).eval()
    inputs = layers.inputs()
    path = export_onnx(capture(layers, tuple(inputs)), tmp_path / "model.onnx")
    nodes = sparse_nodes(path)
    assert len(nodes) == 4 and all(("_column_tiles" in node.op_type) == bool(column_tile) for node in nodes)
    check(session_of(path), layers.dense, *inputs)


def test_weights_in_bfloat16(tmp_path: Path) -> None:
    layer = Layer((False, False), dtype=torch.bfloat16)
    inputs = tuple(noise(*shape) for shape in layer.shapes(20))
    session = session_of(export_onnx(capture(layer.eval(), inputs), tmp_path / "model.onnx"))
    check(session, layer.dense, *inputs)


@pytest.mark.parametrize(
    ("column_tile", "kind", "attributes"),
    [
        (16, "vblock_4x1_f32_i16_panels_tokens_column_tiles_bias_residual_relu", {"rows": 24, "column_tile": 16}),
        (40, "vblock_4x1_f32_i16_panels_tokens_bias_residual_relu", {"rows": 24}),  # only one column tile
    ],
)
def test_weights_in_column_tiles(column_tile: int, kind: str, attributes: dict[str, int], tmp_path: Path) -> None:
    layer = Layer((False, False), column_tile).eval()
    tokens = {0: torch.export.Dim("tokens")}
    inputs = tuple(noise(*shape) for shape in layer.shapes(20))
    path = export_onnx(capture(layer, inputs, dynamic_shapes=(tokens, tokens)), tmp_path / "model.onnx")
    (node,) = sparse_nodes(path)
    found = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    assert (node.op_type, found) == (kind, attributes)
    for threads in (1, 2):
        session = session_of(path, threads)
        for count in (0, 1, 3, 8, 100):
            check(session, layer.dense, *(noise(*shape) for shape in layer.shapes(count)))


class Convolution(nn.Module):
    """A ``vblock_conv2d`` in column tiles of 16 columns, with a window or of points."""

    def __init__(self, taps: int) -> None:
        super().__init__()
        self.weight, self.taps = sparse(nn.Conv2d(20, 24, taps)).weight.detach(), taps
        packed = VectorBlocks((24, 20 * taps**2), 1, 1, 16).pack(self.weight.flatten(1))
        for name in ("values", "indices", "starts"):
            self.register_buffer(name, getattr(packed, name))

    def forward(self, x: Tensor) -> Tensor:
        sides = ([self.taps] * 2, [1, 1], [self.taps // 2] * 2, [1, 1], 1)
        weight = (self.values, self.indices, self.starts)
        return torch.ops.sparsec.vblock_conv2d(x, *weight, None, None, 24, *sides, "relu", 16)

    def dense(self, x: Tensor) -> Tensor:
        return F.relu(F.conv2d(x, self.weight.to(x), padding=self.taps // 2))


@pytest.mark.parametrize(("taps", "lies"), [(1, "features_features"), (3, "windows_features")])
def test_convolutions_in_column_tiles(taps: int, lies: str, tmp_path: Path) -> None:
    layer = Convolution(taps).eval()
    x = noise(2, 20, 9, 11)
    torch.testing.assert_close(layer(x), layer.dense(x), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(layer(x.double()), layer.dense(x.double()), rtol=1e-10, atol=1e-10)
    path = export_onnx(capture(layer, (x,)), tmp_path / "model.onnx")
    (node,) = sparse_nodes(path)
    assert node.op_type == f"vblock_1x1_f32_i16_{lies}_column_tiles_relu"
    check(session_of(path, 1), layer.dense, x)


class Bytes(nn.Module):
    """A ``vblock_linear`` and a ``vblock_linear_int8``, of the same weight."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.bias = Layer((False, False), column_tile=16), nn.Parameter(torch.linspace(-1, 1, 24))
        packed = Int8Blocks((24, 40)).pack(self.linear.weight)
        for name in ("values", "indices", "starts", "scales", "sums"):
            self.register_buffer(name, getattr(packed, name))

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        weight = (self.values, self.indices, self.starts, self.scales, self.sums, self.bias, residual)
        return self.linear(x, residual) + torch.ops.sparsec.vblock_linear_int8(x, *weight, 24, "gelu")


def test_weights_in_8_bits(tmp_path: Path) -> None:
    layer = Bytes().eval()
    sizes = {0: torch.export.Dim("images"), 1: torch.export.Dim("tokens")}
    inputs = tuple(noise(*shape) for shape in layer.linear.shapes(3, 20))
    path = export_onnx(capture(layer, inputs, dynamic_shapes=(sizes, sizes)), tmp_path / "model.onnx")
    nodes = {node.op_type: node for node in sparse_nodes(path)}
    assert len(nodes) == 2
    node = nodes["vblock_8x4_i8_i16_bias_residual_gelu"]
    found = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    assert found == {"rows": 24, "step": 0, "zero_point": 128, "least_step": 0} and len(node.input) == 8
    for threads in (1, 2):
        session = session_of(path, threads)
        images, tokens, rows = session.get_outputs()[0].shape
        assert isinstance(images, str) and isinstance(tokens, str) and rows == 24
        for count in (0, 1, 9, 100):
            check(session, layer, *(noise(*shape) for shape in layer.linear.shapes(2, count)))


def test_weights_in_8_bits_where_only_onnx_runtime_is(tmp_path: Path) -> None:
    layer, inputs = Bytes().eval(), (noise(20, 40), noise(20, 24))
    path = export_onnx(capture(layer, (*inputs,)), tmp_path / "model.onnx")
    for name, tensor in zip(("x", "residual", "y"), (*inputs, layer(*inputs)), strict=True):
        np.save(tmp_path / f"{name}.npy", tensor.detach().numpy())
    feeds = '{name: numpy.load(name + ".npy") for name in ("x", "residual")}'
    code = FRESH.replace('{session.get_inputs()[0].name: numpy.load("x.npy")}', feeds)
    command = [sys.executable, "-c", code, str(library_for(path)), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "fine\n", done.stderr


def test_another_dtype_has_no_kernel(tmp_path: Path) -> None:
    layer = Layer((False, False)).double().eval()
    program = capture(layer, tuple(noise(*shape).double() for shape in layer.shapes(20)))
    with pytest.raises(UserError, match="kernels compute with float32") as caught:
        export_onnx(program, tmp_path / "model.onnx")
    assert caught.value.code == "onnx-export-failed" and not [*tmp_path.iterdir()]


# --- the files


def test_a_library_goes_with_the_model_that_needs_it(written: Callable[[str], Written], tmp_path: Path) -> None:
    path, made = tmp_path / "model.onnx", written("mlp")
    for _ in range(2):
        made.small.export_onnx(path)
    session = session_of(path)
    export_onnx(capture(made.model, (noise(2, *made.shape),)), path)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"] and not sparse_nodes(path)
    for opened in (session, session_of(path)):  # what runs already is not disturbed
        check(opened, made.model, noise(7, *made.shape))


def test_nothing_half_written_stays(
    written: Callable[[str], Written], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, path = written("mlp").small, tmp_path / "model.onnx"
    path.write_text("what was there before")
    library_for(path).write_text("and its library")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for file in (path, tmp_path / "other.onnx"):
        with pytest.raises(UserError, match="no-linker"):
            small.export_onnx(file)
    assert sorted(tmp_path.iterdir()) == [path, library_for(path)]
    assert (path.read_text(), library_for(path).read_text()) == ("what was there before", "and its library")


def test_a_folder_where_the_library_should_be(written: Callable[[str], Written], tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    library_for(path).mkdir()
    with pytest.raises(UserError, match="is a folder"):
        written("mlp").small.export_onnx(path)
    assert [*tmp_path.iterdir()] == [library_for(path)]


# --- the choice


@dataclass
class Clock:
    """Stands in for the real one: runs every candidate once, and dense takes a second, the others ``sparse``."""

    sparse: float = 0.5
    results: dict[str, Any] = field(default_factory=dict)

    def __call__(self, programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        runs: Mapping[str, Callable[[], Any]] = target.layer_runners(programs)
        self.results = {name: run().numpy() for name, run in runs.items()}
        return dict.fromkeys(programs, 1.0 / self.sparse)

    def kernels(self, target: str) -> MeasuredKernels:
        return MeasuredKernels(target, None, self)


@pytest.fixture
def clock(cache: Path) -> Clock:
    return Clock()


def layer_of(window: Window | None = None, **options: Any) -> SparseLayer:
    plain = None if window is None else window.plain
    taps, groups = (1, 1) if plain is None else (math.prod(plain.kernel), plain.groups)
    weight = sparse(nn.Linear(12 * taps, 24)).weight.detach()
    images = (2, 7, 9) if plain is None else (2, 7, 9)[: 1 + len(plain.kernel)]
    return SparseLayer(weight, pattern_of(weight, groups=groups), 6, window, images=images, **options)


@pytest.mark.parametrize("activation", ["", *ACTIVATIONS])
def test_what_is_raced_computes_the_same(activation: str, clock: Clock) -> None:
    kernels = clock.kernels("onnxruntime")
    choice = kernels.choose(layer_of(bias=True, residual=activation in ("", "relu"), activation=activation))
    assert choice.format is not None and choice.gain == 2.0
    expected = clock.results.pop("dense")
    assert len(clock.results) == TRIED
    for found in clock.results.values():
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "window",
    [
        *(Window((1, 1)), Window((3, 2), (2, 2), (1, 0)), Window((3, 3), (1, 1), (2, 2), (2, 2))),
        *(
            Window((3, 3), (2, 1), (1, 1), groups=3),
            Window.of([3], [2], [1], [1]),
            Window((2, 2), (2, 2), extra=(0, 0)),
        ),
    ],
    ids=lambda window: window.words,
)
def test_convolutions_that_are_raced_compute_the_same(window: Window, clock: Clock) -> None:
    clock.kernels("onnxruntime").choose(layer_of(window, bias=True, residual=True, activation="relu"))
    expected = clock.results.pop("dense")
    for found in clock.results.values():
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("window", "chosen"), [(None, True), (Window((1, 1)), False), (Window((3, 3)), False)])
def test_convolutions_have_to_gain_what_a_change_of_layout_costs(
    window: Window | None, chosen: bool, clock: Clock
) -> None:
    clock.sparse = 0.9
    choice = clock.kernels("onnxruntime").choose(layer_of(window))
    assert choice.gain == pytest.approx(1 / 0.9) and (choice.format is not None) == chosen
    assert chosen or choice.reason.endswith("which converting images to ONNX Runtime's layout and back would cost")
    assert choice.among_sparse != chosen
    beside = replace(clock.kernels("onnxruntime"), among_sparse=True).choose(layer_of(window))
    assert beside.format is not None and beside.gain == choice.gain
    clock.sparse = 1.3  # slower, by more than the change of layout costs
    assert clock.kernels("onnxruntime").choose(layer_of(window, activation="relu")).among_sparse is False
    assert MeasuredKernels("cpu")._least(layer_of(window)) == (1 + select.MARGIN_SHARE,) * 2


def test_a_choice_is_remembered_apart_from_other_targets(clock: Clock) -> None:
    for _ in range(2):
        clock.kernels("onnxruntime").choose(layer_of())
        assert bool(clock.results)
        clock.results = {}
        clock.kernels("onnxruntime").choose(layer_of())
        assert not clock.results
        select.cache_file().unlink()


def test_whole_models_race_with_their_library(written: Callable[[str], Written]) -> None:
    made = written("mlp")
    programs = {"sparse": made.small.program, "dense": capture(made.model, (noise(2, *made.shape),))}
    assert races.race(programs, get("onnxruntime"), budget=0.01).keys() == programs.keys()


def no_torch_mlir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(engine, "available", lambda: False)
    return engine.WITHOUT_COMPILER


def no_linker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return onnxruntime_target.WITHOUT_LINKER


def broken_linker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    program = tmp_path / "ld"
    program.write_text("#!/bin/sh\necho out of order >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program) if name == "ld" else None)
    return "'ld': out of order"


@pytest.mark.parametrize("missing", [no_torch_mlir, no_linker, broken_linker], ids=lambda missing: missing.__name__)
def test_without_tools_the_model_stays_dense_and_says_why(
    missing: Callable[[pytest.MonkeyPatch, Path], str],
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stopwatch: Settled,
) -> None:
    stopwatch.form = select.gains_over_dense
    reason = missing(monkeypatch, tmp_path)
    small, model, shape = compiled("mlp")
    assert len(small.report.layers) == 3
    assert all(any(reason in text for text in layer.refused) for layer in small.report.layers)
    folder = tmp_path / "out"
    folder.mkdir()
    path = small.export_onnx(folder / "model.onnx")
    assert [*folder.iterdir()] == [path] and not sparse_nodes(path)
    check(session_of(path), model, noise(7, *shape))
