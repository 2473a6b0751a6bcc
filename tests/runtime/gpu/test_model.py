"""The model of a card: what it counts, operation by operation, against the sizes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, fx, nn

from sparsec.codegen.triton.cards import H200
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.runtime.gpu.model import is_view, moved, multiplied, predicted


class Products(nn.Module):
    """Everything that multiplies, and some that moves."""

    def __init__(self) -> None:
        super().__init__()
        self.linear, self.conv = nn.Linear(64, 32), nn.Conv2d(4, 6, 3, groups=2, padding=1)

    def forward(self, x: Tensor, image: Tensor) -> tuple[Tensor, ...]:
        y = self.linear(x)  # [2, 5, 32]
        attended = nn.functional.scaled_dot_product_attention(y, y, y)
        return (
            torch.bmm(y, y.transpose(1, 2)),
            attended,
            self.conv(image),
            torch.addmm(y[0, 0], x[0], self.linear.weight.t()),
        )


def operations(program: Program) -> list[fx.Node]:
    return [node for node in program.nodes() if isinstance(node.target, torch._ops.OpOverload)]


@pytest.fixture
def program() -> Program:
    return capture(Products().eval().bfloat16(), (torch.randn(2, 5, 64).bfloat16(), torch.randn(1, 4, 8, 8).bfloat16()))


def test_multiplications_are_counted(program: Program) -> None:
    counts = {str(node.target).split(".")[1]: multiplied(node, program) for node in operations(program)}
    assert counts["linear"] == 2 * 10 * 64 * 32
    assert counts["conv2d"] == 2 * 6 * 64 * 2 * 9
    assert counts["bmm"] == 2 * 2 * 5 * 5 * 32
    assert counts["scaled_dot_product_attention"] == 4 * 2 * 5 * 5 * 32
    assert counts["addmm"] == 2 * 5 * 64 * 32
    assert counts["transpose"] == 0


def test_bytes_are_those_of_what_is_read_and_written(program: Program) -> None:
    (linear,) = (node for node in operations(program) if str(node.target) == "aten.linear.default")
    assert moved(linear, program) == 2 * (10 * 64 + 32 * 64 + 32 + 10 * 32)


def test_views_cost_nothing_and_the_rest_a_launch_at_least(program: Program) -> None:
    seconds = predicted(program, H200, {})
    for node in operations(program):
        assert seconds[node.name] == 0 if is_view(node) else seconds[node.name] > H200.launch


def test_operators_may_have_rules_of_their_own(program: Program) -> None:
    rule = {torch.ops.aten.bmm.default: lambda node, program, card: 1.0}
    assert predicted(program, H200, rule)["bmm"] == 1.0
    assert sum(predicted(program, H200, {}).values()) < 1e-3


def test_large_products_are_bound_by_the_matrix_units() -> None:
    layer = nn.Linear(2048, 2048, bias=False).bfloat16()
    program = capture(layer.eval(), (torch.randn(2048, 2048).bfloat16(),))
    assert predicted(program, H200, {})["linear"] == pytest.approx(2 * 2048**3 / 788e12 + 2e-6)


class Tokens(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50_000, 512)

    def forward(self, x: Tensor) -> Tensor:
        return self.table(x)[:, x[0]]


def test_of_a_table_only_what_is_looked_up_is_read() -> None:
    """So zeros in a table that is looked up have next to nothing to give: a lookup is a launch."""
    program = capture(Tokens().eval().bfloat16(), (torch.arange(512)[None],))
    lookup, pick = (
        node for node in operations(program) if str(node.target) in ("aten.embedding.default", "aten.index.Tensor")
    )
    assert moved(lookup, program) == 2 * 512 * 512 * 2 + 8 * 512
    assert moved(pick, program) == 2 * 512 * 512 * 2 + 8 * 512
    assert predicted(program, H200, {})[lookup.name] < 1.3 * H200.launch
