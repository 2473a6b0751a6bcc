"""Constants: made, read and seen by readers that tell fewer positions apart.

Rules find constants by running the real op in float64 on what is known of its operands; this is what goes in and out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Mask
from ...compiler.ir.program import Program, is_static, shape_of
from .facts import Constant


def make_constant(known: Mask, value: Tensor, channels: Channels) -> Constant | None:
    """A Constant with non-finite positions given up, unknown ones zeroed and uniform dimensions shortened to 1."""
    value = value.to("cpu", torch.float64)
    spread = _over_labels(~torch.isfinite(value), channels, torch.any)
    known = known & ~spread
    if not known.any():
        return None
    value = torch.where(lift(known, channels, value.ndim), value, 0.0)
    for dim in range(value.ndim):
        if dim not in channels.dims and value.shape[dim] > 1:
            first = value.narrow(dim, 0, 1)
            if bool((value == first).all()):
                value = first
    return Constant(known, value)


def known_tensor(constant: Constant | None, channels: Channels, rank: int) -> tuple[Mask, Tensor]:
    """``known`` and ``value`` of an operand, with an operand of which nothing is known spelled out."""
    if constant is not None:
        return constant.known, constant.value
    unknown = np.zeros(channels.labels.shape)
    return unknown.astype(np.bool_), lift(unknown, channels, rank)


def narrow(constant: Constant | None, channels: Channels, dims: Collection[int]) -> Constant | None:
    """A constant as seen by a reader that tells positions along ``dims`` only apart."""
    if constant is None or set(channels.dims) <= set(dims):
        return constant
    known = channels.reduced(constant.known, dims)
    return Constant(known, constant.value) if known.any() else None


def uniform(constant: Constant, channels: Channels) -> Mask:
    """Positions that are known and the same all over the unlabelled dimensions."""
    value = constant.value
    free = [d for d in range(value.ndim) if d not in channels.dims]
    same = torch.ones_like(value, dtype=torch.bool)
    for dim in free:
        same = same & (value == value.narrow(dim, 0, 1))
    return constant.known & _over_labels(same, channels, torch.all)


def zero_everywhere(constant: Constant, channels: Channels) -> Mask:
    """Positions that are zero over all unlabelled dimensions (known or not)."""
    return _over_labels(constant.value == 0, channels, torch.all)


def scalars(constant: Constant, channels: Channels) -> np.ndarray[Any, Any]:
    """One number a position: its value at the first index of every unlabelled dimension."""
    value = constant.value
    for dim in range(value.ndim):
        if dim not in channels.dims:
            value = value.narrow(dim, 0, 1)
    return value.reshape([value.shape[d] for d in channels.dims]).numpy().reshape(channels.labels.shape)


def flattened(constant: Constant | None, channels: Channels) -> tuple[Mask, np.ndarray[Any, Any] | None]:
    """Known flags and numbers of all positions, flat; None for numbers that vary over space."""
    if constant is None:
        return np.zeros(channels.labels.size, dtype=np.bool_), np.zeros(channels.labels.size)
    shape = list(constant.value.shape)
    if any(size > 1 for dim, size in enumerate(shape) if dim not in channels.dims):
        return constant.known.ravel(), None
    values = constant.value.reshape([shape[d] for d in channels.dims]).numpy()
    return constant.known.ravel(), np.broadcast_to(values, channels.labels.shape).ravel()


def full_size(constant: Constant, node: fx.Node) -> Tensor | None:
    """The constant spread over the node's static sizes; a dynamic batch gets size 1.

    None if a symbolic dimension other than the first is in the way: then borders cannot be told from the inside.
    """
    sizes = []
    for dim, size in enumerate(shape_of(node)):
        if is_static(size):
            sizes.append(int(size))
        elif dim == 0:
            sizes.append(1)
        else:
            return None
    return constant.value.expand(sizes)


def weights64(program: Program, argument: Any) -> Any:
    """An argument with weights replaced by float64 tensors (used to evaluate ops on constants)."""
    if isinstance(argument, fx.Node):
        weight = program.weight(argument)
        if weight is not None:
            return weight.to("cpu", torch.float64) if weight.is_floating_point() else weight.cpu()
        value = argument.meta.get("val")
        if isinstance(value, (int, torch.SymInt)) and is_static(value):
            return int(value)
        raise ValueError(f"'{argument.name}' is not a constant")
    if isinstance(argument, (list, tuple)):
        return type(argument)(weights64(program, item) for item in argument)
    return argument


def lift(values: np.ndarray[Any, Any], channels: Channels, rank: int) -> Tensor:
    """An array over positions as a tensor of ``rank`` dimensions, of size 1 where there are no labels."""
    shape = [1] * rank
    for axis, dim in enumerate(channels.dims):
        shape[dim] = channels.labels.shape[axis]
    return torch.from_numpy(np.ascontiguousarray(values)).reshape(shape)


def _over_labels(flags: Tensor, channels: Channels, reduce: Callable[..., Tensor]) -> Mask:
    """Reduce a tensor over its unlabelled dimensions; the result has the labels' shape."""
    free = [d for d in range(flags.ndim) if d not in channels.dims]
    for dim in free:
        flags = reduce(flags, dim=dim, keepdim=True)
    shape = [flags.shape[d] for d in channels.dims]
    result: Mask = np.broadcast_to(flags.reshape(shape).numpy(), channels.labels.shape).astype(np.bool_)
    return result
