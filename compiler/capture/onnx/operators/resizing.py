"""Resizing. PyTorch's own where it picks and weighs the same pixels; otherwise they are picked, or weighed, by axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.fx.experimental.symbolic_shapes import statically_known_true

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused, is_number

f32 = np.float32
# PyTorch's names, by number of dimensions of space.
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


@dataclass(frozen=True)
class Axis:
    """How one dimension is resized.

    Attributes:
        size, wanted: pixels before and after.
        scale: what coordinates are divided by.
        roi: the part of it that is taken, from 0 to 1.
    """

    dim: int
    size: Any
    wanted: Any
    scale: Any
    roi: tuple[float, float]

    @property
    def is_same(self) -> bool:
        """Whether nothing is resized."""
        return self.wanted is not None and self.scale in (None, 1) and statically_known_true(self.wanted == self.size)

    @property
    def is_known(self) -> bool:
        """Whether none of its sizes is dynamic."""
        return is_number(self.size) and is_number(self.wanted)


@dataclass(frozen=True)
class How:
    """What a node says of resizing."""

    mode: str
    coordinates: str
    nearest: str
    cubic: float
    outside: bool
    antialias: bool
    extrapolation: float

    @classmethod
    def of(cls, node: Node) -> How:
        """Before version 11 there was but one way."""
        old = node.opset < 11
        return cls(
            node.get("mode", "nearest"),
            node.get("coordinate_transformation_mode", "asymmetric" if old else "half_pixel"),
            node.get("nearest_mode", "floor" if old else "round_prefer_floor"),
            node.get("cubic_coeff_a", -0.75),
            bool(node.get("exclude_outside", 0)),
            bool(node.get("antialias", 0)),
            node.get("extrapolation_value", 0.0),
        )


def _resize(
    node: Node, x: Tensor, roi: list[Any] | None = None, scales: list[Any] | None = None, sizes: list[Any] | None = None
) -> Tensor:
    if node.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise Refused("resizing that keeps the ratio of sides")
    dims = [axis % x.ndim for axis in node.get("axes", range(x.ndim))]
    if not scales and not sizes:
        raise Refused("resizing by neither factors nor sizes")
    axes = []
    for place, dim in enumerate(dims):
        part = (roi[place], roi[place + len(dims)]) if roi else (0.0, 1.0)
        axes.append(_axis(x, dim, scales and scales[place], sizes and sizes[place], part))
    return _resized(x, How.of(node), [axis for axis in axes if not axis.is_same])


def _upsample(node: Node, x: Tensor, scales: list[Any] | None = None) -> Tensor:
    return _resize(node, x, None, node.get("scales") if scales is None else scales)


def _resize_10(node: Node, x: Tensor, scales: list[Any]) -> Tensor:
    return _resize(node, x, None, scales)


def _axis(x: Tensor, dim: int, scale: Any, wanted: Any, roi: tuple[float, float]) -> Axis:
    size = x.shape[dim]
    if wanted is not None:
        return Axis(dim, size, wanted, f32(wanted) / f32(size) if is_number(size) and is_number(wanted) else None, roi)
    if is_number(size):
        return Axis(dim, size, int(np.floor(f32(size) * f32(scale) * f32(roi[1] - roi[0]))), f32(scale), roi)
    whole = float(scale).is_integer()
    return Axis(dim, size, size * int(scale) if whole else None, f32(scale), roi)


def _resized(x: Tensor, how: How, axes: list[Axis]) -> Tensor:
    if not axes:
        return x
    direct = _direct(x, how, axes)
    if direct is not None:
        return direct
    if not all(axis.is_known for axis in axes):
        raise Refused(f"resizing of dynamic sizes ('{how.mode}', '{how.coordinates}', '{how.nearest}')")
    for axis in axes:
        x = _picked(x, how, axis) if how.mode == "nearest" else _weighed(x, how, axis)
    return x


def _direct(x: Tensor, how: How, axes: list[Axis]) -> Tensor | None:
    """By PyTorch's own, if that is the same."""
    rank = x.ndim - 2
    if rank not in LINEAR or any(axis.dim < 2 for axis in axes) or how.antialias:
        return None
    by_dim = {axis.dim: axis for axis in axes}
    spaces = [by_dim.get(dim) or Axis(dim, x.shape[dim], x.shape[dim], f32(1), (0.0, 1.0)) for dim in range(2, x.ndim)]
    if how.mode == "nearest":
        factors = [_whole(how, axis) for axis in spaces]
        return None if None in factors else F.interpolate(x, scale_factor=[float(f or 1) for f in factors])
    mode = LINEAR[rank] if how.mode == "linear" else "bicubic"
    if how.mode == "cubic" and (rank != 2 or how.cubic != -0.75 or how.outside):
        return None
    if not all(_is_exact(axis) for axis in spaces) or any(axis.wanted is None for axis in spaces):
        return None
    sizes = [axis.wanted for axis in spaces]
    if how.coordinates == "align_corners":
        return F.interpolate(x, sizes, mode=mode, align_corners=True)
    small = any(is_number(size) and size == 1 for size in sizes) and how.coordinates != "half_pixel"
    if how.coordinates in ("half_pixel", "pytorch_half_pixel") and not small:
        return F.interpolate(x, sizes, mode=mode, align_corners=False)
    return None


