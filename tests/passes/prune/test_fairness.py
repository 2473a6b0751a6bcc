"""Two scores a head: what the model loses without it, and how much fairer it is."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.pruning import Fairness

HEADS, SIZE, WIDTH = 4, 4, 16


class Attention(nn.Module):
    """Heads of one layer, and a head of logits; tokens are embeddings already."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.last = nn.Linear(WIDTH, 3)

    def forward(self, x: Tensor) -> Tensor:
        heads = [part(x).unflatten(-1, (HEADS, SIZE)).transpose(1, 2) for part in (self.q, self.k, self.v)]
        mixed = nn.functional.scaled_dot_product_attention(*heads)
        return self.last(self.out(mixed.transpose(1, 2).flatten(2)))


def made() -> nn.Module:
    """Head 1 alone reads the last feature, in which pairs differ; head 2 does most of the rest."""
    torch.manual_seed(0)
    model = Attention().double().eval().requires_grad_(False)
    for part in (model.q, model.k, model.v):
        part.weight[:, -1] = 0
    model.v.weight[SIZE : 2 * SIZE, -1] = 2.0
    model.out.weight[:, 2 * SIZE : 3 * SIZE] *= 5.0
    return model


def pairs(count: int = 3) -> list[tuple[Tensor, Tensor]]:
    found = []
    for seed in range(count):
        first = torch.randn(2, 5, WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        second = first.clone()
        second[..., -1] += 3.0
        found.append((first, second))
    return found


def data() -> Tensor:
    found = torch.randn(12, 5, WIDTH, dtype=torch.float64, generator=torch.Generator().manual_seed(9))
    found[..., -1] = 0
    return found


def without(model: nn.Module, head: int) -> nn.Module:
    import copy

    found = copy.deepcopy(model)
    found.out.weight[:, head * SIZE : (head + 1) * SIZE] = 0
    return found


def test_the_head_that_tells_pairs_apart_goes_and_both_figures_are_told() -> None:
    model = made()
    result = sparsec.prune(
        model, data(), units="head", sparsity=0.25, importance=Fairness(pairs()), allocation="global", progress=False
    )
    (gone,) = result.outcome.gone
    assert gone.indices == (1,)
    before, after = result.losses["bias, dense"], result.losses["bias, pruned"]
    assert after.value < 1e-10 < 0.01 < before.value
    for first, second in pairs():
        torch.testing.assert_close(result.model(first), result.model(second), rtol=0, atol=1e-10)
    text = str(result)
    assert "bias, dense" in text and "bias, pruned" in text and "relative" in text
    assert "importance" in result.recipe.own


def test_scores_are_those_of_runs_without_each_head() -> None:
    from sparsec.compiler.capture.models import capture
    from sparsec.compiler.pruning.data import Data
    from sparsec.compiler.pruning.models import calls_of
    from sparsec.passes.base import Context
    from sparsec.passes.prune.fairness import gap_of
    from sparsec.passes.prune.form import Form
    from sparsec.passes.prune.sites import sites_of
    from sparsec.passes.prune.units import found_axes, unit_axes

    model, x = made(), data()
    program = Form.of(capture(model, (x,)), Context()).program
    axes, _ = unit_axes(program, found_axes(program, Context()), sites_of(program)[0], ("head",))
    calls = calls_of(program, Data.of([one for pair in pairs() for one in pair], program))
    own = calls_of(program, Data.of(x, program))
    before = {name: held.clone() for name, held in program.held_weights().items()}
    (quality, bias), *_ = Fairness(pairs(), calls=calls).scores(program, axes, own, lambda _: None).values()
    dense = sum(gap_of([model(a)], [model(b)]) for a, b in pairs()) / 3
    for head in range(HEADS):
        other = without(model, head)
        lost = (other(x) - model(x)).square().sum() / model(x).square().sum()
        assert float(quality[head]) == pytest.approx(float(lost), rel=1e-6)
        expected = sum(gap_of([other(a)], [other(b)]) for a, b in pairs()) / 3 - dense
        assert float(bias[head]) == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert all(torch.equal(held, before[name]) for name, held in program.held_weights().items())


def test_critical_heads_are_protected() -> None:
    """The head that the model needs most tells pairs apart, too: it stays, another one goes."""
    model = made()
    model.v.weight[2 * SIZE : 3 * SIZE, -1] = 4.0
    options = {"units": "head", "sparsity": 0.25, "allocation": "global", "progress": False}
    bold = sparsec.prune(model, data(), importance=Fairness(pairs(), critical=0.0), **options)
    careful = sparsec.prune(model, data(), importance=Fairness(pairs(), critical=0.25), **options)
    assert bold.outcome.gone[0].indices == (2,) and 2 not in careful.outcome.gone[0].indices


def test_a_gap_of_ones_own() -> None:
    def first_logit(first: list[Tensor], second: list[Tensor]) -> float:
        return float((first[0][..., 0] - second[0][..., 0]).abs().mean())

    result = sparsec.prune(
        made(), data(), units="head", sparsity=0.25, importance=Fairness(pairs(), gap=first_logit), allocation="global"
    )
    assert result.outcome.gone[0].indices == (1,) and result.losses["bias, dense"].value > 0


@pytest.mark.parametrize(
    ("importance", "options", "words"),
    [
        (Fairness(pairs()), {"pattern": "8x1"}, "judges units"),
        (Fairness(), {"units": "head"}, "pairs of inputs"),
    ],
)
def test_what_cannot_be(importance: Fairness, options: dict[str, str], words: str) -> None:
    with pytest.raises(UserError, match=words):
        sparsec.prune(made(), data(), sparsity=0.25, importance=importance, **options)
    with pytest.raises(UserError, match="no share of heads"):
        Fairness(pairs(), critical=1.0)
