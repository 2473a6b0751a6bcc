"""Each allocation against its formula, written out another way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from torch import Tensor

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.passes.prune.allocation import (
    AlphaPruning,
    ByLoss,
    Cacp,
    Ecoflap,
    GlobalThreshold,
    GroupThreshold,
    Knee,
    Owl,
    PreCrop,
    knee_of,
)
from sparsec.passes.prune.allocation.alpha_pruning import hill
from sparsec.passes.prune.allocation.cacp import hull
from sparsec.passes.prune.damping import damping_of
from sparsec.passes.prune.kinds import Candidate, Matrix, Seen, Touched
from sparsec.passes.prune.statistics import Moments, OutputSquares

from ..drawn import drawn
from .layers import achieved, layers, measured

COSTS = [60.0, 5.0, 100.0, 33.3, 20.0]


def scored(*scores: Tensor, cost: float | None = None) -> list[Candidate]:
    return [
        Candidate(f"l{at}", Matrix(f"l{at}", x), Seen(), x, cost or float(x.numel())) for at, x in enumerate(scores)
    ]


# -------------------------------------------------------------------- one threshold


def test_the_least_of_all_go() -> None:
    candidates = layers(COSTS)
    candidates = [replace(x, cost=float(x.scores.numel())) for x in candidates]
    levels = GlobalThreshold(keep=0).levels(candidates, 0.6)
    everything = torch.cat([x.scores.flatten() for x in candidates]).sort().values
    tau = everything[math.ceil(0.6 * len(everything)) - 1]
    for x in candidates:
        assert levels[x.name] == pytest.approx(float((x.scores <= tau).double().mean()))


def test_no_layer_is_lost_as_a_whole() -> None:
    candidates = scored(torch.full((20, 50), 0.001), torch.rand(20, 50) + 1, torch.full((2, 2), 1e-9))
    without = GlobalThreshold(keep=0).levels(candidates, 0.6)
    assert without["l0"] == without["l2"] == 1
    for share in (0.5, 0.9, 0.99, 0.995):
        levels = GlobalThreshold().levels(candidates, share)
        kept = [round((1 - levels[x.name]) * x.scores.numel()) for x in candidates]
        assert all(many >= 1 for many in kept)
        assert achieved(levels, candidates) == pytest.approx(share, abs=1 / 2004)
    with pytest.raises(UserError, match="of the cost cannot go"):
        GlobalThreshold().levels(candidates, 1.0)


def test_equal_scores_are_counted_out() -> None:
    levels = GlobalThreshold(keep=0).levels(scored(torch.ones(4, 4), torch.ones(4, 4)), 0.25)
    assert levels == {"l0": 0.5, "l1": 0.0}


def test_what_has_to_stay_stays() -> None:
    must = torch.ones(4, 4)
    must[:3] = math.inf
    candidates = scored(must, torch.full((4, 4), 2.0))
    assert GlobalThreshold(keep=0).levels(candidates, 0.5) == {"l0": 0.25, "l1": 0.75}
    with pytest.raises(UserError, match=r"62\.50% can"):
        GlobalThreshold(keep=0).levels(candidates, 0.7)


@given(st.integers(0, 1000), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_what_goes_scores_no_more_than_what_stays(seed: int, share: float) -> None:
    source = torch.Generator().manual_seed(seed)
    dtype = (torch.float32, torch.float64)[seed % 2]
    scores = [torch.randint(0, 9, (3, 4), generator=source).to(dtype) ** 3 / 7 for _ in range(3)]
    candidates = scored(*scores)
    levels = GlobalThreshold(keep=0).levels(candidates, share)
    gone, kept = [0.0], [math.inf]
    for x in candidates:
        ranked, many = x.scores.flatten().sort().values, round(levels[x.name] * 12)
        gone += ranked[:many].tolist()
        kept += ranked[many:].tolist()
    assert max(gone) <= min(kept)
    assert len(gone) - 1 == math.ceil(share * 36 - 1e-6)


# -------------------------------------------------------------------- outliers


def test_outliers_are_kept() -> None:
    plain, wild = torch.rand(20, 20) + 0.5, torch.rand(20, 20) + 0.5
    wild[0] = 100
    middle = torch.rand(20, 20) + 0.5
    middle[0, :10] = 100
    levels = Owl().levels(scored(plain, wild, middle), 0.5)
    assert levels["l0"] - levels["l1"] == pytest.approx(0.16)
    assert levels["l0"] - levels["l2"] == pytest.approx(0.08)
    assert sum(levels.values()) / 3 == pytest.approx(0.5)


def test_layers_that_are_alike_lose_alike() -> None:
    x = torch.rand(8, 8)
    for allocation in (Owl(), AlphaPruning()):
        assert [*allocation.levels(scored(x, x), 0.3).values()] == pytest.approx([0.3, 0.3])


# -------------------------------------------------------------------- tails


def test_the_exponent_of_a_tail_is_found() -> None:
    quantiles = (torch.arange(4000).double() + 0.5) / 4000
    for exponent in (1.5, 2.0, 4.0):
        tail = (1 - quantiles) ** (-1 / (exponent - 1))
        assert hill(tail) == pytest.approx(exponent, rel=0.02)
        assert hill(tail * 1e-3) == pytest.approx(hill(tail))


def test_spectra_that_have_no_tail() -> None:
    assert hill(torch.tensor([2.0])) is None
    assert hill(torch.tensor([2.0, 0.0, 1e-13])) is None
    assert hill(torch.zeros(3)) is None
    assert hill(torch.empty(0)) is None
    assert hill(torch.ones(6)) == math.inf


def test_heavy_tails_are_kept() -> None:
    def of(spectrum: Tensor) -> Tensor:
        return torch.diag(spectrum.double().sqrt())

    ranks = torch.arange(1, 41)
    matrices = [of(ranks**-3.0), of(ranks**-0.5), of(torch.ones(40)), torch.zeros(40, 40)]
    levels = AlphaPruning().levels(scored(*matrices), 0.5)
    assert levels["l0"] < levels["l3"] < levels["l1"] == levels["l2"]  # no tail: as the lightest; none at all: the mean
    assert levels["l1"] / levels["l0"] == pytest.approx(1.3 / 0.7)


# -------------------------------------------------------------------- sensitivities


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(0.001, 100)), min_size=2, max_size=6), st.floats(0.05, 0.95))
@settings(max_examples=80, deadline=None)
def test_what_may_be_kept_is_poured_by_sensitivity(layers_: list[tuple[float, float]], share: float) -> None:
    allocation = Ecoflap()
    costs, scores = zip(*layers_, strict=True)
    candidates = [replace(x, errors={0.05: s}) for x, s in zip(layers(costs), scores, strict=True)]
    levels = allocation.levels(candidates, share)
    most = min(1.0, share + 0.1)
    assert all(level <= most + 1e-9 for level in levels.values())
    # Beyond what each keeps at least, layers that are not full keep in proportion to their scores; full ones less.
    extra = [(most - levels[x.name]) * x.cost / s for x, s in zip(candidates, scores, strict=True)]
    open_ = [e for e, x in zip(extra, candidates, strict=True) if levels[x.name] > 1e-9]
    assert max(open_) == pytest.approx(min(open_), rel=1e-4, abs=1e-9)
    assert all(e <= max(open_) * (1 + 1e-4) + 1e-9 for e in extra)


def test_insensitive_layers_go_first() -> None:
    candidates = [replace(x, errors={0.05: s}) for x, s in zip(layers([10, 10, 10]), (0.0, 1.0, -3.0), strict=True)]
    assert [*Ecoflap().levels(candidates, 0.6).values()] == pytest.approx([0.7, 0.4, 0.7], abs=1e-6)
    alike = [replace(x, errors={0.05: 0.0}) for x in candidates]
    assert [*Ecoflap().levels(alike, 0.6).values()] == pytest.approx([0.6] * 3)


# -------------------------------------------------------------------- one list for all rates


@given(st.lists(st.floats(0, 10), min_size=10, max_size=10))
def test_hulls_are_hulls(errors: list[float]) -> None:
    points = [(0.0, 0.0), *((0.1 * (at + 1), e) for at, e in enumerate(errors))]
    found = hull(points)
    assert (found[0], found[-1]) == (points[0], points[-1])
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(found)]
    assert slopes == sorted(slopes)
    for x, y in points:
        assert y >= np.interp(x, *zip(*found, strict=True)) - 1e-9


def test_a_hull_is_the_lower_one() -> None:
    source = torch.Generator().manual_seed(0)
    points = torch.stack([torch.arange(12).double(), torch.rand(12, generator=source).double()], dim=1)
    corners = {tuple(points[at].tolist()) for at in ConvexHull(points.numpy()).vertices}
    assert set(hull([tuple(x) for x in points.tolist()])) <= corners  # type: ignore[misc]


def test_rates_are_nested_and_met() -> None:
    allocation = Cacp()
    candidates = measured(allocation, layers(COSTS), 0.5)
    before = dict.fromkeys((x.name for x in candidates), 0.0)
    for at in range(1, 101):
        levels = allocation.levels(candidates, at / 100)
        assert achieved(levels, candidates) == pytest.approx(at / 100)
        assert all(levels[name] >= before[name] for name in levels)
        before = levels


def test_no_rate_loses_more_than_a_uniform_one() -> None:
    allocation = Cacp()
    candidates = measured(allocation, layers(COSTS), 0.5)
    for share in allocation.tried(0.5):
        levels = allocation.levels(candidates, share)
        loss = sum(np.interp(levels[x.name], [0, *x.errors], [0, *x.errors.values()]) for x in candidates)
        assert loss <= sum(x.errors[share] for x in candidates) + 1e-9


def test_a_pattern_with_one_level_takes_it_as_a_whole() -> None:
    candidates = [replace(x, errors={0.5: 1.0 + at}) for at, x in enumerate(layers([10, 10]))]
    assert [*Cacp().levels(candidates, 0.1).values()] == [0.5, 0.0]
    with pytest.raises(UserError, match=r"70\.00% of the cost cannot go, 50\.00% can"):
        Cacp().levels(candidates, 0.7)


# -------------------------------------------------------------------- knees


def test_knees_of_curves() -> None:
    shares = [at / 10 for at in range(10)]
    assert knee_of({s: max(0.0, s - 0.5) for s in shares}) == 0.5
    assert knee_of({s: 0.0 if s <= 0.7 else 1.0 for s in shares}) == 0.7
    assert knee_of({s: s**2 for s in shares}) == pytest.approx(0.5)  # of 0.4 and 0.5, alike within 0.9, the higher
    assert knee_of(dict.fromkeys(shares, 0.0)) == 0.9  # nothing is lost
    assert knee_of({s: s**0.5 for s in shares}) in (0.0, 0.9)  # nothing is free
    assert knee_of({0.0: 0.0}) == 0.0


def test_a_tolerance_says_what_is_free() -> None:
    errors = {0.0: 0.0, 0.2: 0.02, 0.4: 0.01, 0.6: 0.05, 0.8: 0.04}
    assert knee_of(errors, 0.01) == 0.0  # a curve that falls again does not count as lower
    assert knee_of(errors, 0.03) == 0.4
    assert knee_of(errors, 1.0) == 0.8


def test_layers_lose_in_proportion_to_their_knees() -> None:
    allocation = Knee()
    knees = [0.3, 0.6, 0.9]
    candidates = [
        replace(x, errors={s: float(s > knee + 1e-9) for s in allocation.tried(0.4)})
        for x, knee in zip(layers([10, 10, 10]), knees, strict=True)
    ]
    assert [*allocation.levels(candidates, 0.4).values()] == pytest.approx([0.2, 0.4, 0.6])
    assert [*allocation.levels(candidates, 0.9).values()] == pytest.approx([0.7, 1.0, 1.0])


def test_groups_have_thresholds_of_their_own() -> None:
    """Scores of one group are a thousand times those of the other: all lose as much, by their own order."""
    scores = [torch.tensor([[1.0, 2.0, 3.0, 4.0]]), torch.tensor([[5.0, 6.0, 7.0, 8.0]])]
    alike = [
        replace(x, name=f"{group}{at}", group=group, scores=x.scores * scale)
        for group, scale in (("3x3 at 14x14", 1.0), ("1x1 at 7x7", 1000.0))
        for at, x in enumerate(scored(*scores))
    ]
    levels = GroupThreshold().levels(alike, 0.5)
    assert [levels[x.name] for x in alike] == [0.75, 0.25, 0.75, 0.25]  # each keeps one weight at least
    together = GlobalThreshold().levels(alike, 0.5)
    assert [together[x.name] for x in alike] == [0.75, 0.75, 0.5, 0.0]


def test_what_a_group_cannot_lose_others_do() -> None:
    one, many = torch.ones(1, 2), torch.arange(1.0, 101.0)[None]
    small, large = scored(one, many)
    found = GroupThreshold().levels([replace(small, group="a"), replace(large, group="b")], 0.9)
    assert found["l0"] == 0.5 and found["l1"] == pytest.approx(0.91, abs=0.01)


def cropped(
    widths: Sequence[float], layers: Sequence[tuple[float, Sequence[tuple[int, float, float]]]], of: str
) -> Any:
    """Axes of units, and layers as (size, [(axis, share of outputs, share of inputs)])."""
    source = torch.Generator().manual_seed(0)
    made = [torch.rand(4, int(size / 4), generator=source) for size, _ in layers]
    each = scored(*made)
    axes = []
    for at, cost in enumerate(widths):
        touched = [
            Touched(each[number], rows, columns)
            for number, (_, parts) in enumerate(layers)
            for axis, rows, columns in parts
            if axis == at
        ]
        axes.append(replace(scored(torch.ones(1, 8))[0], name=f"a{at}", cost=cost, touched=touched))
    return axes, PreCrop(of)


def test_a_chain_of_layers_is_cropped_as_its_densities_say() -> None:
    """Of a layer that keeps a quarter half of both sides; of an axis between two layers a quarter, if that is all."""
    axes, method = cropped([1.0, 1.0], [(400, [(0, 1.0, 0.0), (1, 0.0, 1.0)])], "uniform")
    widths = method._widths(axes, {"l0": 0.25})
    assert widths == pytest.approx([0.5, 0.5])
    axes, method = cropped([1.0], [(400, [(0, 1.0, 0.0)]), (400, [(0, 0.0, 1.0)])], "uniform")
    assert method._widths(axes, {"l0": 0.25, "l1": 0.25}) == pytest.approx([0.25])
    assert method._widths(axes, {"l0": 0.5, "l1": 0.125}) == pytest.approx([0.25])  # ties: the geometric mean


def test_axes_of_layers_that_would_be_sparser_are_cropped_more() -> None:
    layers = [(400, [(0, 1.0, 0.0)]), (800, [(1, 1.0, 0.0)])]
    axes, method = cropped([1.0, 1.0], layers, "global-threshold")
    for axis, scale in zip(axes, (1.0, 4.0), strict=True):
        object.__setattr__(axis.touched[0].layer, "scores", axis.touched[0].layer.scores * scale)
    levels = method.levels(axes, 0.4)
    assert levels["a0"] > 2 * levels["a1"] and levels["a0"] + levels["a1"] == pytest.approx(0.8)


def test_pre_crop_wants_units_and_an_allocation_of_weights() -> None:
    with pytest.raises(UserError, match="is for units"):
        PreCrop().levels(scored(torch.ones(2, 2)), 0.5)
    for other in ("l-greco", "pre-crop"):
        with pytest.raises(UserError):
            PreCrop(other)


# -------------------------------------------------------------------- by what the loss rises by


def test_by_loss_scores_are_what_the_loss_rises_by_once_others_make_up_for_it() -> None:
    case, gradients = drawn(3, 5), torch.randn(30, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    squares = OutputSquares(3, 5)
    squares.observe_output_gradient(gradients)
    found = ByLoss().scores(case.weight, case.seen.also([squares]))
    moments = case.seen[Moments]
    rows = moments.second.double() - moments.count * torch.outer(moments.mean, moments.mean)
    rows = rows + damping_of(case.weight, case.seen, None) * rows.diagonal().mean() * torch.eye(5)
    for output, gone in ((0, 2), (2, 4)):
        others = [at for at in range(5) if at != gone]
        least = rows[gone, gone] - rows[gone, others] @ torch.linalg.solve(rows[others][:, others], rows[others, gone])
        error = case.weight.values[output, gone] ** 2 * least / moments.count
        assert float(found[output, gone]) == pytest.approx(float(error * gradients[:, output].square().mean()))


def test_by_loss_has_one_threshold_and_no_layer_far_from_the_others() -> None:
    candidates = [replace(x, cost=float(x.scores.numel())) for x in layers(COSTS)]
    levels = ByLoss(spread=1.0).levels(candidates, 0.6)
    assert levels == pytest.approx(GlobalThreshold(keep=0).levels(candidates, 0.6))
    near = ByLoss(spread=0.1).levels(candidates, 0.6)
    assert all(0.5 <= level <= 0.7 for level in near.values()) and set(near.values()) > {0.5}
    assert set(ByLoss(spread=0.0).levels(candidates, 0.6).values()) == {0.6}


def test_by_loss_compares_what_goes_together() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.ReLU(), torch.nn.Linear(16, 16))
    with torch.no_grad():
        net[0].weight.mul_(torch.rand(16) ** 4)  # of which many inputs hardly matter
    data = [torch.randn(16, 16) for _ in range(8)]
    result = sparsec.prune(net.eval(), data, pattern="8x1", sparsity=0.5, allocation="by-loss", progress=False)
    first, last = (one.zeros for one in result.outcome.outcomes)
    assert 0.5 < first <= 0.7 and first + last == pytest.approx(1.0, abs=0.07)
    even = sparsec.prune(net, data, pattern="8x1", sparsity=0.5, progress=False)
    fresh = torch.randn(512, 16)
    with torch.no_grad():
        losses = [float((one.model(fresh) - net(fresh)).square().mean()) for one in (result, even)]
    assert losses[0] < losses[1]
