"""The verifier finds every broken rule and names the node."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir import verifier
from sparsec.compiler.ir.program import Program, set_attribute
from sparsec.compiler.ir.verifier import Malformed, infer, verify

aten = torch.ops.aten


@pytest.fixture
def program() -> Program:
    return capture(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)).eval(), (torch.ones(3, 4),))


def relu(program: Program) -> torch.fx.Node:
    return next(n for n in program.nodes() if n.target is aten.relu.default)


def forget_value(program: Program) -> None:
    del relu(program).meta["val"]


def call_python(program: Program) -> None:
    relu(program).target = torch.nn.functional.relu


def call_module(program: Program) -> None:
    program.module.add_module("act", nn.ReLU())
    node = relu(program)
    with program.graph.inserting_before(node):
        node.replace_all_uses_with(program.graph.call_module("act", (node.args[0],)))


def shrink_weight(program: Program) -> None:
    set_attribute(program.module, "0.weight", nn.Parameter(torch.ones(7, 4)))


def other_dtype(program: Program) -> None:
    set_attribute(program.module, "0.weight", nn.Parameter(torch.ones(8, 4, dtype=torch.float64)))


def lose_weight_shape(program: Program) -> None:
    del next(n for n in program.nodes() if n.op == "get_attr").meta["val"]


def out_of_order(program: Program) -> None:
    node = relu(program)
    next(iter(program.nodes())).prepend(node)


BROKEN: dict[Callable[[Program], None], str] = {
    forget_value: r"no value recorded at 'relu'",
    call_python: r"is not an ATen operator at 'relu'",
    call_module: r"'call_module' nodes are not part of the IR at 'act'",
    shrink_weight: r"weight is \(7, 4\) torch.float32 but recorded as \(8, 4\) torch.float32",
    other_dtype: r"weight is \(8, 4\) torch.float64 but recorded as \(8, 4\) torch.float32",
    lose_weight_shape: r"a weight without a recorded shape",
    out_of_order: r"relu",
}


@pytest.mark.parametrize("damage", BROKEN, ids=lambda f: f.__name__)
def test_damage_is_found(program: Program, damage: Callable[[Program], None]) -> None:
    verify(program)
    damage(program)
    with pytest.raises(Malformed, match=BROKEN[damage]):
        verify(program)


def test_infer_rejects_operands_that_do_not_fit(program: Program) -> None:
    node = next(n for n in program.nodes() if n.op == "get_attr" and n.target == "2.weight")
    set_attribute(program.module, "2.weight", nn.Parameter(torch.ones(2, 7)))
    node.meta["val"] = program.fake(torch.ones(2, 7))
    with pytest.raises(Malformed, match="rejects its operands") as raised:
        infer(program)
    assert raised.value.node is not None
    assert raised.value.node.target is aten.linear.default


def test_infer_keeps_the_batch_dynamic(program: Program) -> None:
    before = str(relu(program).meta["val"].shape)
    relu(program).meta["val"] = None
    infer(program)
    assert str(relu(program).meta["val"].shape) == before
    assert isinstance(relu(program).meta["val"].shape[0], torch.SymInt)


# -------------------------------------------------------------------- operands that are alike


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []
    value = verifier._value
    monkeypatch.setattr(verifier, "_value", lambda node: tried.append(node.name) or value(node))
    return tried


def test_operands_that_are_alike_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)]
    program = capture(nn.Sequential(*layers).eval(), (torch.ones(3, 4),))
    tried = counted(monkeypatch)
    infer(program)
    assert len(tried) == 1
    infer(program.copy())
    assert len(tried) == 1


def test_a_change_is_seen_behind_it(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    infer(program)
    tried = counted(monkeypatch)
    first, _, second = (n for n in program.nodes() if n.op == "call_function")
    program.replace_weight(first, first.args[1], torch.ones(5, 4))
    program.replace_weight(first, first.args[2], torch.ones(5))
    program.replace_weight(second, second.args[1], torch.ones(2, 5))
    infer(program)
    assert tried == [first.name, second.name]  # and the operation between is element-wise
    assert [n.meta["val"].shape[1] for n in program.nodes() if n.op == "call_function"] == [5, 5, 2]


def test_what_decides_a_result_is_told_apart() -> None:
    keys = [verifier._kind(argument) for argument in (1, True, 1.0, None, "1", [1], [1, 1])]
    assert len(set(keys)) == len(keys)


def test_sizes_that_data_decide_keep_their_names() -> None:
    class Picked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = nn.Parameter(torch.ones(4))

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return (x * self.w)[x[:, 0] > 0], (x + self.w)[x[:, 0] > 0]

    program = capture(Picked().eval(), (torch.ones(3, 4),))
    before = [str(n.meta["val"]) for n in program.outputs()]
    infer(program)
    assert [str(n.meta["val"]) for n in program.outputs()] == before
    assert before[0] != before[1]  # two questions, two sizes


def test_shapes_of_element_wise_operations_are_those_of_their_operands(monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrowing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)])

        def forward(self, x: Tensor) -> Tensor:
            for layer in self.layers:
                x = torch.relu(layer(x))
                x = x * (x > 0.5)
            return x.t().clone(memory_format=torch.contiguous_format)

    program = capture(Narrowing().eval(), (torch.ones(3, 6),))
    before = [
        (str(n.meta["val"].shape), n.meta["val"].dtype, n.meta["val"].stride()[-1])
        for n in program.nodes()
        if n.op == "call_function"
    ]
    tried = counted(monkeypatch)
    infer(program)
    after = [
        (str(n.meta["val"].shape), n.meta["val"].dtype, n.meta["val"].stride()[-1])
        for n in program.nodes()
        if n.op == "call_function"
    ]
    assert after == before
    assert sum(name.startswith(("relu", "gt")) for name in tried) == 2
