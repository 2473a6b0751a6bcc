"""Units: neurons, heads and channels go with all that only they need, and what is compiled is smaller by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.compiler.pipeline import Pipeline, exact
from sparsec.passes.base import Context
from sparsec.passes.prune.budget import Macs, Parameters
from sparsec.passes.prune.outcome import Pruned
from sparsec.passes.prune.units import found_axes, gone, widths_of
from sparsec.passes.prune.walk import Batch

from .test_prune import pruned


class Block(nn.Module):
    """Attention whose queries share keys and values in pairs, and a gated feed-forward layer, on a residual stream."""

    def __init__(self, width: int = 16, heads: int = 4, groups: int = 2) -> None:
        super().__init__()
        self.size = width // heads
        self.norm, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.o = nn.Linear(width, width), nn.Linear(width, width)
        self.k, self.v = (nn.Linear(width, groups * self.size) for _ in range(2))
        self.gate, self.up, self.down = nn.Linear(width, 24), nn.Linear(width, 24), nn.Linear(24, width)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        q, k, v = (part(y).unflatten(-1, (-1, self.size)).transpose(1, 2) for part in (self.q, self.k, self.v))
        y = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
        x = x + self.o(y.transpose(1, 2).flatten(2))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Convolutions(nn.Module):
    """Channels through a norm, a depthwise and a grouped convolution, and a sum of two paths."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.expand, self.depth = nn.Conv2d(8, 16, 1), nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.project = nn.Conv2d(16, 8, 1)
        self.grouped, self.last = nn.Conv2d(8, 12, 3, groups=2), nn.Linear(12, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.norm(self.stem(x)))
        x = x + self.project(F.relu(self.depth(F.relu6(self.expand(x)))))
        return self.last(F.relu(self.grouped(x)).mean((2, 3)))


