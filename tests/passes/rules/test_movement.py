"""Data movement: where every position comes from, and the op that does the same to fewer channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.rewrite.remove_channels import RemoveChannels, close
from sparsec.passes.rules.facts import AXES
from sparsec.passes.rules.facts import Axes as AxesFacts
from sparsec.passes.rules.facts import Liveness as LivenessFacts
from sparsec.passes.rules.movement import Movement
from sparsec.passes.rules.table import TABLE

from ..harness import TOLERANCE, Outcome, Sandwich, captured, columns, difference, known, optimised

aten = torch.ops.aten

# Ops that move channels and, in the same breath, something else.
BOTH: dict[str, Callable[[Tensor], Tensor]] = {
    "flip": lambda x: x.flip(1, 2),
    "flip within a product": lambda x: x.unflatten(1, (2, 4)).flip(1, 2).flatten(1, 2),
    "roll": lambda x: x.roll((1, 2), (1, 2)),
    "roll within a product": lambda x: x.unflatten(1, (2, 4)).roll((1, 1), (1, 2)).flatten(1, 2),
}


@pytest.mark.parametrize("name", BOTH)
def test_several_dimensions_at_once(name: str) -> None:
    model = known(Sandwich(BOTH[name]), zeros={"first.weight": [0, 1, 4, 5], "second.weight": columns(2, 4)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


@pytest.mark.parametrize(
    "between",
    [
        lambda x: x.unsqueeze(1).expand(-1, 6, -1, -1).unbind(1)[5],
        lambda x: x.unsqueeze(1).expand(-1, 6, -1, -1)[:, 2],
        lambda x: x.unsqueeze(1).expand(-1, 6, -1, -1).split(2, 1)[1].flatten(0, 1),
        lambda x: x[:, None].expand(-1, 6, -1, -1).permute(0, 2, 1, 3)[:, :, 1:4].sum(2),
    ],
    ids=["one of six", "selected", "split", "summed"],
)
def test_copies_that_nobody_reads_go(between: Callable[[Tensor], Tensor]) -> None:
    """Where nothing else goes, only a number in the graph changes, and the pass says so."""

    class Copied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(8, 5)

        def forward(self, x: Tensor) -> Tensor:
            return between(self.first(x))

    model = known(Copied())
    program = captured(model, (5, 8))
    result = optimised(program)
    assert difference(result.program, model, (5, 8)) <= TOLERANCE
    assert not optimised(result.program).changed


@pytest.mark.parametrize(
    ("between", "first", "second", "shape"),
    [
        (lambda x: F.pixel_unshuffle(x, 2), nn.Conv2d(3, 5, 1), nn.Conv2d(20, 4, 1), (3, 6, 4)),
        (lambda x: F.pixel_unshuffle(x, 2), nn.Conv2d(3, 5, 2, padding=1), nn.Conv2d(20, 4, 1), (3, 5, 5)),
        (lambda x: F.pixel_shuffle(x, 2), nn.Conv2d(3, 12, 1), nn.Conv2d(3, 4, 1), (3, 6, 4)),
        (lambda x: F.unfold(x, (2, 3)), nn.Conv2d(3, 5, 1), nn.Conv1d(30, 4, 1), (3, 6, 4)),
        (lambda x: F.fold(x, (6, 4), (2, 3)), nn.Conv1d(3, 18, 1), nn.Conv2d(3, 4, 1), (3, 10)),
    ],
    ids=["unshuffle", "unshuffle a border", "shuffle", "unfold", "fold"],
)
def test_constants_in_blocks_that_do_not_divide_the_channels(
    between: Callable[[Tensor], Tensor], first: nn.Module, second: nn.Module, shape: tuple[int, ...]
) -> None:
    model = known(Sandwich(lambda x: between(F.relu(x)), first, second), zeros={"first.weight": [0, 1, 2]})
    result = optimised(captured(model, shape))
    assert difference(result.program, model, shape) <= TOLERANCE


# -------------------------------------------------------------------- labels: what rules say, what ops do
#
# Every op is run on a tensor of distinct numbers whose value tells the channel position that it started at, once with
# all channels and, made smaller by its rule, with a random selection of them.

GATHER = torch.tensor([3, 0, 7, 1, 6, 2, 5, 4])
REPEATS = torch.tensor([1, 2, 5, 5])
PLACES = torch.tensor([6, 2, 5])
AGAIN = torch.tensor([5, 5, 5])

# name: (op, function of a value with 8 channels along dimension 1 that ends with channels along dimension 1)
MOVES: dict[str, tuple[Any, Callable[[Tensor], Tensor]]] = {
    "cat": (aten.cat.default, lambda x: torch.cat([x, x * 1.0, x], 1)),
    "stack": (aten.stack.default, lambda x: torch.stack([x, x * 1.0], 2).flatten(1, 2)),
    "split": (aten.split.Tensor, lambda x: torch.cat(x.split(3, 1)[::-1], 1)),
    "split, one piece read": (aten.split.Tensor, lambda x: x.split(3, 1)[1]),
    "split_with_sizes": (aten.split_with_sizes.default, lambda x: torch.cat(x.split([1, 5, 2], 1)[::2], 1)),
    "unbind": (aten.unbind.int, lambda x: torch.stack([x.unbind(1)[i] for i in (6, 0, 3)], 1)),
    "slice": (aten.slice.Tensor, lambda x: x[:, 2:7]),
    "slice by steps": (aten.slice.Tensor, lambda x: x[:, 1::3]),
    "slice from the end": (aten.slice.Tensor, lambda x: x[:, -3:]),
    "select": (aten.select.int, lambda x: x.unflatten(1, (2, 4)).select(1, -1)),
    "select one": (aten.select.int, lambda x: x.select(1, 5).unsqueeze(1)),
    "index_select": (aten.index_select.default, lambda x: x.index_select(1, GATHER)),
    "index_select with repeats": (aten.index_select.default, lambda x: x.index_select(1, REPEATS)),
    "unsqueeze": (aten.unsqueeze.default, lambda x: x.unsqueeze(2).flatten(1, 2)),
    "reshape": (aten.reshape.default, lambda x: x.reshape(-1, 4, 2, 3, 3).relu().reshape(-1, 8, 9)[:, :, :, None]),
    "expand": (aten.expand.default, lambda x: x.unsqueeze(2).expand(-1, -1, 2, -1, -1)[:, :, 1]),
    "permute": (aten.permute.default, lambda x: x.permute(0, 3, 1, 2).permute(0, 2, 3, 1)),
    "transpose": (aten.transpose.int, lambda x: x.unflatten(1, (2, 4)).transpose(1, 2).flatten(1, 2)),
    "squeeze": (aten.squeeze.dims, lambda x: x.unsqueeze(2).squeeze((2,))),
    "flip": (aten.flip.default, lambda x: x.flip(1)),
    "roll": (aten.roll.default, lambda x: x.roll(-3, 1)),
    "index": (aten.index.Tensor, lambda x: x[:, GATHER]),
    "repeat": (aten.repeat.default, lambda x: x.repeat(1, 3, 1, 1)),
    "tile": (aten.tile.default, lambda x: aten.tile.default(x, [1, 2, 1, 1])),
    "repeat_interleave": (aten.repeat_interleave.self_int, lambda x: aten.repeat_interleave.self_int(x, 2, 1)),
    "pixel_unshuffle": (aten.pixel_unshuffle.default, lambda x: F.pixel_unshuffle(F.pad(x, (0, 1, 0, 1)), 2)),
    "pad": (aten.constant_pad_nd.default, lambda x: aten.constant_pad_nd.default(x, [0, 0, 0, 0, 2, 1], -1.0)),
    "index_put": (aten.index_put.default, lambda x: aten.index_put.default(x, [None, PLACES], x[:, ::3] * 1.0)),
    "index_copy": (aten.index_copy.default, lambda x: x.index_copy(1, PLACES, x[:, ::3] * 1.0)),
    "slice_scatter": (aten.slice_scatter.default, lambda x: x.slice_scatter(x[:, ::3] * 1.0, 1, 2, 8, 2)),
    "crop": (aten.constant_pad_nd.default, lambda x: aten.constant_pad_nd.default(x, [0, 0, 0, 0, -2, -1])),
}


class Moving(nn.Module):
    """``first`` writes the numbers of its channels, 1 to 8, into every pixel; the result is moved and returned."""

    def __init__(self, move: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.move = nn.Conv2d(1, 8, 1, bias=False), move

    def forward(self, x: Tensor) -> Tensor:
        return self.move(self.first(x))


def numbered(move: Callable[[Tensor], Tensor]) -> nn.Module:
    model = Moving(move).double().eval()
    with torch.no_grad():
        model.first.weight.copy_(torch.arange(1.0, 9.0)[:, None, None, None])
    return model


def behind(result: fx.Node, position: int, first: fx.Node, axes: AxesFacts) -> list[int]:
    """The channels of ``first`` that stay if one position of ``result`` is read, and no other."""
    live = LivenessFacts(axes)
    live.need(result, (np.arange(axes.of(result).labels.size) == position).reshape(axes.of(result).labels.shape))
    kept = close(axes, live, axes.constraints)
    return np.flatnonzero(kept[axes.ids.find(axes.of(first).labels)]).tolist()


@pytest.mark.parametrize("name", MOVES)
def test_labels_say_what_the_op_does(name: str) -> None:
    """What has to stay for a result position is the one channel whose number the real op puts there."""
    op, move = MOVES[name]
    model = numbered(move)
    program = optimised(captured(model, (1, 3, 3)), Axes()).program
    assert op in {node.target for node in program.nodes()}
    axes = program.facts[AXES]
    first = next(node for node in program.nodes() if node.target is aten.conv2d.default)
    result = program.outputs()[0]
    assert axes.of(result).dims == ((1,) if result.meta["val"].shape[1] > 1 else ())
    with torch.no_grad():
        numbers = model(torch.ones(2, 1, 3, 3, dtype=torch.float64)).amax((0, 2, 3)).long() - 1  # a fill is below 0
    own, moved = axes.ids.find(axes.of(first).labels), axes.ids.find(axes.of(result).labels).ravel()
    for position, channel in enumerate(numbers.tolist()):
        if channel >= 0:
            assert behind(result, position, first, axes) == [channel]
        else:
            assert moved[position] not in own


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("seed", range(2))
def test_the_smaller_op_commutes_with_compaction(name: str, seed: int) -> None:
    """With a random selection of the channels read, the smaller op yields the selected channels of the op's result."""
    _, move = MOVES[name]
    with torch.no_grad():
        width = numbered(move)(torch.ones(2, 1, 3, 3, dtype=torch.float64)).shape[1]
    random = torch.Generator().manual_seed(seed)
    dead = torch.rand(width, generator=random) < 0.5
    dead[int(torch.randint(width, (1,), generator=random))] = False  # something has to be read
    zeros = {"second.weight": columns(*dead.nonzero().flatten().tolist())}
    model = known(Sandwich(move, nn.Conv2d(3, 8, 1), nn.Conv2d(width, 4, 1)), zeros=zeros, seed=seed)
    steps = (Axes(), Constants(), Liveness(), RemoveChannels())
    result = optimised(captured(model, (3, 3, 3)), *steps)
    assert difference(result.program, model, (3, 3, 3)) <= TOLERANCE
    columns_left = result.shape("second.weight")[1]
    assert columns_left <= width
    assert result.shape("first.weight")[0] <= 8


