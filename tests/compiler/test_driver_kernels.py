"""Layers whose zeros stay, through ``sparsec.compile`` and ``torch.compile``: kept, undone, verified, saved, loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.codegen.formats.vector_blocks import Packed, VectorBlocks
from sparsec.compiler import driver
from sparsec.compiler.backend import last_reports
from sparsec.compiler.errors import PassError
from sparsec.passes.base import Choice, SparseLayer


@dataclass
class Always:
    """Kernels that are said to be twice as fast."""

    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        return Choice(VectorBlocks(shape, 4), 2.0, "4x1 blocks, measured 2.00x dense")


@pytest.fixture(autouse=True)
def forced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every layer gets a kernel, and every race is won."""
    torch._dynamo.reset()
    monkeypatch.setattr(driver, "kernels_for", lambda target: Always())
    monkeypatch.setattr(driver, "_gain", lambda *programs: 2.0)
    yield
    torch._dynamo.reset()


def net() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(12, 24), nn.GELU(), nn.Linear(24, 8)).eval()
        with torch.no_grad():
            for layer in (model[0], model[2]):
                layer.weight *= torch.rand_like(layer.weight) < 0.3
    return model


def batch(size: int = 3) -> Tensor:
    return torch.randn(size, 12, generator=torch.Generator().manual_seed(size))


def compiled(**options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(net(), (batch(),), measure=False, **options)


def names(model: sparsec.CompiledModule) -> list[str]:
    return [str(node.target) for node in model.program.nodes() if node.op == "call_function"]


@pytest.mark.parametrize("target", ["cpu", "inductor"])
def test_kept_and_told(target: str) -> None:
    small = compiled(target=target)
    assert names(small).count("sparsec.vblock_linear.default") == 2
    assert f"Kept, measured 2.00x on {target}: sparse kernels for 2 layers." in small.report.decisions
    assert all("4x1 blocks, measured 2.00x dense" in layer.done for layer in small.report.layers)
    assert not any("Nothing was removed" in note for note in small.report.notes)
    assert "4x1 blocks" in str(small.report)
    with torch.no_grad():
        for size in (1, 3, 20):
            torch.testing.assert_close(small(batch(size)), net()(batch(size)), rtol=1e-4, atol=1e-5)


def test_undone_where_the_model_is_not_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_gain", lambda *programs: 0.9)
    small = compiled()
    assert not any("sparsec" in name for name in names(small))
    assert "Undone, measured 0.90x on cpu: sparse kernels for 2 layers." in small.report.decisions
    assert all("do not make the model faster" in " ".join(layer.refused) for layer in small.report.layers)


def test_not_asked_for() -> None:
    assert not any("sparsec" in name for name in names(compiled(kernels=False)))


def test_a_kernel_that_computes_something_else_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = VectorBlocks.pack

    def wrong(self: VectorBlocks, weight: Tensor) -> Packed:
        packed = pack(self, weight)
        return Packed(packed.values * 1.01, packed.indices, packed.starts)

    monkeypatch.setattr(VectorBlocks, "pack", wrong)
    with pytest.raises(PassError):
        compiled()


def test_within_torch_compile() -> None:
    model, count = net(), len(last_reports())
    fast = torch.compile(model, backend="sparse")
    with torch.no_grad():
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=1e-4, atol=1e-5)
        model[0].weight *= 2  # seen, and compiled again
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=1e-4, atol=1e-5)
    assert len(last_reports()) == count + 2
    assert "sparse kernels for 2 layers" in last_reports()[-1].summary()
    dense = torch.compile(net(), backend="sparse", options={"kernels": False})
    with torch.no_grad():
        dense(batch())
    assert "sparse kernels" not in last_reports()[-1].summary()


def test_a_bad_option() -> None:
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match="option 'kernels' is True or False"):
        torch.compile(net(), backend="sparse", options={"kernels": "some"})(batch())


def test_saved_and_loaded_by_another_process(tmp_path: Path) -> None:
    path = compiled().save(tmp_path / "small.pt2")
    torch.save((batch(20), net()(batch(20)).detach()), tmp_path / "expected.pt")
    program = (
        "import sys, sparsec, torch\n"
        "x, expected = torch.load(sys.argv[2])\n"
        "with torch.no_grad():\n"
        "    got = sparsec.load(sys.argv[1]).module()(x)\n"
        "torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path), str(tmp_path / "expected.pt")], check=True)


def test_gradients_flow_as_through_the_dense_model() -> None:
    small, x, y = compiled(), batch().requires_grad_(), batch().requires_grad_()
    small(x).sum().backward()
    net()(y).sum().backward()
    torch.testing.assert_close(x.grad, y.grad, rtol=1e-4, atol=1e-5)
