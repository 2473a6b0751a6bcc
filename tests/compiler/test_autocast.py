"""Autocast around a call is part of what a model is compiled for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError


class Norms(nn.Module):
    """What counts on autocast: layers that round, a norm that is written out where channels go, a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.norm, self.b = nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.norm(self.a(x)).relu()) + x


class Images(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.norm, self.b = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.Conv2d(8, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.norm(self.a(x)).sigmoid())


def dead(model: Any) -> nn.Module:
    with torch.no_grad():
        for part in (model.a, model.norm):
            part.weight[::2] = part.bias[::2] = 0
    return model.eval()  # type: ignore[no-any-return]


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "norms": (Norms, (3, 8)),
    "images": (Images, (2, 3, 6, 6)),
}


def autocast(dtype: torch.dtype | None) -> torch.autocast:
    return torch.autocast("cpu", dtype, enabled=dtype is not None)


def prepared(name: str) -> tuple[nn.Module, Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        make, shape = MODELS[name]
        return dead(make()).requires_grad_(False), torch.randn(shape)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dtype", [None, torch.bfloat16, torch.float16], ids=str)
def test_it_computes_as_where_it_was_compiled(name: str, dtype: torch.dtype | None) -> None:
    model, x = prepared(name)
    with autocast(dtype):
        compiled = sparsec.compile(model, (x,), measure=False)
        for size in (1, 2, 5):
            given = torch.cat([x, x, x])[:size]
            found, wanted = compiled(given), model(given)
            assert found.dtype == wanted.dtype
            tolerance = 1e-5 if dtype is None else 3e-2
            torch.testing.assert_close(found, wanted, rtol=tolerance, atol=tolerance)
    assert compiled.report.parameters[1] < compiled.report.parameters[0]


@pytest.mark.parametrize("compiled_under", [None, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("called_under", [None, torch.bfloat16, torch.float16], ids=str)
def test_calls_elsewhere_are_refused(compiled_under: torch.dtype | None, called_under: torch.dtype | None) -> None:
    model, x = prepared("norms")
    with autocast(compiled_under):
        compiled = sparsec.compile(model, (x,), measure=False)
    with autocast(called_under):
        if compiled_under is called_under:
            assert compiled(x).dtype == model(x).dtype
            return
        with pytest.raises(UserError, match=r"torch\.autocast") as raised:
            compiled(x)
    assert raised.value.code == "bad-inputs"


@pytest.mark.parametrize("called_under", [None, torch.bfloat16], ids=str)
def test_calls_elsewhere_are_refused_inside_torch_compile(called_under: torch.dtype | None) -> None:
    model, x = prepared("norms")
    with autocast(torch.bfloat16):
        compiled = sparsec.compile(model, (x,), measure=False)
    torch._dynamo.reset()
    fast = torch.compile(compiled, backend="eager")
    with autocast(called_under):
        if called_under is None:
            with pytest.raises(UserError, match=r"torch\.autocast"):
                fast(x)
        else:
            found, wanted = fast(x), model(x)
            assert found.dtype == wanted.dtype
            torch.testing.assert_close(found, wanted, rtol=3e-2, atol=3e-2)
    torch._dynamo.reset()


def test_an_exported_program_is_cast_where_it_is_compiled() -> None:
    model, x = prepared("norms")
    exported = torch.export.export(model, (x,))
    with autocast(torch.bfloat16):
        compiled = sparsec.compile(exported, measure=False)
        found, wanted = compiled(x), exported.module()(x)
    assert found.dtype == wanted.dtype
    torch.testing.assert_close(found, wanted, rtol=3e-2, atol=3e-2)


def test_files_hold_the_casts(tmp_path: Path) -> None:
    model, x = prepared("norms")
    with autocast(torch.bfloat16):
        wanted = model(x)
        compiled = sparsec.compile(model, (x,), measure=False)
        program = sparsec.load(compiled.save(tmp_path / "model.pt2")).exported.module()
        inside = program(x)
    for found in (inside, program(x)):
        assert found.dtype == wanted.dtype
        torch.testing.assert_close(found, wanted, rtol=3e-2, atol=3e-2)


@pytest.mark.parametrize("dtype", [torch.bfloat16])
def test_sparse_layers(dtype: torch.dtype) -> None:
    """A model whose zeros stay, in kernels of their own: the same inside of ``torch.compile(backend="sparse")``."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64)).eval().requires_grad_(False)
    for layer in (model[0], model[2]):
        layer.weight *= (torch.rand(8, 64) < 0.2).repeat_interleave(8, 0)
    x = torch.randn(4, 64)
    torch._dynamo.reset()
    fast = torch.compile(model, backend="sparse")
    with autocast(dtype):
        compiled = sparsec.compile(model, (x,), measure=False)
        wanted = model(x)
        for found in (compiled(x), fast(x)):
            assert found.dtype == wanted.dtype
            torch.testing.assert_close(found, wanted, rtol=3e-2, atol=3e-2)
    assert fast(x).dtype == torch.float32
    torch.testing.assert_close(fast(x), model(x), rtol=1e-4, atol=1e-5)
    torch._dynamo.reset()
