"""Three factors come nearer to a weight than 2:4 alone, and never farther."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.armor import PAIRS, _best_of_six, armor, block_sizes
from sparsec.passes.prune.importance import Nowag
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.statistics import Norms


def drawn(outputs: int, inputs: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> tuple[Matrix, Seen]:
    source = torch.Generator().manual_seed(seed)
    norms = Norms(outputs, inputs)
    rows = torch.randn(50, inputs, generator=source, dtype=torch.float64) * torch.rand(inputs, generator=source) * 3
    norms.observe(rows, rows)
    return Matrix("drawn", torch.randn(outputs, inputs, generator=source, dtype=torch.float64).to(dtype)), Seen([norms])


def proxy(weight: Matrix, values: Tensor, seen: Seen) -> float:
    return float(((weight.values.double() - values).square() * seen[Norms].second).sum())


@pytest.mark.parametrize("shape", [(16, 24), (8, 8), (1, 4), (7, 44)])
@pytest.mark.parametrize("seed", range(2))
def test_the_proxy_is_never_above_its_start(shape: tuple[int, int], seed: int) -> None:
    weight, seen = drawn(*shape, seed=seed)
    kept = pattern_of("2:4").mask(Nowag().score(weight, seen), 0.5)
    before, last = proxy(weight, weight.values * kept, seen), float("inf")
    for sweeps in (0, 1, 2, 5):
        found = armor(weight, seen, block=8, sweeps=sweeps)
        assert found.start == pytest.approx(before) and found.loss == pytest.approx(proxy(weight, found.values, seen))
        assert found.loss <= min(before, last) * (1 + 1e-12)
        last = found.loss
        groups = (found.core.reshape(shape[0], -1, 4) != 0).sum(dim=2)
        assert int(groups.max()) <= 2
    assert last < 0.95 * before or shape == (1, 4)


def test_factors_that_were_planted_are_found_nearly() -> None:
    """Half of the loss of the best 2:4 mask and more is gone where a weight is such a product."""
    source = torch.Generator().manual_seed(1)
    core = torch.randn(16, 16, generator=source, dtype=torch.float64)
    core = core * pattern_of("2:4").mask(core.abs(), 0.5)
    outer = [
        torch.block_diag(*(torch.eye(8) + 0.3 * torch.randn(8, 8, generator=source) for _ in range(2))).double()
    ] * 2
    weight, seen = drawn(16, 16)
    weight = weight.but(outer[0] @ core @ outer[1])
    found = armor(weight, seen, block=8, sweeps=25)
    assert found.loss < 0.5 * found.start


def test_dead_inputs_and_few_rows() -> None:
    weight, _ = drawn(8, 12)
    norms = Norms(8, 12)
    rows = torch.randn(2, 12, dtype=torch.float64)
    rows[:, :5] = 0
    norms.observe(rows, rows)
    found = armor(weight, Seen([norms]), block=4)
    assert found.values.isfinite().all() and found.loss <= found.start
    dead = armor(weight.but(torch.zeros(8, 12, dtype=torch.float64)), Seen([norms]), block=4)
    assert not dead.values.any() and dead.loss == 0


def test_the_best_of_six_is_the_best_of_all_masks() -> None:
    source = torch.Generator().manual_seed(0)
    half = torch.randn(2, 4, 4, generator=source, dtype=torch.float64)
    square, bend = half @ half.transpose(1, 2), torch.tensor([0.5, 2.0, 0.0], dtype=torch.float64)
    wanted = torch.randn(3, 2, 4, generator=source, dtype=torch.float64)
    old = torch.zeros(3, 2, 4, dtype=torch.float64)
    inverses = torch.linalg.inv(square[:, PAIRS[:, :, None], PAIRS[:, None, :]])
    found = _best_of_six(wanted, square, inverses, bend, old)
    for i in range(2):
        for j in range(2):
            losses = []
            for pair in PAIRS.tolist():
                own = square[j][pair][:, pair] * bend[i]
                losses.append(-float(wanted[i, j, pair] @ torch.linalg.solve(own, wanted[i, j, pair])))
            s = found[i, j]
            loss = float(bend[i] * (s @ square[j] @ s) - 2 * s @ wanted[i, j])
            assert loss == pytest.approx(min(losses)) and int((s != 0).sum()) == 2
    assert not found[2].any()  # nothing reads that row: it stays


def test_blocks_fit() -> None:
    assert block_sizes(48, 96, 32) == (24, 32)
    assert block_sizes(7, 20, 32) == (7, 20)
    assert block_sizes(13, 44, 8) == (1, 4)
    with pytest.raises(UserError, match="multiple of four"):
        block_sizes(8, 6, 32)
