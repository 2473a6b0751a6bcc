"""Liveness: positions that must hold their true number for the outputs to be right."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.rules.facts import LIVENESS

from ..harness import Outcome, Sandwich, captured, columns, known, optimised


def analysed(model: nn.Module, *shapes: tuple[int, ...], bias_maps: bool = False, speculative: bool = True) -> Outcome:
    steps = (Axes(), Constants(), Liveness(bias_maps=bias_maps))
    result = optimised(captured(model, *shapes), *steps, speculative=speculative)
    assert not result.changed
    return result


def dead(result: Outcome, name: str) -> list[int]:
    """Positions of a value that nobody needs."""
    node = next(n for n in result.program.nodes() if n.name == name)
    return [i for i, flag in enumerate(result.program.facts[LIVENESS].of(node).ravel()) if not flag]


def test_a_zero_column_needs_nothing() -> None:
    result = analysed(known(Sandwich(F.relu), zeros={"second.weight": columns(2, 4)}), (3, 4, 4))
    assert dead(result, "relu") == dead(result, "conv2d") == [2, 4]
    assert dead(result, "conv2d_1") == []


def test_every_output_is_live() -> None:
    class Middle(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.first(x)
            return x, self.second(x)

    result = analysed(known(Middle(), zeros={"second.weight": columns(2, 4)}), (3, 4, 4))
    assert dead(result, "conv2d") == []


def test_one_reader_is_enough() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.one, self.two = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.first(x)
            return self.one(x), self.two(x)

    zeros = {"one.weight": columns(2, 4, 6), "two.weight": columns(4, 5, 6)}
    assert dead(analysed(known(Two(), zeros=zeros), (3, 4, 4)), "conv2d") == [4, 6]


def test_a_column_that_only_dead_filters_read() -> None:
    class Three(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.third = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 6, 1), nn.Conv2d(6, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.third(self.second(self.first(x)))

    model = known(Three(), zeros={"third.weight": columns(5)})
    with torch.no_grad():
        model.second.weight[:5, 3] = 0
    result = analysed(model, (3, 4, 4))
    assert dead(result, "conv2d_1") == [5]
    assert dead(result, "conv2d") == [3]


def test_constants_are_not_live_by_who_can_fold_them() -> None:
    result = analysed(known(Sandwich(F.relu), zeros={"first.weight": [1, 4]}), (3, 4, 4))
    assert dead(result, "relu") == [1, 4]


def test_constants_are_live_by_who_cannot() -> None:
    result = analysed(known(Sandwich(F.relu, second=nn.Identity()), zeros={"first.weight": [1, 4]}), (3, 4, 4))
    assert dead(result, "relu") == []


def test_zero_absorbs_its_partner() -> None:
    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.gate = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.first(x) * self.gate(x)

    result = analysed(known(Gated(), zeros={"gate.weight": [3], "gate.bias": [3]}), (3, 4, 4))
    assert dead(result, "conv2d") == [3]  # the gate itself is the zero that has to be there
    assert dead(result, "conv2d_1") == []


def test_a_norm_over_channels_needs_all() -> None:
    result = analysed(known(Sandwich(nn.GroupNorm(2, 8)), zeros={"second.weight": columns(2, 4)}), (3, 4, 4))
    assert dead(result, "conv2d") == []
    result = analysed(known(Sandwich(nn.GroupNorm(8, 8)), zeros={"second.weight": columns(2, 4)}), (3, 4, 4))
    assert dead(result, "conv2d") == [2, 4]


# Among constants that meet zero padding the largest carries the others.
def test_one_carrier_a_group() -> None:
    model = known(Sandwich(nn.Identity(), second=nn.Conv2d(8, 4, 3, padding=1)), zeros={"first.weight": [1, 4, 6]})
    strongest = max((1, 4, 6), key=lambda i: abs(float(model.first.bias.detach()[i])))
    assert dead(analysed(model, (3, 4, 4)), "conv2d") == [i for i in (1, 4, 6) if i != strongest]


@pytest.mark.parametrize(("bias_maps", "speculative"), [(False, True), (True, False), (True, True)])
def test_bias_maps_are_live_unless_they_may_be_paid_for(bias_maps: bool, speculative: bool) -> None:
    model = known(Sandwich(nn.ZeroPad2d(1)), zeros={"first.weight": [1, 4]})
    result = analysed(model, (3, 4, 4), bias_maps=bias_maps, speculative=speculative)
    assert dead(result, "conv2d") == ([1, 4] if bias_maps and speculative else [])


def test_a_size_that_data_decide_needs_them() -> None:
    class Chosen(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(3, 8), nn.Linear(8, 4)

        def forward(self, x: Tensor) -> tuple[Tensor, int]:
            x = self.first(x)
            return self.second(x), torch.nonzero(x.sum(-1) > 0).shape[0]

    result = analysed(known(Chosen(), zeros={"second.weight": columns(2, 4)}), (3,))
    assert dead(result, "linear") == []
