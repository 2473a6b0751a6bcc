"""Sparse layers as PyTorch operators, ``torch.ops.sparsec``: for eager, ``torch.export`` and ``torch.compile``.

Each takes the tensors of a packed weight (see ``codegen.formats``). A compiled kernel computes it on a processor that
there is one for, and PyTorch, from the unpacked weight, everywhere else: a saved model runs where no compiler is
installed, only not faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..codegen.formats.int8_blocks import FOUR, Int8Blocks, PackedInt8
from ..codegen.formats.vector_blocks import Packed, VectorBlocks
from ..codegen.mlir.pad import Window
from . import kernels
from .reach import check_reach

# As kernels know them; gelu's two forms are two functions there.
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda x: x,
    "relu": F.relu,
    "relu6": F.relu6,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "sigmoid": torch.sigmoid,
    "silu": F.silu,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
}

library = torch.library.Library("sparsec", "DEF")
library.define(
    "vblock_linear(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor? bias, Tensor? residual, "
    "int rows, int segment, str activation, bool columns_first, bool rows_first) -> Tensor"
)
library.define(
    "vblock_linear_int8(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor scales, Tensor sums, "
    "Tensor? bias, int rows, str activation) -> Tensor"
)
library.define(
    "vblock_conv2d(Tensor x, Tensor values, Tensor indices, Tensor starts, Tensor? bias, Tensor? residual, "
    "int rows, int[] kernel, int[] stride, int[] padding, int[] dilation, str activation) -> Tensor"
)


def vblock_linear(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    segment: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
) -> Tensor:
    """activation(x @ weight.T + bias + residual), the weight in vector blocks.

    Args:
        x: [..., columns], or [columns, ...] where ``columns_first``.
        values: the weight's blocks [entries + 1, C, R]; indices, starts: see ``VectorBlocks``.
        bias: [rows].
        residual: of the result's shape.
        rows: of the weight.
        segment: columns in a segment, 0 for all of them.
        activation: one of ``ACTIVATIONS``.
        columns_first: how x lies.
        rows_first: whether the result is [rows, ...] instead of [..., rows].
    """
    columns = x.shape[0 if columns_first else -1]
    check_reach(columns, values.shape[1], rows, values, indices, starts, (bias,))
    if not _differentiated((x, bias, residual)):
        ends = (bias, residual, rows, segment, activation, columns_first, rows_first)
        found = kernels.linear(x, values, indices, starts, *ends)
        if found is not None:
            return found
    fmt = VectorBlocks((rows, columns), values.shape[2], values.shape[1], segment)
    packed = Packed(values, indices, starts)
    weight = fmt.unpack(packed).to(x.dtype)
    result = F.linear(x.movedim(0, -1) if columns_first else x, weight, bias)
    result = result.movedim(-1, 0) if rows_first else result
    return ACTIVATIONS[activation](result if residual is None else result + residual).contiguous()


def _differentiated(inputs: Sequence[Any]) -> bool:
    """Whether somebody wants gradients: kernels have none, PyTorch's own operations do."""
    return torch.is_grad_enabled() and any(isinstance(value, Tensor) and value.requires_grad for value in inputs)


def _fake_linear(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    segment: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
) -> Tensor:
    return x.new_empty(kernels.linear_shape(x.shape, rows, columns_first, rows_first)[0])


def _window(kernel: list[int], stride: list[int], padding: list[int], dilation: list[int]) -> Window:
    return Window(tuple(kernel), tuple(stride), tuple(padding), tuple(dilation))  # type: ignore[arg-type]


def vblock_conv2d(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    kernel: list[int],
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    activation: str,
) -> Tensor:
    """activation(conv2d(x, weight, bias) + residual), the weight [rows, channels x taps] in vector blocks.

    Args:
        x: [images, channels, height, width].
        values: the weight's blocks [entries + 1, 1, R]; indices, starts: see ``VectorBlocks``.
        bias: [rows].
        residual: of the result's shape.
        rows: output channels.
        kernel, stride, padding, dilation: of the convolution, [vertical, horizontal].
        activation: one of ``ACTIVATIONS``.
    """
    columns = x.shape[1] * kernel[0] * kernel[1]
    check_reach(columns, values.shape[1], rows, values, indices, starts, (bias,))
    if not _differentiated((x, bias, residual)):
        sides = (kernel, stride, padding, dilation)
        found = kernels.conv2d(x, values, indices, starts, bias, residual, rows, *sides, activation)
        if found is not None:
            return found
    fmt = VectorBlocks((rows, columns), values.shape[2], values.shape[1])
    packed = Packed(values, indices, starts)
    weight = fmt.unpack(packed).to(x.dtype).reshape(rows, x.shape[1], *kernel)
    result = F.conv2d(x, weight, bias, stride, padding, dilation)
    return ACTIVATIONS[activation](result if residual is None else result + residual).contiguous()


def _fake_conv(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    kernel: list[int],
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    activation: str,
) -> Tensor:
    return x.new_empty([x.shape[0], rows, *_window(kernel, stride, padding, dilation).places(x.shape[2:])])


