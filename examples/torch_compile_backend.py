"""sparsec inside PyTorch: ``torch.compile(model, backend="sparse")``, no other change to a program."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import prune


class Gate(nn.Module):
    """Squeeze and excite: a channel's weight is computed from all channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // 4, 1)
        self.excite = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        gate = self.squeeze(x.mean((2, 3), keepdim=True)).relu()
        return x * self.excite(gate).sigmoid()


def main() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1),
        nn.ReLU(),
        Gate(64),
        nn.Conv2d(64, 64, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    ).eval()
    prune.ln_structured(model[0], "weight", amount=0.5, n=2, dim=0)
    prune.ln_structured(model[3], "weight", amount=0.5, n=2, dim=0)

    fast = torch.compile(model, backend="sparse")
    with torch.no_grad():
        for batch in (2, 5, 9):  # one compilation serves them all
            images = torch.randn(batch, 3, 32, 32)
            difference = (fast(images) - model(images)).abs().max()
            print(f"batch {batch}: largest difference {difference:.1e}")
            assert difference < 1e-5

    # Weights that change after compiling are seen, never a stale result.
    with torch.no_grad():
        model[7].bias.add_(1.0)
        images = torch.randn(2, 3, 32, 32)
        assert torch.allclose(fast(images), model(images), atol=1e-5)
        print("changed weights: seen")


if __name__ == "__main__":
    main()
