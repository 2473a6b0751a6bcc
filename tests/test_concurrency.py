"""Several processes with one cache folder, several threads with one model."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import sparsec
from sparsec.codegen.onnx.files import is_sealed
from sparsec.runtime.cache import read_document

COMPILE = """
import sys
import torch
from torch import nn
import sparsec

torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(nn.Linear(96, 256), nn.GELU(), nn.Linear(256, 96)).requires_grad_(False).eval()
for layer in (model[0], model[2]):
    layer.weight *= (torch.rand(layer.weight.shape[0] // 8, layer.weight.shape[1]) < 0.1).repeat_interleave(8, 0)
x = torch.randn(64, 96)
for target in ("cpu", "onnxruntime"):
    compiled = sparsec.compile(model, (x,), target=target, measure=False)
    torch.testing.assert_close(compiled(x), model(x), rtol=1e-4, atol=1e-5)
compiled.export_onnx(sys.argv[1])
print("fine")
"""


@pytest.mark.slow
def test_four_processes_and_one_cache(tmp_path: Path) -> None:
    environment = os.environ | {"SPARSEC_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "1"}
    commands = [[sys.executable, "-c", COMPILE, str(tmp_path / f"model{number}.onnx")] for number in range(4)]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for command in commands
    ]
    for process in running:
        out, err = process.communicate()
        assert (process.returncode, out) == (0, "fine\n"), err[-2000:]
    files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= {".so", ".json"} and files  # nothing half-written is left
    assert all(is_sealed(file) for file in files if file.suffix == ".so")
    assert all(read_document(file) for file in files if file.suffix == ".json")


def test_first_calls_from_many_threads_load_a_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exporters put other tensors in place of weights meanwhile: a second one, or a call, would see those."""
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval()
    small = sparsec.compile(model, (torch.randn(2, 8),), target="onnxruntime", measure=False)
    small = pickle.loads(pickle.dumps(small))  # not loaded yet
    loads: list[int] = []
    load, start = type(small).prepare, threading.Barrier(8)

    def slowly(self: Any) -> None:
        loads.append(threading.get_ident())
        time.sleep(0.05)
        load(self)

    monkeypatch.setattr(type(small), "prepare", slowly)
    inputs = [torch.randn(n, 8) for n in range(1, 9)]

    def call(x: torch.Tensor) -> torch.Tensor:
        start.wait()
        answer: torch.Tensor = small(x)
        return answer

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(call, inputs)]
    assert len(loads) == 1
    for x, answer in zip(inputs, answers, strict=True):
        torch.testing.assert_close(answer, model(x))
