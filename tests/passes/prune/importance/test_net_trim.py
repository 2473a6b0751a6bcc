"""The least sum of sizes for how near the outputs are, and the proof of it."""

from __future__ import annotations

import pytest
import torch

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine
from sparsec.passes.prune.fit import Fit
from sparsec.passes.prune.importance import NetTrim
from sparsec.passes.prune.importance.net_trim import Certificate, _Problem
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.statistics import Moments

from ..drawn import drawn


@pytest.mark.parametrize("text", ["scattered", "2x1", "2x3", "columns"])
def test_no_weight_can_change_for_the_better(text: str) -> None:
    """The slope of the error is the price times the direction where a group stays, and at most the price elsewhere."""
    case, pattern = drawn(6, 12), pattern_of(text)
    problem = _Problem(Fit.of(case.weight, case.seen, 0.01), pattern, 0.5)
    kept, values, price = problem.solve(2000, 1e-12)
    slope = (problem.target - values) @ problem.hessian
    norms = problem._norms(values)
    torch.testing.assert_close(slope[kept], (price * values / norms)[kept], rtol=1e-4, atol=1e-6 * price)
    assert problem._norms(slope)[~kept].max() <= price * (1 + 1e-6)
    assert 0 <= problem.certificate(values, price).gap + 1e-12 < 1e-9


def test_nothing_of_that_error_is_smaller_than_the_certificate_says() -> None:
    case = drawn(3, 8)
    problem = _Problem(Fit.of(case.weight, case.seen, 0.01), pattern_of("scattered"), 0.5)
    _, values, price = problem.solve(10, 0.0)
    proof = problem.certificate(values, price)
    _, best, _ = problem.solve(2000, 1e-12)
    assert proof.gap > 1e-6
    missing = problem.target - values
    error = ((missing @ problem.hessian) * missing).sum()
    source = torch.Generator().manual_seed(0)
    for spread in (1e-3, 1e-2, 0.1):
        for _ in range(200):
            other = best + spread * torch.randn(3, 8, generator=source, dtype=torch.float64)
            missing = problem.target - other
            if ((missing @ problem.hessian) * missing).sum() <= error:
                assert other.abs().sum() >= proof.size * (1 - proof.gap)


def test_the_certificate_is_a_note_of_the_layer() -> None:
    case = drawn(6, 12)
    kept, new = NetTrim(fit=False).solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    (note,) = case.seen.notes
    missing = (new.values - case.weight.values).double()
    rows = case.rows - case.rows.mean(dim=0)
    error = float((rows @ missing.T).norm() / (rows @ case.weight.values.T).norm())
    assert note.startswith(f"net-trim: weights whose outputs differ by {error:.0%}"[:-1])
    assert str(Certificate(1.0, 0.125, 1e-5)) == (
        "net-trim: weights whose outputs differ by 12.50%, and sizes from the least of such by 1.0e-05"
    )
    assert int(kept.sum()) == 36 and new.values.abs().sum() < case.weight.values.abs().sum()


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_finds_planted_weights_that_few_rows_know_of(seed: int) -> None:
    """22 rows, 30 inputs: many weights give the same outputs, of which the sparse ones are found."""
    source = torch.Generator().manual_seed(seed)
    rows = torch.randn(22, 30, generator=source, dtype=torch.float64)
    planted = torch.zeros(1, 30, dtype=torch.float64)
    planted[0, torch.randperm(30, generator=source)[:3]] = torch.tensor([2.0, -1.5, 1.0], dtype=torch.float64)
    unseen = torch.linalg.svd(rows)[2][22:]
    weight = planted + torch.randn(1, 8, generator=source, dtype=torch.float64) @ unseen
    moments = Moments(1, 30)
    moments.observe(rows, rows)
    moments.second = moments.cross = rows.T @ rows
    kept, _ = NetTrim(steps=500, precision=0.0, damping=0.0).solve(
        Matrix("planted", weight), pattern_of("scattered"), 0.9, Seen([moments])
    )
    assert torch.equal(kept, planted != 0)


def test_what_stays_is_fitted() -> None:
    case = drawn(8, 24, rows=200)
    kept, new = NetTrim().solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    again, shrunk = NetTrim(fit=False).solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert torch.equal(kept, again) and case.error(new) < case.error(shrunk)
    torch.testing.assert_close(new.values, Affine().update(case.weight, kept, case.seen).values)


def test_patterns_that_go_by_no_threshold_are_refused() -> None:
    case = drawn(8, 24)
    with pytest.raises(UserError, match="one price for all weights") as caught:
        NetTrim().solve(case.weight, pattern_of("2:4"), 0.5, case.seen)
    assert caught.value.code == "bad-option"
