"""A layer in PyTorch, dense or in sparse forms, to be timed against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from ..codegen.formats.grouped_gather import GroupedGather
from ..codegen.formats.int8_blocks import Int8Blocks
from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.operators.epilogues import finished
from ..passes.base import Form, SparseLayer
from . import operators  # noqa: F401  (attaches the kernels)

Run = Callable[[], Tensor]


def runners(layer: SparseLayer, forms: Mapping[str, Form], x: Tensor | None = None) -> dict[str, Run]:
    """The layer, "dense" and in each of the forms, on ``x`` or something random of its shape."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(layer.input_shape, generator=random) if x is None else x
    bias = torch.randn(layer.weight.shape[0], generator=random) if layer.bias else None
    residual = torch.randn(layer.result_shape, generator=random) if layer.residual else None
    runs = {"dense": _dense(layer, x, bias, residual)}
    for name, form in forms.items():
        if isinstance(form, GroupedGather):
            runs[name] = _grouped(layer, form, x, bias, residual)
        elif isinstance(form, Int8Blocks):
            runs[name] = _int8(layer, form, x, bias, residual)
        else:
            runs[name] = _blocks(layer, form, x, bias, residual)
    return runs


def _dense(layer: SparseLayer, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Run:
    window, weight = layer.window, layer.weight
    if window is not None:
        weight = weight.reshape(weight.shape[0], x.shape[1], *window.kernel)

    def run() -> Tensor:
        if window is None:
            y = F.linear(x, weight, bias)
        else:
            y = F.conv2d(x, weight, bias, window.stride, window.padding, window.dilation)
        return finished(y, residual, layer.activation)

    return run


def _blocks(layer: SparseLayer, form: VectorBlocks, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Run:
    rows, window, order = form.shape[0], layer.window, layer.pattern.order
    if order is not None:
        return _ordered(layer, form, x, bias, residual)
    packed = form.pack(layer.weight)
    operands = (x, packed.values, packed.indices, packed.starts, bias, residual, rows)
    linear: Callable[..., Tensor] = torch.ops.sparsec.vblock_linear
    conv2d: Callable[..., Tensor] = torch.ops.sparsec.vblock_conv2d

    def run() -> Tensor:
        if window is None:
            return linear(*operands, form.segment, layer.activation, False, False)
        return conv2d(*operands, *window.sides, layer.activation)

    return run


def _ordered(layer: SparseLayer, form: VectorBlocks, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Run:
    """Blocks of rows in another order, which is undone behind."""
    order = layer.pattern.order
    assert order is not None
    pattern = replace(layer.pattern, order=None)
    activation = "" if layer.residual else layer.activation
    plain = replace(layer, weight=layer.weight[order], pattern=pattern, residual=False, activation=activation)
    inner = _blocks(plain, form, x, None if bias is None else bias[order], None)
    places, dim = torch.argsort(order), -1 if layer.window is None else 1

    def run() -> Tensor:
        y = inner().index_select(dim, places)
        return y if residual is None else finished(y, residual, layer.activation)

    return run


def _int8(layer: SparseLayer, form: Int8Blocks, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Run:
    packed = form.pack(layer.weight)
    tensors = (packed.values, packed.indices, packed.starts, packed.scales, packed.sums)
    linear: Callable[..., Tensor] = torch.ops.sparsec.vblock_linear_int8

    def run() -> Tensor:
        if residual is None:
            return linear(x, *tensors, bias, form.shape[0], layer.activation)
        return finished(linear(x, *tensors, bias, form.shape[0], ""), residual, layer.activation)

    return run


def _grouped(layer: SparseLayer, form: GroupedGather, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Run:
    packed = form.pack(layer.weight)
    if layer.window is not None and bias is not None:
        bias = bias[:, None, None]

    def run() -> Tensor:
        if layer.window is None:
            y = form.multiply(packed, x.t()).t()
        else:
            y = form.multiply(packed, x.flatten(2)).reshape(layer.result_shape)
        y = y if bias is None else y + bias
        return finished(y, residual, layer.activation)

    return run
