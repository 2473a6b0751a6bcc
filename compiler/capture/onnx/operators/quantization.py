"""Integers that stand for floating-point numbers: QuantizeLinear and DequantizeLinear as PyTorch has them, others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.ao.quantization.fx._decomposed
import torch.nn.functional as F
from torch import Tensor

from ....ir.quantization import LEAST_SCALE
from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused, dtype_of, is_known, tensor
from .arithmetic import gemm
from .convolutions import convolved

decomposed: Any = torch.ops.quantized_decomposed
RANGES = {
    dtype: (torch.iinfo(dtype).min, torch.iinfo(dtype).max)
    for dtype in (torch.int8, torch.uint8, torch.int16, torch.uint16, torch.int32)
}


def _quantize(node: Node, x: Any, scale: Any, zero: Any = None) -> Any:
    _check_blocks(node)
    return _to_integers(tensor(x), scale, zero, _dtype(node, zero), node.get("axis", 1))


def _dequantize(node: Node, x: Any, scale: Any, zero: Any = None) -> Any:
    _check_blocks(node)
    return _to_numbers(tensor(x), scale, zero, node.get("axis", 1))


def _check_blocks(node: Node) -> None:
    if node.get("block_size", 0):
        raise Refused("scales of blocks")


def _to_integers(x: Tensor, scale: Any, zero: Any, dtype: torch.dtype, axis: int = 0) -> Any:
    """Numbers rounded to integers; scales and zeros that are several run along the axis."""
    if dtype not in RANGES:
        raise Refused(f"quantised numbers of {dtype}")
    given, along = _scales(x, scale, zero, axis)
    rest = (*RANGES[dtype], dtype)
    if along is None:
        return decomposed.quantize_per_tensor(x, *given, *rest)
    return decomposed.quantize_per_channel(x, *given, along, *rest)


def _to_numbers(x: Tensor, scale: Any, zero: Any, axis: int = 0) -> Any:
    """The numbers that integers stand for."""
    if x.dtype not in RANGES:
        raise Refused(f"quantised numbers of {x.dtype}")
    given, along = _scales(x, scale, zero, axis)
    rest = (*RANGES[x.dtype], x.dtype)
    if along is None:
        return decomposed.dequantize_per_tensor(x, *given, *rest)
    return decomposed.dequantize_per_channel(x, *given, along, *rest)


def _dtype(node: Node, zero: Any) -> torch.dtype:
    if zero is not None:
        return zero.dtype  # type: ignore[no-any-return]
    return dtype_of(node.get("output_dtype")) if node.get("output_dtype") else torch.uint8


def _scales(x: Tensor, scale: Any, zero: Any, axis: int) -> tuple[tuple[Any, Any], int | None]:
    """Scale and zero, as numbers where they are known, and the axis along which they run if they are several."""
    if is_known(scale) and scale.array.size == 1 and (zero is None or is_known(zero)):
        return (float(scale.number()), 0 if zero is None else int(zero.number())), None
    scales = tensor(scale)
    if scales.ndim == 0 and zero is not None and tensor(zero).ndim == 0:
        return (scales, tensor(zero)), None
    zeros = torch.zeros_like(scales, dtype=torch.int64) if zero is None else tensor(zero).to(torch.int64)
    if scales.numel() == 1 and zeros.numel() == 1:
        return (scales.reshape(()), zeros.reshape(())), None
    return (scales, zeros.expand(scales.shape)), axis % x.ndim if x.ndim > 1 else 0


# -------------------------------------------------------------------- integers computed with


def _quantize_dynamically(node: Node, x: Tensor) -> Any:
    """To the range that a value has, zero among it."""
    scale, zero = decomposed.choose_qparams.tensor(x, *RANGES[torch.uint8], LEAST_SCALE, torch.uint8)
    scale, zero = scale.to(torch.float32).reshape(()), zero.to(torch.uint8).reshape(())
    return _to_integers(x, scale, zero, torch.uint8), scale, zero


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


def _linear_matmul(node: Node, a: Any, sa: Any, za: Any, b: Any, sb: Any, zb: Any, s: Any, z: Any) -> Any:
    left, right = tensor(a), tensor(b)
    found = torch.matmul(_to_numbers(left, sa, za, -2), _to_numbers(right, sb, zb, -1))
    return _to_integers(found, s, z, tensor(z).dtype)


def _linear_conv(
    node: Node, x: Any, sx: Any, zx: Any, w: Any, sw: Any, zw: Any, s: Any, z: Any, bias: Any = None
) -> Any:
    weight = _to_numbers(tensor(w), sw, zw)
    found = convolved(node, _to_numbers(tensor(x), sx, zx), weight, _bias(bias, sx, sw))
    return _to_integers(found, s, z, tensor(z).dtype)


def _bias(bias: Any, sx: Any, sw: Any) -> Any:
    """Integers of 32 bits, whose scale is the product of what they are added to."""
    if bias is None:
        return None
    scale = tensor(sx).reshape(()) * tensor(sw)
    return _to_numbers(tensor(bias), scale.reshape(()) if scale.numel() == 1 else scale, None)


def _linear_gemm(
    node: Node, a: Any, sa: Any, za: Any, b: Any, sb: Any, zb: Any, c: Any = None, s: Any = None, z: Any = None
) -> Any:
    turned = (bool(node.get("transA", 0)), bool(node.get("transB", 0)))
    right = _to_numbers(tensor(b), sb, zb, 0 if turned[1] else 1)
    alpha = node.get("alpha", 1.0)
    if alpha != 1:
        raise Refused("a factor of integers")
    found = gemm(_to_numbers(tensor(a), sa, za), right, _bias(c, sa, sb), 1.0, 1.0, *turned)
    return found if s is None else _to_integers(found, s, z, _zero_dtype(z))


def _zero_dtype(zero: Any) -> torch.dtype:
    return torch.uint8 if zero is None else zero.dtype


def _linear_pair(compute: Callable[..., Any]) -> Any:
    def run(node: Node, a: Any, sa: Any, za: Any, b: Any, sb: Any, zb: Any, s: Any, z: Any = None) -> Any:
        left, right = tensor(a), tensor(b)
        return _to_integers(compute(_to_numbers(left, sa, za), _to_numbers(right, sb, zb)), s, z, left.dtype)

    return Operator(run, raw=True)


def _linear(compute: Callable[..., Any]) -> Any:
    """One value's function between integers: of a node and numbers."""

    def run(node: Node, x: Any, sx: Any, zx: Any, s: Any, z: Any = None) -> Any:
        value = tensor(x)
        return _to_integers(compute(node, _to_numbers(value, sx, zx)), s, z, value.dtype)

    return Operator(run, raw=True)


