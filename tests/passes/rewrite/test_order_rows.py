"""OrderRows: blocks whose rows were shuffled come back where the order is free; everything else stays."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.tile_order import order_for_tiles
from sparsec.compiler.ir.target import Target
from sparsec.compiler.pipeline import Pipeline, parse_steps
from sparsec.passes.base import Context

from ..harness import TOLERANCE, Outcome, captured, difference, known, optimised

STEPS = parse_steps("axes,constants,liveness,order-rows")
HIDDEN = 64


def shuffled(model: nn.Module, *names: str, rows: int = 8, seed: int = 0) -> nn.Module:
    """Weights in blocks of some rows, a third of them left; all their rows were then shuffled alike."""
    random = torch.Generator().manual_seed(seed)
    model = known(model)
    order = torch.randperm(HIDDEN, generator=random)
    with torch.no_grad():
        for name in names:
            weight = model.get_parameter(name)
            kept = torch.rand(weight.shape[0] // rows, weight[0].numel(), generator=random) < 0.33
            kept[torch.arange(len(kept)), torch.arange(len(kept)) % kept.shape[1]] = True  # no row is empty
            weight *= kept.repeat_interleave(rows, 0)[order].reshape(weight.shape)
    return model


def ordered(model: nn.Module, *shapes: tuple[int, ...]) -> Outcome:
    """What the pass makes of a model; it computes the same, and has nothing left to do."""
    program = captured(model, *shapes)
    outcome = optimised(program, *STEPS)
    assert difference(outcome.program, model, *shapes) <= TOLERANCE
    assert not optimised(outcome.program, *STEPS).changed
    assert len(outcome.program.graph.nodes) == len(program.graph.nodes)
    return outcome


def blocks(outcome: Outcome, name: str) -> int:
    """Rows of the blocks of a weight in the order that it has."""
    pattern = pattern_of(outcome.program.weights()[name].flatten(1))
    return pattern.best_vector[0] if pattern.order is None else 1


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.gate, self.down = nn.Linear(48, HIDDEN), nn.Linear(48, HIDDEN), nn.Linear(HIDDEN, 48)
        self.norm = nn.LayerNorm(HIDDEN)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x)))


class Gated(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Normed(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.norm(self.up(x)))


class Residual(nn.Module):
    """A stream that two layers write and two read."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(48, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.last = nn.Linear(HIDDEN, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(x + torch.tanh(self.second(x)))


