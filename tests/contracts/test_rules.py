"""One contract for every rule of the table, and a rule from outside the package: no edit in it is needed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, fx, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.channels import Channels
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.pipeline import Pipeline, parse_steps
from sparsec.passes.base import Context
from sparsec.passes.layout import problem, solve
from sparsec.passes.layout.facts import LAYOUTS
from sparsec.passes.rules import table
from sparsec.passes.rules.base import FallsBack, Role, Rule
from sparsec.passes.rules.facts import AXES, Axes, Constants, Liveness
from sparsec.passes.rules.layout import Operation, Order, elementwise
from sparsec.passes.rules.pointwise import POINTWISE
from sparsec.passes.rules.spatial import Cat
from sparsec.passes.rules.units import ends_of

from ..passes.layout.harness import NARROW

library = torch.library.Library("sparsec_contract", "DEF")
library.define("damp(Tensor x, float by) -> Tensor")
library.impl("damp", lambda x, by: x / (by + x * x), "CompositeExplicitAutograd")
torch.library.register_fake("sparsec_contract::damp", lambda x, by: torch.empty_like(x), lib=library)
DAMP = torch.ops.sparsec_contract.damp.default


class Net(nn.Module):
    """Two layers with an op between them that nobody in the package knows."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(6, 10), nn.Linear(10, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(DAMP(self.first(x), 2.0))  # type: ignore[no-any-return]


def net() -> nn.Module:
    torch.manual_seed(0)
    model = Net().double().eval()
    with torch.no_grad():
        model.first.weight[:4], model.first.bias[:4] = 0, 0
    return model


def outputs_of_first(model: nn.Module) -> int:
    x = torch.randn(4, 6, dtype=torch.float64)
    small = sparsec.compile(model, (x,), measure=False)
    for size in (1, 4, 7):
        y = torch.randn(size, 6, dtype=torch.float64)
        with torch.no_grad():
            torch.testing.assert_close(small(y), model(y), rtol=1e-10, atol=1e-10)
    return small.report.layers[0].outputs[1]


@pytest.fixture
def announcing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let another package announce something under ``sparsec.rules``."""

    @dataclass
    class Entry:
        held: Any
        name: str = "toy"
        value: str = "toy:RULES"

        def load(self) -> Any:
            return self.held

    real = importlib.metadata.entry_points

    def announce(held: Any) -> None:
        entries = [Entry(held)]
        monkeypatch.setattr(
            importlib.metadata,
            "entry_points",
            lambda **wanted: entries if wanted == {"group": "sparsec.rules"} else real(**wanted),
        )
        table.announced.cache_clear()

    yield announce
    monkeypatch.undo()
    table.announced.cache_clear()


def test_an_op_without_a_rule_is_kept_whole() -> None:
    assert outputs_of_first(net()) == 10


def test_a_rule_of_another_package_lets_its_op_shrink(announcing: Any) -> None:
    announcing({DAMP: POINTWISE})
    assert outputs_of_first(net()) == 6


def test_a_rule_of_a_script_does_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "TABLE", dict(table.TABLE))
    table.register(DAMP, POINTWISE)
    assert outputs_of_first(net()) == 6
    with pytest.raises(UserError, match="has a rule already") as caught:
        table.register(DAMP, POINTWISE)
    assert caught.value.code == "bad-option"


@pytest.mark.parametrize("held", [POINTWISE, {DAMP: "pointwise"}, None])
def test_what_is_no_rule_is_an_error(announcing: Any, held: Any) -> None:
    announcing(held)
    with pytest.raises(UserError, match="entry point 'toy' names no rules"):
        outputs_of_first(net())


def test_something_else_cannot_be_registered() -> None:
    with pytest.raises(UserError, match="is not a rule"):
        table.register(DAMP, "pointwise")  # type: ignore[arg-type]


@pytest.mark.parametrize("op", [*table.TABLE, *table.BY_NAME], ids=str)
def test_every_rule_says_what_it_is(op: object) -> None:
    """A rule is a value that many nodes share: hashable, so without state, and with the methods of the protocol."""
    rule = table.TABLE.get(op) or table.BY_NAME[str(op)]
    assert isinstance(rule, Rule) and hash(rule) == hash(rule)
    assert isinstance(rule.kind, str) and rule.kind
    assert (type(rule).__doc__ or Rule.__doc__) and type(rule).__module__.startswith("sparsec.passes.rules")
    for method in ("meaning", "choose", "axes", "constants", "liveness", "shrink", "order", "work"):
        assert callable(getattr(rule, method))


# -------------------------------------------------------------------- rules in layouts


@dataclass(frozen=True, kw_only=True)
class Damp(FallsBack):
    """Element by element, and nothing that the package knows: zero stays zero, channels stay in their places."""

    kind: ClassVar[str] = "toy"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.of(node.all_input_nodes[0])

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        live.need(node.all_input_nodes[0], live.of(node))


@dataclass(frozen=True, kw_only=True)
class InPlace(Damp):
    """The same, and it says so."""

    in_place: ClassVar[bool] = True

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program, "pointwise")


@dataclass(frozen=True, kw_only=True)
class Refuses(Damp):
    """The same, and it wants the order as it is."""

    def covered_order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        return "its table is sorted"


class Forked(nn.Module):
    """Two layers read different channels of what the op makes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.one, self.two = nn.Linear(8, 3), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = DAMP(self.first(x), 2.0)
        return self.one(x), self.two(x)