class Recording(nn.Module):
    """Neurons whose mean values are kept: a buffer has no fewer numbers because they are zero."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(8, 6), nn.Linear(6, 3)
        self.register_buffer("seen", torch.zeros(6))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.first(x))
        self.seen.add_(x.mean(0))
        return self.last(x)


NETS: dict[str, tuple[type[nn.Module], tuple[int, ...]]] = {"block": (Block, (6, 16)), "cnn": (Convolutions, (3, 8, 8))}


def batches(sizes: tuple[int, ...], count: int = 4) -> tuple[Batch, ...]:
    g = torch.Generator().manual_seed(0)
    return tuple(Batch((torch.randn(3, *sizes, generator=g),)) for _ in range(count))


@pytest.fixture(scope="module", params=NETS)
def net(request: pytest.FixtureRequest) -> tuple[Program, tuple[Batch, ...]]:
    torch.manual_seed(0)
    kind, sizes = NETS[request.param]
    data = batches(sizes)
    return capture(kind().eval(), data[0].inputs), data


def left(program: Program) -> float:
    """The multiplications that removal leaves, as a share."""
    axes = found_axes(program, Context())
    widths = widths_of(program, axes, lambda *given: Macs(1.0).at(given[0], Context(), *given[1:]))
    dead = gone(program, Context())
    return widths.cost(dead) / widths.cost(dead & False)


UNITS = ("neuron", "head", "channel")


def without(program: Program, *, units: tuple[str, ...] = UNITS, **options: Any) -> tuple[Program, Pruned]:
    return pruned(program, units=units, **options)


@pytest.mark.parametrize("importance", ["magnitude", "wanda", "obs"])
def test_half_of_all_units_go(net: tuple[Program, tuple[Batch, ...]], importance: str) -> None:
    program, data = net
    result, outcome = without(program, sparsity=0.5, importance=importance, data=data)
    assert outcome.gone
    assert all(len(one.indices) == one.size // 2 for one in outcome.gone)
    assert left(result) < 0.6
    for name, kept in outcome.kept.items():
        assert bool((result.held_weights()[name][~kept] == 0).all())


def test_nothing_asked_is_dense(net: tuple[Program, tuple[Batch, ...]]) -> None:
    program, data = net
    result, _ = without(program, sparsity=0.0, importance="obs", compensation="affine", data=data)
    assert all(held is program.held_weights()[name] for name, held in result.held_weights().items())


def test_others_make_up_for_them(net: tuple[Program, tuple[Batch, ...]]) -> None:
    program, data = net
    errors = []
    for compensation in ("none", "affine"):
        result, _ = without(program, sparsity=0.4, importance="obs", compensation=compensation, data=data)
        away = [result.run(batch.inputs)[0] - program.run(batch.inputs)[0] for batch in data]
        errors.append(float(torch.cat(away).detach().norm()))
    assert errors[1] < 0.8 * errors[0]


def test_heads_go_with_their_queries_and_groups_with_all() -> None:
    torch.manual_seed(0)
    data = batches((6, 16))
    program = capture(Block().eval(), data[0].inputs)
    result, outcome = without(program, units=("kv group",), sparsity=0.5, importance="wanda", data=data)
    (group,) = outcome.gone
    assert (group.size, len(group.indices)) == (2, 1)
    held = result.held_weights()
    rows = slice(4 * group.indices[0], 4 * group.indices[0] + 4)
    assert not held["k.weight"][rows].any()
    assert not held["v.weight"][rows].any()
    assert int((held["q.weight"] == 0).all(dim=1).sum()) == 8
    result, outcome = without(program, units=("head",), sparsity=0.5, importance="wanda", data=data)
    (head,) = outcome.gone
    assert head.indices in ((0, 2), (1, 3))  # one of each group, at one place
    assert int((result.held_weights()["q.weight"] == 0).all(dim=1).sum()) == 8
    assert result.held_weights()["k.weight"].all()  # the other query of its group needs them


def test_places_of_values_go_in_all_heads() -> None:
    """Alone, and beside heads: narrower values, and queries and keys as they were."""
    torch.manual_seed(0)
    data = batches((6, 16))
    program = capture(Block().eval(), data[0].inputs)
    result, outcome = without(program, units=("value channel",), sparsity=0.5, importance="wanda", data=data)
    (place,) = outcome.gone
    assert (place.name, place.size, len(place.indices)) == ("value channel", 4, 2)
    held = result.held_weights()
    dead = (held["v.weight"] == 0).all(dim=1).reshape(2, 4)
    assert dead.sum(dim=1).tolist() == [2, 2] and torch.equal(dead[0], dead[1])
    assert held["q.weight"].all() and held["k.weight"].all()
    both = ("head", "value channel")
    result, outcome = without(program, units=both, sparsity=0.5, importance="obs", compensation="affine", data=data)
    assert {one.kind: len(one.indices) for one in outcome.gone} == {"head": 2, "value channel": 2}
    assert int((result.held_weights()["o.weight"] == 0).all(dim=0).sum()) == 16 - 2 * 2


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("recurrent unit", "pattern='scattered'"),
        ("feature", "pattern='8x1'"),
    ],
)
def test_what_cannot_go_as_a_whole_says_what_can(net: tuple[Program, tuple[Batch, ...]], kind: str, hint: str) -> None:
    with pytest.raises(UserError, match=f"a {kind} cannot go as a whole") as caught:
        without(net[0], units=(kind,), sparsity=0.5)
    assert hint in str(caught.value)


def test_groups_lose_as_many_channels_each() -> None:
    torch.manual_seed(0)
    data = batches((3, 8, 8))
    program = capture(Convolutions().eval(), data[0].inputs)
    with torch.no_grad():
        program.weights()["last.weight"][:, :6] *= 1e-3  # the first group's
    _, outcome = without(program, units=("channel",), sparsity=0.5, importance="wanda", data=data)
    found = next(one for one in outcome.gone if one.size == 12)
    assert sum(index < 6 for index in found.indices) == 3


@pytest.mark.parametrize("budget", [Macs(0.7), Parameters(0.7)])
def test_budgets_are_met(net: tuple[Program, tuple[Batch, ...]], budget: Any) -> None:
    program, data = net
    _, outcome = without(program, budget=budget, importance="obs", data=data)
    assert outcome.left is not None
    assert 0.5 < outcome.left <= 0.7


def test_what_is_left_of_a_grouped_layer() -> None:
    """A channel of a depthwise layer costs its taps, whatever else goes: multiplications are those that run."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 6, 1, groups=2)).eval()
    program = capture(net, (torch.randn(1, 3, 5, 5),))
    axes = found_axes(program, Context())
    widths = widths_of(program, axes, lambda *given: Parameters(1.0).at(given[0], Context(), *given[1:]))
    whole = np.zeros(len(axes.ids) + 1, dtype=np.bool_)
    assert widths.cost(whole) == pytest.approx(3 * 8 + 8 * 9 + 2 * 4 * 3)
    dead = whole.copy()
    for _, _, rows, _ in widths.work[:2]:
        dead[rows.reshape(-1)[[0, 1, 2, 4]]] = True
    assert widths.cost(dead) == pytest.approx(3 * 4 + 4 * 9 + (1 + 3) * 3)


