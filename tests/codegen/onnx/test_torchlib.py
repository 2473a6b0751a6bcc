"""Translations to ONNX are read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.onnx._internal import _lazy_import

from sparsec.codegen.onnx import torchlib
from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture

onnxscript_apis: Any = vars(_lazy_import)["onnxscript_apis"]


def test_many_exports_read_them_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[int] = []
    read: Callable[[], Any] = onnxscript_apis.get_torchlib_ops

    def counted() -> Any:
        calls.append(1)
        return read()

    monkeypatch.setattr(onnxscript_apis, "get_torchlib_ops", counted, raising=False)
    program = capture(nn.Linear(4, 3).eval(), (torch.randn(2, 4),))
    for name in ("a", "b", "c"):
        export_onnx(program, tmp_path / f"{name}.onnx")
    assert len(calls) == 1
    assert onnxscript_apis.get_torchlib_ops is counted
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "c.onnx").read_bytes()


def test_it_does_without_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        pass

    monkeypatch.setattr("torch.onnx._internal._lazy_import.onnxscript_apis", Elsewhere())
    with torchlib.read_once():
        pass
