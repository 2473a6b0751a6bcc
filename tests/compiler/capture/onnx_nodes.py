"""A few nodes of ONNX, as a module and in ONNX Runtime: both have to answer alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper

from sparsec.compiler.capture.onnx import graph as reading
from sparsec.compiler.capture.onnx.module import OnnxGraph, module_of


def values(*shape: int, seed: int = 0, positive: bool = False) -> Any:
    found = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return np.abs(found) + 0.1 if positive else found


def whole(*elements: Any, dtype: Any = np.int64) -> Any:
    return np.array(elements, dtype)


def model_of(body: str, inputs: dict[str, Any], constants: dict[str, Any], opset: int) -> onnx.ModelProto:
    """A model of a few nodes as ``onnx.parser`` reads them; its output is ``y``, and ``z`` where there is one."""
    nodes = [onnx.parser.parse_node(line.strip()) for line in body.split("\n") if line.strip()]
    made = {name for node in nodes for name in node.output}
    types = [
        helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in inputs.items()
    ]
    outputs = [helper.make_empty_tensor_value_info(name) for name in ("y", "z") if name in made]
    held = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "g", types, outputs, held)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def imported(model: onnx.ModelProto) -> OnnxGraph:
    opsets = {"" if entry.domain == "ai.onnx" else entry.domain: entry.version for entry in model.opset_import}
    return module_of(reading._graph(model.graph, opsets, Path("model.onnx")), "model")


def answers(module: OnnxGraph, inputs: dict[str, Any]) -> list[Any]:
    with torch.no_grad():
        return [
            value.numpy() for value in module(*(torch.from_numpy(value.copy()) for value in inputs.values())).values()
        ]


def session_of(model: onnx.ModelProto) -> Any:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def check(body: str, constants: dict[str, Any] | None = None, opset: int = 20, **inputs: Any) -> None:
    inputs = inputs or {"x": values(3, 4)}
    model = model_of(body, inputs, constants or {}, opset)
    wanted = session_of(model).run(None, inputs)
    found = answers(imported(model), inputs)
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
