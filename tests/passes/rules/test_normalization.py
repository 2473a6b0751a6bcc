"""Norms over features: what is zero may go, and the statistics go on counting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.ir.arguments import argument
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import additions
from sparsec.passes.analysis.axes import Axes

from ..harness import TOLERANCE, Outcome, Sandwich, captured, columns, difference, known, op_names, optimised

aten = torch.ops.aten
TOKENS = (5, 3)
ZERO = {"first.weight": [1, 4], "first.bias": [1, 4]}  # what the norm reads
UNREAD = {"second.weight": columns(1, 4)}


def normed(norm: Any, zeros: dict[str, Any] | None = None) -> nn.Module:
    """A layer of 8 features, a norm and a layer; features 1 and 4 are zero before the norm and not read behind it."""
    model = Sandwich(norm, nn.Linear(3, 8), nn.Linear(8, 4))
    return known(model, zeros=ZERO | UNREAD if zeros is None else zeros)


def checked(model: nn.Module, **options: Any) -> Outcome:
    """The model optimised, its numbers compared, and nothing left to do."""
    result = optimised(captured(model, TOKENS), **options)
    assert difference(result.program, model, TOKENS) <= TOLERANCE
    assert not optimised(result.program, **options).changed
    return result


def norm_of(program: Program, op: Any) -> torch.fx.Node:
    return next(node for node in program.nodes() if node.target is op)


# -------------------------------------------------------------------- layer norm

LAYER_NORMS: dict[str, Callable[[], Any]] = {
    "weight and bias": lambda: nn.LayerNorm(8),
    "weight alone": lambda: nn.LayerNorm(8, bias=False),
    "neither": lambda: nn.LayerNorm(8, elementwise_affine=False),
    "a large epsilon": lambda: nn.LayerNorm(8, eps=0.7),
}


@pytest.mark.parametrize("name", LAYER_NORMS)
def test_layer_norm_counts_what_left(name: str) -> None:
    result = checked(normed(LAYER_NORMS[name]()))
    assert result.shape("first.weight") == (6, 3)
    assert result.shape("second.weight") == (4, 6)
    assert "aten.layer_norm.default" not in op_names(result.program)
    assert [found.what for found in additions(result.program)] == ["layer norm with the original count"]


@pytest.mark.parametrize("left", range(1, 8))
def test_layer_norm_over_however_many(left: int) -> None:
    """Against the formula of the original, also where a single feature is left, which has no variance of its own."""
    gone = [*range(left, 8)]
    zeros = {"first.weight": gone, "first.bias": gone, "second.weight": columns(*gone)}
    result = checked(normed(nn.LayerNorm(8), zeros))
    assert result.shape("first.weight") == (left, 3)


def test_layer_norm_stays_where_nothing_may_be_added() -> None:
    result = checked(normed(nn.LayerNorm(8)), speculative=False)
    assert result.shape("first.weight") == (8, 3)
    why = "kept whole: a norm over fewer channels has to keep the original count, which costs time"
    assert why in result.reasons


@pytest.mark.parametrize("norm", [nn.LayerNorm, nn.RMSNorm])
@pytest.mark.parametrize("missing", [["first.bias"], ["second.weight"]], ids=str)
def test_what_counts_stays(norm: Any, missing: list[str]) -> None:
    """Statistics need whatever is not zero; a result needs its input."""
    zeros = {name: index for name, index in (ZERO | UNREAD).items() if name not in missing}
    assert checked(normed(norm(8), zeros)).shape("first.weight") == (8, 3)


class Residual(nn.Module):
    """Two features that nothing ever writes to, through two norms of one residual stream."""

    def __init__(self, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.first, self.one, self.two, self.last = nn.Linear(3, 8), norm(8), norm(8), nn.Linear(8, 4)
        self.up, self.down = nn.Linear(8, 6), nn.Linear(6, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x + self.down(F.relu(self.up(self.one(x))))
        return self.last(self.two(x))


@pytest.mark.parametrize("norm", [nn.LayerNorm, nn.RMSNorm])
def test_a_residual_stream(norm: Any) -> None:
    zeros = {f"{name}.{part}": [2, 7] for name in ("first", "down") for part in ("weight", "bias")}
    model = known(Residual(norm), zeros=zeros | {"up.weight": columns(2, 7), "last.weight": columns(2, 7)})
    result = checked(model)
    assert result.shape("first.weight") == (6, 3)
    assert result.shape("up.weight") == (6, 6)
    assert result.shape("down.weight") == (6, 6)


class Shared(Residual):
    """One norm for both."""

    def __init__(self, norm: Callable[[int], nn.Module]) -> None:
        super().__init__(norm)
        self.two = self.one


@pytest.mark.parametrize("norm", [nn.LayerNorm, nn.RMSNorm])
def test_a_shared_norm(norm: Any) -> None:
    zeros = {f"{name}.{part}": [2, 7] for name in ("first", "down") for part in ("weight", "bias")}
    model = known(Shared(norm), zeros=zeros | {"up.weight": columns(2, 7), "last.weight": columns(2, 7)})
    program = captured(model, TOKENS)
    before = {name: weight.clone() for name, weight in program.weights().items()}
    result = optimised(program)
    assert difference(result.program, model, TOKENS) <= TOLERANCE
    assert result.shape("first.weight") == (6, 3)
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())


# -------------------------------------------------------------------- rms norm


@pytest.mark.parametrize("affine", [True, False])
def test_rms_norm_is_scaled(affine: bool) -> None:
    """The mean of 6 squares is 8 / 6 of that over 8: the gain makes up for it, and epsilon grows alike."""
    model = normed(nn.RMSNorm(8, eps=0.3, elementwise_affine=affine))
    result = checked(model)
    node = norm_of(result.program, aten.rms_norm.default)
    assert argument(node, "normalized_shape") == [6]
    assert argument(node, "eps") == pytest.approx(0.3 * 8 / 6)
    gain = model.between.weight.detach()[[0, 2, 3, 5, 6, 7]] if affine else torch.ones(6, dtype=torch.float64)
    torch.testing.assert_close(result.program.weight(argument(node, "weight")), gain * (8 / 6) ** 0.5)
    assert not additions(result.program)
    assert checked(model, speculative=False).shape("first.weight") == (6, 3)  # nothing is added


def test_rms_norm_twice_smaller() -> None:
    """What a first round leaves may shrink again."""
    model = normed(nn.RMSNorm(8, eps=0.3))
    program = checked(model).program
    for node in program.nodes():
        if node.target is aten.linear.default:
            weight = program.weight(node.args[1]).clone()
            first = weight.shape == (6, 3)
            weight[0 if first else (slice(None), 0)] = 0
            program.replace_weight(node, node.args[1], weight)
            if first:
                bias = program.weight(node.args[2]).clone()
                bias[0] = 0
                program.replace_weight(node, node.args[2], bias)
    with torch.no_grad():
        model.first.weight[0], model.first.bias[0], model.second.weight[:, 0] = 0, 0, 0
    result = optimised(program)
    assert result.shape("first.weight") == (5, 3)
    assert difference(result.program, model, TOKENS) <= TOLERANCE


# -------------------------------------------------------------------- gains


def test_a_feature_without_gain_is_its_bias() -> None:
    """It goes behind the norm, into the next bias; before the norm it counts, and stays."""
    model = normed(nn.LayerNorm(8), {"between.weight": [2]})
    result = checked(model)
    assert result.shape("first.weight") == (8, 3)
    expected = model.second.bias + model.second.weight[:, 2] * model.between.bias[2]
    torch.testing.assert_close(result.program.weights()["second.bias"], expected.detach())


@pytest.mark.parametrize("norm", [nn.LayerNorm, nn.RMSNorm])
def test_a_zero_feature_without_gain_goes(norm: Any) -> None:
    result = checked(normed(norm(8), ZERO | {"between.weight": [1, 4]}))
    assert result.shape("first.weight") == (6, 3)


def test_gains_of_zero_alone_are_a_constant() -> None:
    model = normed(nn.LayerNorm(8), {"between.weight": slice(None)})
    result = checked(model)
    assert "aten.layer_norm.default" not in op_names(result.program)


# -------------------------------------------------------------------- what is left alone


def test_a_norm_over_several_dimensions() -> None:
    """Features and tokens at once: features do not run through it."""
    result = checked(normed(lambda x: F.layer_norm(x, (5, 8))))
    assert result.shape("first.weight") == (8, 3)
    assert any("original count" in reason for reason in result.reasons)


def test_a_norm_over_what_is_no_feature() -> None:
    """Over tokens, every feature by itself: one that nobody reads goes."""
    result = checked(normed(lambda x: F.layer_norm(x.mT, (5,)).mT))
    assert result.shape("first.weight") == (6, 3)
    assert "aten.layer_norm.default" in op_names(result.program)


def test_a_gain_that_is_computed_and_not_folded() -> None:
    scale = torch.randn(8, dtype=torch.float64)
    model = normed(lambda x: F.layer_norm(x, (8,), scale.clone() * 2))
    reason = "kept whole: its weight is computed from other weights, and not folded (fold-weights)"
    assert reason in optimised(captured(model, (5, 3)), Axes()).reasons
    assert reason not in checked(model).reasons


def test_a_gain_that_depends_on_the_inputs() -> None:
    result = checked(normed(lambda x: F.layer_norm(x, (8,), x[0, 0])))
    assert "kept whole: its weight depends on the inputs" in result.reasons
    assert result.shape("first.weight") == (8, 3)
