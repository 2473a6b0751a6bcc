"""Where the positions of a result come from: the real op, run on tensors of position numbers.

It runs at the example's sizes. What the op does to labels is therefore true by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, argument, schema_of
from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.program import Program, hint, hinted, is_static, is_tensor, shape_of
from .facts import Axes

aten = torch.ops.aten

FILL = -1

# Ops that may move several dimensions at once.
SEVERAL_DIMS = {aten.flip.default, aten.roll.default, aten.index.Tensor}


@dataclass(frozen=True)
class Moved:
    """Where each position of a result comes from.

    Attributes:
        operands: the tensors moved.
        views: the positions of each that the op tells apart.
        offsets: number of positions before each operand's own, in the concatenation of all.
        sources: for each result, an array of the labels' shape with the source position, or ``FILL``.
    """

    operands: list[fx.Node]
    views: list[Channels]
    offsets: list[int]
    sources: list[Labels]


def moved_operands(node: fx.Node, axes: Axes) -> list[fx.Node]:
    """Tensor operands whose positions are known, in order, each as often as it is read; not index tensors."""
    found: list[fx.Node] = []
    # Of several arguments, all but the first say where to read.
    fx.node.map_arg(node.args[0], found.append)
    return [x for x in found if is_tensor(x) and x in axes.channels]


def indices_of(node: fx.Node, operands: list[fx.Node], program: Program) -> dict[fx.Node, Tensor] | str:
    """Tensors that say where to read from; the first place, or every one, for those that are computed.

    A string says what is wrong.
    """
    found: dict[fx.Node, Tensor] = {}
    for index in node.all_input_nodes:
        if not is_tensor(index) or index in operands:
            continue
        weight = program.weight(index)
        if index in _tensors_of(node.args[0]) or (weight is not None and weight.is_floating_point()):
            return "moves a weight together with values"
        try:
            sizes = [hint(s) for s in shape_of(index)]
        except ValueError as error:
            return str(error)
        dtype = index.meta["val"].dtype
        found[index] = weight.cpu() if weight is not None else torch.full(sizes, dtype == torch.bool, dtype=dtype)
    return found


def inseparable(node: fx.Node, operand: fx.Node) -> tuple[set[int], str]:
    """Dimensions along which the op cannot tell positions apart, and why."""
    moving = moving_dims(node, operand) if node.target in SEVERAL_DIMS else set()
    computed = any(is_tensor(i) and i.op != "get_attr" for i in _tensors_of(node.args[1:]))
    if node.target is aten.index_select.default and computed:
        moving = {acted_dim(node, operand) or 0}
    if computed:
        return moving, "reads at computed positions"
    if node.target is aten.index.Tensor and any(len(shape_of(i)) != 1 for i in _tensors_of(node.args[1:])):
        return moving, "reads a table by a table"
    return (moving if len(moving) > 1 else set()), "moves channels and other dimensions at once"


def fewer(node: fx.Node, operand: fx.Node, own: Channels, apart: set[int]) -> Iterator[set[int]]:
    """Dimensions to tell positions apart along, where telling all of them apart fails: fewer and fewer."""
    acted = acted_dim(node, operand)
    if acted is not None and not apart:
        yield set(own.dims) - {acted}
    if acted is None:
        for start in range(1, len(own.dims)):
            yield set(own.dims[start:])


def trace(
    node: fx.Node,
    operands: list[fx.Node],
    channels: list[Channels],
    indices: dict[fx.Node, Tensor],
    *,
    thin: bool = False,
    fill: int | None = None,
) -> tuple[list[tuple[int, ...]], Moved] | str:
    """Run ``node`` on position numbers; the labelled dimensions of each result, and the sources.

    Args:
        indices: weights that say where to read from.
        thin: the op treats every dimension but its ``dim`` argument alike, so sizes other than labelled ones may be
            shrunk to 1.
        fill: index of the argument holding a fill value.

    Returns:
        a string says why the positions cannot be followed.
    """
    given, offsets = _numbered(node, operands, channels, thin=thin and _acts_on_labels(node, operands, channels))
    args = node.args
    if fill is not None:
        args = (*args[:fill], *("constant",) * (fill - len(args)), FILL, *args[fill + 1 :])
    result = run(node, given | indices, args)
    results = list(result) if isinstance(result, (tuple, list)) else [result]
    metas = node.meta["val"] if isinstance(node.meta["val"], (tuple, list)) else [node.meta["val"]]
    dims, sources = [], []
    for numbers, meta in zip(results, metas, strict=True):
        if numbers.numel() == 0:
            return "an empty tensor"
        varying = [d for d in range(numbers.ndim) if _ends_differ(numbers, d)]
        for dim in set(range(numbers.ndim)) - set(varying):
            first = numbers.narrow(dim, 0, 1)
            if bool((numbers == first).all()):
                numbers = first  # the next comparison has less to look at
            else:
                varying = sorted([*varying, dim])
        dynamic = [d for d in varying if not is_static(meta.shape[d])]
        if dynamic:
            return f"positions vary along dimension {dynamic[0]}, whose size is dynamic"
        dims.append(tuple(varying))
        sources.append(numbers.reshape([numbers.shape[d] for d in varying]).numpy().astype(np.int64))
    return dims, Moved(operands, channels, offsets, sources)


def _ends_differ(numbers: Tensor, dim: int) -> bool:
    """Whether positions are seen to vary along a dimension without a look at all of them."""
    line = numbers[tuple(slice(None) if d == dim else 0 for d in range(numbers.ndim))]
    return bool(line[0] != line[-1])


def run(node: fx.Node, given: dict[fx.Node, Tensor], args: tuple[Any, ...] | None = None) -> Any:
    """The op of ``node`` on real tensors, at the example's sizes."""
    assert callable(node.target)
    arguments = [_filled(hinted(a), given) for a in (node.args if args is None else args)]
    return node.target(*arguments, **{k: _filled(hinted(v), given) for k, v in node.kwargs.items()})


