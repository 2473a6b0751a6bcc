"""The same for real architectures, with random weights, at small images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from zoo.backends import OnnxModel, run_sparse_backend, tensors
from zoo.case import run
from zoo.networks import NETWORKS, QUICK
from zoo.reference import parameter_count, relative_error

import sparsec

FLOAT64, FLOAT32 = 1e-10, 1e-4
BATCHES = (1, 3)  # neither is the example's
MASKS = ("outputs", "inputs", "both")


def every(*quick: tuple[str, str], names: Sequence[str] = QUICK) -> list[Any]:
    """All networks with all masks; in quick runs the short ones of these names, with both zeros, and some more."""
    short = {(name, "both") for name in names}
    return [
        pytest.param(
            name, mask, marks=() if (name, mask) in short.union(quick) else pytest.mark.slow, id=f"{name}-{mask}"
        )
        for name in NETWORKS
        for mask in MASKS
    ]


@pytest.mark.parametrize(("name", "mask"), every((QUICK[0], "outputs"), (QUICK[0], "inputs")))
def test_float64(name: str, mask: str) -> None:
    case = NETWORKS[name].case()
    model = case.masked(mask, dtype=torch.float64)
    small = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False)
    for batch in BATCHES:
        inputs = case.inputs(batch, seed=batch, dtype=torch.float64)
        assert relative_error(run(small, inputs), run(model, inputs)) <= FLOAT64
    assert parameter_count(small) < parameter_count(model)


@pytest.mark.parametrize(("name", "mask"), every())
def test_onnxruntime(name: str, mask: str, tmp_path: Path) -> None:
    case = NETWORKS[name].case()
    model = case.masked(mask)
    sparsec.compile(model, *case.inputs(), measure=False).export_onnx(tmp_path / "small.onnx")
    onnx_model = OnnxModel(tmp_path / "small.onnx")
    assert len(onnx_model.inputs) == 1
    for batch in BATCHES:
        inputs = case.inputs(batch, seed=batch)
        assert relative_error(onnx_model(onnx_model.inputs, inputs), tensors(run(model, inputs))) <= FLOAT32


@pytest.mark.parametrize(("name", "mask"), every(names=QUICK[::2]))
def test_torch_compile(name: str, mask: str) -> None:
    case = NETWORKS[name].case()
    model = case.masked(mask)
    batches = [case.inputs(batch, seed=batch) for batch in (2, *BATCHES)]
    for result, inputs in zip(run_sparse_backend(model, batches), batches, strict=True):
        assert relative_error(result, run(model, inputs)) <= FLOAT32
