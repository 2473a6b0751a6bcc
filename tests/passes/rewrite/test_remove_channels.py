"""RemoveChannels: channels that nobody needs leave every tensor that they run through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.ir.speculation import additions
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.analysis.liveness import Liveness
from sparsec.passes.rewrite.form_linears import FormLinears
from sparsec.passes.rewrite.remove_channels import RemoveChannels

from ..harness import TOLERANCE, Outcome, Sandwich, Zeros, captured, columns, difference, known, op_names, optimised


def removed(model: nn.Module, *shapes: tuple[int, ...], bias_maps: bool = False, speculative: bool = True) -> Outcome:
    """The pass on its own, with the facts that it needs; checked against the model."""
    steps = (Axes(), Constants(), Liveness(bias_maps=bias_maps), RemoveChannels())
    result = optimised(captured(model, *shapes), *steps, speculative=speculative)
    assert difference(result.program, model, *shapes) <= TOLERANCE
    return result


def shapes_of(result: Outcome) -> dict[str, tuple[int, ...]]:
    return {name: tuple(weight.shape) for name, weight in result.program.weights().items()}


def added_ops(result: Outcome) -> list[str]:
    """What was added and has to win a measurement."""
    return [found.what for found in additions(result.program)]


class Residual(nn.Module):
    """Two layers whose sum is read by a third."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.one(x) + self.two(x))


def test_removes_filters_and_columns() -> None:
    model = known(Sandwich(F.relu), zeros={"first.weight": [1], "second.weight": columns(2, 4)})
    result = removed(model, (3, 4, 4))
    assert result.changed
    expected = {"first.weight": (5, 3, 1, 1), "first.bias": (5,), "second.weight": (4, 5, 1, 1), "second.bias": (4,)}
    assert shapes_of(result) == expected
    assert op_names(result.program) == ["aten.conv2d.default", "aten.relu.default", "aten.conv2d.default"]


def test_folds_constants_into_a_new_bias() -> None:
    model = known(Sandwich(F.relu, second=nn.Conv2d(8, 4, 1, bias=False)), zeros={"first.weight": [1]})
    with torch.no_grad():
        model.first.bias[1] = 2.0
    result = removed(model, (3, 4, 4))
    torch.testing.assert_close(
        result.program.weights()["second.bias"], 2 * model.second.weight.detach()[:, 1, 0, 0], rtol=1e-14, atol=0
    )


def test_a_zero_constant_needs_no_bias() -> None:
    model = known(Sandwich(F.relu, second=nn.Conv2d(8, 4, 1, bias=False)), zeros={"first.weight": [1], "first.bias": 1})
    assert "second.bias" not in shapes_of(removed(model, (3, 4, 4)))


def test_a_sum_keeps_what_either_side_needs() -> None:
    model = known(Residual(), zeros={"one.weight": [1, 2], "two.weight": [2, 3], "head.weight": columns(5)})
    result = removed(model, (3, 4, 4))
    assert shapes_of(result)["head.weight"] == (4, 6, 1, 1)  # 2 is constant on both sides, 5 is not read
    assert shapes_of(result)["one.weight"] == shapes_of(result)["two.weight"] == (6, 3, 1, 1)


