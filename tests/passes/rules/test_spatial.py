"""Pooling, reductions, resizing, padding, fills: ops that treat every channel alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn import functional as F

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised

# A constant channel, reduced over the batch, depends on how large the batch is.
OVER_THE_BATCH: dict[str, Callable[[Tensor], Tensor]] = {
    "sum": lambda x: x.sum(0),
    "sum keepdim": lambda x: x.sum(0, keepdim=True),
    "mean": lambda x: x.mean(0),
    "amax": lambda x: x.amax(0),
    "var": lambda x: x.var(0),
    "vector_norm": lambda x: torch.linalg.vector_norm(x, dim=0),
    "softmax": lambda x: x.softmax(0),
    "log_softmax": lambda x: x.log_softmax(0),
    "pad": lambda x: F.pad(x, (0, 0, 1, 0)),
}


@pytest.mark.parametrize("name", OVER_THE_BATCH)
def test_reduction_over_a_dynamic_batch(name: str) -> None:
    model = Sandwich(OVER_THE_BATCH[name], nn.Linear(3, 8), nn.Linear(8, 4))
    model = known(model, zeros={"first.weight": [1, 4]})
    result = optimised(captured(model, (3,)))
    assert difference(result.program, model, (3,)) <= TOLERANCE


class PadAndAdd(nn.Module):
    """The padded channels are read, the channels before them are not."""

    def __init__(self) -> None:
        super().__init__()
        self.short, self.long, self.head = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(F.pad(self.short(x), (0, 0, 0, 0, 0, 4)) + self.long(x))


def test_channel_padding_of_a_dead_value() -> None:
    model = known(PadAndAdd(), zeros={"head.weight": columns(0, 1, 2, 3)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
    # Tensors must not be empty: one of the four channels that nobody reads stays, for the padding to have an operand.
    assert result.shape("head.weight") == (4, 5, 1, 1)


class Crop(nn.Module):
    """Padding by a negative amount takes channels away, which another reader still needs."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.pad = (0, 0, 0, 0, before, after)
        self.first, self.whole, self.part = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 2, 1), nn.Conv2d(8 + before + after, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.whole(x) + self.part(F.pad(x, self.pad))


@pytest.mark.parametrize("dead", [[], [1, 4], [0, 7]], ids=str)
@pytest.mark.parametrize("amounts", [(-1, 0), (-1, 2), (2, -3), (-2, -1)], ids=str)
def test_negative_channel_padding(amounts: tuple[int, int], dead: list[int]) -> None:
    model = known(Crop(*amounts), zeros={"first.weight": dead})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


class PaddedWeight(nn.Module):
    """A weight that is padded to something too large to be folded."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1)
        self.weight = nn.Parameter(torch.empty(1, 4, 8, 8))

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x) + F.pad(self.weight, (28, 28, 28, 28)))


def test_padding_of_a_weight() -> None:
    model = known(PaddedWeight())
    result = optimised(captured(model, (3, 64, 64)))
    assert difference(result.program, model, (3, 64, 64)) <= TOLERANCE


class FilledWithASize(Sandwich):
    """``full_like`` whose number is known at run time only."""

    def __init__(self) -> None:
        super().__init__(nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        return self.second(y * torch.full_like(y, x.shape[2]))


def test_full_like_with_a_dynamic_size() -> None:
    model = known(FilledWithASize(), zeros={"first.weight": [1, 4]})
    program = captured(model, (3, 6, 6), dynamic_shapes={"x": {0: Dim.AUTO, 2: Dim.AUTO}})
    assert difference(optimised(program).program, model, (3, 6, 6)) <= TOLERANCE
