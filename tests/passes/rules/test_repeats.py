"""Values that are the same all along a dimension: masks that are made for all heads hold none of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.ir.program import shape_of
from sparsec.passes.rules.repeats import repeats

from ..harness import TOLERANCE, captured, columns, difference, known, optimised

WIDTH, HEADS, SIZE = 12, 3, 4
LENGTH = 5


def zeros(x: Tensor) -> Tensor:
    """Hidden places of zeros for each head."""
    hidden = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
    return torch.where(hidden, torch.finfo(x.dtype).min, torch.zeros(1, HEADS, LENGTH, LENGTH, dtype=x.dtype))


def repeated(x: Tensor) -> Tensor:
    """What depends on the input, for each head."""
    return (x.mean((1, 2))[:, None, None, None] * 2).expand(-1, HEADS, LENGTH, LENGTH).clone().sin()


def filled(x: Tensor) -> Tensor:
    """The same for all inputs, and all heads."""
    return torch.full((HEADS, LENGTH, LENGTH), 0.5, dtype=x.dtype).cos()


class Masked(nn.Module):
    """An attention layer with something that is added to its scores."""

    def __init__(self, mask: Callable[[Tensor], Tensor], whole: bool) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.mask, self.whole = mask, whole

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (layer(x).unflatten(-1, (HEADS, SIZE)).transpose(1, 2) for layer in self.layers[:3])
        if self.whole:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=self.mask(x))
        else:
            y = (q @ k.transpose(2, 3) / SIZE + self.mask(x)).softmax(-1) @ v
        return self.layers[3](y.transpose(1, 2).flatten(2))


@pytest.mark.parametrize("whole", [True, False], ids=["attention", "parts"])
@pytest.mark.parametrize("mask", [zeros, repeated, filled])
def test_heads_go_whose_mask_is_that_of_all(mask: Callable[[Tensor], Tensor], whole: bool) -> None:
    model = known(Masked(mask, whole), zeros={"layers.3.weight": columns(*range(SIZE, 2 * SIZE))})
    result = optimised(captured(model, (LENGTH, WIDTH)))
    assert difference(result.program, model, (LENGTH, WIDTH)) <= TOLERANCE
    for at in range(3):
        assert result.shape(f"layers.{at}.weight") == ((HEADS - 1) * SIZE, WIDTH)
    assert result.shape("layers.3.weight") == (WIDTH, (HEADS - 1) * SIZE)
    assert not optimised(result.program).changed


class Values(nn.Module):
    """Some that repeat along dimension 1, and some that do not."""

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        one = x[:, :1].expand(-1, 4, 3)
        return one.exp(), one + torch.ones(4, 1), torch.where(one > 0, one, -1.0), one + x, x.sin(), one.cumsum(1)


def test_what_repeats_is_told() -> None:
    program = captured(Values().eval(), (4, 3))
    found = [repeats(node, 1, program) for node in program.outputs() if len(shape_of(node)) == 3]
    assert found == [True, True, True, False, False, False]
    assert not any(repeats(node, 2, program) for node in program.outputs())
