"""Products as ONNX models of one node, and sessions that run them."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

Run = Callable[[], object]


def session(
    model: onnx.ModelProto | str | Path, feeds: Mapping[str, Tensor], threads: int, library: Path | None = None
) -> Run:
    """A call that runs a model in ONNX Runtime and returns its first output as a Tensor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    if library is not None:
        options.register_custom_ops_library(str(library))
    source = model.SerializeToString() if isinstance(model, onnx.ModelProto) else str(model)
    made = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    wanted = {value.name for value in made.get_inputs()}
    given = {name: value.numpy() for name, value in feeds.items() if name in wanted}
    return lambda: torch.from_numpy(made.run(None, given)[0])


def product(weight: Tensor, tokens: int) -> onnx.ModelProto:
    """Multiply x [tokens, columns] by weight [rows, columns], transposed."""
    nodes = [helper.make_node("MatMul", ["x", "weight"], ["y"])]
    return _model(nodes, [tokens, weight.shape[1]], {"weight": weight.t().contiguous()})


def quantised(weight: Tensor, x: Tensor, threads: int) -> Run:
    """ONNX Runtime's own dynamic quantisation of a product: weights and, at each call, activations in 8 bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    level = logging.root.level
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        onnx.save_model(product(weight, x.shape[0]), str(plain))
        try:
            logging.root.setLevel(logging.ERROR)  # it advises to preprocess, which changes nothing here
            quantize_dynamic(plain, small, weight_type=QuantType.QInt8)
        finally:
            logging.root.setLevel(level)
        return session(small, {"x": x}, threads)


def _model(nodes: list[onnx.NodeProto], shape: Sequence[int], weights: Mapping[str, Tensor]) -> onnx.ModelProto:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [*shape])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    constants = [_constant(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "layer", [x], [y], constants)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _constant(value: Tensor, name: str) -> onnx.TensorProto:
    if value.dtype is not torch.bfloat16:
        return numpy_helper.from_array(value.detach().numpy(), name)
    raw: np.ndarray[Any, Any] = value.view(torch.int16).numpy()
    return helper.make_tensor(name, TensorProto.BFLOAT16, raw.shape, raw.tobytes(), raw=True)


def static_convolution(weight: Tensor, x: Tensor) -> Run:
    """ONNX Runtime's static quantisation of a convolution of stride 1, from float32 to float32; one thread."""
    side, rows = weight.shape[2], weight.shape[0]
    scales = weight.abs().amax((1, 2, 3)).clamp_min(1e-12) / 127
    steps = (weight / scales[:, None, None, None]).round().to(torch.int8)
    y = torch.nn.functional.conv2d(x, weight, padding=side // 2)
    held = {"w": steps, "ws": scales, "wz": torch.zeros(rows, dtype=torch.int8)}
    for name, value in (("x", x), ("y", y)):
        held |= {f"{name}s": value.abs().max() / 127, f"{name}z": torch.tensor(128, dtype=torch.uint8)}
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"]),
        helper.make_node("QLinearConv", ["xq", "xs", "xz", "w", "ws", "wz", "ys", "yz"], ["yq"], pads=[side // 2] * 4),
        helper.make_node("DequantizeLinear", ["yq", "ys", "yz"], ["y"]),
    ]
    return session(_model(nodes, [*x.shape], held), {"x": x}, 1)
