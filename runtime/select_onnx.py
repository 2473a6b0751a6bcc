"""A layer in ONNX Runtime, dense or in sparse forms: small models of one layer, to be timed against each other."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

from ..codegen.formats.grouped_gather import GroupedGather
from ..codegen.formats.int8_blocks import Int8Blocks
from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.onnx import native
from ..codegen.onnx.native_api import DOMAIN
from ..codegen.onnx.native_ops import Operator
from ..codegen.onnx.sparse_nodes import attributes_of, int8_kernel_of, kernel_of
from ..codegen.operators.epilogues import ACTIVATIONS
from ..passes.base import Form, SparseLayer

OPSET = 20

Run = Callable[[], object]


def runners(layer: SparseLayer, forms: Mapping[str, Form], x: Tensor | None = None) -> dict[str, Run]:
    """The layer, "dense" and in each of the forms, in sessions with as many threads as PyTorch has.

    They run on ``x``, or on something random of its shape, and return their result as an ``OrtValue``.

    Raises:
        UserError: the kernels cannot be compiled or linked.
    """
    models, kernels = {"dense": _dense(layer)}, dict[str, Operator]()
    for name, form in forms.items():
        if isinstance(form, GroupedGather):
            models[name] = _grouped(layer, form)
        elif isinstance(form, Int8Blocks):
            kernels[name], models[name] = _int8(layer, form)
        else:
            kernels[name], models[name] = _blocks(layer, form)
    strides = () if layer.window is None else (layer.window.stride[0],)
    library = library_of([*kernels.values()], strides) if kernels else None
    given = {} if x is None else {"x": x}
    return {name: _run(model, library if name in kernels else None, given) for name, model in models.items()}


def library_of(kernels: Iterable[Operator], strides: Iterable[int]) -> Path:
    """A library that many layers and models may use; it goes with the process.

    Raises:
        UserError: the kernels cannot be compiled or linked.
    """
    return _library(tuple(sorted(set(kernels), key=lambda kernel: kernel.name)), tuple(strides))


@functools.lru_cache(64)
def _library(kernels: tuple[Operator, ...], strides: tuple[int, ...]) -> Path:
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


def _run(model: onnx.ModelProto, library: Path | None, inputs: Mapping[str, Tensor]) -> Run:
    """Run a model; inputs that are not given are random."""
    import onnxruntime

    session = onnxruntime.InferenceSession(
        model.SerializeToString(), session_options(library), providers=["CPUExecutionProvider"]
    )
    random = np.random.default_rng(0)
    binding = session.io_binding()
    for wanted in session.get_inputs():
        found = inputs.get(wanted.name)
        value = random.standard_normal(wanted.shape).astype(np.float32) if found is None else found.numpy()
        binding.bind_cpu_input(wanted.name, value)
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
        held = value.detach().contiguous()
        if held.dtype is torch.bfloat16:  # NumPy has no such numbers
            raw = held.view(torch.int16).numpy().tobytes()
            self.weights.append(helper.make_tensor(name, onnx.TensorProto.BFLOAT16, held.shape, raw, raw=True))
        else:
            self.weights.append(numpy_helper.from_array(held.numpy(), name))
        return name

    def input(self, name: str, shape: tuple[int, ...]) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
        return name

    def operand(self, held: str | float, x: str, y: str) -> str:
        """An input of an activation's node, see ``OnnxNode``."""
        if isinstance(held, str):
            return {"x": x, "y": y}[held]
        return self.weight(f"constant{len(self.weights)}", torch.tensor(held))

    def finish(self) -> onnx.ModelProto:
        self.nodes[-1].output[0] = "y"
        output = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "layer", self.inputs, [output], self.weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _bias(layer: SparseLayer) -> Tensor:
    return torch.linspace(-1, 1, layer.weight.shape[0])


def _dense(layer: SparseLayer) -> onnx.ModelProto:
    model, window = _Model(), layer.window
    inputs = [model.input("x", layer.input_shape)]
    if window is None:
        inputs.append(model.weight("weight", layer.weight.t()))
        inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
        y = model.node("Gemm", *inputs)
    else:
        weight = layer.weight.reshape(layer.weight.shape[0], layer.input_shape[1], *window.kernel)
        inputs.append(model.weight("weight", weight))
        inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
        sides: dict[str, Any] = {"kernel_shape": window.kernel, "strides": window.stride, "dilations": window.dilation}
        y = model.node("Conv", *inputs, **sides, pads=[*window.padding, *window.padding])
    return _finished(model, y, layer)


