"""entry(): a Program as a plain function."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.runtime.entry import entry


class Nested(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4))
        self.register_buffer("shift", torch.arange(4.0))

    def forward(self, x: Tensor, pair: tuple[Tensor, Tensor], *, scale: Tensor) -> dict[str, Tensor]:
        y = self.inner(x) + self.shift
        return {"sum": y + pair[0] * scale, "size": y.shape[0] * pair[1], "twice": self.inner(y)}


def test_flat_inputs_and_outputs() -> None:
    model = Nested().eval()
    x, pair, scale = torch.randn(3, 4), (torch.randn(3, 4), torch.randn(2)), torch.randn(4)
    program = capture(model, (x, pair), {"scale": scale})
    run = entry(program)
    x = torch.randn(5, 4)
    pair = (torch.randn(5, 4), pair[1])
    with torch.no_grad():
        found, wanted = run(x, *pair, scale), model(x, pair, scale=scale)
    for mine, theirs in zip(found, wanted.values(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_writes_into_weights_are_seen_and_the_program_is_as_before() -> None:
    model = nn.Linear(4, 2).eval()
    program = capture(model, (torch.randn(3, 4),))
    before = str(program.graph)
    run, x = entry(program), torch.randn(3, 4)
    assert str(program.graph) == before
    with torch.no_grad():
        for weight in program.module.parameters():
            weight.mul_(2)
        torch.testing.assert_close(run(x)[0], program.module(x), rtol=0, atol=0)


def test_what_a_branch_holds() -> None:
    class Branch(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return torch.cond(x.sum() > 0, lambda x: self.a(x) * 2, lambda x: x - 1, (x,))

    model = Branch().eval()
    run = entry(capture(model, (torch.ones(2, 4),)))
    with torch.no_grad():
        for x in (torch.ones(2, 4), -torch.ones(2, 4)):
            torch.testing.assert_close(run(x)[0], model(x), rtol=1e-6, atol=1e-6)
