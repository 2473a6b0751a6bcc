"""SettleActivations: what bounds decide is exact, and only that is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.errors import UserError
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.ranges import Ranges
from sparsec.passes.rewrite.settle_activations import SettleActivations

from ..harness import TOLERANCE, Outcome, captured, known, noise, op_names, optimised

STATED = (-1.0, 1.0)
FAR = 40.0


def planted(activation: nn.Module, low: slice, high: slice) -> nn.Module:
    """Between two layers, an activation that some channels reach far below its bends, and some far above."""
    model = known(nn.Sequential(nn.Linear(4, 10), activation, nn.Linear(10, 3)))
    with torch.no_grad():
        model.get_parameter("0.bias")[low] = -FAR
        model.get_parameter("0.bias")[high] = FAR
    return model


def settled(model: nn.Module, limits: tuple[float, float] | None = STATED) -> Outcome:
    program = captured(model, (4,))
    program.ranges = {} if limits is None else {program.input_names[0]: limits}
    return optimised(program, Axes(), Ranges(), SettleActivations())


def drawn(batch: int = 64) -> Tensor:
    return torch.rand(batch, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 2 - 1


def error(result: Outcome, model: nn.Module) -> float:
    x = drawn()
    return relative_error(result.program.run((x,)), [model(x).detach()])


ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "hardtanh": lambda: nn.Hardtanh(-2.0, 3.0),
    "leaky": lambda: nn.LeakyReLU(0.1),
    "prelu": lambda: nn.PReLU(10),
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "softshrink": lambda: nn.Softshrink(0.5),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_it_goes_where_all_channels_are_on_one_side(name: str) -> None:
    model = planted(ACTIVATIONS[name](), slice(0, 4), slice(4, 10))
    result = settled(model)
    assert op_names(result.program) == ["aten.linear.default"] * 2
    assert error(result, model) <= TOLERANCE
    assert result.program.assumptions.ranges == result.program.ranges


@pytest.mark.parametrize("name", ["elu", "selu", "celu"])
def test_what_is_a_line_above_alone(name: str) -> None:
    model = planted({"elu": nn.ELU, "selu": nn.SELU, "celu": nn.CELU}[name](), slice(0, 0), slice(0, 10))
    result = settled(model)
    assert op_names(result.program) == ["aten.linear.default"] * 2
    assert error(result, model) <= TOLERANCE


@pytest.mark.parametrize("name", ["relu", "relu6", "hardswish", "hardsigmoid", "hardtanh"])
def test_channels_that_are_always_the_same_are_rows_of_zeros(name: str) -> None:
    model = planted(ACTIVATIONS[name](), slice(0, 4), slice(0, 0))
    result = settled(model)
    assert len(op_names(result.program)) == 3
    assert not result.program.weights()["0.weight"][:4].any()
    assert result.program.weights()["0.weight"][4:].all()
    assert error(result, model) <= TOLERANCE
    assert not optimised(result.program, Axes(), Ranges(), SettleActivations()).changed


@pytest.mark.parametrize("slopes", [1, 10])
def test_slopes_along_another_dimension_than_the_layers(slopes: int) -> None:
    """PReLU has its slopes along dimension 1: of [batch, tokens, features], one for each of as many tokens."""
    model = planted(nn.PReLU(slopes), slice(0, 10), slice(0, 0))
    with torch.no_grad():
        model.get_parameter("1.weight").copy_(torch.rand(slopes, generator=torch.Generator().manual_seed(1)))
    program = captured(model, (10, 4))
    program.ranges = {program.input_names[0]: STATED}
    result = optimised(program, Axes(), Ranges(), SettleActivations())
    assert result.changed == (slopes == 1)
    x = drawn(20).reshape(2, 10, 4)
    assert relative_error(result.program.run((x,)), [model(x).detach()]) <= TOLERANCE


def test_nothing_is_known_without_ranges() -> None:
    result = settled(planted(nn.ReLU(), slice(0, 4), slice(4, 10)), None)
    assert not result.changed


def test_what_is_known_without_ranges_relies_on_none() -> None:
    model = known(nn.Sequential(nn.Sigmoid(), nn.Hardtanh(0.0, 1.0), nn.Linear(4, 3)))
    result = settled(model)
    assert op_names(result.program) == ["aten.sigmoid.default", "aten.linear.default"]
    assert result.program.assumptions.ranges == {}
    (x,) = noise((4,))
    assert relative_error(result.program.run((x * 9,)), [model(x * 9).detach()]) <= TOLERANCE


class Shared(nn.Module):
    """The layer before the activation is read by another, too."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 10), nn.Linear(10, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(x)
        return self.second(x.relu()), x


class Twice(nn.Module):
    """A layer that is called twice, with activations of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(self.layer(x).relu())


def test_others_who_read_the_layer_get_what_they_got() -> None:
    model = known(Shared())
    with torch.no_grad():
        model.get_parameter("first.bias")[:4] = -FAR
    result = settled(model)
    assert not result.changed
    assert any("others read the layer before it" in reason for reason in result.reasons)


def test_a_layer_that_is_called_twice_stays() -> None:
    model = known(Twice())
    with torch.no_grad():
        model.get_parameter("layer.bias")[:2] = -FAR
    assert not settled(model).changed


def digits() -> nn.Module:
    """A net on pictures with neurons that no picture in [0, 1] turns on, or off."""
    model = known(nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU(), nn.Linear(12, 4)))
    with torch.no_grad():
        model.get_parameter("0.bias")[:10], model.get_parameter("0.bias")[10:] = -FAR, FAR
    return model


def test_compiled_it_is_smaller_and_refuses_what_was_not_stated() -> None:
    model = digits()
    x = torch.rand(5, 16, dtype=torch.float64)
    small = sparsec.compile(model, (x,), ranges={"input": (0, 1)}, measure=False, strict=True)
    torch.testing.assert_close(small(x), model(x), rtol=0, atol=1e-9)
    assert sum(p.numel() for p in small.parameters()) < 16 * 12 + 12 + 12 * 4 + 4 + 1  # one layer less
    assert "'input' in [0, 1]" in str(small.report)
    with pytest.raises(UserError, match=r"'input' holds numbers from .* compiled for 0 to 1"):
        small(x * 2)
    with pytest.raises(UserError, match="holds numbers"):
        small(torch.full_like(x, torch.nan))
    assert small(x[:0]).shape == (0, 4)


def test_ranges_that_decide_nothing_are_not_asked_for() -> None:
    model = known(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)))
    x = drawn(4)
    small = sparsec.compile(model, (x,), ranges={"input": (-100, 100)}, measure=False)
    torch.testing.assert_close(small(x * 1000), model(x * 1000))
    assert "Holds for" not in str(small.report)


@pytest.mark.parametrize(
    ("ranges", "what"),
    [
        ({"imput": (0, 1)}, "did you mean 'input'"),
        ({"input": (1, 0)}, "the range of 'input' is"),
        ({"input": 3}, "the range of 'input' is"),
        ({"input": (0, 0.5)}, "holds numbers from"),
        ([("input", (0, 1))], "is no dict"),
    ],
)
def test_ranges_that_cannot_be(ranges: object, what: str) -> None:
    with pytest.raises(UserError, match=what):
        sparsec.compile(digits(), (torch.ones(2, 16, dtype=torch.float64),), ranges=ranges, measure=False)  # type: ignore[arg-type]
