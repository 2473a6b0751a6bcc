"""A fingerprint changes if and only if the graph or a weight does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.fingerprint import fingerprint
from sparsec.compiler.ir.program import Program, attribute
from sparsec.compiler.ir.verifier import infer

aten = torch.ops.aten


@pytest.fixture
def program() -> Program:
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2), nn.Softmax(-1))
    return capture(model.eval(), (torch.randn(3, 4),))


def last(program: Program) -> torch.fx.Node:
    return [node for node in program.nodes() if node.op == "call_function"][-1]


def another_target(program: Program) -> None:
    last(program).target = aten._log_softmax.default


def another_argument(program: Program) -> None:
    node = last(program)
    node.args = (node.args[0], -2, *node.args[2:])  # Python's hashes of -1 and -2 are the same


def another_type_of_argument(program: Program) -> None:
    node = last(program)
    node.args = (node.args[0], float(node.args[1]))  # type: ignore[arg-type]


def another_operand(program: Program) -> None:
    node = last(program)
    node.args = (node.args[0].args[0], *node.args[1:])  # type: ignore[union-attr]


def another_weight(program: Program) -> None:
    held = next(node for node in program.nodes() if node.op == "get_attr")
    [user] = held.users
    program.replace_weight(user, held, torch.ones(5, 4))


def a_weight_written_into(program: Program) -> None:
    held = next(node for node in program.nodes() if node.op == "get_attr")
    with torch.no_grad():
        attribute(program.module, str(held.target)).zero_()


def another_shape(program: Program) -> None:
    with program.fake_mode():
        last(program).meta["val"] = torch.empty(3, 7)


def a_node_more(program: Program) -> None:
    with program.graph.inserting_before(program.output()):
        program.graph.call_function(aten.relu.default, (last(program),))


@pytest.mark.parametrize(
    "change",
    [
        another_target,
        another_argument,
        another_type_of_argument,
        another_operand,
        another_weight,
        a_weight_written_into,
        another_shape,
        a_node_more,
    ],
)
def test_every_change_is_seen(program: Program, change: Callable[[Program], None]) -> None:
    before = fingerprint(program)
    change(program)
    assert fingerprint(program) != before


def test_what_changes_nothing_is_not(program: Program) -> None:
    before = fingerprint(program)
    infer(program)
    program.run(program.inputs)
    program.clean()
    assert fingerprint(program) == before == fingerprint(program.copy())
