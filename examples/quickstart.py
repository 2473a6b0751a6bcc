"""The README's first example: prune with PyTorch's own tool, compile, look, save."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils import prune

import sparsec


def block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def main() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        block(3, 32, stride=2),
        block(32, 64),
        block(64, 64, stride=2),
        block(64, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, 10),
    ).eval()
    images = torch.randn(4, 3, 64, 64)

    # 1. Zero whole filters, with any tool. PyTorch only masks them: the network computes as much as before.
    for name, layer in model.named_modules():
        if isinstance(layer, nn.Conv2d) and name != "0.0":
            prune.ln_structured(layer, "weight", amount=0.4, n=2, dim=0)

    # 2. Compile. The result computes the same function with less, and says what happened to every layer.
    small = sparsec.compile(model, (images,))
    print(small.report)

    # 3. It is a module like any other. The batch size is free.
    with torch.no_grad():
        difference = (small(images) - model(images)).abs().max()
        small(torch.randn(7, 3, 64, 64))
    before = sum(p.numel() for p in model.parameters())
    after = sum(p.numel() for p in small.parameters())
    print(f"parameters {before:,} -> {after:,}; largest difference {difference:.1e}")

    # 4. Take it away: plain ONNX for any runtime, .pt2 for PyTorch.
    with tempfile.TemporaryDirectory() as folder:
        small.export_onnx(Path(folder) / "small.onnx")
        small.save(Path(folder) / "small.pt2")
        for file in sorted(Path(folder).iterdir()):
            print(f"{file.name}: {file.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