@pytest.mark.parametrize("take", [lambda x: x[:, AGAIN], lambda x: x.index_select(1, AGAIN)])
def test_one_channel_taken_several_times_stays_as_often(take: Callable[[Tensor], Tensor]) -> None:
    model = numbered(lambda x: take(x).view(-1, 3, 1, 3, 3))
    result = optimised(captured(model, (1, 3, 3)), Axes(), Constants(), Liveness(), RemoveChannels())
    assert result.shape("first.weight")[0] == 1
    assert difference(result.program, model, (1, 3, 3)) <= TOLERANCE


@pytest.mark.parametrize(
    ("put", "why"),
    [
        (lambda x: x.index_copy(1, PLACES + (x.sum() > 1e9).long(), x[:, ::3] * 1.0), "at computed places"),
        (lambda x: aten.index_put.default(x, [None, PLACES], x[:, ::3] * 1.0, True), "or adds them"),
        (lambda x: aten.index_put.default(x, [None, PLACES], x[:, :1, :1, :1] * 1.0), "has another shape"),
        (lambda x: x.index_copy(1, PLACES, x.new_ones(3, 3, 3).expand(x.shape[0], 3, 3, 3)), "other dimensions"),
    ],
)
def test_what_is_put_in_another_way_stays(put: Callable[[Tensor], Tensor], why: str) -> None:
    model = numbered(put)
    result = optimised(captured(model, (1, 3, 3)))
    assert difference(result.program, model, (1, 3, 3)) <= TOLERANCE
    assert any(why in reason for reason in result.reasons), result.reasons


