"""CollapsePermutations: a channel shuffle is one gather."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor
from torch.nn import functional as F

from sparsec.compiler.ir.speculation import additions
from sparsec.passes.analysis.axes import Axes
from sparsec.passes.rewrite.collapse_permutations import CollapsePermutations

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, op_names, optimised


def test_leaves_a_chain_that_also_turns_the_picture() -> None:
    def shuffle_and_transpose(x: Tensor) -> Tensor:
        return x.unflatten(1, (2, 4)).permute(0, 2, 1, 4, 3).reshape(x.shape)

    zeros = {"first.weight": [1, 4], "second.weight": columns(2, 4)}
    model = known(Sandwich(shuffle_and_transpose), zeros=zeros)
    result = optimised(captured(model, (3, 5, 5)))
    assert "aten.index_select.default" not in op_names(result.program)
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE


def shuffle(x: Tensor) -> Tensor:
    return x.unflatten(1, (2, 4)).transpose(1, 2).reshape(x.shape)


COLLAPSED: dict[str, Callable[[Tensor], Tensor]] = {
    "view, transpose, view": shuffle,
    "permute": lambda x: x.reshape(-1, 4, 2, 3, 5).permute(0, 2, 1, 3, 4).reshape(x.shape),
    "PyTorch's own": lambda x: F.channel_shuffle(x, 4),
}
KEPT: dict[str, Callable[[Tensor], Tensor]] = {
    "nothing moves": lambda x: x.unflatten(1, (2, 4)).flatten(1, 2),
    "pixels move": lambda x: x.flatten(2).unflatten(2, (5, 3)).transpose(2, 3).reshape(x.shape),
    "another shape": lambda x: x.unflatten(1, (2, 4)).transpose(1, 2).reshape(-1, 8, 15, 1),
}


@pytest.mark.parametrize("name", COLLAPSED)
def test_collapses(name: str) -> None:
    model = known(Sandwich(COLLAPSED[name]))
    program = captured(model, (3, 3, 5))
    result = optimised(program, Axes(), CollapsePermutations())
    assert op_names(result.program) == ["aten.conv2d.default", "aten.index_select.default", "aten.conv2d.default"]
    assert additions(result.program)
    assert difference(result.program, model, (3, 3, 5)) <= TOLERANCE
    assert not optimised(result.program, Axes(), CollapsePermutations()).changed
    assert not optimised(program, Axes(), CollapsePermutations(), speculative=False).changed


@pytest.mark.parametrize("name", KEPT)
def test_leaves(name: str) -> None:
    model = known(Sandwich(KEPT[name]))
    result = optimised(captured(model, (3, 3, 5)), Axes(), CollapsePermutations())
    assert not result.changed
    assert difference(result.program, model, (3, 3, 5)) <= TOLERANCE


def test_collapses_beside_another_reader() -> None:
    model = known(Sandwich(lambda x: shuffle(x) + x.unflatten(1, (2, 4)).sum((1, 2))[:, None]))
    result = optimised(captured(model, (3, 3, 5)), Axes(), CollapsePermutations())
    assert op_names(result.program).count("aten.index_select.default") == 1
    assert difference(result.program, model, (3, 3, 5)) <= TOLERANCE


def test_costs_nothing_in_the_end() -> None:
    model = known(Sandwich(shuffle), zeros={"first.weight": [1, 4], "second.weight": columns(4)})  # channel 2
    result = optimised(captured(model, (3, 3, 5)))
    assert op_names(result.program) == ["aten.conv2d.default"] * 2
    assert result.shape("first.weight") == (5, 3, 1, 1)
    assert difference(result.program, model, (3, 3, 5)) <= TOLERANCE
