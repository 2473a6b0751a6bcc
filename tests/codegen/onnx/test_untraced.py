"""Programs are written as they stand, and traced again only where that does not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from sparsec.codegen.onnx import export
from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.printer import print_program
from sparsec.compiler.ir.program import Program


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(12, 16)
        self.layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        hidden: Tensor = self.layer(self.embed(tokens), src_key_padding_mask=mask)
        return hidden.mean(1)


class Composed(nn.Module):
    """Operators that the exporter does not know: it writes out what they consist of."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 4)
        self.pool = nn.AdaptiveAvgPool1d(1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.linear(x)
        both = (hidden > 0) & (hidden < 1)
        return self.pool(hidden.transpose(1, 2)).flatten(1), both.diff(dim=1)


class Windows(nn.Module):
    """There have to be three places at least."""

    def forward(self, x: Tensor) -> Tensor:
        return x.unfold(1, 3, 1).mean(-1)


class Parity(nn.Module):
    """What it is depends on how long the input is, which no file asks."""

    def forward(self, x: Tensor) -> Tensor:
        return x * 2 if x.shape[1] % 2 == 0 else x


class Branches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cond(x.sum() > 0, lambda v: v + 1.0, lambda v: v - 1.0, (self.linear(x),))  # type: ignore[no-any-return]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is traced again from here on."""
    traced: list[str] = []
    trace = export.reexport

    def noted(program: Program, *rest: Any) -> Any:
        traced.append(program.name)
        return trace(program, *rest)

    monkeypatch.setattr(export, "reexport", noted)
    return traced


def agrees(program: Program, model: nn.Module, path: Path, *calls: tuple[Tensor, ...]) -> None:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for call in calls:
        with torch.no_grad():
            wanted = model(*call)
        feeds = dict(zip(program.input_names, (x.numpy() for x in call), strict=True))
        found = session.run(None, feeds)
        for mine, value in zip(found, wanted if isinstance(wanted, tuple) else (wanted,), strict=True):
            np.testing.assert_allclose(mine, value.numpy(), rtol=1e-5, atol=1e-5)


NETWORKS: dict[str, tuple[nn.Module, tuple[Tensor, ...], tuple[Tensor, ...]]] = {
    "convolutions": (
        nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
        (torch.randn(2, 3, 8, 8),),
        (torch.randn(5, 3, 8, 8),),
    ),
    "attention": (
        Attention(),
        (torch.randint(12, (2, 5)), torch.zeros(2, 5, dtype=torch.bool)),
        (torch.randint(12, (3, 7)), torch.zeros(3, 7, dtype=torch.bool)),
    ),
    "composed": (Composed(), (torch.randn(2, 5, 6),), (torch.randn(3, 9, 6),)),
    "windows": (Windows(), (torch.randn(2, 4),), (torch.randn(3, 7),)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_program_is_not_traced_again(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model, first, second = NETWORKS[name]
    program = capture(model.eval(), first)
    before, traced = print_program(program), counted(monkeypatch)
    path = export_onnx(program, tmp_path / "model.onnx")
    assert not traced
    assert print_program(program) == before
    agrees(program, model, path, first, second)


@pytest.mark.parametrize("model", [Parity(), Branches()])
def test_it_is_where_sizes_are_asked_for_and_where_graphs_hold_graphs(
    model: nn.Module, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    x = torch.randn(2, 4)
    program = capture(model.eval(), (x,))
    before, traced = print_program(program), counted(monkeypatch)
    path = export_onnx(program, tmp_path / "model.onnx")
    assert traced
    assert print_program(program) == before
    agrees(program, model, path, (x,), (torch.randn(2, 4),))


def test_values_are_called_like_the_layers_of_the_report(tmp_path: Path) -> None:
    import onnx

    program = capture(NETWORKS["composed"][0].eval(), NETWORKS["composed"][1])
    path = export_onnx(program, tmp_path / "model.onnx")
    names = {name for node in onnx.load(path).graph.node for name in node.output}
    assert "linear" in names


def test_without_what_tells_that_sizes_are_asked_for_it_is_traced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model, first, second = NETWORKS["convolutions"]
    program, traced = capture(model.eval(), first), counted(monkeypatch)
    monkeypatch.delattr("torch.fx.experimental.symbolic_shapes.ShapeEnv.error_on_new_guards")
    path = export_onnx(program, tmp_path / "model.onnx")
    assert traced
    agrees(program, model, path, first, second)
