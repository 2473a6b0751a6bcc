"""Quantised models end to end: what is zero goes, integers stay, and the same integers come out."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from quantised import Held, Round, RoundEach, limits, ops
from torch import Tensor, nn

import sparsec
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.quantization import MEANINGS, Affine, narrow, wide


def zeroed(layer: Any, rows: tuple[int, ...] = (), columns: tuple[int, ...] = (), bias: float | None = None) -> Any:
    """A layer with filters and columns of zeros; the biases of those filters are ``bias``."""
    with torch.no_grad():
        layer.weight[[*rows]] = 0
        layer.weight[:, [*columns]] = 0
        if bias is not None:
            layer.bias[[*rows]] = bias
    return layer


def compiled(model: nn.Module, *inputs: Tensor) -> sparsec.CompiledModule:
    """The model without its zeros; verified in float64, and its answers are the model's."""
    exported = torch.export.export(model.eval(), inputs)
    small = sparsec.compile(exported, measure=False, strict=True, effort="fast")
    assert small.report.error_dtype == "float64" and small.report.error < 1e-12
    torch.testing.assert_close(small(*inputs), model(*inputs), rtol=1e-5, atol=1e-5)
    return small


def shapes(program: Program) -> dict[str, tuple[int, ...]]:
    """Of the weights of two dimensions and more; all of those are integers."""
    held = {name: value for name, value in program.held_weights().items() if value.ndim > 1}
    assert all(not value.is_floating_point() for value in held.values())
    return {name: tuple(value.shape) for name, value in held.items()}


def biases(program: Program) -> list[torch.dtype]:
    return [value.dtype for name, value in program.held_weights().items() if name.endswith("bias")]


class Block(nn.Module):
    """Convolutions that hold integers, the batch norms of which are folded: a residual, a depthwise one, a head."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.x, self.y, self.z, self.s, self.p = Round(0.03, 5), *(Round(0.02, zero) for zero in (-128, 3, 0, 0))
        self.first = Held(zeroed(nn.Conv2d(3, 8, 3, padding=1), (1, 4), bias=-0.5), read=0.03)
        self.deep = Held(nn.Conv2d(8, 8, 3, padding=1, groups=8), read=0.02)
        self.wide = Held(zeroed(nn.Conv2d(8, 8, 1), (1, 6), (2,), bias=0.25), read=0.02)
        self.last = Held(zeroed(nn.Conv2d(8, 4, 1), (), (6,)), axis=None, read=0.02)

    def forward(self, x: Tensor) -> Tensor:
        y = self.y(torch.relu(self.first(self.x(x))))
        z = self.z(torch.relu(self.deep(y)))
        wide = self.wide(z)
        return self.p(self.last(self.s(torch.relu(wide) + y)))


def test_convolutions_with_a_residual_and_a_depthwise_one() -> None:
    small = compiled(Block(), torch.randn(2, 3, 6, 6))
    assert shapes(small.program) == {
        "first.weight": (7, 3, 3, 3),
        "deep.weight": (7, 1, 3, 3),
        "wide.weight": (7, 7, 1, 1),
        "last.weight": (4, 7, 1, 1),
    }
    assert {*biases(small.program)} == {torch.int32}


@pytest.mark.parametrize(("zero", "left"), [(0, 5), (3, 5)])
def test_what_stands_for_zero_goes_whatever_integer_it_is(zero: int, left: int) -> None:
    torch.manual_seed(0)
    first, last = zeroed(nn.Linear(6, 8), (1, 4, 7), bias=0.3), nn.Linear(8, 4)
    model = nn.Sequential(Round(0.05, 4), Held(first, zero=zero, read=0.05), Round(0.02, 9), Held(last, read=0.02))
    small = compiled(model, torch.randn(3, 6))
    assert shapes(small.program) == {"1.weight": (left, 6), "3.weight": (4, left)}
    assert {*biases(small.program)} == {torch.int32}  # the constants were folded as integers


def test_an_integer_0_that_stands_for_a_number_stays() -> None:
    model = nn.Sequential(Round(0.05), Held(nn.Linear(6, 8), zero=3), nn.ReLU(), Held(nn.Linear(8, 4)))
    model[1].weight[2] = 0
    assert shapes(compiled(model, torch.randn(3, 6)).program)["1.weight"] == (8, 6)


def test_what_rounds_to_zero_goes() -> None:
    """Weights that are small beside others that share their scale, and values that no step tells from 0."""
    torch.manual_seed(0)
    first = nn.Linear(6, 8)
    with torch.no_grad():
        first.weight[2] *= 1e-4
        first.bias[2] = 1e-4
    model = nn.Sequential(Round(0.05), Held(first, axis=None), Round(0.02), Held(nn.Linear(8, 4)))
    small = compiled(model, torch.randn(3, 6))
    assert shapes(small.program) == {"1.weight": (7, 6), "3.weight": (4, 7)}
    assert small.program.weights()["3.bias"].dtype is torch.float32


class Attention(nn.Module):
    """A block of a transformer: heads and neurons that are zero go."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        made = [nn.Linear(8, 8) for _ in range(3)]
        for layer in made:
            zeroed(layer, (4, 5, 6, 7), bias=0.0)
        self.q, self.k, self.v = (Held(layer, read=0.05) for layer in made)
        self.o = Held(nn.Linear(8, 8), read=0.02)
        self.up, self.down = Held(zeroed(nn.Linear(8, 12), (0, 3), bias=0.1)), Held(nn.Linear(12, 8))
        self.x, self.a, self.n, self.h = Round(0.05, 2), Round(0.02), Round(0.04), Round(0.03, -7)

    def forward(self, x: Tensor) -> Tensor:
        x = self.x(x)
        q, k, v = (f(x).unflatten(-1, (2, 4)).transpose(1, 2) for f in (self.q, self.k, self.v))
        mixed = torch.softmax(q @ k.transpose(-1, -2) / 2, dim=-1) @ v
        x = x + self.o(self.a(mixed.transpose(1, 2).flatten(2)))
        return x + self.down(self.h(nn.functional.gelu(self.up(self.n(x)))))


