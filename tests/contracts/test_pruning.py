"""One contract for all that pruning is made of, on a small network of each kind.

Every importance meets several patterns and compensations, and every other method something. Which meet is drawn once
and for all.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.passes.base import Context
from sparsec.passes.prune.allocation import BUILT_IN as ALLOCATIONS
from sparsec.passes.prune.allocation import ByName, PreCrop, allocation_of
from sparsec.passes.prune.budget import Macs, Parameters
from sparsec.passes.prune.compensation import BUILT_IN as COMPENSATIONS
from sparsec.passes.prune.compensation import compensation_of
from sparsec.passes.prune.importance import BUILT_IN as IMPORTANCES
from sparsec.passes.prune.importance import importance_of
from sparsec.passes.prune.outcome import PRUNED, Pruned
from sparsec.passes.prune.patterns import pattern_of
from sparsec.passes.prune.prune import Prune
from sparsec.passes.prune.walk import Batch

from .nets_to_prune import MAKERS, data_of, loss, net_of

PATTERNS = ("scattered", "2:4", "4x1", "1x4", "row-groups:4", "rows", "columns")
UNITS = {
    "cnn": "channel",
    "encoder": "head",
    "decoder": "head",
    "moe": "residual channel",
    "mamba": "channel",
    "products": "neuron",
}
COMPILED: dict[str, list[dict[str, str]]] = {
    "cnn": [{}, {"units": "channel"}],
    "encoder": [{"units": "head"}],
    "decoder": [{}, {"units": "head"}],
    "moe": [{"units": "neuron"}],
    "mamba": [{"pattern": "scattered"}],
    "products": [{}],
    "recurrent": [{}],
}
# What an importance refuses, in its own words.
SINGLE = {"dsnot"}
# The only network that an importance is for.
ONLY = {"batch-norm-scale": "cnn"}


@cache
def program_of(kind: str) -> Program:
    return capture(net_of(kind), data_of(kind, 1)[0][:1])


def batches_of(kind: str) -> tuple[Batch, ...]:
    return tuple(Batch((x,), labels=labels) for x, labels in data_of(kind))


def pruned(kind: str, importance: str, data: Any = None, **options: Any) -> tuple[Program, Pruned]:
    program = program_of(kind).copy()
    chosen = importance_of(importance)
    item = Prune(
        importance=chosen,
        data=batches_of(kind) if data is None else data,
        loss=loss if chosen.of_loss else None,
        **options,
    )
    item.run(program, Context())
    return program, program.facts[PRUNED]


def drawn() -> list[tuple[str, str, str, str]]:
    """For each importance some patterns, compensations and networks, all of which come up."""
    source, found = random.Random(15), []
    kinds, patterns = itertools.cycle(MAKERS), itertools.cycle(PATTERNS)
    for number, importance in enumerate(method.name() for method in IMPORTANCES):
        for turn in range(3):
            pattern = next(patterns)
            if importance == "net-trim" and pattern == "2:4":  # it has one price for all weights
                pattern = "scattered"
            if importance in SINGLE and pattern not in ("scattered", "2:4"):
                pattern = "scattered"
            compensation = COMPENSATIONS[(number * 3 + turn) % len(COMPENSATIONS)].name()
            kind = next(kinds) if turn else source.choice([*MAKERS])
            found.append((ONLY.get(importance, kind), importance, pattern, compensation))
    return found


def held(program: Program) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in program.held_weights().items()}


@pytest.mark.parametrize(("kind", "importance", "pattern", "compensation"), drawn(), ids=str)
def test_zeros_are_made_as_asked(kind: str, importance: str, pattern: str, compensation: str) -> None:
    before, data = held(program_of(kind)), batches_of(kind)
    seen = copy.deepcopy(data)
    options = {"pattern": pattern_of(pattern), "compensation": compensation_of(compensation), "data": data}
    program, outcome = pruned(kind, importance, sparsity=0.5, **options)
    again, _ = pruned(kind, importance, sparsity=0.5, **options)
    after = held(program)
    assert all(torch.equal(value, held(program_of(kind))[name]) for name, value in before.items())
    assert all(
        torch.equal(x, y) for a, b in zip(seen, data, strict=True) for x, y in zip(a.inputs, b.inputs, strict=True)
    )
    assert all(torch.equal(value, held(again)[name]) for name, value in after.items())
    assert all(bool(value.isfinite().all()) for value in after.values())
    assert outcome.outcomes
    for name, kept in outcome.kept.items():
        assert kept.shape == after[name].shape and not bool(after[name][~kept].any())
    for one in outcome.outcomes:
        weight = after.get(f"{one.name}.weight", after.get(one.name))
        assert weight is not None
        zeros = float((weight == 0).double().mean())
        assert one.zeros == pytest.approx(zeros) and one.asked == 0.5
        _, outputs, inputs = one.shape
        if pattern != "2:4":  # to half a tile of each matrix
            tile = pattern_of(pattern).tile(outputs, inputs)
            assert zeros == pytest.approx(0.5, abs=0.5 * tile[0] * tile[1] / (outputs * inputs) + 0.5 / inputs + 1e-9)
        if one.lost is not None and one.masked is not None and compensation in ("least-squares", "affine"):
            assert one.lost <= one.masked * 1.01 + 1e-6


@pytest.mark.parametrize("importance", [method.name() for method in IMPORTANCES])
def test_nothing_asked_is_dense(importance: str) -> None:
    kind = ONLY.get(importance, [*MAKERS][len(importance) % len(MAKERS)])
    program, outcome = pruned(kind, importance, sparsity=0.0, compensation=compensation_of("affine"))
    assert all(torch.equal(value, held(program_of(kind))[name]) for name, value in held(program).items())
    assert all(one.zeros == one.before for one in outcome.outcomes)


@pytest.mark.parametrize(
    ("kind", "importance"),
    [
        (ONLY.get(method.name(), [*UNITS][number % len(UNITS)]), method.name())
        for number, method in enumerate(IMPORTANCES)
    ],
)
def test_units_go_as_asked(kind: str, importance: str) -> None:
    compensation = COMPENSATIONS[len(importance) % len(COMPENSATIONS)].name()
    options: Any = {"units": (UNITS[kind],), "compensation": compensation_of(compensation)}
    program, outcome = pruned(kind, importance, sparsity=0.5, **options)
    again, same = pruned(kind, importance, sparsity=0.5, **options)
    assert [one.indices for one in outcome.gone] == [one.indices for one in same.gone]
    after = held(program)
    assert all(torch.equal(value, held(again)[name]) for name, value in after.items())
    assert all(bool(value.isfinite().all()) for value in after.values())
    assert any(one.indices for one in outcome.gone)
    for one in outcome.gone:
        assert len(one.indices) <= 0.5 * one.size + 8 and {*one.indices} < {*range(one.size)}
    for name, kept in outcome.kept.items():
        assert not bool(after[name][~kept].any())
    none, _ = pruned(kind, importance, sparsity=0.0, **options)
    assert all(torch.equal(value, held(program_of(kind))[name]) for name, value in held(none).items())


@pytest.mark.parametrize(
    ("kind", "allocation"),
    [
        ([*MAKERS][number % len(MAKERS)], method.name())
        for number, method in enumerate(method for method in ALLOCATIONS if method not in (ByName, PreCrop))
    ],
)
def test_shares_add_up(kind: str, allocation: str) -> None:
    importance = "obc" if allocation == "uniform" else "wanda"
    importance = "magnitude" if allocation in ("global-threshold", "knee") else importance
    _, outcome = pruned(kind, importance, sparsity=0.5, allocation=allocation_of(allocation))
    sizes = [torch.Size(one.shape).numel() for one in outcome.outcomes]
    gone = sum(size * one.zeros for size, one in zip(sizes, outcome.outcomes, strict=True)) / sum(sizes)
    if allocation != "knee":  # which finds its own
        assert gone == pytest.approx(0.5, abs=0.03)
    assert all(0 <= one.zeros <= 1 for one in outcome.outcomes)


@pytest.mark.parametrize(
    ("kind", "allocation", "measured"),
    [
        ([*UNITS][number % len(UNITS)], method.name(), bool(number % 2))
        for number, method in enumerate(method for method in ALLOCATIONS if method is not ByName)
    ],
)
def test_shares_of_units_meet_a_budget(kind: str, allocation: str, measured: bool) -> None:
    options: Any = {"units": (UNITS[kind],), "allocation": allocation_of(allocation), "measured": measured}
    _, outcome = pruned(kind, "magnitude", budget=Parameters(0.9), **options)
    _, again = pruned(kind, "magnitude", budget=Parameters(0.9), **options)
    assert [one.indices for one in outcome.gone] == [one.indices for one in again.gone]
    assert outcome.left is not None and 0.5 <= outcome.left <= 0.9
    assert all(0 <= one.asked <= 1 and len(one.indices) < one.size for one in outcome.gone)


@pytest.mark.parametrize("budget", [Macs(0.8), Parameters(0.7)], ids=str)
@pytest.mark.parametrize("kind", ["cnn", "moe", "products"])
@pytest.mark.parametrize("units", [(), ("channel", "head", "neuron")], ids=len)
def test_budgets_are_met(kind: str, budget: Any, units: Any) -> None:
    _, outcome = pruned(kind, "magnitude", budget=budget, units=units, data=())
    assert outcome.left is not None
    assert outcome.left <= budget.share + (0.0 if units else 0.02)
    assert outcome.left >= budget.share - (0.25 if units else 0.02)


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_compiled_is_the_pruned_module(kind: str) -> None:
    """And everything but zeros is the user's own: names, classes, weights that are one."""
    net, data = net_of(kind), data_of(kind, 6)
    before = copy.deepcopy(net.state_dict())
    for options in COMPILED[kind]:
        result = sparsec.prune(net, data, sparsity=0.5, **options)
        assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
        assert type(result.model) is type(net) and result.model.state_dict().keys() == before.keys()
        small = result.compile(measure=False)
        with torch.no_grad():
            torch.testing.assert_close(small(data[0][0]), result.model(data[0][0]), rtol=1e-4, atol=1e-5)
        text = str(result)
        assert "asked" in text and ("zero" in text or "Gone" in text)
        if kind == "decoder":
            assert result.model.head.weight is result.model.table.weight