def _mean(node: Node, x: Tensor) -> Tensor:
    if node.get("channels_last", 0):
        raise Refused("channels that lie last")
    return x.mean([*range(2, x.ndim)], keepdim=True)


def _linear_concat(node: Node, s: Any, z: Any, *parts: Any) -> Any:
    numbers = [_to_numbers(tensor(x), *own) for x, *own in zip(*(parts[n::3] for n in range(3)), strict=True)]
    return _to_integers(torch.cat(numbers, node.get("axis")), s, z, tensor(z).dtype)


OPERATORS: Table = {
    "ConvInteger": _conv_integer,
    "DequantizeLinear": Operator(_dequantize, raw=True),
    "DynamicQuantizeLinear": _quantize_dynamically,
    "MatMulInteger": _matmul_integer,
    "QLinearConv": Operator(_linear_conv, raw=True),
    "QLinearMatMul": Operator(_linear_matmul, raw=True),
    "QuantizeLinear": Operator(_quantize, raw=True),
}
MICROSOFT: Table = {
    "DequantizeLinear": Operator(_dequantize, raw=True),
    "QGemm": Operator(_linear_gemm, raw=True),
    "QLinearAdd": _linear_pair(torch.add),
    "QLinearConcat": Operator(_linear_concat, raw=True),
    "QLinearGlobalAveragePool": _linear(_mean),
    "QLinearLeakyRelu": _linear(lambda node, x: F.leaky_relu(x, node.get("alpha", 0.01))),
    "QLinearMul": _linear_pair(torch.mul),
    "QLinearSigmoid": _linear(lambda node, x: torch.sigmoid(x)),
    "QuantizeLinear": Operator(_quantize, raw=True),
}
