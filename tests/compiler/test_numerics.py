"""Numerics: what runs in float64, and what a difference is measured against."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.printer import print_program
from sparsec.compiler.ir.program import Interpreter, Program, attribute
from sparsec.compiler.numerics import demote, promote, widened
from sparsec.compiler.reference import Reference


class Detour(nn.Module):
    """Statistics in another type than everything else, as norms of language models have them."""

    def __init__(self, there: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second, self.there = nn.Linear(6, 6), nn.Linear(6, 4), there

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        wide = self.there(x)
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6)
        return self.second(wide.to(x.dtype))


DETOURS: dict[str, Callable[[Tensor], Tensor]] = {
    "float": lambda x: x.float(),
    "to": lambda x: x.to(torch.bfloat16),
    "keyword": lambda x: x.softmax(-1, dtype=torch.float32),
}


def detour(there: Callable[[Tensor], Tensor] = DETOURS["float"], dtype: torch.dtype = torch.float64) -> Program:
    torch.manual_seed(0)
    return capture(Detour(there).to(dtype).eval(), (torch.randn(3, 6, dtype=dtype),))


def dtypes(program: Program, inputs: tuple[Tensor, ...]) -> set[torch.dtype]:
    """Floating-point types of all values in a run."""

    class Watching(Interpreter):
        def run_node(self, node: torch.fx.Node) -> object:
            value = super().run_node(node)
            if node.op != "get_attr" and isinstance(value, Tensor) and value.is_floating_point():
                found.add(value.dtype)
            return value

    found: set[torch.dtype] = set()
    with torch.no_grad():
        Watching(program.module).run(*inputs, enable_io_processing=False)
    return found


@pytest.mark.parametrize("name", DETOURS)
def test_widened_takes_no_detour(name: str) -> None:
    program = detour(DETOURS[name])
    text, inputs = print_program(program), program.inputs
    wide = widened(program)
    assert len(dtypes(program, inputs)) == 2
    assert dtypes(wide, inputs) == {torch.float64}
    assert print_program(program) == text  # it is a copy
    assert all(wide.weights()[key] is not None for key in program.weights())
    (rounded,), (exact,) = program.run(inputs), wide.run(inputs)
    assert 0 < float((rounded - exact).abs().max()) < 1e-1


def test_a_program_without_detours_is_itself() -> None:
    torch.manual_seed(0)
    program = capture(nn.Linear(6, 4).double().eval(), (torch.randn(3, 6, dtype=torch.float64),))
    assert widened(program) is program


def test_a_program_in_another_type_is_itself() -> None:
    """In bfloat16 the detour through float32 is part of what the model computes."""
    program = detour(dtype=torch.bfloat16)
    assert widened(program) is program


def perturbed(program: Program) -> Program:
    """The last weight a little larger."""
    result = program.copy()
    last = [n for n in result.nodes() if n.target is torch.ops.aten.linear.default][-1]
    result.replace_weight(last, last.args[1], program.weights()["second.weight"] * (1 + 1e-8))
    return result


def small(program: Program) -> Program:
    """What goes into the detour a little larger, which float32 cannot tell."""
    result = program.copy()
    first = next(n for n in result.nodes() if n.target is torch.ops.aten.linear.default)
    weight = program.weights()["first.weight"].clone()
    weight[0] *= 1 + 1e-9
    result.replace_weight(first, first.args[1], weight)
    return result


@pytest.mark.parametrize("change", [perturbed, small])
def test_a_detour_hides_no_mistake(change: Callable[[Program], Program]) -> None:
    program = detour()
    reference = Reference(program)
    assert reference.error(program) == 0.0
    assert reference.difference(program) is None
    assert reference.error(change(program)) > reference.tolerance
    assert "differs by" in (reference.difference(change(program)) or "")


def test_a_detour_makes_no_mistake() -> None:
    """Summed in another order, float32 gives other numbers; float64 gives the same, as far as anyone can see."""

    class Turned(Detour):
        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            wide = x.float().flip(-1)
            wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6)
            return self.second(wide.flip(-1).to(x.dtype))

    program = detour()
    torch.manual_seed(0)
    turned = capture(Turned(DETOURS["float"]).double().eval(), program.inputs)
    assert Reference(program).error(turned) < 1e-14


def test_promotion_and_back() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4)).eval()
    program = capture(model, (torch.randn(3, 6),))
    before = program.run(program.inputs)
    assert promote(program) is torch.float32
    assert dtypes(program, program.inputs) == {torch.float64}
    demote(program, torch.float32)
    torch.testing.assert_close(program.run(program.inputs), before, rtol=0, atol=0)


def test_promotion_of_state() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 4)
            self.register_buffer("total", torch.zeros(4))

        def forward(self, x: Tensor) -> Tensor:
            self.total += self.layer(x).sum(0)
            return self.total * 2

    torch.manual_seed(0)
    program = capture(Counting().eval(), (torch.randn(3, 6),))
    assert promote(program) is torch.float32
    assert program.state()["total"].dtype == torch.float64
    demote(program, torch.float32)
    assert program.state()["total"].dtype == torch.float32
    assert not program.state()["total"].any()


class Grouped(nn.Module):
    """Rows by a matrix for each group, which PyTorch has no kernel for in float64."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.last = nn.Parameter(torch.randn(2, 8, 16)), nn.Linear(16, 4)

    def forward(self, x: Tensor, ends: Tensor) -> Tensor:
        y = torch._grouped_mm(x.bfloat16(), self.weight.bfloat16(), offs=ends)
        return self.last(y.to(x.dtype))