def _finished(model: _Model, y: str, layer: SparseLayer) -> onnx.ModelProto:
    """The model of which all is there but the residual and the activation."""
    if layer.residual:
        y = model.node("Add", y, model.input("residual", layer.result_shape))
    x = y
    for node in ACTIVATIONS[layer.activation].onnx if layer.activation else ():
        y = model.node(node.kind, *(model.operand(held, x, y) for held in node.inputs), **node.attributes)
    return model.finish()


def _blocks(layer: SparseLayer, form: VectorBlocks) -> tuple[Operator, onnx.ModelProto]:
    """The kernel of a layer in blocks, and a model of it."""
    order, bias, residual, activation = layer.pattern.order, _bias(layer), layer.residual, layer.activation
    weight = layer.weight if order is None else layer.weight[order]
    if order is not None and residual:  # what is added lies in the old order
        residual, activation = False, ""
    packed = form.pack(weight)
    ends: dict[str, Any] = {"bias": layer.bias, "residual": residual, "activation": activation}
    segmented = form.segments > 1
    kernel = kernel_of(packed.values, packed.indices, **ends, window=layer.window, segmented=segmented)
    model = _Model()
    inputs = [model.input("x", layer.input_shape)]
    inputs += [model.weight(name, getattr(packed, name)) for name in ("values", "indices", "starts")]
    inputs += [model.weight("bias", bias if order is None else bias[order])] if layer.bias else []
    inputs += [model.input("residual", layer.result_shape)] if residual else []
    attributes = attributes_of(kernel, layer.weight.shape[0], layer.window, form.segment)
    y = model.node(kernel.name, *inputs, domain=DOMAIN, **attributes)
    if order is None:
        return kernel, model.finish()
    places = model.weight("places", torch.argsort(order))
    y = model.node("Gather", y, places, axis=-1 if layer.window is None else 1)
    return kernel, _finished(model, y, layer) if layer.residual else model.finish()


def _int8(layer: SparseLayer, form: Int8Blocks) -> tuple[Operator, onnx.ModelProto]:
    """The kernel of a layer in 8 bits, which adds no residual, and a model of it."""
    packed, activation = form.pack(layer.weight), "" if layer.residual else layer.activation
    kernel = int8_kernel_of(packed.values, packed.indices, bias=layer.bias, activation=activation)
    model = _Model()
    inputs = [model.input("x", layer.input_shape)]
    inputs += [model.weight(field.name, getattr(packed, field.name)) for field in fields(packed)]
    inputs += [model.weight("bias", _bias(layer))] if layer.bias else []
    y = model.node(kernel.name, *inputs, domain=DOMAIN, **attributes_of(kernel, layer.weight.shape[0]))
    return kernel, _finished(model, y, layer) if layer.residual else model.finish()


def _grouped(layer: SparseLayer, form: GroupedGather) -> onnx.ModelProto:
    """A layer in groups of rows: one Gather, one batched MatMul; nothing but what every ONNX Runtime has."""
    packed, model = form.pack(layer.weight), _Model()
    x = model.input("x", layer.input_shape)
    values, columns = model.weight("values", packed.values), model.weight("columns", packed.columns)
    groups, rows, width = packed.values.shape
    if layer.window is None:
        read = model.node("Gather", model.node("Transpose", x, perm=[1, 0]), columns, axis=0)
        shapes = [groups, width, -1], [groups * rows, -1]
    else:
        read = model.node("Gather", x, columns, axis=1)
        images, height, breadth = layer.images
        shapes = [images, groups, width, -1], [images, groups * rows, height, breadth]
    read = model.node("Reshape", read, model.weight("read", torch.tensor(shapes[0])))
    y = model.node("MatMul", values, read)
    y = model.node("Reshape", y, model.weight("computed", torch.tensor(shapes[1])))
    dim = 0 if layer.window is None else 1
    if packed.order is not None:
        y = model.node("Gather", y, model.weight("order", packed.order), axis=dim)
    elif groups * rows != form.shape[0]:
        limits = {"first": 0, "last": form.shape[0], "dim": dim}
        y = model.node("Slice", y, *(model.weight(name, torch.tensor([value])) for name, value in limits.items()))
    if layer.window is None:
        y = model.node("Transpose", y, perm=[1, 0])
    if layer.bias:
        bias = _bias(layer) if layer.window is None else _bias(layer)[:, None, None]
        y = model.node("Add", y, model.weight("bias", bias))
    return _finished(model, y, layer)