def test_every_movement_is_tried() -> None:
    tried = {op for op, _ in MOVES.values()}
    unseen = {op for op, rule in TABLE.items() if isinstance(rule, Movement)} - tried
    # Spelled differently by capture (view is reshape, chunk is split, squeeze lists its dimensions or drops all of size
    # one, t transposes the batch); test_table.py has a row for each.
    assert unseen == {
        aten.view.default,
        aten._unsafe_view.default,
        aten.chunk.default,
        aten.squeeze.default,
        aten.squeeze.dim,
        aten.t.default,
    }


# -------------------------------------------------------------------- weights that move


def checked(model: nn.Module, *shapes: tuple[int, ...], **options: Any) -> Outcome:
    """The model optimised, its numbers compared, and nothing left to do."""
    result = optimised(captured(model, *shapes), **options)
    assert difference(result.program, model, *shapes) <= TOLERANCE
    assert not optimised(result.program, **options).changed
    return result


class Tokens(nn.Module):
    """A learned token before the others, and learned places; 8 features."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.up, self.last = nn.Linear(3, 8), nn.Linear(8, 6), nn.Linear(6, 4)
        self.token, self.places = nn.Parameter(torch.empty(1, 1, 8)), nn.Parameter(torch.empty(1, 6, 8))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), self.first(x)], 1) + self.places
        return self.last(self.up(x).relu()[:, 0])


def test_a_learned_token_has_the_features_of_the_others() -> None:
    model = known(Tokens(), zeros={"up.weight": columns(1, 4)})
    program = captured(model, (5, 3))
    before = {name: weight.clone() for name, weight in program.weights().items()}
    result = checked(model, (5, 3))
    assert result.shape("first.weight") == (6, 3)
    assert result.shape("token") == (1, 1, 6)
    assert result.shape("places") == (1, 6, 6)
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())


class Prompt(nn.Module):
    """Learned features beside computed ones, the former read twice."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last, self.other = nn.Linear(3, 4), nn.Linear(8, 4), nn.Linear(4, 4)
        self.prompt = nn.Parameter(torch.empty(1, 5, 4))

    def forward(self, x: Tensor) -> Tensor:
        prompt = self.prompt.expand(x.shape[0], -1, -1)
        return self.last(torch.cat([self.first(x), prompt], 2)) + self.other(prompt.flip(2) * x[..., :1])


