"""Layers of bytes: what is known of them, and that kernels which leave out their zeros give the model's own sums."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from quantised import Held, Round, RoundEach, RoundToRange
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.sites import layer_of, pattern_for, site_of, why_not
from sparsec.codegen.mlir import engine
from sparsec.codegen.operators import VBLOCK_CONV2D_INT8, VBLOCK_LINEAR_INT8, operator_of
from sparsec.compiler import races
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.byte_layers import ByteLayer, Steps
from sparsec.compiler.ir.integers import in_numbers
from sparsec.compiler.ir.packing import Means
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.quantization import Affine, called
from sparsec.compiler.ir.views import Layer, layers_of
from sparsec.runtime.targets import get

COMPILER = pytest.mark.skipif(not engine.available(), reason="no torch-mlir")
OPERATORS = (VBLOCK_LINEAR_INT8, VBLOCK_CONV2D_INT8)
# Scales and what is added to them are float32; the sums that they multiply are exact.
ROUNDING = 2e-6


def in_blocks(layer: nn.Module, rows: int = 8, every: int = 2) -> nn.Module:
    """A layer that keeps every so many blocks of R rows by four columns, another one in each row of blocks."""
    weight = layer.weight.detach()
    flat = weight.flatten(1)
    down, along = torch.arange(len(flat)) // rows, torch.arange(flat.shape[1]) // 4
    layer.weight = nn.Parameter((flat * ((down[:, None] + along) % every == 0)).reshape(weight.shape))
    return layer


def program_of(model: nn.Module, x: Tensor) -> Program:
    return in_numbers(capture(torch.export.export(model.eval(), (x,))))


def layer_in(model: nn.Module, x: Tensor) -> Layer:
    """The only layer of a model."""
    (layer,) = layers_of(program_of(model, x))
    return layer


@pytest.mark.parametrize(
    ("dtype", "zero", "axis"),
    [(torch.int8, 0, 0), (torch.int8, 0, None), (torch.int8, 5, 0), (torch.uint8, 128, 0), (torch.uint8, 121, None)],
    ids=str,
)
def test_integers_around_the_one_that_stands_for_zero(dtype: torch.dtype, zero: int, axis: int | None) -> None:
    torch.manual_seed(0)
    held = Held(in_blocks(nn.Linear(16, 24)), dtype, axis, zero)
    found = ByteLayer.of(layer_in(nn.Sequential(Round(0.05, 3, torch.uint8), held), torch.randn(3, 16)))
    assert isinstance(found, ByteLayer)
    assert torch.equal(found.weight.long(), held.weight.long() - zero)
    assert torch.equal(found.scales, held.scale.float().expand(24))
    assert found.steps == Steps(0.05, 3, 0.0, torch.uint8) and not found.rounds_result


@pytest.mark.parametrize(("dtype", "zero"), [(torch.int8, -7), (torch.uint8, 200)], ids=str)
def test_steps_that_are_given(dtype: torch.dtype, zero: int) -> None:
    """Zero points are those of unsigned bytes; what only moves integers is looked through."""
    layer = Held(in_blocks(nn.Linear(24, 16)))
    between = (nn.ConstantPad1d((1, 0), 0.0), nn.Flatten())
    found = ByteLayer.of(layer_in(nn.Sequential(Round(0.1, zero, dtype), *between, layer), torch.randn(2, 6, 3)))
    assert isinstance(found, ByteLayer)
    assert found.steps == Steps(0.1, zero + 128 * (dtype is torch.int8), 0.0, dtype)


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8], ids=str)
def test_steps_that_are_worked_out(dtype: torch.dtype) -> None:
    layer = layer_in(nn.Sequential(nn.ReLU(), RoundToRange(dtype, 1e-4), Held(nn.Linear(8, 8))), torch.randn(2, 8))
    found = ByteLayer.of(layer)
    assert isinstance(found, ByteLayer) and found.source is not None
    assert found.steps == Steps(0.0, 128, 1e-4, dtype)
    assert str(found.source.target) == "aten.relu.default"


def test_whether_a_result_is_rounded_at_once() -> None:
    for behind, rounded in (([nn.ReLU(), Round(0.1)], True), ([nn.Softmax(-1)], False), ([], False)):
        found = ByteLayer.of(layer_in(nn.Sequential(Round(0.1), Held(nn.Linear(8, 8)), *behind), torch.randn(2, 8)))
        assert isinstance(found, ByteLayer) and found.rounds_result is rounded


@pytest.mark.parametrize(
    ("model", "x", "reason"),
    [
        ([Held(nn.Linear(8, 8))], (2, 8), "what it reads is not rounded to bytes"),
        ([RoundToRange(times=2.0), Held(nn.Linear(8, 8))], (2, 8), "what it reads is not rounded to bytes"),
        (
            [Round(0.1), nn.ConstantPad2d(1, 0.33), Held(nn.Conv2d(8, 8, 3))],
            (2, 8, 3, 3),
            "what it reads is not rounded to bytes",
        ),
        ([Round(0.1, 0, torch.int16), Held(nn.Linear(8, 8))], (2, 8), "what it reads is not rounded to bytes"),
        (
            [RoundEach(torch.full((8,), 0.1), torch.zeros(8, dtype=torch.long), 1), Held(nn.Linear(8, 8))],
            (2, 8),
            "what it reads is not rounded to bytes",
        ),
        ([Round(0.1), Held(nn.Linear(8, 8), axis=1)], (2, 8), "no integers with a scale for each output"),
        ([Round(0.1), Held(nn.Linear(8, 8), torch.int16)], (2, 8), "no signed bytes"),
        ([Round(0.1), Held(nn.Conv2d(8, 8, 1, groups=2))], (2, 8, 3, 3), "in one group"),
        ([Round(0.1), Held(nn.Conv1d(8, 8, 3, stride=2))], (2, 8, 9), "with one stride"),
    ],
)
def test_why_a_layer_has_no_kernel(model: list[nn.Module], x: tuple[int, ...], reason: str) -> None:
    found = why_not(layer_in(nn.Sequential(*model), torch.randn(x)), get("cpu"))
    assert found is not None and reason in found


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize(
    ("layer", "shape"), [(nn.Linear(20, 24), (5, 20)), (nn.Conv2d(8, 24, 3, padding=1), (2, 8, 6, 5))]
)
def test_the_dense_layer_that_it_races_against(
    layer: nn.Module, shape: tuple[int, ...], rounded: bool, dynamic: bool
) -> None:
    """It computes with integers as the model does, from the same values to the same."""
    rounding = RoundToRange() if dynamic else Round(0.05, 9, torch.uint8)
    whole = [rounding, Held(in_blocks(layer)), nn.ReLU(), *[Round(0.05, 0, torch.uint8)] * rounded]
    found = layer_in(nn.Sequential(*whole), torch.randn(shape))
    pattern = pattern_for(found, get("cpu"))
    asked = layer_of(site_of(found, pattern), pattern)
    forms = Int8Blocks.candidates(asked, Means())
    assert forms and not any(form.lossy for form in forms.values())
    programs = in_formats(asked, forms)
    dense = programs.pop("dense")
    kinds = [affine for node in dense.nodes() if (affine := Affine.of(node))]
    assert {affine.dtype for affine in kinds} == {torch.int8, torch.uint8}
    assert (dense.inputs[0].dtype is torch.uint8) is not dynamic
    (expected,) = dense.run(dense.inputs)
    assert (expected.dtype is torch.uint8) is rounded
    for program in programs.values():
        assert [*map(operator_of, program.nodes())].count(OPERATORS[len(shape) == 4]) == 1
        (y,) = program.run(dense.inputs)
        # A number between two steps may become either.
        torch.testing.assert_close(y.float(), expected.float(), atol=1.0 if rounded else 1e-5, rtol=1e-5)
        assert not rounded or float((y != expected).float().mean()) < 0.02


def network(kind: str, dynamic: bool, rows: int, every: int, seed: int) -> tuple[nn.Module, Tensor]:
    """Two layers of bytes between roundings, and an input."""
    torch.manual_seed(seed)

    def rounding(step: float, zero: int, dtype: torch.dtype) -> nn.Module:
        return RoundToRange(dtype) if dynamic else Round(step, zero, dtype)

    def held(layer: nn.Module, **options: Any) -> Held:
        return Held(in_blocks(layer, rows, every), **options)

    x = torch.randn(4, 12)
    layers: list[nn.Module] = [held(nn.Linear(12, 24), zero=3), held(nn.Linear(24, 16), axis=None)]
    if kind == "images":
        x = torch.randn(2, 8, 9, 7)
        layers = [held(nn.Conv2d(8, 24, 3, 2, 1)), held(nn.Conv2d(24, 16, 1, bias=False), dtype=torch.uint8, zero=128)]
    if kind == "signals":
        x = torch.randn(2, 8, 15)
        layers = [held(nn.Conv1d(8, 24, 3, padding=2, dilation=2)), held(nn.Conv1d(24, 16, 1))]
    first, second = rounding(0.03, 100, torch.uint8), rounding(0.02, -128, torch.int8)
    return nn.Sequential(first, layers[0], nn.ReLU(), second, layers[1]).eval(), x


@COMPILER
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    kind=st.sampled_from(["tokens", "images", "signals"]),
    dynamic=st.booleans(),
    blocks=st.sampled_from([(1, 4), (4, 4), (8, 2)]),
    seed=st.integers(0, 99),
)
def test_a_model_in_pytorch(kind: str, dynamic: bool, blocks: tuple[int, int], seed: int) -> None:
    model, x = network(kind, dynamic, *blocks, seed)
    exported = torch.export.export(model, (x,))
    with races.timed_by(Settled(form=2.0)):
        small = sparsec.compile(exported, measure=False, strict=True)
    made = [*map(operator_of, small.program.nodes())]
    assert made.count(OPERATORS[kind != "tokens"]) == 2
    left = {called(node) for node in small.program.nodes()} - {""}
    assert not left if dynamic else left <= {"quantize_per_tensor", "dequantize_per_tensor"}
    with torch.no_grad():
        expected, y = model(x), small(x)
    scale, off = float(expected.abs().max()), float((y - expected).abs().max())
    # Given steps: the same integers, and so the same sums. PyTorch multiplies by the inverse of a step that is worked
    # out, where kernels divide: numbers between two steps may become either.
    assert off <= (0.02 if dynamic else ROUNDING) * scale
