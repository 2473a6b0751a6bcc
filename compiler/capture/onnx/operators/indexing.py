"""Elements at computed places. An index below zero counts from the end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..graph import Node
from ..integer_products import TABLE
from ..registry import Operator, Table
from ..values import Refused, is_known, is_number, tensor


def _gather(node: Node, given: Any, indices: Any) -> Tensor:
    x: Tensor = tensor(given)
    axis = node.get("axis", 0) % x.ndim
    if is_known(indices) and not indices.is_symbolic and indices.array.ndim < 2:
        return _picked(x, axis, indices.array)
    places = tensor(indices)
    is_table = isinstance(x, torch.nn.Parameter) or node.get(TABLE, False)
    if x.ndim == 2 and axis == 0 and x.is_floating_point() and is_table:
        return F.embedding(places, x)
    if places.dtype not in (torch.int64, torch.int32):
        places = places.long()
    return x[(slice(None),) * axis + (places,)]


def _picked(x: Tensor, axis: int, places: Any) -> Tensor:
    """At places that are known."""
    if places.ndim == 0:
        return x.select(axis, int(places))
    size = x.shape[axis]
    if np.any(places < 0):
        if not is_number(size):
            raise Refused("places counted from the end of a dynamic size")
        places = np.where(places < 0, places + size, places)
    first = int(places[0]) if places.size else 0
    if places.size and np.array_equal(places, np.arange(first, first + places.size)):
        return x[(slice(None),) * axis + (slice(first, first + places.size),)]
    return x.index_select(axis, torch.tensor(places.tolist(), dtype=torch.int64))


def _counted(places: Any, size: Any) -> Tensor:
    """Places from the front."""
    if is_known(places) and not places.is_symbolic and (places.array >= 0).all():
        found: Tensor = tensor(places).long()
        return found
    found = tensor(places).long()
    return torch.where(found < 0, found + size, found)


def _gather_elements(node: Node, x: Any, indices: Any) -> Tensor:
    x = tensor(x)
    axis = node.get("axis", 0)
    return torch.gather(x, axis, _counted(indices, x.shape[axis]))


def _gather_nd(node: Node, x: Tensor, indices: Tensor) -> Tensor:
    batch = node.get("batch_dims", 0)
    parts = indices.long().unbind(-1)
    rank = parts[0].ndim
    lead = [torch.arange(x.shape[dim]).reshape([-1 if at == dim else 1 for at in range(rank)]) for dim in range(batch)]
    return x[(*lead, *parts)]


# What scatters do with an element that is there, in PyTorch's words.
REDUCTIONS = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}


def _scatter_elements(node: Node, given: Any, indices: Any, updates: Any) -> Tensor:
    x: Tensor = tensor(given)
    updates = tensor(updates)
    axis, how = node.get("axis", 0), node.get("reduction", "none")
    places = _counted(indices, x.shape[axis])
    if how == "none":
        return x.scatter(axis, places, updates)
    return x.scatter_reduce(axis, places, updates, REDUCTIONS[how], include_self=True)


def _scatter_nd(node: Node, x: Tensor, indices: Tensor, updates: Tensor) -> Tensor:
    how, parts = node.get("reduction", "none"), indices.long().unbind(-1)
    if how in ("none", "add"):
        return x.index_put(tuple(parts), updates, accumulate=how == "add")
    depth = len(parts)
    sizes = x.shape[:depth]
    flat = torch.zeros_like(parts[0])
    for part, size in zip(parts, sizes, strict=True):
        flat = flat * size + torch.where(part < 0, part + size, part)
    rows = x.reshape(math.prod(sizes), -1)
    values = updates.reshape(flat.numel(), -1)
    index = flat.reshape(-1, 1).expand(values.shape)
    return rows.scatter_reduce(0, index, values, REDUCTIONS[how], include_self=True).reshape(x.shape)


def _one_hot(node: Node, indices: Tensor, depth: list[Any], values: Tensor) -> Tensor:
    (size,) = depth
    size = int(size) if isinstance(size, float) else size
    places = indices.long()
    places = torch.where(places < 0, places + size, places)
    axis = node.get("axis", -1)
    axis = axis + places.ndim + 1 if axis < 0 else axis
    shape = [-1 if dim == axis else 1 for dim in range(places.ndim + 1)]
    hot = places.unsqueeze(axis) == torch.arange(size).reshape(shape)
    return torch.where(hot, values[1], values[0])


def _top(node: Node, x: Tensor, k: list[Any] | None = None) -> tuple[Tensor, Tensor]:
    number = node.get("k") if k is None else k[0]
    found = torch.topk(x, number, node.get("axis", -1), bool(node.get("largest", 1)), bool(node.get("sorted", 1)))
    return found.values, found.indices


OPERATORS: Table = {
    "Gather": Operator(_gather, raw=True),
    "GatherElements": Operator(_gather_elements, raw=True),
    "GatherND": _gather_nd,
    "OneHot": Operator(_one_hot, shapes=(1,)),
    "Scatter": Operator(_scatter_elements, raw=True),
    "ScatterElements": Operator(_scatter_elements, raw=True),
    "ScatterND": _scatter_nd,
    "TopK": Operator(_top, shapes=(1,)),
}
