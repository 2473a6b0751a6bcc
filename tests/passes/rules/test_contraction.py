"""Convolutions and linear layers: where channels end and new ones begin."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised


def test_output_padding_is_a_border() -> None:
    """Dilation permits it without stride: the last row sees nothing of the input, not even a constant."""
    transposed = nn.ConvTranspose2d(8, 4, 1, dilation=2, output_padding=1)
    model = known(Sandwich(nn.Identity(), second=transposed), zeros={"first.weight": [1, 4]})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


class Aliases(nn.Module):
    """Two parameters that share one storage, one of them transposed (same shape, other strides)."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(3, 8), nn.Linear(8, 4)
        self.weight = nn.Parameter(torch.empty(8, 8))
        self.transposed = nn.Parameter(torch.empty(8, 8))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(F.linear(self.first(x), self.weight))
        return self.last(F.relu(F.linear(x, self.transposed)))


def test_weights_that_share_storage_are_told_apart() -> None:
    model = known(Aliases(), zeros={"weight": columns(1, 4)})
    model.transposed = nn.Parameter(model.weight.detach().t())
    result = optimised(captured(model, (3,)))
    assert difference(result.program, model, (3,)) <= TOLERANCE


class ByVector(nn.Module):
    """``linear`` with a weight of one dimension: the contracted dimension vanishes."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.vector = nn.Linear(3, 8), nn.Parameter(torch.empty(8))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(F.relu(self.first(x)), self.vector)


def test_linear_with_a_vector() -> None:
    model = known(ByVector(), zeros={"first.weight": [1, 4]})
    result = optimised(captured(model, (3,)))
    assert difference(result.program, model, (3,)) <= TOLERANCE
