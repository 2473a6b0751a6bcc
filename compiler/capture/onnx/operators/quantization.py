"""Integers that stand for floating-point numbers: QuantizeLinear and DequantizeLinear as PyTorch has them, others."""

from __future__ import annotations

from typing import Any

import torch
import torch.ao.quantization.fx._decomposed
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused, dtype_of, is_known, tensor
from .convolutions import convolved

decomposed: Any = torch.ops.quantized_decomposed
RANGES = {torch.int8: (-128, 127), torch.uint8: (0, 255), torch.int16: (-32768, 32767), torch.uint16: (0, 65535)}


def _quantize(node: Node, x: Any, scale: Any, zero: Any = None) -> Any:
    dtype = _dtype(node, zero)
    if dtype not in RANGES:
        raise Refused(f"quantised numbers of {dtype}")
    value = tensor(x)
    low, high = RANGES[dtype]
    single = _single(node, scale, zero)
    if single is not None:
        return decomposed.quantize_per_tensor(value, *single, low, high, dtype)
    scales, zeros, axis = _of_channels(node, value, scale, zero)
    if scales.ndim == 0:
        return decomposed.quantize_per_tensor(value, scales, zeros, low, high, dtype)
    return decomposed.quantize_per_channel(value, scales, zeros, axis, low, high, dtype)


def _dequantize(node: Node, x: Any, scale: Any, zero: Any = None) -> Any:
    value = tensor(x)
    if value.dtype is torch.int32:  # a bias: whole numbers of its scale
        return _dequantized_bias(node, value, tensor(scale))
    if value.dtype not in RANGES:
        raise Refused(f"quantised numbers of {value.dtype}")
    low, high = RANGES[value.dtype]
    single = _single(node, scale, zero)
    if single is not None:
        return decomposed.dequantize_per_tensor(value, *single, low, high, value.dtype)
    scales, zeros, axis = _of_channels(node, value, scale, zero)
    if scales.ndim == 0:
        return decomposed.dequantize_per_tensor(value, scales, zeros, low, high, value.dtype)
    return decomposed.dequantize_per_channel(value, scales, zeros, axis, low, high, value.dtype)


def _dequantized_bias(node: Node, value: Tensor, scale: Tensor) -> Tensor:
    if scale.ndim and value.ndim > 1:
        shape = [1] * value.ndim
        shape[node.get("axis", 1)] = -1
        scale = scale.reshape(shape)
    return value.to(scale.dtype) * scale


def _dtype(node: Node, zero: Any) -> torch.dtype:
    if zero is not None:
        return zero.dtype  # type: ignore[no-any-return]
    return dtype_of(node.get("output_dtype")) if node.get("output_dtype") else torch.uint8


def _single(node: Node, scale: Any, zero: Any) -> tuple[float, int] | None:
    """One scale and zero point that are known numbers."""
    if node.get("block_size", 0):
        raise Refused("scales of blocks")
    if not (is_known(scale) and scale.array.size == 1 and (zero is None or is_known(zero))):
        return None
    return float(scale.number()), 0 if zero is None else int(zero.number())


def _of_channels(node: Node, x: Tensor, scale: Any, zero: Any) -> tuple[Tensor, Tensor, int]:
    scales = tensor(scale)
    zeros = torch.zeros_like(scales, dtype=torch.int64) if zero is None else tensor(zero).to(torch.int64)
    if scales.ndim == 1 and scales.shape[0] == 1:
        scales, zeros = scales.reshape(()), zeros.reshape(())
    return scales, zeros, node.get("axis", 1) % max(x.ndim, 1)


# -------------------------------------------------------------------- integers computed with


def _quantize_dynamically(node: Node, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """To the range that a value has, zero among it."""
    low, high = x.amin().clamp(max=0), x.amax().clamp(min=0)
    scale = (high - low) / 255
    zero = torch.clamp(torch.round(-low / scale), 0, 255)
    found = torch.clamp(torch.round(x / scale) + zero, 0, 255)
    return found.to(torch.uint8), scale, zero.to(torch.uint8)


def _shifted(x: Tensor, zero: Tensor | None, dtype: torch.dtype, axis: int | None = None) -> Tensor:
    x = x.to(dtype)
    if zero is None:
        return x
    zero = zero.to(dtype)
    if zero.ndim == 1 and axis is not None and zero.shape[0] > 1:
        shape = [1] * x.ndim
        shape[axis] = -1
        zero = zero.reshape(shape)
    return x - zero


def _matmul_integer(
    node: Node, a: Tensor, b: Tensor, a_zero: Tensor | None = None, b_zero: Tensor | None = None
) -> Tensor:
    left = _shifted(a, a_zero, torch.int32, a.ndim - 2 if a.ndim > 1 else None)
    return torch.matmul(left, _shifted(b, b_zero, torch.int32, b.ndim - 1))


def _conv_integer(
    node: Node, x: Tensor, weight: Tensor, x_zero: Tensor | None = None, w_zero: Tensor | None = None
) -> Tensor:
    """PyTorch convolves no integers; in float64 their sums are exact."""
    wide = torch.float64
    return convolved(node, _shifted(x, x_zero, wide), _shifted(weight, w_zero, wide, 0)).to(torch.int32)


def _by_scale(x: Tensor, scale: Tensor, zero: Tensor, axis: int | None = None) -> Tensor:
    found = _shifted(x, zero, torch.float32, axis)
    if scale.ndim == 1 and scale.shape[0] > 1 and axis is not None:
        shape = [1] * x.ndim
        shape[axis] = -1
        scale = scale.reshape(shape)
    return found * scale


def _rounded(x: Tensor, scale: Any, zero: Any) -> Tensor:
    low, high = RANGES[zero.dtype]
    return torch.clamp(torch.round(x / tensor(scale)) + tensor(zero), low, high).to(zero.dtype)


def _linear_matmul(node: Node, a: Tensor, sa: Any, za: Any, b: Tensor, sb: Any, zb: Any, s: Any, z: Any) -> Tensor:
    left, right = _by_scale(a, sa, za, a.ndim - 2), _by_scale(b, sb, zb, b.ndim - 1)
    return _rounded(torch.matmul(left, right), s, z)


def _linear_conv(
    node: Node, x: Tensor, sx: Any, zx: Any, w: Tensor, sw: Any, zw: Any, s: Any, z: Any, bias: Any = None
) -> Tensor:
    weight = _by_scale(w, sw, zw, 0)
    if bias is not None:
        bias = bias.to(torch.float32) * sx * sw
    return _rounded(convolved(node, _by_scale(x, sx, zx), weight, bias), s, z)


OPERATORS: Table = {
    "ConvInteger": _conv_integer,
    "DequantizeLinear": Operator(_dequantize, raw=True),
    "DynamicQuantizeLinear": _quantize_dynamically,
    "MatMulInteger": _matmul_integer,
    "QLinearConv": _linear_conv,
    "QLinearMatMul": _linear_matmul,
    "QuantizeLinear": Operator(_quantize, raw=True),
}
