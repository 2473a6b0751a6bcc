"""SeparateReaders: every reader of a value gets a place where it can have fewer channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.rewrite.separate_readers import SeparateReaders
from sparsec.passes.rules.conversion import is_conversion
from sparsec.passes.rules.facts import AXES, CONSTANTS, LIVENESS

from ..harness import TOLERANCE, Outcome, Sandwich, Zeros, captured, columns, difference, known, op_names, optimised

FACTS = (Axes(), Constants(), Liveness(bias_maps=True))
STEPS = (*FACTS, SeparateReaders())
SHAPE = (3, 4, 4)
RELU = "aten.relu.default"


def separated(model: nn.Module, *shapes: tuple[int, ...], speculative: bool = True) -> Outcome:
    result = optimised(captured(model, *(shapes or (SHAPE,))), *STEPS, speculative=speculative)
    assert difference(result.program, model, *(shapes or (SHAPE,))) <= TOLERANCE
    return result


def conversions(result: Outcome) -> list[tuple[str, list[str]]]:
    """The value that each conversion reads, and who reads the conversion."""
    found = [node for node in result.program.nodes() if is_conversion(node)]
    assert all(node.target is torch.ops.aten.index_select.default for node in found)
    return sorted((node.args[0].name, sorted(user.name for user in node.users)) for node in found)


def but(*kept: int, of: int = 8) -> tuple[slice, list[int]]:
    """All input channels of a weight but some."""
    return columns(*(i for i in range(of) if i not in kept))


class Fork(nn.Module):
    """A layer whose result several layers read; ``needs`` are the channels that each reads."""

    def __init__(self, *needs: Sequence[int], between: Callable[[Tensor], Tensor] = F.relu) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 1)
        self.readers = nn.ModuleList(nn.Conv2d(8, 2 + i, 1) for i in range(len(needs)))
        self.between = between
        self.needs = needs

    def zeros(self) -> Zeros:
        return {f"readers.{i}.weight": but(*need) for i, need in enumerate(self.needs)}

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.between(self.first(x))
        return tuple(reader(x) for reader in self.readers)


def fork(*needs: Sequence[int], between: Callable[[Tensor], Tensor] = F.relu) -> nn.Module:
    made = Fork(*needs, between=between)
    return known(made, made.zeros())


def test_a_conversion_before_each_reader() -> None:
    result = separated(fork(range(4), range(2, 8)))
    assert result.changed
    assert conversions(result) == [("relu", ["conv2d_1"]), ("relu", ["conv2d_2"])]
    assert not {AXES, CONSTANTS, LIVENESS} & result.program.facts.keys()


def test_one_weight_selects_every_channel() -> None:
    result = separated(fork(range(4), range(2, 8), [0, 7]))
    added = {name: weight for name, weight in result.program.weights().items() if "." not in name}
    assert [weight.tolist() for weight in added.values()] == [[*range(8)]]


def test_who_needs_everything_reads_the_value_itself() -> None:
    assert conversions(separated(fork(range(8), [1, 5]))) == [("relu", ["conv2d_2"])]


def test_who_needs_the_same_shares_a_conversion() -> None:
    result = separated(fork([1, 5], range(8), [1, 5]))
    assert conversions(result) == [("relu", ["conv2d_1", "conv2d_3"])]


def test_a_channel_that_nobody_needs_counts_for_nobody() -> None:
    assert not separated(fork([1, 2, 5], [1, 2, 5])).changed  # one need, and the value holds no more


def test_the_conversion_is_where_the_ways_part() -> None:
    class Pools(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.one, self.two = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            return self.one(F.avg_pool2d(x.relu(), 2)) + self.two(F.max_pool2d(x.tanh(), 2))

    result = separated(known(Pools(), {"one.weight": but(0, 1), "two.weight": but(1, 2)}))
    assert conversions(result) == [("conv2d", ["relu"]), ("conv2d", ["tanh"])]


class Identity(nn.Module):
    """A residual block: the layer on the branch reads one part of the value, what comes behind the sum another."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.branch, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.head(x + self.branch(x))


def readers(result: Outcome) -> set[tuple[str, str]]:
    """Who reads what through a conversion: names without numbers."""
    return {(a.rstrip("_0123456789"), b.rstrip("_0123456789")) for a, users in conversions(result) for b in users}


def test_an_identity_is_a_reader() -> None:
    model = known(Identity(), {"branch.weight": but(0, 1, 2), "head.weight": but(2, 3)})
    assert {("conv2d", "conv2d"), ("conv2d", "add")} <= readers(separated(model))


def test_a_sum_that_has_to_hold_more_than_its_only_reader_needs() -> None:
    model = known(Identity(), {"head.weight": but(2, 3)})  # the branch reads all, and so do both sides of the sum
    assert {("add", "conv2d"), ("conv2d", "add")} <= readers(separated(model))


class Partial(nn.Module):
    """A sum one of whose terms is zero for some channels."""

    def __init__(self, alike: bool = True) -> None:
        super().__init__()
        self.whole, self.part, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1, bias=False), nn.Conv2d(8, 4, 1)
        self.alike = alike

    def forward(self, x: Tensor) -> Tensor:
        whole, part = self.whole(x), self.part(x)
        return self.head(whole + part if self.alike else whole + 2 * part + part.relu())