def test_heads_and_neurons() -> None:
    small = compiled(Attention(), torch.randn(2, 5, 8))
    found = shapes(small.program)
    assert found["q.weight"] == found["k.weight"] == found["v.weight"] == (4, 8) and found["o.weight"] == (8, 4)
    assert found["up.weight"] == (10, 8) and found["down.weight"] == (8, 10)


@pytest.mark.parametrize("axis", [1, 2])
def test_scales_along_an_axis_of_values(axis: int) -> None:
    torch.manual_seed(0)
    count = 8 if axis == 2 else 5
    each = RoundEach(torch.rand(count) / 20 + 0.01, torch.randint(-9, 9, (count,)), axis)
    first = zeroed(nn.Linear(6, 8), (1, 4), bias=0.2 if axis == 2 else 0.0)
    small = compiled(nn.Sequential(Round(0.05), Held(first), each, Held(nn.Linear(8, 4))), torch.randn(2, 5, 6))
    assert shapes(small.program)["1.weight"] == (6, 6)


class Dynamic(nn.Module):
    """Rounds with a scale for what there is."""

    def forward(self, x: Tensor) -> Tensor:
        rest = (0, 255, torch.uint8)
        scale, zero = ops.choose_qparams.tensor(x, 0, 255, 1e-4, torch.uint8)
        rounded = ops.quantize_per_tensor.tensor(x, scale, zero, *rest)
        return ops.dequantize_per_tensor.tensor(rounded, scale, zero, *rest)


@pytest.mark.parametrize(("bias", "left"), [(-0.5, 6), (0.5, 8)])
def test_scales_that_are_worked_out_of_the_values(bias: float, left: int) -> None:
    """Zeros change neither the least nor the largest number; anything else might."""
    torch.manual_seed(0)
    first = zeroed(nn.Linear(6, 8), (1, 4), bias=bias)
    model = nn.Sequential(Dynamic(), Held(first), nn.ReLU(), Dynamic(), Held(nn.Linear(8, 4)))
    assert shapes(compiled(model, torch.randn(3, 6)).program)["1.weight"] == (left, 6)


