"""A small network for tests of ``torch.compile(model, backend="sparse")``, and what they ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


def net() -> nn.Sequential:
    """Two layers, of which the first has rows of zeros."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).eval()
    with torch.no_grad():
        model[0].weight[[1, 4]] = 0
    return model


def batch(size: int = 3) -> Tensor:
    """An input of ``net``."""
    return torch.randn(size, 4, generator=torch.Generator().manual_seed(size))


def compiled(model: nn.Module, **options: Any) -> Callable[..., Any]:
    return torch.compile(model, backend="sparse", options=options)


def agree(fast: Callable[..., Any], model: nn.Module, *inputs: Any) -> None:
    """Check that a compiled module answers what the module answers."""
    torch.testing.assert_close(fast(*inputs), model(*inputs), rtol=1e-5, atol=1e-6, check_dtype=True)