def test_a_term_that_is_zero_for_some_channels() -> None:
    result = separated(known(Partial(), {"part.weight": [0, 3, 4]}))
    assert readers(result) == {("conv2d", "add")}
    assert [node.meta["conversion"] for node in result.program.nodes() if is_conversion(node)] == ["term"]


def test_a_term_that_is_read_elsewhere_is_kept_whole() -> None:
    result = separated(known(Partial(alike=False), {"part.weight": [0, 3, 4]}))
    assert ("conv2d", "add") not in readers(result)


def test_operands_of_a_concatenation() -> None:
    class Dense(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.grow, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1), nn.Conv2d(12, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            return self.head(torch.cat([x, self.grow(x)], 1))

    result = separated(known(Dense(), {"grow.weight": but(0, 1), "head.weight": but(1, 2, 8, 9, 10, 11, of=12)}))
    assert ("conv2d", ["cat"]) in conversions(result)
    assert ("conv2d", ["conv2d_1"]) in conversions(result)


def test_features_in_the_last_dimension() -> None:
    class Linears(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.one, self.two = nn.Linear(5, 8), nn.Linear(8, 4), nn.Linear(8, 4)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.first(x).relu()
            return self.one(x), self.two(x)

    result = separated(known(Linears(), {"one.weight": but(0, 1), "two.weight": but(1, 2)}), (6, 5))
    found = [node for node in result.program.nodes() if is_conversion(node)]
    assert [node.args[1] for node in found] == [2, 2]


def test_values_of_different_sizes() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = fork([0], [1, 2]), nn.Conv2d(2, 6, 1)
            self.one, self.two = nn.Conv2d(6, 3, 1), nn.Conv2d(6, 3, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            first, other = self.first(x)
            second = self.second(first)
            return self.one(second), self.two(second), other

    zeros = {"one.weight": but(0, 1, of=6), "two.weight": but(1, 2, of=6)}
    model = known(Two(), zeros | {f"first.{name}": index for name, index in Fork([0], [1, 2]).zeros().items()})
    result = separated(model)
    sizes = sorted(len(w) for name, w in result.program.weights().items() if name.startswith("every_channel"))
    assert sizes == [6, 8]


class Shared(nn.Module):
    """One layer reads two values, beside readers of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.layer = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)
        self.first, self.second = nn.Conv2d(8, 3, 1), nn.Conv2d(8, 3, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        a, b = self.one(x), self.two(x)
        return self.layer(a), self.layer(b), self.first(a), self.second(b)


def test_shared_weight() -> None:
    zeros = {"layer.weight": but(0, 1), "first.weight": but(1, 2), "second.weight": but(3)}
    result = separated(known(Shared(), zeros))
    assert len(conversions(result)) == 4
    assert "layer.weight" in result.program.weights()


def test_idempotent() -> None:
    for model in (
        fork(range(4), range(2, 8)),
        known(Identity(), {"branch.weight": but(0, 1), "head.weight": but(1, 2)}),
    ):
        assert not optimised(separated(model).program, *STEPS).changed


# -------------------------------------------------------------------- where nothing happens


class Shown(nn.Module):
    """The value is an output of the model beside its one reader."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(x)
        return x, self.head(x)


class FromInput(nn.Module):
    """The readers read an input of the model."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.one(x), self.two(x)


class Heads(nn.Module):
    """The value's channels are split into heads."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.one, self.two = nn.Linear(3, 8), nn.Linear(8, 4), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(x).reshape(-1, 2, 4).softmax(1)
        return self.one(x.reshape(-1, 8)), self.two((x + 1).reshape(-1, 8))


class OneChannel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.one, self.two = nn.Conv2d(3, 1, 1), nn.Conv2d(1, 4, 1), nn.Conv2d(1, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(x)
        return self.one(x), self.two(x)


NOTHING: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "no zeros": (fork(range(8), range(8)), SHAPE),
    "one reader": (known(Sandwich(F.relu), {"second.weight": columns(1, 3)}), SHAPE),
    "one need": (fork([1, 3], [1, 3]), SHAPE),
    "an input of the model": (known(FromInput(), {"one.weight": columns(0), "two.weight": columns(1)}), SHAPE),
    "a single channel": (known(OneChannel()), SHAPE),
    "heads": (known(Heads(), {"one.weight": columns(0), "two.weight": columns(1)}), (3,)),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_do(name: str) -> None:
    model, shape = NOTHING[name]
    result = separated(model, shape)
    assert not result.changed
    assert not conversions(result)


def test_outputs_read_the_value_itself() -> None:
    result = separated(known(Shown(), {"head.weight": but(0, 1)}))
    assert conversions(result) == [("conv2d", ["conv2d_1"])]


def test_not_where_nothing_may_be_added() -> None:
    result = separated(fork(range(4), range(2, 8)), speculative=False)
    assert not result.changed
    assert RELU in op_names(result.program)
    assert not conversions(result)


def test_dynamic_batch() -> None:
    result = separated(fork(range(4), range(2, 8)))
    assert all(isinstance(n.meta["val"].shape[0], torch.SymInt) for n in result.program.nodes() if is_conversion(n))
