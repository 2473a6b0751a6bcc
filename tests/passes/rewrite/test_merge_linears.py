"""MergeLinears: chains, sums and factors become one layer, where that is no more than what goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.passes.rewrite.merge_linears import MergeLinears

from ..harness import TOLERANCE, Outcome, captured, difference, known, op_names, optimised

LINEAR, CONV = "aten.linear.default", "aten.conv2d.default"


class Net(nn.Module):
    """Layers by name, and what is done with them."""

    def __init__(self, does: Callable[[Any, Tensor], Any], **parts: nn.Module | Tensor) -> None:
        super().__init__()
        self.does = does
        for name, part in parts.items():
            if isinstance(part, nn.Module):
                self.add_module(name, part)
            else:
                self.register_buffer(name, part)

    def forward(self, x: Tensor) -> Any:
        return self.does(self, x)


def merged(model: nn.Module, *shape: int) -> Outcome:
    program = captured(known(model), shape)
    result = optimised(program, MergeLinears())
    assert difference(result.program, model, shape) <= TOLERANCE
    assert not optimised(result.program, MergeLinears()).changed
    return result


def wide(first: int, second: int, **options: Any) -> nn.Linear:
    return nn.Linear(first, second, **options)


ONE = {
    "chain": (Net(lambda m, x: m.b(m.a(x)), a=wide(4, 32), b=wide(32, 5)), (4,)),
    "chain without biases": (
        Net(lambda m, x: m.b(m.a(x)), a=wide(4, 32, bias=False), b=wide(32, 5, bias=False)),
        (3, 4),
    ),
    "three": (Net(lambda m, x: m.c(m.b(m.a(x))), a=wide(4, 16), b=wide(16, 16), c=wide(16, 5)), (4,)),
    "mask between": (Net(lambda m, x: m.b(m.a(x) * m.v), a=wide(4, 32), b=wide(32, 5), v=torch.ones(32)), (4,)),
    "mask before": (Net(lambda m, x: m.a(m.v * x), a=wide(4, 5), v=torch.ones(4)), (4,)),
    "mask behind": (Net(lambda m, x: m.a(x) * m.v, a=wide(4, 5), v=torch.ones(5)), (4,)),
    "numbers": (Net(lambda m, x: (2 - m.a(x) / 3) * 4 * m.v + 1, a=wide(4, 5), v=torch.ones(5)), (4,)),
    "a power of two": (Net(lambda m, x: m.a(x / 4) * 0.5 * 16, a=wide(4, 5)), (4,)),
    "shift before": (Net(lambda m, x: m.a(x - m.v), a=wide(4, 5), v=torch.ones(4)), (4,)),
    "adapter": (
        Net(lambda m, x: m.a(x) + m.c(m.b(x)) * 2, a=wide(6, 8), b=wide(6, 2, bias=False), c=wide(2, 8, bias=False)),
        (6,),
    ),
    "operator": (
        Net(
            lambda m, x: (lambda h: h * m.v + m.c(m.b(h)))(m.a(x)),
            a=wide(6, 8),
            b=wide(8, 2, bias=False),
            c=wide(2, 8, bias=False),
            v=torch.ones(8),
        ),
        (6,),
    ),
    "beside itself": (Net(lambda m, x: x + m.a(x), a=wide(6, 6)), (6,)),
    "difference": (Net(lambda m, x: m.a(x) - m.b(x), a=wide(6, 6), b=wide(6, 6)), (6,)),
    "one layer twice": (Net(lambda m, x: m.a(m.a(x)), a=wide(6, 6)), (6,)),
    "convolutions": (
        Net(lambda m, x: m.b(m.a(x)), a=nn.Conv2d(3, 32, 3, padding=1, stride=2), b=nn.Conv2d(32, 4, 1)),
        (3, 6, 6),
    ),
    "factors of channels": (
        Net(lambda m, x: m.a(x * m.v), a=nn.Conv2d(3, 4, 3, padding=1), v=torch.ones(3, 1, 1)),
        (3, 6, 6),
    ),
    "convolutions beside each other": (
        Net(lambda m, x: m.a(x) + m.b(x), a=nn.Conv2d(3, 4, 3, padding=1), b=nn.Conv2d(3, 4, 3, padding=1)),
        (3, 6, 6),
    ),
}


@pytest.mark.parametrize("name", ONE)
def test_one_layer_is_left(name: str) -> None:
    model, shape = ONE[name]
    assert op_names(merged(model, *shape).program) in ([LINEAR], [CONV])


SEVERAL: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "narrow in between": (Net(lambda m, x: m.b(m.a(x)), a=wide(16, 2), b=wide(2, 16)), (16,)),
    "read by others": (Net(lambda m, x: (lambda h: (m.b(h), h))(m.a(x)), a=wide(4, 32), b=wide(32, 5)), (4,)),
    "something in between": (Net(lambda m, x: m.b(m.a(x).relu()), a=wide(4, 32), b=wide(32, 5)), (4,)),
    "numbers alone, which round": (Net(lambda m, x: m.a(x) / 3, a=wide(4, 5)), (4,)),
    "a kernel behind": (Net(lambda m, x: m.b(m.a(x)), a=nn.Conv2d(3, 32, 1), b=nn.Conv2d(32, 2, 3)), (3, 6, 6)),
    "a shift before a border": (
        Net(lambda m, x: m.a(x + m.v), a=nn.Conv2d(3, 4, 3, padding=1), v=torch.ones(3, 1, 1)),
        (3, 6, 6),
    ),
    "numbers along another dimension": (Net(lambda m, x: m.a(x * m.v), a=wide(6, 5), v=torch.ones(3, 1)), (3, 6)),
    "kernels that differ": (
        Net(lambda m, x: m.a(x) + m.b(x), a=nn.Conv2d(3, 4, 3, padding=1), b=nn.Conv2d(3, 4, 1)),
        (3, 6, 6),
    ),
    "a weight that others read": (Net(lambda m, x: (m.a(x), m.a(x.relu()) * 3), a=wide(6, 6)), (6,)),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_what_is_left_as_it_is(name: str) -> None:
    model, shape = SEVERAL[name]
    assert not merged(model, *shape).changed


def test_zeros_stay_worth_more_than_a_layer() -> None:
    """The product of two sparse layers is dense: it holds fewer numbers, and more that are not zero."""
    model = known(Net(lambda m, x: m.b(m.a(x)), a=wide(16, 16, bias=False), b=wide(16, 16, bias=False)))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight *= torch.rand(weight.shape, generator=generator) < 0.2
    assert not optimised(captured(model, (16,)), MergeLinears()).changed


class Words(nn.Module):
    """A table of words, an operator behind it, and whoever else reads the table."""

    def __init__(self, tied: bool) -> None:
        super().__init__()
        self.table, self.layer = nn.Embedding(20, 6), nn.Linear(6, 6)
        self.head = nn.Linear(6, 20, bias=False)
        if tied:
            self.head.weight = self.table.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layer(self.table(x) * 2).relu())  # type: ignore[no-any-return]


@pytest.mark.parametrize("tied", [False, True])
def test_a_table_of_its_own_takes_what_is_done_with_its_rows(tied: bool) -> None:
    model, words = known(Words(tied)), torch.arange(20).reshape(4, 5)
    result = optimised(capture(model, (words,)), MergeLinears())
    assert relative_error(result.program.run((words,)), [model(words).detach()]) <= TOLERANCE
    lookup = ["aten.embedding.default", "aten.relu.default", LINEAR]
    assert op_names(result.program) == (lookup if not tied else [lookup[0], LINEAR, *lookup[1:]])


@pytest.mark.parametrize("factor", [6e4, 6e-8])
def test_what_the_model_s_dtype_cannot_hold_stays(factor: float) -> None:
    model = known(Net(lambda m, x: m.a(x) * m.v, a=wide(4, 5), v=torch.ones(5))).half()
    with torch.no_grad():
        model.v.fill_(factor)
        model.a.weight.mul_(3 if factor > 1 else 1e-4)
    program = captured(model.double(), (4,))
    program.held_in = torch.float16
    assert not optimised(program, MergeLinears()).changed


def test_rows_that_a_mask_takes_are_zero() -> None:
    model = known(Net(lambda m, x: m.a(x) * m.v, a=wide(4, 8), v=torch.ones(8)))
    with torch.no_grad():
        model.v[2:5] = 0
    result = optimised(captured(model, (4,)), MergeLinears())
    weight = result.program.weights()["a.weight"]
    assert not weight[2:5].any() and weight[:2].all() and weight[5:].all()