def test_a_weight_that_several_read() -> None:
    """Feature 6 of 8 is the third of the prompt, which the other reader, who does not read it either, has second.

    It does not read the first either, but the weight stays one weight for both.
    """
    model = known(Prompt(), zeros={"last.weight": columns(0, 6), "other.weight": columns(1, 3)})
    result = checked(model, (5, 3), speculative=False)
    assert result.shape("first.weight") == (3, 3)
    assert result.shape("prompt") == (1, 5, 3)
    assert result.shape("other.weight") == (4, 3)


# -------------------------------------------------------------------- dimensions that stay whole

PICKED: dict[str, Callable[[Tensor], Tensor]] = {
    "one token each": lambda x: x[torch.arange(x.shape[0]), x[..., 0].argmax(-1)],
    "tokens in another order": lambda x: x.index_select(1, x[..., 0].sum(0).argsort()),
    "tokens, several times": lambda x: x[:, x[..., 0].sum(0).argsort()[:3]],
}


@pytest.mark.parametrize("name", PICKED)
def test_features_of_picked_tokens(name: str) -> None:
    """Which tokens is computed; what nobody reads of them may go, and what is the same for all of them too."""
    model = Sandwich(PICKED[name], nn.Linear(3, 8), nn.Linear(8, 4))
    model = known(model, zeros={"first.weight": [1], "second.weight": columns(2, 4)})
    result = checked(model, (5, 3))
    assert result.shape("first.weight") == (5, 3)


