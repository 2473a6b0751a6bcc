"""Ranges: what bounds say of a value holds for every input within its range, and is not far from what is reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Interpreter, Program
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.ranges import Ranges
from sparsec.passes.base import Context
from sparsec.passes.rules.facts import AXES
from sparsec.passes.rules.ranges import RANGES, Bounds, edges

from ..harness import known

ROUNDING = 1e-9


class Recorded(Interpreter):
    """Keeps what every node gives."""

    def run_node(self, n: fx.Node) -> Any:
        self.seen = {**getattr(self, "seen", {}), n: super().run_node(n)}
        return self.seen[n]


class Pictures(nn.Module):
    """Pictures of bytes, scaled and normalised in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).reshape(3, 1, 1))
        self.register_buffer("std", torch.tensor([0.2, 0.25, 0.3]).reshape(3, 1, 1))
        self.layer = nn.Conv2d(3, 4, 3, padding=1, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = (x.to(torch.float64) / 255 - self.mean) / self.std
        return self.layer(x)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.norm = nn.Linear(6, 6), nn.Linear(6, 6), nn.LayerNorm(6)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(x)
        y = F.relu(self.one(x)) - self.two(x).sigmoid() * 3
        return torch.cat([y + x, -y, (y * y).clamp(max=2.0), x.abs()], -1)


class Words(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table, self.layer = nn.Embedding(10, 6), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(self.table(x).reshape(-1, 2, 6).mean(1))


NETS: dict[str, tuple[Callable[[], nn.Module], Callable[[torch.Generator], Tensor], dict[str, tuple[float, float]]]] = {
    "mlp": (
        lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 5), nn.Hardswish(), nn.Linear(5, 2)),
        lambda g: torch.rand(40, 6, generator=g, dtype=torch.float64) * 3 - 1,
        {"input": (-1.0, 2.0)},
    ),
    "pictures": (Pictures, lambda g: torch.randint(0, 256, (4, 3, 6, 6), generator=g, dtype=torch.uint8), {}),
    "residual": (Residual, lambda g: torch.randn(40, 6, generator=g, dtype=torch.float64), {}),
    "words": (Words, lambda g: torch.randint(0, 10, (8, 4), generator=g), {}),
    "pooled": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 6, 3, groups=2), nn.BatchNorm2d(6), nn.ReLU6(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(24, 3)
        ),
        lambda g: torch.rand(6, 2, 6, 6, generator=g, dtype=torch.float64),
        {"input": (0.0, 1.0)},
    ),
}


def found(program: Program) -> dict[fx.Node, Bounds]:
    for item in (Axes(), Ranges()):
        item.run(program, Context())
    ranges = program.facts[RANGES]
    return {node: ranges.of(node) for node in program.nodes() if isinstance(node.meta.get("val"), Tensor)}


def limits(bounds: Bounds, node: fx.Node, program: Program) -> tuple[Tensor, Tensor]:
    """Of each position, in the shape of a value that has one number along dimensions without positions."""
    channels = program.facts[AXES].of(node)
    shape = [1] * node.meta["val"].ndim
    for axis, dim in enumerate(channels.dims):
        shape[dim] = channels.labels.shape[axis]
    low, high = edges(bounds, channels, channels.dims)
    return low.reshape(shape), high.reshape(shape)


@pytest.mark.parametrize("name", NETS)
def test_values_lie_within_their_bounds(name: str) -> None:
    make, draw, stated = NETS[name]
    generator = torch.Generator().manual_seed(0)
    program = capture(known(make()), (draw(generator),))
    program.ranges = stated
    bounded, last = found(program), program.outputs()[0]
    assert bounded[last].lower is not None and bounded[last].upper is not None
    for _ in range(3):
        run = Recorded(program.module)
        run.run(draw(generator))
        for node, bounds in bounded.items():
            if bounds.lower is None and bounds.upper is None:
                continue
            low, high = limits(bounds, node, program)
            assert bool((run.seen[node] >= low - ROUNDING).all()) and bool((run.seen[node] <= high + ROUNDING).all())


def test_bounds_of_a_layer_are_reached() -> None:
    model = known(nn.Sequential(nn.Linear(3, 4)))
    program = capture(model, (torch.rand(2, 3, dtype=torch.float64),))
    program.ranges = {"input": (-1.0, 2.0)}
    bounds = found(program)[program.outputs()[0]]
    corners = torch.cartesian_prod(*[torch.tensor([-1.0, 2.0], dtype=torch.float64)] * 3)
    reached = model(corners).detach()
    low, high = limits(bounds, program.outputs()[0], program)
    torch.testing.assert_close(low[0], reached.amin(0), rtol=0, atol=ROUNDING)
    torch.testing.assert_close(high[0], reached.amax(0), rtol=0, atol=ROUNDING)


def test_one_side_is_enough() -> None:
    """Of what is never negative, weights that are never negative make nothing that is less than the bias."""
    model = known(nn.Sequential(nn.ReLU(), nn.Linear(3, 2)))
    with torch.no_grad():
        model.get_parameter("1.weight").abs_()
        model.get_parameter("1.weight")[1].neg_()
    program = capture(model, (torch.randn(2, 3, dtype=torch.float64),))
    low, high = limits(found(program)[program.outputs()[0]], program.outputs()[0], program)
    bias = model.get_parameter("1.bias")
    assert low[0, 0] == bias[0] and high[0, 1] == bias[1]
    assert low[0, 1] == -torch.inf and high[0, 0] == torch.inf


class Turning(nn.Module):
    def __init__(self, of: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.of = of

    def forward(self, x: Tensor) -> Tensor:
        return self.of(x)


@pytest.mark.parametrize(
    ("of", "least", "most"),
    [
        (lambda x: x * x, 0.0, 9.0),
        (lambda x: x.abs(), 0.0, 3.0),
        (lambda x: 1 - x, 0.0, 4.0),
        (lambda x: x * -2, -2.0, 6.0),
        (lambda x: F.leaky_relu(x, -1.0), -torch.inf, torch.inf),  # it falls, and rises
        (lambda x: torch.add(x, x, alpha=-1), -torch.inf, torch.inf),
        (lambda x: 1 / x, -torch.inf, torch.inf),
        (lambda x: x / x.sigmoid(), -torch.inf, torch.inf),
        (lambda x: F.softshrink(x, 0.5), -2.5, 0.5),
        (lambda x: torch.maximum(x, x.new_zeros(4)), 0.0, 1.0),
    ],
)
def test_what_turns(of: Callable[[Tensor], Tensor], least: float, most: float) -> None:
    program = capture(Turning(of).eval(), (torch.rand(2, 4, dtype=torch.float64),))
    program.ranges = {"x": (-3.0, 1.0)}
    last = program.outputs()[0]
    bounds = found(program)[last]
    if least == -torch.inf:
        assert bounds.lower is None and bounds.upper is None
    else:
        low, high = limits(bounds, last, program)
        assert (low.min(), high.max()) == (least, most)
