"""Magnitude and random: what needs no data."""

from __future__ import annotations

import torch

from sparsec.passes.prune.importance import Magnitude, Random
from sparsec.passes.prune.kinds import Matrix, Seen

VALUES = torch.tensor([[3.0, -4.0], [0.0, 1.0]])


def test_groups_add_up_to_norms() -> None:
    weight = Matrix("a", VALUES)
    assert Magnitude().score(weight, Seen()).tolist() == [[3, 4], [0, 1]]
    assert Magnitude(norm=2).score(weight, Seen()).sum(1).tolist() == [25, 1]
    assert Magnitude().score_columns(weight, Seen(), torch.tensor([[0, 1]])).tolist() == [8]


def test_what_is_drawn_depends_on_seed_and_name_alone() -> None:
    state = torch.get_rng_state()
    first, again = (Random().score(Matrix("a", values), Seen()) for values in (VALUES, 2 * VALUES))
    assert torch.equal(first, again) and torch.equal(torch.get_rng_state(), state)
    assert not torch.equal(Random().score(Matrix("b", VALUES), Seen()), first)
    assert not torch.equal(Random(seed=1).score(Matrix("a", VALUES), Seen()), first)
