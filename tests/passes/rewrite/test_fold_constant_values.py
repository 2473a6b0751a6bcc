"""FoldConstantValues: a value that does not depend on the inputs becomes a weight."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.analysis.axes import Axes
from sparsec.passes.analysis.constants import Constants
from sparsec.passes.rewrite.fold_constant_values import FoldConstantValues

from ..harness import TOLERANCE, Outcome, captured, difference, known, op_names, optimised

EVERY = {"branch.weight": range(8)}


class Branch(nn.Module):
    """A trunk and a branch whose filters are all zero, joined."""

    def __init__(self, join: str = "add", **options: object) -> None:
        super().__init__()
        self.trunk, self.branch = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(3, 8, 3, padding=1, **options)
        self.head, self.join = nn.Conv2d(16 if join == "cat" else 8, 4, 1), join

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        one, two = self.trunk(x), F.relu(self.branch(x))
        if self.join == "add":
            return self.head(one + two)
        if self.join == "cat":
            return self.head(torch.cat([one, two], 1))
        if self.join == "lone":
            return self.head(two)
        return self.head(one), two


def folded(model: nn.Module, *shapes: tuple[int, ...]) -> Outcome:
    result = optimised(captured(model, *shapes), Axes(), Constants(), FoldConstantValues())
    assert difference(result.program, model, *shapes) <= TOLERANCE
    return result


def test_into_a_sum() -> None:
    model = known(Branch(), zeros=EVERY)
    result = folded(model, (3, 4, 4))
    assert result.changed
    assert op_names(result.program).count("aten.conv2d.default") == 2
    name = next(n for n in result.program.weights() if n.endswith("_value"))
    assert result.shape(name) == (1, 8, 1, 1)
    expected = model.branch.bias.detach().relu().reshape(1, 8, 1, 1)
    torch.testing.assert_close(result.program.weights()[name], expected, rtol=0, atol=0)


def test_as_an_output_of_dynamic_batch() -> None:
    result = folded(known(Branch("output"), zeros=EVERY), (3, 4, 4))
    assert result.changed
    assert "aten.expand.default" in op_names(result.program)
    assert op_names(result.program).count("aten.conv2d.default") == 2


@pytest.mark.parametrize("join", ["cat", "lone"])
def test_leaves_it_to_readers_that_fold_it_themselves(join: str) -> None:
    model = known(Branch(join), zeros=EVERY)
    result = folded(model, (3, 4, 4))
    weights = result.program.weights()
    if join == "cat":
        assert not result.changed
        smaller = optimised(captured(model, (3, 4, 4)))
        assert smaller.shape("head.weight") == (4, 8, 1, 1)
        assert difference(smaller.program, model, (3, 4, 4)) <= TOLERANCE
    else:  # then the head is constant too, and is an output
        assert not any(name.startswith("branch") for name in weights)


def test_a_branch_that_varies_is_left_alone() -> None:
    model = known(Branch(), zeros={"branch.weight": range(7)})
    assert not folded(model, (3, 4, 4)).changed


def test_changes_nothing_the_second_time() -> None:
    result = folded(known(Branch(), zeros=EVERY), (3, 4, 4))
    assert not optimised(result.program, Axes(), Constants(), FoldConstantValues()).changed


class Shared(nn.Module):
    """A layer of zeros, used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.branch = nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        return (self.trunk(x) + self.branch(x)) * self.branch(x + 1)


def test_shared_weight() -> None:
    result = folded(known(Shared(), zeros=EVERY), (3, 4, 4))
    assert result.changed
    assert op_names(result.program).count("aten.conv2d.default") == 1


class Resized(nn.Module):
    """The constant's size is half that of the input."""

    def __init__(self) -> None:
        super().__init__()
        self.branch, self.trunk = nn.Conv2d(3, 8, 1, stride=2), nn.Conv2d(3, 8, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.trunk(x), self.branch(x)


def test_refuses_a_size_that_is_computed() -> None:
    from torch.export import Dim

    model = known(Resized(), zeros=EVERY)
    program = captured(model, (3, 8, 8), dynamic_shapes={"x": {0: Dim.AUTO, 2: Dim.AUTO, 3: Dim.AUTO}})
    result = optimised(program, Axes(), Constants(), FoldConstantValues())
    assert not result.changed
    assert result.reasons == {"it is constant, but its size is not that of an input"}
    assert difference(result.program, model, (3, 10, 6)) <= TOLERANCE
