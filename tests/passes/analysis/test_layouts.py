"""Layouts: an order of channels for every channel group, and what becomes of each conversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from zoo.everywhere import everywhere

from sparsec.compiler.ir.costs import Costs
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.layouts import Layouts
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.base import Context
from sparsec.passes.layout.facts import LAYOUTS, LayoutFacts
from sparsec.passes.layout.problem import ChannelGroup, Reader
from sparsec.passes.layout.solve import MODES, UNION, Way
from sparsec.passes.rewrite.separate_readers import SeparateReaders
from sparsec.runtime.targets import get

from ..harness import captured, known
from ..layout.harness import COPIES, NARROW, NARROW_ALL

FACTS = (Axes(), Constants(), Liveness(bias_maps=True))
SHAPE = (3, 4, 4)


def facts_of(
    model: nn.Module, costs: Costs = NARROW, shape: tuple[int, ...] = SHAPE, batch: int = 1, **options: object
) -> LayoutFacts:
    """What is chosen for a model; the pass changes nothing."""
    program = captured(model, shape)
    program.inputs = program.batched(program.inputs, batch)
    steps = (*FACTS, SeparateReaders(), *FACTS)
    ctx = Context(costs=costs, speculation=EVERYWHERE)
    Pipeline(steps).run(program, ctx)
    changed = Pipeline([*FACTS, Layouts(**options)]).run(program, ctx)  # type: ignore[arg-type]
    assert not changed
    facts = program.facts[LAYOUTS]
    assert isinstance(facts, LayoutFacts)
    for chosen in facts.chosen:
        assert sorted(chosen.plan.order) == list(range(chosen.group.size))
        assert set(chosen.plan.choices) == set(chosen.plan.ways) == set(chosen.group.readers)
        assert set(chosen.alternatives) == set(MODES[1:])
    return facts


def ways(facts: LayoutFacts) -> list[tuple[Reader, Way]]:
    return [pair for chosen in facts.chosen for pair in chosen.plan.ways.items()]


def how(facts: LayoutFacts) -> list[str]:
    return sorted(way.how for _, way in ways(facts))


def only(facts: LayoutFacts) -> ChannelGroup:
    (chosen,) = facts.chosen
    return chosen.group


class Fork(nn.Module):
    """A layer whose result several layers read; ``needs`` are the channels that each reads."""

    def __init__(self, size: int, needs: Sequence[Sequence[int]], between: Callable[[Tensor], Tensor] = F.relu) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, size, 1)
        self.readers = nn.ModuleList(nn.Conv2d(size, 3, 1) for _ in needs)
        self.between = between

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.between(self.first(x))
        return tuple(reader(x) for reader in self.readers)


def fork(size: int, *needs: Sequence[int], between: Callable[[Tensor], Tensor] = F.relu) -> nn.Module:
    zeros = {
        f"readers.{i}.weight": (slice(None), [c for c in range(size) if c not in need]) for i, need in enumerate(needs)
    }
    return known(Fork(size, needs, between), zeros)


DOCUMENTED = ((0, 1, 4, 5), (2, 3, 4, 5))
COUNTEREXAMPLE = ((1, 2, 3), (3, 4, 5), (1, 3, 4))  # UPSCALE copies, and 2, 1, 3, 4, 5 does not


@pytest.mark.parametrize(("size", "needs"), [(6, DOCUMENTED), (6, COUNTEREXAMPLE)])
def test_an_order_in_which_nobody_copies(size: int, needs: tuple[tuple[int, ...], ...]) -> None:
    facts = facts_of(fork(size, *needs))
    assert how(facts) == ["view"] * len(needs)
    (chosen,) = facts.chosen
    group = chosen.group
    rank = facts.rank[group.readers[0].source]
    assert sorted(rank) == list(range(size))
    for reader in group.readers:
        needed = chosen.plan.kept[reader.result]
        places = np.sort(rank[needed])
        assert places[-1] - places[0] == len(places) - 1


def test_the_published_heuristic_copies_in_the_counterexample() -> None:
    assert how(facts_of(fork(6, *COUNTEREXAMPLE), mode="upscale")) == ["copy", "view", "view"]


def test_modes() -> None:
    model = fork(6, *DOCUMENTED)
    assert how(facts_of(model, mode="constrained")) == ["whole", "whole"]
    assert how(facts_of(model, mode="gather")) == ["copy", "copy"]
    assert how(facts_of(model, mode="upscale")) == ["view", "view"]
    assert how(facts_of(model, mode="optimised")) == ["view", "view"]


def test_gather_copies_even_what_lies_in_one_run() -> None:
    assert how(facts_of(fork(6, (0, 1, 2), (3, 4, 5)), mode="gather")) == ["copy", "copy"]


def test_constrained_keeps_every_order() -> None:
    facts = facts_of(fork(6, *DOCUMENTED), mode="constrained")
    assert (facts.rank == -1).all()
    assert set(facts.choices.values()) == {UNION}


@pytest.mark.parametrize(
    "costs",
    [NARROW, NARROW_ALL, COPIES, *(target.estimate() for target in everywhere())],
    ids=lambda costs: str(costs.name),
)
@pytest.mark.parametrize("needs", [DOCUMENTED, COUNTEREXAMPLE, ((0, 2, 4), (1, 3, 5), (0, 3), (2, 5))])
def test_never_dearer_than_the_simple_choices(costs: Costs, needs: tuple[tuple[int, ...], ...]) -> None:
    for chosen in facts_of(fork(6, *needs), costs).chosen:
        assert chosen.plan.seconds <= min(chosen.alternatives.values())


def test_where_narrowing_does_not_pay_nothing_is_done() -> None:
    facts = facts_of(fork(6, *DOCUMENTED), get("cpu").estimate())
    assert how(facts) == ["whole", "whole"]
    assert (facts.rank == -1).all()


def test_without_conversions_there_is_nothing_to_choose() -> None:
    facts = facts_of(fork(6, range(6), range(6)))
    assert not facts.chosen
    assert not facts.choices
    assert not facts.kept.any()


def test_a_search_that_may_not_take_any_time() -> None:
    facts = facts_of(fork(6, *DOCUMENTED), seconds=0.0)
    assert all(chosen.plan.seconds <= min(chosen.alternatives.values()) for chosen in facts.chosen)


def test_layers_read_a_multiple() -> None:
    facts = facts_of(fork(16, range(5), range(8, 11), range(16)), multiple=4)
    assert sorted(way.channels for _, way in ways(facts)) == [4, 8]


def test_a_slice_is_a_copy_where_the_reader_wants_dense_memory() -> None:
    """Planes of several pictures do not lie side by side once channels are left out; rows of features do."""
    assert [reader.copied for reader, _ in ways(facts_of(fork(6, *DOCUMENTED), batch=1))] == [False, False]
    assert [reader.copied for reader, _ in ways(facts_of(fork(6, *DOCUMENTED), batch=2))] == [True, True]


# -------------------------------------------------------------------- channel groups


class Concatenated(nn.Module):
    """Branches side by side, read by several layers."""

    def __init__(self) -> None:
        super().__init__()
        self.branches = nn.ModuleList(nn.Conv2d(3, 4, 1) for _ in range(3))
        self.one, self.two = nn.Conv2d(12, 3, 1), nn.Conv2d(12, 3, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.cat([branch(x) for branch in self.branches], 1)
        return self.one(x), self.two(x)


def test_operands_of_a_concatenation_are_blocks() -> None:
    zeros = {"one.weight": (slice(None), [0, 5, 6]), "two.weight": (slice(None), [2, 3, 10])}
    group = only(facts_of(known(Concatenated(), zeros)))
    assert group.fixed is None
    assert sorted(map(sorted, group.blocks)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_operands_change_places() -> None:
    keep = {"one": [0, 1, 2, 3, 8, 9, 10, 11], "two": [4, 5, 6, 7, 8, 9, 10, 11]}
    zeros = {f"{n}.weight": (slice(None), [c for c in range(12) if c not in kept]) for n, kept in keep.items()}
    facts = facts_of(known(Concatenated(), zeros))
    assert how(facts) == ["view", "view"]
    assert how(facts_of(known(Concatenated(), zeros), mode="upscale")) == ["copy", "view"]


class Residual(nn.Module):
    """A stage of residual blocks: one channel group with an order for all of them."""

    def __init__(self, blocks: int = 3) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 1)
        self.branches = nn.ModuleList(
            nn.Sequential(nn.Conv2d(8, 6, 1), nn.ReLU(), nn.Conv2d(6, 8, 1)) for _ in range(blocks)
        )
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for branch in self.branches:
            x = (x + branch(x)).relu()
        return self.head(x)


RESIDUAL = {f"branches.{i}.0.weight": (slice(None), [i, i + 1, i + 4]) for i in range(3)} | {
    "head.weight": (slice(None), [0, 7])
}


def test_a_residual_stage_is_one_group() -> None:
    group = only(facts_of(known(Residual(), RESIDUAL)))
    assert group.size == 8
    assert group.fixed is None
    assert sum(reader.kind == "layer" for reader in group.readers) == 4


def test_kinds_of_readers() -> None:
    facts = facts_of(known(Residual(), RESIDUAL), NARROW_ALL)
    assert {reader.kind for reader, _ in ways(facts)} == {"layer", "join"}


def test_a_depthwise_convolution_is_in_the_group() -> None:
    class Depthwise(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.own = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, padding=1, groups=8)
            self.one, self.two = nn.Conv2d(8, 3, 1), nn.Conv2d(8, 3, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.first(x)
            return self.one(x), self.two(self.own(x).relu())

    zeros = {"one.weight": (slice(None), [0, 2, 4]), "two.weight": (slice(None), [1, 2, 6, 7])}
    group = only(facts_of(known(Depthwise(), zeros)))
    assert group.size == 8
    assert group.fixed is None
    assert group.links


# -------------------------------------------------------------------- orders that have to stay


class Rig(nn.Module):
    """A value that two layers read, and ``between`` on its way to a third one."""

    def __init__(self, between: Callable[[Tensor], Tensor], out: int = 8, shown: bool = False) -> None:
        super().__init__()
        self.first, self.between, self.shown = nn.Conv2d(3, 8, 1), between, shown
        self.one, self.two, self.three = nn.Conv2d(8, 3, 1), nn.Conv2d(8, 3, 1), nn.Conv2d(out, 3, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.first(x)
        found = self.one(x), self.two(x), self.three(self.between(x))
        return (*found, x) if self.shown else found


class With(nn.Module):
    """A layer between."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)  # type: ignore[no-any-return]


