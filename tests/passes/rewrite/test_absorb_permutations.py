"""AbsorbPermutations: a gather of channels is a matter of how its neighbours' weights are ordered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.rewrite.absorb_permutations import AbsorbPermutations
from sparsec.passes.rewrite.drop_identities import DropIdentities

from ..harness import TOLERANCE, Sandwich, captured, difference, known, op_names, optimised


class Pick(nn.Module):
    """Something that mixes the last dimension, then a selection from it."""

    def __init__(self, mix: Callable[[Tensor], Tensor], order: list[int]) -> None:
        super().__init__()
        self.mix = mix
        self.register_buffer("order", torch.tensor(order))

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(x).index_select(2, self.order)


MIXERS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda x: x.softmax(-1),
    "avg_pool1d": lambda x: F.avg_pool1d(x, 3, 1),
    "max_pool1d": lambda x: F.max_pool1d(x, 3, 1),
}


@pytest.mark.parametrize("name", MIXERS)
def test_leaves_a_gather_behind_an_op_that_mixes_the_last_dimension(name: str) -> None:
    model = known(Sandwich(Pick(MIXERS[name], [4, 0, 2]), nn.Linear(3, 8), nn.Linear(3, 4)))
    result = optimised(captured(model, (5, 3)))
    assert difference(result.program, model, (5, 3)) <= TOLERANCE


class Order(nn.Module):
    """A gather of channels."""

    def __init__(self, *order: int, before: nn.Module | None = None, after: nn.Module | None = None) -> None:
        super().__init__()
        self.before, self.after = before or nn.Identity(), after or nn.Identity()
        self.order = torch.tensor(order)

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.before(x).index_select(1, self.order))


PERMUTATION = (3, 0, 7, 1, 6, 2, 5, 4)
GATHER = "aten.index_select.default"
ABSORBED: dict[str, Callable[[], nn.Module]] = {
    "into the layer before": lambda: Sandwich(Order(*PERMUTATION)),
    "over order-free ops": lambda: Sandwich(Order(*PERMUTATION, before=nn.Sequential(nn.ReLU(), nn.AvgPool2d(2)))),
    "a selection": lambda: Sandwich(Order(6, 1, 3), second=nn.Conv2d(3, 4, 1)),
    "without a bias": lambda: Sandwich(Order(*PERMUTATION), first=nn.Conv2d(3, 8, 1, bias=False)),
    "transposed": lambda: Sandwich(Order(*PERMUTATION), first=nn.ConvTranspose2d(3, 8, 2)),
    "into the layer behind": lambda: Sandwich(
        Order(*PERMUTATION, after=nn.ReLU()), first=nn.Conv2d(4, 8, 3, groups=4), second=nn.Conv2d(8, 4, 3)
    ),
    "into a transposed layer behind": lambda: Sandwich(
        Order(*PERMUTATION), first=nn.Conv2d(4, 8, 3, groups=4), second=nn.ConvTranspose2d(8, 4, 3)
    ),
}
LEFT: dict[str, Callable[[], nn.Module]] = {
    "a norm between": lambda: Sandwich(
        Order(*PERMUTATION, before=nn.GroupNorm(2, 8)), second=nn.Conv2d(8, 4, 1, groups=2)
    ),
    "groups on both sides": lambda: Sandwich(
        Order(*PERMUTATION), first=nn.Conv2d(4, 8, 3, groups=4), second=nn.Conv2d(8, 4, 3, groups=2)
    ),
    "no layer at either end": lambda: Sandwich(Order(*PERMUTATION), first=nn.Softmax(1), second=nn.Softmax(1)),
}


def shape_for(name: str, model: nn.Module) -> tuple[int, ...]:
    channels = 8 if isinstance(model.first, nn.Softmax) else 4 if getattr(model.first, "groups", 1) > 1 else 3
    return (channels, 6, 6)


@pytest.mark.parametrize("name", ABSORBED)
def test_absorbs(name: str) -> None:
    model = known(ABSORBED[name]())
    shape = shape_for(name, model)
    result = optimised(captured(model, shape), DropIdentities(), AbsorbPermutations())
    assert GATHER not in op_names(result.program)
    assert difference(result.program, model, shape) <= TOLERANCE
    assert not optimised(result.program, AbsorbPermutations()).changed


@pytest.mark.parametrize("name", LEFT)
def test_leaves(name: str) -> None:
    model = LEFT[name]()
    model = known(model) if [*model.parameters()] else model.double().eval()
    shape = shape_for(name, model)
    result = optimised(captured(model, shape), DropIdentities(), AbsorbPermutations())
    assert GATHER in op_names(result.program)
    assert difference(result.program, model, shape) <= TOLERANCE


class TwoReaders(nn.Module):
    """The value before the gather is read by somebody else too."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.pick, self.head = nn.Conv2d(3, 8, 1), Order(*PERMUTATION), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(x)
        return self.head(self.pick(x)), x


def test_another_reader_sees_the_old_order() -> None:
    model = known(TwoReaders())
    result = optimised(captured(model, (3, 4, 4)), DropIdentities(), AbsorbPermutations())
    assert GATHER not in op_names(result.program)  # the layer behind takes it
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


class SharedLayer(nn.Module):
    """The layer before the gather is used without it as well."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.pick = nn.Conv2d(8, 8, 1), Order(*PERMUTATION)

    def forward(self, x: Tensor) -> Tensor:
        return self.pick(self.layer(self.layer(x).relu()))


def test_shared_weight() -> None:
    model = known(SharedLayer())
    result = optimised(captured(model, (8, 4, 4)), DropIdentities(), AbsorbPermutations())
    assert GATHER not in op_names(result.program)
    assert difference(result.program, model, (8, 4, 4)) <= TOLERANCE


def test_never_makes_a_layer_larger() -> None:
    model = known(Sandwich(Order(*(i // 8 for i in range(64))), second=nn.Conv2d(64, 4, 1)))
    result = optimised(captured(model, (3, 4, 4)))
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE
    assert result.shape("first.weight")[0] <= 8
