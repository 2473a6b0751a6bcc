"""What every allocation promises."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sparsec.compiler.errors import PassError, UserError
from sparsec.passes.base import options_of
from sparsec.passes.prune.allocation import (
    BUILT_IN,
    ByLoss,
    ByName,
    GlobalThreshold,
    GroupThreshold,
    LGreco,
    PreCrop,
    allocation_of,
)
from sparsec.passes.prune.kinds import Allocation, Candidate, Matrix, Seen

from .layers import achieved, layers, measured

# Those that are told a share of the cost.
TOLD = [kind for kind in BUILT_IN if kind not in (ByName, PreCrop)]
COSTS = [60.0, 5.0, 100.0, 33.3, 20.0]
TOL = 1e-6
# Without a minimum, which some shares would not leave.
SETTINGS = {GlobalThreshold: {"keep": 0.0}, GroupThreshold: {"keep": 0.0}, LGreco: {"most": 1.0}}


def made(kind: type[Allocation]) -> Allocation:
    return kind(**SETTINGS.get(kind, {}))  # type: ignore[arg-type]


def step_of(allocation: Allocation, candidates: list[Candidate]) -> float:
    """How far from the share that is asked for one may be, as a share of the cost."""
    total = sum(x.cost for x in candidates)
    if isinstance(allocation, (ByLoss, GlobalThreshold, GroupThreshold)):
        return max(x.cost / x.scores.numel() for x in candidates) / total
    return max(x.cost for x in candidates) * allocation.step / total if isinstance(allocation, LGreco) else 0.0


@pytest.mark.parametrize("kind", BUILT_IN)
def test_it_is_what_a_method_is(kind: type[Allocation]) -> None:
    assert kind.__module__.rpartition(".")[2] == kind.name().replace("-", "_")
    assert dataclasses.is_dataclass(kind) and "field" not in kind.summary() and kind.summary().endswith(".")
    for option in options_of(kind):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(kind(), option, 1)
    assert allocation_of(kind.name()) == kind()
    assert allocation_of(kind().text) == kind()


@pytest.mark.parametrize("kind", TOLD)
@given(
    costs=st.lists(st.floats(0.01, 1e4), min_size=1, max_size=6),
    share=st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1)),
    seed=st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_the_share_is_met(kind: type[Allocation], costs: list[float], share: float, seed: int) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers(costs, seed), share)
    levels = allocation.levels(candidates, share)
    assert levels.keys() == {x.name for x in candidates}
    assert all(0 <= level <= 1 for level in levels.values())
    excess = achieved(levels, candidates) - share
    assert -TOL <= excess <= step_of(allocation, candidates) + TOL


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_is_nothing_and_all_is_all(kind: type[Allocation], share: float) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers(COSTS), share)
    assert set(allocation.levels(candidates, share).values()) == {share}


@pytest.mark.parametrize("kind", TOLD)
def test_the_order_of_layers_does_not_matter(kind: type[Allocation]) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers(COSTS), 0.4)
    levels = allocation.levels(candidates, 0.4)
    turned = allocation.levels(candidates[::-1], 0.4)
    assert [*turned] == [*levels][::-1]
    assert turned == pytest.approx(levels, abs=1e-9)


@pytest.mark.parametrize("kind", TOLD)
def test_the_same_again_and_nothing_is_changed(kind: type[Allocation]) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers(COSTS), 0.4)
    before = [(x.scores.clone(), x.weight.values.clone()) for x in candidates]
    state = torch.random.get_rng_state()
    assert allocation.levels(candidates, 0.4) == allocation.levels(candidates, 0.4)
    assert torch.equal(torch.random.get_rng_state(), state)
    for candidate, (scores, values) in zip(candidates, before, strict=True):
        assert torch.equal(candidate.scores, scores) and torch.equal(candidate.weight.values, values)


@pytest.mark.parametrize("kind", TOLD)
def test_layers_of_one_weight_dead_layers_and_no_layers(kind: type[Allocation]) -> None:
    allocation = made(kind)
    one, dead = torch.ones(1, 1), torch.zeros(4, 3)
    pair = [
        Candidate("one", Matrix("one", one), Seen(), one, 2.0),
        Candidate("dead", Matrix("dead", dead), Seen(), dead, 6.0),
    ]
    for candidates in (pair, pair[:1], pair[1:]):
        for dtype in (torch.float32, torch.float64):
            typed = [dataclasses.replace(x, scores=x.scores.to(dtype)) for x in candidates]
            levels = allocation.levels(measured(allocation, typed, 0.5), 0.5)
            assert all(math.isfinite(x) and 0 <= x <= 1 for x in levels.values())
            assert achieved(levels, candidates) >= 0.5 - TOL
    assert allocation.levels([], 0.5) == {}


@pytest.mark.parametrize("kind", TOLD)
def test_layers_that_cost_nothing_do_not_disturb(kind: type[Allocation]) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers([*COSTS, 0.0]), 0.4)
    levels = allocation.levels(candidates, 0.4)
    assert achieved(levels, candidates) == pytest.approx(0.4, abs=step_of(allocation, candidates) + TOL)


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_what_is_no_share_is_refused(kind: type[Allocation], share: float) -> None:
    with pytest.raises(UserError, match="cannot be"):
        made(kind).levels(layers(COSTS), share)


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind().tried(0.5)])
def test_errors_that_are_none_or_endless(kind: type[Allocation]) -> None:
    allocation = made(kind)
    candidates = measured(allocation, layers(COSTS), 0.4)
    last = max(candidates[0].errors)
    endless = [dataclasses.replace(candidates[0], errors={**candidates[0].errors, last: math.inf}), *candidates[1:]]
    assert achieved(allocation.levels(endless, 0.4), endless) >= 0.4 - TOL
    broken = [dataclasses.replace(candidates[0], errors={last: math.nan}), *candidates[1:]]
    with pytest.raises(PassError, match="is NaN"):
        allocation.levels(broken, 0.4)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_who_goes_by_errors_asks_for_what_they_are_measured_with(kind: type[Allocation]) -> None:
    assert not kind().tried(0.5) or kind.needs
    if kind().tried(0.5):
        with pytest.raises(UserError, match=f"'{kind.name()}' goes by what layers lose"):
            kind().levels(layers(COSTS), 0.5)


@pytest.mark.parametrize("kind", BUILT_IN)
@pytest.mark.parametrize("share", [0.0, 0.35, 0.97, 1.0])
def test_shares_to_try_are_some_that_can_be(kind: type[Allocation], share: float) -> None:
    tried = kind().tried(share)
    assert [*tried] == sorted(set(tried))
    assert all(0 < level <= 1 for level in tried)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("l-greko", "unknown-option", "did you mean l-greco?"),
        ("l-greco{steps=1}", "unknown-option", "allocation 'l-greco' has no option 'steps'"),
        ("l-greco{step=0}", "bad-option", "'step' of 'l-greco' is 0.0"),
        ("l-greco{most=2}", "bad-option", "'most' of 'l-greco' is 2.0"),
        ("l-greco{states=0}", "bad-option", "'states' of 'l-greco' is 0"),
        ("global{keep=-1}", "bad-option", "'keep' of 'global-threshold' is -1.0"),
        ("owl{spread=0.6}", "bad-option", "'spread' of 'owl' is 0.6"),
        ("owl{outlier=0}", "bad-option", "'outlier' of 'owl' is 0.0"),
        ("alpha-pruning{spread=1}", "bad-option", "'spread' of 'alpha-pruning' is 1.0"),
        ("ecoflap{disturbed=0}", "bad-option", "'disturbed' of 'ecoflap' is 0.0"),
        ("ecoflap{margin=nan}", "bad-option", "'margin' of 'ecoflap' is nan"),
        ("cacp{step=1.5}", "bad-option", "'step' of 'cacp' is 1.5"),
        ("knee{step=0.95}", "bad-option", "'step' of 'knee' is 0.95"),
        ("by-name{rules=mlp}", "bad-option", "'mlp' is no sparsity of a layer"),
        ("", "bad-option", "is no allocation"),
        (0.5, "bad-option", "0.5 is no allocation"),
    ],
)
def test_what_nobody_knows(text: object, code: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        allocation_of(text)
    assert caught.value.code == code and words in str(caught.value)


def test_what_is_meant() -> None:
    assert allocation_of("global{keep=0.01}") == GlobalThreshold(keep=0.01)
    assert allocation_of({"*.mlp": 0.5, "*": 0.25}) == ByName(("*.mlp:0.5", "*:0.25"))
    assert allocation_of("by-name{rules=*.mlp:0.5;*:0.25}") == ByName(("*.mlp:0.5", "*:0.25"))
    assert allocation_of(LGreco(step=0.2)) == LGreco(step=0.2)
