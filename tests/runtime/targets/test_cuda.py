"""What decides whether times for a card are measured or a model's: where the model lies, and which card is here."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from sparsec.codegen.triton.predicted import OFFERED_FROM
from sparsec.compiler.capture.models import capture
from sparsec.runtime.targets.cuda import Cuda


@pytest.mark.parametrize(
    ("here", "arch", "device", "predicts"),
    [
        ("sm_90", "sm_90", "cuda", False),
        ("sm_90", "", "cuda", False),
        ("sm_90", "sm_90", "cpu", True),
        ("sm_90", "sm_80", "cuda", True),
        (None, "sm_80", "cpu", True),
    ],
)
def test_who_predicts(
    here: str | None, arch: str, device: str, predicts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cuda, "_present", lambda self: here)
    target, place = Cuda(arch), torch.device(device)
    assert target.predicts(place) is predicts
    share, _ = target.hidden_cost(SimpleNamespace(weight=SimpleNamespace(device=place)))  # type: ignore[arg-type]
    assert share == pytest.approx(OFFERED_FROM - 1 if predicts else 0.0)
    program = capture(nn.Linear(4, 4).eval(), (torch.ones(2, 4),))
    monkeypatch.setattr(type(program), "device", place)
    assert (target.predicted(program) is not None) is predicts
