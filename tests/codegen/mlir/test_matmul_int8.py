"""The kernels with 8-bit integers, for every host, against integers in PyTorch: bit for bit."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from sparsec.codegen.formats.int8_blocks import Int8Blocks, PackedInt8
from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir import host as hosts
from sparsec.codegen.mlir.builder import Value
from sparsec.codegen.mlir.byte_dots import FOUR, ByteDots
from sparsec.codegen.mlir.conv_int8 import ConvInt8
from sparsec.codegen.mlir.host import AVX2, AVX512, GENERIC, NEON, X86, Host
from sparsec.codegen.mlir.largest import Largest
from sparsec.codegen.mlir.matmul_int8 import MatmulInt8
from sparsec.codegen.mlir.matvec_int8 import MatvecInt8, bytes_of, serves
from sparsec.codegen.mlir.quantise import QUANTISE_WORDS, Quantise
from sparsec.codegen.mlir.quantise_images import QuantiseImages
from sparsec.codegen.operators.int8 import LARGEST, ZERO_POINT
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.window import Window
from sparsec.runtime import kernels_int8, operators  # noqa: F401  (attaches the kernels)
from sparsec.runtime.threads import Launch

COMPILER = pytest.mark.skipif(not engine.available(), reason="torch-mlir is not installed")
# Vectors of other hosts run here, too; instructions have to be there. What is "wide" needs none.
HOSTS = {"generic": GENERIC, "avx2": AVX2, "avxvnni": X86["avxvnni"], "avx512": X86["avx512"], "vnni": AVX512}
HOSTS |= {"wide": NEON}
HEIGHTS = (1, 4, 8, 16)
# No multiples of anything, multiples of a vector, of a square, of a tile, and more than one of each.
SIZES = [(1, 1), (5, 3), (15, 67), (16, 64), (33, 130), (100, 77)]
WEIGHTS = [(300, 0.3), (37, 0.02), (1, 1.0)]
BEHIND = 64


def runs_here(host: Host) -> bool:
    """Whether this processor has the instructions of a host, and may use them."""
    known = [name for name, one in X86.items() if replace(one, level=None) == replace(host, level=None)]
    if hosts.sets() is not X86:
        return host.dot == "wide"
    allowed = hosts.NEEDS[hosts.own_set()] if os.environ.get(hosts.VARIABLE) else hosts._features()
    return not known or hosts.NEEDS[known[0]] <= allowed


@functools.cache
def compiled(
    host: Host, spec: MatmulInt8 | MatvecInt8 | ConvInt8 | Largest | Quantise | QuantiseImages
) -> engine.Entry:
    return engine.jit(spec.text(host), spec.name)


def forget() -> None:
    kernels_int8._linear_plan.cache_clear()
    kernels_int8._conv_plan.cache_clear()


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host whose kernels the operators use."""
    chosen = HOSTS[request.param]
    if not runs_here(chosen):
        pytest.skip(f"this processor is not {request.param}")
    monkeypatch.setattr(kernels_int8, "host", lambda: chosen)
    monkeypatch.setattr(kernels_int8, "compiled", functools.partial(compiled, chosen))
    forget()
    yield chosen
    forget()


