"""The benchmark that says where a session's time goes knows layers, attention and what lies between."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

ROOT = Path(__file__).parents[1]


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.norm = (
            nn.Linear(16, 32, bias=False),
            nn.Linear(32, 16, bias=False),
            nn.LayerNorm(16),
        )
        with torch.no_grad():
            self.first.weight[:, 4:] = 0

    def forward(self, x: Tensor) -> Tensor:
        scores = (x @ x.mT / 4).softmax(-1)
        return self.norm(self.second(self.first(scores @ x).relu()))


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("_ort_profile")


def test_operators_are_told_apart_and_counted(profile: Any, tmp_path: Path) -> None:
    measure = importlib.import_module("_measure")
    x = torch.randn(2, 5, 16)
    measure.export_static(Net().eval(), (x,), tmp_path / "net.onnx")
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath, options.log_severity_level = str(tmp_path / "run.onnx"), 3
    options.enable_profiling, options.profile_file_prefix = True, str(tmp_path / "profile")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", options, providers=["CPUExecutionProvider"])
    for _ in range(4):
        session.run(None, {session.get_inputs()[0].name: x.numpy()})
    found = profile.operators(tmp_path / "run.onnx")
    profile.read(Path(session.end_profiling()), found, 1)
    kinds = {kind: [made for made in found.values() if made.kind == kind] for kind in profile.KINDS}
    (sparse,), (dense,) = kinds[profile.ZEROS], kinds[profile.DENSE]
    assert (sparse.left, sparse.madds) == (0.25, 10 * 32 * 4) and (dense.left, dense.madds) == (1.0, 10 * 16 * 32)
    assert {"Softmax"} <= {made.type for made in kinds[profile.ATTENTION]} and len(kinds[profile.NORMS]) == 1
    assert all(len(made.seconds) == 3 and made.typical == np.min(made.seconds) for made in found.values())


def test_the_section_is_made_from_its_figures(profile: Any) -> None:
    amdahl = importlib.import_module("amdahl")
    found = json.loads((ROOT / "benchmarks" / "results" / "amdahl.json").read_text())
    assert amdahl.section(found) in amdahl.PAGE.read_text(), "python benchmarks/amdahl.py --page"
