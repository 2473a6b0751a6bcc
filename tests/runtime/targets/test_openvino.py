"""OpenVINO: what is particular to it; what holds of every target is in ``contracts``."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.runtime.targets.openvino import TARGET

openvino = pytest.importorskip("openvino", reason="an extra: pip install 'sparsec[openvino]'")


def network() -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.ReLU(), nn.Conv2d(32, 32, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with torch.no_grad():
        model[0].weight[:11] = model[0].bias[:11] = 0
    return model.eval()


IMAGE = torch.randn(2, 3, 20, 20, generator=torch.Generator().manual_seed(1))


def compiled(model: nn.Module, *inputs: Tensor) -> sparsec.CompiledModule:
    return sparsec.compile(model, inputs, target="openvino", measure=False)


def test_results_have_the_precision_of_float32() -> None:
    """Some processors would compute in bfloat16."""
    model = network()
    torch.testing.assert_close(compiled(model, IMAGE)(IMAGE), model(IMAGE), rtol=1e-5, atol=1e-6)


def test_zeros_are_removed_to_a_multiple_of_eight() -> None:
    small = compiled(network(), IMAGE)
    assert (
        small.program.weights()["0.weight"].shape[0] == 24 and small.report.parameters[1] < small.report.parameters[0]
    )


def test_other_batches_and_other_images() -> None:
    model = network()
    small = compiled(model, IMAGE)
    for given in (IMAGE[:1], IMAGE.repeat(3, 1, 1, 1), IMAGE[:, :, :17]):
        torch.testing.assert_close(small(given), model(given), rtol=1e-5, atol=1e-6)


def test_indices_are_inputs_too() -> None:
    model, tokens = nn.Sequential(nn.Embedding(50, 16), nn.Linear(16, 8)).eval(), torch.randint(50, (3, 7))
    small = compiled(model, tokens)
    torch.testing.assert_close(small(tokens[:, :4]), model(tokens[:, :4]), rtol=1e-5, atol=1e-6)


def test_its_files_are_read_by_openvino_and_hold_float32(tmp_path: Path) -> None:
    small = compiled(network(), IMAGE)
    path = small.save(tmp_path / "small.xml")
    assert {file.name for file in tmp_path.iterdir()} == {"small.xml", "small.bin"}
    weights = sum(w.numel() * w.element_size() for w in small.program.weights().values())
    assert (tmp_path / "small.bin").stat().st_size >= weights
    options = {"INFERENCE_PRECISION_HINT": "f32"}
    (result,) = openvino.Core().compile_model(path, "CPU", options)([IMAGE.numpy()]).values()
    torch.testing.assert_close(torch.from_numpy(result.copy()), network()(IMAGE).detach(), rtol=1e-5, atol=1e-6)


def test_float64_is_refused_rather_than_rounded() -> None:
    small = compiled(network().double(), IMAGE.double())
    with pytest.raises(UserError, match="it computes float64 in 32 bits") as caught:
        small(IMAGE.double())
    assert caught.value.code == "onnx-export-failed" and "float32" in str(caught.value.hint)


def test_what_it_cannot_read_is_an_error_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object, path: object) -> None:
        raise RuntimeError("Check 'unconverted' failed:\n  no such operator")

    monkeypatch.setattr(openvino.Core, "read_model", fails)
    with pytest.raises(UserError, match="OpenVINO cannot read 'Sequential'") as caught:
        compiled(network(), IMAGE)(IMAGE)
    assert "no such operator" in str(caught.value.note)


def test_it_has_no_kernels_of_ours() -> None:
    assert not TARGET.kernels and TARGET.missing() is None