HEADS = "its channels are split into heads or groups"
MOVED = "an op moves its channels or spreads them"
TWICE = "it holds a channel twice"
OPAQUE = "an op without a rule reads or writes it"
FIXED: dict[str, tuple[Callable[[], nn.Module], set[str]]] = {
    "heads": (lambda: Rig(lambda x: x.reshape(-1, 2, 4, 4, 4).softmax(1).reshape(-1, 8, 4, 4)), {HEADS, TWICE}),
    "group norm": (lambda: Rig(With(nn.GroupNorm(2, 8))), {HEADS, TWICE}),
    "grouped convolution": (lambda: Rig(With(nn.Conv2d(8, 8, 1, groups=2))), {"a grouped convolution reads it"}),
    "twice": (lambda: Rig(lambda x: torch.cat([x, x], 1), 16), {TWICE}),
    "flip": (lambda: Rig(lambda x: x.flip(1)), {MOVED}),
    "slice": (lambda: Rig(lambda x: x[:, 2:7], 5), {MOVED}),
    "split": (lambda: Rig(lambda x: x.split([3, 5], 1)[1], 5), {MOVED}),
    "shuffle": (lambda: Rig(lambda x: F.channel_shuffle(x, 2)), {MOVED, HEADS}),
    "opaque": (lambda: Rig(lambda x: x.cumsum(1)), {OPAQUE, TWICE}),
    "pooled channels": (lambda: Rig(lambda x: F.max_pool3d(x[:, None], (2, 1, 1))[:, 0], 4), {OPAQUE, TWICE}),
}
ZEROS = {"one.weight": (slice(None), [0, 2, 4]), "two.weight": (slice(None), [1, 2, 6, 7])}


