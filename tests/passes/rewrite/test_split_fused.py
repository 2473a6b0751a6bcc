"""SplitFused: query, key and value of one layer shrink on their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.rewrite.split_fused import SplitFused

from ..harness import TOLERANCE, captured, columns, difference, known, op_names, optimised

WIDTH, HEADS, SIZE = 6, 3, 4
INNER = HEADS * SIZE
SHAPE = (5, WIDTH)
STEPS = (Axes(), Constants(), Liveness(), SplitFused())
Parts = Callable[[Tensor], tuple[Tensor, ...]]


def outermost(x: Tensor) -> tuple[Tensor, ...]:
    """All queries, then all keys, then all values (vision transformers)."""
    return x.unflatten(-1, (3, HEADS, SIZE)).permute(2, 0, 3, 1, 4).unbind(0)


def outermost_selected(x: Tensor) -> tuple[Tensor, ...]:
    parts = x.reshape(-1, 5, 3, HEADS, SIZE).permute(2, 0, 3, 1, 4)
    return parts[0], parts[1], parts[-1]


def interleaved(x: Tensor) -> tuple[Tensor, ...]:
    """Query, key and value of each head side by side (Bloom), not permuted before they are taken out."""
    parts = x.unflatten(-1, (HEADS, 3, SIZE))
    return tuple(parts[..., i, :].transpose(1, 2) for i in range(3))


def innermost(x: Tensor) -> tuple[Tensor, ...]:
    """Query, key and value of each feature side by side."""
    return x.unflatten(-1, (HEADS, SIZE, 3)).transpose(1, 2).unbind(-1)


LAYOUTS: dict[str, Parts] = {
    "outermost": outermost,
    "outermost, selected": outermost_selected,
    "interleaved": interleaved,
    "innermost": innermost,
}


class Attention(nn.Module):
    """Attention with one layer for query, key and value; ``parts`` takes its result apart."""

    def __init__(self, parts: Parts, bias: bool = True) -> None:
        super().__init__()
        self.qkv, self.out, self.parts = nn.Linear(WIDTH, 3 * INNER, bias), nn.Linear(INNER, WIDTH), parts

    def forward(self, x: Tensor) -> Tensor:
        y = F.scaled_dot_product_attention(*self.parts(self.qkv(x)))
        return self.out(y.transpose(1, 2).flatten(2))


def rows(parts: Parts, part: int, head: int | None = None, feature: int | None = None) -> list[int]:
    """The outputs of ``qkv`` that make up a part of it: of some head, or some feature of every head."""
    numbers = torch.arange(float(3 * INNER)).expand(2, 5, -1)
    found = parts(numbers)[part][0, :, 0]  # heads, features
    found = found if head is None else found[[head]]
    return (found if feature is None else found[:, [feature]]).flatten().int().tolist()


def silent(indices: list[int]) -> dict[str, list[int]]:
    return {"qkv.weight": indices, "qkv.bias": indices}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("bias", [True, False])
def test_queries_and_keys_shrink_and_values_do_not(name: str, bias: bool) -> None:
    parts = LAYOUTS[name]
    zeros = silent(rows(parts, 0, feature=2) + rows(parts, 1, feature=2))
    model = known(Attention(parts, bias), zeros=zeros if bias else {"qkv.weight": zeros["qkv.weight"]})
    program = captured(model, SHAPE)
    before = {key: weight.clone() for key, weight in program.weights().items()}
    split = optimised(program, *STEPS)
    assert split.changed
    assert "aten.split_with_sizes.default" in op_names(split.program)
    assert difference(split.program, model, SHAPE) <= TOLERANCE
    assert not optimised(split.program, *STEPS).changed
    result = optimised(program)
    assert result.shape("qkv.weight") == (9 + 9 + 12, WIDTH)
    assert difference(result.program, model, SHAPE) <= TOLERANCE
    assert not optimised(result.program).changed
    assert all(torch.equal(weight, before[key]) for key, weight in program.weights().items())


@pytest.mark.parametrize("name", LAYOUTS)
def test_values_shrink_and_queries_and_keys_do_not(name: str) -> None:
    third = [SIZE * i + 2 for i in range(HEADS)]
    model = known(Attention(LAYOUTS[name]), zeros={"out.weight": columns(*third)})
    result = optimised(captured(model, SHAPE))
    assert result.shape("qkv.weight") == (12 + 12 + 9, WIDTH)
    assert difference(result.program, model, SHAPE) <= TOLERANCE


@pytest.mark.parametrize("name", LAYOUTS)
def test_whole_heads_need_no_split(name: str) -> None:
    """They go from all three alike."""
    model = known(Attention(LAYOUTS[name]), zeros={"out.weight": columns(*range(SIZE, 2 * SIZE))})
    program = captured(model, SHAPE)
    assert not optimised(program, *STEPS).changed
    result = optimised(program)
    assert result.shape("qkv.weight") == (3 * 2 * SIZE, WIDTH)
    assert difference(result.program, model, SHAPE) <= TOLERANCE


@pytest.mark.parametrize("name", LAYOUTS)
def test_dense_parts_need_no_split(name: str) -> None:
    assert not optimised(captured(known(Attention(LAYOUTS[name])), SHAPE), *STEPS).changed


@pytest.mark.parametrize("name", LAYOUTS)
def test_constant_values_of_a_head(name: str) -> None:
    """Values that are their bias for every token are that after attention, too."""
    model = known(Attention(LAYOUTS[name]), zeros={"qkv.weight": rows(LAYOUTS[name], 2, head=1)})
    result = optimised(captured(model, SHAPE))
    assert result.shape("qkv.weight") == (3 * 2 * SIZE, WIDTH)
    assert difference(result.program, model, SHAPE) <= TOLERANCE


Run = Callable[[Tensor, Tensor], tuple[Tensor, ...]]


class Uses(nn.Module):
    """A layer for two values, of 2 x 4 features, that ``run`` takes apart; they are read by a layer each."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.both, self.one, self.two, self.run = nn.Linear(WIDTH, 16), nn.Linear(4, 3), nn.Linear(4, 3), run

    def forward(self, x: Tensor) -> Tensor:
        y = self.both(x)
        one, two, *rest = self.run(y, y.unflatten(-1, (2, 2, 4)))
        return self.one(one) + self.two(two) + sum(rest)


