"""Loss against speed: each degree is pruned, compiled and measured; the report on one of them as text and as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.report.markup import ticks
from sparsec.pruning import Tradeoff, sensitivity, tradeoff


@pytest.fixture(scope="module")
def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 8)).eval()


@pytest.fixture(scope="module")
def data() -> list[Tensor]:
    source = torch.Generator().manual_seed(1)
    return [torch.randn(16, 16, generator=source) for _ in range(5)]


def near(model: Any) -> Tensor:
    """How near zero outputs are, sample by sample: a metric that has nothing to do with the dense model."""
    with torch.no_grad():
        found: Tensor = -model(torch.ones(6, 16)).abs().mean(dim=1)
    return found


@pytest.fixture(scope="module")
def curve(net: nn.Module, data: list[Tensor]) -> Tradeoff:
    fixed = {"measure": False, "kernels": False}
    return tradeoff(net, data, sparsities=(0.75, 0.25), units="neuron", compile=fixed, metric=near)


def test_each_degree_is_a_pruning_and_what_became_of_it(curve: Tradeoff, net: nn.Module, data: list[Tensor]) -> None:
    assert [point.sparsity for point in curve.points] == [0.25, 0.75]
    for point in curve.points:
        torch.testing.assert_close(point.compiled(data[0]), point.result.model(data[0]), rtol=1e-4, atol=1e-5)
        assert point.gain == 1.0  # nothing was measured
        assert point.dense == pytest.approx(float(near(net).mean()))
        assert point.figure.value == pytest.approx(float(near(point.result.model).mean()))
    first, second = (point.result.losses["relative"].value for point in curve.points)
    assert first < second


def test_the_dense_model_is_asked_once(net: nn.Module, data: list[Tensor]) -> None:
    asked = []

    def zeros(model: Any) -> float:
        asked.append(model)
        return float(sum((weight == 0).sum() for weight in model.parameters()))

    fixed = {"measure": False, "kernels": False, "verify": False}
    found = tradeoff(net, data, sparsities=(0.25, 0.5), pattern="scattered", compile=fixed, metric=zeros)
    assert [model is net for model in asked] == [True, False, False]
    assert [point.dense for point in found.points] == [0.0, 0.0]
    assert found.points[1].figure.value > found.points[0].figure.value > 0


def test_it_is_told_as_text_numbers_and_a_picture(curve: Tradeoff, tmp_path: Path) -> None:
    assert "near (higher is better" in str(curve) and "75%" in str(curve)
    numbers = json.loads(json.dumps(curve.to_json()))
    assert [point["sparsity"] for point in numbers["points"]] == [0.25, 0.75]
    page = curve.save_html(tmp_path / "curve.html").read_text()
    assert page.count('class="dot"') == 3 and "times as fast" in page
    with pytest.raises(sparsec.UserError, match=r"\.html"):
        curve.save_html(tmp_path / "curve.txt")


def test_a_built_in_figure_is_drawn_where_there_is_no_other(net: nn.Module, data: list[Tensor]) -> None:
    found = tradeoff(net, data, sparsities=(0.5,), pattern="scattered", compile={"measure": False, "kernels": False})
    assert found.metric in ("kl", "agreement", "cosine", "relative")
    assert found.points[0].dense in (0.0, 1.0)


def test_one_share_is_enough(net: nn.Module, data: list[Tensor]) -> None:
    assert sensitivity(net, data, levels=1).levels == (1.0,)
    found = tradeoff(net, data, sparsities=0.5, pattern="scattered", compile={"measure": False, "kernels": False})
    assert [point.sparsity for point in found.points] == [0.5]


@pytest.mark.parametrize("wrong", [(), (0.0,), (1.0, 0.5), (float("nan"),), 1.5, "0.5", ("0.5",), True, None])
def test_shares_that_cannot_be(net: nn.Module, data: list[Tensor], wrong: Any) -> None:
    with pytest.raises(sparsec.UserError, match="no shares of zeros"):
        tradeoff(net, data, sparsities=wrong)
    with pytest.raises(sparsec.UserError, match="no shares of zeros"):
        sensitivity(net, data, levels=wrong if wrong != (1.0, 0.5) else 0.0)
    with pytest.raises(sparsec.UserError, match="nothing to measure"):
        tradeoff(net, None)


def test_the_report_on_one_pruning(curve: Tradeoff, tmp_path: Path) -> None:
    result = curve.points[0].result
    assert str(result.report) == str(result)
    saved = json.loads(result.report.save_json(tmp_path / "report.json").read_text())
    assert saved == json.loads(json.dumps(result.report.to_json()))
    page = result.report.save_html(tmp_path / "report.html").read_text()
    assert "Gone:" in page and "What it cost" in page


def test_it_compiles_for_other_example_inputs(curve: Tradeoff) -> None:
    result = curve.points[1].result
    x = torch.randn(3, 16)
    torch.testing.assert_close(result.compile((x,), measure=False)(x), result.model(x), rtol=1e-4, atol=1e-5)
    again = result.compile(measure=False, progress=False, kernels=False)
    torch.testing.assert_close(again(x), result.model(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1.0, 1.74, [1.0, 1.2, 1.4, 1.6]),
        (-0.03, 0.031, [-0.02, 0.0, 0.02]),
        (0.9, 60.0, [20.0, 40.0, 60.0]),
        (2.0, 2.0, [2.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, wanted: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(wanted)
