"""Recipes: what was done is done again, to the bit, in another process too; on other weights or data it is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec import Macs
from sparsec.pruning import Matrix, Recipe, Result, Seen, report_in

OPTIONS: dict[str, dict[str, Any]] = {
    "pattern": {"sparsity": 0.5, "pattern": "2:4", "importance": "wanda", "compensation": "least-squares{damping=0.1}"},
    "names": {"sparsity": {"2": 0.25, "*": 0.75}, "pattern": "4x1", "keep": ["4"]},
    "measured": {"sparsity": 0.5, "allocation": "l-greco{step=0.25}", "measured": True, "sequential": False},
    "units": {"units": "neuron", "budget": Macs(0.6), "seed": 3, "held_out": 0.4},
}


def net() -> nn.Sequential:
    """Three layers, whose weights are drawn."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 4)).eval()


def batches() -> list[Tensor]:
    """Data that are drawn."""
    g = torch.Generator().manual_seed(1)
    return [torch.randn(8, 12, generator=g) for _ in range(5)]


def held(result: Result) -> dict[str, Tensor]:
    found: dict[str, Tensor] = result.model.state_dict()
    return found


@pytest.fixture(scope="module")
def first() -> Result:
    return sparsec.prune(net(), batches(), **OPTIONS["pattern"])


@pytest.mark.parametrize("options", [pytest.param(value, id=name) for name, value in OPTIONS.items()])
def test_it_is_done_again_from_its_file(options: dict[str, Any], tmp_path: Path) -> None:
    result = sparsec.prune(net(), batches(), **options)
    path = result.recipe.save(tmp_path / "recipe.toml")
    again = sparsec.prune(net(), batches(), recipe=path)
    assert all(torch.equal(value, held(again)[name]) for name, value in held(result).items())
    assert Recipe.load(path) == result.recipe == again.recipe
    assert again.outcome.left == result.outcome.left
    assert result.recipe.levels and result.recipe.versions["torch"] == str(torch.__version__)