def test_an_operation_for_narrow_types_only() -> None:
    """It is compared as it is, and mistakes behind it are seen."""
    torch.manual_seed(0)
    inputs = torch.randn(6, 8, dtype=torch.float64), torch.tensor([3, 6], dtype=torch.int32)
    program = capture(Grouped().double().eval(), inputs)
    reference = Reference(program)
    assert reference.difference(program) is None
    wrong = program.copy()
    last = next(n for n in wrong.nodes() if n.target is torch.ops.aten.linear.default)
    wrong.replace_weight(last, last.args[1], program.weights()["last.weight"] * 2)
    assert "differs by" in (reference.difference(wrong) or "")


class Scattered(nn.Module):
    """Zeros of the default type stay what they are, so that it cannot be computed in float64."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(6, 4)

    def forward(self, x: Tensor, index: Tensor) -> Tensor:
        return torch.zeros(5, 4).scatter_add(0, index[:, None].expand(-1, 4), self.a(x))


def test_what_cannot_be_promoted_is_not_logged() -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign,assignment]
    program = capture(Scattered().eval(), (torch.randn(3, 6), torch.tensor([0, 4, 2])))
    logger = logging.getLogger("torch._subclasses.fake_tensor")
    logger.addHandler(handler)
    try:
        assert promote(program) is None
    finally:
        logger.removeHandler(handler)
    assert not records


def test_what_promotion_has_run_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    run = Program.run
    monkeypatch.setattr(Program, "run", lambda self, inputs: runs.append(1) or run(self, inputs))
    program = capture(nn.Linear(4, 3).eval(), (torch.randn(2, 4),))
    runs.clear()
    promote(program)
    assert len(runs) == 1
    reference = Reference(program)
    assert len(runs) == 2  # the invented inputs
    assert torch.equal(reference.answers[0][0], run(program, program.inputs)[0])


def test_unless_it_has_changed() -> None:
    program = capture(nn.Linear(4, 3).eval(), (torch.randn(2, 4),))
    promote(program)
    held = next(node for node in program.nodes() if node.op == "get_attr")
    program.replace_weight(next(iter(held.users)), held, 2 * program.weight(held))  # type: ignore[operator]
    reference = Reference(program)
    assert torch.equal(reference.answers[0][0], program.run(program.inputs)[0])


def test_copies_share_what_their_weights_become() -> None:
    program = capture(nn.Linear(4, 3).eval(), (torch.randn(2, 4),))
    promote(program)
    one, other = program.copy(), program.copy()
    held = next(node for node in other.nodes() if node.target == "bias")
    other.replace_weight(next(iter(held.users)), held, torch.zeros(3, dtype=torch.float64))
    demote(one, torch.float32)
    demote(other, torch.float32)
    assert attribute(one.module, "weight") is attribute(other.module, "weight")
    assert attribute(one.module, "bias") is not attribute(other.module, "bias")
    assert not other.weights()["bias"].any()
    assert program.weights()["weight"].dtype is torch.float64


def test_state_is_not_shared() -> None:
    class Counter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("total", torch.zeros(2))

        def forward(self, x: Tensor) -> Tensor:
            self.total.add_(1)
            return x + self.total

    program = capture(Counter().eval(), (torch.ones(2),))
    promote(program)
    copies = [program.copy(), program.copy()]
    for copy in copies:
        demote(copy, torch.float32)
    assert copies[0].state()["total"] is not copies[1].state()["total"]


class Settled(nn.Module):
    """What takes the detour does not depend on the inputs: one channel is dead, and the next layer reads the other."""

    def __init__(self, there: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second, self.there = nn.Linear(6, 2), nn.Linear(2, 2), there
        self.first.weight.data[1] = 0
        self.second.weight.data[:, 0] = 0

    def forward(self, x: Tensor) -> Tensor:
        wide = self.there(self.second(F.gelu(self.first(x))))
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5)
        return wide.to(x.dtype) * 0.7


@pytest.mark.parametrize("there", [DETOURS["float"], DETOURS["to"]])
@pytest.mark.parametrize("bias", [None, 0.5])
def test_constants_on_a_detour(there: Callable[[Tensor], Tensor], bias: float | None) -> None:
    """What a cast rounds is not folded; what it does not round is, and may be rounded further on."""
    torch.manual_seed(0)
    model = Settled(there).double().eval()
    if bias is not None:
        with torch.no_grad():
            model.second.weight[:] = 0
            model.second.bias[:] = bias
    x = torch.randn(2, 5, 6, dtype=torch.float64)
    result = sparsec.compile(model, (x,), strict=True)
    folded = [name for name in result.program.weights() if name.endswith("_value")]
    assert folded
    assert any(result.program.weights()[name].dtype is not torch.float64 for name in folded) == (bias is not None)
    tolerance = 8 * torch.finfo(there(x).dtype).eps
    torch.testing.assert_close(result(x), model(x), rtol=tolerance, atol=tolerance)
