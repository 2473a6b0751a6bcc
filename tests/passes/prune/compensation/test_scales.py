"""What stays of an output, or an input, is scaled as a whole."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.compensation import Affine, Scales

from ..drawn import drawn, scattered


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_outputs_are_scaled_as_least_squares_of_the_rows_says(drift: float) -> None:
    case, kept = drawn(5, 8, drift=drift, bias=False), scattered(5, 8)
    kept[2] = False
    left = case.weight.values * kept
    new = Scales("outputs", damping=0.0).update(case.weight, kept, case.seen)
    for row in range(5):
        outputs, wanted = case.rows @ left[row], case.dense @ case.weight.values[row]
        scale = (outputs @ wanted) / (outputs @ outputs) if row != 2 else 1.0
        torch.testing.assert_close(new.values[row], left[row] * scale)


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_inputs_are_scaled_as_least_squares_of_the_rows_says(drift: float) -> None:
    case, kept = drawn(5, 8, drift=drift, bias=False), scattered(5, 8)
    left = case.weight.values * kept
    parts = torch.einsum("ni,oi->noi", case.rows, left).flatten(0, 1)
    wanted = (case.dense @ case.weight.values.T).flatten()
    scales = torch.linalg.lstsq(parts, wanted[:, None], driver="gelsd").solution[:, 0]
    new = Scales("inputs", damping=0.0).update(case.weight, kept, case.seen)
    torch.testing.assert_close(new.values, left * scales)


@pytest.mark.parametrize("of", ["outputs", "inputs"])
def test_a_bias_takes_the_means(of: str) -> None:
    case, kept = drawn(5, 8), scattered(5, 8)
    new = Scales(of, damping=0.0).update(case.weight, kept, case.seen)  # type: ignore[arg-type]
    assert new.bias is not None and case.weight.bias is not None
    before = (case.rows @ case.weight.values.T + case.weight.bias).mean(dim=0)
    torch.testing.assert_close((case.rows @ new.values.T + new.bias).mean(dim=0), before)
    assert case.error(Affine(0.0).update(case.weight, kept, case.seen)) < case.error(new)
