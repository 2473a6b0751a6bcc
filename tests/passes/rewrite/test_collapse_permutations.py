"""CollapsePermutations: a channel shuffle is one gather."""

from __future__ import annotations

from torch import Tensor

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised


def test_leaves_a_chain_that_also_turns_the_picture() -> None:
    def shuffle_and_transpose(x: Tensor) -> Tensor:
        return x.unflatten(1, (2, 4)).permute(0, 2, 1, 4, 3).reshape(x.shape)

    zeros = {"first.weight": [1, 4], "second.weight": columns(2, 4)}
    model = known(Sandwich(shuffle_and_transpose), zeros=zeros)
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
