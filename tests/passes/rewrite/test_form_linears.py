"""FormLinears: a product with a weight matrix is a linear layer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.passes.rewrite.form_linears import FormLinears

from ..harness import TOLERANCE, captured, columns, difference, known, op_names, optimised


class Stored(nn.Module):
    """A weight that is stored as (inputs, outputs), as GPT-2 has it, and a layer that reads its result."""

    def __init__(self, run: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.weight, self.bias, self.last = (
            nn.Parameter(torch.empty(3, 8)),
            nn.Parameter(torch.empty(8)),
            nn.Linear(8, 4),
        )
        self.run = run

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.run(x, self.weight, self.bias).relu())


FORMED: dict[str, tuple[Callable[[Tensor, Tensor, Tensor], Tensor], tuple[int, ...]]] = {
    "addmm": (lambda x, w, b: torch.addmm(b, x, w), (3,)),
    "mm": (lambda x, w, b: torch.mm(x, w), (3,)),
    "matmul": (lambda x, w, b: x @ w, (5, 3)),
    "matmul, then a bias": (lambda x, w, b: x @ w + b, (2, 5, 3)),
    "matmul of a vector": (lambda x, w, b: (x[0, 0] @ w)[None], (5, 3)),
    "GPT-2": (lambda x, w, b: torch.addmm(b, x.view(-1, 3), w).view(-1, 5, 8), (5, 3)),
}
LEFT: dict[str, tuple[Callable[[Tensor, Tensor, Tensor], Tensor], tuple[int, ...]]] = {
    "the weight comes first": (lambda x, w, b: torch.matmul(w.t(), x.mT).mT, (5, 3)),
    "scaled": (lambda x, w, b: torch.addmm(b, x, w, beta=0.5, alpha=2.0), (3,)),
    "a bias for every row": (lambda x, w, b: torch.addmm(x[:, :1].expand(-1, 8), x, w), (3,)),
    "one bias for all": (lambda x, w, b: torch.addmm(b[:1], x, w), (3,)),
    "two values": (lambda x, w, b: (x @ x.mT) @ (x[..., :1].expand(-1, -1, 8)), (5, 3)),
    "a weight and a value": (lambda x, w, b: torch.mm(w.t(), x.t()).t(), (3,)),
    "a vector": (lambda x, w, b: (x @ w[:, 0])[..., None] * b, (5, 3)),
}


@pytest.mark.parametrize("name", FORMED)
def test_forms(name: str) -> None:
    run, shape = FORMED[name]
    model = known(Stored(run))
    program = captured(model, shape)
    before = {key: weight.clone() for key, weight in program.weights().items()}
    result = optimised(program, FormLinears())
    assert result.changed
    ops = op_names(result.program)
    assert ops.count("aten.linear.default") == 2
    assert not {"aten.addmm.default", "aten.mm.default", "aten.matmul.default"} & {*ops}
    assert torch.equal(result.program.weights()["weight"], model.weight.detach().t())
    assert difference(result.program, model, shape) <= TOLERANCE
    assert not optimised(result.program, FormLinears()).changed
    assert all(torch.equal(weight, before[key]) for key, weight in program.weights().items())


@pytest.mark.parametrize("name", LEFT)
def test_leaves(name: str) -> None:
    run, shape = LEFT[name]
    model = known(Stored(run))
    result = optimised(captured(model, shape), FormLinears())
    assert not result.changed
    assert difference(result.program, model, shape) <= TOLERANCE


@pytest.mark.parametrize("name", ["addmm", "mm", "matmul", "GPT-2"])
def test_channels_go(name: str) -> None:
    run, shape = FORMED[name]
    model = known(Stored(run), zeros={"weight": columns(2), "bias": [2], "last.weight": columns(5)})
    result = optimised(captured(model, shape))
    assert result.shape("weight") == (6, 3)
    assert result.shape("last.weight") == (4, 6)
    assert difference(result.program, model, shape) <= TOLERANCE


class Twice(nn.Module):
    """One square matrix: multiplied by, used as a layer, and multiplied by again."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(6, 6))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear((x @ self.weight).relu(), self.weight).relu() @ self.weight


def test_shared_weight() -> None:
    model = known(Twice())
    result = optimised(captured(model, (6,)), FormLinears())
    assert op_names(result.program).count("aten.linear.default") == 3
    weights = result.program.weights()
    assert len(weights) == 2  # as it is for the layer, the other way round for both products
    assert difference(result.program, model, (6,)) <= TOLERANCE
    assert not optimised(result.program, FormLinears()).changed
