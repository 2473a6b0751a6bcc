"""A site: what a layer reads, what follows it, and how something else takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.sites import layer_of, site_of
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import PART_OF, Program
from sparsec.compiler.ir.site import Site
from sparsec.compiler.ir.verifier import infer, verify
from sparsec.compiler.ir.views import layers_of
from sparsec.compiler.ir.window import Window

aten = torch.ops.aten


class Block(nn.Module):
    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 6, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.layer(x) + x) * 2


class Images(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(2, 6, (3, 2), stride=2, padding=(1, 0), dilation=(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)


def sites(model: nn.Module, x: Tensor) -> list[Site]:
    program = capture(model.eval(), (x,))
    shared: dict[object, object] = {}
    return [site_of(layer, pattern_of(layer.tensor.flatten(1)), shared) for layer in layers_of(program)]


def same(program: Program, model: nn.Module, x: Tensor) -> bool:
    program.clean()
    infer(program)
    verify(program)
    with torch.no_grad():
        torch.testing.assert_close(program.run((x,))[0], model(x))
    return True


@dataclass(frozen=True)
class Halves:
    """Counts how often it packs."""

    packed: ClassVar[list[int]] = [0]

    def pack(self, weight: Tensor) -> Halves.Parts:
        self.packed[0] += 1
        return Halves.Parts(weight[:3], weight[3:], None)

    @dataclass(frozen=True)
    class Parts:
        top: Tensor
        bottom: Tensor
        nothing: Tensor | None


def test_what_it_says_of_a_linear_layer() -> None:
    (site,) = sites(Block(), torch.randn(3, 6))
    assert (site.x.op, site.window, site.activation) == ("placeholder", None, "relu")
    assert site.bias is not None and site.residual is site.x
    assert [node.target for node in site.absorbed] == [aten.add.Tensor, aten.relu.default]
    layer = layer_of(site, pattern_of(site.weight))
    assert (layer.tokens, layer.dynamic, layer.shape, layer.bias, layer.residual) == (3, True, (6, 6), True, True)
    assert layer.input_shape == layer.result_shape == (3, 6)


def test_what_it_says_of_a_convolution() -> None:
    (site,) = sites(Images(), torch.randn(2, 2, 5, 7))
    assert site.window == Window((3, 2), (2, 2), (1, 0), (1, 2))
    assert site.weight.shape == (6, 2 * 3 * 2)
    layer = layer_of(site, pattern_of(site.weight))
    assert (layer.images, layer.input_shape) == ((2, 5, 7), (2, 2, 5, 7))
    assert layer.result_shape == tuple(Images().layer(torch.randn(2, 2, 5, 7)).shape) and layer.tokens == 2 * 3 * 3


@pytest.mark.parametrize("bias", [True, False])
def test_what_follows_is_absorbed(bias: bool) -> None:
    model, x = Block(bias), torch.randn(3, 6)
    (site,) = sites(model, x)
    weight, held, added = site.node.args[1], site.bias, site.residual
    site.absorb()
    # As a kernel would: the sum and the activation are inside.
    inner = site.call(aten.linear.default, site.x, weight, held)
    total = site.call(aten.add.Tensor, inner, added)
    site.become(aten.relu.default, total)
    assert inner.meta[PART_OF] == total.meta[PART_OF] == site.node.name
    assert same(site.program, model, x)
    assert [node.target for node in site.program.nodes() if node.op == "call_function"] == [
        aten.linear.default,
        aten.add.Tensor,
        aten.relu.default,
        aten.mul.Tensor,
    ]


def test_a_layer_of_which_nothing_follows_absorbs_nothing() -> None:
    model, x = Images(), torch.randn(2, 2, 5, 7)
    (site,) = sites(model, x)
    site.absorb()
    assert same(site.program, model, x)


def test_several_operations_take_its_place() -> None:
    model, x = Block(), torch.randn(3, 6)
    (site,) = sites(model, x)
    top, bottom = site.packed(Halves(), site.weight)
    parts = [site.call(aten.linear.default, site.x, part) for part in (top, bottom)]
    y = site.call(aten.cat.default, parts, -1)
    site.give(site.call(aten.add.Tensor, y, site.bias))
    assert same(site.program, model, x)
    assert {*site.program.weights()} == {"layer.weight_top", "layer.weight_bottom", "layer.bias"}


def test_a_weight_that_layers_share_is_packed_once() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 6)

        def forward(self, x: Tensor) -> Tensor:
            return self.layer(self.layer(x) * 2)

    first, second = sites(Twice(), torch.randn(3, 6))
    Halves.packed[0] = 0
    parts = [site.packed(Halves(), site.weight) for site in (first, second)]
    assert parts[0] == parts[1] and Halves.packed == [1]
    assert all(isinstance(part, fx.Node) for part in parts[0]) and len(parts[0]) == 2
