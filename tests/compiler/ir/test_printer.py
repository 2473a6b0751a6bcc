"""Programs as text."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.printer import print_around, print_program
from sparsec.compiler.ir.program import Program


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 8)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a, b = self.layer(x).split(4, 1)
        return a, torch.cat([a, b.float()], 1)


@pytest.fixture(scope="module")
def program() -> Program:
    return capture(Model().eval(), (torch.ones(3, 4),))


def test_the_whole_program(program: Program) -> None:
    text = re.sub(r"\bs\d+\b", "s", print_program(program))
    assert text == "\n".join(
        [
            "layer_weight = weight 'layer.weight' f32[8, 4]",
            "layer_bias = weight 'layer.bias' f32[8]",
            "x = input f32[s, 4]",
            "linear = aten.linear(x, layer_weight, layer_bias)  # f32[s, 8]",
            "split = aten.split.Tensor(linear, 4, 1)  # (f32[s, 4], f32[s, 4])",
            "getitem = getitem(split, 0)  # f32[s, 4]",
            "getitem_1 = getitem(split, 1)  # f32[s, 4]",
            "cat = aten.cat([getitem, getitem_1], 1)  # f32[s, 8]",
            "return [getitem, cat]",
        ]
    )


def test_around_a_node(program: Program) -> None:
    node = next(n for n in program.nodes() if n.name == "linear")
    lines = print_around(program, node, 1).splitlines()
    assert len(lines) == 3
    assert [line[:2] for line in lines] == ["  ", "> ", "  "]
    assert lines[1].startswith("> linear = ")


def test_around_nothing_is_the_start(program: Program) -> None:
    assert print_around(program, None, 2).splitlines() == print_program(program).splitlines()[:4]
