"""SplitBatches: heads that lie in the batch become a dimension."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.ir.program import Program, is_static, is_tensor, shape_of
from sparsec.passes.rewrite.drop_identities import DropIdentities
from sparsec.passes.rewrite.split_batches import SplitBatches

from ..harness import TOLERANCE, Sandwich, captured, columns, difference, known, op_names, optimised

HEADS, LENGTH, SIZE = 3, 5, 4
SHAPE = (HEADS, LENGTH, 6)


def merged(x: Tensor) -> Tensor:
    """Heads in the batch."""
    return x.reshape(-1, *x.shape[2:])


def apart(x: Tensor) -> Tensor:
    """Heads out of the batch."""
    return x.reshape(-1, HEADS, *x.shape[1:])


def scores(x: Tensor) -> Tensor:
    """Heads in the batch: how much every token has to do with every other."""
    return torch.bmm(merged(x), merged(x).transpose(1, 2))


def tokens(x: Tensor) -> Tensor:
    """The same, heads out of the batch."""
    return apart(scores(x))


SPLIT: dict[str, Callable[[Tensor], Tensor]] = {
    "bmm": tokens,
    "softmax": lambda x: apart(torch.bmm(scores(x).softmax(-1), merged(x))),
    "baddbmm": lambda x: apart(torch.baddbmm(scores(x), scores(x), scores(x))),
    "scaled baddbmm": lambda x: apart(torch.baddbmm(x.new_zeros(1, 1, 1), scores(x), scores(x), alpha=0.5)),
    "element-wise": lambda x: apart((merged(x) * 2 - merged(x.sin())).relu()),
    "a mask for all": lambda x: apart(scores(x) + x.new_ones(LENGTH, LENGTH).tril()),
    "a mask for all, with a batch of one": lambda x: apart(scores(x) + x.new_ones(1, LENGTH, LENGTH).tril()),
    "permute": lambda x: apart(merged(x).permute(0, 2, 1)).mT,
    "to the end and back": lambda x: apart(merged(x).permute(1, 2, 0).sin().permute(2, 0, 1)),
    "unsqueeze": lambda x: apart((merged(x).unsqueeze(2) * merged(x).unsqueeze(1)).select(1, 0)),
    "unbind": lambda x: apart(merged(x).unbind(2)[1])[..., None],
    "einsum": lambda x: apart(torch.einsum("btc,bsc->bts", merged(x), merged(x))),
    "a reshape behind": lambda x: apart(merged(x).reshape(-1, LENGTH, 2, SIZE // 2).sin().flatten(2)),
    "merged twice": lambda x: apart(merged(apart(scores(x)).sin())),
    "other heads": lambda x: scores(x).reshape(-1, HEADS * LENGTH, LENGTH).reshape(-1, HEADS, LENGTH, LENGTH),
    "a part of the next dimension": lambda x: x.reshape(-1, LENGTH, SIZE).sin().reshape(-1, HEADS, LENGTH, SIZE),
}
LEFT: dict[str, Callable[[Tensor], Tensor]] = {
    "beta": lambda x: apart(torch.baddbmm(scores(x), scores(x), scores(x), beta=0.5)),
    "over the merged dimension": lambda x: apart(merged(x).softmax(0)),
    "an op that it does not know": lambda x: apart(merged(x).cumsum(1)),
}


def model_of(between: Callable[[Tensor], Tensor]) -> nn.Module:
    with torch.no_grad():
        width = between(torch.ones(2, HEADS, LENGTH, SIZE)).shape[-1]
    return known(Sandwich(between, nn.Linear(6, SIZE), nn.Linear(width, 4)))


def batches(program: Program) -> set[str]:
    """The sizes of all values that are made of the batch."""
    values = [n for n in program.nodes() if n.op in ("placeholder", "call_function") and is_tensor(n)]
    sizes = [size for n in values for size in shape_of(n) if not is_static(size)]
    (batch,) = program.batch_symbols()
    return {str(size) for size in sizes if batch in map(str, size.node.expr.free_symbols)}


@pytest.mark.parametrize("name", SPLIT)
def test_splits(name: str) -> None:
    model = model_of(SPLIT[name])
    program = captured(model, SHAPE)
    assert len(batches(program)) == 2  # batch, and batch times heads
    result = optimised(program, SplitBatches(), DropIdentities())
    assert result.changed
    assert len(batches(result.program)) == 1
    assert "aten.bmm.default" not in op_names(result.program)
    assert difference(result.program, model, SHAPE) <= TOLERANCE
    assert not optimised(result.program, SplitBatches()).changed


@pytest.mark.parametrize("name", LEFT)
def test_leaves(name: str) -> None:
    model = model_of(LEFT[name])
    result = optimised(captured(model, SHAPE), SplitBatches(), DropIdentities())
    assert len(batches(result.program)) == 2
    assert difference(result.program, model, SHAPE) <= TOLERANCE
    assert not optimised(result.program, SplitBatches(), DropIdentities()).changed


def test_leaves_a_static_batch() -> None:
    """Its numbers say which is which."""
    model = model_of(tokens)
    program = captured(model, SHAPE, dynamic_shapes={"x": None})
    result = optimised(program, SplitBatches())
    assert not result.changed


def test_leaves_values_without_a_merged_batch() -> None:
    model = model_of(lambda x: x @ x.mT)
    assert not optimised(captured(model, SHAPE), SplitBatches()).changed


class Alibi(nn.Module):
    """Attention with the heads in the batch, as Bloom has it: what is added for each head is repeated for the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(6, 3 * HEADS * SIZE), nn.Linear(HEADS * SIZE, 6)
        self.slopes = nn.Parameter(torch.empty(HEADS, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        batch = x.shape[0]
        q, k, v = self.qkv(x).unflatten(-1, (3, HEADS, SIZE)).permute(2, 0, 3, 1, 4)
        slopes = (self.slopes * torch.arange(LENGTH)).repeat(batch, 1, 1)
        q, k, v = (y.reshape(batch * HEADS, LENGTH, SIZE) for y in (q, k, v))
        weights = torch.baddbmm(slopes, q, k.transpose(1, 2), alpha=SIZE**-0.5).softmax(-1)
        y = torch.bmm(weights, v).view(batch, HEADS, LENGTH, SIZE)
        return self.out(y.transpose(1, 2).reshape(batch, LENGTH, HEADS * SIZE))


def test_heads_in_the_batch_go() -> None:
    model = known(Alibi(), zeros={"out.weight": columns(*range(SIZE, 2 * SIZE))})
    program = captured(model, (LENGTH, 6))
    before = {name: weight.clone() for name, weight in program.weights().items()}
    result = optimised(program)
    assert result.shape("qkv.weight") == (3 * 2 * SIZE, 6)
    assert result.shape("out.weight") == (6, 2 * SIZE)
    assert difference(result.program, model, (LENGTH, 6)) <= TOLERANCE
    assert not optimised(result.program).changed
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = Alibi()

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(x + self.attention(x))


def test_shared_module() -> None:
    model = known(Twice(), zeros={"attention.out.weight": columns(*range(SIZE))})
    result = optimised(captured(model, (LENGTH, 6)))
    fused = {tuple(w.shape) for name, w in result.program.weights().items() if "qkv.weight" in name}
    assert fused == {(3 * 2 * SIZE, 6)}
    assert difference(result.program, model, (LENGTH, 6)) <= TOLERANCE