def test_what_cannot_go_says_why() -> None:
    torch.manual_seed(0)
    program = capture(nn.Sequential(nn.Linear(4, 6), nn.ReLU()).eval(), (torch.randn(2, 4),))
    with pytest.raises(UserError, match="no neuron that may go"):
        without(program, units=("neuron",), sparsity=0.5)


def test_units_that_go_together_or_not_at_all_are_refused() -> None:
    torch.manual_seed(0)
    program = capture(Recording().eval(), (torch.randn(5, 8),))
    with pytest.raises(UserError, match="can only go together"):
        pruned(program, sparsity=0.5, units=("neuron", "channel"))


class Twice(nn.Module):
    """Two residual streams in one place, and neurons that are an output, too."""

    def __init__(self) -> None:
        super().__init__()
        self.w, self.b, self.last = nn.Parameter(torch.randn(8, 8)), nn.Parameter(torch.randn(8)), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(2):
            x = torch.relu(torch.addmm(self.b, x, self.w))
        return self.last(x)


def test_places_that_share_a_name_are_told_apart() -> None:
    """And a weight that is turned for two products is one weight still."""
    torch.manual_seed(0)
    program = capture(Twice().eval(), (torch.randn(5, 8),))
    result, outcome = pruned(program, sparsity=0.5, units=("neuron", "channel"))
    names = [one.name for one in outcome.gone] + [*outcome.refused]
    assert len(names) == len({*names})
    result, outcome = pruned(program, sparsity=0.5)
    assert {one.name for one in outcome.outcomes} == {"w", "last"}
    assert float((result.held_weights()["w"] == 0).double().mean()) == 0.5
    assert outcome.kept["w"].equal(result.held_weights()["w"] != 0)