def _filled(argument: Any, given: dict[fx.Node, Tensor]) -> Any:
    """An argument with tensors in place of nodes."""
    if isinstance(argument, fx.Node):
        return given[argument]
    if isinstance(argument, (list, tuple)):
        return type(argument)(_filled(item, given) for item in argument)
    return argument


def _numbered(
    node: fx.Node, operands: list[fx.Node], channels: list[Channels], *, thin: bool
) -> tuple[dict[fx.Node, Tensor], list[int]]:
    """Operands that hold position numbers, and the number of positions before each operand's own."""
    given: dict[fx.Node, Tensor] = {}
    offsets: list[int] = []
    offset = 0
    labelled = {dim for own in channels for dim in own.dims}  # a cat wants equal sizes
    for operand, own in zip(operands, channels, strict=True):
        if operand in given:
            offsets.append(offsets[operands.index(operand)])
        else:
            offsets.append(offset)
            count = torch.arange(offset, offset + own.labels.size, dtype=torch.int32)
            full = labelled | {acted_dim(node, operand)} if thin else {*range(len(shape_of(operand)))}
            sizes = [hint(s) if d in full else 1 for d, s in enumerate(shape_of(operand))]
            numbers = [1] * len(sizes)
            for axis, dim in enumerate(own.dims):
                sizes[dim] = numbers[dim] = own.labels.shape[axis]
            given[operand] = count.reshape(numbers).expand(sizes)
        offset += own.labels.size
    return given, offsets


def acted_dim(node: fx.Node, operand: fx.Node) -> int | None:
    """The ``dim`` argument of cat, split, slice, select, ...; None if it has none."""
    names = [a.name for a in schema_of(node)]
    if "dim" not in names:
        return None
    value = argument(node, "dim")
    if not isinstance(value, int):
        return None
    rank = int(operand.meta["val"].ndim) + (1 if node.target in (aten.stack.default, aten.unsqueeze.default) else 0)
    return value % rank


def moving_dims(node: fx.Node, operand: fx.Node) -> set[int]:
    """Dimensions along which flip, roll or index move something."""
    rank = operand.meta["val"].ndim
    if node.target is aten.index.Tensor:
        return _indexed(node)
    listed = argument(node, "dims")
    if not listed:
        return set(range(rank))
    return {d % rank for d in listed}


def _indexed(node: fx.Node) -> set[int]:
    """Dimensions that ``index`` reads by a tensor; a mask takes as many as it has itself."""
    found, at = set[int](), 0
    for index in args_of(node)[1]:
        taken = index.meta["val"].ndim if index is not None and index.meta["val"].dtype == torch.bool else 1
        found |= set() if index is None else {*range(at, at + taken)}
        at += taken
    return found


def _acts_on_labels(node: fx.Node, operands: list[fx.Node], channels: list[Channels]) -> bool:
    dim = acted_dim(node, operands[0])
    return dim is None or any(dim in c.dims for c in channels) or node.target is aten.unsqueeze.default


def _tensors_of(argument: Any) -> list[fx.Node]:
    found: list[fx.Node] = []
    fx.node.map_arg(argument, found.append)
    return found
