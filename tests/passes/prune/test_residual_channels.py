"""Channels of residual streams: all that writes and reads one goes with it, and norms keep the count that they had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, exact
from sparsec.passes.base import Context
from sparsec.passes.prune.allocation.by_name import ByName
from sparsec.passes.prune.budget import Parameters
from sparsec.passes.prune.outcome import Pruned
from sparsec.passes.prune.walk import Batch
from sparsec.passes.prune.weights import divergence

from .test_prune import pruned
from .test_whole_units import Asked

WIDTH, LENGTH, WORDS = 16, 5, 20


class Root(nn.Module):
    """RMS norm, written out as Hugging Face's models have it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.rand(WIDTH) + 0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class Stream(nn.Module):
    """Tokens, with places or without; norms before each block, or behind each sum; a head, which may be the table."""

    def __init__(
        self, norm: Callable[[], nn.Module], after: bool = False, places: bool = True, tied: bool = False
    ) -> None:
        super().__init__()
        self.table, self.head = nn.Embedding(WORDS, WIDTH), nn.Linear(WIDTH, WORDS, bias=False)
        self.places = nn.Parameter(torch.randn(1, LENGTH, WIDTH)) if places else None
        if tied:
            self.head.weight = self.table.weight
        self.after, self.norms = after, nn.ModuleList(norm() for _ in range(3))
        self.ups, self.downs = (
            nn.ModuleList(nn.Linear(*sizes) for _ in range(2)) for sizes in ((WIDTH, 24), (24, WIDTH))
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.table(x) if self.places is None else self.table(x) + self.places
        x = self.norms[2](x) if self.after else x
        for norm, up, down in zip(self.norms, self.ups, self.downs, strict=False):
            x = norm(x + down(F.gelu(up(x)))) if self.after else x + down(F.gelu(up(norm(x))))
        return self.head(x if self.after else self.norms[2](x))


class Stage(nn.Module):
    """A ResNet's stage: two blocks that add to what a stem makes."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.last = nn.Conv2d(3, WIDTH, 3, padding=1, bias=False), nn.Linear(WIDTH, 5)
        self.first, self.second = (
            nn.ModuleList(nn.Conv2d(*sizes, 3, padding=1, bias=False) for _ in range(2))
            for sizes in ((WIDTH, 8), (8, WIDTH))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) for size in (WIDTH, 8, WIDTH, 8, WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norms[0](self.stem(x)))
        for at in range(2):
            y = F.relu(self.norms[1 + 2 * at](self.first[at](x)))
            x = F.relu(x + self.norms[2 + 2 * at](self.second[at](y)))
        return self.last(x.mean((2, 3)))


class Experts(nn.Module):
    """Experts in stacks of matrices, of which each token picks one by what a router says."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(WIDTH, 3, bias=False)
        self.up, self.down = (nn.Parameter(torch.randn(3, *sizes) / 4) for sizes in ((WIDTH, 12), (12, WIDTH)))

    def forward(self, x: Tensor) -> Tensor:
        shares, picked = self.router(x).softmax(-1).flatten(0, 1).max(dim=-1)
        y = torch.bmm(x.flatten(0, 1)[:, None], self.up[picked])
        y = torch.bmm(F.gelu(y), self.down[picked])[:, 0] * shares[:, None]
        return y.unflatten(0, x.shape[:2])


class Mixed(Stream):
    """A stream that experts write to."""

    def __init__(self) -> None:
        super().__init__(Root, places=False)
        self.experts = Experts()

    def forward(self, x: Tensor) -> Tensor:
        x = self.table(x)
        x = x + self.experts(self.norms[0](x))
        for norm, up, down in zip(self.norms, self.ups, self.downs, strict=False):
            x = x + down(F.gelu(up(norm(x))))
        return self.head(self.norms[2](x))


NETS: dict[str, Callable[[], nn.Module]] = {
    "decoder": lambda: Stream(Root, places=False, tied=True),
    "vision": lambda: Stream(lambda: nn.LayerNorm(WIDTH)),
    "encoder": lambda: Stream(lambda: nn.LayerNorm(WIDTH), after=True, tied=True),
    "cnn": Stage,
    "experts": Mixed,
}


def made(name: str) -> tuple[nn.Module, list[Tensor]]:
    torch.manual_seed(0)
    net = NETS[name]().eval()
    for key, value in [*net.named_parameters(), *net.named_buffers()]:
        if "norms" in key and value.is_floating_point():
            value.data.copy_(torch.rand_like(value) + 0.5)
    if name == "cnn":
        return net, [torch.randn(4, 3, 6, 6) for _ in range(4)]
    return net, [torch.randint(WORDS, (4, LENGTH)) for _ in range(4)]


def without(name: str, **options: Any) -> tuple[Program, Program, Pruned, list[Tensor]]:
    """A network in float64, before and after."""
    net, data = made(name)
    net, inputs = net.double(), [x.double() if x.is_floating_point() else x for x in data]
    program = capture(net, (inputs[0],))
    given: dict[str, Any] = {"units": ("residual channel",), "data": tuple(Batch((x,)) for x in inputs)}
    return program, *pruned(program, **(given | options)), inputs


@pytest.mark.parametrize("name", NETS)
def test_they_go_with_all_that_writes_and_reads_them(name: str) -> None:
    program, result, outcome, data = without(name, sparsity=0.5, importance="obs", compensation="affine")
    (one,) = outcome.gone
    assert (one.name, one.kind, one.size, len(one.indices)) == ("residual channel",) * 2 + (WIDTH, 8)
    small = result.copy()
    Pipeline(exact()).run(small, Context("cpu", speculation=EVERYWHERE))
    for x in data:
        given, found = (each.run((x,))[0] for each in (result, small))
        assert float((given - found).abs().max()) <= 1e-10 * float(given.abs().max())
    shapes = [tuple(held.shape) for held in small.weights().values()]
    assert not any(WIDTH in shape for shape in shapes)
    assert sum(8 in shape for shape in shapes) >= 6
    for held, kept in ((result.held_weights()[key], kept) for key, kept in outcome.kept.items()):
        assert kept.shape == held.shape and not bool(held[~kept].any())
    assert all(
        torch.equal(held, program.held_weights()[key])
        for key, held in without(name, sparsity=0.0)[1].held_weights().items()
    )


def test_onnx_runtime_runs_what_is_left() -> None:
    net, data = made("decoder")
    result = sparsec.prune(net, data, units="residual channel", sparsity=0.5, importance="magnitude")
    assert "residual channel" in str(result)
    small = result.compile(target="onnxruntime", measure=False)
    with torch.no_grad():
        torch.testing.assert_close(small(data[0]), result.model(data[0]), rtol=1e-4, atol=1e-5)
    assert not any(WIDTH in held.shape for held in small.module.state_dict().values())


@pytest.mark.parametrize(
    ("name", "importance"),
    [("decoder", "magnitude"), ("decoder", "taylor"), ("decoder", "variance"), ("cnn", "obs")],
)
def test_the_channel_that_carries_nothing_goes_first(name: str, importance: str) -> None:
    net, data = made(name)
    with torch.no_grad():
        quiet = (
            [net.table.weight, *(down.weight.T for down in net.downs)]
            if name == "decoder"
            else [net.stem.weight.transpose(0, -1), *(x.weight.transpose(0, -1) for x in net.second)]
        )
        for held in quiet:
            held[..., 5] *= 1e-3
        readers = [*net.ups] if name == "decoder" else [*net.first, net.last]
        for layer in readers:
            layer.weight[:, 5] *= 1e-3
        for norm in net.norms:
            for held in norm.parameters():
                if len(held) == WIDTH:
                    held[5] *= 1e-3
    loss = (lambda outputs, labels: outputs.flatten(1).square().mean(1)) if importance == "taylor" else None
    program = capture(net, (data[0],))
    batches = tuple(Batch((x,)) for x in data)
    _, outcome = pruned(
        program, units=("residual channel",), sparsity=1 / WIDTH, importance=importance, data=batches, loss=loss
    )
    assert outcome.gone[0].indices == (5,)


def test_what_allocations_are_told_of_them_is_what_happens() -> None:
    """What the model loses, and what all layers cost that write or read them."""
    asked = Asked(step=0.5, most=0.5)
    options: dict[str, Any] = {"importance": "obs", "compensation": "affine"}
    units = ("residual channel", "neuron")
    program, _, outcome, data = without(
        "vision", units=units, budget=Parameters(0.7), allocation=asked, measured=True, **options
    )
    assert outcome.left is not None and 0.4 <= outcome.left <= 0.7
    (one,) = [x for x in asked.told[-1][0] if x.name == "residual channel"]
    assert one.cost == 4 * WIDTH * 24 + WIDTH * WORDS and one.left[0.5] == pytest.approx(0.5)
    alone = ByName.of({one.name: 0.5, "*": 0.0})
    _, result, outcome, _ = without("vision", units=units, sparsity=0.5, allocation=alone, sequential=False, **options)
    assert [len(x.indices) for x in outcome.gone if x.kind == one.name] == [WIDTH // 2]
    lost = [divergence(program.run((x,)), result.run((x,))) for x in data]
    assert one.errors[0.5] == pytest.approx(sum(lost) / len(lost), rel=1e-4)


class Open(Stream):
    """Its output is the stream."""

    def __init__(self) -> None:
        super().__init__(lambda: nn.LayerNorm(WIDTH))
        self.head = nn.Identity()


class Shared(Stream):
    """A table that is read in another way, too."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + self.table.weight.sum()


@pytest.mark.parametrize(
    ("net", "options", "why"),
    [
        (Open, {}, "which the model gives, is as wide as they are"),
        (lambda: Shared(Root), {}, "'table.weight', which writes them, is read in other ways, too"),
        (lambda: Stream(Root), {"keep": ("downs.1",)}, "which writes them, stays as it is"),
        (lambda: Stream(Root), {"keep": ("ups.1",)}, "which reads them, stays as it is"),
        (lambda: nn.Sequential(nn.Embedding(WORDS, WIDTH), nn.Linear(WIDTH, 3)), {}, "has no residual channel"),
    ],
)
def test_what_cannot_go_says_why(net: Callable[[], nn.Module], options: dict[str, Any], why: str) -> None:
    torch.manual_seed(0)
    program = capture(net().eval(), (torch.randint(WORDS, (4, LENGTH)),))
    with pytest.raises(UserError, match=why):
        pruned(program, units=("residual channel",), sparsity=0.5, **options)
