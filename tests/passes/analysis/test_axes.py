"""Axes: which positions every value has, and which of them exist together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from sparsec.compiler.ir.program import Program, is_tensor, shape_of
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.rules.facts import AXES
from sparsec.passes.rules.facts import Axes as Facts

from ..harness import Sandwich, captured, known, optimised


def facts_of(model: nn.Module, *shapes: tuple[int, ...]) -> tuple[Program, Facts]:
    result = optimised(captured(known(model), *shapes), Axes())
    assert not result.changed
    return result.program, result.program.facts[AXES]


def node(program: Program, name: str) -> fx.Node:
    """The first node of a name; export numbers the names of ops on dynamic sizes as it likes."""
    return next(n for n in program.nodes() if name in (n.name, n.name.rpartition("_")[0]))


def ids(facts: Facts, at: fx.Node) -> list[int]:
    return facts.ids.find(facts.of(at).labels).ravel().tolist()


def test_a_layer_has_channels_of_its_own_and_elementwise_ops_pass_them_on() -> None:
    program, facts = facts_of(Sandwich(F.relu), (3, 4, 4))
    first, relu, second = (node(program, n) for n in ("conv2d", "relu", "conv2d_1"))
    assert facts.of(first).dims == (1,)
    assert ids(facts, first) == ids(facts, relu)
    assert len(set(ids(facts, first)) | set(ids(facts, second))) == 8 + 4


def test_an_input_is_one_piece() -> None:
    program, facts = facts_of(Sandwich(F.relu), (3, 4, 4))
    assert facts.of(node(program, "x")).dims == ()


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return x + self.second(x)


def test_a_sum_unifies() -> None:
    program, facts = facts_of(Residual(), (3, 4, 4))
    assert ids(facts, node(program, "conv2d")) == ids(facts, node(program, "conv2d_1"))
    assert ids(facts, node(program, "add")) == ids(facts, node(program, "conv2d"))


def test_concatenation_and_split() -> None:
    program, facts = facts_of(Sandwich(lambda x: torch.cat(x.split([3, 5], 1)[::-1], 1)), (3, 4, 4))
    own = ids(facts, node(program, "conv2d"))
    assert ids(facts, node(program, "cat")) == own[3:] + own[:3]


def test_a_product_of_two_dimensions() -> None:
    program, facts = facts_of(Sandwich(lambda x: x.unflatten(1, (2, 4)).transpose(1, 2).flatten(1, 2)), (3, 4, 4))
    own = ids(facts, node(program, "conv2d"))
    views = [n for n in program.nodes() if "reshape" in str(n.target) or "view" in str(n.target)]
    assert facts.of(views[0]).dims == (1, 2)
    assert facts.of(views[0]).labels.shape == (2, 4)
    assert ids(facts, views[-1]) == np.array(own).reshape(2, 4).T.ravel().tolist()


def test_a_flattened_picture() -> None:
    model = Sandwich(lambda x: x.flatten(1), second=nn.Linear(32, 4))
    program, facts = facts_of(model, (3, 2, 2))
    flat = next(n for n in program.nodes() if n.op == "call_function" and is_tensor(n) and shape_of(n)[1:] == (32,))
    assert ids(facts, flat) == np.repeat(ids(facts, node(program, "conv2d")), 4).tolist()


def test_a_gate_that_is_broadcast_over_space() -> None:
    program, facts = facts_of(Sandwich(lambda x: x * x.mean((2, 3), keepdim=True).sigmoid()), (3, 4, 4))
    assert ids(facts, node(program, "mul")) == ids(facts, node(program, "conv2d"))
    assert ids(facts, node(program, "sigmoid")) == ids(facts, node(program, "conv2d"))


OPAQUE: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "unknown op": (lambda x: x.renorm(2, 0, 1.0), "no rule for this op"),
    "mixes channels": (lambda x: x.softmax(1), "it mixes channels"),
    "channels and pixels": (
        lambda x: x.flip(1, 2).unflatten(1, (2, 4)).roll((1, 1), (1, 2)).flatten(1, 2),
        "moves channels and other dimensions at once",
    ),
    "computed positions": (lambda x: x.index_select(1, x.mean((0, 2, 3)).argsort()), "reads at computed positions"),
    "into the batch": (lambda x: x.transpose(0, 1).flatten(0, 1)[None].expand(8, -1, 4, 4).transpose(0, 1), ""),
}


@pytest.mark.parametrize("name", OPAQUE)
def test_what_is_not_understood_is_kept_whole_and_reported(name: str) -> None:
    between, reason = OPAQUE[name]
    result = optimised(captured(known(Sandwich(between)), (3, 4, 4)), Axes())
    facts = result.program.facts[AXES]
    assert facts.opaque or facts.pinned
    assert any(text.startswith("kept whole: ") and reason in text for text in result.reasons)
    narrowed = {*facts.opaque, *facts.pinned}
    assert all(facts.channels[n].dims == () for n in narrowed if not isinstance(facts.channels[n], list))


def test_facts_are_established_once() -> None:
    program = captured(known(Sandwich(F.relu)), (3, 4, 4))
    result = optimised(program, Axes(), Axes())
    assert not result.changed
    assert AXES in result.program.facts
    assert AXES not in program.facts
