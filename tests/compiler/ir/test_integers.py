"""Weights of integers: numbers while they are worked on, the same integers afterwards."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch
from quantised import Held, Round, limits
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.integers import Integers, held_as, in_floats, in_integers, in_numbers
from sparsec.compiler.ir.program import INTEGERS, Program
from sparsec.compiler.ir.quantization import Affine
from sparsec.compiler.ir.views import layers_of

CASES = [
    (torch.int8, 0, 0),
    (torch.int8, None, 3),
    (torch.int8, 1, 0),
    (torch.uint8, 0, 131),
    (torch.uint8, None, 128),
    (torch.int16, 0, 0),
    (torch.uint16, None, 32768),  # of which PyTorch has one scale only
]


@functools.cache
def case(dtype: torch.dtype, axis: int | None, zero: int) -> tuple[nn.Module, Program]:
    """A model that rounds and holds integers, and what is captured of it."""
    torch.manual_seed(3)
    held = Held(nn.Linear(6, 8), dtype, axis, zero, None if axis == 1 else 0.05)
    model = nn.Sequential(Round(0.05, 4), held).eval()
    return model, program(model)


@functools.cache
def line() -> Program:
    return program(nn.Linear(6, 4).eval())


def program(model: nn.Module, *shape: int) -> Program:
    return capture(model, (torch.randn(*(shape or (3, 6)), generator=torch.Generator().manual_seed(1)),))


def integers(program: Program) -> dict[str, Tensor]:
    """Of each weight of integers, the integers."""
    found = (Affine.of(node) for node in program.nodes())
    held = {str(a.input.target): program.weight(a.input) for a in found if a is not None and not a.rounds}
    return {name.removesuffix("_1"): value for name, value in held.items() if value is not None}


@pytest.mark.parametrize(("dtype", "axis", "zero"), CASES)
def test_there_and_back(dtype: torch.dtype, axis: int | None, zero: int) -> None:
    model, captured = case(dtype, axis, zero)
    numbers = in_numbers(captured)
    (layer,) = layers_of(numbers)
    assert layer.held.dtype is torch.float32 and isinstance(held_as(layer.weight), Integers)
    assert torch.equal(layer.held, model[1].numbers()[0])
    back = in_integers(numbers)
    assert torch.equal(integers(back)["1.weight"], model[1].weight) and not in_floats(back)
    assert torch.equal(back.run(captured.inputs)[0], captured.run(captured.inputs)[0])
    if axis != 1:
        assert torch.equal(integers(back)["1.bias"], model[1].bias)


@pytest.mark.parametrize(("dtype", "axis", "zero"), CASES)
def test_cut_turned_and_in_another_order(dtype: torch.dtype, axis: int | None, zero: int) -> None:
    model, captured = case(dtype, axis, zero)
    numbers = in_numbers(captured)
    (layer,) = layers_of(numbers)
    rows, columns = torch.tensor([6, 1, 2, 7]), torch.tensor([5, 0, 3])
    numbers.replace_weight(layer.node, layer.weight, layer.tensor[rows][:, columns].t())
    back = in_integers(numbers)
    assert torch.equal(integers(back)["1.weight"], model[1].weight[rows][:, columns].t())


def test_what_is_multiplied_by_row_has_other_scales() -> None:
    model, captured = case(torch.int8, 0, 0)
    numbers = in_numbers(captured)
    (layer,) = layers_of(numbers)
    numbers.replace_weight(layer.node, layer.weight, layer.tensor * torch.linspace(0.3, 1.9, 8)[:, None])
    back = in_integers(numbers)
    assert torch.equal(integers(back)["1.weight"].abs(), model[1].weight.abs()) and not in_floats(back)


def test_what_is_no_integer_stays_a_number_and_is_told() -> None:
    numbers = in_numbers(case(torch.int8, 0, 0)[1])
    (layer,) = layers_of(numbers)
    numbers.replace_weight(layer.node, layer.weight, torch.randn(8, 6))
    back = in_integers(numbers)
    assert in_floats(back) == ["1.weight"] and back.weights()["1.weight"].dtype is torch.float32


def test_a_bias_that_is_folded_into_has_the_unit_of_exact_sums() -> None:
    """Constants of what the layer reads are integers times a scale: sums of their products are integers, too."""
    model, captured = case(torch.int8, 0, 0)
    numbers = in_numbers(captured)
    (layer,) = layers_of(numbers)
    layer.hold_bias(layer.shift().float() + layer.tensor @ (0.05 * torch.tensor([3.0, 0, -7, 100, 0, 1])))
    back = in_integers(numbers)
    added = model[1].weight.long() @ torch.tensor([3, 0, -7, 100, 0, 1])
    assert torch.equal(integers(back)["1.bias"].long(), model[1].bias.long() + added)


@pytest.mark.parametrize(("off", "whole"), [(0.01, True), (0.3, False)])
def test_sums_in_a_bias_may_cancel(off: float, whole: bool) -> None:
    """What float32 loses in weights is relative to each of the products, not to what is left of them."""
    model, captured = case(torch.int8, 0, 0)
    numbers = in_numbers(captured)
    (layer,) = layers_of(numbers)
    wanted = torch.tensor([3, 0, -1, 7, 2, 0, 0, -5])
    layer.hold_bias((wanted + off) * model[1].bias_scale)
    back = in_integers(numbers)
    assert in_floats(back) == ([] if whole else ["1.bias"])
    assert not whole or torch.equal(integers(back)["1.bias"].long(), wanted)


def test_a_bias_that_none_held_is_an_integer_where_others_are() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        Round(0.05, 4), Held(nn.Linear(6, 8), read=0.05), Round(0.02), Held(nn.Linear(8, 3, bias=False), read=0.02)
    ).eval()
    numbers = in_numbers(program(model))
    _, last = layers_of(numbers)
    last.hold_bias(last.tensor @ (0.02 * torch.arange(8.0)))
    back = in_integers(numbers)
    found = integers(back)["3.bias"]
    assert found.dtype is torch.int32 and torch.equal(found.long(), model[3].weight.long() @ torch.arange(8))


def test_large_biases_come_back_as_they_were() -> None:
    """A number of float32 does not tell an integer of 31 bits."""
    captured = case(torch.int8, 0, 0)[1].copy()
    large = torch.arange(2**30 - 3, 2**30 + 5, dtype=torch.int32)
    captured.exchange_weight("1.bias", large)
    assert torch.equal(integers(in_integers(in_numbers(captured)))["1.bias"], large)


def test_one_weight_for_two_layers_is_one_again() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.round, self.held = Round(0.05), Held(nn.Linear(6, 6))

        def forward(self, x: Tensor) -> Tensor:
            return self.held(torch.relu(self.held(self.round(x))))

    model = Twice().eval()
    numbers = in_numbers(program(model))
    first, second = layers_of(numbers)
    assert first.weight is second.weight
    assert [*integers(in_integers(numbers))] == ["held.weight"]


def test_numbers_that_are_rounded_in_the_graph_become_integers() -> None:
    """A file may hold the weight as numbers, and round them."""

    class Rounds(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.round = nn.Linear(6, 4), Round(0.004)

        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(x, self.round(self.layer.weight), self.layer.bias)

    model = Rounds().eval()
    captured = program(model)
    back = in_integers(in_numbers(captured))
    weight = next(value for name, value in back.weights().items() if value.ndim == 2)
    assert weight.dtype is torch.int8
    assert torch.equal(back.run(captured.inputs)[0], captured.run(captured.inputs)[0])


def test_a_program_without_integers_is_itself() -> None:
    plain = line()
    assert in_numbers(plain) is plain and in_integers(plain) is plain


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_any_scale_are_found(seed: int) -> None:
    """Powers of two, equal or not, rows of zeros, of one number: whatever scale is found makes the numbers."""
    random = torch.Generator().manual_seed(seed)

    def draw(*options: Any) -> Any:
        return options[int(torch.randint(len(options), (), generator=random))]

    dtype = draw(torch.int8, torch.uint8, torch.int16)
    least, most = limits(dtype)
    rows, columns = draw(1, 3, 40), draw(1, 5)
    scale = 2.0 ** torch.randint(-6, 0, (rows,), generator=random) if draw(0, 1) else torch.rand(rows, generator=random)
    zero = torch.full((rows,), 0 if least < 0 else draw(128, 7), dtype=torch.long)
    values = torch.randint(least, most + 1, (rows, columns), generator=random)
    values[torch.rand(rows, generator=random) < 0.3] = zero[0]
    held = Integers(least, most, dtype, scale.double(), zero, 0)
    captured = line().copy()
    (layer,) = layers_of(captured)
    kept = torch.randperm(rows, generator=random)[: max(1, rows - 1)]
    number = ((values - zero[:, None]) * scale[:, None]).float()
    captured.replace_weight(layer.node, layer.weight, number[kept])
    layer.node.args[1].meta[INTEGERS] = held
    back = in_integers(captured)
    (affine,) = [a for a in map(Affine.of, back.nodes()) if a is not None]
    made = torch.ops.quantized_decomposed.dequantize_per_channel(
        *(back.weight(a) if isinstance(a, torch.fx.Node) else a for a in affine.node.args)
    )
    torch.testing.assert_close(made, number[kept], rtol=1e-6, atol=0)
