"""Sparse layers of a Program as nodes of an ONNX graph, each of which names its kernel.

A node of domain "sparsec" has the kernel's name as its type, the packed weight among its inputs, and the attributes
``rows``, for a weight in column tiles ``column_tile``, for a convolution ``kernel``, ``stride``, ``padding``,
``dilation`` and, of several, ``groups``.
PyTorch's exporter writes it: ``torch.onnx.ops.symbolic`` takes the layer's place in a copy of the graph.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.errors import UserError
from ...compiler.ir.program import Program, is_static
from ...compiler.ir.window import Window
from ..mlir import pad
from ..mlir.byte_rows import ByteSpec
from ..mlir.conv_int8 import ConvInt8
from ..mlir.host import host
from ..mlir.matmul import Matmul
from ..mlir.matmul_int8 import MatmulInt8
from ..operators import (
    VBLOCK_CONV2D,
    VBLOCK_CONV2D_INT8,
    VBLOCK_LINEAR,
    VBLOCK_LINEAR_INT8,
    attach,
    lowering,
    operator_of,
)
from ..operators.blocks import column_tiles_of
from ..operators.dense import dense_linear
from .cuda_nodes import CardOperator, write_node
from .native_api import DOMAIN, IMAGES_RANK
from .native_ops import Operator

INDEX = {torch.int16: "i16", torch.int32: "i32"}
VALUES = {torch.float32: "f32", torch.bfloat16: "bf16"}


@dataclass
class Kernels:
    """What a library has to hold.

    Attributes:
        matmuls: its kernels, by name.
        strides: of convolutions with windows.
        cards: operators for graphics cards, by name, in place of those.
    """

    matmuls: dict[str, Operator] = field(default_factory=dict)
    strides: set[tuple[int, int]] = field(default_factory=set)
    cards: dict[str, CardOperator] = field(default_factory=dict)

    def add(self, kernel: Operator, window: Window | None = None) -> str:
        """Note a kernel; its name."""
        self.matmuls[kernel.name] = kernel
        if window is not None and (isinstance(kernel, ConvInt8) or not window.is_point):
            self.strides.add((window.stride[0], window.stride[1]))
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
    column_tiled: bool = False,
    columns: int = 0,
) -> Matmul:
    """The kernel for a layer with a packed weight, in column tiles or not.

    Args:
        values: of the weight.
        indices: of the weight.
        bias: whether there is one; ``residual`` and ``activation`` likewise.
        residual: see ``bias``.
        activation: its name, or ''.
        window: of a convolution, whose weight has so many ``columns``.
        columns_first: how activations lie.
        rows_first: how results lie.
        column_tiled: whether columns come in tiles.
        columns: see ``window``.
    """
    if window is not None and not window.is_point:
        worth = window.groups == 1 and pad.unfolds(len(values) - 1, columns, host().lanes)
        unfolds = column_tiled or worth
        source, target = "windows", "features" if unfolds else "windows"
    elif window is not None:
        source = target = "features"
    else:
        source, target = "features" if columns_first else "panels", "features" if rows_first else "tokens"
    number, index = VALUES[values.dtype], INDEX[indices.dtype]
    grouped = window is not None and window.groups > 1
    ends = (bias, residual, activation or None)
    return Matmul(values.shape[2], source, target, number, index, *ends, column_tiled, grouped)


def attributes_of(kernel: Operator, rows: int, window: Window | None = None, column_tile: int = 0) -> dict[str, Any]:
    """The attributes of a node; ``column_tile`` is that of the weight's format."""
    known: dict[str, Any] = {"rows": rows}
    if isinstance(kernel, ByteSpec):
        known |= rounding_of()
    elif kernel.column_tiled:
        known |= {"column_tile": column_tile}
    if window is None or (window.is_point and not isinstance(kernel, ConvInt8)):
        return known
    sides = {"kernel": window.kernel, "stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    groups = {"groups": window.groups} if window.groups > 1 else {}
    return {**known, **{name: [*pair] for name, pair in sides.items()}, **groups}


def rounding_of(step: float = 0.0, zero_point: int = 128, least_step: float = 0.0) -> dict[str, int]:
    """The attributes that say how activations become bytes: of steps those bits that a float32 has."""
    bits, least = (struct.unpack("<i", struct.pack("<f", number))[0] for number in (step, least_step))
    return {"step": bits, "zero_point": zero_point, "least_step": least}


def with_nodes(program: Program, cards: Mapping[str, CardOperator] | None = None) -> tuple[Program, Kernels]:
    """A program in which sparse layers are ONNX nodes, and the kernels of those; itself if it has none.

    How an operator is written is its lowering for "onnx": it is given a node that calls it, the program, and the
    kernels, and lets the node call something that the exporter traces. One without is written as the dense layer that
    it stands for, or as its reference.

    Args:
        program: with operators for sparse layers.
        cards: for a session on a graphics card, the operators of layers by their nodes' names; the others are dense.

    Raises:
        UserError: a layer is not in float32, or its blocks have several columns.
    """
    found = Kernels()
    if not any(operator_of(node) for node in program.nodes()):
        return program, found
    program = program.copy()
    for node in [*program.nodes()]:
        operator = operator_of(node)
        if operator is None:
            continue
        card = (cards or {}).get(node.name)
        if card is not None:
            found.cards[card.name] = card
            write_node(node, operator, card)
            continue
        written = lowering(operator, "onnx") if cards is None else None
        written = written or (_write_reference if operator.unpack is None else _write_dense)
        written(node, program, found)
    program.clean()
    return program, found


def _write_reference(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a node compute what its operator means in PyTorch's own operations."""
    operator = operator_of(node)
    assert operator is not None
    node.target = operator.reference


def _write_dense(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a node compute the linear layer that it stands for, with the dense weight; if it is known how wide it is."""
    operator = operator_of(node)
    assert operator is not None
    named = operator.bound(node)
    known = named | {name: program.weight(named[name]) for name in operator.packed} | {"x": named["x"].meta["val"]}
    if not is_static(known["x"].shape[0 if named.get("columns_first") else -1]):
        _write_reference(node, program, kernels)
        return
    held = program.new_weight(f"{node.name}_weight", operator.unpacked(*known.values()), kind=Tensor)
    orders = [named.get(name, False) for name in ("columns_first", "rows_first")]
    follows = (named["bias"], named["residual"], named["activation"])
    node.args = (named["x"], held, *follows, *orders, named.get("gate"))
    node.kwargs = {}
    node.target = dense_linear


def _unwritten(node: fx.Node, note: str, hint: str) -> UserError:
    message = f"the sparse layer '{node.name}' cannot be written as ONNX"
    return UserError("onnx-export-failed", message, note=note, hint=hint)


def _write_linear(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a linear layer write an ONNX node."""
    named = VBLOCK_LINEAR.bound(node)
    several = named["x"].meta["val"].ndim > 1
    order = (named["columns_first"], named["rows_first"]) if several else (False, False)
    column_tile = _column_tile_of(named)
    _write(node, program, kernels, named, order=order, column_tile=column_tile)


def _write_conv2d(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a convolution write an ONNX node."""
    named = VBLOCK_CONV2D.bound(node)
    window = Window.of(*(named[name] for name in ("kernel", "stride", "padding", "dilation", "groups")))
    columns = _columns_of(named["x"], window)
    column_tile = named["column_tile"] if column_tiles_of(columns, named["column_tile"]) > 1 else 0
    _write(node, program, kernels, named, window=window, column_tile=column_tile)


def _write(
    node: fx.Node,
    program: Program,
    kernels: Kernels,
    named: dict[str, Any],
    *,
    window: Window | None = None,
    order: tuple[bool, bool] = (False, False),
    column_tile: int = 0,
) -> None:
    values, indices = (program.weight(named[name]) for name in ("values", "indices"))
    assert values is not None and indices is not None
    dtype = named["x"].meta["val"].dtype
    if dtype is not torch.float32 or values.dtype not in VALUES or values.shape[1] != 1:
        note = "kernels compute with float32, and with blocks of one column"
        raise _unwritten(node, note, "compile with kernels=False, or keep the model in float32")
    ends = {"bias": named["bias"] is not None, "residual": named["residual"] is not None}
    kernel = kernel_of(
        values,
        indices,
        **ends,
        activation=named["activation"],
        window=window,
        columns_first=order[0],
        rows_first=order[1],
        column_tiled=column_tile > 0,
        columns=0 if window is None else _columns_of(named["x"], window),
    )
    weight = [named[name] for name in ("values", "indices", "starts")]
    name, attributes = kernels.add(kernel, window), attributes_of(kernel, named["rows"], window, column_tile)
    node.args = (name, attributes, named["x"], weight, named["bias"], named["residual"], *order, named.get("gate"))
    node.kwargs = {}
    node.target = linear if window is None else conv2d


def _columns_of(x: fx.Node, window: Window) -> int:
    """The columns of a convolution's weight."""
    return int(x.meta["val"].shape[1]) // window.groups * math.prod(window.kernel)


def _column_tile_of(named: dict[str, Any]) -> int:
    """The columns of a linear layer's column tiles; 0 if there is only one."""
    columns, column_tile = int(named["x"].meta["val"].shape[0 if named["columns_first"] else -1]), named["column_tile"]
    return column_tile if column_tiles_of(columns, column_tile) > 1 else 0


def _write_linear_int8(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a linear layer of 8-bit integers write an ONNX node."""
    _write_int8(node, program, kernels, VBLOCK_LINEAR_INT8.bound(node), None)


def _write_conv2d_int8(node: fx.Node, program: Program, kernels: Kernels) -> None:
    """Let a convolution of 8-bit integers write an ONNX node."""
    named = VBLOCK_CONV2D_INT8.bound(node)
    window = Window.of(*(named[name] for name in ("kernel", "stride", "padding", "dilation")))
    if window.stride[0] != window.stride[1]:
        raise _unwritten(node, "kernels have one stride for both directions", "compile without 8-bit integers")
    _write_int8(node, program, kernels, named, window)


def _write_int8(
    node: fx.Node, program: Program, kernels: Kernels, named: dict[str, Any], window: Window | None
) -> None:
    values, indices = (program.weight(named[name]) for name in ("values", "indices"))
    assert values is not None and indices is not None
    if named["x"].meta["val"].dtype is not torch.float32:
        raise _unwritten(node, "kernels round float32 to 8 bits", "keep the model in float32")
    ends = (named["bias"] is not None, named["residual"] is not None, named["activation"] or None)
    kernel = (MatmulInt8 if window is None else ConvInt8)(values.shape[1], INDEX[indices.dtype], *ends)
    weight = [named[name] for name in ("values", "indices", "starts", "scales", "sums")]
    attributes = attributes_of(kernel, named["rows"], window) | rounding_of(
        *(named[name] for name in ("step", "zero_point", "least_step"))
    )
    node.args = (kernels.add(kernel, window), attributes, named["x"], weight, named["bias"], named["residual"])
    node.kwargs = {}
    node.target = linear_int8 if window is None else conv2d


attach(VBLOCK_LINEAR, "onnx", _write_linear)
attach(VBLOCK_CONV2D, "onnx", _write_conv2d)
attach(VBLOCK_LINEAR_INT8, "onnx", _write_linear_int8)
attach(VBLOCK_CONV2D_INT8, "onnx", _write_conv2d_int8)


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
    gate: Tensor | None,
) -> Tensor:
    """The node of a ``vblock_linear``, which takes [images, features, ...] from ``IMAGES_RANK`` on; then the gate."""
    rows = attributes["rows"]
    among_images = (columns_first or rows_first) and x.ndim >= IMAGES_RANK
    if among_images:
        x, residual = x.unsqueeze(0), None if residual is None else residual.unsqueeze(0)
    first = int(among_images)
    others = [*x.shape[:first], *x.shape[first + 1 :]] if columns_first else [*x.shape[:-1]]
    shape = [*others[:first], rows, *others[first:]] if rows_first else [*others, rows]
    y = _node(name, attributes, [x, *weight, bias, residual], shape)
    y = y.squeeze(0) if among_images else y
    return y if gate is None else y * gate


def linear_int8(
    name: str,
    attributes: dict[str, Any],
    x: Tensor,
    weight: Sequence[Tensor],
    bias: Tensor | None,
    residual: Tensor | None,
) -> Tensor:
    """The node of a ``vblock_linear_int8``."""
    return _node(name, attributes, [x, *weight, bias, residual], [*x.shape[:-1], attributes["rows"]])


def conv2d(
    name: str,
    attributes: dict[str, Any],
    x: Tensor,
    weight: Sequence[Tensor],
    bias: Tensor | None,
    residual: Tensor | None,
    *_: bool | None,
) -> Tensor:
    """The node of a ``vblock_conv2d``."""
    sizes: Sequence[Any] = x.shape[2:]
    if "kernel" in attributes:
        sizes = Window.of(*(attributes[side] for side in ("kernel", "stride", "padding", "dilation"))).places(sizes)
    return _node(name, attributes, [x, *weight, bias, residual], [x.shape[0], attributes["rows"], *sizes])
