"""Channels by the factors of their batch norms."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler.errors import UserError


def net(*, grouped: int = 1) -> nn.Sequential:
    """A bottleneck with a depthwise convolution, as mobile networks have it; norms have been trained."""
    torch.manual_seed(0)
    hidden = 8
    layers = [
        nn.Conv2d(3, hidden, 1, bias=False),
        nn.BatchNorm2d(hidden),
        nn.ReLU6(),
        nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden, bias=False),
        nn.BatchNorm2d(hidden),
        nn.ReLU6(),
        nn.Conv2d(hidden, 4, 3, bias=False, groups=grouped),
        nn.BatchNorm2d(4),
    ]
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias)
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.5, 1.5)
    return nn.Sequential(*layers).eval()


def test_channels_of_the_smallest_factors_go_and_no_data_is_asked_for() -> None:
    model = net()
    with torch.no_grad():
        for at in (1, 4):
            model[at].weight.copy_(torch.tensor([0.1, -9.0, 0.2, 8.0, -0.3, 7.0, 0.4, 6.0]))
    result = sparsec.prune(
        model, args=(torch.randn(2, 3, 6, 6),), units="channel", sparsity=0.5, importance="batch-norm-scale"
    )
    (gone,) = [one for one in result.outcome.gone if one.indices]
    assert gone.indices == (0, 2, 4, 6)


def test_several_norms_of_a_channel_count_by_their_mean() -> None:
    model = net()
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([1.0, 1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0]))
        model[4].weight.copy_(torch.tensor([7.0, 7.0, 1.0, 1.0, 1.0, 1.0, 6.0, 6.0]))
    result = sparsec.prune(
        model, args=(torch.randn(2, 3, 6, 6),), units="channel", sparsity=0.5, importance="batch-norm-scale"
    )
    (gone,) = [one for one in result.outcome.gone if one.indices]
    assert gone.indices == (2, 3, 4, 5)  # 1 and 2.5 against 4 and 5


def test_weights_of_a_pattern_go_by_it_too_in_groups_and_taps() -> None:
    model = net(grouped=2)
    with torch.no_grad():
        for at in (1, 4):
            model[at].weight.copy_(torch.tensor([0.1, 9.0, 9.0, 0.2, 0.3, 9.0, 9.0, 0.4]))
    args = (torch.randn(2, 3, 6, 6),)
    result = sparsec.prune(model, args=args, pattern="columns", sparsity=0.5, importance="batch-norm-scale", keep=["0"])
    zeros = (result.model[6].weight == 0).flatten(2).all(dim=2)
    assert zeros.tolist() == [[True, False, False, True]] * 4


def test_a_model_without_batch_norms_is_refused() -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval()
    with pytest.raises(UserError) as caught:
        sparsec.prune(model, args=(torch.randn(2, 4),), units="neuron", sparsity=0.5, importance="batch-norm-scale")
    assert caught.value.code == "bad-option" and "none scales" in str(caught.value)
