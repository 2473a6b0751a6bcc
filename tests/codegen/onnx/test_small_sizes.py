"""A session fails at sizes of 0 and 1 for which the model was not compiled, and at no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.codegen.onnx.small_sizes import NAME


class Another(nn.Module):
    """Something else for a batch of one, for one token, or for a batch of one with one token."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.a, self.kind = nn.Linear(3, 4), kind

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        z = self.a(x)[:, None] + y
        one = {"batch": y.shape[0] == 1, "token": y.shape[1] == 1, "never": False}[self.kind]
        return z.sum(1) * (2 if one else 1), z.relu()


def session_of(model: nn.Module, path: Path, *args: Tensor) -> Any:
    sparsec.compile(model, args, measure=False, target="onnxruntime").export_onnx(path)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("kind", ["batch", "token", "never"])
def test_small_sizes_at_which_the_model_is_another(kind: str, tmp_path: Path) -> None:
    model = Another(kind).requires_grad_(False).eval()
    session = session_of(model, tmp_path / "model.onnx", torch.randn(3, 3), torch.randn(3, 5, 4))
    for batch, length in ((3, 5), (2, 2), (7, 9), (1, 5), (4, 1), (1, 1)):
        x, y = torch.randn(batch, 3), torch.randn(batch, length, 4)
        feeds = {"x": x.numpy(), "y": y.numpy()}
        if {"batch": batch, "token": length, "never": 0}[kind] == 1:
            with pytest.raises(Exception, match=NAME):
                session.run(None, feeds)
            continue
        for result, expected in zip(session.run(None, feeds), model(x, y), strict=True):
            torch.testing.assert_close(torch.from_numpy(result), expected, rtol=1e-5, atol=1e-5)
    names = [node.name for node in onnx.load(tmp_path / "model.onnx").graph.node]
    assert (NAME in names) == (kind != "never")


def test_an_output_that_other_nodes_read(tmp_path: Path) -> None:
    class Chain(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 2)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            y = self.a(x).relu()
            return y, self.b(y) * (3 if x.shape[0] == 1 else 1)

    model = Chain().requires_grad_(False).eval()
    session = session_of(model, tmp_path / "model.onnx", torch.randn(3, 4))
    x = torch.randn(6, 4)
    for result, expected in zip(session.run(None, {"x": x.numpy()}), model(x), strict=True):
        torch.testing.assert_close(torch.from_numpy(result), expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(Exception, match=NAME):
        session.run(None, {"x": x[:1].numpy()})
