"""Layouts in float32, outside of PyTorch's interpreter: ONNX Runtime and Inductor answer as the model does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from zoo.backends import OnnxModel, tensors
from zoo.networks import NETWORKS
from zoo.reference import relative_error

from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.ir.costs import Costs
from sparsec.compiler.ir.program import Program
from sparsec.compiler.numerics import demote
from sparsec.passes.layout.solve import MODES
from sparsec.runtime.module import ProgramModule

from .passes.layout.harness import NARROW, NARROW_ALL, Prepared, mask_consumers, mask_producers, prepare

FLOAT32 = 1e-4


class Small(nn.Module):
    """Residual blocks, a concatenation, and readers of all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1)
        self.branches = nn.ModuleList(nn.Conv2d(16, 16, 3, padding=1) for _ in range(3))
        self.sides = nn.ModuleList(nn.Conv2d(16, 8, 1) for _ in range(2))
        self.heads = nn.ModuleList(nn.Conv2d(32, 4, 1) for _ in range(2))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = self.first(x).relu()
        for branch in self.branches:
            x = (x + branch(x)).relu()
        x = torch.cat([self.sides[0](x), x, self.sides[1](x)], 1)
        return tuple(head(x) for head in self.heads)


def laid_out(name: str, mode: str, costs: Costs, target: str) -> tuple[nn.Module, Program]:
    """The model, and its program with layouts, both in float32."""
    if name == "small":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model: nn.Module = Small().eval()
        inputs: tuple[Any, ...] = (torch.randn(2, 3, 8, 8),)
    else:
        case = NETWORKS[name].case()
        model, inputs = case.build(), case.inputs()[0]
    mask_consumers(mask_producers(model, 0.1), 0.5)
    prepared: Prepared = prepare(model, inputs, target=target)
    laid = prepared.laid(mode, costs, seconds=1.0)
    assert any(way.how != "whole" for _, way in laid.ways) or mode == "constrained"
    demote(laid.program, torch.float32)
    return model, laid.program


def batches(model: nn.Module, program: Program) -> list[tuple[tuple[Tensor, ...], list[Tensor]]]:
    """Inputs of two sizes, and the model's answers."""
    found = []
    for batch in (1, 3):
        inputs = (torch.randn((batch, *program.inputs[0].shape[1:]), generator=torch.Generator().manual_seed(batch)),)
        with torch.no_grad():
            found.append((inputs, tensors(model(*inputs))))
    return found


def some(*quick: str) -> list[Any]:
    return [pytest.param(name, marks=() if name in quick else pytest.mark.slow) for name in ("small", "shufflenet_v2")]


@pytest.mark.parametrize("name", some("small"))
@pytest.mark.parametrize("costs", [NARROW, NARROW_ALL], ids=["narrow", "narrow-all"])
def test_onnxruntime(name: str, costs: Costs, tmp_path: Path) -> None:
    model, program = laid_out(name, "optimised", costs, "onnxruntime")
    session = OnnxModel(export_onnx(program, tmp_path / "small.onnx"))
    for inputs, expected in batches(model, program):
        assert relative_error(session(session.inputs, (inputs, {})), expected) <= FLOAT32


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_onnxruntime_in_every_mode(mode: str, tmp_path: Path) -> None:
    model, program = laid_out("shufflenet_v2", mode, NARROW, "onnxruntime")
    session = OnnxModel(export_onnx(program, tmp_path / "small.onnx"))
    for inputs, expected in batches(model, program):
        assert relative_error(session(session.inputs, (inputs, {})), expected) <= FLOAT32


@pytest.mark.slow
@pytest.mark.parametrize("name", some("small"))
@pytest.mark.parametrize("costs", [NARROW, NARROW_ALL], ids=["narrow", "narrow-all"])
def test_inductor(name: str, costs: Costs) -> None:
    model, program = laid_out(name, "optimised", costs, "inductor")
    torch._dynamo.reset()
    compiled = torch.compile(ProgramModule(program))
    for inputs, expected in batches(model, program):
        with torch.no_grad():
            assert relative_error(tensors(compiled(*inputs)), expected) <= FLOAT32
    torch._dynamo.reset()
