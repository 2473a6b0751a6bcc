"""``sparsec::sum_apart``: a sum that a runtime is to compute by itself, and not with the norm that reads it."""

from __future__ import annotations

import torch
from torch import Tensor

from .base import Operator, register


def reference(x: Tensor, y: Tensor) -> Tensor:
    """The sum of two values, whose shapes PyTorch can add."""
    return x + y


def _fake(x: Tensor, y: Tensor) -> Tensor:
    return x.new_empty(torch.broadcast_shapes(x.shape, y.shape))


SUM_APART = register(
    Operator(
        name="sparsec::sum_apart",
        schema="(Tensor x, Tensor y) -> Tensor",
        reference=reference,
        fake=_fake,
        rounded=(),
    )
)
