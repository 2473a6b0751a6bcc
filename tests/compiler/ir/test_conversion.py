"""Compiled models in another dtype or on another device: as the converted model, or a UserError that says why not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.conversion import convert
from sparsec.compiler.ir.verifier import verify

X = torch.linspace(-1, 1, 40).reshape(2, 5, 4)
ATOL = {torch.float64: 1e-10, torch.float32: 1e-6, torch.float16: 5e-3, torch.bfloat16: 5e-2}


class Places(nn.Module):
    """Adds a table of places, which are made on the device of the input."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.table, self.linear = nn.Embedding(9, 4), nn.Linear(4, 6)
        self.register_buffer("scale", torch.linspace(0.5, 1, 4))
        with torch.no_grad():
            self.linear.weight[::2], self.linear.bias[::2] = 0, 0

    def forward(self, x: Tensor) -> Tensor:
        places = torch.arange(x.shape[1], device=x.device)
        found: Tensor = self.linear(x * self.scale + self.table(places)).relu()
        return found


class Casts(nn.Module):
    """Computes a part in float32, whatever the weights are."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).softmax(-1, dtype=torch.float32).to(x.dtype)


def compiled(model: nn.Module, target: str = "cpu") -> sparsec.CompiledModule:
    return sparsec.compile(model.eval(), (X,), target=target, measure=False)


def test_every_dtype_in_eager() -> None:
    model = Places().eval()
    small = compiled(model)
    for dtype in ATOL:
        other = copy.deepcopy(small).to(dtype)
        found, wanted = other(X.to(dtype)), copy.deepcopy(model).to(dtype)(X.to(dtype))
        assert found.dtype is wanted.dtype is dtype
        torch.testing.assert_close(found, wanted, rtol=0, atol=ATOL[dtype])
        verify(other.program)


@pytest.mark.parametrize(
    ("target", "called"), [("onnxruntime", False), ("onnxruntime", True), ("inductor", True)], ids=str
)
def test_there_and_back_on_a_target(target: str, called: bool) -> None:
    model = Places().eval()
    small = compiled(model, target)
    if called:
        small(X)
    for dtype in (torch.float64, torch.float32):
        small.to(dtype)
        found = small(X.to(dtype))
        assert found.dtype is dtype
        torch.testing.assert_close(found, model.to(dtype)(X.to(dtype)), rtol=0, atol=1e-6)


def test_what_onnx_runtime_has_no_kernel_for() -> None:
    small = compiled(Places(), "onnxruntime")
    with pytest.raises(UserError, match="bfloat16"):
        small.bfloat16()(X.bfloat16())
    torch.manual_seed(0)
    image = torch.randn(1, 3, 6, 6)
    conv = sparsec.compile(nn.Conv2d(3, 4, 3).eval(), (image,), target="onnxruntime", measure=False)
    conv(image)
    with pytest.raises(UserError, match="no kernel") as caught:
        conv.double()(image.double())
    assert "float32" in str(caught.value.hint)
    torch.testing.assert_close(conv.float()(image), conv.module(image), rtol=0, atol=1e-5)


@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
@pytest.mark.parametrize("change", [nn.Module.half, nn.Module.double, nn.Module.bfloat16])
def test_casts_are_for_one_dtype(target: str, change: Callable[[nn.Module], nn.Module]) -> None:
    small = compiled(Casts(), target)
    before = small(X)
    with pytest.raises(UserError, match="cannot be converted") as caught:
        change(small)
    assert caught.value.code == "unsupported-tensor" and "float32" in str(caught.value.note)
    torch.testing.assert_close(small.float()(X), before)  # as it was


def test_autocast_is_for_one_dtype() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        small = compiled(nn.Linear(4, 4))
    with pytest.raises(UserError, match="cannot be converted"):
        small.double()


@pytest.mark.filterwarnings("ignore:Complex modules are a new feature:UserWarning")
def test_an_operation_that_has_no_such_dtype() -> None:
    class Turned(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return torch.fft.rfft(self.linear(x)).abs()

    small = compiled(Turned())
    with pytest.raises(UserError, match="cannot be converted"):
        small.to(torch.complex64)
    assert small(X).dtype is torch.float32


def test_devices_move_along() -> None:
    small = compiled(Places())
    state = {name: value.clone() for name, value in small.state_dict().items()}
    wanted = small(X)
    assert small.to("meta")(X.to("meta")).device.type == "meta"
    small.to_empty(device="cpu").load_state_dict(state)
    torch.testing.assert_close(small(X), wanted)


def test_nothing_runs_on_weights_without_numbers() -> None:
    small = compiled(Places(), "onnxruntime")
    wanted, state = small(X), {name: value.clone() for name, value in small.state_dict().items()}
    small.to("meta")
    for x in (X, X.to("meta")):
        with pytest.raises(UserError, match="meta device") as caught:
            small(x)
        assert caught.value.code == "unsupported-tensor"
    small.to_empty(device="cpu").load_state_dict(state)
    torch.testing.assert_close(small(X), wanted)


def test_those_who_share_a_program_follow() -> None:
    small = compiled(Places(), "onnxruntime")
    small(X)
    small.module.double()
    wanted = copy.deepcopy(Places()).double().eval()(X.double())
    torch.testing.assert_close(small(X.double()), wanted, rtol=0, atol=1e-10)
    assert {value.dtype for value in small.state_dict().values()} == {torch.float64}


def test_in_a_larger_model() -> None:
    model = nn.Sequential(compiled(Places()), nn.Linear(6, 2)).double()
    assert model(X.double()).dtype is torch.float64


def test_a_session_outlasts_what_changes_nothing() -> None:
    small = compiled(Places(), "onnxruntime")
    small(X)
    session: Any = small._run
    small.float().cpu()
    assert small._run is session
    small.double()
    assert small._run is not session


def test_convert_says_whether_anything_is_new() -> None:
    program = capture(Places().eval(), (X,))
    assert not convert(program, lambda value: value)
    assert convert(program, lambda value: value.double() if value.is_floating_point() else value)
    verify(program)
    values = [node.meta["val"] for node in program.nodes() if isinstance(node.meta.get("val"), Tensor)]
    assert {value.dtype for value in values} == {torch.float64, torch.int64}
