"""torchvision's architectures with random weights at a sane scale, through the helpers of the test-suite."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn


def network(name: str, image: Tensor) -> nn.Module:
    """One of torchvision's networks in eval mode; weights, statistics and affine parameters are random."""
    tests = str(Path(__file__).parents[1] / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    from zoo.randomize import calibrate, randomize
    from zoo.torchvision_shim import import_torchvision

    torch.manual_seed(0)
    model: nn.Module = randomize(getattr(import_torchvision().models, name)(weights=None))
    return calibrate(model, (image,), {}).requires_grad_(False)
