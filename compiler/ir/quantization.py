"""Operators that round numbers to integers and back: what such a node does, in attributes.

They are those of ``torch.ops.quantized_decomposed``, which PyTorch registers with ``torch.ao.quantization``, and ATen's
``fake_quantize``. PyTorch computes them in float32 alone. ``wide`` has for each one that means the same in the dtype
that it is given, for programs that are worked on in float64; ``narrow`` goes back.
"""

from __future__ import annotations

import functools
import importlib
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from .arguments import argument, operand_of

NARROW, WIDE = "quantized_decomposed", "sparsec_wide"
QUANTIZE = ("quantize_per_tensor", "quantize_per_channel")
DEQUANTIZE = ("dequantize_per_tensor", "dequantize_per_channel")
EXTREMES = ("choose_qparams", "choose_qparams_symmetric")
# Of scales that are worked out of values: what stands for no limit.
LEAST_SCALE = 2.0**-126
# What hands a scale or a zero on.
CARRYING = {torch.ops.aten._to_copy.default, torch.ops.aten.reshape.default, torch.ops.aten.view.default}
SIMULATED = ("fake_quantize_per_tensor_affine", "fake_quantize_per_channel_affine")


def register() -> None:
    """Have PyTorch register the operators, where it has not yet: files and graphs that hold them are read then."""
    importlib.import_module("torch.ao.quantization.fx._decomposed")


def called(node: object) -> str:
    """The name of the operator that a node calls, in whatever dtype; '' for any other op."""
    target = getattr(node, "target", None)
    if not isinstance(target, torch._ops.OpOverload):
        return ""
    name = str(target.overloadpacket.__name__)
    return name if target.namespace in (NARROW, WIDE) or name in SIMULATED else ""


@dataclass(frozen=True)
class Affine:
    """A node that rounds numbers to integers, or makes numbers of integers: ``number = (integer - zero) * scale``.

    Attributes:
        rounds: whether it rounds; it makes numbers of integers otherwise.
        input: what it reads.
        scale, zero: numbers, or nodes of tensors; None for a zero that is 0.
        axis: along which of the input's dimensions they run, not below 0; None where they are the same everywhere.
        least, most: of the integers.
        dtype: of the integers.
    """

    node: fx.Node
    rounds: bool
    input: fx.Node
    scale: Any
    zero: Any
    axis: int | None
    least: int
    most: int
    dtype: torch.dtype

    @classmethod
    def of(cls, node: object) -> Affine | None:
        """What a node is; None for any other op, and where its bounds are computed."""
        name = called(node)
        if name not in QUANTIZE + DEQUANTIZE or not isinstance(node, fx.Node):
            return None
        along = name.endswith("channel")
        scale, zero = (
            argument(node, part) for part in (("scales", "zero_points") if along else ("scale", "zero_point"))
        )
        least, most = argument(node, "quant_min"), argument(node, "quant_max")
        if not (isinstance(least, int) and isinstance(most, int)):
            return None
        read = operand_of(node, "input")
        axis = int(argument(node, "axis")) % read.meta["val"].ndim if along else None
        return cls(node, name in QUANTIZE, read, scale, zero, axis, least, most, argument(node, "dtype"))

    def undoes(self, other: Affine) -> bool:
        """Whether it makes numbers again of the integers that another one rounds to."""
        mine, others = ((x.scale, x.zero, x.axis, x.dtype) for x in (self, other))
        return not self.rounds and other.rounds and self.input is other.node and mine == others


def source_of_steps(affine: Affine) -> fx.Node | None:
    """The ``choose_qparams`` that works out scale and zero of what a node rounds, for all integers of its type.

    Returns:
        None where anything else does so, or something is done to them but moving and converting.
    """
    kept = ((torch.float32, torch.float64), (affine.dtype, torch.int32, torch.int64))
    sources = {_source(value, place, kept[place]) for place, value in enumerate((affine.scale, affine.zero))}
    source = sources.pop()
    if sources or source is None or not affine.rounds or argument(source, "input") is not affine.input:
        return None
    limits = torch.iinfo(affine.dtype)
    bounds = (affine.least, affine.most, argument(source, "quant_min"), argument(source, "quant_max"))
    return source if bounds == (limits.min, limits.max) * 2 else None


def _source(value: Any, place: int, kept: tuple[torch.dtype, ...]) -> fx.Node | None:
    """What works out a scale (place 0) or a zero (1) that is converted to types which keep it."""
    while isinstance(value, fx.Node) and value.target in CARRYING and value.meta["val"].dtype in kept:
        value = operand_of(value)
    if not isinstance(value, fx.Node) or value.target is not operator.getitem or value.args[1] != place:
        return None
    source = value.args[0]
    return source if isinstance(source, fx.Node) and called(source) == "choose_qparams" else None


# ---------------------------------------------------------------- what the operators mean


def _along(values: Any, axis: int | None, rank: int) -> Any:
    """Scales or zeros as they broadcast with a tensor of so many dimensions."""
    if not isinstance(values, Tensor) or axis is None:
        return values
    return values.reshape([-1 if dim == axis % rank else 1 for dim in range(rank)])


def _rounded(x: Tensor, scale: Any, zero: Any, axis: int | None, least: int, most: int, dtype: torch.dtype) -> Tensor:
    scale, zero = _along(scale, axis, x.ndim), _along(zero, axis, x.ndim)
    return torch.clamp(torch.round(x * (1.0 / scale)) + zero, least, most).to(dtype)


