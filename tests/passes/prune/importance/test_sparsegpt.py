"""SparseGPT decides and makes up for it, for every pattern."""

from __future__ import annotations

import time

import pytest
import torch

from sparsec.compiler.errors import UserError
from sparsec.passes.prune.compensation import Affine, Nothing
from sparsec.passes.prune.compensation import Sparsegpt as UpdateOnly
from sparsec.passes.prune.importance.sparsegpt import Sparsegpt
from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.statistics import Moments

from ..drawn import drawn

PATTERNS = ["scattered", "4x1", "2x3", "16x16", "row-groups:4", "columns", "rows"]
BLOCKS = [1, 4, 5, 128]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("text", PATTERNS)
@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 1.0])
def test_every_pattern_has_the_share_that_is_asked_for(text: str, sparsity: float, block: int) -> None:
    case, pattern = drawn(12, 21), pattern_of(text)
    kept, new = Sparsegpt(block).solve(case.weight, pattern, sparsity, case.seen)
    high, wide = pattern.tile(12, 21)
    assert abs(int((~kept).sum()) - sparsity * kept.numel()) <= high * wide / 2 + (text == "row-groups:4") * 6
    assert not new.values[~kept].any() and new.values.isfinite().all()
    assert torch.equal(kept, kept[::high].repeat_interleave(high, 0)[:12])
    assert torch.equal(kept, kept[:, ::wide].repeat_interleave(wide, 1)[:, :21])


@pytest.mark.parametrize("text", ["2:4", "1:4", "n-of-m{n=2,m=4,shared_rows=3}"])
@pytest.mark.parametrize("inputs", [20, 22, 3])
def test_n_of_m(text: str, inputs: int) -> None:
    case, pattern = drawn(7, inputs), pattern_of(text)
    assert pattern.share is not None
    kept, new = Sparsegpt().solve(case.weight, pattern, pattern.share, case.seen)
    whole = inputs - inputs % 4
    stays = 4 * (1 - pattern.share)
    assert (kept[:, :whole].unflatten(1, (-1, 4)).sum(dim=2) == stays).all() and kept[:, whole:].all()
    assert not new.values[~kept].any()
    dense, same = Sparsegpt().solve(case.weight, pattern, 0.0, case.seen)
    assert dense.all() and torch.equal(same.values, case.weight.values)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (7, 12)])
def test_nothing_asked_is_nothing_done(shape: tuple[int, int], dtype: torch.dtype) -> None:
    case = drawn(*shape, dtype=dtype, exact=False)
    kept, new = Sparsegpt().solve(case.weight, pattern_of("scattered"), 0.0, case.seen)
    assert kept.all() and torch.equal(new.values, case.weight.values)


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


def test_dead_inputs_go_first() -> None:
    case = drawn(6, 10, dead=(2, 7))
    kept, _ = Sparsegpt().solve(case.weight, pattern_of("columns"), 0.2, case.seen)
    assert (~kept).all(dim=0).nonzero().flatten().tolist() == [2, 7]


@pytest.mark.parametrize("rows", [0, 1, 4])
def test_hardly_any_data(rows: int) -> None:
    case = drawn(6, 10, rows=rows, dtype=torch.float32, exact=False)
    kept, new = Sparsegpt().solve(case.weight, pattern_of("scattered"), 0.5, case.seen)
    assert int(kept.sum()) == 30 and new.values.isfinite().all()


def test_options_that_cannot_be() -> None:
    for make in (lambda: Sparsegpt(block=0), lambda: Sparsegpt(damping=-1.0), lambda: Sparsegpt(damping=float("nan"))):
        with pytest.raises(UserError) as caught:
            make()
        assert caught.value.code == "bad-option"


@pytest.mark.timing
def test_a_transformers_layer_takes_no_second() -> None:
    source = torch.Generator().manual_seed(0)
    weight = Matrix("layer", torch.randn(384, 1536, generator=source))
    moments = Moments(384, 1536)
    rows = torch.randn(2048, 1536, generator=source)
    moments.observe(rows, rows)
    start = time.perf_counter()
    Sparsegpt().solve(weight, pattern_of("scattered"), 0.5, Seen([moments]))
    assert time.perf_counter() - start < 5
