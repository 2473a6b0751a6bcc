"""What every solver promises: masks that the pattern can have, of the share that is asked for, and weights for them."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.compensation import Nothing
from sparsec.passes.prune.importance import BUILT_IN, Dsnot, NetTrim, Obc, Sparsegpt
from sparsec.passes.prune.kinds import Solver
from sparsec.passes.prune.patterns import pattern_of

from ..drawn import drawn, hard

PATTERNS = ["scattered", "4x1", "2x3", "16x16", "row-groups:4", "columns", "rows"]
OTHERS = [Sparsegpt(1), Sparsegpt(4), Sparsegpt(5), Obc(steps=5)]
SOLVERS = [*(kind() for kind in BUILT_IN if issubclass(kind, Solver)), *OTHERS]
EVERY = pytest.mark.parametrize("solver", SOLVERS, ids=lambda solver: solver.text)
# Dsnot moves single weights, and changes none.
FITTING = [solver for solver in SOLVERS if not isinstance(solver, Dsnot)]
EVERY_FITTING = pytest.mark.parametrize("solver", FITTING, ids=lambda solver: solver.text)


@EVERY_FITTING
@pytest.mark.parametrize("text", PATTERNS)
@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 1.0])
def test_every_pattern_has_the_share_that_is_asked_for(text: str, sparsity: float, solver: Solver) -> None:
    case, pattern = drawn(12, 21), pattern_of(text)
    kept, new = solver.solve(case.weight, pattern, sparsity, case.seen)
    high, wide = pattern.tile(12, 21)
    assert abs(int((~kept).sum()) - sparsity * kept.numel()) <= high * wide / 2 + (text == "row-groups:4") * 6
    assert not new.values[~kept].any() and new.values.isfinite().all()
    assert torch.equal(kept, kept[::high].repeat_interleave(high, 0)[:12])
    assert torch.equal(kept, kept[:, ::wide].repeat_interleave(wide, 1)[:, :21])
    again, same = solver.solve(case.weight, pattern, sparsity, case.seen)
    assert torch.equal(kept, again) and torch.equal(new.values, same.values)


@EVERY
@pytest.mark.parametrize("text", ["2:4", "1:4", "n-of-m{n=2,m=4,shared_rows=3}"])
@pytest.mark.parametrize("inputs", [20, 22, 3])
def test_n_of_m(text: str, inputs: int, solver: Solver) -> None:
    if isinstance(solver, NetTrim) or (isinstance(solver, Dsnot) and "shared" in text):
        pytest.skip("it cannot have that pattern")
    case, pattern = drawn(7, inputs), pattern_of(text)
    assert pattern.share is not None
    kept, new = solver.solve(case.weight, pattern, pattern.share, case.seen)
    whole = inputs - inputs % 4
    stays = 4 * (1 - pattern.share)
    assert (kept[:, :whole].unflatten(1, (-1, 4)).sum(dim=2) == stays).all() and kept[:, whole:].all()
    assert not new.values[~kept].any()
    dense, same = solver.solve(case.weight, pattern, 0.0, case.seen)
    assert dense.all() and torch.equal(same.values, case.weight.values)


@EVERY
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (7, 12)])
def test_nothing_asked_is_nothing_done(solver: Solver, shape: tuple[int, int], dtype: torch.dtype) -> None:
    case = drawn(*shape, dtype=dtype, exact=False)
    before = case.weight.values.clone()
    kept, new = solver.solve(case.weight, pattern_of("scattered"), 0.0, case.seen)
    assert kept.all() and torch.equal(new.values, before) and new.values.dtype == dtype
    half, _ = solver.solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert half.shape == shape and torch.equal(case.weight.values, before)


@EVERY
def test_outputs_in_another_order(solver: Solver) -> None:
    case, order = drawn(6, 10), torch.tensor([3, 0, 5, 1, 4, 2])
    kept, new = solver.solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert case.weight.bias is not None
    moved = case.weight.but(case.weight.values[order], case.weight.bias[order])
    other, found = solver.solve(moved, pattern_of("scattered"), 0.5, case.seen)
    assert torch.equal(other, kept[order])
    torch.testing.assert_close(found.values, new.values[order], rtol=1e-9, atol=1e-9)


@EVERY_FITTING
def test_dead_inputs_go_first(solver: Solver) -> None:
    case = drawn(6, 10, dead=(2, 7))
    kept, _ = solver.solve(case.weight, pattern_of("columns"), 0.2, case.seen)
    assert (~kept).all(dim=0).nonzero().flatten().tolist() == [2, 7]


@EVERY
@pytest.mark.parametrize("rows", [0, 1, 4])
def test_hardly_any_data(rows: int, solver: Solver) -> None:
    case = drawn(6, 10, rows=rows, dtype=torch.float32, exact=False)
    kept, new = solver.solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert int(kept.sum()) == 30 and new.values.isfinite().all()


@EVERY_FITTING
@pytest.mark.parametrize("text", ["scattered", "4x1", "2:4", "columns"])
def test_what_the_rest_makes_up_for_is_worth_it(text: str, solver: Solver) -> None:
    if isinstance(solver, NetTrim) and text == "2:4":
        pytest.skip("it cannot have that pattern")
    for seed in range(3):
        case = drawn(16, 48, rows=400, seed=seed, drift=0.1)
        kept, new = solver.solve(case.weight, pattern_of(text), 0.5, case.seen)
        assert case.error(new) < case.error(Nothing().update(case.weight, kept, case.seen))


@pytest.mark.parametrize("solver", [*FITTING, Sparsegpt(damping=0.0), Obc(damping=0.0)], ids=lambda solver: solver.text)
@pytest.mark.parametrize("text", ["scattered", "4x1", "2x3"])
@pytest.mark.parametrize("seed", range(6))
def test_finite_however_hard_the_data_is(text: str, solver: Solver, seed: int) -> None:
    case = hard(seed)
    kept, new = solver.solve(case.weight, pattern_of(text), 0.5, case.seen)
    assert abs(int(kept.sum()) - 48) <= 3 and new.values.isfinite().all()