# -------------------------------------------------------------------- what cannot be, or hardly


def _nan(data: list[Any]) -> list[Any]:
    x, labels = data[0]
    return [(x.masked_fill(torch.ones_like(x, dtype=torch.bool), torch.nan), labels), *data[1:]]


@pytest.mark.parametrize(
    ("change", "options", "what"),
    [
        (lambda data: [], {}, "is empty"),
        (_nan, {}, "holds NaN"),
        (lambda data: [x[:, :2] for x, _ in data], {}, "fails on the example inputs|does not"),
        (lambda data: [{"image": x} for x, _ in data], {}, "does not|no input|unexpected"),
        (None, {"importance": "wandb"}, "did you mean wanda"),
        (None, {"pattern": "4x"}, "no pattern '4x'"),
        (None, {"compensation": "affin"}, "did you mean affine"),
        (None, {"allocation": "l-grecco"}, "did you mean l-greco"),
        (None, {"units": "channels"}, "no units 'channels'"),
        (None, {"importance": "obs{damping=-1}"}, "damping cannot be"),
        (None, {"importance": "obs{dumping=1}"}, "dumping"),
        (None, {"keep": ["stems"]}, "did you mean stem"),
        (None, {"sparsity": 1.2}, "not between 0 and 1"),
        (None, {"pattern": "2:4", "sparsity": 0.7}, "has a share of 0.5"),
        (None, {"pattern": "0x3"}, "0"),
        (None, {"units": "chanel"}, "did you mean channel"),
        (None, {"metric": "agrement"}, "did you mean agreement"),
        (None, {"metric": lambda model: 1 / 0}, "fails"),
        (None, {"metric": lambda model: float("nan")}, "gives nan"),
        (None, {"sparsity": "half"}, "sparsity='half' is no share"),
        (None, {"sparsity": True}, "sparsity=True is no share"),
        (None, {"sparsity": float("nan")}, "not between 0 and 1"),
        (None, {"units": 3}, "units=3 is no kind of units"),
        (None, {"keep": 3}, "keep=3 is no list of names"),
        (None, {"sparsity": None, "budget": 0.5}, "budget=0.5 is no budget"),
        (None, {"measured": "yes"}, "measured='yes' is neither"),
        (None, {"held_out": "some"}, "held_out='some' is no share"),
        (None, {"held_out": 1.0}, "not between 0 and 1"),
        (None, {"seed": 0.5}, "seed=0.5 is no seed"),
        (None, {"loss": "cross-entropy", "importance": "taylor"}, "is no loss"),
        (lambda data: [(x.to("meta"), y) for x, y in data], {}, "meta"),
    ],
)
def test_what_cannot_be_is_said(change: Callable[[Any], Any] | None, options: Any, what: str) -> None:
    data = data_of("cnn")
    net = net_of("cnn")
    before = copy.deepcopy(net.state_dict())
    with pytest.raises(UserError, match=what):
        sparsec.prune(net, data if change is None else change(data), **({"sparsity": 0.5} | options))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@pytest.mark.parametrize("importance", ["magnitude", "wanda", "sparsegpt", "obc", "obs"])
