"""FoldBatchnorm: a trained batch norm is part of the layer before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.rewrite.fold_batchnorm import FoldBatchnorm

from ..harness import TOLERANCE, captured, difference, known, op_names, optimised

NORM = "aten._native_batch_norm_legit_no_training.default"

# name: (layer, norm, shape of an input)
LAYERS: dict[str, tuple[Callable[[], nn.Module], Callable[[], nn.Module], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(3, 8), lambda: nn.BatchNorm1d(8), (3,)),
    "conv1d": (lambda: nn.Conv1d(3, 8, 3), lambda: nn.BatchNorm1d(8), (3, 6)),
    "conv2d": (lambda: nn.Conv2d(3, 8, 3, padding=1), lambda: nn.BatchNorm2d(8), (3, 6, 6)),
    "no bias": (lambda: nn.Conv2d(3, 8, 3, bias=False), lambda: nn.BatchNorm2d(8), (3, 6, 6)),
    "no affine": (lambda: nn.Conv2d(3, 8, 3), lambda: nn.BatchNorm2d(8, affine=False), (3, 6, 6)),
    "large eps": (lambda: nn.Conv2d(3, 8, 3), lambda: nn.BatchNorm2d(8, eps=0.5), (3, 6, 6)),
    "grouped": (lambda: nn.Conv2d(4, 8, 3, groups=2), lambda: nn.BatchNorm2d(8), (4, 6, 6)),
    "depthwise": (lambda: nn.Conv2d(4, 8, 3, groups=4), lambda: nn.BatchNorm2d(8), (4, 6, 6)),
    "conv3d": (lambda: nn.Conv3d(3, 8, 2), lambda: nn.BatchNorm3d(8), (3, 4, 4, 4)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 8, 3, 2), lambda: nn.BatchNorm2d(8), (3, 4, 4)),
    "grouped transposed": (lambda: nn.ConvTranspose2d(4, 8, 3, groups=2), lambda: nn.BatchNorm2d(8), (4, 4, 4)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_folds_into(name: str) -> None:
    layer, norm, shape = LAYERS[name]
    model = known(nn.Sequential(layer(), norm(), nn.ReLU()))
    result = optimised(captured(model, shape), FoldBatchnorm())
    assert result.changed
    assert NORM not in op_names(result.program)
    assert {n.split(".")[0] for n in result.program.weights()} == {"0"}
    assert difference(result.program, model, shape) <= TOLERANCE


def test_changes_nothing_the_second_time() -> None:
    model = known(nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8)))
    result = optimised(captured(model, (3, 4, 4)), FoldBatchnorm())
    assert not optimised(result.program, FoldBatchnorm()).changed


class Branches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer, self.norm = nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer(x)
        return self.norm(x) + x


class Computed(nn.Module):
    """A weight, or a bias, or a norm's parameter that depends on the input."""

    def __init__(self, which: str) -> None:
        super().__init__()
        self.layer, self.norm, self.which = nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8), which

    def forward(self, x: Tensor) -> Tensor:
        scale = x.mean()
        weight = self.layer.weight * scale if self.which == "weight" else self.layer.weight
        bias = self.layer.bias * scale if self.which == "bias" else self.layer.bias
        gamma = self.norm.weight * scale if self.which == "gamma" else self.norm.weight
        x = F.conv2d(x, weight, bias)
        return F.batch_norm(x, self.norm.running_mean, self.norm.running_var, gamma, self.norm.bias)


REFUSED: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], str]] = {
    "relu before": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), nn.BatchNorm2d(8)),
        (3, 4, 4),
        "batch norm does not follow a convolution or linear layer",
    ),
    "first": (
        lambda: nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 8, 1)),
        (3, 4, 4),
        "batch norm does not follow a convolution or linear layer",
    ),
    "other readers": (Branches, (3, 4, 4), "the layer before batch norm has other readers"),
    "other dimension": (
        lambda: nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(5)),
        (5, 3),
        "batch norm runs along another dimension than the layer's outputs",
    ),
    "weight": (lambda: Computed("weight"), (3, 4, 4), "the layer before batch norm has no fixed weight"),
    "bias": (lambda: Computed("bias"), (3, 4, 4), "the layer before batch norm has no fixed bias"),
    "gamma": (lambda: Computed("gamma"), (3, 4, 4), "a parameter of batch norm is not a weight"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    make, shape, reason = REFUSED[name]
    model = known(make())
    result = optimised(captured(model, shape), FoldBatchnorm())
    assert not result.changed
    assert result.reasons == {reason}
    assert difference(result.program, model, shape) <= TOLERANCE


class SharedLayer(nn.Module):
    """One convolution with two norms of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.one, self.two = nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8), nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.one(self.layer(x)) * self.two(self.layer(x * 2))


def test_shared_weight() -> None:
    model = known(SharedLayer())
    result = optimised(captured(model, (3, 4, 4)), FoldBatchnorm())
    assert result.changed
    assert NORM not in op_names(result.program)
    shapes = [tuple(w.shape) for n, w in result.program.weights().items() if w.ndim == 4]
    assert shapes == [(8, 3, 1, 1)] * 2
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_keeps_zero_filters_zero() -> None:
    model = known(nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8)), zeros={"0.weight": [1, 4]})
    result = optimised(captured(model, (3, 4, 4)), FoldBatchnorm())
    rows = result.program.weights()["0.weight"].flatten(1).any(1)
    assert torch.equal(rows, torch.tensor([i not in (1, 4) for i in range(8)]))
