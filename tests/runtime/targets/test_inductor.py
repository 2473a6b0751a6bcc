"""Inductor: what is compiled for one set of instructions is not taken for another's."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.runtime.targets import get
from sparsec.runtime.targets.inductor import options

BITS = {"default": 0, "avx2": 256, "avx512": 512}


class Elements(nn.Module):
    """Element-wise work that Inductor writes loops for; 60 numbers are no multiple of any vector."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x) * x + x.exp()


def held(monkeypatch: pytest.MonkeyPatch, capability: str) -> None:
    if capability == "avx512" and "512" not in torch.backends.cpu.get_cpu_capability():
        pytest.skip("this processor has no AVX-512")
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", capability)


@pytest.mark.parametrize(("capability", "bits"), [*BITS.items()])
def test_the_width_of_vectors_is_said(monkeypatch: pytest.MonkeyPatch, capability: str, bits: int) -> None:
    held(monkeypatch, capability)
    assert options() == {"cpp.simdlen": bits}


def test_the_users_own_width_stays() -> None:
    with torch._inductor.config.patch({"cpp.simdlen": 128}):
        assert options() == {}


@pytest.mark.slow
def test_one_cache_for_two_sets_of_instructions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    x = torch.linspace(-2, 2, 60).reshape(3, 20)
    program = capture(Elements().eval(), (x,))
    for capability in reversed(BITS):
        held(monkeypatch, capability)
        torch._dynamo.reset()
        torch.testing.assert_close(get("inductor").load(program)(x), Elements()(x))
