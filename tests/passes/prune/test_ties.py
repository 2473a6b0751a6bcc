"""Ties: partners are found from what is dead in trials, in whatever order they lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from sparsec.compiler.ir.channels import Mask
from sparsec.passes.prune.ties import ties_of
from sparsec.passes.prune.units import Axis


def axis(name: str, first: int, units: int, parts: Tensor | None = None) -> Axis:
    ids = np.arange(first, first + units).reshape(-1, 1)
    parts = torch.zeros(units, dtype=torch.int64) if parts is None else parts
    return Axis("head", name, ids, (), parts, tuple((number,) for number in range(units)))


class Model:
    """Units of some axes, of which those that are tied keep each other."""

    def __init__(self, found: list[Axis], pairs: list[tuple[int, int]]) -> None:
        self.found, self.pairs, self.trials = found, pairs, 0

    def __call__(self, chosen: Mapping[str, Tensor]) -> Mask:
        self.trials += 1
        stays = np.ones(sum(map(len, self.found)), dtype=np.bool_)
        for one in self.found:
            if one.name in chosen:
                stays[one.ids[chosen[one.name].numpy(), 0]] = False
        for _ in self.found:
            for left, right in self.pairs:
                stays[left] = stays[right] = stays[left] | stays[right]
        return ~stays


@pytest.mark.parametrize("units", [2, 5, 12])
def test_three_places_in_three_orders(units: int) -> None:
    found = [axis(name, place * units, units) for place, name in enumerate("abcd")]
    source = torch.Generator().manual_seed(units)
    orders = [torch.randperm(units, generator=source) for _ in range(2)]
    pairs = [(at, units * (place + 1) + int(order[at])) for place, order in enumerate(orders) for at in range(units)]
    model = Model(found, pairs)
    (tie,) = ties_of(found, model)
    assert [one.path for one, _ in tie.members] == ["a", "b", "c"]
    for (_, own), order in zip(tie.members[1:], orders, strict=True):
        assert torch.equal(own, order)
    assert model.trials <= 1 + (units - 1).bit_length()
    scores = {one.name: torch.rand(units, generator=source) for one in found}
    before = {name: held.clone() for name, held in scores.items()}
    tie.together(scores)
    first, second, third, other = (one.name for one in found)
    total = before[first] + before[second][orders[0]] + before[third][orders[1]]
    assert torch.equal(scores[second][orders[0]], scores[first]) and torch.equal(scores[other], before[other])
    torch.testing.assert_close(scores[first], total)
    levels = {first: 0.5, second: 0.25, third: 0.4, other: 0.1}
    tie.level(levels)
    assert levels == {first: 0.25, second: 0.25, third: 0.25, other: 0.1}


def test_units_that_are_asked_for_by_several_are_no_partners() -> None:
    found = [axis("a", 0, 4), axis("b", 4, 4)]
    assert not ties_of(found, Model(found, [(at, 4 + at // 2) for at in range(4)]))
    assert not ties_of(found, Model(found, []))


def test_units_of_other_groups_are_no_partners() -> None:
    found = [axis("a", 0, 4, torch.tensor([0, 0, 1, 1])), axis("b", 4, 4, torch.tensor([0, 1, 0, 1]))]
    pairs = [(at, 4 + at) for at in range(4)]
    assert not ties_of(found, Model(found, pairs))
