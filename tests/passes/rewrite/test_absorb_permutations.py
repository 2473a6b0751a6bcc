"""AbsorbPermutations: a gather of channels is a matter of how its neighbours' weights are ordered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..harness import TOLERANCE, Sandwich, captured, difference, known, optimised


class Pick(nn.Module):
    """Something that mixes the last dimension, then a selection from it."""

    def __init__(self, mix: Callable[[Tensor], Tensor], order: list[int]) -> None:
        super().__init__()
        self.mix = mix
        self.register_buffer("order", torch.tensor(order))

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(x).index_select(2, self.order)


MIXERS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda x: x.softmax(-1),
    "avg_pool1d": lambda x: F.avg_pool1d(x, 3, 1),
    "max_pool1d": lambda x: F.max_pool1d(x, 3, 1),
}


@pytest.mark.parametrize("name", MIXERS)
def test_leaves_a_gather_behind_an_op_that_mixes_the_last_dimension(name: str) -> None:
    model = known(Sandwich(Pick(MIXERS[name], [4, 0, 2]), nn.Linear(3, 8), nn.Linear(3, 4)))
    result = optimised(captured(model, (5, 3)))
    assert difference(result.program, model, (5, 3)) <= TOLERANCE