@pytest.mark.parametrize("name", FIXED)
def test_an_order_that_has_to_stay(name: str) -> None:
    make, reasons = FIXED[name]
    facts = facts_of(known(make(), ZEROS))
    group = facts.chosen[0].group
    assert group.fixed in reasons
    for chosen in facts.chosen:
        if chosen.group.fixed:
            assert chosen.plan.order == tuple(range(chosen.group.size))
            assert (facts.rank[chosen.group.ids[0]] == -1).all()


def test_an_output_of_the_model_keeps_its_order() -> None:
    group = facts_of(known(Rig(F.relu, shown=True), ZEROS)).chosen[0].group
    assert group.fixed == "an output of the model shows it"


def test_concatenations_that_overlap() -> None:
    class Overlapping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.ModuleList(nn.Conv2d(3, 4, 1) for _ in range(3))
            self.both = nn.ModuleList(nn.Conv2d(3, 8, 1) for _ in range(2))
            self.last = nn.Conv2d(3, 4, 1)
            self.heads = nn.ModuleList(nn.Conv2d(12, 3, 1) for _ in range(3))

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            a, b, c = (part(x) for part in self.parts)
            left = torch.cat([torch.cat([a, b], 1) + self.both[0](x), c], 1)
            right = torch.cat([a + self.last(x), torch.cat([b, c], 1) + self.both[1](x)], 1)
            both = left + right
            return tuple(head(both) for head in self.heads)

    zeros = {f"heads.{i}.weight": (slice(None), [i, i + 3, i + 7]) for i in range(3)}
    group = facts_of(known(Overlapping(), zeros)).chosen[0].group
    assert group.fixed == "concatenations overlap in it"
