"""FoldWeights: what depends on weights alone is computed once."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize, prune

from sparsec.passes.rewrite.fold_weights import FoldWeights

from ..harness import TOLERANCE, Sandwich, captured, difference, known, op_names, optimised


class Absolute(nn.Module):
    def forward(self, weight: Tensor) -> Tensor:
        return weight.abs()


def masked() -> nn.Module:
    model = known(Sandwich(F.relu))
    prune.random_unstructured(model.first, "weight", amount=0.5)
    prune.ln_structured(model.second, "weight", amount=0.25, n=2, dim=0)
    return model


def test_folds_pruning_masks() -> None:
    model = masked()
    program = captured(model, (3, 4, 4))
    result = optimised(program, FoldWeights())
    assert result.changed
    assert op_names(result.program) == ["aten.conv2d.default", "aten.relu.default", "aten.conv2d.default"]
    torch.testing.assert_close(result.program.weights()["first.weight"], model.first.weight.detach(), rtol=0, atol=0)
    assert result.program.weights().keys() == {"first.weight", "first.bias", "second.weight", "second.bias"}
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_folds_parametrizations_under_the_name_of_the_weight() -> None:
    model = known(Sandwich(F.relu))
    parametrize.register_parametrization(model.first, "weight", Absolute())
    result = optimised(captured(model, (3, 4, 4)), FoldWeights())
    torch.testing.assert_close(result.program.weights()["first.weight"], model.first.weight.detach(), rtol=0, atol=0)
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_folds_a_chain() -> None:
    class Standardised(nn.Conv2d):
        def forward(self, x: Tensor) -> Tensor:
            centred = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
            return F.conv2d(x, centred / centred.std((1, 2, 3), keepdim=True), self.bias)

    model = known(Sandwich(F.relu, first=Standardised(3, 8, 3)))
    result = optimised(captured(model, (3, 5, 5)), FoldWeights())
    assert op_names(result.program).count("aten.conv2d.default") == len(op_names(result.program)) - 1 == 2
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


def test_changes_nothing_the_second_time() -> None:
    result = optimised(captured(masked(), (3, 4, 4)), FoldWeights())
    assert not optimised(result.program, FoldWeights()).changed


def test_leaves_a_model_without_such_operations() -> None:
    result = optimised(captured(known(Sandwich(F.relu)), (3, 4, 4)), FoldWeights())
    assert not result.changed
    assert not result.ctx.refusals


class Spread(nn.Module):
    """A bias expanded to a picture much larger than itself."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.empty(3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.bias.expand(3, 64, 64)[None].expand(x.shape[0], -1, -1, -1)], 1)


def test_refuses_what_would_grow() -> None:
    model = known(Spread())
    result = optimised(captured(model, (3, 64, 64)), FoldWeights())
    assert "its result is larger than the weights it is computed from" in result.reasons
    assert difference(result.program, model, (3, 64, 64)) <= TOLERANCE


class Noisy(nn.Module):
    """Weights that are drawn anew with every call."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.rate = nn.Conv2d(3, 8, 1), nn.Parameter(torch.full((8, 3, 1, 1), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.first.weight * torch.bernoulli(self.rate), self.first.bias)


def test_never_folds_random_numbers() -> None:
    from sparsec.compiler.ir.program import Program

    program = captured(known(Sandwich(F.relu)), (3, 4, 4))
    node = next(n for n in program.nodes() if n.op == "get_attr" and n.target == "first.weight")
    with program.graph.inserting_after(node):
        drawn = program.graph.call_function(torch.ops.aten.bernoulli.default, (node,))
    drawn.meta["val"] = node.meta["val"]
    next(u for u in node.users if u is not drawn).replace_input_with(node, drawn)
    assert isinstance(program, Program)
    assert not optimised(program, FoldWeights()).changed


class Twice(nn.Module):
    """One masked weight, read by two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(self.layer(x).relu())


def test_shared_weight() -> None:
    model = known(Twice())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prune.random_unstructured(model.layer, "weight", amount=0.5)
    result = optimised(captured(model, (3, 4, 4)), FoldWeights())
    assert result.changed
    for name, weight in result.program.weights().items():
        if "weight" in name:
            torch.testing.assert_close(weight, model.layer.weight.detach(), rtol=0, atol=0)
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


class Sloped(nn.Module):
    """Channels scaled by a weight that is computed, and by slopes that are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.raw = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        slopes = 0.5 ** torch.arange(1, 5)
        return x * self.raw.exp()[:, None] * slopes[:, None]


def test_folds_what_is_made_of_nothing_alone() -> None:
    program = captured(Sloped().eval(), (4, 4))
    result = optimised(program, FoldWeights(created=True))
    assert result.changed
    assert "aten.exp.default" in op_names(result.program)
    assert not {"aten.arange.start", "aten.pow.Scalar"} & {*op_names(result.program)}
    assert "raw" in result.program.weights()
    assert difference(result.program, Sloped().eval(), (4, 4)) <= TOLERANCE
    assert not optimised(result.program, FoldWeights(created=True)).changed
