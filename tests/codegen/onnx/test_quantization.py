"""Quantised models as ONNX: integers are written as integers, and ONNX Runtime computes what PyTorch does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from quantised import Held, Round, limits, ops
from torch import Tensor, nn

from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.integers import in_integers, in_numbers
from sparsec.compiler.ir.quantization import LEAST_SCALE


def written(model: nn.Module, x: Tensor, path: Path, opset: int | None = None) -> tuple[onnx.ModelProto, Tensor]:
    """The file of a model, and how far ONNX Runtime is from PyTorch when it fuses nothing."""
    program = in_integers(in_numbers(capture(torch.export.export(model.eval(), (x,)))))
    export_onnx(program, path, opset=opset)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options)
    (given,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    return onnx.load(path), torch.from_numpy(given) - program.run([x])[0]


def fused(path: Path) -> Counter[str]:
    """What ONNX Runtime makes of a file."""
    options, out = onnxruntime.SessionOptions(), path.with_suffix(".opt.onnx")
    options.optimized_model_filepath, options.log_severity_level = str(out), 3
    onnxruntime.InferenceSession(str(path), options)
    return Counter(node.op_type for node in onnx.load(out).graph.node)


def initializers(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {held.name: onnx.numpy_helper.to_array(held) for held in model.graph.initializer}


def test_convolutions_and_products_of_integers(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        Round(0.05, 3, torch.uint8),
        Held(nn.Conv2d(3, 8, 3, padding=1), read=0.05),
        nn.ReLU(),
        Round(0.02, 0, torch.uint8),
        nn.Flatten(),
        Round(0.02, 0, torch.uint8),
        Held(nn.Linear(8 * 16, 5), read=0.02),
        Round(0.03, 7, torch.uint8),
    )
    file = tmp_path / "model.onnx"
    model_proto, off = written(model, torch.randn(2, 3, 4, 4), file)
    assert float(off.abs().max()) < 1e-6 or float((off.abs() > 0.015).float().mean()) < 0.2
    held = initializers(model_proto)
    assert {name: held[name].dtype for name in held if held[name].ndim > 1} == {
        "1.weight": np.int8,
        "6.weight": np.int8,
    }
    assert held["1.bias"].dtype == held["6.bias"].dtype == np.int32
    assert np.array_equal(held["1.weight"], model[1].weight.numpy())
    made = fused(file)
    assert made["QLinearConv"] == 1 and made["QGemm"] == 1 and made["Conv"] == made["Gemm"] == 0


def test_a_matrix_lies_as_onnx_multiplies(tmp_path: Path) -> None:
    """A node that transposes it would stand between the product and its integers."""
    model = nn.Sequential(Round(0.05, 3, torch.uint8), Held(nn.Linear(6, 8, bias=False)), Round(0.02, 3, torch.uint8))
    file = tmp_path / "model.onnx"
    proto, off = written(model, torch.randn(2, 3, 6), file)
    assert float(off.abs().max()) < 1e-6
    assert "Transpose" not in {node.op_type for node in proto.graph.node}
    (weight,) = [held for held in initializers(proto).values() if held.ndim == 2]
    assert weight.dtype == np.int8 and np.array_equal(weight, model[1].weight.t().numpy())
    assert fused(file)["QLinearMatMul"] == 1


@pytest.mark.parametrize("dtype", [torch.int16, torch.uint16])
def test_integers_of_16_bits_need_newer_operators(tmp_path: Path, dtype: torch.dtype) -> None:
    zero = 0 if dtype is torch.int16 else 32768
    model = nn.Sequential(Round(0.001, zero, dtype), Held(nn.Linear(6, 4), dtype, None, zero))
    proto, off = written(model, torch.randn(3, 6), tmp_path / "model.onnx")
    assert float(off.abs().max()) < 1e-5
    assert next(o.version for o in proto.opset_import if o.domain == "") == 21
    (weight,) = [held for held in initializers(proto).values() if held.ndim == 2]
    assert str(weight.dtype) == str(dtype).removeprefix("torch.")


class Ranges(nn.Module):
    """Rounds with a scale for what there is, and to fewer integers than their type has."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, x: Tensor) -> Tensor:
        rest = (*limits(torch.uint8), torch.uint8)
        scale, zero = ops.choose_qparams.tensor(x, 0, 255, 1e-4, torch.uint8)
        rounded = ops.quantize_per_tensor.tensor(x, scale, zero, *rest)
        x = ops.dequantize_per_tensor.tensor(rounded, scale, zero, *rest)
        few = (0.02, 3, -17, 40, self.dtype)
        return ops.dequantize_per_tensor(ops.quantize_per_tensor(x, *few), *few)


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16])
def test_ranges(tmp_path: Path, dtype: torch.dtype) -> None:
    x = torch.randn(5, 7)
    _, off = written(Ranges(dtype), x, tmp_path / "model.onnx")
    assert float((off.abs() > 1e-6).float().mean()) < 0.1 and float(off.abs().max()) < 0.0201


class OfRange(nn.Module):
    """Rounds to the range that there is, as ONNX files do, or to one that is as many times as large."""

    def __init__(self, times: float) -> None:
        super().__init__()
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        rest = (*limits(torch.uint8), torch.uint8)
        scale, zero = ops.choose_qparams.tensor(x, 0, 255, LEAST_SCALE, torch.uint8)
        scale, zero = scale.to(torch.float32).reshape(()), zero.to(torch.uint8).reshape(())
        scale = scale if self.times == 1 else scale * self.times
        rounded = ops.quantize_per_tensor.tensor(x, scale, zero, *rest)
        return ops.dequantize_per_tensor.tensor(rounded, scale, zero, *rest)


@pytest.mark.parametrize("times", [1, 2])
def test_the_operator_for_ranges_is_written_for_them_alone(tmp_path: Path, times: int) -> None:
    model, off = written(OfRange(times), torch.randn(5, 7), tmp_path / "model.onnx")
    assert ("DynamicQuantizeLinear" in {node.op_type for node in model.graph.node}) is (times == 1)
    assert float((off.abs() > 1e-6).float().mean()) < 0.1 and float(off.abs().max()) < 0.1