class Both(nn.Module):
    """A weight, and its transpose."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(8, 6)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.layer(x)) @ self.layer.weight


def test_a_weight_that_is_read_in_several_ways_stays() -> None:
    program = capture(nn.Sequential(nn.Linear(5, 8), Both()).eval(), (torch.randn(3, 5),))
    result, outcome = pruned(program, sparsity=0.5)
    assert "several ways" in outcome.refused["1.layer"]
    assert {one.name for one in outcome.outcomes} == {"0"} and outcome.kept.keys() == {"0.weight"}
    assert torch.equal(result.held_weights()["1.layer.weight"], program.held_weights()["1.layer.weight"])


class Biased(nn.Module):
    """Attention layers whose heads have biases by distance, of one table for all layers but one."""

    def __init__(self, width: int = 16, heads: int = 4) -> None:
        super().__init__()
        self.size = width // heads
        self.table = nn.Embedding(9, heads)
        self.first, self.second, self.alone = (
            nn.ModuleList([nn.Linear(width, width) for _ in range(4)]) for _ in range(3)
        )

    def attend(self, layers: nn.ModuleList, x: Tensor, bias: Tensor | None) -> Tensor:
        q, k, v = (layer(x).unflatten(-1, (-1, self.size)).transpose(1, 2) for layer in layers[:3])
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return x + layers[3](y.transpose(1, 2).flatten(2))

    def forward(self, x: Tensor) -> Tensor:
        places = torch.arange(x.shape[1])
        bias = self.table((places[:, None] - places).abs()).permute(2, 0, 1)[None]
        x = self.attend(self.first, x, bias)
        x = self.attend(self.alone, x, None)
        return self.attend(self.second, x, bias)


def test_heads_that_share_a_table_of_biases_go_together() -> None:
    torch.manual_seed(0)
    data = batches((6, 16))
    program = capture(Biased().eval(), data[0].inputs)
    result, outcome = without(
        program, units=("head",), sparsity=0.5, importance="obs", compensation="affine", data=data
    )
    went = {one.name: one.indices for one in outcome.gone}
    assert {name: len(indices) for name, indices in went.items()} == {
        "first.head": 2,
        "alone.head": 2,
        "second.head": 2,
    }
    assert went["first.head"] == went["second.head"]
    held = result.held_weights()
    for name in ("first", "second", "alone"):
        for row in (0, 1, 2):
            gone_rows = (held[f"{name}.{row}.weight"] == 0).all(dim=1).reshape(4, 4).all(dim=1)
            assert tuple(gone_rows.nonzero().flatten().tolist()) == went[f"{name}.head"]


class Repeating(Block):
    """A block that repeats keys and values for the queries of each group, as Hugging Face's do."""

    def turned(self, x: Tensor) -> Tensor:
        return x

    def repeated(self, x: Tensor) -> Tensor:
        batch, groups, length, size = x.shape
        return x[:, :, None].expand(batch, groups, 2, length, size).reshape(batch, 2 * groups, length, size)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        q, k, v = (part(y).unflatten(-1, (-1, self.size)).transpose(1, 2) for part in (self.q, self.k, self.v))
        q, k, v = self.turned(q), self.repeated(self.turned(k)), self.repeated(v)
        return x + self.o(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class Turning(Repeating):
    """A block with rotary embeddings, computed where they are used: pairs are half a head apart."""

    def __init__(self, **sizes: int) -> None:
        super().__init__(**sizes)
        self.register_buffer("speeds", 1.0 / (1.0 + torch.arange(self.size // 2)))

    def turned(self, x: Tensor) -> Tensor:
        half = self.size // 2
        angles = torch.arange(x.shape[2])[:, None] * self.speeds
        angles = torch.cat([angles, angles], dim=-1)
        return x * angles.cos() + torch.cat([-x[..., half:], x[..., :half]], dim=-1) * angles.sin()


class TurningGroups(Turning):
    """The same where the product itself shares keys and values."""

    def repeated(self, x: Tensor) -> Tensor:
        return x

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        q, k, v = (part(y).unflatten(-1, (-1, self.size)).transpose(1, 2) for part in (self.q, self.k, self.v))
        y = F.scaled_dot_product_attention(self.turned(q), self.turned(k), v, enable_gqa=True)
        return x + self.o(y.transpose(1, 2).flatten(2))


@pytest.mark.parametrize(
    ("kind", "net"),
    [
        ("query-key channel", Block),
        ("query-key channel", Repeating),
        ("rotary pair", Turning),
        ("rotary pair", TurningGroups),
    ],
)
def test_places_of_queries_and_keys_go_with_both(kind: str, net: type[Block]) -> None:
    torch.manual_seed(0)
    data = batches((6, 32))
    program = capture(net(width=32, heads=4).eval(), data[0].inputs)
    result, outcome = without(program, units=(kind,), sparsity=0.5, importance="obs", compensation="affine", data=data)
    (one,) = outcome.gone
    places = [*one.indices]
    if kind == "rotary pair":  # a place of the first half of a head, and the one of the same number of the other
        assert (one.kind, one.size, len(one.indices)) == (kind, 4, 2)
        places += [index + 4 for index in one.indices]
    else:
        assert (one.kind, one.size, len(one.indices)) == (kind, 8, 4)
    held = result.held_weights()
    for name, heads in (("q", 4), ("k", 2)):
        dead = (held[f"{name}.weight"] == 0).all(dim=1).reshape(heads, 8)
        assert all(row.nonzero().flatten().tolist() == places for row in dead)
        assert torch.equal(held[f"{name}.bias"] == 0, dead.flatten())
        assert torch.equal(outcome.kept[f"{name}.bias"], ~dead.flatten())
    for name in ("v", "o"):
        assert torch.equal(held[f"{name}.weight"], program.held_weights()[f"{name}.weight"])
    assert left(result) < left(program)


class Fused(nn.Module):
    """One weight for queries and the only key and value, heads with slopes made by a count, gates beside neurons."""

    def __init__(self, width: int = 16, heads: int = 4) -> None:
        super().__init__()
        self.size, self.heads = width // heads, heads
        self.qkv, self.o = nn.Linear(width, width + 2 * self.size), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 48), nn.Linear(24, width)

    def forward(self, x: Tensor) -> Tensor:
        heads = self.qkv(x).unflatten(-1, (-1, self.size)).transpose(1, 2)
        q, k, v = heads[:, : self.heads], heads[:, [-2]], heads[:, [-1]]
        slopes = 0.5 ** torch.arange(1, self.heads + 1)
        bias = slopes[:, None, None] * torch.arange(x.shape[1])
        y = F.scaled_dot_product_attention(torch.ops.aten.alias(q), k, v, attn_mask=bias[None].to(x.dtype))
        x = x + self.o(y.transpose(1, 2).flatten(2))
        gate, up = self.up(x).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


def test_heads_and_neurons_of_fused_weights() -> None:
    torch.manual_seed(0)
    data = tuple(Batch((batch.inputs[0].double(),)) for batch in batches((6, 16)))
    program = capture(Fused().double().eval(), data[0].inputs)
    result, outcome = without(program, units=("head", "neuron"), sparsity=0.5, importance="obs", data=data)
    assert {one.name: (one.size, len(one.indices)) for one in outcome.gone} == {
        "qkv.head": (4, 2),
        "up.neuron": (24, 12),
    }
    (head,) = (one for one in outcome.gone if one.kind == "head")
    dead = (result.held_weights()["qkv.weight"] == 0).all(dim=1).reshape(6, 4).all(dim=1)
    assert tuple(dead.nonzero().flatten().tolist()) == head.indices
    small = result.copy()
    Pipeline(exact()).run(small, Context("cpu"))
    given, found = (each.run(data[0].inputs)[0] for each in (result, small))
    assert float((given - found).abs().max()) <= 1e-10 * float(given.abs().max())
    shapes = {name: tuple(held.shape) for name, held in small.weights().items()}
    wanted = {"qkv": (16, 16), "o": (16, 8), "up": (24, 16), "down": (16, 12)}
    assert {name: shapes[f"{name}.weight"] for name in wanted} == wanted


def test_the_places_that_matter_least_to_scores_go() -> None:
    """By the mean square of queries times that of keys: a large factor helps nothing if the other is nearly zero."""
    torch.manual_seed(0)
    data = batches((6, 16))
    net = Block().eval()
    with torch.no_grad():
        net.q.weight[1::4] *= 5.0
        for part in (net.k.weight, net.k.bias):
            part[1::4] *= 1e-3
            part[3::4] *= 3.0
    program = capture(net, data[0].inputs)
    _, outcome = without(program, units=("query-key channel",), sparsity=0.25, importance="obs", data=data)
    assert outcome.gone[0].indices == (1,)
    both = ("head", "query-key channel")
    result, outcome = without(program, units=both, sparsity=0.5, importance="magnitude")
    assert {one.kind: len(one.indices) for one in outcome.gone} == {"head": 2, "query-key channel": 2}
    assert left(result) < 0.81
