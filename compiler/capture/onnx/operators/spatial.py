"""Pooling, and samples of images at computed places."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Refused
from .convolutions import evenly, paddings, window

MAXIMUM = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVERAGE: dict[int, Any] = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
GLOBAL_AVERAGE: dict[int, Any] = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}


def _max_pool(node: Node, x: Tensor) -> Any:
    kernel = [*node.get("kernel_shape")]
    rank = len(kernel)
    strides, dilations, reach = window(node, rank, kernel)
    pads = paddings(node, x.shape[2:], reach, strides)
    alike = all(before == behind and 2 * before <= size for (before, behind), size in zip(pads, kernel, strict=True))
    dtype, ceil = x.dtype, bool(node.get("ceil_mode", 0))
    if not x.is_floating_point():
        x = x.to(torch.float64 if dtype.itemsize > 2 else torch.float32)
    if node.wants(1):
        return _with_places(node, x, kernel, strides, [before for before, _ in pads], dilations, ceil, alike)
    if not alike:
        x, flat = F.pad(x, [pad for pair in reversed(pads) for pad in pair], value=-math.inf), [0] * rank
    else:
        flat = [before for before, _ in pads]
    return MAXIMUM[rank](x, kernel, strides, flat, dilations, ceil).to(dtype)


def _with_places(
    node: Node, x: Tensor, kernel: Any, strides: Any, pads: Any, dilations: Any, ceil: bool, alike: bool
) -> Any:
    """The places, too: ONNX counts them through the whole value, PyTorch through each channel."""
    if not alike or node.get("storage_order", 0):
        raise Refused("places of the largest elements of padded windows")
    found, places = MAXIMUM[len(kernel)](x, kernel, strides, pads, dilations, ceil, True)
    images, channels, *sizes = x.shape
    first = torch.arange(images * channels).reshape(images, channels, *[1] * len(sizes)) * math.prod(sizes)
    return found, places + first


def _average_pool(node: Node, x: Tensor) -> Tensor:
    kernel = [*node.get("kernel_shape")]
    rank = len(kernel)
    strides, dilations, reach = window(node, rank, kernel)
    if any(by != 1 for by in dilations):
        raise Refused("dilated average pooling")
    pads = paddings(node, x.shape[2:], reach, strides)
    ceil, counted = bool(node.get("ceil_mode", 0)), bool(node.get("count_include_pad", 0))
    pool = AVERAGE[rank]
    if all(before == behind and 2 * before <= size for (before, behind), size in zip(pads, kernel, strict=True)):
        return pool(x, kernel, strides, [before for before, _ in pads], ceil, counted)  # type: ignore[no-any-return]
    padded, none = evenly(x, [(before, behind) for before, behind in pads])
    if any(none):
        padded = F.pad(x, [pad for pair in reversed(pads) for pad in pair])
    mean = pool(padded, kernel, strides, 0, ceil)
    if counted:
        return mean  # type: ignore[no-any-return]
    own = F.pad(torch.ones_like(x[:1, :1]), [pad for pair in reversed(pads) for pad in pair])
    return mean / pool(own, kernel, strides, 0, ceil)  # type: ignore[no-any-return]


def _lp_pool(node: Node, x: Tensor) -> Tensor:
    kernel = [*node.get("kernel_shape")]
    rank, p = len(kernel), node.get("p", 2)
    strides, dilations, reach = window(node, rank, kernel)
    if any(by != 1 for by in dilations):
        raise Refused("dilated pooling")
    pads = paddings(node, x.shape[2:], reach, strides)
    padded = F.pad(torch.abs(x) ** p, [pad for pair in reversed(pads) for pad in pair])
    sums = AVERAGE[rank](padded, kernel, strides, 0, bool(node.get("ceil_mode", 0))) * math.prod(kernel)
    return sums ** (1 / p)  # type: ignore[no-any-return]


def _space(x: Tensor) -> list[int]:
    return [*range(2, x.ndim)]


def _global_average(node: Node, x: Tensor) -> Tensor:
    rank = x.ndim - 2
    if rank in GLOBAL_AVERAGE:
        return GLOBAL_AVERAGE[rank](x, 1)  # type: ignore[no-any-return]
    return x.mean(_space(x), keepdim=True)


def _global_lp(node: Node, x: Tensor) -> Tensor:
    p = node.get("p", 2)
    return torch.sum(torch.abs(x) ** p, _space(x), keepdim=True).pow(1 / p)


# What older versions call modes of sampling.
MODES = {"linear": "bilinear", "cubic": "bicubic"}


def _sampled(node: Node, x: Tensor, grid: Tensor) -> Tensor:
    mode, border = node.get("mode", "linear"), node.get("padding_mode", "zeros")
    return F.grid_sample(x, grid, MODES.get(mode, mode), border, bool(node.get("align_corners", 0)))


def _grid(node: Node, theta: Tensor, size: list[Any]) -> Tensor:
    return F.affine_grid(theta, size, bool(node.get("align_corners", 0)))


OPERATORS: Table = {
    "AffineGrid": Operator(_grid, shapes=(1,)),
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global_average,
    "GlobalLpPool": _global_lp,
    "GlobalMaxPool": lambda node, x: torch.amax(x, _space(x), keepdim=True),
    "GridSample": _sampled,
    "LpPool": _lp_pool,
    "MaxPool": _max_pool,
}