@pytest.mark.parametrize("kind", ["cnn", "decoder"])
def test_all_of_it_may_go(kind: str, importance: str) -> None:
    """The bias is what is left; for units some stay."""
    program, outcome = pruned(kind, importance, sparsity=1.0, compensation=compensation_of("affine"))
    assert all(one.zeros == 1.0 for one in outcome.outcomes)
    out = program.run(batches_of(kind)[0].inputs)[0]
    assert bool(out.isfinite().all())
    program, outcome = pruned(kind, importance, sparsity=1.0, units=(UNITS[kind],))
    assert all(len(one.indices) < one.size for one in outcome.gone)


@pytest.mark.parametrize("importance", [method.name() for method in IMPORTANCES])
def test_a_layer_that_reads_nothing_but_zeros(importance: str) -> None:
    """Nothing is known about its weights: they may go, nothing is NaN, and the report says so."""
    program = program_of("cnn").copy()
    zero = ("expand.weight", "expand.bias", "depth.bias")  # 'project' reads what comes of them
    for node in [n for n in program.nodes() if n.op == "get_attr" and n.target in zero]:
        value = program.weight(node)
        assert value is not None
        program.exchange_weight(str(node.target), torch.zeros_like(value))
    chosen = importance_of(importance)
    Prune(
        sparsity=0.5,
        importance=chosen,
        compensation=compensation_of("affine"),
        data=batches_of("cnn"),
        loss=loss if chosen.of_loss else None,
    ).run(program, Context())
    assert all(bool(value.isfinite().all()) for value in held(program).values())
    notes = {one.name: one.notes for one in program.facts[PRUNED].outcomes}
    assert any("all that it reads is zero" in note for note in notes["project"])
    assert not any("all that it reads is zero" in note for note in notes["expand"])


