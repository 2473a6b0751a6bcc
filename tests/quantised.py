"""Quantised models for tests: layers that hold integers, and values that are rounded to integers and back."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.ir.quantization import register

register()
ops = torch.ops.quantized_decomposed


def limits(dtype: torch.dtype) -> tuple[int, int]:
    """The least and the most integer of a type."""
    return torch.iinfo(dtype).min, torch.iinfo(dtype).max


class Round(nn.Module):
    """Rounds a value to integers, and makes numbers of them again."""

    def __init__(self, scale: float, zero: int = 0, dtype: torch.dtype = torch.int8, axis: int | None = None) -> None:
        super().__init__()
        self.scale, self.zero, self.dtype, self.axis = scale, zero, dtype, axis

    def forward(self, x: Tensor) -> Tensor:
        rest = (*limits(self.dtype), self.dtype)
        return ops.dequantize_per_tensor(
            ops.quantize_per_tensor(x, self.scale, self.zero, *rest), self.scale, self.zero, *rest
        )


class RoundEach(nn.Module):
    """The same with a scale and a zero for each channel along an axis."""

    def __init__(self, scales: Tensor, zeros: Tensor, axis: int, dtype: torch.dtype = torch.int8) -> None:
        super().__init__()
        self.register_buffer("scales", scales)
        self.register_buffer("zeros", zeros)
        self.axis, self.dtype = axis, dtype

    def forward(self, x: Tensor) -> Tensor:
        named = (self.scales, self.zeros, self.axis, *limits(self.dtype), self.dtype)
        return ops.dequantize_per_channel(ops.quantize_per_channel(x, *named), *named)


class RoundToRange(nn.Module):
    """Rounds a value to integers by a scale and a zero that are worked out of it, and makes numbers of them again.

    Args:
        dtype: of the integers.
        least: what a scale is at least.
        times: what the scale is multiplied by.
    """

    def __init__(self, dtype: torch.dtype = torch.uint8, least: float = 2.0**-126, times: float = 1.0) -> None:
        super().__init__()
        self.dtype, self.least, self.times = dtype, least, times

    def forward(self, x: Tensor) -> Tensor:
        rest = (*limits(self.dtype), self.dtype)
        scale, zero = ops.choose_qparams.tensor(x, *limits(self.dtype), self.least, self.dtype)
        scale = scale if self.times == 1 else scale * self.times
        return ops.dequantize_per_tensor.tensor(
            ops.quantize_per_tensor.tensor(x, scale, zero, *rest), scale, zero, *rest
        )


class Held(nn.Module):
    """A layer whose weight is integers.

    Args:
        layer: linear or a convolution, whose weight is rounded; what is 0 there is the integer that stands for 0.
        dtype: of the integers.
        axis: along which scales run; None for one scale.
        zero: the integer that stands for 0.
        read: the scale of what the layer reads: its bias is integers, too, then.
    """

    def __init__(
        self,
        layer: nn.Module,
        dtype: torch.dtype = torch.int8,
        axis: int | None = 0,
        zero: int = 0,
        read: float | None = None,
    ) -> None:
        super().__init__()
        weight = layer.weight.detach()
        self.dtype, self.axis, self.zero, self.read = dtype, axis, zero, read
        self.sides = (layer.stride, layer.padding, layer.dilation, layer.groups) if hasattr(layer, "stride") else None
        rows = weight.abs().amax(dim=[d for d in range(weight.ndim) if d != axis])
        room = min(limits(dtype)[1] - zero, zero - limits(dtype)[0])
        scale = torch.where(rows > 0, rows, 1.0) / room
        self.register_buffer("scale", scale if axis is not None else scale.max())
        self.one = float(self.scale) if axis is None else 0.0
        shape = [-1 if d == axis else 1 for d in range(weight.ndim)]
        spread = self.scale.reshape(shape) if axis is not None else self.scale
        self.register_buffer("weight", (torch.round(weight / spread) + zero).to(dtype))
        self.register_buffer("zeros", torch.full_like(self.scale, zero, dtype=torch.int64))
        bias = layer.bias
        if bias is not None and read is not None:
            each = (self.scale * read).expand(len(bias)).contiguous()
            self.register_buffer("bias_scale", each)
            bias = torch.round(bias.detach() / each).to(torch.int32)
            self.register_buffer("bias", bias)
            self.register_buffer("bias_zeros", torch.zeros_like(bias, dtype=torch.int64))
        else:
            self.bias = None if bias is None else nn.Parameter(bias.detach().clone())

    def numbers(self) -> tuple[Tensor, Tensor | None]:
        """Weight and bias."""
        rest = (*limits(self.dtype), self.dtype)
        if self.axis is None:
            weight = ops.dequantize_per_tensor(self.weight, self.one, self.zero, *rest)
        else:
            weight = ops.dequantize_per_channel(self.weight, self.scale, self.zeros, self.axis, *rest)
        if self.read is None or self.bias is None:
            return weight, self.bias
        named = (self.bias_scale, self.bias_zeros, 0, *limits(torch.int32), torch.int32)
        return weight, ops.dequantize_per_channel(self.bias, *named)

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.numbers()
        if self.sides is None:
            return F.linear(x, weight, bias)
        call = F.conv2d if weight.ndim == 4 else F.conv1d
        return call(x, weight, bias, *self.sides)
