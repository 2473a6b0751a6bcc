"""Patterns: how zeros lie, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, fx, nn

from sparsec.codegen.formats.patterns import pattern_of
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.packing import PATTERNS, Pattern
from sparsec.passes.analysis.patterns import Patterns
from sparsec.passes.base import Context
from sparsec.passes.rewrite.fold_weights import FoldWeights
from sparsec.runtime.select import MeasuredKernels

from ..harness import TOLERANCE, Sandwich, Shape, Zeros, captured, columns, difference, known, op_names, optimised

KERNELS = MeasuredKernels("cpu")


def facts_of(model: nn.Module, *shapes: Shape, zeros: Zeros | None = None) -> dict[fx.Node, Pattern]:
    result = optimised(captured(known(model, zeros), *shapes), FoldWeights(), Patterns())
    found: dict[fx.Node, Pattern] = result.program.facts[PATTERNS]
    assert found.keys() <= set(result.program.nodes())
    return found


def test_every_layer_has_one() -> None:
    model = Sandwich(torch.relu, nn.Linear(6, 8), nn.Linear(8, 4))
    found = facts_of(model, (6,), zeros={"first.weight": columns(0, 1, 2), "second.weight": 3})
    first, second = found.values()
    assert (first.density, second.density) == (0.5, 0.75)
    assert first == pattern_of(model.first.weight) and second == pattern_of(model.second.weight)
    assert [pattern.words() for pattern in (first, second)] == ["50% zero, in blocks of 8 x 1", "25% zero, scattered"]


KINDS: dict[str, tuple[Callable[[], nn.Module], Shape, Callable[[Tensor], Tensor]]] = {
    "linear": (lambda: nn.Linear(6, 8), (6,), lambda w: w),
    "without a bias": (lambda: nn.Linear(6, 8, bias=False), (5, 6), lambda w: w),
    "conv1d": (lambda: nn.Conv1d(6, 8, 3), (6, 9), lambda w: w.reshape(8, 18)),
    "conv2d": (lambda: nn.Conv2d(6, 8, 3), (6, 9, 9), lambda w: w.reshape(8, 54)),
    "grouped": (lambda: nn.Conv2d(6, 8, 3, groups=2), (6, 9, 9), lambda w: w.reshape(8, 27)),
    "depthwise": (lambda: nn.Conv2d(6, 6, 3, groups=6), (6, 9, 9), lambda w: w.reshape(6, 9)),
    "phases": (
        lambda: nn.ConvTranspose2d(6, 8, 2, stride=2),
        (6, 9, 9),
        lambda w: w.permute(2, 3, 1, 0).reshape(32, 6),
    ),
    "a transposed one that is no other": (
        lambda: nn.ConvTranspose2d(6, 8, 3, stride=2),
        (6, 9, 9),
        lambda w: w.reshape(6, 72),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_layers_are_matrices_of_outputs_by_inputs(kind: str) -> None:
    build, shape, matrix = KINDS[kind]
    model = nn.Sequential(build())
    (found,) = facts_of(model, shape, zeros={"0.weight": (slice(1, 4), 0)}).values()
    assert found == pattern_of(matrix(model[0].weight.detach()), groups=getattr(model[0], "groups", 1))
    assert found.density < 1


def test_other_ops_have_none() -> None:
    model = nn.Sequential(nn.BatchNorm2d(6), nn.PReLU(6), nn.ReLU())
    assert facts_of(model, (6, 5, 5)) == {}


def test_a_product_of_two_values_has_none() -> None:
    class Product(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.linear(x, x[0])

    assert facts_of(Product(), (5, 6)) == {}


class Twice(nn.Module):
    """One weight in two layers, as it is or transposed."""

    def __init__(self, use: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(6, 6))
        self.use = use

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(nn.functional.linear(x, self.weight), self.use(self.weight))


def test_a_shared_weight_is_looked_at_once() -> None:
    first, second = facts_of(Twice(lambda w: w), (6,), zeros={"weight": columns(1)}).values()
    assert first is second


def test_a_weight_and_the_same_transposed_differ() -> None:
    model = Twice(lambda w: w.t())
    first, second = facts_of(model, (6,), zeros={"weight": (0, slice(1, 6))}).values()
    assert first == pattern_of(model.weight.detach())
    assert second == pattern_of(model.weight.detach().t())
    assert first != second


def test_a_weight_and_a_part_of_it_differ() -> None:
    model = Twice(lambda w: w[:3])
    first, second = facts_of(model, (6,), zeros={"weight": slice(3, 6)}).values()
    assert (first.density, second.density) == (0.5, 1.0)


def test_nothing_changes() -> None:
    model = known(Sandwich(torch.relu, nn.Linear(6, 8), nn.Linear(8, 4)))
    program = captured(model, (6,))
    result = optimised(program, Patterns())
    assert not result.changed
    assert op_names(result.program) == op_names(program)
    assert difference(result.program, model, (6,)) <= TOLERANCE


def test_tables_and_what_no_kernel_would_read_are_not_looked_at() -> None:
    model = nn.Sequential(nn.Embedding(12, 8), nn.Linear(8, 4), nn.Linear(4, 4)).eval()
    with torch.no_grad():
        model[0].weight[3:9] = 0
        model[2].weight[:2] = 0
    program = capture(model, (torch.arange(6).reshape(2, 3),))
    looked_at = {}
    for name, kernels in {"none": None, "exact": KERNELS, "rounding": replace(KERNELS, quantize="int8")}.items():
        made = program.copy()
        Patterns().run(made, Context(kernels=kernels))
        looked_at[name] = [pattern.density for pattern in made.facts[PATTERNS].values()]
    assert looked_at == {"none": [1.0, 0.5], "exact": [0.5], "rounding": [1.0, 0.5]}
