"""The kernels with 8-bit integers, against the same arithmetic in PyTorch: bit for bit."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.host import AVX2, AVX512, host
from sparsec.codegen.mlir.matmul_int8 import MatmulInt8
from sparsec.codegen.mlir.quantise import QUANTISE_WORDS, Quantise
from sparsec.codegen.operators.vblock_linear_int8 import FOUR, LARGEST, ZERO_POINT
from sparsec.runtime import operators  # noqa: F401
from sparsec.runtime.kernels import compiled
from sparsec.runtime.threads import Launch

COMPILER = pytest.mark.skipif(not engine.available(), reason="torch-mlir is not installed")
# No multiples of anything, multiples of a vector, of a square, of a tile, and more than one of each.
SIZES = [(1, 1), (5, 3), (15, 67), (16, 64), (17, 63), (33, 130), (48, 256), (100, 77)]
BEHIND = 64


def activations(tokens: int, columns: int) -> Tensor:
    x = torch.randn(tokens, columns, generator=torch.Generator().manual_seed(columns))
    x[tokens // 2] = 0
    return x


def rounded(x: Tensor) -> tuple[Tensor, Tensor]:
    """The steps of each token, as the kernel's arithmetic has them, and their sizes."""
    most = x.abs().amax(1, keepdim=True)
    factor = LARGEST / torch.where(most > 0, most, 1.0)
    return (x.double() * factor.double()).round(), most * (1 / LARGEST)


@COMPILER
@pytest.mark.needs_vnni
@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize(("tokens", "columns"), SIZES)
def test_panels_hold_rounded_tokens(tokens: int, columns: int, parts: int) -> None:
    lanes, groups = host().lanes, -(-columns // FOUR)
    tiles = -(-tokens // lanes)
    x = activations(tokens, columns)
    out = torch.full((tiles * groups * lanes + BEHIND,), -1, dtype=torch.int32)
    scales = torch.full((tiles * lanes + BEHIND,), -1.0)
    sizes = {"tokens": tokens, "columns": columns, "groups": groups, "x_row": columns}
    Launch(compiled(Quantise()), QUANTISE_WORDS, parts, **sizes)(x.data_ptr(), out.data_ptr(), scales.data_ptr())
    panels = out[:-BEHIND].view(torch.uint8).reshape(tiles, groups, lanes, FOUR)
    got = panels.transpose(1, 2).reshape(tiles * lanes, groups * FOUR)[:tokens, :columns]
    steps, expected = rounded(x)
    assert torch.equal(got.double() - ZERO_POINT, steps)
    assert torch.equal(scales[:tokens], expected[:, 0])
    assert bool((out[-BEHIND:] == -1).all()) and bool((scales[-BEHIND:] == -1).all())


def blocks(rows: int, columns: int, share: float) -> Tensor:
    """A weight in which every five rows read the same columns: blocks begin anywhere, and have fewer rows than R."""
    random = torch.Generator().manual_seed(rows)
    kept = torch.rand(-(-rows // 5), columns, generator=random) < share
    return torch.randn(rows, columns, generator=random) * kept.repeat_interleave(5, 0)[:rows]


@COMPILER
@pytest.mark.needs_vnni
@pytest.mark.parametrize("height", [1, 2, 4, 8, 16])
@pytest.mark.parametrize(("rows", "share"), [(300, 0.3), (128, 0.1), (37, 0.02), (1, 1.0)])
@pytest.mark.parametrize(("tokens", "columns"), SIZES)
def test_results_are_scaled_sums(tokens: int, columns: int, rows: int, share: float, height: int) -> None:
    form = Int8Blocks((rows, columns), height)
    p = form.pack(blocks(rows, columns, share))
    x, bias = activations(tokens, columns), torch.randn(rows, generator=torch.Generator().manual_seed(1))
    got = torch.ops.sparsec.vblock_linear_int8(x, p.values, p.indices, p.starts, p.scales, p.sums, bias, rows, "")
    steps, scales = rounded(x)
    sums = (steps @ form.integers(p).double().T).int()
    assert torch.equal(got, sums.float() * (scales * p.scales) + bias)


def test_a_processor_without_the_instruction_has_no_kernel() -> None:
    assert "vpdpbusd" in MatmulInt8().text(AVX512)
    with pytest.raises(ValueError, match="avx2"):
        MatmulInt8().text(AVX2)
