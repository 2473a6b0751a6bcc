"""What a model for a card may be packed into by others: the operators go along as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode

import sparsec
from sparsec.codegen import triton
from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.compiler.ir.packing import SparseLayer


def test_a_saved_layer_runs_on_a_card_that_is_not_here_with_tensors_that_hold_nothing(tmp_path: Path) -> None:
    """Shapes, dtypes and devices come out right of what a file holds; the kernels need not be there for that."""
    weight = torch.randn(64, 96).half() * (torch.rand(2, 3) < 0.6).repeat_interleave(32, 0).repeat_interleave(32, 1)
    layer = SparseLayer(weight, pattern_of(weight), 2, bias=True, activation="silu", gate=True)
    program = in_formats(layer, {"blocks": Bsr(layer.shape, 32, 32)})["blocks"]
    torch.export.save(torch.export.export(program.module, tuple(program.inputs)), tmp_path / "layer.pt2")
    loaded = torch.export.load(tmp_path / "layer.pt2").module()
    with FakeTensorMode(allow_non_fake_inputs=True):
        held = {**dict(loaded.named_parameters()), **dict(loaded.named_buffers())}
        there = {name: torch.empty_like(value, device="cuda") for name, value in held.items()}
        inputs = tuple(torch.empty_like(value, device="cuda") for value in program.inputs)
        (found,) = torch.func.functional_call(loaded, there, inputs)
    assert (found.shape, found.dtype, found.device.type) == ((2, 64), torch.float16, "cuda")


@pytest.mark.slow
@pytest.mark.skipif(not (triton.version() and shutil.which("g++")), reason="needs Triton and a C++ compiler")
def test_aotinductor_packages_hold_sparse_layers(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, 64)).bfloat16().eval()
    kept = (torch.rand(32, 32) < 0.2).repeat_interleave(64, 0).repeat_interleave(64, 1)
    with torch.no_grad():
        model[0].weight *= kept
        x = torch.randn(4, 2048).bfloat16()
        small = sparsec.compile(model, (x,), target="cuda:sm_90", measure=False)
        assert any(str(node.target) == "sparsec.bsr_linear.default" for node in small.program.nodes())
        package = torch._inductor.aoti_compile_and_package(small.exported, package_path=str(tmp_path / "model.pt2"))
        torch.testing.assert_close(torch._inductor.aoti_load_package(package)(x), model(x))
