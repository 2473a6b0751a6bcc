"""What may be left: bytes in the format that is picked, seconds on the target."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.codegen.formats import VectorBlocks
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Choice, Means, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.views import layers_of
from sparsec.passes.base import Context
from sparsec.passes.prune.allocation import allocation_of
from sparsec.passes.prune.budget import BUDGETS, Bytes, Latency, Macs
from sparsec.passes.prune.kinds import Candidate, Matrix, Seen
from sparsec.passes.prune.outcome import PRUNED
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.prune import Prune
from sparsec.passes.prune.walk import Batch


class Half:
    """Picks blocks of 8 x 1 wherever half of a weight is zero; they take as much time as is kept."""

    quantize = None

    def __init__(self) -> None:
        self.chosen: dict[str, Choice] = {}

    def choose(self, layer: SparseLayer) -> Choice:
        if layer.pattern.density > 0.5:
            return Choice(None, None, "too few zeros")
        return Choice(blocks(layer), 1 / layer.pattern.density, "blocks")


def blocks(layer: SparseLayer) -> VectorBlocks:
    found = VectorBlocks.candidates(layer, Means())
    return next(form for form in found.values() if isinstance(form, VectorBlocks))


class Net(nn.Module):
    """Two layers, one of which is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again, self.last = nn.Linear(64, 64), nn.Linear(64, 64), nn.Linear(64, 32)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.again(self.again(self.first(x).relu()).relu()).relu())


@pytest.fixture(scope="module")
def net() -> Program:
    torch.manual_seed(0)
    return capture(Net().eval(), (torch.randn(48, 64),))


def pruned(program: Program, ctx: Context, **options: Any) -> Program:
    result = program.copy()
    Prune(pattern=pattern_of("8x1"), **options).run(result, ctx)
    return result


def test_bytes_are_those_of_the_packed_weights(net: Program) -> None:
    ctx = Context(kernels=Half())
    result = pruned(net, ctx, budget=Bytes(0.6))
    stored, dense, seen = 0, 0, set[str]()
    for layer in layers_of(result):
        if str(layer.weight.target) in seen:
            continue
        seen.add(str(layer.weight.target))
        dense += layer.held.nbytes
        density = float((layer.held != 0).double().mean())
        if density > 0.5:
            stored += layer.held.nbytes
            continue
        rows = SparseLayer(layer.held, _pattern(layer.held), 48)
        packed = blocks(rows).pack(layer.held)
        stored += sum(getattr(packed, x.name).nbytes for x in fields(packed) if getattr(packed, x.name) is not None)
    found = result.facts[PRUNED]
    assert found.left == pytest.approx(stored / dense)
    assert 0.45 < found.left <= 0.6
    assert all(one.zeros >= 0.5 for one in found.outcomes)


def _pattern(weight: Tensor) -> Any:
    from sparsec.codegen.formats.patterns import pattern_of as found

    return found(weight)


def test_latency_goes_by_what_kernels_gain(net: Program) -> None:
    result = pruned(net, Context(kernels=Half()), budget=Latency(0.4))
    found = result.facts[PRUNED]
    assert found.left == pytest.approx(0.4, abs=0.05)
    assert found.budget == Latency(0.4)


@pytest.mark.parametrize(
    ("allocation", "budget"),
    [("l-greco", Bytes(0.5)), ("knee", Latency(0.5)), ("cacp", Latency(0.5)), ("global", Bytes(0.5))],
)
def test_allocations_go_by_them(net: Program, budget: Any, allocation: str) -> None:
    data = (Batch((torch.randn(48, 64, generator=torch.Generator().manual_seed(0)),)),)
    result = pruned(net, Context(kernels=Half()), budget=budget, allocation=allocation_of(allocation), data=data)
    assert (
        result.facts[PRUNED].left == pytest.approx(0.5, abs=0.15) or allocation == "knee"
    )  # where all zeros begin to pay at once
    assert result.facts[PRUNED].left <= 0.52