# Functions of what the layer returns, flat and as batch, token, value, head, feature.
SPLIT: dict[str, Run] = {
    "unbind": lambda y, z: z.unbind(2),
    "select": lambda y, z: (z.select(2, 0), z.select(-3, -1)),
    "one of them twice": lambda y, z: (z.select(2, 0), z.select(2, 1), z.select(2, 1).sum(-1, keepdim=True)),
    "one of them alone": lambda y, z: (z.select(2, 1), z.select(2, 1).roll(1, 3)),
    "transposed": lambda y, z: z.transpose(2, 3).unbind(3),
}
LEFT: dict[str, Run] = {
    "read before the reshape": lambda y, z: (*z.unbind(2), y.sum(-1)[..., None, None]),
    "read behind the reshape": lambda y, z: (*z.unbind(2), z.sum((2, 3, 4))[..., None, None]),
    "a slice": lambda y, z: (z.select(2, 0), z.narrow(2, 1, 1).squeeze(2)),
    "along two dimensions": lambda y, z: (z.select(2, 0), z.select(3, 0)),
    "along the tokens": lambda y, z: (z.select(1, 0), z.select(1, 1)),
    "no reshape": lambda y, z: y.split(8, -1)[0].unflatten(-1, (2, 4)).unsqueeze(0).expand(2, -1, -1, -1, -1).unbind(0),
}


@pytest.mark.parametrize("name", SPLIT)
def test_splits(name: str) -> None:
    """Feature 3 of the one is not read."""
    model = known(Uses(SPLIT[name]), zeros={"one.weight": columns(3)})
    program = captured(model, SHAPE)
    split = optimised(program, *STEPS)
    assert "aten.split_with_sizes.default" in op_names(split.program)
    assert difference(split.program, model, SHAPE) <= TOLERANCE
    assert not optimised(split.program, *STEPS).changed
    result = optimised(program)
    assert difference(result.program, model, SHAPE) <= TOLERANCE


@pytest.mark.parametrize("name", LEFT)
def test_leaves(name: str) -> None:
    model = known(Uses(LEFT[name]), zeros={"one.weight": columns(3)})
    program = captured(model, SHAPE)
    assert not optimised(program, *STEPS).changed
    assert difference(optimised(program).program, model, SHAPE) <= TOLERANCE


class Twice(nn.Module):
    """One attention called twice, and its layer once more without being taken apart."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.last = Attention(interleaved), nn.Linear(3 * INNER, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x + self.attention(x))
        return self.last(self.attention.qkv(x))


def test_shared_weight() -> None:
    """Reordered for the readers that are split, as it was for the other."""
    silent_rows = rows(interleaved, 0, feature=2) + rows(interleaved, 1, feature=2)
    zeros = {f"attention.{name}": index for name, index in silent(silent_rows).items()}
    model = known(Twice(), zeros=zeros)
    result = optimised(captured(model, SHAPE))
    fused = sorted(tuple(w.shape) for name, w in result.program.weights().items() if "qkv.weight" in name)
    assert fused == [(30, WIDTH), (30, WIDTH)]
    assert difference(result.program, model, SHAPE) <= TOLERANCE
