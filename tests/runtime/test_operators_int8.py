"""``sparsec::vblock_linear_int8``: exact sums of rounded numbers, as far from float32 as rounding explains."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from sparsec.codegen.formats.int8_blocks import Int8Blocks, PackedInt8
from sparsec.codegen.mlir import engine
from sparsec.codegen.operators.epilogues import finished
from sparsec.compiler.ir.window import Window
from sparsec.runtime import operators  # noqa: F401  (attaches the kernels)

OP = torch.ops.sparsec.vblock_linear_int8
# Scales are float32, sums are exact.
ROUNDING = 2e-6


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def weight(rows: int, columns: int, density: float, seed: int = 0) -> Tensor:
    """Blocks of 8 x 4, some of them zero."""
    random = torch.Generator().manual_seed(seed)
    kept = torch.rand(-(-rows // 8), -(-columns // 4), generator=random) < density
    mask = kept.repeat_interleave(8, 0)[:rows].repeat_interleave(4, 1)[:, :columns]
    return torch.randn(rows, columns, generator=random) * mask


def call(packed: PackedInt8, x: Tensor, bias: Tensor | None, rows: int, activation: str = "") -> Tensor:
    tensors = (packed.values, packed.indices, packed.starts, packed.scales, packed.sums)
    return OP(x, *tensors, bias, None, rows, activation)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 40),
    columns=st.integers(1, 70),
    tokens=st.integers(0, 40),
    density=st.sampled_from([0.0, 0.3, 1.0]),
    activation=st.sampled_from(["", "relu", "gelu"]),
    biased=st.booleans(),
    seed=st.integers(0, 99),
)
def test_equals_the_reference(
    rows: int, columns: int, tokens: int, density: float, activation: str, biased: bool, seed: int
) -> None:
    random = torch.Generator().manual_seed(seed)
    form, w = Int8Blocks((rows, columns)), weight(rows, columns, density, seed)
    packed = form.pack(w)
    x = torch.randn(tokens, columns, generator=random)
    bias = torch.randn(rows, generator=random) if biased else None
    expected = form.multiply(packed, x.double())
    expected = finished(expected if bias is None else expected + bias, None, activation)
    scale = float(expected.abs().max()) if expected.numel() else 1.0
    # A number between two steps may be rounded either way: one step of one activation at most.
    step = float((x.abs().amax(1) / 127).max() * w.abs().max()) if x.numel() else 0.0
    got = call(packed, x, bias, rows, activation)
    assert got.shape == (tokens, rows)
    assert not got.numel() or float((got - expected).abs().max()) <= ROUNDING * max(1.0, scale) + step


def test_round_trip_is_within_half_a_step() -> None:
    form, w = Int8Blocks((20, 33)), weight(20, 33, 0.5)
    packed = form.pack(w)
    half = w.abs().amax(1, keepdim=True) / 127 / 2
    assert bool(((form.unpack(packed) - w).abs() <= half * 1.001).all())
    assert bool((form.unpack(packed)[w == 0] == 0).all())
    assert packed.values.dtype == torch.int8 and packed.values.shape[1:] == (8, 4)


def test_close_to_the_float_layer() -> None:
    form, w = Int8Blocks((64, 256)), weight(64, 256, 0.3)
    x = torch.randn(50, 256, generator=torch.Generator().manual_seed(1))
    expected = F.linear(x, w)
    error = (call(form.pack(w), x, None, 64) - expected).norm() / expected.norm()
    assert float(error) < 0.015  # two roundings to 255 steps, of numbers like a normal distribution's


@pytest.mark.parametrize("bad", [float("inf"), float("-inf"), float("nan")])
def test_a_token_that_is_not_finite_gives_nan(bad: float) -> None:
    form, w = Int8Blocks((16, 32)), weight(16, 32, 1.0)
    x = torch.ones(5, 32)
    x[2, 7] = bad
    got = call(form.pack(w), x, None, 16)
    assert bool(got[2].isnan().all())
    assert bool(got[[0, 1, 3, 4]].isfinite().all())


@pytest.mark.parametrize("count", [1, 2])
def test_threads_agree(count: int) -> None:
    form, w = Int8Blocks((512, 256)), weight(512, 256, 0.5)
    packed, x = form.pack(w), torch.randn(64, 256, generator=torch.Generator().manual_seed(2))
    torch.set_num_threads(1)
    alone = call(packed, x, None, 512)
    torch.set_num_threads(count)
    assert torch.equal(call(packed, x, None, 512), alone)


def test_without_a_compiler_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    form, w = Int8Blocks((24, 40)), weight(24, 40, 0.5)
    packed, x = form.pack(w), torch.randn(2, 9, 40, generator=torch.Generator().manual_seed(3))
    fast = call(packed, x, torch.ones(24), 24, "relu")
    monkeypatch.setattr(engine, "available", lambda: False)
    torch.testing.assert_close(call(packed, x, torch.ones(24), 24, "relu"), fast, rtol=1e-5, atol=1e-2)


def test_pytorch_accepts_the_operator() -> None:
    form, w = Int8Blocks((24, 40)), weight(24, 40, 0.5)
    p = form.pack(w)
    arguments = (torch.randn(3, 40), p.values, p.indices, p.starts, p.scales, p.sums, None, None, 24, "relu")
    torch.library.opcheck(OP.default, arguments, test_utils=("test_schema", "test_faketensor"))


def test_nothing_is_read_beyond_the_ends() -> None:
    packed = Int8Blocks((10, 13)).pack(torch.ones(10, 13))
    call(packed, torch.randn(3, 13), torch.randn(10), 10)
    for x, bias, rows in (
        (torch.randn(3, 12), torch.randn(10), 10),
        (torch.randn(3, 13), torch.randn(9), 10),
        (torch.randn(3, 13), None, 9),
        (torch.randn(3, 13), None, 11),
    ):
        with pytest.raises(IndexError):
            call(packed, x, bias, rows)


def test_autocast() -> None:
    w, x = weight(20, 32, 0.5), torch.randn(5, 32)
    packed = Int8Blocks((20, 32)).pack(w)
    with torch.autocast("cpu", torch.bfloat16):
        found = call(packed, x, None, 20)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found, x.bfloat16() @ w.bfloat16().t(), rtol=5e-2, atol=5e-1)


@pytest.mark.parametrize(
    ("window", "there_is"),
    [
        (Window((3,)), True),
        (Window((3,), (2,)), False),
        (Window((3, 3), (2, 2)), True),
        (Window((3, 3), (2, 1)), False),
        (Window((3, 3), groups=2), False),
        (Window((3, 3, 3)), False),
        (Window((2, 2), extra=(0, 0)), False),
    ],
    ids=lambda value: getattr(value, "words", None),
)
def test_which_convolutions_there_are_kernels_for(window: Window, there_is: bool) -> None:
    assert window.is_plain == there_is
