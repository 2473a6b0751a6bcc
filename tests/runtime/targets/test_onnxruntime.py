"""ONNX Runtime: what is particular to it; what holds of every target is in ``contracts``."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.runtime.targets import onnxruntime


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """The programs that were written for a session."""
    found: list[Program] = []
    write = onnxruntime.in_memory

    def in_memory(program: Program) -> Any:
        found.append(program)
        return write(program)

    monkeypatch.setattr(onnxruntime, "in_memory", in_memory)
    return found


def network() -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval()
    with torch.no_grad():
        model[0].weight[::2] = model[0].bias[::2] = 0
    return model


def compiled(model: nn.Module, *inputs: Tensor, measure: bool = False, **options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(model, inputs, target="onnxruntime", measure=measure, **options)


def test_what_was_timed_is_what_is_called(written: list[Program]) -> None:
    x = torch.randn(3, 8)
    small = compiled(network(), x, measure=True)
    timed = len(written)
    assert timed > 0
    torch.testing.assert_close(small(x), network()(x), rtol=1e-5, atol=1e-6)
    assert len(written) == timed


def test_without_a_measurement_it_is_loaded_by_the_first_call(written: list[Program]) -> None:
    x = torch.randn(3, 8)
    small = compiled(network(), x, kernels=False)
    assert not written
    for batch in (1, 3, 5):
        assert small(torch.randn(batch, 8)).shape == (batch, 4)
    assert len(written) == 1
    small.prepare()
    assert len(written) == 2


def test_an_operator_without_a_kernel_is_named_when_the_model_is_called_and_when_it_is_timed() -> None:
    model, image = nn.Conv2d(3, 4, 3).double().eval(), torch.randn(1, 3, 6, 6, dtype=torch.float64)
    small = compiled(model, image)
    torch.testing.assert_close(small.module(image), model(image), rtol=1e-10, atol=1e-10)
    for run in (lambda: small(image), lambda: compiled(model, image, measure=True)):
        with pytest.raises(UserError, match="ONNX Runtime cannot run 'Conv2d'") as caught:
            run()
        assert caught.value.code == "onnx-export-failed" and "Conv" in str(caught.value.note)


def test_what_cannot_be_run_says_where_it_runs(written: list[Program]) -> None:
    image = torch.randn(1, 3, 6, 6, dtype=torch.float64)
    with pytest.raises(UserError) as caught:
        compiled(nn.Conv2d(3, 4, 3).double().eval(), image)(image)
    assert str(caught.value.hint).endswith("; or call '.module', which runs in PyTorch")


def test_weights_are_not_copied(written: list[Program]) -> None:
    small = compiled(nn.Linear(512, 512).eval(), torch.randn(2, 512), kernels=False)
    assert small(torch.randn(2, 512)).shape == (2, 512)
    held = small.get_parameter("weight")
    ((program, executable),) = small._run._made  # type: ignore[union-attr]
    assert program.weights()["weight"].data_ptr() == held.data_ptr() and executable.sizes == {"input": [None, 512]}
