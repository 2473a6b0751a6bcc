"""Norms by the root of the mean square are one operator of ONNX Runtime, written in either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture


class Net(nn.Module):
    def __init__(self, norm: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.norm, self.weight, self.last = norm, nn.Parameter(torch.rand(8)), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.norm(x, self.weight))


def of_pytorch(x: Tensor, weight: Tensor) -> Tensor:
    return F.rms_norm(x, (8,), weight, 1e-3)


def written_out(x: Tensor, weight: Tensor) -> Tensor:
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-3))


def of_two(x: Tensor, weight: Tensor) -> Tensor:
    return F.rms_norm(x, x.shape[1:]) * weight


def read_twice(x: Tensor, weight: Tensor) -> Tensor:
    scale = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-3)
    return x * scale * weight + scale


@pytest.mark.parametrize("norm", [of_pytorch, written_out, of_two, read_twice])
def test_it_is_one_operator_and_the_same(norm: Callable[[Tensor, Tensor], Tensor], tmp_path: Path) -> None:
    model, x = Net(norm).eval(), torch.randn(3, 5, 8)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath, options.log_severity_level = str(tmp_path / "run.onnx"), 3
    path = export_onnx(capture(model, (x,)), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"x": x.numpy()})
    np.testing.assert_allclose(found, model(x).detach().numpy(), rtol=1e-5, atol=1e-6)
    kinds = [node.op_type for node in onnx.load(tmp_path / "run.onnx").graph.node]
    assert ("SimplifiedLayerNormalization" in kinds) == (norm in (of_pytorch, written_out))


def test_what_a_model_returns_keeps_its_name(tmp_path: Path) -> None:
    class Root(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * x.abs().rsqrt()

    path = export_onnx(capture(Root().eval(), (torch.rand(3, 4) + 1,)), tmp_path / "model.onnx")
    graph = onnx.load(path).graph
    assert [node.op_type for node in graph.node] == ["Abs", "Sqrt", "Div"]
    (found,) = onnxruntime.InferenceSession(path).run(None, {"x": np.full((3, 4), 4.0, np.float32)})
    np.testing.assert_allclose(found, 2.0)
