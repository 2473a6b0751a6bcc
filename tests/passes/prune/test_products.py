"""Products are the same whichever library is asked."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.products import LARGE, across, linear


def drawn(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_linear(dtype: torch.dtype, large: bool, bias: bool) -> None:
    rows, outputs = (3, 400), 70
    inputs = LARGE // (1200 * outputs) + 1 if large else 2
    x, weight = drawn(*rows, inputs, dtype=dtype), drawn(outputs, inputs, dtype=dtype)
    own = drawn(outputs, dtype=dtype) if bias else None
    wanted = torch.nn.functional.linear(x.double(), weight.double(), None if own is None else own.double())
    found = linear(x, weight, own)
    assert found.dtype is dtype
    tolerance = {torch.float32: 1e-4, torch.float64: 1e-12, torch.bfloat16: 0.5}[dtype]
    torch.testing.assert_close(found.double(), wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("rows", [0, 1, 600])
def test_sums_over_rows_of_slices_and_whole_matrices(rows: int) -> None:
    left, right = drawn(rows, 90)[:, 3:83], drawn(rows, 130)[:, ::1]
    torch.testing.assert_close(across(left, right), left.T @ right, rtol=1e-4, atol=1e-3)
