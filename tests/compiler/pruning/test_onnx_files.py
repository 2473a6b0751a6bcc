"""ONNX files are pruned as other models are, for ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.cli import main
from sparsec.compiler.exact_stages import _as_it_came
from sparsec.compiler.ir.source import file_of


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a model of two layers in it, and data."""
    monkeypatch.chdir(tmp_path)
    nodes = [
        helper.make_node("Gemm", ["input.1", "first.weight", "first.bias"], ["a"], transB=1),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Gemm", ["b", "last.weight"], ["scores"], transB=1),
    ]
    weights = {"first.weight": random(16, 8), "first.bias": random(16, seed=1), "last.weight": random(4, 16, seed=2)}
    sides = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
        for name, size in (("input.1", 8), ("scores", 4))
    ]
    held = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "g", sides[:1], sides[1:], held)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), "net.onnx")
    np.savez("data.npz", **{"input.1": random(32, 8, seed=3)})
    return tmp_path


@pytest.mark.parametrize("data", ["in order", "by name", pytest.param("none", marks=pytest.mark.slow)])
def test_a_file_is_pruned_for_onnxruntime(folder: Path, data: str) -> None:
    batches = [torch.from_numpy(random(8, 8, seed=seed)) for seed in range(3)]
    given = {"none": None, "in order": batches, "by name": [{"input.1": batch} for batch in batches]}[data]
    result = sparsec.prune("net.onnx", given, sparsity=0.5, pattern="8x1", progress=False)
    assert (result.program.weights()["first.weight"] == 0).float().mean() >= 0.5
    small = result.compile(measure=False, kernels=False)
    assert str(small._target) == str(result.target) == "onnxruntime"
    assert small.program.input_names == ("input.1",)
    torch.testing.assert_close(small.program.run((batches[0],))[0], result.program.run((batches[0],))[0])


def test_what_is_pruned_is_not_its_file_any_more(folder: Path) -> None:
    """Where nothing that was tried is faster, what is written has the zeros: it is not the dense file."""
    result = sparsec.prune("net.onnx", sparsity=0.1, pattern="scattered", progress=False)
    assert file_of(_as_it_came(result.program)) is None
    assert file_of(_as_it_came(capture("net.onnx"))) is not None


def test_another_target_may_be_named(folder: Path) -> None:
    result = sparsec.prune("net.onnx", sparsity=0.5, pattern="8x1", target="cpu", progress=False)
    assert str(result.compile(measure=False, kernels=False)._target) == "cpu"


COMMANDS = {
    "prune": "prune net.onnx --sparsity 0.5 -o small.onnx --no-measure --no-kernels",
    "sensitivity": "sensitivity net.onnx",
    "recover": "recover net.onnx pruned.pt2 --steps 1 -o small.onnx --no-measure --no-kernels",
}


@pytest.mark.parametrize("command", [pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS])
def test_on_the_command_line(folder: Path, command: str) -> None:
    if command == "recover":
        sparsec.prune("net.onnx", sparsity=0.5, progress=False).save("pruned.pt2")
    assert main([*COMMANDS[command].split(), "--data", "data.npz"]) == 0
    assert (folder / "small.onnx").exists() == (command != "sensitivity")
