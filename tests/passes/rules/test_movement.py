"""Data movement: where every position comes from, and the op that does the same to fewer channels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised

# Ops that move channels and, in the same breath, something else.
BOTH: dict[str, Callable[[Tensor], Tensor]] = {
    "flip": lambda x: x.flip(1, 2),
    "flip within a product": lambda x: x.unflatten(1, (2, 4)).flip(1, 2).flatten(1, 2),
    "roll": lambda x: x.roll((1, 2), (1, 2)),
    "roll within a product": lambda x: x.unflatten(1, (2, 4)).roll((1, 1), (1, 2)).flatten(1, 2),
}


@pytest.mark.parametrize("name", BOTH)
def test_several_dimensions_at_once(name: str) -> None:
    model = known(Sandwich(BOTH[name]), zeros={"first.weight": [0, 1, 4, 5], "second.weight": columns(2, 4)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