def test_picked_features_stay() -> None:
    model = Sandwich(lambda x: x[..., x.sum((0, 1)).argsort()], nn.Linear(3, 8), nn.Linear(8, 4))
    model = known(model, zeros={"second.weight": columns(2, 4)})
    result = checked(model, (5, 3))
    assert "kept whole: reads at computed positions" in result.reasons
    assert result.shape("first.weight") == (8, 3)


# -------------------------------------------------------------------- copies of heads


class Grouped(nn.Module):
    """Six queries that share the keys and values of fewer heads, repeated by expand and reshape."""

    heads, size = 6, 4

    def __init__(self, groups: int = 2) -> None:
        super().__init__()
        self.groups = groups
        self.q, self.k = nn.Linear(3, self.heads * self.size), nn.Linear(3, groups * self.size)
        self.v, self.out = nn.Linear(3, groups * self.size), nn.Linear(self.heads * self.size, 3)

    def forward(self, x: Tensor) -> Tensor:
        q = self.q(x).unflatten(-1, (self.heads, self.size)).transpose(1, 2)
        k, v = self.repeated(self.k(x)), self.repeated(self.v(x))
        y = (q @ k.transpose(-1, -2)).softmax(-1) @ v
        return self.out(y.transpose(1, 2).flatten(2))

    def repeated(self, x: Tensor) -> Tensor:
        x = x.unflatten(-1, (self.groups, self.size)).transpose(1, 2)
        copies = x[:, :, None].expand(-1, -1, self.heads // self.groups, -1, -1)
        return copies.reshape(x.shape[0], self.heads, *x.shape[2:])


def head(*indices: int) -> list[int]:
    """The features of some heads of size 4, in a row."""
    return [4 * i + d for i in indices for d in range(4)]


# Heads that nobody reads, and what is left: heads of q and out, heads of k and v, where each is a copy from.
HEADS: list[tuple[list[int], int, int, list[int] | None]] = [
    ([], 6, 2, None),
    ([4], 5, 2, [0, 0, 0, 1, 1]),
    ([0, 4], 4, 2, [0, 0, 1, 1]),
    ([0, 1, 3], 3, 2, [0, 1, 1]),
    ([0, 1, 2, 4], 2, 1, [0, 0]),
    ([0, 1, 2, 3, 5], 1, 1, None),
]


@pytest.mark.parametrize(("dead", "queries", "keys", "copies"), HEADS, ids=str)
def test_heads_go_one_by_one(dead: list[int], queries: int, keys: int, copies: list[int] | None) -> None:
    result = checked(known(Grouped(), zeros={"out.weight": columns(*head(*dead))}), (5, 3))
    assert result.shape("q.weight")[0] == result.shape("out.weight")[1] == 4 * queries
    assert result.shape("k.weight")[0] == result.shape("v.weight")[0] == 4 * keys
    gathers = [n for n in result.program.nodes() if n.target is aten.index_select.default]
    assert [result.program.weight(n.args[2]).tolist() for n in gathers] == ([] if copies is None else [copies] * 2)


@pytest.mark.parametrize(("dead", "queries"), [([4], 5), ([0, 1, 3, 5], 2), ([0, 1, 2, 3, 4], 1)], ids=str)
def test_copies_of_one_head(dead: list[int], queries: int) -> None:
    """All of them are alike, so it is only a matter of how many."""
    result = checked(known(Grouped(1), zeros={"out.weight": columns(*head(*dead))}), (5, 3))
    assert result.shape("q.weight")[0] == 4 * queries
    assert result.shape("k.weight")[0] == 4
    assert aten.index_select.default not in {n.target for n in result.program.nodes()}


def test_copies_have_the_features_of_what_they_are_copies_of() -> None:
    zeros = {"out.weight": columns(*head(0, 4), *(4 * i + 1 for i in range(6)))}
    result = checked(known(Grouped(), zeros=zeros), (5, 3))
    assert result.shape("v.weight")[0] == 2 * 3
    assert result.shape("k.weight")[0] == 2 * 4
    assert result.shape("out.weight")[1] == 4 * 3