def test_without_kernels_zeros_save_nothing_until_a_layer_is_gone(net: Program) -> None:
    layer = layers_of(net)[0]
    half = layer.held * (torch.arange(64) % 2)
    for budget in (Bytes(0.5), Latency(0.5)):
        dense = budget.of_all([layer], Context())
        assert budget.with_zeros([layer], half, Context()) == dense > 0
        assert budget.with_zeros([layer], half * 0, Context()) == 0
        assert Macs(0.5).with_zeros([layer], half, Context()) == Macs(0.5).of_all([layer], Context()) / 2


def test_a_tied_weight_is_stored_once_and_computed_twice(net: Program) -> None:
    layers, ctx = layers_of(net), Context()
    twice = [x for x in layers if "again" in str(x.weight.target)]
    assert len(twice) == 2
    assert Bytes(0.5).of_all(twice, ctx) == twice[0].held.nbytes
    assert Latency(0.5).of_all(twice, ctx) == pytest.approx(2 * Latency(0.5).of_all(twice[:1], ctx))


@pytest.mark.parametrize("kind", BUDGETS.values(), ids=BUDGETS)
def test_units_fall_with_widths(net: Program, kind: Any) -> None:
    result = net.copy()
    Prune(units=("neuron",), budget=kind(0.7)).run(result, Context())
    found = result.facts[PRUNED]
    assert found.left <= 0.7 and found.left == pytest.approx(0.7, abs=0.06)
    with pytest.raises(UserError, match="no share of the model"):
        kind(1.5)


def test_what_a_candidate_saves_is_on_lines_between_what_is_known() -> None:
    one = torch.ones(2, 2)
    priced = Candidate("one", Matrix("one", one), Seen(), one, 8.0, left={0.5: 1.0, 0.75: 0.5})
    assert [priced.saved(x) for x in (0.0, 0.25, 0.5, 0.625, 0.75, 0.875, 1.0)] == [0, 0, 0, 0, 4, 4, 4]
    assert Candidate("one", priced.weight, Seen(), one, 8.0).saved(0.25) == 2.0


def test_l_greco_takes_the_levels_that_pay() -> None:
    """Zeros below the price of a kernel cost error and save nothing: none has such a level."""
    one = torch.ones(2, 2)
    errors = {level: level**2 for level in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)}
    left = {0.3: 1.0, 0.5: 1.0, 0.6: 0.6, 0.7: 0.5, 0.8: 0.4, 0.9: 0.3, 0.95: 0.25}
    layers = [Candidate(x, Matrix(x, one), Seen(), one, 1.0, errors, left) for x in "abcd"]
    levels = allocation_of("l-greco").levels(layers, 0.25)
    assert {*levels.values()} <= {0.0, 0.6, 0.7, 0.8, 0.9}
    assert sum(x.saved(levels[x.name]) for x in layers) >= 1.0


@pytest.mark.parametrize("kind", [Bytes, Latency])
@pytest.mark.parametrize("allocation", ["uniform", "global", "l-greco", "cacp"])
def test_what_no_kernel_makes_cheaper_is_refused(net: Program, kind: Any, allocation: str) -> None:
    """Rather than met by layers of nothing but zeros."""
    data = (Batch((torch.randn(48, 64, generator=torch.Generator().manual_seed(0)),)),)
    with pytest.raises(UserError, match=r"10.00% of the cost cannot go, 0.00% can") as raised:
        pruned(net, Context(), budget=kind(0.9), allocation=allocation_of(allocation), data=data)
    assert "kernel" in str(raised.value)


def test_bytes_of_a_transposed_convolution_are_those_that_its_kernel_reads() -> None:
    torch.manual_seed(0)
    layer = nn.ConvTranspose2d(64, 16, 2, stride=2)
    program = capture(nn.Sequential(layer, nn.ReLU()).eval(), (torch.randn(1, 64, 8, 8),))
    result = pruned(program, Context(kernels=Half()), budget=Bytes(0.6))
    assert result.facts[PRUNED].left == pytest.approx(0.57, abs=0.04)
