"""Ties: units of several places that can only go together, such as heads that share a table of position biases.

What ties them is that something else is kept by any of them. Which unit of one place goes with which of another is
found by trials: all units of other places go, and of this one those whose number has some bit. What is dead then says
that bit of its partner's number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ...compiler.ir.channels import Mask
from .kinds import Candidate
from .units import Axis

Trial = Callable[[Mapping[str, Tensor]], Mask]
"""For some units of each axis, by name, (units,) of bool, the channel ids that are dead if these go."""


@dataclass(frozen=True)
class Tie:
    """Axes of which a unit goes if those of the others go with it.

    Attributes:
        members: each axis, and for each unit of the first one which of its own goes with that, (units,).
    """

    members: tuple[tuple[Axis, Tensor], ...]

    def together(self, scores: dict[str, Tensor]) -> None:
        """Let units that go together have one score, the sum of theirs.

        Args:
            scores: (units,) each, by the name of the axis.
        """
        total = torch.stack([scores[axis.name][order] for axis, order in self.members]).sum(dim=0)
        for axis, order in self.members:
            scores[axis.name] = torch.empty_like(total).scatter(0, order, total)

    def as_one(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Of what an allocation sees, these as one: the first, with what all cost and lose.

        Args:
            candidates: one an axis; errors at the same shares for all of them.
        """
        names = [axis.name for axis, _ in self.members]
        own = [one for one in candidates if one.name in names]
        cost = sum(one.cost for one in own)
        errors = {level: sum(one.errors[level] for one in own) for level in own[0].errors}
        left = {x: sum(one.left.get(x, 0.0) * one.cost for one in own) / cost for x in own[0].left} if cost else {}
        whole = replace(own[0], cost=cost, errors=errors, left=left)
        return [whole if one is own[0] else one for one in candidates if one is own[0] or one.name not in names]

    def level(self, levels: dict[str, float]) -> None:
        """Let as many go of each as of the one of which the fewest shall go, of those that have a share."""
        names = [axis.name for axis, _ in self.members]
        levels.update(dict.fromkeys(names, min(levels[name] for name in names if name in levels)))


def ties_of(found: Sequence[Axis], trial: Trial) -> list[Tie]:
    """All ties among some axes; each axis is in one at most.

    Args:
        found: the axes, of which units stayed that were to go.
        trial: what is dead if some units go.
    """
    ties, left = [], [*found]
    while left:
        first = left.pop(0)
        others = [x for x in left if x.kind == first.kind and len(x) == len(first)]
        members = [(first, torch.arange(len(first)))]
        for other, order in _orders(first, others, trial) if others else ():
            if torch.equal(other.parts[order], first.parts):
                members.append((other, order))
        if len(members) > 1:
            ties.append(Tie(tuple(members)))
            left = [x for x in left if x not in [axis for axis, _ in members]]
    return ties


def _orders(axis: Axis, others: Sequence[Axis], trial: Trial) -> list[tuple[Axis, Tensor]]:
    """The axes that are tied to one, with the unit that goes with each of its own."""
    own = torch.arange(len(axis))
    whole = {other.name: torch.ones(len(other), dtype=torch.bool) for other in others}

    def stay(goes: Tensor) -> list[Mask]:
        dead = trial({**whole, axis.name: goes})
        return [np.logical_not(dead[other.ids].all(axis=1)) for other in others]

    tied = [stays.all() for stays in stay(torch.zeros(len(axis), dtype=torch.bool))]
    numbers = [np.zeros(len(axis), dtype=np.int64) for _ in others]
    for bit in range((len(axis) - 1).bit_length()) if any(tied) else ():
        for number, stays in zip(numbers, stay((own >> bit) & 1 == 1), strict=True):
            number += (~stays).astype(np.int64) << bit
    found = []
    for other, together, number in zip(others, tied, numbers, strict=True):
        if together and np.array_equal(np.sort(number), own.numpy()):
            found.append((other, torch.from_numpy(np.argsort(number))))
    return found