class Residual(nn.Module):
    """Three layers, each added to what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(12, 12) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = x + layer(x.relu())
        return x


def test_layers_that_go_go_again() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Residual().eval()
    result = sparsec.prune(model, batches(), units="layer", sparsity=1 / 3)
    again = sparsec.prune(model, batches(), recipe=Recipe.read(result.recipe.text))
    assert again.outcome.gone == result.outcome.gone and again.outcome.gone[0].indices
    assert all(torch.equal(value, held(again)[name]) for name, value in held(result).items())


def test_another_process_gives_the_same(first: Result, tmp_path: Path) -> None:
    first.recipe.save(tmp_path / "recipe.toml")
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import sparsec, test_recipe as t\n"
        f"result = sparsec.prune(t.net(), t.batches(), recipe={str(tmp_path / 'recipe.toml')!r})\n"
        "print(result.recipe.digests['result'])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [first.recipe.digests["result"]], done.stderr


def test_other_weights_and_other_data_are_refused(first: Result) -> None:
    other = net()
    with torch.no_grad():
        other[0].weight[0, 0] += 1
    with pytest.raises(sparsec.UserError, match="made with other weights") as caught:
        sparsec.prune(other, batches(), recipe=first.recipe)
    assert caught.value.code == "bad-recipe"
    with pytest.raises(sparsec.UserError, match="made with other data"):
        sparsec.prune(net(), batches()[:4], recipe=first.recipe)
    with pytest.raises(sparsec.UserError, match="made with other data"):
        sparsec.prune(net(), args=(batches()[0],), recipe=first.recipe)
    result = sparsec.prune(other, batches()[:4], recipe=first.recipe.elsewhere())
    assert result.recipe.levels == first.recipe.levels
    assert result.recipe.digests["data"] != first.recipe.digests["data"]


def test_shares_of_other_layers_are_refused(first: Result) -> None:
    other = nn.Sequential(nn.Linear(12, 8)).eval()
    named = sparsec.prune(net(), batches(), **OPTIONS["names"])
    again = replace(named.recipe.elsewhere(), options={"sparsity": 0.5, "allocation": "by-name"})
    with pytest.raises(sparsec.UserError, match="other layers"):
        sparsec.prune(other, batches(), recipe=again)
    assert sparsec.prune(other, batches(), recipe=first.recipe.elsewhere()).recipe.levels == {"0": 0.5}


def test_what_comes_out_otherwise_is_told_with_the_versions(first: Result) -> None:
    old = replace(
        first.recipe,
        versions={**first.recipe.versions, "torch": "1.0"},
        digests={**first.recipe.digests, "result": "0"},
    )
    with pytest.warns(UserWarning, match="not that of the recipe to the bit .torch 1.0 there"):
        sparsec.prune(net(), batches(), recipe=old)


def test_a_recipe_decides_alone(first: Result) -> None:
    with pytest.raises(sparsec.UserError, match="both recipe= and sparsity="):
        sparsec.prune(net(), batches(), recipe=first.recipe, sparsity=0.5)
    with pytest.raises(sparsec.UserError, match="is no recipe"):
        sparsec.prune(net(), batches(), recipe=3)  # type: ignore[arg-type]


def test_functions_of_the_users_are_passed_again() -> None:
    def largest(weight: Matrix, seen: Seen) -> Tensor:
        return weight.values.abs()

    result = sparsec.prune(net(), batches(), sparsity=0.5, importance=largest)
    assert result.recipe.own == ("importance",) and "largest" in result.recipe.options["importance"]
    with pytest.raises(sparsec.UserError, match="made with importance="):
        sparsec.prune(net(), batches(), recipe=result.recipe)
    again = sparsec.prune(net(), batches(), recipe=Recipe.read(result.recipe.text), importance=largest)
    assert all(torch.equal(value, held(again)[name]) for name, value in held(result).items())


def test_any_name_goes_through_the_file() -> None:
    strange = 'a "b" \\ ü 😀 \x7f\n.c'
    recipe = Recipe({"keep": [strange]}, {strange: 1 / 3, "": 1e-17}, {"data": ""}, {"torch": strange}, ("importance",))
    assert Recipe.read(recipe.text) == recipe


@pytest.mark.parametrize(
    "text", ["[options", "", "format = 99", 'format = 1\n[levels]\na = "much"', "format = 1\nlevels = 3"]
)
def test_what_is_no_recipe(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(sparsec.UserError, match="is no recipe") as caught:
        Recipe.load(path)
    assert caught.value.code == "bad-recipe"


def test_a_saved_program_holds_it_and_so_does_what_is_compiled(first: Result, tmp_path: Path) -> None:
    first.save(tmp_path / "pruned.pt2")
    first.compile(measure=False).save(tmp_path / "small.pt2")
    later = sparsec.compile(tmp_path / "pruned.pt2", measure=False)
    later.save(tmp_path / "later.pt2")
    later.export_onnx(tmp_path / "later.onnx")
    for name in ("pruned.pt2", "small.pt2", "later.pt2", "later.onnx"):
        assert Recipe.load(tmp_path / name) == first.recipe
        assert report_in(tmp_path / name)["layers"][0]["zeros"] == 0.5
    x = batches()[0]
    loaded = torch.export.load(tmp_path / "pruned.pt2").module()(x)
    torch.testing.assert_close(loaded, first.model(x))
    again = sparsec.load(tmp_path / "pruned.pt2")
    torch.testing.assert_close(again(x), first.model(x))
    with pytest.raises(sparsec.UserError, match="end it in"):
        first.save(tmp_path / "pruned.bin")


def test_a_file_without_one(tmp_path: Path) -> None:
    path = tmp_path / "plain.pt2"
    torch.export.save(torch.export.export(net(), (batches()[0],)), path)
    with pytest.raises(sparsec.UserError, match="holds no recipe"):
        Recipe.load(path)
    with pytest.raises(sparsec.UserError, match="holds no report"):
        report_in(path)


def test_only_classes_that_have_it_are_saved_as_a_folder(first: Result, tmp_path: Path) -> None:
    with pytest.raises(sparsec.UserError, match="has no save_pretrained"):
        first.save_pretrained(tmp_path / "folder")
    assert not [*tmp_path.iterdir()]
