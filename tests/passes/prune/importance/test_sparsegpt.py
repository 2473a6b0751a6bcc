"""SparseGPT decides and makes up for it, for every pattern."""

from __future__ import annotations

import time

import pytest
import torch
from torch import Tensor

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine, Nothing
from sparsec.passes.prune.compensation import Sparsegpt as UpdateOnly
from sparsec.passes.prune.importance.sparsegpt import Sparsegpt
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.statistics import Moments

from ..drawn import drawn

BLOCKS = [1, 4, 5, 128]


@pytest.mark.parametrize("block", BLOCKS)
def test_its_weights_are_those_of_its_update_on_its_mask(block: int) -> None:
    case = drawn(9, 20, drift=0.2)
    kept, new = Sparsegpt(block).solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    again = UpdateOnly().update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, again.values, rtol=1e-9, atol=1e-9)


def test_one_weight_of_the_first_column_costs_what_its_score_says() -> None:
    case = drawn(5, 8, bias=False)
    scores = Sparsegpt(damping=0.0).score(case.weight, case.seen)
    for row in range(5):
        kept = torch.ones(5, 8, dtype=torch.bool)
        kept[row, 0] = False
        new = UpdateOnly(damping=0.0).update(case.weight, kept, case.seen)
        assert case.error(new) == pytest.approx(float(scores[row, 0]), rel=1e-8)


@pytest.mark.parametrize("text", ["scattered", "4x1", "2:4"])
def test_its_masks_are_better_than_those_of_magnitudes(text: str) -> None:
    """Measured with the same, best weights on both."""
    pattern = pattern_of(text)
    for seed in range(3):
        case = drawn(16, 48, rows=400, seed=seed)
        kept, new = Sparsegpt(block=8).solve(case.weight, pattern, 0.5, case.seen)
        simple = pattern.mask(case.weight.values.abs(), 0.5)
        fitted = [case.error(Affine().update(case.weight, mask, case.seen)) for mask in (kept, simple)]
        assert fitted[0] < fitted[1]
        assert fitted[0] <= case.error(new) < case.error(Nothing().update(case.weight, kept, case.seen))


def as_published(weight: Tensor, second: Tensor, sparsity: float, block: int) -> Tensor:
    """The paper's loop, weight by weight, on the inverse of what columns to the right alone are worth."""
    rows, inputs = weight.shape
    left = weight.clone()
    damped = second + 0.01 * second.diagonal().mean() * torch.eye(inputs, dtype=second.dtype)
    for start in range(0, inputs, block):
        stop = min(start + block, inputs)
        inverses = [torch.linalg.inv(damped[at:, at:]) for at in range(start, stop)]  # the columns before are fixed
        costs = torch.stack([inverse[0, 0] for inverse in inverses])
        scores = left[:, start:stop] ** 2 / costs
        count = round(sparsity * scores.numel())
        goes = scores.flatten().argsort(stable=True)[:count]
        mask = torch.zeros(scores.numel(), dtype=torch.bool).scatter(0, goes, True).view_as(scores)
        for column, inverse in enumerate(inverses):
            at = start + column
            for row in range(rows):
                if mask[row, column]:
                    left[row, at:] -= left[row, at] / inverse[0, 0] * inverse[0]
    return left


@pytest.mark.parametrize("block", [3, 5, 12])
def test_the_published_form_is_the_papers(block: int) -> None:
    case = drawn(6, 12)
    kept, new = Sparsegpt(block=block, published=True).solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    expected = as_published(case.weight.values.double(), case.seen[Moments].second.double(), 0.5, block)
    torch.testing.assert_close(new.values.double(), expected, rtol=1e-6, atol=1e-8)
    assert torch.equal(new.values != 0, kept) and new.bias is case.weight.bias
    for start in range(0, 12, block):
        part = kept[:, start : start + block]
        assert abs(int((~part).sum()) - 0.5 * part.numel()) <= 0.5


def test_the_published_form_has_blocks_of_128_and_knows_nothing_of_the_dense_inputs() -> None:
    apart, alike = drawn(4, 200, rows=300, drift=0.3), drawn(4, 200, rows=300)
    pattern = pattern_of("scattered")
    for case in (apart, alike):
        usual, said = (
            Sparsegpt(published=True, block=x).solve(case.weight, pattern, 0.5, case.seen) for x in (None, 128)
        )
        assert torch.equal(usual[0], said[0]) and torch.equal(usual[1].values, said[1].values)
        assert int(usual[0][:, :128].sum()) == 4 * 64
    one = Sparsegpt(published=True).solve(apart.weight, pattern, 0.5, apart.seen)[1]
    moments = apart.seen[Moments]
    moments.owed = None
    torch.testing.assert_close(
        Sparsegpt(published=True).solve(apart.weight, pattern, 0.5, apart.seen)[1].values, one.values
    )


def test_options_that_cannot_be() -> None:
    for make in (lambda: Sparsegpt(block=0), lambda: Sparsegpt(damping=-1.0), lambda: Sparsegpt(damping=float("nan"))):
        with pytest.raises(UserError) as caught:
            make()
        assert caught.value.code == "bad-option"


@pytest.mark.timing
def test_a_transformers_layer_takes_seconds() -> None:
    source = torch.Generator().manual_seed(0)
    weight = Matrix("layer", torch.randn(384, 1536, generator=source))
    moments = Moments(384, 1536)
    rows = torch.randn(2048, 1536, generator=source)
    moments.observe(rows, rows)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # several that wait for each other are busy, too
    try:
        start = time.process_time()
        Sparsegpt().solve(weight, pattern_of("scattered"), 0.5, Seen([moments]))
        assert time.process_time() - start < 15
    finally:
        torch.set_num_threads(threads)
