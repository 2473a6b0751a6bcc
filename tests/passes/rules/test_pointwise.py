"""Element-wise ops: operands share channels, zero absorbs."""

from __future__ import annotations

import torch

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, optimised


def test_pointwise_op_with_two_results() -> None:
    """PyTorch tags ``frexp`` as pointwise; it returns a mantissa and an exponent."""
    model = Sandwich(lambda x: torch.frexp(x)[0])
    model = known(model, zeros={"first.weight": [1, 4], "second.weight": columns(2)})
    result = optimised(captured(model, (3, 5, 5)))
    assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
