"""torchvision's and timm's architectures with random weights at a sane scale, through helpers of the test-suite."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn


def network(name: str, image: Tensor) -> nn.Module:
    """A network of torchvision, or of timm, in eval mode; weights, statistics and affine parameters are random."""
    tests = str(Path(__file__).parents[1] / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    from zoo.randomize import calibrate, randomize
    from zoo.torchvision_shim import import_torchvision

    torch.manual_seed(0)
    made = getattr(import_torchvision().models, name, None)
    model: nn.Module = randomize(made(weights=None) if made else _of_timm(name))
    return calibrate(model, (image,), {}).requires_grad_(False)


def _of_timm(name: str) -> nn.Module:
    import timm

    model: nn.Module = timm.create_model(name)
    return model
