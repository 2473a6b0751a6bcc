"""Masks and operators that multiply at any granularity (layers, heads, units, a shared hidden axis) fold and leave."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.pipeline import exact

from .harness import Outcome, optimised

WIDTH, HEADS, NEURONS, WORDS = 16, 4, 24, 20
HIDDEN = [2, 5, 11]
"""Places of the hidden axis that are gone."""
EXACT = 1e-10


def drawn(model: nn.Module) -> nn.Module:
    """Random weights, none of them zero; masks as they are."""
    generator = torch.Generator().manual_seed(0)
    model = model.double().eval()
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(torch.rand(value.shape, generator=generator, dtype=torch.float64) + 0.1)
            value *= torch.where(torch.rand(value.shape, generator=generator) < 0.5, -0.5, 0.5)
    return model


def mask(size: int, gone: slice | list[int] | None = None) -> Tensor:
    """Factors, most of them 1, one of them a number between, as masks are that training has not brought to an end."""
    made = torch.ones(size, dtype=torch.float64)
    made[-1] = 0.75
    if gone is not None:
        made[gone] = 0
    return made


def folded(model: nn.Module, *inputs: Tensor) -> Outcome:
    """What becomes of a model; it answers as before."""
    result = optimised(capture(model, inputs), *exact())
    for seed in range(2):
        others = tuple(_other(x, seed) for x in inputs)
        with torch.no_grad():
            assert relative_error(result.program.run(others), [model(*others)]) <= EXACT
    return result


def _other(like: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    if like.is_floating_point():
        return torch.randn(like.shape, generator=generator, dtype=like.dtype)
    return torch.randint(0, int(like.max()) + 1, like.shape, generator=generator)


class Attention(nn.Module):
    """Masks of heads, of the whole, of what is added to the scores; they are None where there are none."""

    def __init__(self, bias: bool = True) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH, bias=bias) for _ in range(4))
        self.heads: Tensor | None
        self.register_buffer("heads", None)

    def forward(self, x: Tensor, added: Tensor | None = None) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        context = (scores if added is None else scores + added).softmax(-1) @ v
        if self.heads is not None:
            context = context * self.heads.view(1, -1, 1, 1)
        return self.o(context.transpose(1, 2).reshape(batch, length, WIDTH))  # type: ignore[no-any-return]


# ----------------------------------------------------------- CoFi: layers, heads, units, the hidden axis of all layers


class KeptNorm(nn.LayerNorm):
    """A layer norm of those places of the hidden axis that its mask keeps; the others are zero."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.register_buffer("kept", torch.tensor([i for i in range(width) if i not in HIDDEN]))

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:  # type: ignore[override]
        weight, bias = self.weight[self.kept], self.bias[self.kept]
        normed = F.layer_norm(x.index_select(-1, self.kept), [len(self.kept)], weight, bias, self.eps)
        result = x.clone()
        result[..., self.kept] = normed
        return result


class PlainNorm(nn.LayerNorm):
    """A layer norm of all of them, masked behind."""

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(x) * hidden


class MaskedLayer(nn.Module):
    def __init__(self, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.attention, self.one, self.two = Attention(), norm(WIDTH), norm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, NEURONS), nn.Linear(NEURONS, WIDTH)
        self.register_buffer("whole", torch.ones(2))
        self.register_buffer("units", mask(NEURONS))
        self.attention.heads = mask(HEADS)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        x = self.one(self.attention(x) * self.whole[0] * hidden + x, hidden)
        y = self.down(F.gelu(self.up(x)) * self.units) * self.whole[1] * hidden
        return self.two(y + x, hidden)  # type: ignore[no-any-return]


