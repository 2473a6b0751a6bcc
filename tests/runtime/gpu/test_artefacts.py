"""What a model for a card may be packed into by others: the operators go along as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

import sparsec
from sparsec.codegen import triton


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