def _numbers(x: Tensor, scale: Any, zero: Any, axis: int | None, dtype: torch.dtype | None) -> Tensor:
    dtype = dtype or torch.float64
    scale, zero = _along(scale, axis, x.ndim), _along(zero, axis, x.ndim)
    numbers: Tensor = (x.to(dtype) - (0 if zero is None else zero)) * scale
    return numbers.to(dtype)


def _quantize_per_tensor(
    x: Tensor, scale: Any, zero_point: Any, quant_min: int, quant_max: int, dtype: torch.dtype
) -> Tensor:
    return _rounded(x, scale, zero_point, None, quant_min, quant_max, dtype)


def _quantize_per_channel(
    x: Tensor, scales: Tensor, zero_points: Tensor, axis: int, quant_min: int, quant_max: int, dtype: torch.dtype
) -> Tensor:
    return _rounded(x, scales, zero_points, axis, quant_min, quant_max, dtype)


def _dequantize_per_tensor(
    x: Tensor,
    scale: Any,
    zero_point: Any,
    quant_min: int,
    quant_max: int,
    dtype: torch.dtype,
    *,
    out_dtype: torch.dtype | None = None,
) -> Tensor:
    return _numbers(x, scale, zero_point, None, out_dtype)


def _dequantize_per_channel(
    x: Tensor,
    scales: Tensor,
    zero_points: Tensor | None,
    axis: int,
    quant_min: int,
    quant_max: int,
    dtype: torch.dtype,
    *,
    out_dtype: torch.dtype | None = None,
) -> Tensor:
    return _numbers(x, scales, zero_points, axis, out_dtype)


def _choose_qparams(
    x: Tensor, quant_min: int, quant_max: int, eps: float, dtype: torch.dtype, *, symmetric: bool = False
) -> tuple[Tensor, Tensor]:
    """Scale and zero, [1] each, that the least and the largest number of ``x``, and 0, just fit in with."""
    least, most = torch.clamp(x.min(), max=0.0), torch.clamp(x.max(), min=0.0)
    span = 2 * torch.maximum(-least, most) if symmetric else most - least
    scale = torch.clamp(span / float(quant_max - quant_min), min=eps)
    if symmetric:
        zero = torch.full_like(scale, 128 if dtype is torch.uint8 else 0)
    else:
        zero = torch.clamp(quant_min - torch.round(least / scale), quant_min, quant_max)
    return scale.reshape(1).to(torch.float64), zero.reshape(1).to(torch.int64)


def _simulated_per_tensor(x: Tensor, scale: Any, zero_point: Any, quant_min: int, quant_max: int) -> Tensor:
    return _simulated(x, scale, zero_point, None, quant_min, quant_max)


def _simulated(x: Tensor, scale: Any, zero: Any, axis: int | None, least: int, most: int) -> Tensor:
    return _numbers(_rounded(x, scale, zero, axis, least, most, x.dtype), scale, zero, axis, x.dtype)


def _rounded_like(x: Tensor, *given: Any, **named: Any) -> Tensor:
    return torch.empty_like(x, dtype=next(value for value in given if isinstance(value, torch.dtype)))


def _numbers_like(x: Tensor, *given: Any, out_dtype: torch.dtype | None = None) -> Tensor:
    return torch.empty_like(x, dtype=out_dtype or torch.float64)


def _same(x: Tensor, *given: Any) -> Tensor:
    return torch.empty_like(x)


def _pair(x: Tensor, *given: Any) -> tuple[Tensor, Tensor]:
    return x.new_empty(1, dtype=torch.float64), x.new_empty(1, dtype=torch.int64)


# What each operator computes, and what stands for its result where nothing is computed.
MEANINGS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "quantize_per_tensor": (_quantize_per_tensor, _rounded_like),
    "quantize_per_channel": (_quantize_per_channel, _rounded_like),
    "dequantize_per_tensor": (_dequantize_per_tensor, _numbers_like),
    "dequantize_per_channel": (_dequantize_per_channel, _numbers_like),
    "fake_quantize_per_tensor_affine": (_simulated_per_tensor, _same),
    "fake_quantize_per_channel_affine": (_simulated, _same),
    "choose_qparams": (_choose_qparams, _pair),
    "choose_qparams_symmetric": (functools.partial(_choose_qparams, symmetric=True), _pair),
}


def meaning(node: fx.Node) -> Callable[..., Any]:
    """What a node computes, as a function that takes any dtype, integers among them."""
    return MEANINGS[called(node)][0]


def wide(target: Any) -> Any:
    """The operator that computes the same in the dtype that it is given; anything else is itself."""
    if isinstance(target, torch._ops.OpOverload) and target.namespace in (NARROW, "aten"):
        return _wide(target) if target.overloadpacket.__name__ in MEANINGS else target
    return target


def narrow(target: Any) -> Any:
    """PyTorch's operator again; anything else is itself."""
    return _NARROW.get(target, target)


_NARROW: dict[Any, Any] = {}
_LIBRARIES: list[torch.library.Library] = []  # which unregister what they define when they go


@functools.cache
def _wide(target: torch._ops.OpOverload) -> Any:
    library = torch.library.Library(WIDE, "FRAGMENT")
    _LIBRARIES.append(library)
    packet: Any = target.overloadpacket.__name__
    computed, standing = MEANINGS[packet]
    schema = str(target._schema).removeprefix(f"{target.namespace}::")
    name = schema.partition("(")[0]
    library.define(schema)
    library.impl(name, computed, "CompositeExplicitAutograd")
    library.impl(name, standing, "Meta")
    found = getattr(getattr(getattr(torch.ops, WIDE), packet), target._overloadname)
    _NARROW[found] = target
    return found