def vblock_linear_int8(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    rows: int,
    activation: str,
) -> Tensor:
    """activation(x @ weight.T + bias) with 8-bit integers: lossy.

    Both the weight and, token by token, x are rounded to 255 steps; a token that is not finite gives NaN. Gradients are
    those of the rounded weight's dense layer.

    Args:
        x: [..., columns].
        values, indices, starts, scales, sums: of the weight, see ``Int8Blocks``.
        bias: [rows].
        rows: of the weight.
        activation: one of ``ACTIVATIONS``.
    """
    check_reach(x.shape[-1], FOUR, rows, values, indices, starts, (bias, scales, sums))
    if not _differentiated((x, bias)):
        found = kernels.linear_int8(x, values, indices, starts, scales, sums, bias, rows, activation)
        if found is not None:
            return found
    fmt = Int8Blocks((rows, x.shape[-1]), values.shape[1])
    packed = PackedInt8(values, indices, starts, scales, sums)
    if _differentiated((x, bias)):  # steps have no slope
        return ACTIVATIONS[activation](F.linear(x, fmt.unpack(packed).to(x.dtype), bias))
    result = fmt.multiply(packed, x.reshape(-1, x.shape[-1])).reshape(*x.shape[:-1], rows)
    return ACTIVATIONS[activation](result if bias is None else result + bias)


def _fake_linear_int8(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    rows: int,
    activation: str,
) -> Tensor:
    return x.new_empty([*x.shape[:-1], rows])


# ---------------------------------------------------------------- PyTorch is told

# Which arguments are a packed weight's tensors: they are not trained.
PACKED = (1, 2, 3)
# What autocast rounds of a layer's arguments, by name, beside its weight; a residual is added afterwards.
ROUNDED = {"x", "bias"}


class _Differentiable(torch.autograd.Function):
    """A sparse layer whose gradients, for x, bias and residual, are those of the dense layer."""

    @staticmethod
    def forward(ctx: Any, operator: Any, kernel: Any, *inputs: Any) -> Tensor:
        ctx.kernel, ctx.places = kernel, [at for at, value in enumerate(inputs) if isinstance(value, Tensor)]
        ctx.save_for_backward(*(inputs[at] for at in ctx.places))
        ctx.inputs = [None if isinstance(value, Tensor) else value for value in inputs]
        with torch._C._AutoDispatchBelowAutograd():
            result: Tensor = operator(*inputs)
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        inputs, wanted = [*ctx.inputs], []
        for at, value in zip(ctx.places, ctx.saved_tensors, strict=True):
            inputs[at] = value.detach()
            if ctx.needs_input_grad[at + 2] and at not in PACKED:
                inputs[at].requires_grad_()
                wanted.append(at)
        with torch.enable_grad():
            result = ctx.kernel(*inputs)
        found = torch.autograd.grad(result, [inputs[at] for at in wanted], gradients)
        by_place = dict(zip(wanted, found, strict=True))
        return (None, None, *(by_place.get(at) for at in range(len(inputs))))


def _rounding(operator: Any, device: str, key: str) -> Callable[..., Tensor]:
    """A sparse layer under autocast, which computes as the dense layer does there."""
    places = [at for at, argument in enumerate(operator._schema.arguments) if argument.name in ROUNDED]
    keys = torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))

    def enter(*inputs: Any) -> Tensor:
        given, dtype = [*inputs], torch.get_autocast_dtype(device)
        for at in places:
            value = given[at]
            if isinstance(value, Tensor) and value.is_floating_point() and value.dtype is not torch.float64:
                given[at] = value.to(dtype)
        with torch._C._ExcludeDispatchKeyGuard(keys):
            result: Tensor = operator(*given)
        return result

    return enter


def _register(name: str, kernel: Callable[..., Tensor], fake: Callable[..., Tensor]) -> None:
    operator = getattr(torch.ops.sparsec, name).default
    kernel = torch.compiler.disable(kernel)  # Dynamo has nothing to see in there, and looks at whatever is called

    def enter(*inputs: Any) -> Tensor:
        """The way in: past PyTorch's dispatcher where nobody traces or differentiates, since it takes its time."""
        x = inputs[0]
        if _differentiated(inputs):
            return _Differentiable.apply(operator, kernel, *inputs)  # type: ignore[no-any-return,no-untyped-call]
        plain = type(x) is Tensor and not torch._C._len_torch_dispatch_stack()
        if plain and torch._C._functorch.peek_interpreter_stack() is None:
            return kernel(*inputs)
        with torch._C._AutoDispatchBelowAutograd():
            result: Tensor = operator(*inputs)
        return result

    library.impl(name, kernel, "CompositeExplicitAutograd")
    library.impl(name, enter, "Autograd")
    for device, key in (("cpu", "AutocastCPU"), ("cuda", "AutocastCUDA")):
        library.impl(name, _rounding(operator, device, key), key)
    torch.library.register_fake(f"sparsec::{name}", fake, lib=library)


_register("vblock_linear", vblock_linear, _fake_linear)
_register("vblock_conv2d", vblock_conv2d, _fake_conv)
_register("vblock_linear_int8", vblock_linear_int8, _fake_linear_int8)
