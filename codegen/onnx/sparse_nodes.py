"""Sparse layers of a Program as nodes of an ONNX graph, each of which names its kernel.

A node of domain "sparsec" has the kernel's name as its type, the packed weight among its inputs, and the attributes
``rows`` and, for a convolution, ``kernel``, ``stride``, ``padding`` and ``dilation``. PyTorch's exporter writes it:
``torch.onnx.ops.symbolic`` takes the layer's place in a copy of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.errors import UserError
from ...compiler.ir.program import Program
from ..formats.vector_blocks import Packed, VectorBlocks
from ..mlir.matmul import Matmul
from ..mlir.pad import Window
from .native_api import DOMAIN

LINEAR, CONV = "sparsec.vblock_linear.default", "sparsec.vblock_conv2d.default"
INDEX = {torch.int16: "i16", torch.int32: "i32"}
VALUES = {torch.float32: "f32", torch.bfloat16: "bf16"}


@dataclass
class Kernels:
    """What a library has to hold.

    Attributes:
        matmuls: its kernels, by name.
        strides: of convolutions with windows.
    """

    matmuls: dict[str, Matmul] = field(default_factory=dict)
    strides: set[int] = field(default_factory=set)

    def add(self, kernel: Matmul, window: Window | None = None) -> str:
        """Note a kernel; its name."""
        self.matmuls[kernel.name] = kernel
        if kernel.source == "windows" and window is not None:
            self.strides.add(window.stride[0])
        return kernel.name


def kernel_of(
    values: Tensor,
    indices: Tensor,
    *,
    bias: bool,
    residual: bool,
    activation: str,
    window: Window | None = None,
    columns_first: bool = False,
    rows_first: bool = False,
) -> Matmul:
    """The kernel for a layer with a packed weight; ``window`` is that of a convolution."""
    if window is not None and not window.is_point:
        source = target = "windows"
    elif window is not None:
        source = target = "features"
    else:
        source, target = "features" if columns_first else "panels", "features" if rows_first else "tokens"
    number, index = VALUES[values.dtype], INDEX[indices.dtype]
    return Matmul(values.shape[2], source, target, number, index, bias, residual, activation or None)


def attributes_of(kernel: Matmul, rows: int, window: Window | None) -> dict[str, Any]:
    """The attributes of a node."""
    if window is None or kernel.source != "windows":
        return {"rows": rows}
    sides = {"kernel": window.kernel, "stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    return {"rows": rows, **{name: [*pair] for name, pair in sides.items()}}


def with_nodes(program: Program) -> tuple[Program, Kernels]:
    """A program in which sparse layers are ONNX nodes, and the kernels of those; itself if it has none.

    Raises:
        UserError: a layer is not in float32, or its blocks have several columns.
    """
    found = Kernels()
    if not any(_is_sparse(node) for node in program.nodes()):
        return program, found
    program = program.copy()
    for node in [*program.nodes()]:
        if _is_sparse(node):
            _write(node, program, found)
    program.clean()
    return program, found


def _is_sparse(node: fx.Node) -> bool:
    return node.op == "call_function" and str(node.target) in (LINEAR, CONV)


def _write(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a node of the graph write an ONNX node."""
    named = bound(node)
    values, indices = (program.weight(named[name]) for name in ("values", "indices"))
    assert values is not None and indices is not None
    dtype = named["x"].meta["val"].dtype
    if dtype is not torch.float32 or values.dtype not in VALUES or values.shape[1] != 1:
        raise UserError(
            "onnx-export-failed",
            f"the sparse layer '{node.name}' cannot be written as ONNX",
            note="kernels compute with float32, and with blocks of one column",
            hint="compile with kernels=False, or keep the model in float32",
        )
    ends = {"bias": named["bias"] is not None, "residual": named["residual"] is not None}
    window = None
    order = (False, False)
    if "kernel" in named:
        window = Window(*(tuple(named[name]) for name in ("kernel", "stride", "padding", "dilation")))
    else:
        if named["x"].meta["val"].ndim > 1:
            order = (named["columns_first"], named["rows_first"])
        if named["segment"]:
            _without_segments(node, named, program)
    kernel = kernel_of(
        values,
        indices,
        **ends,
        activation=named["activation"],
        window=window,
        columns_first=order[0],
        rows_first=order[1],
    )
    weight = [named[name] for name in ("values", "indices", "starts")]
    name, attributes = kernels.add(kernel, window), attributes_of(kernel, named["rows"], window)
    node.args = (name, attributes, named["x"], weight, named["bias"], named["residual"], *order)
    node.kwargs = {}
    node.target = linear if window is None else conv2d


def bound(node: fx.Node) -> dict[str, Any]:
    """A sparse layer's arguments by name."""
    names = [argument.name for argument in node.target._schema.arguments]  # type: ignore[union-attr]
    return {**dict(zip(names, node.args, strict=False)), **node.kwargs}


def _without_segments(node: fx.Node, named: dict[str, Any], program: Program) -> None:
    """Pack a weight anew: operators walk all columns of a row at once."""
    parts = ("values", "indices", "starts")
    values, indices, starts = (program.weight(named[name]) for name in parts)
    assert values is not None and indices is not None and starts is not None
    columns = named["x"].meta["val"].shape[0 if named["columns_first"] else -1]
    shape = (named["rows"], int(columns))
    weight = VectorBlocks(shape, values.shape[2], 1, named["segment"]).unpack(Packed(values, indices, starts))
    packed = VectorBlocks(shape, values.shape[2]).pack(weight)
    for name in parts:
        old = named[name]
        named[name] = program.new_weight(f"{old.target}_whole", getattr(packed, name), kind=Tensor)


# ---------------------------------------------------------------- what the exporter traces


def _node(name: str, attributes: dict[str, Any], inputs: Sequence[Tensor | None], shape: Sequence[Any]) -> Tensor:
    given = [value for value in inputs if value is not None]
    return torch.onnx.ops.symbolic(
        f"{DOMAIN}::{name}", given, {**attributes}, dtype=torch.float32, shape=shape, version=1
    )


def linear(
    name: str,
    attributes: dict[str, Any],
    x: Tensor,
    weight: Sequence[Tensor],
    bias: Tensor | None,
    residual: Tensor | None,
    columns_first: bool,
    rows_first: bool,
) -> Tensor:
    """The node of a ``vblock_linear``; its operator wants [images, features, ...] or [features, tokens]."""
    rows = attributes["rows"]
    among_images = (columns_first or rows_first) and x.ndim > 2
    if among_images:
        x, residual = x.unsqueeze(0), None if residual is None else residual.unsqueeze(0)
    first = int(among_images)
    others = [*x.shape[:first], *x.shape[first + 1 :]] if columns_first else [*x.shape[:-1]]
    shape = [*others[:first], rows, *others[first:]] if rows_first else [*others, rows]
    y = _node(name, attributes, [x, *weight, bias, residual], shape)
    return y.squeeze(0) if among_images else y


def conv2d(
    name: str,
    attributes: dict[str, Any],
    x: Tensor,
    weight: Sequence[Tensor],
    bias: Tensor | None,
    residual: Tensor | None,
    *_: bool,
) -> Tensor:
    """The node of a ``vblock_conv2d``."""
    sizes: Sequence[Any] = x.shape[2:]
    if "kernel" in attributes:
        sizes = Window(*(attributes[side] for side in ("kernel", "stride", "padding", "dilation"))).places(sizes)
    return _node(name, attributes, [x, *weight, bias, residual], [x.shape[0], attributes["rows"], *sizes])
