"""The fuzzer in short: its grammar covers what the compiler knows, and fixed programs pass. ``make fuzz`` goes on."""

from __future__ import annotations

import operator

import pytest
import torch
from fuzz.check import Case, check
from fuzz.draw import PRODUCTIONS, Spec, Step, draw
from fuzz.grammar import covered, draw_or_none
from fuzz.shrink import shrunk
from torch import fx

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.quantization import MEANINGS
from sparsec.passes.rules.base import OPAQUE
from sparsec.passes.rules.table import BY_NAME, TABLE, rule_of

# What random programs are warned of is not the compiler's business.
pytestmark = pytest.mark.filterwarnings("ignore")

# Ops that the capture of a module spells otherwise, or that another package registers.
RESPELLED = {
    "chunk.default",
    "view.default",
    "_unsafe_view.default",
    "grouped_mm_fallback.default",
    "arange.default",
    "arange.start",
}
# Programs without a known fault.
SEEDS = [1, 3, 5, 8, 10, 11, 12, *range(2000, 2009), 2011]
MORE_SEEDS = [7, 9, 14, 2009, 2010, 2012, 2013, 2014]


def op_name(target: object) -> str:
    return "getitem" if target is operator.getitem else str(target).split(".", 1)[-1]


RULED = {op_name(op) for op in TABLE} | {name.split(".", 1)[1] for name in BY_NAME}


# What rounds: a sum in another order may be a step away, which is no fault. ``test_quantization`` draws these.
ROUNDING = {name for name in RULED if name.partition(".")[0] in MEANINGS}


def test_every_op_with_a_rule_has_a_production() -> None:
    assert RULED - covered() - {"grouped_mm_fallback.default"} - ROUNDING == set()


def captured(production: str, seed: int, many: int) -> list[fx.Node]:
    """The graph of a program that applies one production again and again; empty where capture refuses it."""
    steps = tuple(Step(i, production, 100 * seed + i) for i in range(many))
    program = draw_or_none(Spec(seed, steps=steps, dtype="float64", returned=1000))
    if program is None:
        return []
    case = Case.of(program)
    args, kwargs = case.inputs(program.sizes)
    try:
        with torch.no_grad():
            return [n for n in capture(case.network(), args, kwargs).nodes() if n.op == "call_function"]
    except sparsec.UserError:
        return []


@pytest.mark.parametrize("production", [name for name, p in PRODUCTIONS.items() if RULED & {*p.covers}])
@pytest.mark.slow
def test_a_production_brings_the_ops_that_it_names(production: str) -> None:
    missing = (RULED & {*PRODUCTIONS[production].covers}) - RESPELLED
    for seed in range(60):
        if not missing:
            break
        missing -= {op_name(node.target) for node in captured(production, seed, many=2 + seed // 2)}
    assert not missing


def test_many_ops_without_a_rule_are_drawn() -> None:
    found: set[str] = set()
    for seed in range(30):
        if len(found) >= 20:
            break
        found |= {str(node.target) for node in captured("unruled", seed, many=6) if rule_of(node) is OPAQUE}
    assert len(found) >= 20


def test_a_seed_draws_one_program() -> None:
    program = draw(Spec(3))
    assert draw(Spec(3)).source == program.source
    assert draw(program.spec).source == program.source


def test_a_difference_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that gets a weight wrong is caught, and what is left to look at is small."""
    right = sparsec.compile

    def wrong(model: torch.nn.Module, *args: object, **options: object) -> sparsec.CompiledModule:
        for parameter in model.parameters():
            parameter.data.mul_(1.001)
        return right(model, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(sparsec, "compile", wrong)
    steps = tuple(Step(i, name, i) for i, name in enumerate(("linear", "smooth", "reduce", "linear", "activation")))
    program = draw(Spec(0, steps=steps, dtype="float64"))
    outcome = check(program, ["cpu"])
    assert {kind for kind, _, _ in outcome.findings} == {"different"}
    least = shrunk(program, outcome)
    assert len(least.spec.steps) == 1
    assert check(least, ["cpu"]).findings


@pytest.mark.parametrize("seed", [*SEEDS, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MORE_SEEDS)])
def test_program(seed: int) -> None:
    program = draw_or_none(Spec(seed))
    assert program is not None
    outcome = check(program)
    assert not outcome.findings, f"{program.source}\n{outcome.findings}"