def forked() -> nn.Module:
    torch.manual_seed(0)
    model = Forked().double().eval()
    with torch.no_grad():
        model.one.weight[:, [0, 2, 4]], model.two.weight[:, [1, 3, 6]] = 0, 0
    return model


def layouts_of(model: nn.Module) -> Program:
    program = capture(model, (torch.randn(4, 6, dtype=torch.float64),))
    facts = ("axes", "constants", "liveness")
    ctx = Context(costs=NARROW, speculation=EVERYWHERE)
    Pipeline(parse_steps([*facts, "separate-readers", *facts, "layouts"])).run(program, ctx)
    return program


@pytest.mark.parametrize(
    ("rule", "why"),
    [(InPlace(), None), (Damp(), "its channels are split into heads or groups"), (Refuses(), "its table is sorted")],
    ids=["in place", "says nothing", "refuses"],
)
def test_a_rule_of_another_package_takes_part_in_layouts(announcing: Any, rule: Rule, why: str | None) -> None:
    announcing({DAMP: rule})
    program = layouts_of(forked())
    (chosen,) = program.facts[LAYOUTS].chosen
    assert chosen.group.fixed == why
    priced = {operation.node.target for operation in chosen.group.operations}
    assert (DAMP in priced) == (why is None)
    assert (chosen.plan.order == tuple(range(8))) == (why is not None)


@pytest.mark.parametrize("rule", [InPlace(), Damp(), Refuses()], ids=["in place", "says nothing", "refuses"])
def test_layouts_around_it_are_exact(announcing: Any, rule: Rule) -> None:
    announcing({DAMP: rule})
    model, x = forked(), torch.randn(4, 6, dtype=torch.float64)
    small = sparsec.compile(model, (x,), measure=False)
    with torch.no_grad():
        torch.testing.assert_close(small(x), model(x), rtol=1e-10, atol=1e-10)


@dataclass(frozen=True, kw_only=True)
class Maker(InPlace):
    """The same, and it says that it is a layer."""

    role: ClassVar[Role] = Role.LAYER

    def contracted(self, node: fx.Node, axes: Axes, program: Program) -> Channels | None:
        return axes.of(node.all_input_nodes[0])


@pytest.mark.parametrize("rule", [InPlace(), Maker()], ids=["element by element", "a layer"])
def test_a_rule_of_another_package_says_that_its_op_is_a_layer(announcing: Any, rule: Rule) -> None:
    announcing({DAMP: rule})
    program = layouts_of(forked())
    (node,) = (n for n in program.nodes() if n.target is DAMP)
    ends = {end for name, end in ends_of(program, program.facts[AXES]) if name == node.name}
    assert ends == ({"in", "out"} if isinstance(rule, Maker) else set())


def test_layouts_know_no_rule() -> None:
    """A new rule needs no edit there: what orders and costs are is the rules' own answer."""
    known = [
        name
        for module in (problem, solve)
        for name, held in vars(module).items()
        if isinstance(held, Rule) or (isinstance(held, type) and issubclass(held, Rule))
    ]
    assert known == []


def test_a_rule_is_chosen_once_for_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[fx.Node] = []
    real = Cat.choose

    def choose(self: Cat, node: fx.Node, axes: Axes, program: Program) -> Rule:
        asked.append(node)
        return real(self, node, axes, program)

    class Joined(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.last = nn.Linear(6, 4), nn.Linear(6, 4), nn.Linear(8, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.last(torch.cat([self.one(x), self.two(x)], 1))  # type: ignore[no-any-return]

    monkeypatch.setattr(Cat, "choose", choose)
    program = capture(Joined().double().eval(), (torch.randn(4, 6, dtype=torch.float64),))
    ctx = Context(speculation=EVERYWHERE)
    Pipeline(parse_steps("axes,constants,liveness,layouts,remove-channels")).run(program, ctx)
    (node,) = (n for n in program.nodes() if n.target is torch.ops.aten.cat.default)
    assert asked == [node]


@pytest.mark.parametrize("op", [*table.TABLE, *table.BY_NAME], ids=str)
def test_the_fields_of_a_rule_have_names(op: object) -> None:
    rule = table.TABLE.get(op) or table.BY_NAME[str(op)]
    assert is_dataclass(rule) and all(f.kw_only for f in fields(rule))
