"""Kernels for every host's vectors: what they compute; those of other hosts run, too.

Vectors of 4 or 16 numbers are legal everywhere. What is written for them is looked at in ``test_text``.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import platform
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sparsec.codegen.formats.vector_blocks import Packed, VectorBlocks
from sparsec.codegen.mlir import engine, pack, pad
from sparsec.codegen.mlir import host as hosts
from sparsec.codegen.mlir.activations import EMITTERS
from sparsec.codegen.mlir.block_rows import WORDS
from sparsec.codegen.mlir.host import AVX2, AVX512, GENERIC, NEON, X86, Host
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.mlir.matvec import Matvec
from sparsec.codegen.mlir.pack import Pack
from sparsec.codegen.mlir.parallel_entry import Words
from sparsec.codegen.mlir.tile import MOST_COLUMNS
from sparsec.codegen.mlir.transpose_buffer import WIDTH_ROWS
from sparsec.codegen.operators.epilogues import ACTIVATIONS
from sparsec.compiler.errors import UserError
from sparsec.runtime import kernels, operators  # noqa: F401  (attaches the kernels)

HOSTS = {host.name: host for host in (AVX512, AVX2, NEON)}
ORDERS = [*itertools.product(("features", "panels"), ("features", "tokens"))]
Spec = Matmul | Matvec | Pack
COMPILER = pytest.mark.skipif(not engine.available(), reason="torch-mlir is not installed")

# Each host's kernels: all numbers of rows, all orders, and whatever else there is at least once.
SPECS: list[Spec] = [
    Pack(),
    Pack("features"),
    *(Matmul(rows, *order) for rows in (1, 8) for order in ORDERS),
    *(Matmul(rows, "panels", "tokens") for rows in (2, 4, 16)),
    *(Matmul(4, *order, "bf16", "i32", bias=True, residual=True) for order in ORDERS[:1] + ORDERS[-1:]),
    *(Matmul(2, activation=name) for name in EMITTERS),
    *(Matvec(rows) for rows in (1, 4, 16)),
    Matvec(8, "bf16", "i32", bias=True, residual=True, activation="gelu"),
]


@functools.cache
def compiled(host: Host, spec: Spec) -> engine.Entry:
    return engine.jit(spec.text(host), spec.name)


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host whose kernels the operators use."""
    chosen = HOSTS[request.param]
    monkeypatch.setattr(kernels, "host", lambda: chosen)
    monkeypatch.setattr(kernels, "compiled", functools.partial(compiled, chosen))
    return chosen


def sparse(rows: int, columns: int, density: float, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, generator=random) * (torch.rand(rows, columns, generator=random) < density)


# -------------------------------------------------------------------- text


@pytest.mark.parametrize("name", HOSTS)
def test_the_same_text_every_time(name: str) -> None:
    for spec in SPECS:
        assert spec.text(HOSTS[name]) == spec.text(HOSTS[name])


def test_names_differ() -> None:
    names = [spec.name for spec in SPECS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]\w*", name) for name in names)


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_vectors_are_the_hosts(name: str, spec: Spec) -> None:
    text = spec.text(HOSTS[name])
    widths = {int(lanes) for lanes in re.findall(r"vector<(\d+)xf32>", text)}
    allowed = {HOSTS[name].lanes} | ({spec.rows} if isinstance(spec, Matvec) else set())
    assert HOSTS[name].lanes in widths
    assert widths <= allowed
    for symbol in (spec.name, f"{spec.name}_parallel", f"{spec.name}_entries"):
        assert text.count(f"llvm.func @{symbol}(") == 1
    called = set(re.findall(r"llvm\.call @(\w+)\(", text))  # nothing is left to be resolved
    assert called <= set(re.findall(r"llvm\.func (?:internal )?@(\w+)\(", text))


