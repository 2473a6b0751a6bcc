"""The mean of what is gone goes into the bias."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.compensation import Bias
from sparsec.passes.prune.kinds import Seen
from sparsec.passes.prune.statistics import Moments, Norms

from ..drawn import drawn, scattered


@pytest.mark.parametrize("kind", [Moments, Norms])
@pytest.mark.parametrize("drift", [0.0, 0.5])
def test_outputs_keep_the_dense_mean(kind: type[Moments] | type[Norms], drift: float) -> None:
    case, kept = drawn(5, 8, drift=drift), scattered(5, 8)
    new = Bias().update(case.weight, kept, Seen([case.seen[kind]]))
    assert torch.equal(new.values, case.weight.values * kept)
    assert new.bias is not None and case.weight.bias is not None
    after = (case.rows @ new.values.T + new.bias).mean(dim=0)
    torch.testing.assert_close(after, (case.dense @ case.weight.values.T + case.weight.bias).mean(dim=0))
    if not drift:
        gone = (case.weight.values * ~kept) @ case.rows.mean(dim=0)
        torch.testing.assert_close(new.bias, case.weight.bias + gone)


def test_it_saves_what_the_formula_says() -> None:
    case, kept = drawn(5, 8), scattered(5, 8)
    none = case.weight.but(case.weight.values * kept)
    gone = (case.weight.values * ~kept) @ case.rows.mean(dim=0)
    saved = len(case.rows) * float((gone**2).sum())
    assert case.error(Bias().update(case.weight, kept, case.seen)) == pytest.approx(case.error(none) - saved)
