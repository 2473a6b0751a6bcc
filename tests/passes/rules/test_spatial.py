"""Pooling, reductions, resizing, padding, fills: ops that treat every channel alike, and sums over channels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim
from torch.nn import functional as F

from sparsec.compiler.ir.speculation import additions

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


# -------------------------------------------------------------------- sums over channels

# name: (function, what the second layer reads)
OVER_CHANNELS: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
    "mean": (lambda x: x.mean(1, keepdim=True), 1),
    "mean, pixels too": (lambda x: x.mean((1, 2, 3))[:, None, None, None], 1),
    "mean of everything but the batch, kept": (lambda x: x.mean((1, 2, 3), keepdim=True), 1),
    "sum": (lambda x: x.sum(1)[:, None], 1),
    "sum, a column too": (lambda x: x.sum((1, 3), keepdim=True), 1),
}
CONSTANT = {"first.weight": [1, 4]}
ZERO = CONSTANT | {"first.bias": [1, 4]}


@pytest.mark.parametrize("name", OVER_CHANNELS)
def test_zeros_add_nothing(name: str) -> None:
    """A mean goes on dividing by 8; what is constant and not zero counts, and stays."""
    function, width = OVER_CHANNELS[name]
    for zeros, left in ((ZERO, 6), (CONSTANT, 8)):
        model = known(Sandwich(function, second=nn.Conv2d(width, 4, 1)), zeros=zeros)
        result = optimised(captured(model, (3, 5, 5)))
        assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
        assert result.shape("first.weight")[0] == left
        assert not optimised(result.program).changed
        assert not additions(result.program)


PRODUCTS: dict[str, tuple[Callable[[Tensor], Tensor], int, list[int], int]] = {
    # name: (function of 2 x 4 channels, channels of the result, those that nobody reads, what is left)
    "heads": (lambda x: x.sum(1), 4, [1, 3], 4),
    "features": (lambda x: x.mean(2), 2, [0], 4),
    "both": (lambda x: x.mean((1, 2))[:, None], 1, [], 8),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_sums_over_some_of_the_channels(name: str) -> None:
    function, width, unread, left = PRODUCTS[name]
    model = Sandwich(lambda x: function(x.unflatten(1, (2, 4))), second=nn.Conv2d(width, 4, 1))
    model = known(model, zeros={"second.weight": (slice(None), unread)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
    assert result.shape("first.weight")[0] == left


@pytest.mark.parametrize("reduce", [torch.sum, torch.mean])
def test_a_whole_row_of_zeros(reduce: Callable[..., Tensor]) -> None:
    """Feature 2 is zero in both heads."""
    model = Sandwich(lambda x: reduce(x.unflatten(1, (2, 4)), 2), second=nn.Conv2d(2, 4, 1))
    model = known(model, zeros={"first.weight": [2, 6], "first.bias": [2, 6]})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
    assert result.shape("first.weight")[0] == 6


class Cancelling(nn.Module):
    """Heads whose features are summed; one of them is zero, since what a constant adds cancels the bias."""

    def __init__(self, reduce: Callable[..., Tensor]) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 8, 1), nn.Conv2d(2, 4, 1)
        self.reduce = reduce

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.reduce(self.second(self.first(x).relu()).unflatten(1, (2, 4)), 2))


@pytest.mark.parametrize("reduce", [torch.sum, torch.mean])
def test_a_zero_that_stays_is_a_zero(reduce: Callable[..., Tensor]) -> None:
    """Feature 2 is not read in head 0 and stays for the sake of head 1; the constant behind it goes."""
    model = known(Cancelling(reduce), zeros={"first.weight": [0], "second.weight": [2]})
    with torch.no_grad():
        model.first.bias[0] = 1
        model.second.weight[:, 0] = 0
        model.second.weight[2, 0], model.second.bias[2] = 1, -1
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
    assert result.shape("first.weight")[0] == 3


# -------------------------------------------------------------------- tensors of one number

CREATED: dict[str, Callable[[Tensor], Tensor]] = {
    "zeros": lambda x: torch.cat([x, torch.zeros(x.shape[0], 2, 5, 5, dtype=x.dtype)], 1),
    "ones": lambda x: torch.cat([torch.ones(x.shape[0], 2, 5, 5, dtype=x.dtype), x], 1),
    "full": lambda x: torch.cat([x, torch.full((x.shape[0], 2, 5, 5), 0.3, dtype=x.dtype)], 1),
    "new_full": lambda x: torch.cat([x, x.new_full((x.shape[0], 2, 5, 5), 0.3)], 1),
}


@pytest.mark.parametrize("name", CREATED)
def test_created_channels(name: str) -> None:
    """Two channels that hold one number: beside others they are right, whatever is left of those."""
    model = Sandwich(CREATED[name], second=nn.Conv2d(10, 4, 1))
    model = known(model, zeros=CONSTANT | {"second.weight": columns(3)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
    assert not optimised(result.program).changed


class FullOfASize(Sandwich):
    """``full`` whose number is known at run time only."""

    def __init__(self) -> None:
        super().__init__(nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x) * torch.full((x.shape[0], 1, 1, 1), x.shape[2], dtype=x.dtype))


def test_full_of_a_dynamic_size() -> None:
    model = known(FullOfASize(), zeros={"first.weight": [1, 4]})
    program = captured(model, (3, 6, 6), dynamic_shapes={"x": {0: Dim.AUTO, 2: Dim.AUTO}})
    assert difference(optimised(program).program, model, (3, 6, 6)) <= TOLERANCE