@COMPILER
@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_text_parses_and_lowers(name: str, spec: Spec) -> None:
    from torch_mlir import ir, passmanager

    with ir.Context():
        module = ir.Module.parse(spec.text(HOSTS[name]))
        assert module.operation.verify()
        passmanager.PassManager.parse(engine.LOWERING).run(module.operation)
        dialects = set(re.findall(r"^\s*(?:%\S+ = )?\"?(\w+)\.", str(module), re.M))
    assert dialects == {"llvm"}


# -------------------------------------------------------------------- every host's kernels compute


def linear(weight: Tensor, x: Tensor, rows: int, columns_first: bool, rows_first: bool, **options: Any) -> Tensor:
    """The operator, with its arguments from a dense weight."""
    form = VectorBlocks((weight.shape[0], weight.shape[1]), rows, 1, int(options.get("column_tile", 0)))
    packed = form.pack(weight)
    return torch.ops.sparsec.vblock_linear(
        *(x.t().contiguous() if columns_first else x, packed.values, packed.indices, packed.starts),
        *(options.get("bias"), options.get("residual"), form.shape[0], form.column_tile, options.get("activation", "")),
        *(columns_first, rows_first),
    )


@COMPILER
@pytest.mark.parametrize("rows", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[-1]], ids=" to ".join)
def test_every_host_computes_the_dense_product(host: Host, rows: int, order: tuple[str, str]) -> None:
    # 131 tokens: tiles of several vectors, single vectors, and a rest, for every width.
    weight = sparse(37, 53, 0.3)
    x = torch.randn(131, 53, generator=torch.Generator().manual_seed(1))
    y = linear(weight, x, rows, order[0] == "features", order[1] == "features")
    expected = F.linear(x.double(), weight.double()).float()
    torch.testing.assert_close(y.t() if order[1] == "features" else y, expected, rtol=1e-5, atol=1e-5)


@COMPILER
@pytest.mark.parametrize("rows", [1, 2, 4, 8, 16])
def test_every_host_computes_few_tokens(host: Host, rows: int) -> None:
    weight, random = sparse(37, 53, 0.3), torch.Generator().manual_seed(1)
    for tokens in range(1, 8):
        x = torch.randn(tokens, 53, generator=random)
        expected = F.linear(x.double(), weight.double()).float()
        torch.testing.assert_close(linear(weight, x, rows, False, False), expected, rtol=1e-5, atol=1e-5)


@COMPILER
@pytest.mark.parametrize("column_tile", [0, 16])
@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("rows_first", [False, True])
def test_every_host_writes_several_groups_of_rows(host: Host, rows: int, column_tile: int, rows_first: bool) -> None:
    # Every third block lacks a row, and rows wait without gaps.
    kept = sparse(WIDTH_ROWS + 10, 40, 0.2).repeat_interleave(rows, 0)
    kept = kept[torch.arange(len(kept)) % (3 * rows) != rows - 1] if rows > 1 else kept
    random = torch.Generator().manual_seed(1)
    weight, bias = kept * torch.randn(kept.shape, generator=random), torch.randn(len(kept), generator=random)
    weight[:, 20] = 1
    starts = VectorBlocks((len(weight), 40), rows).pack(weight).starts[:, 1]
    assert {*starts.diff().tolist()} == ({rows - 1, rows} if rows > 1 else {1})
    x = torch.randn(37, 40, generator=random)
    for number in (0.0, float("inf")):  # which is not to become NaN by a row that a block lacks
        x[5, 20] = number
        y = linear(weight, x, rows, False, rows_first, bias=bias, column_tile=column_tile)
        expected = F.linear(x.double(), weight.double(), bias.double()).float()
        torch.testing.assert_close(y.t() if rows_first else y, expected, rtol=1e-5, atol=1e-5)


