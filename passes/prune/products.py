"""Products of matrices, which nearly all time goes into: in float32, on CPUs, by the library that is quicker there.

PyTorch asks MKL for such products, which leaves half of what AMD's processors can do. oneDNN, which PyTorch is built
with as well, does not: MiniLM's products of 1024 x 1536 with 1536 x 384 take 12 ms there and 28 ms with MKL (Zen 5, one
thread, busy). On Intel's processors they are alike.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# Multiplications of a product for which it matters.
LARGE = 2**22


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``F.linear``: rows with the transpose of a weight, and a bias.

    Args:
        rows: (..., inputs).
        weight: (outputs, inputs).
        bias: (outputs,).
    """
    if rows.numel() * len(weight) < LARGE or not _all_plain(rows, weight, bias):
        return F.linear(rows, weight, bias)
    own = None if bias is None else bias.contiguous()
    found: Tensor = torch.ops.mkldnn._linear_pointwise(rows.contiguous(), weight.contiguous(), own, "none", [], "")
    return found


def across(left: Tensor, right: Tensor) -> Tensor:
    """The sum over rows of outer products: (left features, right features).

    Args:
        left, right: (rows, features of each).
    """
    return linear(left.T, right.T)


def _all_plain(*operands: Tensor | None) -> bool:
    """Whether oneDNN is there, and takes them."""
    there = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    return there and all(
        x is None or (type(x) in (Tensor, torch.nn.Parameter) and x.dtype is torch.float32 and x.device.type == "cpu")
        for x in operands
    )