def activations(tokens: int, columns: int) -> Tensor:
    x = torch.randn(tokens, columns, generator=torch.Generator().manual_seed(columns))
    x[tokens // 2] = 0
    return x


def rounded(
    x: Tensor, step: float = 0.0, zero_point: int = ZERO_POINT, least_step: float = 0.0
) -> tuple[Tensor, Tensor]:
    """The steps of each token [tokens, columns], as float64, and their sizes [tokens, 1]."""
    if least_step:  # as PyTorch finds it
        least, most = x.min().clamp(max=0), x.max().clamp(min=0)
        size = ((most - least) / 255).clamp(min=least_step)
        zero = (-least / size).round().clamp(0, 255)
        return ((x / size).round() + zero).clamp(0, 255).double() - zero.double(), size.expand(x.shape[0], 1)
    if step:
        size = torch.tensor(step, dtype=torch.float32)
        steps = (x / size).round().nan_to_num(nan=-512.0).clamp(-zero_point, 255 - zero_point)
        return steps.double(), size.expand(x.shape[0], 1)
    most = x.abs().amax(1, keepdim=True)
    factor = LARGEST / torch.where(most > 0, most, 1.0)
    return (x.double() * factor.double()).round(), most * (1 / LARGEST)


@dataclass(frozen=True)
class Rounding:
    """How activations are rounded."""

    step: float = 0.0
    zero_point: int = ZERO_POINT
    least_step: float = 0.0


ROUNDINGS = [Rounding(), Rounding(0.0123, 77), Rounding(1 / 64, 0), Rounding(1.0, 255)]
# What is not known before a call, nor of each token.
WHOLE = [Rounding(least_step=2.0**-126), Rounding(least_step=0.1)]


def blocks(rows: int, columns: int, share: float) -> tuple[Tensor, Tensor]:
    """A weight of bytes, all of them, in which every five rows read the same columns, and its scales."""
    random = torch.Generator().manual_seed(rows)
    kept = torch.rand(-(-rows // 5), columns, generator=random) < share
    weight = torch.randint(-128, 128, (rows, columns), generator=random, dtype=torch.int8)
    return weight * kept.repeat_interleave(5, 0)[:rows], torch.rand(rows, generator=random) + 0.01


def call(
    p: PackedInt8,
    x: Tensor,
    rows: int,
    rounding: Rounding,
    bias: Tensor | None = None,
    residual: Tensor | None = None,
    activation: str = "",
) -> Tensor:
    tensors = (p.values, p.indices, p.starts, p.scales, p.sums)
    return torch.ops.sparsec.vblock_linear_int8(x, *tensors, bias, residual, rows, activation, *astuple(rounding))


def expected(
    weight: Tensor, scales: Tensor, x: Tensor, rounding: Rounding, bias: Tensor | None, residual: Tensor | None
) -> Tensor:
    steps, sizes = rounded(x, *astuple(rounding))
    result = (steps @ weight.double().T).int().float() * (sizes * scales)
    result = result if bias is None else result + bias
    return result if residual is None else result + residual


@COMPILER
@pytest.mark.parametrize("layout", ["panels", "rows"])
@pytest.mark.parametrize("rounding", ROUNDINGS, ids=str)
def test_bytes_are_rounded_activations(host: Host, layout: str, rounding: Rounding) -> None:
    if layout == "rows" and not serves(8, host):
        pytest.skip("nobody reads them")
    for (tokens, columns), parts in zip(SIZES, (1, 2) * 3, strict=True):
        lanes, groups = host.lanes, -(-columns // FOUR)
        tiles, wide = -(-tokens // lanes), bytes_of(host) if layout == "rows" else 1
        x = activations(tokens, columns)
        count = tokens * groups * wide if layout == "rows" else tiles * groups * lanes
        out = torch.full((count + BEHIND,), -1, dtype=torch.int32)
        scales = torch.full((tiles * lanes + BEHIND,), -1.0)
        sizes = {"tokens": tokens, "columns": columns, "groups": groups, "x_row": columns}
        words = kernels_int8._rounding(rounding.step, rounding.zero_point)
        launch = Launch(compiled(host, Quantise(layout)), QUANTISE_WORDS, parts, **sizes, **words)
        launch(x.data_ptr(), out.data_ptr(), scales.data_ptr())
        if layout == "rows":
            dtype = torch.int16 if wide == 2 else torch.uint8
            got = out[:-BEHIND].view(dtype).reshape(tokens, groups * FOUR)[:, :columns]
        else:
            panels = out[:-BEHIND].view(torch.uint8).reshape(tiles, groups, lanes, FOUR)
            got = panels.transpose(1, 2).reshape(tiles * lanes, groups * FOUR)[:tokens, :columns]
        steps, size = rounded(x, rounding.step, rounding.zero_point)
        assert torch.equal(got.double() - rounding.zero_point, steps)
        assert torch.equal(scales[:tokens], size[:, 0])
        assert bool((out[-BEHIND:] == -1).all()) and bool((scales[-BEHIND:] == -1).all())


@COMPILER
@pytest.mark.parametrize("height", HEIGHTS)
def test_results_are_scaled_sums(host: Host, height: int) -> None:
    for number, (tokens, columns) in enumerate(SIZES):
        x, rounding = activations(tokens, columns), (ROUNDINGS + WHOLE)[number % len(ROUNDINGS + WHOLE)]
        for rows, share in WEIGHTS:
            weight, scales = blocks(rows, columns, share)
            packed = Int8Blocks((rows, columns), height).pack_integers(weight, scales)
            random = torch.Generator().manual_seed(1)
            bias, residual = torch.randn(rows, generator=random), torch.randn(tokens, rows, generator=random)
            for ends in ((None, None), (bias, residual), (bias, None), (None, residual)):
                got = call(packed, x, rows, rounding, *ends)
                assert torch.equal(got, expected(weight, scales, x, rounding, *ends))


@COMPILER
@pytest.mark.parametrize("height", HEIGHTS)
def test_extremes_do_not_saturate(host: Host, height: int) -> None:
    """Whatever two bytes are, sums of products are exact: 16 bits would not hold 255 * -128 * 2."""
    columns, rows, tokens = 64, 16, 7
    x = torch.full((tokens, columns), 1e9)
    x[1], x[2], x[3, ::2] = -1e9, 0, -1e9
    for value in (-128, 127):
        weight = torch.full((rows, columns), value, dtype=torch.int8)
        weight[3] = 0
        packed, scales = Int8Blocks((rows, columns), height).pack_integers(weight, torch.ones(rows)), torch.ones(rows)
        for rounding in (Rounding(1.0, 0), Rounding(1.0, 255), Rounding(1.0, 128)):
            got = call(packed, x, rows, rounding)
            assert torch.equal(got, expected(weight, scales, x, rounding, None, None))
    assert float(call(packed, x, rows, Rounding(1.0, 0))[0, 0]) == 255 * 127 * columns


@COMPILER
@pytest.mark.parametrize("height", HEIGHTS)
def test_what_is_not_finite(host: Host, height: int) -> None:
    """Steps that are found out make NaN of a token; given ones hold infinities at their ends, and NaN at the lower."""
    weight, scales = blocks(16, 32, 1.0)
    packed = Int8Blocks((16, 32), height).pack_integers(weight, scales)
    x = torch.ones(20, 32)
    x[2, 7], x[5, 1], x[9, 30] = float("inf"), float("-inf"), float("nan")
    assert bool(call(packed, x, 16, WHOLE[0]).isnan().all())
    got = call(packed, x, 16, Rounding())
    assert got.isnan().all(1).nonzero().flatten().tolist() == [2, 5, 9]
    assert got.isfinite().all(1).sum() == 17
    rounding = Rounding(0.05, 100)
    held = call(packed, x, 16, rounding)
    x[2, 7], x[5, 1], x[9, 30] = 1e30, -1e30, -1e30
    assert torch.equal(held, call(packed, x, 16, rounding)) and bool(held.isfinite().all())


@COMPILER
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.tuples(st.integers(1, 70), st.integers(1, 40), st.integers(1, 90)),
    height=st.sampled_from(HEIGHTS),
    share=st.sampled_from([0.0, 0.1, 0.6, 1.0]),
    rounding=st.sampled_from(ROUNDINGS + WHOLE),
    biased=st.booleans(),
    added=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_layer(
    host: Host,
    sizes: tuple[int, int, int],
    height: int,
    share: float,
    rounding: Rounding,
    biased: bool,
    added: bool,
    seed: int,
) -> None:
    rows, tokens, columns = sizes
    random = torch.Generator().manual_seed(seed)
    weight, scales = blocks(rows, columns, share)
    packed = Int8Blocks((rows, columns), height).pack_integers(weight, scales)
    x = torch.randn(tokens, columns, generator=random) * 10 ** float(torch.randint(-3, 3, (), generator=random))
    bias = torch.randn(rows, generator=random) if biased else None
    residual = torch.randn(tokens, rows, generator=random) if added else None
    got = call(packed, x, rows, rounding, bias, residual)
    assert torch.equal(got, expected(weight, scales, x, rounding, bias, residual))


@COMPILER
def test_given_steps_are_those_of_a_division(host: Host) -> None:
    """Halves of steps and their neighbours, the ends and what is beyond them; with sizes that are no powers of two."""
    if host.fused and not hosts.host().fused:
        pytest.skip("what stands for ARM here rounds products twice")
    random, columns = torch.Generator().manual_seed(3), 32
    packed = Int8Blocks((columns, columns)).pack_integers(torch.eye(columns, dtype=torch.int8), torch.ones(columns))
    for step, zero_point in ((0.0371, 77), (3.3e-25, 0), (1.7e22, 255), (2.0**-9, 130)):
        size = torch.tensor(step, dtype=torch.float32)
        x = torch.randint(-600, 600, (200, columns), generator=random) / 2 * size
        x[100:] = torch.nextafter(x[100:], x[100:] + torch.randint(-2, 3, (100, columns), generator=random) * size)
        x[0, :4] = torch.tensor([float("inf"), float("-inf"), float("nan"), 3e38])
        rounding = Rounding(float(size), zero_point)
        weight = torch.eye(columns, dtype=torch.int8)
        found = call(packed, x, columns, rounding)
        assert torch.equal(found, expected(weight, torch.ones(columns), x, rounding, None, None))


# -------------------------------------------------------------------- convolutions


CONVOLUTIONS = [
    (Window((1, 1)), (2, 5, 3, 7)),
    (Window((1, 1)), (1, 16, 17, 20)),
    (Window((1, 1), (2, 2)), (2, 6, 9, 7)),
    (Window((3, 3), (1, 1), (1, 1)), (2, 7, 6, 19)),
    (Window((3, 3), (2, 2), (1, 1)), (1, 4, 18, 35)),
    (Window((2, 3), (1, 1), (0, 2), (2, 1)), (1, 3, 9, 10)),
    (Window((5, 5), (3, 3), (2, 2)), (1, 1, 21, 16)),
]


def convolved(
    weight: Tensor, scales: Tensor, x: Tensor, window: Window, rounding: Rounding, *ends: Tensor | None
) -> Tensor:
    bias, residual = ends
    steps, sizes = rounded(x.flatten(1), *astuple(rounding))
    kernel = weight.double().reshape(weight.shape[0], x.shape[1], *window.kernel)
    sums = F.conv2d(steps.reshape(x.shape), kernel, None, window.stride, window.padding, window.dilation).int()
    result = sums.float() * (sizes[:, :, None, None] * scales[:, None, None])
    result = result if bias is None else result + bias[:, None, None]
    return result if residual is None else result + residual


def call_conv(
    packed: PackedInt8, x: Tensor, rows: int, window: Window, rounding: Rounding, *ends: Tensor | None
) -> Tensor:
    tensors = (packed.values, packed.indices, packed.starts, packed.scales, packed.sums)
    return torch.ops.sparsec.vblock_conv2d_int8(x, *tensors, *ends, rows, *window.sides, "", *astuple(rounding))


@COMPILER
@pytest.mark.parametrize("number", range(len(CONVOLUTIONS)))
def test_convolutions(host: Host, number: int) -> None:
    (window, shape), height = CONVOLUTIONS[number], HEIGHTS[number % len(HEIGHTS)]
    taps, random = window.kernel[0] * window.kernel[1], torch.Generator().manual_seed(number)
    x = torch.randn(shape, generator=random)
    for (rows, share), rounding in zip([(19, 0.4), (1, 1.0), (16, 0.0)], [*ROUNDINGS[:2], *WHOLE], strict=False):
        weight, scales = blocks(rows, shape[1] * taps, share)
        packed = Int8Blocks((rows, weight.shape[1]), height, taps).pack_integers(weight, scales)
        places = window.places(shape[2:])
        residual = torch.randn(shape[0], rows, *places, generator=random)
        for ends in ((None, None), (torch.randn(rows, generator=random), residual)):
            got = call_conv(packed, x, rows, window, rounding, *ends)
            assert torch.equal(got, convolved(weight, scales, x, window, rounding, *ends))


@COMPILER
def test_many_places_go_chunk_by_chunk(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels_int8, "NEAREST_BYTES", 1)
    for window in (Window((1, 1)), Window((3, 3), (1, 1), (1, 1))):
        x, taps = torch.randn(1, 8, 13, 40, generator=torch.Generator().manual_seed(0)), window.kernel[0] ** 2
        weight, scales = blocks(24, 8 * taps, 0.5)
        packed = Int8Blocks((24, 8 * taps), 8, taps).pack_integers(weight, scales)
        got = call_conv(packed, x, 24, window, Rounding(), None, None)
        assert torch.equal(got, convolved(weight, scales, x, window, Rounding(), None, None))


@COMPILER
@pytest.mark.parametrize("rounding", ROUNDINGS[:2], ids=str)
def test_shares_of_images_agree_on_their_scales(
    host: Host, rounding: Rounding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels_int8, "ENOUGH_MULTIPLY_ADDS", 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    for window, shape in ((Window((1, 1)), (2, 13, 5, 9)), (Window((3, 3), (1, 1), (1, 1)), (1, 9, 8, 21))):
        x, taps = torch.randn(shape, generator=torch.Generator().manual_seed(2)), window.kernel[0] ** 2
        x[-1, -1, -1, -1] = -9.0
        weight, scales = blocks(40, shape[1] * taps, 0.5)
        packed = Int8Blocks((40, shape[1] * taps), 8, taps).pack_integers(weight, scales)
        got = call_conv(packed, x, 40, window, rounding, None, None)
        assert torch.equal(got, convolved(weight, scales, x, window, rounding, None, None))
        x[0, 0, 0, 0] = float("nan")
        found = call_conv(packed, x, 40, window, rounding, None, None).isnan().flatten(1).all(1)
        assert found.tolist() == [not rounding.step, *[False] * (shape[0] - 1)]


@COMPILER
def test_an_image_that_is_not_finite(host: Host) -> None:
    weight, scales = blocks(8, 8, 1.0)
    packed = Int8Blocks((8, 8)).pack_integers(weight, scales)
    x = torch.ones(3, 8, 4, 5)
    x[1, 2, 3, 3] = float("inf")
    got = call_conv(packed, x, 8, Window((1, 1)), Rounding(), None, None)
    assert got.isnan().flatten(1).all(1).tolist() == [False, True, False] and bool(got[::2].isfinite().all())


def signed_dot(dots: ByteDots, total: Value, x: Value, weights: Value) -> Value:
    """What ``sdot`` does, in instructions that are here: lanes of four signed bytes each, times others."""
    b = dots.b
    words = [b.op(f"vector.bitcast {value.name} : {value.type} to {total.type}", total.type) for value in (x, weights)]
    for n in range(FOUR):
        left, right = b.constant(24 - 8 * n, total.type), b.constant(24, total.type)
        one, other = (b.binary("shrsi", b.binary("shli", word, left), right) for word in words)
        total = b.add(total, b.mul(one, other))
    return total


@COMPILER
@pytest.mark.parametrize("height", HEIGHTS)
def test_signed_bytes_as_arm_has_them(height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    arm = replace(NEON, dot="sdot")
    monkeypatch.setattr(ByteDots, "product", signed_dot)
    monkeypatch.setattr(kernels_int8, "host", lambda: arm)
    monkeypatch.setattr(kernels_int8, "compiled", lambda spec: engine.jit(spec.text(arm), spec.name))
    forget()
    try:
        for (tokens, columns), rounding in zip([(3, 30), (33, 67)], ROUNDINGS, strict=False):
            weight, scales = blocks(21, columns, 0.5)
            packed, x = Int8Blocks((21, columns), height).pack_integers(weight, scales), activations(tokens, columns)
            assert torch.equal(call(packed, x, 21, rounding), expected(weight, scales, x, rounding, None, None))
        window, images = Window((3, 3), (1, 1), (1, 1)), activations(7 * 6, 5).reshape(1, 7, 6, 5)
        weight, scales = blocks(9, 63, 0.5)
        packed = Int8Blocks((9, 63), height, 9).pack_integers(weight, scales)
        got = call_conv(packed, images, 9, window, ROUNDINGS[1], None, None)
        assert torch.equal(got, convolved(weight, scales, images, window, ROUNDINGS[1], None, None))
    finally:
        forget()


INSTRUCTIONS = {"vnni": "vpdpbusd.512", "avxvnni": "vpdpbusd.256", "avx2": "avx2.pmadd.wd", "generic": "sse2.pmadd.wd"}


def test_every_host_has_its_instruction() -> None:
    for name, instruction in INSTRUCTIONS.items():
        assert instruction in MatmulInt8().text(HOSTS[name])
    assert "neon.sdot" in MatmulInt8().text(replace(NEON, dot="sdot"))
    assert "neon.sdot" in MatvecInt8().text(replace(NEON, dot="sdot"))
    assert "llvm.call_intrinsic" not in MatmulInt8().text(NEON)
    for one, spec in ((NEON, MatvecInt8()), (AVX2, MatvecInt8(1))):
        with pytest.raises(ValueError, match="cannot be"):
            spec.text(one)


def test_more_products_than_a_sum_holds_are_refused() -> None:
    weight = torch.zeros(1, 2**17 + 4, dtype=torch.int8)
    with pytest.raises(UserError, match="32 bits") as caught:
        Int8Blocks((1, weight.shape[1])).pack_integers(weight, torch.ones(1))
    assert caught.value.code == "too-large"
