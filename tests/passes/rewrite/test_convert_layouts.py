"""ConvertLayouts: channels in their new order, and what became of each conversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from zoo.randomize import randomize

from sparsec.compiler.ir.costs import Costs
from sparsec.compiler.ir.speculation import EVERYWHERE, additions
from sparsec.compiler.pipeline import Pipeline, layout_steps
from sparsec.passes.base import Context
from sparsec.passes.layout.solve import MODES

from ..harness import op_names
from ..layout.harness import (
    MODELS,
    NARROW,
    NARROW_ALL,
    TOLERANCE,
    Laid,
    Prepared,
    check,
    images,
    mask_consumers,
    mask_producers,
    prepare,
)

C = 12
CONV, SLICE, GATHER = "aten.conv2d.default", "aten.slice.Tensor", "aten.index_select.default"


@torch.no_grad()
def needing(layer: nn.Module, *channels: int) -> None:
    """Let a layer read these channels only."""
    gone = [c for c in range(layer.weight.shape[1]) if c not in channels]
    layer.weight[:, gone] = 0


class Fork(nn.Module):
    """A layer whose result several layers read; ``needs`` are the channels that each reads."""

    def __init__(self, size: int, *needs: tuple[int, ...], between: Callable[[Tensor], Tensor] = F.relu) -> None:
        super().__init__()
        self.first, self.between = nn.Conv2d(3, size, 1), between
        self.readers = nn.ModuleList(nn.Conv2d(size, 3, 1) for _ in needs)
        randomize(self)
        for reader, need in zip(self.readers, needs, strict=True):
            needing(reader, *need)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.between(self.first(x))
        return tuple(reader(x) for reader in self.readers)


def small(model: nn.Module, side: int = 4, batch: int = 1) -> Prepared:
    return prepare(model.eval(), images(3, side, side, batch=batch))


def ops(laid: Laid) -> list[str]:
    return op_names(laid.program)


# -------------------------------------------------------------------- what becomes of conversions


def test_the_documented_example() -> None:
    laid = small(Fork(6, (0, 1, 4, 5), (2, 3, 4, 5))).laid()
    check(laid)
    assert ops(laid) == [CONV, "aten.relu.default", SLICE, SLICE, CONV, CONV]
    assert laid.shape("readers.0.weight") == laid.shape("readers.1.weight") == (3, 4, 1, 1)
    assert laid.shape("first.weight") == (6, 3, 1, 1)


def test_filters_and_columns_follow_the_order() -> None:
    prepared = small(Fork(6, (0, 2, 4), (1, 3, 5)))
    laid = prepared.laid()
    check(laid)
    old, new = prepared.program.weights()["first.weight"], laid.program.weights()["first.weight"]
    order = [int((old == row).flatten(1).all(1).nonzero()) for row in new]
    assert sorted(order) == [*range(6)]
    assert {tuple(sorted(order[:3])), tuple(sorted(order[3:]))} == {(0, 2, 4), (1, 3, 5)}


def test_a_slice_says_how_many_channels_it_makes() -> None:
    laid = small(Fork(6, (0, 1, 2), (2, 3, 4, 5))).laid()
    made = [node.meta["val"].shape[1] for node in laid.program.nodes() if node.target is torch.ops.aten.slice.Tensor]
    assert sorted(made) == [3, 4]
    assert all(found.what == "channel slice" for found in additions(laid.program))


def test_a_gather_where_no_order_helps() -> None:
    sets = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3)]  # all pairs of four channels
    laid = small(Fork(4, *sets)).laid()
    check(laid)
    assert laid.how == {"view": 3, "copy": 3}
    assert ops(laid).count(GATHER) == 3
    assert sum(found.what == "channel gather" for found in additions(laid.program)) == 3


def test_the_counterexample_to_the_published_heuristic() -> None:
    prepared = small(Fork(6, (1, 2, 3), (3, 4, 5), (1, 3, 4)))
    best, published = prepared.laid("optimised"), prepared.laid("upscale")
    check(best)
    check(published)
    assert best.counts == (0, 0)
    assert published.counts == (1, 3)


def test_a_reader_of_everything_needs_nothing() -> None:
    laid = small(Fork(6, tuple(range(6)), (1, 4))).laid()
    check(laid)
    assert ops(laid) == [CONV, "aten.relu.default", SLICE, CONV, CONV]


def test_constrained_changes_nothing() -> None:
    prepared = small(Fork(6, (0, 1, 4), (2, 3, 4, 5)))
    laid = prepared.laid("constrained")
    check(laid)
    assert ops(laid) == op_names(prepared.program)
    assert laid.shape("readers.0.weight") == (3, 6, 1, 1)


def test_gather_copies_for_every_reader_that_needs_less() -> None:
    laid = small(Fork(6, (0, 1, 2), (3, 4, 5), tuple(range(6)))).laid("gather")
    check(laid)
    assert laid.copies == [3, 3]
    assert ops(laid).count(GATHER) == 2


def test_nothing_is_left_to_do_afterwards() -> None:
    prepared = small(Fork(6, (0, 1, 4, 5), (2, 3, 4, 5)))
    for mode in ("constrained", "gather", "optimised"):
        laid = prepared.laid(mode)
        again = laid.program.copy()
        ctx = Context(costs=NARROW, speculation=EVERYWHERE)
        Pipeline(layout_steps("cpu", mode)).run(again, ctx)
        assert op_names(again) == ops(laid)
        assert prepared.reference.error(again) <= TOLERANCE


def test_without_conversions_the_pass_says_that_it_changed_nothing() -> None:
    prepared = small(Fork(6, tuple(range(6)), tuple(range(6))))
    program = prepared.program.copy()
    assert not Pipeline(layout_steps()).run(program, Context(costs=NARROW, speculation=EVERYWHERE))


def test_not_where_nothing_may_be_added() -> None:
    prepared = small(Fork(6, (0, 1, 4, 5), (2, 3, 4, 5)))
    program = prepared.program.copy()
    assert not Pipeline(layout_steps()).run(program, Context(costs=NARROW))


def test_no_mark_and_no_index_of_every_channel_is_left() -> None:
    laid = small(Fork(6, (0, 1, 4, 5), (2, 3, 4, 5))).laid()
    assert not any(key.startswith("conversion") for node in laid.program.nodes() for key in node.meta)
    assert not any("every_channel" in name for name in laid.program.weights())


def test_layers_read_a_multiple_on_onnxruntime() -> None:
    model = Fork(16, tuple(range(5)), tuple(range(8, 11)), tuple(range(16)))
    laid = prepare(model.eval(), images(3, 4, 4, batch=1), target="onnxruntime").laid()
    check(laid)
    shapes = [tuple(w.shape) for name, w in laid.program.weights().items() if name.startswith("readers")]
    assert sorted(shape[1] for shape in shapes if len(shape) == 4) == [4, 8, 16]


# -------------------------------------------------------------------- networks in miniature


class Net(nn.Module):
    """Random weights, and masks on whatever layers there are."""

    first: nn.Module

    def masked(self, share: float = 0.5, seed: int = 0, producers: float = 0.0) -> nn.Module:
        randomize(self, seed)
        if producers:
            mask_producers(self, producers, seed, biases=bool(seed % 2))
        return mask_consumers(self, share, seed)


def conv(inputs: int, outputs: int, size: int = 1, **options: Any) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, padding=size // 2, **options)


class Stage(Net):
    """A stage of residual blocks."""

    def __init__(self, blocks: int = 3, norm: bool = False) -> None:
        super().__init__()
        self.first, self.head = conv(3, C, 3), conv(C, 4)
        after = [nn.BatchNorm2d(8)] if norm else []
        self.blocks = nn.ModuleList(nn.Sequential(conv(C, 8, 3), *after, nn.ReLU(), conv(8, C)) for _ in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = (x + block(x)).relu()
        return self.head(x)


class PreActivation(Net):
    """Norms before the layers: they cannot be folded, so their numbers have to follow the order."""

    def __init__(self, blocks: int = 3) -> None:
        super().__init__()
        self.first, self.head = conv(3, C, 3), conv(C, 4)
        self.blocks = nn.ModuleList(nn.Sequential(nn.BatchNorm2d(C), nn.ReLU(), conv(C, C)) for _ in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


class Between(Net):
    """Something between a value and one of its readers; others read it, and a sum of it, directly."""

    def __init__(self, *layers: nn.Module, body: Callable[..., Tensor] | None = None, out: int = C) -> None:
        super().__init__()
        self.first, self.other, self.layers = conv(3, C, 3), conv(3, C), nn.ModuleList(layers)
        self.heads = nn.ModuleList([conv(C, 4), conv(C, 3), conv(out, 4), conv(out, 5)])
        self.body = body

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.first(x).relu() + self.other(x)
        y = self.layers[0](x) if self.body is None else self.body(x, *self.layers)
        return tuple(head(v) for head, v in zip(self.heads, (x, x, y, y), strict=True))


def squeeze_excite(x: Tensor, down: nn.Module, up: nn.Module) -> Tensor:
    return x * up(down(x.mean((2, 3), keepdim=True)).relu()).sigmoid()


def rows(x: Tensor, layer: nn.Module) -> Tensor:
    """The layer with channels in the last dimension."""
    return layer(x.movedim(1, -1)).movedim(-1, 1)  # type: ignore[no-any-return]


def efficient_attention(x: Tensor, layer: nn.Module) -> Tensor:
    """A convolution along the channels."""
    return x * layer(x.mean((2, 3))[:, None]).sigmoid().movedim(1, -1)[..., None]


def inception(x: Tensor, *layers: nn.Module) -> Tensor:
    return torch.cat([layer(x) for layer in layers], 1)


def dense(x: Tensor, *layers: nn.Module) -> Tensor:
    for layer in layers:
        x = torch.cat([x, layer(x)], 1)
    return x


def gated(x: Tensor, norm: nn.Module, *layers: nn.Module) -> Tensor:
    """Three linear layers on one normed value, each with its own part of it."""
    y = norm(x.movedim(1, -1))
    q, k, v = (layer(y) for layer in layers)
    return (q.sigmoid() * k + v).movedim(-1, 1)


def linears(count: int = 3) -> list[nn.Module]:
    return [nn.Linear(C, C) for _ in range(count)]


def self_attention(x: Tensor, layer: nn.Module) -> Tensor:
    y = x.flatten(2).movedim(1, -1)
    return x + layer(y, y, y, need_weights=False)[0].movedim(-1, 1).reshape(x.shape)


@dataclass(frozen=True)
class Case:
    """A network, and whether the order of the value that is read may change (None: not looked at)."""

    make: Callable[[], Net]
    free: bool | None = True
    quick: bool = False


CASES: dict[str, Case] = {
    "residual stage": Case(Stage),
    "residual stage with norms": Case(lambda: Stage(norm=True)),
    "pre-activation": Case(PreActivation, quick=True),
    "relu": Case(lambda: Between(nn.ReLU())),
    "batch norm": Case(lambda: Between(nn.BatchNorm2d(C))),
    "prelu": Case(lambda: Between(nn.PReLU(C))),
    "instance norm": Case(lambda: Between(nn.InstanceNorm2d(C, affine=True))),
    "depthwise": Case(lambda: Between(conv(C, C, 3, groups=C))),
    "depthwise, transposed": Case(lambda: Between(nn.ConvTranspose2d(C, C, 3, padding=1, groups=C))),
    "transposed": Case(lambda: Between(nn.ConvTranspose2d(C, C, 3, padding=1))),
    "squeeze-excite": Case(lambda: Between(conv(C, 4), conv(4, C), body=squeeze_excite), quick=True),
    "inception": Case(lambda: Between(conv(C, 3), conv(C, 5, 3), conv(C, 4), body=inception), quick=True),
    "dense": Case(lambda: Between(conv(C, 4), conv(C + 4, 4, 3), body=dense, out=C + 8), free=None, quick=True),
    "layer norm": Case(lambda: Between(nn.LayerNorm(C), body=rows)),
    "layer norm, own parts": Case(lambda: Between(nn.LayerNorm(C), *linears(), body=gated), quick=True),
    "rms norm, own parts": Case(lambda: Between(nn.RMSNorm(C), *linears(), body=gated), quick=True),
    "attention": Case(lambda: Between(nn.MultiheadAttention(C, 3, batch_first=True), body=self_attention)),
    "channel means": Case(lambda: Between(body=lambda x: x - x.mean(1, keepdim=True))),
    "weighted": Case(lambda: Between(body=lambda x: x * torch.arange(1.0, C + 1)[:, None, None].to(x.dtype))),
    "product with a constant matrix": Case(lambda: Between(nn.Linear(C, C, bias=False), body=rows)),
    "one layer twice": Case(lambda: Between(conv(C, C), body=lambda x, layer: layer(layer(x).relu()))),
    # Orders that have to stay.
    "grouped": Case(lambda: Between(conv(C, C, 3, groups=3)), free=False),
    "depthwise, two for each": Case(lambda: Between(conv(C, 2 * C, 3, groups=C), out=2 * C), free=False),
    "group norm": Case(lambda: Between(nn.GroupNorm(3, C)), free=False, quick=True),
    "channel shuffle": Case(lambda: Between(body=lambda x: F.channel_shuffle(x, 3)), free=False, quick=True),
    "local response norm": Case(lambda: Between(nn.LocalResponseNorm(3)), free=False),
    "convolution along channels": Case(
        lambda: Between(nn.Conv1d(1, 1, 3, padding=1), body=efficient_attention), free=False
    ),
    "flip": Case(lambda: Between(body=lambda x: x + x.flip(1)), free=False),
    "roll": Case(lambda: Between(body=lambda x: x + x.roll(1, 1)), free=False),
    "slice": Case(lambda: Between(body=lambda x: x[:, 2:9], out=7), free=False),
    "every other": Case(lambda: Between(body=lambda x: x[:, ::2], out=6), free=False),
    "split and swapped": Case(lambda: Between(body=lambda x: torch.cat([*x.split([5, 7], 1)][::-1], 1)), free=False),
    "halves multiplied": Case(lambda: Between(body=lambda x: x.chunk(2, 1)[0] * x.chunk(2, 1)[1], out=6), free=False),
    "twice": Case(lambda: Between(body=lambda x: torch.cat([x.relu(), (-x).relu()], 1), out=2 * C), free=False),
    "pixel shuffle": Case(
        lambda: Between(body=lambda x: F.interpolate(F.pixel_shuffle(x, 2), (6, 6)), out=3), free=None
    ),
    "softmax": Case(lambda: Between(nn.Softmax(1)), free=None),
    "cumsum": Case(lambda: Between(body=lambda x: x.cumsum(1)), free=False),
    "argmax": Case(lambda: Between(body=lambda x: x * x.argmax(1, keepdim=True)), free=False),
    "channels pooled": Case(
        lambda: Between(body=lambda x: F.max_pool3d(x[:, None], (2, 1, 1))[:, 0], out=6), free=False
    ),
    "one channel of all": Case(lambda: Between(body=lambda x: x * x[:, 3:4]), free=None, quick=True),
    "one channel of all, selected": Case(lambda: Between(body=lambda x: x * x[:, 3, None]), free=None, quick=True),
    "channels taken apart": Case(
        lambda: Between(body=lambda x: torch.stack(x.unbind(1)[::-1], 1)), free=None, quick=True
    ),
    "heads": Case(lambda: Between(body=lambda x: x.reshape(-1, 3, 4, 6, 6).softmax(2).reshape(x.shape)), free=False),
    "stack": Case(
        lambda: Between(conv(C, C), body=lambda x, layer: torch.stack([x, layer(x)], 1).sum(1)), free=None, quick=True
    ),
    "a branch beside, and a sum": Case(
        lambda: Between(
            *(conv(C, 4), conv(C, 5), conv(C, C + 9)),
            body=lambda x, a, b, c: torch.cat([a(x), x, b(x)], 1) + c(x),
            out=C + 9,
        ),
        free=None,
        quick=True,
    ),
    "a pooled sum": Case(
        lambda: Between(conv(C, C, bias=False), body=lambda x, layer: x.mean((2, 3), keepdim=True) + layer(x)),
        free=None,
    ),
}


def quickly(names: dict[str, Case]) -> list[Any]:
    return [pytest.param(n, marks=() if case.quick else pytest.mark.slow) for n, case in names.items()]


@pytest.mark.parametrize("name", quickly(CASES))
def test_exact(name: str) -> None:
    """The best plan under both cost models, and the published one."""
    case = CASES[name]
    prepared = prepare(case.make().masked(seed=1), images(3, 6, 6))
    found = [prepared.laid("optimised", costs, seconds=0.3) for costs in MODELS.values()] + [prepared.laid("upscale")]
    for laid in found:
        check(laid)
    assert any(way.how != "whole" for laid in found for _, way in laid.ways)
    if case.free is not None:
        assert (found[-1].fixed == set()) == case.free


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("producers", [0.0, 0.3])
def test_exact_in_every_mode(name: str, producers: float) -> None:
    prepared = prepare(CASES[name].make().masked(seed=2, producers=producers), images(3, 6, 6))
    for costs in MODELS.values():
        for mode in MODES:
            check(prepared.laid(mode, costs, seconds=0.3))


# -------------------------------------------------------------------- what single cases promise


def prepared_case(name: str, batch: int = 1, **masks: Any) -> Prepared:
    return prepare(CASES[name].make().masked(**masks), images(3, 6, 6, batch=batch))


def test_identities_are_narrowed_where_sums_have_a_price() -> None:
    prepared = prepared_case("residual stage")
    plain, narrowed = prepared.laid(costs=NARROW), prepared.laid(costs=NARROW_ALL)
    check(narrowed)
    joins = {reader.node for reader, way in narrowed.ways if reader.kind == "join" and way.how != "whole"}
    assert joins
    assert not any(reader.kind == "join" and way.how != "whole" for reader, way in plain.ways)


def test_norms_that_are_not_folded_follow_the_order() -> None:
    prepared = prepared_case("pre-activation")
    laid = prepared.laid()
    check(laid)
    old, new = (p.weights()["blocks.0.0.weight"] for p in (prepared.program, laid.program))
    assert not torch.equal(old, new)


def test_gain_and_bias_of_a_layer_norm_follow_the_order() -> None:
    prepared = prepared_case("layer norm, own parts")
    laid = prepared.laid()
    check(laid)
    for name in ("layers.0.weight", "layers.0.bias"):
        old, new = prepared.program.weights()[name], laid.program.weights()[name]
        assert not torch.equal(old, new)
        assert torch.equal(old.sort().values, new.sort().values)
    assert sum(reader.kind == "layer" and way.how != "whole" for reader, way in laid.ways) >= 3


def test_concatenations_read_pieces_and_never_gather() -> None:
    """The growing value of a dense block: its channels are operands of every concatenation."""

    class Dense(Net):
        def __init__(self) -> None:
            super().__init__()
            self.first = conv(3, C)
            self.layers = nn.ModuleList(
                nn.Sequential(nn.BatchNorm2d(C + 4 * i), nn.ReLU(), conv(C + 4 * i, 4)) for i in range(3)
            )
            self.head = conv(C + 12, 4)

        def forward(self, x: Tensor) -> Tensor:
            found = [self.first(x)]
            for layer in self.layers:
                found.append(layer(torch.cat(found, 1)))
            return self.head(torch.cat(found, 1))

    prepared = prepare(Dense().masked(), images(3, 6, 6, batch=1))
    laid = prepared.laid()
    check(laid)
    assert {way.how for reader, way in laid.ways if reader.kind == "concat"} <= {"whole", "view", "pieces"}
    assert laid.how["pieces"] > 0
    copied = [reader for reader, way in laid.ways if way.how == "copy"]
    assert all(reader.kind == "layer" for reader in copied)
    assert len(copied) <= 1 < prepared.laid("gather").counts[0]


def test_concatenations_of_other_dimensions_take_no_pieces() -> None:
    """An image beside itself: its channels do not lie side by side."""

    class Wide(Fork):
        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            x = self.between(self.first(x))
            return tuple(reader(torch.cat([x, x], 3 - 4 * (at % 2))) for at, reader in enumerate(self.readers))

    laid = small(Wide(4, (0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3))).laid("gather")
    check(laid)
    laid = small(Wide(4, (0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3))).laid()
    check(laid)
    assert "concat" not in {reader.kind for reader, _ in laid.ways}


def test_operands_of_a_concatenation_change_places() -> None:
    class Branches(Net):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.branches = nn.Identity(), nn.ModuleList(conv(3, 2 + i) for i in range(3))
            self.one, self.two = conv(9, 4), conv(9, 4)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = torch.cat([branch(x) for branch in self.branches], 1)
            return self.one(x), self.two(x)

    model = Branches()
    randomize(model)
    needing(model.one, *range(2), *range(5, 9))
    needing(model.two, *range(2, 9))
    laid = small(model).laid()
    check(laid)
    assert laid.counts == (0, 0)
    (cat,) = (node for node in laid.program.nodes() if node.target is torch.ops.aten.cat.default)
    sizes = [operand.meta["val"].shape[1] for operand in cat.args[0]]
    assert sizes in ([3, 4, 2], [2, 4, 3])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("needs", [(2, 3, 4, 5), (0, 1, 2, 5), (1, 2, 3), (0, 3)], ids=str)
def test_what_is_computed_later_stands_first(needs: tuple[int, ...], swapped: bool, mode: str) -> None:
    """Channels are numbered as they are computed, and a value may hold them in another order."""

    class Skip(Net):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.last = conv(3, 3), conv(3, 3), conv(6, 4)

        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            y = self.second(x)
            return self.last(torch.cat([y, x] if swapped else [x, y], 1))

    model = Skip()
    randomize(model)
    needing(model.second, 0, 1)
    needing(model.last, *needs)
    laid = small(model).laid(mode)
    check(laid)
    assert mode != "optimised" or laid.counts == (0, 0)


def test_an_output_of_the_model_keeps_its_order() -> None:
    class Shown(Fork):
        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            x = self.between(self.first(x))
            return (x, *(reader(x) for reader in self.readers))

    laid = small(Shown(6, (0, 2, 4), (1, 2, 3))).laid()
    check(laid)
    assert laid.fixed == {"an output of the model shows it"}
    assert laid.how == {"copy": 1, "view": 1}


def test_a_weight_that_two_readers_share() -> None:
    """One layer reads two values, whose orders differ."""

    class Shared(Net):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.layer = conv(3, 6), conv(3, 6), conv(6, 4)
            self.one, self.two = conv(6, 3), conv(6, 3)

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            a, b = self.first(x).relu(), self.second(x).tanh()
            return self.layer(a), self.layer(b), self.one(a), self.two(b)

    model = Shared()
    randomize(model)
    needing(model.layer, 0, 2, 4)
    needing(model.one, 1, 2, 3)
    needing(model.two, 4, 5)
    laid = small(model).laid()
    check(laid)
    assert laid.counts == (0, 0)
    columns = {tuple(w.shape) for name, w in laid.program.weights().items() if name.startswith("layer") and w.ndim > 1}
    assert columns == {(4, 3, 1, 1)}


def test_a_dynamic_batch_stays_dynamic() -> None:
    laid = prepared_case("residual stage", batch=2).laid(costs=NARROW_ALL)
    check(laid)  # at batches of 2, 3 and 4
    values = [node.meta["val"] for node in laid.program.nodes() if node.op == "call_function"]
    assert all(isinstance(value.shape[0], torch.SymInt) for value in values if value.ndim == 4)


class Transformer(Net):
    """A table of embeddings, a residual stream, attention and a gated layer in each block, and a head."""

    def __init__(self, norm: type[nn.Module] = nn.LayerNorm, blocks: int = 2, tied: bool = False) -> None:
        super().__init__()
        self.first, self.places = nn.Embedding(30, C), nn.Parameter(torch.randn(5, C))
        self.norms = nn.ModuleList(norm(C) for _ in range(2 * blocks + 1))
        self.projections = nn.ModuleList(nn.ModuleList(linears(4)) for _ in range(blocks))
        self.layers = nn.ModuleList(
            nn.ModuleList([nn.Linear(C, 10), nn.Linear(C, 10), nn.Linear(10, C)]) for _ in range(blocks)
        )
        self.head = nn.Linear(C, 30, bias=False)
        if tied:
            self.head.weight = self.first.weight

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.first(tokens) + self.places
        for i, ((query, key, value, out), (up, gate, down)) in enumerate(
            zip(self.projections, self.layers, strict=True)
        ):
            y = self.norms[2 * i](x)
            q, k, v = (layer(y).reshape(-1, 5, 3, 4).transpose(1, 2) for layer in (query, key, value))
            x = x + out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(-1, 5, C))
            y = self.norms[2 * i + 1](x)
            x = x + down(up(y) * gate(y).sigmoid())
        return self.head(self.norms[-1](x))  # type: ignore[no-any-return]


TOKENS = torch.randint(0, 30, (2, 5), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("norm", "tied"), [(nn.LayerNorm, True), (nn.RMSNorm, False)])
def test_a_residual_stream_that_begins_in_a_table(norm: type[nn.Module], tied: bool) -> None:
    model = Transformer(norm, tied=tied)
    prepared = prepare(model.masked(), (TOKENS,))
    for costs in MODELS.values():
        laid = prepared.laid("optimised", costs, seconds=0.3)
        check(laid)
        assert not laid.fixed
    kinds = [way.how for reader, way in laid.ways if reader.kind == "layer"]
    assert len(kinds) > 4
    assert set(kinds) > {"view"} or "copy" in kinds


COUNTED = {"residual stage": 4, "grouped": 2}


@pytest.mark.parametrize("name", COUNTED)
def test_gather_counts_the_consumers_that_need_less(name: str) -> None:
    laid = prepared_case(name).laid("gather")
    check(laid)
    assert laid.counts[0] == ops(laid).count(GATHER) >= COUNTED[name]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("costs", MODELS.values(), ids=MODELS)
def test_plans_are_carried_out_as_planned(mode: str, costs: Costs) -> None:
    laid = prepared_case("dense").laid(mode, costs)
    check(laid)
    slices = ops(laid).count(SLICE)
    assert slices >= laid.how["view"] + 2 * laid.how["pieces"]
    if not laid.how["pieces"] and not laid.how["partial"]:
        assert slices == laid.how["view"]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_term_added_in_part(swapped: bool) -> None:
    """It is added where it has channels; elsewhere the other term is passed on, whatever its size."""

    class Partial(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.part, self.head = conv(3, C), conv(3, C, bias=False), conv(C, 4)
            randomize(self)
            with torch.no_grad():
                self.part.weight[3:] = 0

        def forward(self, x: Tensor) -> Tensor:
            whole, part = self.first(x), self.part(x.relu())  # of one value they would be one layer
            return self.head(part + whole if swapped else whole + part)

    laid = small(Partial()).laid(costs=NARROW_ALL)
    check(laid)
    assert laid.how == {"partial": 1}
    assert laid.shape("part.weight") == (3, 3, 1, 1)


def test_a_term_that_is_larger_than_the_other_one() -> None:
    class Pooled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.part, self.head = conv(3, C), conv(3, C, bias=False), conv(C, 4)
            randomize(self)
            with torch.no_grad():
                self.part.weight[3:] = 0

        def forward(self, x: Tensor) -> Tensor:
            return self.head(self.first(x).mean((2, 3), keepdim=True) + self.part(x))

    check(small(Pooled()).laid(costs=NARROW_ALL))
