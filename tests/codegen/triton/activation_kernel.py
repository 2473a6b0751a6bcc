"""An activation alone, number by number, against PyTorch in float64."""

from __future__ import annotations

import random

import torch
import triton
import triton.language as tl

from sparsec.codegen.operators.epilogues import ACTIVATIONS
from sparsec.codegen.triton.kernels.epilogues import activate

SPECIAL = (0.0, -0.0, 1e-8, -1e-8, 3.0, -3.0, 6.0, 100.0, -100.0, 1e30, -1e30)
INFINITE = (float("inf"), float("-inf"), float("nan"))


@triton.jit
def activations(x, y, COUNT: tl.constexpr, ACTIVATION: tl.constexpr):
    at = tl.arange(0, COUNT)
    tl.store(y + at, activate(tl.load(x + at), ACTIVATION))


class Activations:
    """All of the table."""

    def __init__(self, rng: random.Random) -> None:
        torch.manual_seed(rng.randrange(2**31))
        self.x = torch.cat([torch.tensor(SPECIAL + INFINITE), 4 * torch.randn(2048)])[:2048]

    def check(self) -> str:
        """Which differ by more than float32 does, or are finite where PyTorch's are not."""
        return ", ".join(name for name in ACTIVATIONS if not self.agrees(name))

    def agrees(self, name: str) -> bool:
        y = torch.full_like(self.x, float("nan"))
        activations[(1,)](self.x, y, len(y), name)
        expected = ACTIVATIONS[name].function(self.x.double())
        # 1e30 cubed is infinite in float32, and what follows from it is the same.
        return torch.allclose(y.double(), expected, rtol=1e-5, atol=2e-6, equal_nan=True)
