"""Element-wise ops: operands share channels, readers of a table take their pick, zero absorbs."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import additions

from ..harness import TOLERANCE, Outcome, Sandwich, captured, columns, difference, known, optimised


def test_pointwise_op_with_two_results() -> None:
    """PyTorch tags ``frexp`` as pointwise; it returns a mantissa and an exponent."""
    model = Sandwich(lambda x: torch.frexp(x)[0])
    model = known(model, zeros={"first.weight": [1, 4], "second.weight": columns(2)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


class Rotary(nn.Module):
    """A table of angles, from the first number of every token, that two layers of two heads multiply by."""

    def __init__(self) -> None:
        super().__init__()
        self.speeds = nn.Parameter(torch.empty(4))
        self.one, self.two = nn.Linear(3, 8), nn.Linear(3, 8)
        self.last, self.other = nn.Linear(8, 4), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        table = (x[..., :1] * self.speeds).cos()[:, :, None]
        one, two = (y.unflatten(-1, (2, 4)) * table for y in (self.one(x), self.two(x)))
        return self.last(one.flatten(2)) + self.other(two.flatten(2))


def checked(model: nn.Module, *shapes: tuple[int, ...], **options: Any) -> Outcome:
    """The model optimised, its numbers compared, and nothing left to do."""
    result = optimised(captured(model, *shapes), **options)
    assert difference(result.program, model, *shapes) <= TOLERANCE
    assert not optimised(result.program, **options).changed
    return result


def picks(program: Program) -> list[list[int]]:
    """What gathers read."""
    gathers = [n for n in program.nodes() if n.target is torch.ops.aten.index_select.default]
    return [program.weight(n.args[2]).tolist() for n in gathers]


def test_readers_of_a_table_take_their_pick() -> None:
    """Features 0 and 1 go in the one, 1 and 3 in the other; the table has 0, 2 and 3."""
    model = known(Rotary(), zeros={"last.weight": columns(0, 1, 4, 5), "other.weight": columns(1, 3, 5, 7)})
    result = checked(model, (5, 3))
    assert result.shape("one.weight") == result.shape("two.weight") == (4, 3)
    assert result.shape("speeds") == (3,)
    assert picks(result.program) == [[1, 2], [0, 1]]
    assert [found.what for found in additions(result.program)] == ["gather", "gather"]


def test_a_table_that_is_read_alike_needs_no_pick() -> None:
    model = known(Rotary(), zeros={"last.weight": columns(0, 1, 4, 5), "other.weight": columns(0, 1, 4, 5)})
    result = checked(model, (5, 3))
    assert result.shape("one.weight") == result.shape("two.weight") == (4, 3)
    assert result.shape("speeds") == (2,)
    assert not picks(result.program)
    assert not additions(result.program)


def test_without_gathers_all_readers_keep_the_same() -> None:
    model = known(Rotary(), zeros={"last.weight": columns(0, 1, 4, 5), "other.weight": columns(1, 3, 5, 7)})
    result = checked(model, (5, 3), speculative=False)
    assert result.shape("one.weight") == result.shape("two.weight") == (6, 3)
    assert not picks(result.program)


def test_a_head_may_go_alone() -> None:
    """The table is the same for all heads: it says nothing about how many there are."""
    model = known(Rotary(), zeros={"last.weight": columns(0, 1, 2, 3), "other.weight": columns()})
    result = checked(model, (5, 3))
    assert result.shape("one.weight") == (4, 3)
    assert result.shape("two.weight") == (8, 3)


class Cancelling(nn.Module):
    """A product whose factors are both zero in feature 2 of head 0, since what a constant adds cancels the bias."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.one, self.two, self.last = nn.Linear(6, 4), nn.Linear(4, 8), nn.Linear(4, 8), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        one, two = (y.unflatten(-1, (2, 4)) for y in (self.one(x), self.two(x)))
        return self.last(one * two).sum(-2)


def test_a_product_of_two_zeros() -> None:
    model = known(Cancelling(), zeros={"first.weight": [0], "one.weight": [2], "two.weight": [2]})
    with torch.no_grad():
        model.first.bias[0] = 1
        for layer in (model.one, model.two):
            layer.weight[:, 0] = 0
            layer.weight[2, 0], layer.bias[2] = 1, -1
    assert checked(model, (5, 6)).shape("first.weight") == (3, 6)