class Masked(nn.Module):
    def __init__(self, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.words, self.norm = nn.Embedding(WORDS, WIDTH), norm(WIDTH)
        self.layers = nn.ModuleList(MaskedLayer(norm) for _ in range(3))
        self.head = nn.Linear(WIDTH, 3)
        self.register_buffer("hidden", torch.ones(WIDTH))

    def forward(self, words: Tensor) -> Tensor:
        x = self.norm(self.words(words) * self.hidden, self.hidden)
        for layer in self.layers:
            x = layer(x, self.hidden)
        return self.head(x[:, 0])  # type: ignore[no-any-return]


def masked(norm: Callable[[int], nn.Module]) -> nn.Module:
    """A layer without its attention, one without its MLP, one with fewer heads and units; a narrower hidden axis."""
    model = drawn(Masked(norm))
    first, second, third = model.layers  # type: ignore[misc]
    first.attention.heads[[1]], first.units[::3] = 0, 0
    second.whole[0], third.whole[1] = 0, 0
    third.attention.heads[[0, 2]] = 0
    model.hidden[HIDDEN] = 0
    return model


@pytest.mark.parametrize("norm", [KeptNorm, PlainNorm])
def test_masks_of_layers_heads_units_and_the_hidden_axis(norm: Callable[[int], nn.Module]) -> None:
    result = folded(masked(norm), torch.arange(12).reshape(2, 6))
    names = result.program.weights().keys()
    assert not [name for name in names if name.endswith(("heads", "units", "whole", "hidden"))]
    width = WIDTH - len(HIDDEN)
    assert result.shape("words.weight") == (WORDS, width)
    assert result.shape("layers.0.attention.v.weight") == (WIDTH - 4, width)
    assert result.shape("layers.0.attention.q.weight") == (WIDTH - 4, width)
    assert result.shape("layers.0.up.weight") == (NEURONS - 8, width)
    assert not [name for name in names if name.startswith(("layers.1.attention", "layers.2.up", "layers.2.down"))]
    assert result.shape("layers.2.attention.o.weight") == (width, WIDTH - 8)
    assert result.shape("head.weight") == (3, width)


# ------------------------------------------------------------------ PAT: operators and one mask, around every block


class RootNorm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class Operator(nn.Module):
    """What is trained between blocks: a factor for each channel, something of low rank, and the mask that all share."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.ones(WIDTH))
        self.down, self.up = nn.Linear(WIDTH, 2, bias=False), nn.Linear(2, WIDTH, bias=False)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        return (x * self.factor + self.up(self.down(x))) * hidden  # type: ignore[no-any-return]


class TunedLayer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention, self.one, self.two = Attention(bias=False), RootNorm(), RootNorm()
        self.gate, self.up = nn.Linear(WIDTH, NEURONS, bias=False), nn.Linear(WIDTH, NEURONS, bias=False)
        self.down = nn.Linear(NEURONS, WIDTH, bias=False)
        self.behind = nn.ModuleList((Operator(), Operator()))

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        x = x + self.behind[0](self.attention(self.one(x)), hidden)
        y = self.two(x)
        return x + self.behind[1](self.down(F.silu(self.gate(y)) * self.up(y)), hidden)  # type: ignore[no-any-return]


class Tuned(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.first, self.norm = nn.Embedding(WORDS, WIDTH), Operator(), RootNorm()
        self.layers = nn.ModuleList(TunedLayer() for _ in range(2))
        self.head = nn.Linear(WIDTH, WORDS, bias=False)
        self.register_buffer("hidden", mask(WIDTH, [2, 5, 11, 12]))

    def forward(self, words: Tensor) -> Tensor:
        x = self.first(self.words(words), self.hidden)
        for layer in self.layers:
            x = layer(x, self.hidden)
        return self.head(self.norm(x))  # type: ignore[no-any-return]


def test_operators_and_the_mask_that_they_share() -> None:
    result = folded(drawn(Tuned()), torch.arange(12).reshape(2, 6))
    weights = result.program.weights()
    assert not [name for name in weights if "behind" in name or name.startswith(("first", "hidden"))]
    for name, weight in weights.items():
        assert WIDTH not in weight.shape or "attention" in name, name
    assert result.shape("words.weight") == (WORDS, WIDTH - 4)
    assert result.shape("layers.1.attention.o.weight") == (WIDTH - 4, WIDTH)
    assert result.shape("layers.0.gate.weight") == (NEURONS, WIDTH - 4)


# -------------------------------------------------------------- GTSP: graph transformers, what is added to the scores


class GraphLayer(nn.Module):
    """What is added to the scores comes from how far nodes are apart, by head; masks of weights, heads and layers."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.norm, self.two = Attention(), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, NEURONS), nn.Linear(NEURONS, WIDTH)
        self.attention.heads = mask(HEADS)
        self.register_buffer("whole", torch.ones(2))
        self.register_buffer("added", mask(HEADS))
        self.register_buffer("weights", torch.ones(NEURONS, WIDTH))

    def forward(self, x: Tensor, apart: Tensor) -> Tensor:
        x = x + self.attention(self.norm(x), apart * self.added.view(1, -1, 1, 1)) * self.whole[0]
        hidden = F.linear(self.two(x), self.up.weight * self.weights, self.up.bias).relu()
        return x + self.down(hidden) * self.whole[1]  # type: ignore[no-any-return]


class Graph(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enter, self.apart = nn.Linear(5, WIDTH), nn.Embedding(6, HEADS)
        self.layers = nn.ModuleList(GraphLayer() for _ in range(3))
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, nodes: Tensor, distances: Tensor) -> Tensor:
        x, apart = self.enter(nodes), self.apart(distances).permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x, apart)
        return self.head(x.mean(1))  # type: ignore[no-any-return]


def graph(heads: tuple[list[int], list[int], list[int]]) -> nn.Module:
    model = drawn(Graph())
    first, second, third = model.layers  # type: ignore[misc]
    for layer, gone in zip((first, second, third), heads, strict=True):
        layer.attention.heads[gone] = 0
    first.weights[:8] = 0
    first.up.bias.data[:8] = -1
    second.whole[0], third.whole[1] = 0, 0
    return model


INPUTS = (torch.randn(2, 5, 5, dtype=torch.float64), torch.arange(50).reshape(2, 5, 5) % 6)


def test_masks_of_a_graph_transformer() -> None:
    result = folded(graph(([0], [], [1, 2])), *INPUTS)
    names = result.program.weights().keys()
    assert not [name for name in names if name.endswith(("heads", "whole", "weights"))]
    assert result.shape("layers.0.attention.q.weight") == (WIDTH - 4, WIDTH)
    assert (NEURONS - 8, WIDTH) in {tuple(weight.shape) for weight in result.program.weights().values()}
    assert not [name for name in names if name.startswith(("layers.1.attention", "layers.2.up", "layers.2.down"))]
    assert result.shape("layers.2.attention.v.weight") == (WIDTH - 8, WIDTH)


def test_heads_that_are_gone_everywhere_need_no_distances() -> None:
    result = folded(graph(([2], [2], [2])), *INPUTS)
    assert result.shape("apart.weight") == (6, HEADS - 1)


def test_what_is_added_to_scores_goes_with_its_mask() -> None:
    model = graph(([], [], []))
    for layer in model.layers:  # type: ignore[union-attr]
        layer.added[:] = 0
    result = folded(model, *INPUTS)
    assert "apart.weight" not in result.program.weights()