@COMPILER
@pytest.mark.parametrize(("rows", "column_tile"), [(1, 0), (1, 10), (4, 0)])
@pytest.mark.parametrize("stride", [1, 2])
def test_every_host_unfolds_windows(
    host: Host, rows: int, column_tile: int, stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some lines at a time, whose places are no whole vectors; the last ones are fewer.
    monkeypatch.setattr(pad, "WORTH_LANES", 1)
    monkeypatch.setattr(pad, "LEAST_TOKENS", 20)
    monkeypatch.setattr(pad, "MOST_NUMBERS", 500)
    random = torch.Generator().manual_seed(1)
    weight = sparse(40 * rows + rows // 2, 27, 0.8).unflatten(1, (3, 3, 3))
    form = VectorBlocks((len(weight), 27), rows, 1, column_tile)
    packed, bias = form.pack(weight.flatten(1)), torch.randn(len(weight), generator=random)
    assert pad.unfolds(len(packed.values) - 1, 27, host.lanes)
    for height, width in ((7, 7), (10, 21)):
        x = torch.randn(2, 3, height, width, generator=random)
        for number in (0.0, float("inf")):
            x[1, 2, 3, 4] = number
            y = F.conv2d(x.double(), weight.double(), bias.double(), stride, 1).float()
            residual = torch.randn(y.shape, generator=random)
            tensors = (packed.values, packed.indices, packed.starts, bias)
            sides = ([3, 3], [stride] * 2, [1, 1], [1, 1], 1)
            plain = torch.ops.sparsec.vblock_conv2d(x, *tensors, None, len(weight), *sides, "", column_tile)
            torch.testing.assert_close(plain, y, rtol=1e-5, atol=1e-5, equal_nan=True)
            added = torch.ops.sparsec.vblock_conv2d(x, *tensors, residual, len(weight), *sides, "relu", column_tile)
            torch.testing.assert_close(added, F.relu(y + residual), rtol=1e-5, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize(("blocks", "lanes", "unfolds"), [(240, 16, True), (239, 16, False), (240, 8, False)])
def test_windows_are_unfolded_where_it_pays(blocks: int, lanes: int, unfolds: bool) -> None:
    assert pad.unfolds(blocks, 10, lanes) is unfolds


def in_pieces(rows: int, columns: int) -> Tensor:
    """A weight whose blocks often lack a row, or entries in some columns, or all of them."""
    kept = sparse(20, columns, 0.3).repeat_interleave(rows, 0)
    kept = kept[torch.arange(len(kept)) % (3 * rows) != rows - 1] if rows > 1 else kept
    weight = kept * torch.randn(kept.shape, generator=torch.Generator().manual_seed(3))
    weight[2 * rows : 5 * rows, : columns // 2] = 0
    weight[7 * rows : 9 * rows, columns // 2 :] = 0
    weight[11 * rows : 12 * rows] = 0
    return weight


@COMPILER
@pytest.mark.parametrize("rows", [4, 16])
@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[-1]], ids=" to ".join)
def test_every_host_walks_columns_in_segments(host: Host, order: tuple[str, str], rows: int) -> None:
    weight, tokens, random = in_pieces(rows, 600), 61, torch.Generator().manual_seed(1)
    bias = torch.randn(len(weight), generator=random)
    columns_first, rows_first = order[0] == "features", order[1] == "features"
    x, residual = (torch.randn(tokens, count, generator=random) for count in (600, len(weight)))
    added = residual.t().contiguous() if rows_first else residual
    for number in (0.0, float("inf")):
        x[5, 420] = number
        options = {"bias": bias, "residual": added, "activation": "relu"}
        y = linear(weight, x, rows, columns_first, rows_first, **options)
        expected = F.relu(F.linear(x.double(), weight.double(), bias.double()) + residual.double()).float()
        found = y.t() if rows_first else y
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=2e-5, equal_nan=True)
        assert found[5].isnan().any() == (number > 0)


@COMPILER
def test_segments_are_no_wider_than_the_table_of_their_columns(host: Host) -> None:
    """So few entries that one segment would have them all."""
    columns, tokens = 2 * MOST_COLUMNS + 5, 11
    weight, x = torch.zeros(8, columns), torch.randn(tokens, columns, generator=torch.Generator().manual_seed(0))
    weight[:, [0, 1, MOST_COLUMNS - 1, MOST_COLUMNS, columns - 1]] = torch.arange(1.0, 41.0).reshape(8, 5)
    y = linear(weight, x, 4, True, True)
    torch.testing.assert_close(y.t(), F.linear(x.double(), weight.double()).float(), rtol=1e-5, atol=1e-4)


@COMPILER
@pytest.mark.parametrize(("rows", "stride"), [(1, 1), (8, 2)])
def test_every_host_walks_windows_in_segments(
    host: Host, rows: int, stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "CACHED_BYTES", 4 * 70 * 30)  # a few lines at a time
    weight, random = in_pieces(rows, 630), torch.Generator().manual_seed(1)
    bias, x = torch.randn(len(weight), generator=random), torch.randn(2, 70, 9, 11, generator=random)
    packed = VectorBlocks((len(weight), 630), rows).pack(weight)
    for number in (0.0, float("nan")):
        x[1, 40, 3, 3] = number
        y = kernels.conv2d(
            *(x, packed.values, packed.indices, packed.starts, bias, None, len(weight)),
            *((3, 3), (stride, stride), (1, 1), (1, 1), 1, "relu"),
        )
        assert y is not None
        taps = weight.reshape(-1, 70, 3, 3).double()
        expected = F.relu(F.conv2d(x.double(), taps, bias.double(), stride, 1)).float()
        torch.testing.assert_close(y[0], expected[0], rtol=1e-5, atol=2e-5)
        if number == 0:
            torch.testing.assert_close(y[1], expected[1], rtol=1e-5, atol=2e-5)
        else:
            assert y[1].isnan().any()


@COMPILER
@pytest.mark.parametrize("rows_first", [False, True])
def test_every_host_does_what_follows(host: Host, rows_first: bool) -> None:
    random = torch.Generator().manual_seed(0)
    weight, x = sparse(21, 30, 0.4).bfloat16(), torch.randn(19, 30, generator=random)
    bias, residual = torch.randn(21, generator=random), torch.randn(19, 21, generator=random)
    added = residual.t().contiguous() if rows_first else residual
    y = linear(weight, x, 4, False, rows_first, bias=bias, residual=added, activation="hardswish")
    expected = F.hardswish(F.linear(x.double(), weight.double(), bias.double()) + residual.double()).float()
    torch.testing.assert_close(y.t() if rows_first else y, expected, rtol=1e-5, atol=1e-5)


@COMPILER
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_every_host_multiplies_zeros_with_what_is_not_finite(host: Host, number: float) -> None:
    weight = sparse(13, 20, 0.3)
    weight[:, 5] = 0
    x = torch.randn(40, 20, generator=torch.Generator().manual_seed(1))
    x[7, 5] = number  # no entry reads it, and yet the dense layer's result is NaN
    y = linear(weight, x, 4, False, False)
    assert y[7].isnan().all()
    torch.testing.assert_close(y, F.linear(x, weight), rtol=1e-5, atol=1e-5, equal_nan=True)


# -------------------------------------------------------------------- called as other libraries call them


def call(entry: engine.Entry, words: Words, parts: int, **values: int) -> None:
    """All shares of a kernel's work, the last first."""
    block = (ctypes.c_int64 * len(words))(*words.fill(parts=parts, **values))
    share = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(entry.part)
    for part in reversed(range(parts)):
        share(ctypes.addressof(block), part)


@dataclass
class Call:
    """A kernel's memory: images of activations and results, with gaps that must be neither read nor written."""

    form: VectorBlocks
    packed: Packed
    x: Tensor  # [images, columns, tokens + gap]
    y: Tensor  # [images, rows, tokens + gap]
    tokens: int

    @classmethod
    def of(cls, weight: Tensor, images: int, tokens: int, gap: int) -> Call:
        form = VectorBlocks((weight.shape[0], weight.shape[1]), 4)
        random = torch.Generator().manual_seed(2)
        x = torch.randn(images, weight.shape[1], tokens + gap, generator=random)
        x[..., tokens:] = float("nan")
        return cls(form, form.pack(weight), x, torch.full((images, weight.shape[0], tokens + gap), 7.0), tokens)

    def run(self, host: Host, parts: int, row_parts: int, chunk: int, **strides: int) -> Tensor:
        rows, columns = self.form.shape
        strides = strides or {"x_row": self.x.stride(1), "x_tile": host.lanes, "x_image": self.x.stride(0)}
        call(
            compiled(host, Matmul(4)),
            WORDS,
            parts,
            x=self.x.data_ptr(),
            values=self.packed.values.data_ptr(),
            indices=self.packed.indices.data_ptr(),
            starts=self.packed.starts.data_ptr(),
            y=self.y.data_ptr(),
            tokens=self.tokens,
            columns=columns,
            rows=rows,
            blocks=(len(self.packed.starts) - 1) // self.form.column_tiles,
            images=len(self.x),
            row_parts=row_parts,
            chunk=chunk,
            y_row=self.y.stride(1),
            y_image=self.y.stride(0),
            **strides,
        )
        return self.y


@COMPILER
@pytest.mark.parametrize(("parts", "row_parts"), [(1, 1), (2, 1), (2, 2), (3, 3), (6, 2), (6, 3), (40, 40), (40, 1)])
@pytest.mark.parametrize("chunks", [1, 100])
def test_parts_make_up_the_whole(parts: int, row_parts: int, chunks: int) -> None:
    weight = sparse(30, 23, 0.3)
    weight[9:17] = 0  # rows without entries have a result, too
    call = Call.of(weight, images=3, tokens=71, gap=5)
    y = call.run(AVX2, parts, row_parts, chunks * AVX2.lanes)
    expected = weight.double() @ call.x[..., :71].double()
    torch.testing.assert_close(y[..., :71], expected.float(), rtol=1e-5, atol=1e-5)
    assert (y[..., 71:] == 7).all()


@COMPILER
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (8, 8), (16, 32), (19, 21), (35, 5)])
@pytest.mark.parametrize(("parts", "images"), [(1, 1), (2, 1), (7, 1), (1, 3), (2, 2), (5, 3)])
@pytest.mark.parametrize("source", ["tokens", "features"])
@pytest.mark.parametrize("name", HOSTS)
def test_panels(name: str, source: str, parts: int, images: int, shape: tuple[int, int]) -> None:
    (tokens, columns), lanes = shape, HOSTS[name].lanes
    wide, far = (columns, tokens) if source == "tokens" else (tokens, columns)
    x = torch.full((images, far + 1, wide + 3), float("nan"))  # of which the last line and columns are not to be read
    x[:, :far, :wide] = torch.randn(images, far, wide)
    given = x[:, :far, :wide] if source == "tokens" else x[:, :far, :wide].mT
    panels, guard = -(-tokens // lanes), 16
    out = torch.full((images * panels * columns * lanes + guard,), 7.0)
    addresses = {"x": x.data_ptr(), "out": out.data_ptr()}
    sizes = {"images": images, "tokens": tokens, "columns": columns, "x_row": wide + 3, "x_image": x[0].numel()}
    call(compiled(HOSTS[name], Pack(source)), pack.WORDS, parts, **addresses, **sizes)
    filled = F.pad(given, (0, 0, 0, panels * lanes - tokens))
    assert torch.equal(out[:-guard].reshape(images, panels, columns, lanes), filled.unflatten(1, (panels, lanes)).mT)
    assert (out[-guard:] == 7).all()


@COMPILER
@pytest.mark.parametrize("tokens", [1, 5, 16, 71])
@pytest.mark.parametrize("name", HOSTS)
def test_features_may_lie_in_panels(name: str, tokens: int) -> None:
    host, weight = HOSTS[name], sparse(30, 23, 0.3)
    plain, other = (Call.of(weight, images=3, tokens=tokens, gap=5) for _ in range(2))
    tiles = -(-tokens // host.lanes)
    filled = F.pad(plain.x[..., :tokens], (0, tiles * host.lanes - tokens))
    other.x = filled.unflatten(2, (tiles, host.lanes)).transpose(1, 2).contiguous()
    strides = {"x_row": host.lanes, "x_tile": 23 * host.lanes, "x_image": tiles * 23 * host.lanes}
    assert torch.equal(other.run(host, 2, 2, 4 * host.lanes, **strides), plain.run(host, 1, 1, 4 * host.lanes))


# -------------------------------------------------------------------- activations

NUMBERS = torch.cat(
    [
        torch.linspace(-100, 100, 4001),
        *(sign * torch.logspace(-44, 38, 400, dtype=torch.float64).float() for sign in (1, -1)),
        torch.tensor([0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, torch.finfo(torch.float32).max, torch.finfo().min]),
    ]
)
# NaN has many forms; what is computed from them is NaN.
ODD = torch.cat(
    [
        torch.tensor([float("inf"), -float("inf"), float("nan"), -float("nan")]),
        torch.tensor([0x7FC00001, 0x7FC00101, 0x7FFFFFFF, 0x7FA00005, -1], dtype=torch.int32).view(torch.float32),
    ]
)
# Largest difference from float64, absolute and relative to the exact result.
ACCURACY = {
    "relu": (0.0, 0.0),
    "relu6": (0.0, 0.0),
    "hardsigmoid": (1e-7, 0.0),
    "hardswish": (5e-7, 3e-7),
    "sigmoid": (2e-7, 0.0),
    "silu": (2e-7, 3e-7),
    "tanh": (3e-7, 0.0),
    "gelu": (4e-7, 3e-7),
    "gelu_tanh": (4e-7, 3e-7),
}


def activate(name: str, x: Tensor) -> Tensor:
    """An activation of the kernel, behind a weight that is 1."""
    return linear(torch.ones(1, 1), x[:, None], 1, False, True, activation=name)[0]


def test_every_activation_has_an_accuracy() -> None:
    assert ACCURACY.keys() == EMITTERS.keys() == ACTIVATIONS.keys()


@COMPILER
@pytest.mark.parametrize("name", ACCURACY)
def test_activations(host: Host, name: str) -> None:
    absolute, relative = ACCURACY[name]
    expected = ACTIVATIONS[name].function(NUMBERS.double())
    torch.testing.assert_close(activate(name, NUMBERS).double(), expected, atol=absolute, rtol=relative)


@COMPILER
@pytest.mark.parametrize("name", ACCURACY)
def test_activations_of_what_is_not_finite(host: Host, name: str) -> None:
    # In float64: oneDNN's float32 gelu makes NaN of +inf.
    expected = ACTIVATIONS[name].function(ODD.double()).float()
    torch.testing.assert_close(activate(name, ODD), expected, atol=1e-7, rtol=0, equal_nan=True)


# -------------------------------------------------------------------- hosts, words, the engine


def detected(monkeypatch: pytest.MonkeyPatch, machine: str, **features: bool) -> Host:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    uncached: Callable[[], Host] = hosts.host.__wrapped__
    return uncached()


WIDE = {"avx2": True, "fma3": True, "avx512_f": True, "avx512_bw": True, "avx512_vl": True}


def test_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARSEC_HOST", raising=False)
    assert detected(monkeypatch, "aarch64") == detected(monkeypatch, "arm64") == NEON
    assert detected(monkeypatch, "x86_64", **WIDE, avx512_vnni=True) == AVX512
    assert detected(monkeypatch, "x86_64", **WIDE) == X86["avx512"]
    assert detected(monkeypatch, "x86_64", avx2=True, fma3=True) == AVX2
    assert detected(monkeypatch, "x86_64", avx2=True, fma3=True, avx512_f=True) == AVX2
    assert detected(monkeypatch, "x86_64", avx2=True) == detected(monkeypatch, "x86_64") == GENERIC


@pytest.mark.parametrize(
    ("machine", "features", "asked", "found"),
    [
        ("x86_64", WIDE | {"avx512_vnni": True}, "avx512", X86["avx512"]),
        ("x86_64", WIDE | {"avx512_vnni": True}, "vnni", AVX512),
        ("x86_64", WIDE | {"avx512_vnni": True}, "avx2", X86["avx2"]),
        ("x86_64", {"avx2": True, "fma3": True}, "avx2", X86["avx2"]),
        ("x86_64", {"avx2": True, "fma3": True}, "generic", X86["generic"]),
        ("x86_64", {}, "generic", X86["generic"]),
        ("arm64", {}, "neon", NEON),
        ("arm64", {}, "generic", NEON),
    ],
)
def test_less_than_there_is(
    monkeypatch: pytest.MonkeyPatch, machine: str, features: dict[str, bool], asked: str, found: Host
) -> None:
    monkeypatch.setenv("SPARSEC_HOST", asked)
    assert detected(monkeypatch, machine, **features) == found


@pytest.mark.parametrize(
    ("machine", "features", "asked", "code", "hint"),
    [
        ("x86_64", WIDE, "neon", "bad-option", "generic, avx2, avx512"),
        ("x86_64", WIDE, "vnni", "bad-option", "generic, avx2, avx512,"),
        ("x86_64", {"avx2": True, "fma3": True}, "avx512", "bad-option", "generic, avx2,"),
        ("x86_64", {}, "avx2", "bad-option", "generic,"),
        ("arm64", {}, "avx2", "bad-option", "generic, neon"),
        ("x86_64", WIDE, "AVX2", "unknown-option", "generic, avx2, avx512"),
        ("x86_64", WIDE, "sse", "unknown-option", "generic, avx2, avx512"),
    ],
)
def test_what_there_is_not(
    monkeypatch: pytest.MonkeyPatch, machine: str, features: dict[str, bool], asked: str, code: str, hint: str
) -> None:
    monkeypatch.setenv("SPARSEC_HOST", asked)
    with pytest.raises(UserError, match=f"SPARSEC_HOST asks for '{asked}'") as caught:
        detected(monkeypatch, machine, **features)
    assert caught.value.code == code and hint in str(caught.value.hint)


@COMPILER
@pytest.mark.skipif(not shutil.which("objdump"), reason="no objdump")
@pytest.mark.skipif(hosts.host() is NEON, reason="another architecture")
@pytest.mark.parametrize("name", [name for name in X86 if X86[name].lanes < 16])
def test_code_for_a_lesser_machine(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only narrower vectors: no instruction of the wider ones' sets, not even a fused one."""
    monkeypatch.setattr(engine, "host", lambda: X86[name])
    spec = Matmul(8, bias=True, activation="gelu")
    engine.write_object(spec.text(X86[name]), spec.name, tmp_path / "kernel.o")
    command = ["objdump", "-d", "--no-show-raw-insn", str(tmp_path / "kernel.o")]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = set(re.findall(r"[%\w]+", listing))
    assert not {word for word in words if re.fullmatch(r"%(zmm\d+|[xy]mm(1[6-9]|[23]\d)|k[1-7])", word)}
    assert any(word.startswith("%ymm") for word in words) == (name != "generic")
    assert any(word.startswith("vfmadd") for word in words) == (name != "generic")


def test_words_are_filled_by_name() -> None:
    words = Words("x", "y")
    assert words.fill(y=5, parts=2) == [0, 2, 0, 0, 0, 5]
    assert len(words) == 6
    with pytest.raises(TypeError, match="z"):
        words.fill(z=1)


@COMPILER
def test_an_object_file(tmp_path: Path) -> None:
    spec = Matmul(2)
    engine.write_object(spec.text(AVX2), spec.name, tmp_path / "kernel.o")
    content = (tmp_path / "kernel.o").read_bytes()
    assert all(symbol.encode() in content for symbol in (spec.name, f"{spec.name}_parallel"))


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "available", lambda: False)
    for attempt in (
        lambda: engine.jit("module {}", "nothing"),
        lambda: engine.write_object("module {}", "nothing", tmp_path / "kernel.o"),
    ):
        with pytest.raises(UserError, match="torch-mlir") as caught:
            attempt()
        assert caught.value.code == "missing-package"
        assert "sparsec[cpu-kernels]" in str(caught.value)
    assert not (tmp_path / "kernel.o").exists()
