"""Constants: positions that hold a known number, whatever the inputs are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, fx, nn
from torch.export import Dim
from torch.nn import functional as F

from sparsec.compiler.ir.program import Program
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.rules.facts import AXES, CONSTANTS, Constant

from ..harness import Outcome, Sandwich, captured, known, noise, optimised

ZEROS = {"first.weight": [1, 4]}


def analysed(model: nn.Module, *shapes: tuple[int, ...], **options: object) -> Outcome:
    result = optimised(captured(model, *shapes, **options), Axes(), Constants())
    assert not result.changed
    return result


def at(program: Program, name: str) -> tuple[fx.Node, Constant | None]:
    node = next(n for n in program.nodes() if name in (n.name, n.name.rpartition("_")[0]))
    return node, program.facts[CONSTANTS].of(node)


def test_a_zero_filter_emits_its_bias() -> None:
    model = known(Sandwich(F.relu), zeros=ZEROS)
    _, found = at(analysed(model, (3, 4, 4)).program, "conv2d")
    assert found is not None
    assert found.known.tolist() == [i in (1, 4) for i in range(8)]
    assert found.value.shape == (1, 8, 1, 1)
    torch.testing.assert_close(found.value[0, [1, 4], 0, 0], model.first.bias.detach()[[1, 4]], rtol=0, atol=0)
    assert not found.value[0, [0, 2, 3, 5, 6, 7]].any()


def test_nothing_is_known_without_zeros() -> None:
    program = analysed(known(Sandwich(F.relu)), (3, 4, 4)).program
    assert not program.facts[CONSTANTS].found


# What becomes of the constants on the way is what the model itself makes of them.
BETWEEN: dict[str, Callable[[], Callable[[Tensor], Tensor]]] = {
    "relu": lambda: F.relu,
    "batch norm": lambda: nn.BatchNorm2d(8),
    "a gate": lambda: lambda x: x * x.mean((2, 3), keepdim=True).sigmoid(),
    "padding": lambda: lambda x: F.pad(x, (1, 1, 1, 1)),
    "average pooling over the border": lambda: nn.AvgPool2d(3, 1, 1),
    "depthwise over the border": lambda: nn.Conv2d(8, 8, 3, padding=1, groups=8),
    "transposed depthwise": lambda: nn.ConvTranspose2d(8, 8, 3, stride=2, groups=8),
    "group norm": lambda: nn.GroupNorm(8, 8),
    "pixel unshuffle": lambda: lambda x: F.pixel_shuffle(F.pixel_unshuffle(x, 2), 2),
    "a residual": lambda: lambda x: x + x.relu(),
    "concatenation": lambda: lambda x: torch.cat([x[:, 4:], x[:, :4]], 1),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_every_known_position_holds_what_the_model_computes(name: str) -> None:
    model = known(Sandwich(BETWEEN[name](), second=nn.Identity()), zeros=ZEROS)
    program = analysed(model, (3, 4, 4)).program
    constants, axes = program.facts[CONSTANTS], program.facts[AXES]
    (result,) = program.outputs()
    found = constants.of(result)
    assert found is not None
    assert found.known.any()
    with torch.no_grad():
        truth = model(*noise((3, 4, 4), seed=3))
    known_flags = torch.from_numpy(found.known).reshape(
        [found.known.shape[axes.of(result).dims.index(d)] if d in axes.of(result).dims else 1 for d in range(4)]
    )
    error = (truth - found.value).abs() * known_flags
    assert error.max() <= 1e-12 * truth.abs().max()


def test_a_layer_that_reads_only_constants_is_constant() -> None:
    model = known(Sandwich(F.relu), zeros={"first.weight": range(8)})
    _, found = at(analysed(model, (3, 4, 4)).program, "conv2d_1")
    assert found is not None and found.known.all()


def test_zero_absorbs() -> None:
    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.gate = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.first(x) * self.gate(x)

    model = known(Gated(), zeros={"gate.weight": [3], "gate.bias": [3]})
    _, found = at(analysed(model, (3, 4, 4)).program, "mul")
    assert found is not None
    assert found.known.tolist() == [i == 3 for i in range(8)]
    assert not found.value.any()


def test_a_dynamic_size_hides_the_border() -> None:
    model = known(Sandwich(nn.ZeroPad2d(1)), zeros=ZEROS)
    fixed = analysed(model, (3, 6, 6)).program
    free = analysed(model, (3, 6, 6), dynamic_shapes={"x": {0: Dim.AUTO, 2: Dim.AUTO, 3: Dim.AUTO}}).program
    name = next(n.name for n in fixed.nodes() if "pad" in str(n.target))
    assert at(fixed, name)[1] is not None
    assert at(free, name)[1] is None


def test_integers_are_left_alone() -> None:
    model = known(Sandwich(lambda x: x.long().double()), zeros=ZEROS)
    program = analysed(model, (3, 4, 4)).program
    whole = [n for n in program.nodes() if n.op == "call_function" and n.meta["val"].dtype == torch.int64]
    assert whole
    assert all(program.facts[CONSTANTS].of(n) is None for n in whole)


def test_infinite_constants_are_given_up() -> None:
    model = known(Sandwich(lambda x: (x * 0 - 1).log()), zeros=ZEROS)
    _, found = at(analysed(model, (3, 4, 4)).program, "log")
    assert found is None