def _is_exact(axis: Axis) -> bool:
    """Whether the factor is the ratio of sizes."""
    if axis.scale is None or not axis.is_known:
        return axis.scale is None or float(axis.scale).is_integer()
    return bool(f32(axis.wanted) / f32(axis.size) == axis.scale)


def _whole(how: How, axis: Axis) -> int | None:
    """By which whole number every pixel is repeated; None where it is otherwise."""
    if axis.is_known:
        factor = axis.wanted // axis.size if axis.size and axis.wanted % axis.size == 0 else 0
        if factor < 1 or not np.array_equal(_places(how, axis), np.arange(axis.wanted) // factor):
            return None
        return int(factor)
    if axis.scale is None or not float(axis.scale).is_integer():
        return None
    sample = Axis(0, 8, 8 * int(axis.scale), axis.scale, axis.roi)
    return _whole(how, sample)


# -------------------------------------------------------------------- by axis


def _coordinates(how: How, axis: Axis) -> Any:
    """Where each pixel of the result lies in the input."""
    places = np.arange(axis.wanted, dtype=f32)
    size, wanted, scale = f32(axis.size), f32(axis.wanted), f32(axis.scale)
    match how.coordinates:
        case "half_pixel":
            return (places + f32(0.5)) / scale - f32(0.5)
        case "pytorch_half_pixel":
            return (places + f32(0.5)) / scale - f32(0.5) if axis.wanted > 1 else np.zeros(1, f32)
        case "half_pixel_symmetric":
            adjusted = wanted / (scale * size)
            return size / 2 * (1 - adjusted) + (places + f32(0.5)) / scale - f32(0.5)
        case "asymmetric":
            return places / scale
        case "align_corners":
            return places * (size - 1) / (wanted - 1) if axis.wanted > 1 else np.zeros(1, f32)
        case "tf_crop_and_resize":
            start, end = map(f32, axis.roi)
            if axis.wanted > 1:
                return start * (size - 1) + places * (end - start) * (size - 1) / (wanted - 1)
            return np.full(1, 0.5 * (start + end) * (size - 1), f32)
        case other:
            raise Refused(f"coordinates '{other}'")


def _places(how: How, axis: Axis) -> Any:
    found = _coordinates(how, axis)
    rounded: dict[str, Callable[[Any], Any]] = {
        "round_prefer_floor": lambda c: np.ceil(c - f32(0.5)),
        "round_prefer_ceil": lambda c: np.floor(c + f32(0.5)),
        "floor": np.floor,
        "ceil": np.ceil,
    }
    return np.clip(rounded[how.nearest](found), 0, axis.size - 1).astype(np.int64)


def _picked(x: Tensor, how: How, axis: Axis) -> Tensor:
    if how.coordinates == "tf_crop_and_resize":
        raise Refused("cropping to the nearest pixel")
    return x.index_select(axis.dim, torch.tensor(_places(how, axis).tolist()))


def _weighed(x: Tensor, how: How, axis: Axis) -> Tensor:
    """Each pixel of the result as a sum of pixels of the input: a product with a matrix."""
    weights = torch.tensor(_weights(how, axis).tolist(), dtype=x.dtype)
    return torch.matmul(x.movedim(axis.dim, -1), weights.t()).movedim(-1, axis.dim)


def _weights(how: How, axis: Axis) -> Any:
    """[wanted, size] in float64."""
    places = _coordinates(how, axis).astype(np.float64)
    shrink = min(float(axis.scale), 1.0) if how.antialias else 1.0
    reach = (1 if how.mode == "linear" else 2) / shrink
    taps = np.arange(axis.size + 2 * (int(np.ceil(reach)) + 1)) - int(np.ceil(reach)) - 1
    distance = np.abs(places[:, None] - taps[None]) * shrink
    weights = np.maximum(1 - distance, 0) if how.mode == "linear" else _cubic(distance, how.cubic)
    inside = np.clip(taps, 0, axis.size - 1)
    if how.outside or how.antialias:
        weights = np.where((taps == inside)[None], weights, 0)
    if how.outside or how.antialias:
        weights = weights / weights.sum(axis=1, keepdims=True)
    found = np.zeros((axis.wanted, axis.size))
    for tap, place in enumerate(inside):
        found[:, place] += weights[:, tap]
    if how.coordinates == "tf_crop_and_resize" and ((places < 0) | (places > axis.size - 1)).any():
        raise Refused("cropping beyond the border")
    return found


def _cubic(distance: Any, a: float) -> Any:
    near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
    far = ((distance - 5) * distance + 8) * distance * a - 4 * a
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))


OPERATORS: Table = {
    "Resize": {10: Operator(_resize_10, shapes=(1,)), 11: Operator(_resize, shapes=(1, 2, 3))},
    "Upsample": Operator(_upsample, shapes=(1,)),
}
