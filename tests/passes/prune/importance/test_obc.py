"""One group after the other, each time the one whose loss is least."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine, LeastSquares
from sparsec.passes.prune.importance import obc
from sparsec.passes.prune.importance.obc import Obc
from sparsec.passes.prune.importance.sparsegpt import Sparsegpt
from sparsec.passes.prune.kinds import Matrix, Pattern
from sparsec.passes.prune.patterns import pattern_of

from ..drawn import Drawn, drawn

ONE_BY_ONE = Obc(damping=0.0, steps=10**6)
EXACT = LeastSquares(0.0)


def groups_of(pattern: Pattern, outputs: int, inputs: int) -> list[list[Tensor]]:
    """For each row of groups the masks of its groups."""
    high, wide = pattern.tile(outputs, inputs)
    found = []
    for top in range(0, outputs, high):
        found.append([])
        for left in range(0, inputs, wide):
            group = torch.zeros(outputs, inputs, dtype=torch.bool)
            group[top : top + high, left : left + wide] = True
            found[-1].append(group)
    return found


def searched(case: Drawn, pattern: Pattern, sparsity: float) -> Tensor:
    """Every step tried out on the rows: what is lost with each group that might go next, after the best fit."""
    shape = case.weight.values.shape
    steps: list[tuple[float, int, int, Tensor]] = []
    for number, groups in enumerate(groups_of(pattern, *shape)):
        kept, most = torch.ones(shape, dtype=torch.bool), 0.0
        lost = case.error(EXACT.update(case.weight, kept, case.seen))
        left = list(groups)
        for step in range(len(groups)):
            tried = [case.error(EXACT.update(case.weight, kept & ~group, case.seen)) for group in left]
            best = min(range(len(left)), key=tried.__getitem__)
            most, lost = max(most, tried[best] - lost), tried[best]
            group = left.pop(best)
            kept &= ~group
            steps.append((most, number, step, group))
    kept = torch.ones(shape, dtype=torch.bool)
    for _, _, _, group in sorted(steps, key=lambda step: step[:3])[: math.ceil(sparsity * len(steps) - 0.5)]:
        kept &= ~group
    return kept


@pytest.mark.parametrize("text", ["scattered", "2x1", "1x2", "2x2", "3x3", "columns", "rows"])
@pytest.mark.parametrize("sparsity", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_equals_trying_out_every_step(text: str, sparsity: float, drift: float) -> None:
    case, pattern = drawn(6, 6, rows=30, bias=False, drift=drift), pattern_of(text)
    kept, new = ONE_BY_ONE.solve(case.weight, pattern, sparsity, case.seen)
    assert torch.equal(kept, searched(case, pattern, sparsity))
    torch.testing.assert_close(new.values, EXACT.update(case.weight, kept, case.seen).values)


@pytest.mark.parametrize("seed", range(4))
def test_n_of_m_skips_what_is_full(seed: int) -> None:
    case, pattern = drawn(2, 8, rows=30, bias=False, seed=seed), pattern_of("2:4")
    kept, _ = ONE_BY_ONE.solve(case.weight, pattern, 0.5, case.seen)
    expected = torch.ones_like(kept)
    for row in range(2):
        for _ in range(4):
            tried = {}
            for column in range(8):
                start = column // 4 * 4
                if expected[row, column] and expected[row, start : start + 4].sum() > 2:
                    mask = expected.clone()
                    mask[row, column] = False
                    tried[column] = case.error(EXACT.update(case.weight, mask, case.seen))
            expected[row, min(tried, key=tried.__getitem__)] = False
    assert torch.equal(kept, expected)


@pytest.mark.parametrize("seed", range(6))
def test_close_to_the_best_of_all_masks(seed: int) -> None:
    case, pattern = drawn(1, 8, rows=30, bias=False, seed=seed), pattern_of("scattered")
    found = case.error(ONE_BY_ONE.solve(case.weight, pattern, 0.5, case.seen)[1])
    losses = []
    for gone in itertools.combinations(range(8), 4):
        mask = torch.ones(1, 8, dtype=torch.bool)
        mask[0, list(gone)] = False
        losses.append(case.error(EXACT.update(case.weight, mask, case.seen)))
    losses.sort()
    assert losses[0] * (1 - 1e-9) <= found <= losses[10]


@pytest.mark.parametrize("text", ["scattered", "4x1"])
def test_loses_less_than_sparsegpts_masks(text: str) -> None:
    for seed in range(3):
        case = drawn(16, 48, rows=400, seed=seed)
        masks = [solver.solve(case.weight, pattern_of(text), 0.5, case.seen)[0] for solver in (Obc(), Sparsegpt())]
        best, other = (case.error(Affine().update(case.weight, mask, case.seen)) for mask in masks)
        assert best < 0.85 * other


@pytest.mark.parametrize("text", ["scattered", "4x1", "2x3"])
def test_a_few_at_once_are_nearly_as_good(text: str) -> None:
    case, pattern = drawn(16, 48, rows=400), pattern_of(text)
    slow, quick = (case.error(Obc(steps=steps).solve(case.weight, pattern, 0.5, case.seen)[1]) for steps in (48, 24))
    assert slow < quick * 1.02 and quick < 1.25 * slow


@pytest.mark.parametrize("text", ["scattered", "4x1", "2:4"])
def test_rows_that_do_not_fit_into_memory_together_give_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case, pattern = drawn(16, 24, rows=100), pattern_of(text)
    kept, _ = Obc().solve(case.weight, pattern, 0.5, case.seen)
    monkeypatch.setattr(obc, "MOST_HELD", 1)
    monkeypatch.setattr(obc, "SURE", 100.0)
    other, _ = Obc().solve(case.weight, pattern, 0.5, case.seen)
    assert torch.equal(kept, other)


def test_layers_that_would_take_hours_are_refused() -> None:
    weight = Matrix("big", torch.zeros(4096, 2048))
    with pytest.raises(UserError, match="'big', 4096 x 2048, is too large for 'obc'") as caught:
        Obc().solve(weight, pattern_of("scattered"), 0.5, drawn(1, 1).seen)
    assert caught.value.code == "too-large" and "sparsegpt" in str(caught.value)


def test_options_that_cannot_be() -> None:
    for options in ({"steps": 0}, {"damping": -1.0}):
        with pytest.raises(UserError) as caught:
            Obc(**options)  # type: ignore[arg-type]
        assert caught.value.code == "bad-option"