STAYS: dict[str, tuple[Callable[[], nn.Module], Zeros, str]] = {
    "an output": (
        lambda: Sandwich(F.relu, second=nn.Identity()),
        {"first.weight": [1]},
        "1 zero filter stays: an output, a sum or zero padding needs the constant",
    ),
    "added to something": (
        Residual,
        {"one.weight": [1]},
        "1 zero filter stays: an output, a sum or zero padding needs the constant",
    ),
    "from an input": (
        lambda: nn.Conv2d(3, 4, 1),
        {"weight": columns(1)},
        "1 zero column stays: the channels come from an input, and taking some out would be a copy",
    ),
    "equal groups": (
        lambda: Sandwich(F.relu, second=nn.Conv2d(8, 4, 1, groups=2)),
        {"first.weight": [1]},
        "1 zero filter stays: other values share their channels (a sum, a product, several readers or equal groups)",
    ),
    "unequal groups": (
        lambda: Sandwich(F.relu, second=nn.Conv2d(8, 4, 1, groups=2)),
        {"second.weight": columns(1)},
        "",
    ),
    "opaque": (
        lambda: Sandwich(lambda x: x.cumsum(1)),
        {"second.weight": columns(1)},
        "1 zero column stays: the channels come from 'cumsum' (harness.py:",
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_leaves_and_says_why(name: str) -> None:
    make, zeros, reason = STAYS[name]
    model = known(make(), zeros=zeros)
    result = removed(model, (3, 4, 4))
    before = {name: tuple(weight.shape) for name, weight in captured(model, (3, 4, 4)).weights().items()}
    if not result.changed:
        assert shapes_of(result) == before
    if reason:
        again = optimised(result.program, Axes(), Constants(), Liveness(), RemoveChannels())
        assert any(reason in text for text in (result.reasons if not result.changed else again.reasons))


class Far(nn.Module):
    """Two layers that are added, and something that reads the first of them a few ops later."""

    def __init__(self, read: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.one, self.two, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)
        self.read = read

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        one = self.one(x)
        return self.read(F.relu(one).flatten(2).transpose(1, 2)), self.head(one + self.two(x))


BLAMED: dict[str, tuple[Callable[[], nn.Module], Zeros, str, str]] = {
    "a constant that it reads": (
        lambda: Sandwich(lambda x: torch.renorm(F.relu(x), 2, 1, 1.0)),
        {"first.weight": [1, 2]},
        "2 zero filters stay: 'renorm' (harness.py:",
        "needs them as they are: no rule for this op",
    ),
    "what is added to what it reads": (
        lambda: Far(lambda x: torch.renorm(x, 2, 1, 1.0)),
        {"two.weight": [3], "two.bias": [3], "head.weight": columns(3)},
        "1 zero filter stays: 'renorm' (test_remove_channels.py:",
        "needs them as they are: no rule for this op",
    ),
    "a column of what it reads": (
        lambda: Far(lambda x: torch.renorm(x, 2, 1, 1.0)),
        {"head.weight": columns(5)},
        "1 zero column stays: 'renorm' (test_remove_channels.py:",
        "needs them as they are: no rule for this op",
    ),
    "several ops": (
        lambda: Far(lambda x: torch.renorm(x, 2, 1, 1.0) + torch.renorm(x, 1, 1, 1.0)),
        {"head.weight": columns(5)},
        "1 zero column stays: 'renorm' (test_remove_channels.py:",
        "needs them as they are: no rule for this op",
    ),
    "one with a rule": (
        lambda: Far(lambda x: x.cumsum(2)),
        {"head.weight": columns(5)},
        "1 zero column stays: 'cumsum' (test_remove_channels.py:",
        "needs them as they are: it mixes channels",
    ),
    "a norm that cannot keep its count": (
        lambda: Far(lambda x: F.layer_norm(x, x.shape[1:])),
        {"head.weight": columns(5)},
        "1 zero column stays: 'layer_norm' (test_remove_channels.py:",
        "a norm over fewer channels has to keep the original count",
    ),
}


@pytest.mark.parametrize("name", BLAMED)
def test_names_the_op_that_keeps_channels(name: str) -> None:
    make, zeros, first, last = BLAMED[name]
    program = optimised(captured(known(make(), zeros=zeros), (3, 4, 4))).program
    reasons = optimised(program, Axes(), Constants(), Liveness(), RemoveChannels()).reasons
    assert any(reason.startswith(first) and last in reason for reason in reasons), reasons


def test_names_no_op_that_is_not_the_reason() -> None:
    """Channels 0 to 3 alone are read by an op without a rule; channel 6 is needed by an output."""

    class Half(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.head = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            one = self.one(x)
            return one[:, :4].cumsum(1), one[:, 4:], self.head(one)

    program = captured(known(Half(), zeros={"head.weight": columns(2, 6)}), (3, 4, 4))
    (reason,) = (r for r in optimised(program).reasons if r.startswith("2 zero columns"))
    shared = "other values share their channels (a sum, a product, several readers or equal groups)"
    assert reason.startswith(f"2 zero columns stay: {shared}; for 1 of them 'cumsum' (")


def test_changes_nothing_the_second_time() -> None:
    model = known(Sandwich(F.relu), zeros={"first.weight": [1, 4], "second.weight": columns(2, 4)})
    again = optimised(removed(model, (3, 4, 4)).program, Axes(), Constants(), Liveness(), RemoveChannels())
    assert not again.changed


def test_changes_nothing_without_zeros() -> None:
    result = removed(known(Residual()), (3, 4, 4))
    assert not result.changed
    assert not result.ctx.refusals


def test_needs_facts() -> None:
    from sparsec.compiler.errors import UserError

    program = captured(known(Residual()), (3, 4, 4))
    with pytest.raises(UserError, match=r"'remove-channels' needs 'axes'"):
        optimised(program, RemoveChannels())


# -------------------------------------------------------------------- constants that meet zero padding


def padded_reader(groups: int = 1) -> nn.Module:
    return nn.Conv2d(8, 4, 3, padding=1, groups=groups)


def test_uniform_constants_at_a_border_share_one_carrier() -> None:
    model = known(Sandwich(nn.Identity(), second=padded_reader()), zeros={"first.weight": [1, 4, 6]})
    result = removed(model, (3, 5, 5))
    assert shapes_of(result)["first.weight"] == (6, 3, 1, 1)
    assert not added_ops(result)


def test_a_single_one_stays() -> None:
    model = known(Sandwich(nn.Identity(), second=padded_reader()), zeros={"first.weight": [4]})
    assert not removed(model, (3, 5, 5)).changed


def test_a_zero_at_a_border_needs_no_carrier() -> None:
    zeros = {"first.weight": [1, 4, 6], "first.bias": [1, 4, 6]}
    model = known(Sandwich(nn.Identity(), second=padded_reader()), zeros=zeros)
    assert shapes_of(removed(model, (3, 5, 5)))["first.weight"] == (5, 3, 1, 1)


def test_one_carrier_for_each_group() -> None:
    model = known(Sandwich(nn.Identity(), second=padded_reader(2)), zeros={"first.weight": [0, 1, 2, 4, 5, 7]})
    result = removed(model, (3, 5, 5))
    assert shapes_of(result)["first.weight"] == (4, 3, 1, 1)
    assert shapes_of(result)["second.weight"] == (4, 2, 3, 3)


def test_carriers_of_two_readers() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.one, self.two = nn.Conv2d(3, 8, 1), padded_reader(), nn.Conv2d(8, 4, 3)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.first(x)
            return self.one(x), self.two(x)

    model = known(Two(), zeros={"first.weight": [1, 4, 6]})
    assert shapes_of(removed(model, (3, 5, 5)))["first.weight"] == (6, 3, 1, 1)


# -------------------------------------------------------------------- constants that differ from place to place


def bordered() -> nn.Module:
    return known(Sandwich(nn.ZeroPad2d(1)), zeros={"first.weight": [1, 4]})


def test_a_bias_map_is_an_addition_that_has_to_be_worth_it() -> None:
    result = removed(bordered(), (3, 5, 5), bias_maps=True)
    assert shapes_of(result)["first.weight"] == (6, 3, 1, 1)
    assert shapes_of(result)["second.bias_map"] == (1, 4, 7, 7)
    assert added_ops(result) == ["bias map"]


@pytest.mark.parametrize(("bias_maps", "speculative"), [(False, True), (True, False)])
def test_no_bias_map_without_leave(bias_maps: bool, speculative: bool) -> None:
    result = removed(bordered(), (3, 5, 5), bias_maps=bias_maps, speculative=speculative)
    assert not result.changed
    assert not added_ops(result)


def test_no_bias_map_for_a_picture_of_dynamic_size() -> None:
    from torch.export import Dim

    model = bordered()
    program = captured(model, (3, 5, 5), dynamic_shapes={"x": {0: Dim.AUTO, 2: Dim.AUTO, 3: Dim.AUTO}})
    result = optimised(program, Axes(), Constants(), Liveness(bias_maps=True), RemoveChannels())
    assert not result.changed
    assert difference(result.program, model, (3, 7, 6)) <= TOLERANCE


# -------------------------------------------------------------------- shared weights


class Shared(nn.Module):
    """One layer, two inputs, two readers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.one, self.two = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.one(self.layer(x)), self.two(self.layer(x * 2))


def test_a_shared_weight_that_shrinks_alike_stays_shared() -> None:
    result = removed(known(Shared(), zeros={"layer.weight": [1, 4]}), (3, 4, 4))
    layers = [shape for name, shape in shapes_of(result).items() if name.startswith("layer.weight")]
    assert set(layers) == {(6, 3, 1, 1)}


def test_a_shared_weight_that_shrinks_differently() -> None:
    result = removed(known(Shared(), zeros={"one.weight": columns(1, 4), "two.weight": columns(5)}), (3, 4, 4))
    layers = [shape for name, shape in shapes_of(result).items() if name.startswith("layer.weight")]
    assert sorted(layers) == [(6, 3, 1, 1), (7, 3, 1, 1)]


def test_weights_of_the_captured_program_are_not_written_into() -> None:
    model = known(Sandwich(F.relu), zeros={"first.weight": [1], "second.weight": columns(2)})
    program = captured(model, (3, 4, 4))
    before: dict[str, Any] = {name: weight.clone() for name, weight in program.weights().items()}
    optimised(program, Axes(), Constants(), Liveness(), RemoveChannels())
    for name, weight in program.weights().items():
        torch.testing.assert_close(weight, before[name], rtol=0, atol=0)


class Unbound(nn.Module):
    """Of six copies of a value, one is read."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.reader = nn.Linear(3, 8), nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layer(x).unsqueeze(1).expand(-1, 6, -1, -1).unbind(1)[5]
        read: Tensor = self.reader(y)
        return read


def test_what_gets_smaller_by_its_arguments_alone_is_a_change() -> None:
    """No operation and no weight is another one: what is copied less often is said in numbers."""
    model = known(Unbound(), zeros={})
    result = removed(model, (4, 3))
    assert result.changed
    (expand,) = (node for node in result.program.nodes() if node.target is torch.ops.aten.expand.default)
    assert expand.args[1] == [-1, 1, -1, -1]
    assert difference(result.program, model, (4, 3)) <= TOLERANCE


class Images(nn.Module):
    """Images whose rows are positions, too: heads side by side, as channels of a convolution."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = nn.Parameter(torch.randn(heads, 8, 6))
        self.reader = nn.ConvTranspose2d(heads, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        read: Tensor = self.reader(torch.einsum("btc,hcd->bhtd", x, self.heads))
        return read


@pytest.mark.parametrize(("dead", "kept"), [(3, 8), (4, 4), (7, 4), (0, 8)])
def test_channels_are_counted_along_their_own_dimension(dead: int, kept: int) -> None:
    model = known(Images(8))
    with torch.no_grad():
        model.get_parameter("heads")[:dead] = 0
    program = captured(model, (5, 8))
    steps = (FormLinears(), Axes(), Constants(), Liveness(), RemoveChannels(multiple=4))
    result = optimised(program, *steps)
    assert shapes_of(result)["reader.weight"][0] == kept
    assert difference(result.program, model, (5, 8)) <= TOLERANCE
