"""Selection where no card can be asked: what is ruled out, what is ranked first, what is offered."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from sparsec.codegen.triton.base import Problem
from sparsec.codegen.triton.cards import A100, H100, H200
from sparsec.codegen.triton.predicted import Prediction, choose, fault, predict

from .dot_kernels import SPILLING, dot_schedule
from .test_roofline import told


def layer(tokens: int = 1, kept: float = 0.1, rows: int = 14336) -> Problem:
    stored = round(rows * 4096 * kept)
    return Problem(rows, 4096, tokens, torch.bfloat16, (64, 64), stored, index=stored // 1024)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("binaries")


@pytest.fixture(scope="module")
def ranked(folder: Path) -> list[Prediction]:
    candidates = [SPILLING, dot_schedule(48), dot_schedule(), dot_schedule(32)]
    return predict(layer(), candidates, "sm_90", folder)


def test_the_fastest_comes_first_and_those_with_faults_last(ranked: list[Prediction]) -> None:
    assert [bool(prediction.fault) for prediction in ranked] == [False, False, True, True]
    assert ranked[0].seconds <= ranked[1].seconds
    faults = {prediction.schedule.title: prediction.fault for prediction in ranked}
    assert "spills" in faults["too many"] and "not compiled" in faults["48 x 16"]
    assert ranked[-1].facts is None and ranked[-1].seconds == float("inf") and ranked[-1].bound == ""


def test_the_best_is_offered_and_said_to_be_predicted(ranked: list[Prediction]) -> None:
    best = choose(ranked)
    assert best is ranked[0] and best.bound == "memory" and best.gain > 4
    assert 0.6 < best.share <= 1.0
    document = best.to_json()
    assert document["offered"] is True and document["bound"] == "memory"
    assert document["predicted"]["us"] == pytest.approx(best.seconds * 1e6)
    assert document["limit_us"] <= document["predicted"]["us"] < document["dense_us"]
    assert ranked[-1].to_json()["facts"] is None and ranked[-1].to_json()["predicted"] == {}


def test_little_gain_is_not_offered(folder: Path) -> None:
    """A third of zeros gains 1.4 by bytes, and less with the launch and the index of a small layer."""
    found = predict(layer(kept=0.8), [dot_schedule()], "sm_90", folder)
    assert not found[0].fault and 1.0 < found[0].gain < 1.3 and choose(found) is None


def test_another_card_of_the_architecture_may_be_meant(folder: Path) -> None:
    slower, faster = (predict(layer(), [dot_schedule()], "sm_90", folder, card)[0] for card in (H100, H200))
    assert slower.facts == faster.facts and slower.seconds > faster.seconds


@pytest.mark.parametrize(
    ("changes", "tokens", "part"),
    [
        ({}, 512, ""),
        ({"blocks": 0}, 1, "shared memory"),
        ({"spills": 8}, 1, "spills"),
        ({"product": "mma.sync m16n8k16"}, 512, "where sm_90 has wgmma"),
        ({"product": "mma.sync m16n8k16"}, 16, ""),
        ({"product": ""}, 512, "nothing known"),
        ({"product": "fma"}, 1, ""),
        ({"blocks": 1}, 1, "4 warps"),
        ({"blocks": 1, "warps": 8}, 1, ""),
    ],
    ids=str,
)
def test_what_rules_a_kernel_out(changes: dict[str, object], tokens: int, part: str) -> None:
    said = fault(told(**changes), tokens, H200)
    assert part in said and bool(part) == bool(said)


def test_the_best_that_a_card_has_is_no_fault() -> None:
    assert fault(told(product="mma.sync m16n8k16"), 512, A100) == ""


def test_without_a_turn_nothing_is_ranked(folder: Path) -> None:
    (found,) = predict(layer(), [dataclasses.replace(dot_schedule(), turn=None)], "sm_90", folder)
    assert "no loop" in found.fault and found.facts is not None and choose([found]) is None