class Images(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.expand, self.project = nn.Conv2d(48, HIDDEN, 1), nn.Conv2d(HIDDEN, 6, 1)
        self.spatial = nn.Conv2d(HIDDEN, HIDDEN, 3, groups=HIDDEN)

    def forward(self, x: Tensor) -> Tensor:
        return self.project(F.relu(self.spatial(self.expand(x))))


class Output(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.up(x))


class Heads(Mlp):
    def forward(self, x: Tensor) -> Tensor:
        y = self.up(x).unflatten(-1, (4, 16)).transpose(1, 2)
        y = F.scaled_dot_product_attention(y, y, y)
        return self.down(y.transpose(1, 2).flatten(2))


class Side(Mlp):
    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Linear(2 * HIDDEN, 48)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(torch.cat([self.up(x), self.gate(x)], dim=-1))


@pytest.mark.parametrize("rows", [4, 8, 16])
@pytest.mark.parametrize("kind", [Mlp, Normed])
def test_blocks_come_back(kind: type[Mlp], rows: int) -> None:
    model = shuffled(kind(), "up.weight", rows=rows)
    assert pattern_of(model.get_parameter("up.weight")).order is not None
    outcome = ordered(model, (7, 48))
    assert outcome.changed
    assert blocks(outcome, "up.weight") == rows


def test_two_weights_agree() -> None:
    """Rows that share columns in one weight but not in the other would not help."""
    outcome = ordered(shuffled(Gated(), "up.weight", "gate.weight"), (7, 48))
    assert (blocks(outcome, "up.weight"), blocks(outcome, "gate.weight")) == (8, 8)


def test_a_residual_stream() -> None:
    outcome = ordered(shuffled(Residual(), "first.weight", "second.weight"), (48,))
    assert (blocks(outcome, "first.weight"), blocks(outcome, "second.weight")) == (8, 8)


def test_through_a_depthwise_convolution() -> None:
    outcome = ordered(shuffled(Images(), "expand.weight"), (48, 6, 6))
    assert blocks(outcome, "expand.weight") == 8


@pytest.mark.parametrize("kind", [Output, Heads, Side])
def test_an_order_that_is_not_free_stays(kind: type[Mlp]) -> None:
    outcome = ordered(shuffled(kind(), "up.weight"), (7, 48))
    assert not outcome.changed
    assert blocks(outcome, "up.weight") == 1


@pytest.mark.parametrize("model", [known(Mlp()), shuffled(Mlp(), "up.weight", rows=1)], ids=["dense", "scattered"])
def test_nothing_to_gain(model: nn.Module) -> None:
    assert not ordered(model, (7, 48)).changed


def test_blocks_that_lie_right_stay() -> None:
    model = known(Mlp())
    with torch.no_grad():
        kept = torch.rand(HIDDEN // 8, 48, generator=torch.Generator().manual_seed(0)) < 0.5
        model.up.weight *= kept.repeat_interleave(8, 0)
    assert not ordered(model, (7, 48)).changed


class Tiled(Target):
    """Its kernels keep tiles of several columns together."""

    tiles = ((32, 16), (16, 16), (16, 1))


class Wide(nn.Module):
    """Layers in blocks of 16 x 16 on both sides of a hidden layer, whose units may lie anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.down, self.head = nn.Linear(48, 128), nn.Linear(128, 48), nn.Linear(48, 48)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.down(F.gelu(self.up(x))))


@pytest.mark.parametrize("made", [True, False], ids=["rows too", "columns alone"])
def test_tiles_of_a_target_come_back_on_both_sides(made: bool) -> None:
    """Which units a reader reads says as much of them as what they read; here in blocks of the target's kernels."""
    random = torch.Generator().manual_seed(0)
    model, order = known(Wide()), torch.randperm(128, generator=random)
    up, down = (torch.rand(shape, generator=random) < 0.4 for shape in ((8, 3), (3, 8)))
    up[:, 0], down[0] = True, True
    with torch.no_grad():
        if made:
            model.up.weight *= up.repeat_interleave(16, 0).repeat_interleave(16, 1)[order]
        model.down.weight *= down.repeat_interleave(16, 0).repeat_interleave(16, 1)[:, order]
    program = captured(model, (7, 48))
    ctx = Context(target=Tiled())
    assert Pipeline(STEPS).run(program, ctx)
    assert difference(program, model, (7, 48)) <= TOLERANCE
    for layer, kept in (("up", up), ("down", down)) if made else (("down", down),):
        tiles = pattern_of(program.weights()[f"{layer}.weight"], Tiled.tiles).tiles
        assert tiles[16, 16] == pytest.approx(kept.float().mean())
    assert not Pipeline(STEPS).run(program, Context(target=Tiled()))


def test_no_order_of_tiles_is_better() -> None:
    """Full weights, those of which nothing is left, scattered ones, blocks that lie right, and nothing at all."""
    random = torch.Generator().manual_seed(0)
    blocks = (torch.rand(8, 4, generator=random) < 0.4).repeat_interleave(16, 0).repeat_interleave(16, 1)
    scattered = torch.rand(128, 64, generator=random) < 0.4
    full = torch.ones(128, 64, dtype=torch.bool)
    for made, read in (([full], []), ([~full], [~full.T]), ([scattered], []), ([blocks], [blocks.T]), ([], [])):
        assert order_for_tiles(made, read, Tiled.tiles) is None
