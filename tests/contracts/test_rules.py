"""One contract for every rule of the table, and a rule from outside the package: no edit in it is needed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.passes.rules import table
from sparsec.passes.rules.base import Rule
from sparsec.passes.rules.pointwise import POINTWISE

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
    for method in ("axes", "constants", "demand", "shrink"):
        assert callable(getattr(rule, method))