def test_inputs_that_depend_on_each_other_are_told() -> None:
    """A singular Hessian is damped, and the report says so."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 12), nn.Linear(12, 8)).eval()
    data = [torch.randn(8, 4) for _ in range(4)]
    result = sparsec.prune(
        net, data, sparsity=0.5, importance="obs{damping=0}", compensation="least-squares{damping=0}"
    )
    assert all(bool(value.isfinite().all()) for value in result.model.state_dict().values())
    noted = {one.name: one.notes for one in result.outcome.outcomes}
    assert any("singular Hessian" in note for note in noted["1"])
    assert "singular Hessian" in str(result)


def test_a_model_in_training_mode_is_refused_or_left_in_it() -> None:
    net, data = net_of("cnn").train(), data_of("cnn")
    with pytest.raises(UserError, match="train"):
        sparsec.prune(net, data, sparsity=0.5)
    assert net.training


def test_an_interrupt_leaves_nothing_half_written() -> None:
    """Wherever it comes."""
    net, data = net_of("cnn"), data_of("cnn")
    before = copy.deepcopy(net.state_dict())
    calls = itertools.count()

    def importance(weight: Any, seen: Any) -> Tensor:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return weight.values.abs()

    program = capture(net, data[0][:1])
    own = held(program)
    with pytest.raises(KeyboardInterrupt):
        sparsec.prune(net, data, sparsity=0.5, importance=importance)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(torch.equal(value, own[name]) for name, value in held(program).items())
