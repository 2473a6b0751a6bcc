"""A layer in ONNX Runtime, dense or by a sparse kernel: small models of one layer, to be timed against each other."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.mlir.matmul import Matmul
from ..codegen.onnx import native
from ..codegen.onnx.native_api import DOMAIN
from ..codegen.onnx.sparse_nodes import attributes_of, kernel_of
from ..passes.base import SparseLayer

OPSET = 20
# Activations that are one node, with its attributes; what is missing is written out below.
NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "hardsigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hardswish": ("HardSwish", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "gelu": ("Gelu", {}),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}),
}

Run = Callable[[], object]


def runners(layer: SparseLayer, candidates: list[int], shape: tuple[int, ...]) -> dict[str, Run]:
    """The layer, "dense" and in blocks of some rows ("8x1"), in sessions with as many threads as PyTorch has.

    Args:
        layer: what to compute.
        candidates: rows of blocks.
        shape: of its input.

    Raises:
        UserError: the kernels cannot be compiled or linked.
    """
    models = {"dense": _dense(layer, shape)}
    kernels = {}
    for rows in candidates:
        kernels[f"{rows}x1"], models[f"{rows}x1"] = _sparse(layer, rows, shape)
    strides = () if layer.window is None else (layer.window.stride[0],)
    library = _library(tuple(kernels.values()), strides)
    return {name: _run(model, library if name in kernels else None) for name, model in models.items()}


@functools.lru_cache(64)
def _library(kernels: tuple[Matmul, ...], strides: tuple[int, ...]) -> Path:
    """A library that many layers may use; it goes with the process."""
    return native.write_library(kernels, Path(_folder().name) / f"{abs(hash((kernels, strides)))}.so", strides)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="sparsec-")


def session_options(library: Path | None) -> Any:
    """How sessions that are timed are set up: their threads do not wait busily while another session runs."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if library is not None:
        options.register_custom_ops_library(str(library))
    return options


def _run(model: onnx.ModelProto, library: Path | None) -> Run:
    """Run a model on random inputs."""
    import onnxruntime

    session = onnxruntime.InferenceSession(
        model.SerializeToString(), session_options(library), providers=["CPUExecutionProvider"]
    )
    random = np.random.default_rng(0)
    binding = session.io_binding()
    for given in session.get_inputs():
        binding.bind_cpu_input(given.name, random.standard_normal(given.shape).astype(np.float32))
    binding.bind_output("y")

    def run() -> object:
        session.run_with_iobinding(binding)
        return binding.get_outputs()[0]

    return run


@dataclass
class _Model:
    """A graph of one layer, being written."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Append a node; the name of its result."""
        result = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [result], domain=domain, **attributes))
        return result

    def weight(self, name: str, value: Tensor) -> str:
        self.weights.append(numpy_helper.from_array(value.detach().contiguous().numpy(), name))
        return name

    def input(self, name: str, shape: tuple[int, ...]) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
        return name

    def finish(self) -> onnx.ModelProto:
        self.nodes[-1].output[0] = "y"
        output = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "layer", self.inputs, [output], self.weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _result_shape(layer: SparseLayer, shape: tuple[int, ...]) -> tuple[int, ...]:
    rows, window = layer.weight.shape[0], layer.window
    if window is None:
        return (*shape[:-1], rows)
    sides = zip(shape[2:], window.kernel, window.stride, window.padding, window.dilation, strict=True)
    return (shape[0], rows, *((size + 2 * pad - step * (k - 1) - 1) // move + 1 for size, k, move, pad, step in sides))


def _bias(layer: SparseLayer) -> Tensor:
    return torch.linspace(-1, 1, layer.weight.shape[0])


def _dense(layer: SparseLayer, shape: tuple[int, ...]) -> onnx.ModelProto:
    model, window = _Model(), layer.window
    inputs = [model.input("x", shape)]
    if window is None:
        inputs.append(model.weight("weight", layer.weight.t()))
        inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
        y = model.node("Gemm", *inputs)
    else:
        inputs.append(model.weight("weight", layer.weight.reshape(layer.weight.shape[0], shape[1], *window.kernel)))
        inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
        sides: dict[str, Any] = {"kernel_shape": window.kernel, "strides": window.stride, "dilations": window.dilation}
        y = model.node("Conv", *inputs, **sides, pads=[*window.padding, *window.padding])
    if layer.residual:
        y = model.node("Add", y, model.input("residual", _result_shape(layer, shape)))
    _activate(model, y, layer.activation)
    return model.finish()


def _activate(model: _Model, y: str, activation: str) -> None:
    if activation == "relu6":
        limits = [model.weight(name, torch.tensor(value)) for name, value in (("low", 0.0), ("high", 6.0))]
        model.node("Clip", y, *limits)
    elif activation == "silu":
        model.node("Mul", y, model.node("Sigmoid", y))
    elif activation:
        kind, attributes = NODES[activation]
        model.node(kind, y, **attributes)


def _sparse(layer: SparseLayer, rows: int, shape: tuple[int, ...]) -> tuple[Matmul, onnx.ModelProto]:
    """The kernel of a layer in blocks of some rows, and a model of it."""
    packed = VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), rows).pack(layer.weight)
    ends: dict[str, Any] = {"bias": layer.bias, "residual": layer.residual, "activation": layer.activation}
    kernel = kernel_of(packed.values, packed.indices, **ends, window=layer.window)
    model = _Model()
    inputs = [model.input("x", shape)]
    inputs += [model.weight(name, getattr(packed, name)) for name in ("values", "indices", "starts")]
    inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
    inputs += [model.input("residual", _result_shape(layer, shape))] if layer.residual else []
    attributes = attributes_of(kernel, layer.weight.shape[0], layer.window)
    model.node(kernel.name, *inputs, domain=DOMAIN, **attributes)
    return kernel, model.finish()
