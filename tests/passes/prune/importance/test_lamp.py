"""LAMP against its definition, weight by weight."""

from __future__ import annotations

import pytest
import torch

from sparsec.passes.prune.importance import Lamp, Magnitude
from sparsec.passes.prune.kinds import Matrix, Seen


def test_each_weight_is_a_share_of_those_that_are_no_smaller() -> None:
    values = torch.tensor([[3.0, -1.0, 0.0], [2.0, -3.0, 0.5]])
    scores = Lamp().score(Matrix("a", values), Seen())
    for value, score in zip(values.flatten().tolist(), scores.flatten().tolist(), strict=True):
        left = sum(other**2 for other in values.flatten().tolist() if abs(other) >= abs(value))
        assert score == pytest.approx(value**2 / left)


def test_its_order_is_that_of_magnitudes_and_every_layer_keeps_its_largest() -> None:
    weight = Matrix("a", torch.randn(5, 7, generator=torch.Generator().manual_seed(0)))
    scores = Lamp().score(weight, Seen())
    assert torch.equal(scores.flatten().argsort(), Magnitude().score(weight, Seen()).flatten().argsort())
    assert float(scores.max()) == 1
    torch.testing.assert_close(Lamp().score(Matrix("b", 1000 * weight.values), Seen()), scores)
