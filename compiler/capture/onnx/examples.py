"""Inputs for a model of which only a file is known: types and sizes, and which tables their numbers point into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ..example_inputs import BATCH, SIDE, TOKENS
from .graph import Graph, Input, Node
from .values import dtype_of

# Sides of images that are tried where a file leaves them open, and lengths.
SIDES = (SIDE, 64, 32, 256)
LENGTHS = (TOKENS, 16, 5)
# Operators that hand on what an index is.
HANDED_ON = ("Cast", "Identity", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Transpose", "Expand", "Slice")
# Numbers that a model of texts has for its words may be many more.
MOST_WORDS = 1000


def drawn(graph: Graph) -> Iterator[dict[str, Tensor]]:
    """Inputs by name, for one choice of open sizes after the other: batches, and sides or lengths.

    Integers that pick rows of a table are numbers of rows; others, such as masks, are ones and zeros.
    """
    limits = dict(_rows(graph))
    for side, length in zip(SIDES, (*LENGTHS, LENGTHS[-1]), strict=True):
        sizes: dict[str, int] = {}
        generator = torch.Generator().manual_seed(0)
        inputs = {}
        for given in graph.inputs:
            shape = [_size(given, dim, sizes, side, length) for dim in range(len(given.shape or ()))]
            inputs[given.name] = _numbers(shape, dtype_of(given.dtype), limits.get(given.name), generator)
        yield inputs


def symbol(given: Input, dim: int) -> str | None:
    """The name of a size that a file leaves open; None for one that it fixes."""
    assert given.shape is not None
    size = given.shape[dim]
    return None if isinstance(size, int) and size >= 0 else f"{given.name}.{dim}" if size in (None, "") else str(size)


def _size(given: Input, dim: int, sizes: dict[str, int], side: int, length: int) -> int:
    """A size; open ones of one name are equal, and those of several names differ."""
    name = symbol(given, dim)
    if name is None:
        assert given.shape is not None
        return int(given.shape[dim] or 0)
    terms = [term.strip() for term in name.split("+")]
    return sum(int(term) if term.isdigit() else _chosen(term, given, dim, sizes, side, length) for term in terms)


def _chosen(name: str, given: Input, dim: int, sizes: dict[str, int], side: int, length: int) -> int:
    if name not in sizes:
        rank, taken = len(given.shape or ()), {*sizes.values()}
        if dim == 0 and BATCH not in taken:
            wanted = BATCH
        else:
            wanted = side if rank in (4, 5) and dim > 1 and "past" not in name else length
        while wanted in taken and not (rank in (4, 5) and wanted == side):
            wanted += 1
        sizes[name] = wanted
    return sizes[name]


def _numbers(shape: list[int], dtype: torch.dtype, limit: int | None, generator: torch.Generator) -> Tensor:
    if dtype.is_floating_point:
        return torch.randn(shape, generator=generator).to(dtype)
    if dtype is torch.bool:
        return torch.rand(shape, generator=generator) < 0.9
    if limit is not None:
        return torch.randint(min(limit, MOST_WORDS), shape, generator=generator).to(dtype)
    found = torch.ones(shape, dtype=dtype)
    if found.ndim > 1 and found.shape[-1] > 2 and found.numel():
        found[-1, ..., -1] = 0  # the last text of a batch is one token shorter than the others
    return found


def _rows(graph: Graph) -> Iterator[tuple[str, int]]:
    """Inputs that pick rows, and of how many."""
    readers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    for given in graph.inputs:
        found = [*_picked(given.name, graph, readers, set())]
        if found:
            yield given.name, min(found)


def _picked(name: str, graph: Graph, readers: Mapping[str, list[Node]], seen: set[str]) -> Iterator[int]:
    """How many rows those tables have that a value picks from."""
    if name in seen:
        return
    seen.add(name)
    for node in readers.get(name, ()):
        if node.op == "Gather" and node.inputs[1] == name:
            table: Any = graph.constants.get(node.inputs[0])
            if table is not None:
                yield table.shape[node.get("axis", 0)]
        elif node.op in HANDED_ON and node.inputs[0] == name:
            yield from _picked(node.outputs[0], graph, readers, seen)
        elif node.op == "EmbedLayerNormalization" and name in node.inputs[:2]:
            place = 2 + 2 * node.inputs.index(name)
            if node.inputs[place] in graph.constants:
                yield graph.constants[node.inputs[place]].shape[0]