def test_a_batch_norm_behind_integers_goes_into_their_scales() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(Held(zeroed(nn.Conv2d(3, 6, 3), (2,))), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 2, 1))
    model[1].running_var.uniform_(0.5, 2)
    small = sparsec.compile(model.eval(), (torch.randn(2, 3, 6, 6),), measure=False, strict=True, effort="fast")
    assert small.program.weights()["0.weight"].dtype is torch.int8
    assert small.program.weights()["0.weight"].shape == (5, 3, 3, 3) and "batch_norm" not in small.program.module.code


def test_simulated_rounding() -> None:
    class Simulated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.first, self.last = zeroed(nn.Linear(6, 8), (1, 4), bias=0.2), nn.Linear(8, 4)
            self.register_buffer("scale", torch.rand(8) / 20 + 0.01)
            self.register_buffer("zero", torch.arange(8, dtype=torch.int32))

        def forward(self, x: Tensor) -> Tensor:
            x = torch.fake_quantize_per_tensor_affine(x, 0.05, 3, -128, 127)
            weight = torch.fake_quantize_per_channel_affine(self.first.weight, self.scale, self.zero, 0, -128, 127)
            y = torch.relu(nn.functional.linear(x, weight, self.first.bias))
            return self.last(torch.fake_quantize_per_channel_affine(y, self.scale, self.zero, 1, -128, 127))

    small = compiled(Simulated(), torch.randn(3, 6))
    assert sorted(value.shape for value in small.program.weights().values() if value.ndim > 1) == [(4, 6), (6, 6)]


@pytest.mark.parametrize("seed", range(12))
def test_operators_of_any_dtype_mean_the_same(seed: int) -> None:
    """What stands for PyTorch's operators in float64 gives the same integers, and numbers to float32's rounding."""
    random = torch.Generator().manual_seed(seed)
    dtype = (torch.int8, torch.uint8, torch.int16, torch.int32)[seed % 4]
    least, most = limits(dtype) if dtype is not torch.int32 else (-(2**20), 2**20)
    x = torch.randn(3, 4, 5, generator=random)
    axis = int(torch.randint(3, (), generator=random))
    scales = torch.rand(x.shape[axis], generator=random) / 10 + 1e-3
    zeros = torch.randint(0, 5, scales.shape, generator=random)
    for rounds, undoes, named in (
        (ops.quantize_per_channel.default, ops.dequantize_per_channel.default, (scales, zeros, axis)),
        (ops.quantize_per_tensor.default, ops.dequantize_per_tensor.default, (float(scales[0]), int(zeros[0]))),
    ):
        rest = (*named, least, most, dtype)
        there, back = rounds(x, *rest), undoes(rounds(x, *rest), *rest)
        doubled = [a.double() if isinstance(a, Tensor) and a.is_floating_point() else a for a in rest]
        wider = wide(rounds)(x.double(), *doubled)
        assert wider.dtype is dtype and int((wider.long() - there.long()).abs().max()) <= 1
        torch.testing.assert_close(wide(undoes)(there, *doubled), back.double(), rtol=1e-6, atol=1e-9)
        assert narrow(wide(rounds)) is rounds and narrow(wide(undoes)) is undoes
    for found in (ops.choose_qparams.tensor, ops.choose_qparams_symmetric.tensor):
        for values in (x, x.abs(), -x.abs(), torch.zeros(2)):
            mine, theirs = (
                wide(found)(values.double(), -128, 127, 1e-5, torch.int8),
                found(values, -128, 127, 1e-5, torch.int8),
            )
            torch.testing.assert_close(mine, theirs, rtol=1e-6, atol=0)


def test_everything_that_has_a_meaning_is_pytorchs() -> None:
    assert all(hasattr(ops, name) or hasattr(torch.ops.aten, name) for name in MEANINGS)
    assert Affine.of(torch.fx.Graph().placeholder("x")) is None
