"""Layers that allocations decide about: drawn, with curves of errors that rise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch

from sparsec.passes.prune.kinds import Allocation, Candidate, Matrix, Seen


def layers(costs: Sequence[float], seed: int = 0) -> list[Candidate]:
    """Layers of these costs, of several shapes, some of whose scores stand out."""
    source = torch.Generator().manual_seed(seed)
    found = []
    for at, cost in enumerate(costs):
        shape = (3 + 2 * (at % 3), 5 + 3 * (at % 4))
        weight = torch.randn(shape, generator=source, dtype=torch.float64) * (1 + at)
        weight[:, : 1 + at % 3] *= 1 + 4 * at
        found.append(Candidate(f"block.{at}.linear.weight", Matrix(f"l{at}", weight), Seen(), weight.abs(), cost))
    return found


def measured(allocation: Allocation, candidates: Sequence[Candidate], share: float) -> list[Candidate]:
    """The same with errors at all shares that an allocation asks for, each layer's curve steep in its own way."""
    levels = allocation.tried(share)
    return [
        replace(x, errors={level: (1 + at) * x.cost * level ** (1 + 0.7 * at) for level in levels})
        for at, x in enumerate(candidates)
    ]


def achieved(levels: dict[str, float], candidates: Sequence[Candidate]) -> float:
    """The share of the cost that goes."""
    total = math.fsum(x.cost for x in candidates)
    return math.fsum(levels[x.name] * x.cost for x in candidates) / total
