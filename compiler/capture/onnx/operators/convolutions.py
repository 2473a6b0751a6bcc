"""Convolutions. ONNX pads each side by itself; PyTorch both alike, so that what is more on one is padded before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..registry import Table
from ..values import Refused, is_number

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def window(node: Node, rank: int, kernel: Sequence[Any]) -> tuple[list[int], list[int], list[int]]:
    """Strides and dilations of a node, one a dimension of space, and how far its kernel reaches.

    Args:
        node: a convolution or a pooling.
        rank: number of dimensions of space.
        kernel: its sizes.
    """
    strides = [*node.get("strides", [1] * rank)]
    dilations = [*node.get("dilations", [1] * rank)]
    return strides, dilations, [(size - 1) * by + 1 for size, by in zip(kernel, dilations, strict=True)]


def paddings(node: Node, sizes: Sequence[Any], reach: Sequence[Any], strides: Sequence[int]) -> list[tuple[Any, Any]]:
    """What is padded before and behind along each dimension of space."""
    how = node.get("auto_pad", "NOTSET")
    if how == "VALID":
        return [(0, 0)] * len(reach)
    if how in ("SAME_UPPER", "SAME_LOWER"):
        totals = [_to_keep(*given) for given in zip(sizes, reach, strides, strict=True)]
        upper = [(total // 2, total - total // 2) for total in totals]
        return upper if how == "SAME_UPPER" else [(behind, before) for before, behind in upper]
    pads = node.get("pads", [0] * 2 * len(reach))
    return [*zip(pads[: len(reach)], pads[len(reach) :], strict=True)]


def _to_keep(size: Any, reach: int, stride: int) -> Any:
    """How much is padded for one result in each stride."""
    if stride == 1:
        return reach - 1
    needed = ((size + stride - 1) // stride - 1) * stride + reach - size
    if reach >= stride:
        return needed  # not below reach - stride
    return max(needed, 0) if is_number(needed) else torch.sym_max(needed, 0)


def evenly(x: Tensor, pads: Sequence[tuple[Any, Any]], filler: float = 0.0) -> tuple[Tensor, list[Any]]:
    """A value that is padded where sides differ, and what is left to pad on both sides alike."""
    if all(is_number(p) and is_number(q) and p == q for p, q in pads):
        return x, [p for p, _ in pads]
    flat = [pad for pair in reversed(pads) for pad in pair]
    return F.pad(x, flat, value=filler), [0] * len(pads)


def _rank(node: Node, x: Tensor, known: dict[int, Any]) -> int:
    rank = x.ndim - 2
    if rank not in known:
        raise Refused(f"a convolution over {rank} dimensions")
    return rank


def convolved(node: Node, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A convolution as a node describes it."""
    rank = _rank(node, x, CONVOLUTIONS)
    strides, dilations, reach = window(node, rank, weight.shape[2:])
    x, pads = evenly(x, paddings(node, x.shape[2:], reach, strides))
    result: Tensor = CONVOLUTIONS[rank](x, weight, bias, strides, pads, dilations, node.get("group", 1))
    return result


def _transposed(node: Node, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    rank = _rank(node, x, TRANSPOSED)
    strides, dilations, reach = window(node, rank, weight.shape[2:])
    more = [*node.get("output_padding", [0] * rank)]
    pads = _cropped(node, x.shape[2:], reach, strides, more)
    for dim, (before, behind) in enumerate(pads):
        if is_number(before) and is_number(behind) and before + behind < 0:  # a result that is larger than all reach
            more[dim], pads[dim] = more[dim] - before - behind, (0, 0)
    both = [min(p, q) if is_number(p) and is_number(q) else 0 for p, q in pads]
    if any(extra >= max(stride, by) for extra, stride, by in zip(more, strides, dilations, strict=True)):
        raise Refused("output_padding as large as the stride")
    result: Tensor = TRANSPOSED[rank](x, weight, bias, strides, both, more, node.get("group", 1), dilations)
    for dim, ((before, behind), done) in enumerate(zip(pads, both, strict=True), start=2):
        if before != done or behind != done:
            size = result.shape[dim]
            result = result.narrow(dim, before - done, size - (before - done) - (behind - done))
    return result


def _cropped(
    node: Node, sizes: Sequence[Any], reach: Sequence[int], strides: Sequence[int], more: Sequence[int]
) -> list[tuple[Any, Any]]:
    """What goes from the result before and behind."""
    how, wanted = node.get("auto_pad", "NOTSET"), node.get("output_shape")
    if wanted is None and how in ("SAME_UPPER", "SAME_LOWER"):
        wanted = [size * stride for size, stride in zip(sizes, strides, strict=True)]
    if wanted is None:
        return paddings(node, sizes, reach, strides)
    found = []
    for size, by, stride, extra, goal in zip(sizes, reach, strides, more, wanted[-len(reach) :], strict=True):
        total = stride * (size - 1) + extra + by - goal
        half = total // 2
        found.append((half, total - half) if how == "SAME_UPPER" else (total - half, half))
    return found


OPERATORS: Table = {"Conv": convolved, "ConvTranspose": _transposed}
