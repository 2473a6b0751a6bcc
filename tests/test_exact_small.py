"""Compiling a small net never changes what it computes: in float64, in ONNX Runtime, inside torch.compile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from zoo.backends import OnnxModel, input_names, run_sparse_backend, tensors
from zoo.case import run
from zoo.masks import zero_both
from zoo.reference import parameter_count, relative_error
from zoo.small import SMALL
from zoo.small_zeros import ZEROS

import sparsec

# PyTorch says so, once, where a net pads an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")

FLOAT64, FLOAT32 = 1e-10, 1e-4
BATCHES = (1, 3)  # neither is the example's
COMPILED = [name for name, case in SMALL.items() if not case.refused]
REFUSED = [name for name, case in SMALL.items() if case.refused]
IN_DYNAMO = {
    "plain", "residual", "channel_shuffle", "grouped_chain", "unet", "shared_weight", "keyword_inputs", "middle_dict",
}  # fmt: skip


def cases(quick: Callable[[str, str], bool], masks: tuple[str, ...] = ("outputs", "inputs", "both")) -> list[Any]:
    """Every net with every mask; those that are not quick are marked slow."""
    return [
        pytest.param(name, mask, marks=() if quick(name, mask) else pytest.mark.slow, id=f"{name}-{mask}")
        for name in COMPILED
        for mask in masks
    ]


def trained(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


# Readers of one weight that keep different channels get weights of their own: fewer operations, but more numbers.
SHARED = {"shared_weight", "loop"}


@pytest.mark.parametrize(
    ("name", "mask"), cases(lambda name, mask: mask == "both", ("none", "outputs", "inputs", "both"))
)
def test_float64(name: str, mask: str) -> None:
    case = SMALL[name]
    model = case.masked(mask, dtype=torch.float64)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    args, kwargs = case.inputs(dtype=torch.float64)
    small = sparsec.compile(model, args, kwargs, measure=False)
    for batch in BATCHES:
        inputs = case.inputs(batch, seed=batch, dtype=torch.float64)
        assert relative_error(run(small, inputs), run(model, inputs)) <= FLOAT64
    # Bias maps are buffers: they cost numbers where a measurement says that they save time.
    assert name in SHARED or trained(small) <= trained(model)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items()), "the model was changed"


@pytest.mark.parametrize(("name", "mask"), cases(lambda name, mask: mask == "both" and name not in ZEROS))
def test_onnxruntime(name: str, mask: str, tmp_path: Path) -> None:
    case = SMALL[name]
    if case.onnx:
        pytest.skip(case.onnx)
    model = case.masked(mask)
    example = case.inputs()
    sparsec.compile(model, *example, measure=False).export_onnx(tmp_path / "small.onnx")
    onnx_model = OnnxModel(tmp_path / "small.onnx")
    names = input_names(model, example)
    assert onnx_model.inputs == names
    for batch in BATCHES:
        inputs = case.inputs(batch, seed=batch)
        assert relative_error(onnx_model(names, inputs), tensors(run(model, inputs))) <= FLOAT32


@pytest.mark.parametrize(("name", "mask"), cases(lambda name, mask: mask == "both" and name in IN_DYNAMO))
def test_torch_compile(name: str, mask: str) -> None:
    case = SMALL[name]
    model = case.masked(mask)
    batches = [case.inputs(batch, seed=batch) for batch in (2, *BATCHES)]
    for result, inputs in zip(run_sparse_backend(model, batches), batches, strict=True):
        assert relative_error(result, run(model, inputs)) <= FLOAT32


@pytest.mark.parametrize("via", ["prune", "ln_structured", "parametrization"])
@pytest.mark.parametrize(
    "mask", [*(pytest.param(mask, marks=pytest.mark.slow) for mask in ("outputs", "inputs")), "both"]
)
@pytest.mark.parametrize("name", ["residual", "grouped_chain", "transposed_grouped", "flatten_linear", "called_twice"])
def test_masks_by_torchs_own_tools(name: str, mask: str, via: str) -> None:
    case = SMALL[name]
    model = case.masked(mask, dtype=torch.float64, via=via)
    small = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False)
    inputs = case.inputs(3, seed=3, dtype=torch.float64)
    assert relative_error(run(small, inputs), run(model, inputs)) <= FLOAT64
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in model.parameters())


def test_masks_by_torchs_own_tools_remove_what_plain_zeros_remove() -> None:
    case = SMALL["residual"]
    sizes = set()
    for via in ("zeros", "prune", "parametrization"):
        model = case.build()
        zero_both(model, 0.3, via=via)
        sizes.add(parameter_count(sparsec.compile(model, *case.inputs(), measure=False)))
    assert len(sizes) == 1


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_but_zeros_is_refused(name: str) -> None:
    case = SMALL[name]
    with pytest.raises(sparsec.UserError) as refusal:
        sparsec.compile(case.build(), *case.inputs(), measure=False)
    assert refusal.value.code == case.refused


def test_output_names_are_the_models_own(tmp_path: Path) -> None:
    case = SMALL["middle_dict"]
    sparsec.compile(case.masked("both"), *case.inputs(), measure=False).export_onnx(tmp_path / "small.onnx")
    names = OnnxModel(tmp_path / "small.onnx").outputs
    assert names[:3] == ["out", "again", "aux"]
    assert len(set(names)) == 4
