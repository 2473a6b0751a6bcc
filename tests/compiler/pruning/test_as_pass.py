"""Pruning within a compile: by a recipe, to the bit, and as a pass; torch.compile says what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.pruning import Recipe, Result, report_in


@pytest.fixture(scope="module")
def net() -> nn.Sequential:
    """A norm between convolutions, whose scales would weigh outputs differently once they were folded."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        norm = nn.BatchNorm2d(16)
        nn.init.uniform_(norm.weight, 0.2, 4.0)
        body = [nn.Conv2d(3, 16, 3, padding=1), norm, nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU()]
        return nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 8)).eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    g = torch.Generator().manual_seed(1)
    return [torch.randn(4, 3, 6, 6, generator=g) for _ in range(5)]


@pytest.fixture(scope="module")
def result(net: nn.Sequential, data: Any) -> Result:
    return sparsec.prune(net, data, sparsity=0.5)


def compiled(net: nn.Sequential, x: Tensor, **options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(net, (x,), measure=False, strict=True, **options)


def near(small: Any, result: Result, x: Tensor) -> None:
    with torch.no_grad():
        torch.testing.assert_close(small(x), result.model(x), rtol=1e-4, atol=1e-6)
        assert float((result.model(x) - result.dense(x)).abs().max()) > 1e-3


def test_a_recipe_is_followed(net: nn.Sequential, data: Any, result: Result, tmp_path: Path) -> None:
    small = compiled(net, data[0], recipe=result.recipe.save(tmp_path / "recipe.toml"), data=data)
    near(small, result, data[1])
    file = small.save(tmp_path / "small.pt2")
    assert Recipe.load(file) == result.recipe
    told = {found["name"]: found["value"] for found in report_in(file)["losses"]}
    assert told == pytest.approx({name: found.value for name, found in result.losses.items()}, rel=1e-4)


@pytest.mark.parametrize("options", [{"sparsity": 0.5}, {"units": "channel", "sparsity": 0.25}])
def test_a_pass_prunes_like_the_function(net: nn.Sequential, data: Any, options: Any) -> None:
    """On weights as they were written; a generator is read once, though a compile may run its passes again."""
    wanted = sparsec.prune(net, data, **options)
    small = compiled(net, data[0], passes=[sparsec.Prune(iter(data), **options)])
    near(small, wanted, data[1])
    assert [loss.name for loss in small.report.losses] == ["prune"]
    assert Recipe.read(small.program.documents["sparsec.recipe"]).levels == wanted.recipe.levels


def test_a_recipe_may_be_a_pass(net: nn.Sequential, data: Any, result: Result) -> None:
    near(compiled(net, data[0], passes=[sparsec.Prune(data, recipe=result.recipe)]), result, data[1])


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"data": [1]}, "there is no recipe="),
        ({"recipe": 3}, "is no recipe"),
        ({"passes": [sparsec.Prune(sparsity=2.0)]}, "is not between 0 and 1"),
        ({"passes": [sparsec.Prune(sparsity=0.5, importance="wanda")]}, "looks at data"),
    ],
)
def test_what_cannot_be(net: nn.Sequential, data: Any, options: Any, what: str) -> None:
    with pytest.raises(sparsec.UserError, match=what):
        sparsec.compile(net, (data[0],), measure=False, **options)


def test_other_data_are_refused(net: nn.Sequential, data: Any, result: Result) -> None:
    for other in (None, data[1:]):
        with pytest.raises(sparsec.UserError, match="made with other data"):
            sparsec.compile(net, (data[0],), recipe=result.recipe, data=other)


def test_torch_compile_takes_what_is_pruned(net: nn.Sequential, data: Any, result: Result) -> None:
    with pytest.raises(sparsec.UserError, match="no option 'recipe'") as caught, torch.no_grad():
        torch.compile(net, backend="sparse", options={"recipe": result.recipe})(data[0])
    assert "sparsec.prune(model, data" in str(caught.value)
