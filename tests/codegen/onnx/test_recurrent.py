"""Recurrent layers as ONNX: any length and batch, in ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

import sparsec
from sparsec.compiler.errors import UserError

LAYERS: dict[str, Any] = {
    "lstm": lambda: nn.LSTM(5, 8, num_layers=2, bidirectional=True, batch_first=True),
    "gru": lambda: nn.GRU(5, 8, bias=False),
    "tanh": lambda: nn.RNN(5, 8, num_layers=2, bidirectional=True),
    "relu": lambda: nn.RNN(5, 8, batch_first=True, bias=False, nonlinearity="relu"),
}
OPS = {"lstm": "LSTM", "gru": "GRU", "tanh": "RNN", "relu": "RNN"}


class Model(nn.Module):
    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer
        self.second = nn.Linear(16 if layer.bidirectional else 8, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        sequence, final = self.layer(x)
        return self.second(sequence), final[0] if isinstance(final, tuple) else final


@pytest.mark.parametrize("name", LAYERS)
def test_any_length(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Model(LAYERS[name]()).eval()
    for weight in model.layer.parameters():
        weight.data.view(weight.shape[0] // 8, 8, *weight.shape[1:])[:, [1, 5]] = 0
    free = {"x": {0: Dim.AUTO, 1: Dim.AUTO}}
    compiled = sparsec.compile(model, (torch.randn(4, 3, 5),), dynamic_shapes=free, measure=False, kernels=False)
    path = compiled.export_onnx(tmp_path / "model.onnx")
    assert OPS[name] in {node.op_type for node in onnx.load(path).graph.node}
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for shape in ((7, 2, 5), (2, 6, 5)):
        x = torch.randn(shape)
        for got, wanted in zip(session.run(None, {"x": x.numpy()}), model(x), strict=True):
            assert torch.allclose(torch.from_numpy(got), wanted, atol=1e-5)


def test_projections_are_refused(tmp_path: Path) -> None:
    model = Model(nn.LSTM(5, 12, proj_size=8)).double().eval()
    compiled = sparsec.compile(model, (torch.randn(4, 3, 5).double(),), measure=False, kernels=False)
    with pytest.raises(UserError, match="onnx-export-failed") as caught:
        compiled.export_onnx(tmp_path / "model.onnx")
    assert "proj_size" in str(caught.value)
    assert not [*tmp_path.iterdir()]
