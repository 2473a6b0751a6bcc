"""Damping is what loses least on rows that nothing was fitted to."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.algebra import USUAL_DAMPING
from sparsec.passes.prune.compensation import Affine, LeastSquares
from sparsec.passes.prune.damping import CHOICES, MANY, damping_of
from sparsec.passes.prune.fit import Fit
from sparsec.passes.prune.importance import Sparsegpt
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.owed import ByOutputs, InHalves
from sparsec.passes.prune.statistics import Moments

INPUTS, OUTPUTS = 24, 8


def layer(rows: int, *, noise: float = 1.0, seed: int = 0, owed: bool = False) -> tuple[Matrix, Seen, torch.Tensor]:
    """A layer, what it saw, and many more rows of the same kind: few numbers behind all inputs, and noise."""
    source = torch.Generator().manual_seed(seed)
    mix = torch.randn(4, INPUTS, generator=source)

    def draw(count: int) -> torch.Tensor:
        hidden = torch.randn(count, 4, generator=source) @ mix
        return hidden + noise * torch.randn(count, INPUTS, generator=source) + 1.0

    weight = Matrix("layer", torch.randn(OUTPUTS, INPUTS, generator=source), torch.randn(OUTPUTS, generator=source))
    moments, seen_rows = Moments(OUTPUTS, INPUTS), draw(rows)
    moments.observe(seen_rows, seen_rows)
    seen = Seen([moments])
    if owed:
        ledger = InHalves((ByOutputs(weight.values), ByOutputs(weight.values)))
        ledger.observe(seen_rows, seen_rows, 10 * torch.randn(rows, OUTPUTS, generator=source))
        seen = seen.owing(ledger.owed(weight.values))
    return weight, seen, draw(4000)


def lost(weight: Matrix, seen: Seen, rows: torch.Tensor, damping: float | None) -> float:
    kept = torch.rand(OUTPUTS, INPUTS, generator=torch.Generator().manual_seed(1)) < 0.5
    new = Affine(damping=damping).update(weight, kept, seen)
    assert weight.bias is not None and new.bias is not None
    return float(((rows @ (new.values - weight.values).T + new.bias - weight.bias) ** 2).mean())


@pytest.mark.parametrize("rows", [16, 30, 60, 400])
def test_new_rows_lose_nearly_as_little_as_with_the_best(rows: int) -> None:
    total = dict.fromkeys([*CHOICES, None], 0.0)
    for seed in range(12):
        weight, seen, new = layer(rows, seed=seed)
        for damping in total:
            total[damping] += lost(weight, seen, new, damping)
    chosen = total.pop(None)
    assert chosen <= 1.12 * min(total.values())
    assert chosen < total[USUAL_DAMPING] or rows > 60


def test_the_fewer_rows_the_more_damping() -> None:
    found = [sum(damping_of(*layer(rows, seed=seed)[:2], None) for seed in range(8)) for rows in (16, 60, 1000)]
    assert found[0] > found[1] > found[2]


def test_what_is_owed_counts() -> None:
    """Noise that outputs are owed asks for more damping than there would be without."""
    bare, with_it = (sum(damping_of(*layer(40, seed=x, owed=o)[:2], None) for x in range(8)) for o in (False, True))
    assert with_it > 1.5 * bare


def test_what_was_asked_for_is_what_it_is() -> None:
    weight, seen, _ = layer(30)
    assert damping_of(weight, seen, 0.25) == 0.25
    assert Fit.of(weight, seen, 0.0).hessian.damping == 0.0
    one, other = (LeastSquares(damping=x).update(weight, weight.values > 0, seen) for x in (0.3, 0.003))
    assert not torch.equal(one.values, other.values)


def test_it_is_chosen_once_for_a_weight() -> None:
    weight, seen, _ = layer(30)
    for _ in range(2):
        damping_of(weight, seen, None)
        damping_of(weight, seen, None, constant=False)
    assert [(how, found in CHOICES) for _, how, found in seen.dampings] == [(True, True), (False, True)]
    other = Matrix("layer", weight.values * 2, weight.bias)
    damping_of(other, seen, None)
    assert len(seen.dampings) == 3


def test_without_two_halves_or_with_rows_enough_it_is_the_usual_one() -> None:
    weight, seen, _ = layer(30)
    seen[Moments].second = seen[Moments].second
    assert damping_of(weight, seen, None) == USUAL_DAMPING
    assert damping_of(*layer(MANY * INPUTS)[:2], None) == USUAL_DAMPING
    for rows in (0, 1):
        assert damping_of(*layer(rows)[:2], None) == USUAL_DAMPING


def test_nothing_of_it_is_in_the_published_form() -> None:
    weight, seen, _ = layer(16)
    from sparsec.passes.prune.patterns import Scattered

    found, said = (
        Sparsegpt(published=True, damping=damping).solve(weight, Scattered(), 0.5, seen)[1] for damping in (None, 0.01)
    )
    assert torch.equal(found.values, said.values)


def test_rows_that_are_all_zero_or_alike_are_no_trouble() -> None:
    weight = Matrix("layer", torch.randn(OUTPUTS, INPUTS), torch.zeros(OUTPUTS))
    for rows in (torch.zeros(10, INPUTS), torch.ones(10, INPUTS)):
        moments = Moments(OUTPUTS, INPUTS)
        moments.observe(rows, rows)
        assert damping_of(weight, Seen([moments]), None) in CHOICES
