"""Networks are cropped before they are trained: they run, are what the pruned module is, and are as small as asked."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec import Parameters


class Bottleneck(nn.Module):
    """An inverted residual of a mobile network: its hidden channels run through a depthwise convolution."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(),
            nn.Conv2d(hidden, hidden, 3, padding=1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(),
            nn.Conv2d(hidden, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Basic(nn.Module):
    """A block of a residual network."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.one, self.norm = nn.Conv2d(width, hidden, 3, padding=1, bias=False), nn.BatchNorm2d(hidden)
        self.two, self.last = nn.Conv2d(hidden, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return (x + self.last(self.two(self.norm(self.one(x)).relu()))).relu()


def untrained(block: type[nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    layers = [
        nn.Conv2d(3, 16, 3, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        block(16, 64),
        block(16, 32),
        block(16, 48),
    ]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5)).eval()


@pytest.mark.parametrize("block", [Bottleneck, Basic])
@pytest.mark.parametrize("of", ["global-threshold", "uniform"])
def test_untrained_networks_crop_and_run(block: type[nn.Module], of: str) -> None:
    model, args = untrained(block), (torch.randn(2, 3, 10, 10),)
    result = sparsec.prune(
        model,
        args=args,
        units="channel",
        importance="magnitude",
        allocation=f"pre-crop{{of={of}}}",
        budget=Parameters(0.5),
        progress=False,
    )
    assert result.outcome.left == pytest.approx(0.5, abs=0.05)
    small = result.compile(measure=False)
    with torch.no_grad():
        torch.testing.assert_close(small(*args), result.model(*args), rtol=1e-4, atol=1e-5)
    counted = sum(weight.numel() for weight in small.exported.state_dict.values())
    assert counted < 0.7 * sum(x.numel() for x in model.parameters())
    if of == "uniform":  # equal densities are nearly equal widths: a first layer can be cut on one side only
        gone = [len(x.indices) / x.size for x in result.outcome.gone]
        assert max(gone) - min(gone) < 0.3
