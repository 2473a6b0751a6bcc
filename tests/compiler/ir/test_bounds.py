"""Integers that point outside are found before PyTorch reads there; what fits runs as ever."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.capture.user_model import UserModel
from sparsec.compiler.ir.bounds import InBounds

ROWS, MATRICES = torch.randn(4, 8).bfloat16(), torch.randn(2, 8, 8).bfloat16()


def bag(words: int, offsets: list[int], **options: Any) -> Tensor:
    table = torch.arange(72.0).reshape(9, 8)
    return F.embedding_bag(torch.arange(words), table, torch.tensor(offsets, dtype=torch.int64), **options)


def grouped(rows: Tensor, ends: list[int]) -> Tensor:
    return torch._grouped_mm(rows, MATRICES, offs=torch.tensor(ends, dtype=torch.int32))


@pytest.mark.parametrize(
    ("words", "offsets", "fits"),
    [
        (9, [0, 2, 9], True),
        (9, [0, 0, 0], True),
        (0, [], True),
        (0, [0, 0], True),
        (9, [], False),
        (3, [0, 2, 9], False),
        (3, [0, 9, 2], False),
        (9, [0, -1, 2], False),
    ],
)
@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags(words: int, offsets: list[int], fits: bool, mode: str) -> None:
    with InBounds():
        if fits:
            assert bag(words, offsets, mode=mode).shape == (len(offsets), 8)
        else:
            with pytest.raises(IndexError):
                bag(words, offsets, mode=mode)


@pytest.mark.parametrize(
    ("ends", "fits"),
    [([1, 4], True), ([0, 4], True), ([4, 4], True), ([1, 3], False), ([2, 6], False), ([5, 4], False)],
)
def test_groups_of_a_product(ends: list[int], fits: bool) -> None:
    with InBounds():
        if fits:
            assert grouped(ROWS, ends).shape == (4, 8)
        else:
            with pytest.raises(IndexError):
                grouped(ROWS, ends)


class Grouped(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.stack = nn.Linear(8, 8), nn.Parameter(torch.randn(2, 8, 8))

    def forward(self, x: Tensor, ends: Tensor) -> Tensor:
        return torch._grouped_mm(self.first(x).bfloat16(), self.stack.bfloat16(), offs=ends).float()


def test_a_program_and_a_module_are_tried_within_bounds() -> None:
    torch.manual_seed(0)
    model, x, ends = Grouped().eval(), torch.randn(6, 8), torch.tensor([2, 6], dtype=torch.int32)
    program = capture(model, (x, ends))
    assert UserModel(model).tried((x, ends), {}) is not None
    assert UserModel(model).tried((x[:4], ends), {}) is None
    with pytest.raises(IndexError):
        program.run((x[:4], ends))


def test_rows_that_no_group_covers_are_not_compared() -> None:
    """A batch of another size under the example's ends would leave them as they were in memory."""
    torch.manual_seed(0)
    model = Grouped().eval()
    model.stack.data[1] = 0
    inputs = torch.randn(2, 8), torch.tensor([1, 2], dtype=torch.int32)
    for _ in range(3):
        small = sparsec.compile(model, inputs, measure=False, strict=True)
        torch.testing.assert_close(small(*inputs), model(*inputs).detach())


class Bag(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(9, 8, padding_idx=0)

    def forward(self, words: Tensor, offsets: Tensor) -> Tensor:
        return self.table(words, offsets)  # type: ignore[no-any-return]


def test_bags_of_a_program_are_looked_into() -> None:
    words, offsets = torch.arange(9), torch.tensor([0, 4])
    program = capture(Bag().eval(), (words, offsets))
    assert program.run((words, offsets))[0].shape == (2, 8)
    with pytest.raises(IndexError):  # PyTorch itself ends the process
        program.run((words, offsets[:0]))
