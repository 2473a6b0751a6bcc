"""JoinLayers: sparse layers of one value are one call, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler import exact_stages
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, fusing_steps, packing_steps
from sparsec.passes.base import Context
from sparsec.passes.rewrite.join_layers import JoinLayers
from sparsec.runtime import operators  # noqa: F401  (registers them)
from sparsec.runtime.targets import get


class Always:
    """Kernels that are said to be faster, in blocks of so many rows by the number of outputs."""

    def __init__(self, rows: dict[int, int] | None = None, column_tile: int = 0) -> None:
        self.rows, self.column_tile = rows or {}, column_tile
        self.quantize: str | None = None
        self.chosen: dict[str, Choice] = {}

    def choose(self, layer: SparseLayer) -> Choice:
        shape = layer.weight.shape[0], layer.weight.shape[1]
        return Choice(VectorBlocks(shape, self.rows.get(shape[0], 4), 1, self.column_tile), 2.0, "twice as fast")


class Net(nn.Module):
    """Layers of one value, the last without a bias; ``combine`` is given what they make."""

    def __init__(self, combine: Callable[..., Tensor], bias: bool = True) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.combine = combine
        self.one, self.two, self.three = nn.Linear(12, 10, bias), nn.Linear(12, 10, bias), nn.Linear(12, 6, False)
        with torch.no_grad():
            for layer in (self.one, self.two, self.three):
                layer.weight *= torch.rand(layer.weight.shape) > 0.6

    def forward(self, x: Tensor) -> Tensor:
        return self.combine(self.one(x), self.two(x), self.three(x))


def attended(one: Tensor, two: Tensor, three: Tensor) -> Tensor:
    return (one.softmax(-1) @ two.mT) @ three


def packed(model: nn.Module, kernels: Always | None = None) -> tuple[Program, Program]:
    """Programs with and without joined layers."""
    program = capture(model.eval(), (torch.randn(2, 5, 12),))
    Pipeline(packing_steps()).run(program, Context(get("cpu"), kernels=kernels or Always()))
    joined = program.copy()
    Pipeline(fusing_steps("cpu")).run(joined, Context(get("cpu"), speculation=EVERYWHERE))
    return joined, program


def calls(program: Program) -> int:
    return sum("vblock_linear" in str(node.target) for node in program.nodes())


@pytest.mark.parametrize("bias", [True, False])
def test_one_call_gives_the_same_numbers(bias: bool) -> None:
    joined, apart = packed(Net(attended, bias))
    assert (calls(joined), calls(apart)) == (1, 3)
    for shape in ((2, 5, 12), (3, 9, 12)):
        x = torch.randn(shape)
        with torch.no_grad():
            assert torch.equal(joined.run((x,))[0], apart.run((x,))[0])
    assert {"one_two_three.weight_values"} <= joined.weights().keys()
    assert not {"one.weight_values", "one.bias"} & joined.weights().keys()


def gelu_of_one(one: Tensor, two: Tensor, three: Tensor) -> Tensor:
    return F.gelu(one) * two + three.sum()


def added(one: Tensor, two: Tensor, three: Tensor) -> Tensor:
    return (one + two.relu()) * three.sum()


@pytest.mark.parametrize(
    ("combine", "kernels", "left"),
    [
        (gelu_of_one, Always(), 2),  # an activation is the call's own
        (added, Always(), 3),  # so is what is added, and another activation
        (attended, Always({6: 2}), 2),  # and the size of its blocks
        (attended, Always(column_tile=4), 3),
    ],
)
def test_what_differs_stays_apart(combine: Callable[..., Tensor], kernels: Always, left: int) -> None:
    joined, apart = packed(Net(combine), kernels)
    assert calls(joined) == left
    x = torch.randn(2, 5, 12)
    with torch.no_grad():
        torch.testing.assert_close(joined.run((x,))[0], apart.run((x,))[0])


def test_values_have_to_be_one() -> None:
    class Two(Net):
        def forward(self, x: Tensor) -> Tensor:
            return attended(self.one(x), self.two(x.relu()), self.three(x.tanh()))

    joined, _ = packed(Two(attended))
    assert calls(joined) == 3


def test_where_parts_are_copies_they_stay() -> None:
    assert not JoinLayers.is_for(get("onnxruntime")) and JoinLayers.is_for(get("cpu"))


def test_a_compile_keeps_it_and_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_stages, "kernels_for", lambda *asked: Always())
    model = Net(attended).eval()
    small = sparsec.compile(model, (torch.randn(2, 5, 12),))
    assert any("joined layers" in text for text in small.report.decisions)
    assert calls(small.program) == 1
    x = torch.randn(4, 7, 12)
    torch.testing.assert_close(small(x), model(x))
    seconds = [layer.seconds for layer in small.report.layers if hasattr(layer, "seconds")]
    assert all(pair is None or pair[1] > 0 for pair in seconds)
