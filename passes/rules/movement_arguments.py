"""Data movement on fewer channels: the arguments that each op gets once positions are gone.

Every function here rewrites one kind of node in place, from where its positions come from (``Moved``) and what is
kept of them (``Shrink``). Nodes are never replaced here; what became an identity is dropped by ``DropIdentities``.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, operand_of
from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.program import hint, same_size, shape_of
from ...compiler.ir.speculation import mark
from .positions import FILL, Moved, acted_dim, moving_dims
from .shrink import Shrink, select

aten = torch.ops.aten


def resize(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """view, reshape, expand: sizes of labelled dimensions become what is kept of them."""
    if moved.operands[0] in state.axes.ragged:
        if node.target is aten.reshape.default:
            _gather_copies(node, moved.operands[0], state)
        return
    channels = state.axes.of(node)
    if node in state.axes.ragged:
        _shrink_copies(node, state)
        return
    sizes = list(args_of(node)[1])
    offset = node.meta["val"].ndim - len(sizes)
    for dim in channels.dims:
        kept = state.indices(channels, dim)
        if kept is not None and sizes[dim - offset] != -1:
            sizes[dim - offset] = len(kept)
    node.update_arg(1, sizes)


def _gather_copies(node: fx.Node, operand: fx.Node, state: Shrink) -> None:
    """Expand and reshape that repeat positions: read every copy that stays from the position it is a copy of.

    Copying is what the reshape did, so this costs no more. Any copies may stay, of any positions.
    """
    own = state.axes.of(operand)
    unsqueeze = operand_of(operand_of(operand) if operand.target is aten.clone.default else operand)
    source = operand_of(unsqueeze)
    made = int(args_of(unsqueeze)[1]) % unsqueeze.meta["val"].ndim
    axis = own.dims.index(made)
    mask = state.kept_channels(own)
    alive = mask.any(axis=tuple(a for a in range(mask.ndim) if a not in (axis - 1, axis)))
    there = state.indices(state.axes.of(source), made - 1)
    there = np.arange(mask.shape[axis - 1]) if there is None else there
    places = np.searchsorted(there, np.nonzero(alive)[0]).astype(np.int64)
    index = state.program.new_weight("head_index", torch.from_numpy(places), kind=Tensor)
    node.target, node.args, node.kwargs = aten.index_select.default, (source, made - 1, index), {}


def _shrink_copies(node: fx.Node, state: Shrink) -> None:
    """The expand of ``_gather_copies``: nobody reads it any more; it only has to fit its operand."""
    sizes = list(args_of(node)[1])
    operand = operand_of(node)
    for dim, size in enumerate(shape_of(operand)):
        if not (isinstance(size, int) and size == 1):
            sizes[dim] = -1
    node.update_arg(1, sizes)


def squeeze(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """squeeze: spell out the dimensions, so that a channel count that became 1 is not dropped."""
    operand = moved.operands[0]
    rank = operand.meta["val"].ndim
    asked = node.args[1] if len(node.args) > 1 else list(range(rank))
    dims = [d % rank for d in (asked if isinstance(asked, (list, tuple)) else [asked])]
    node.target = aten.squeeze.dims
    node.args = (node.args[0], [d for d in dims if same_size(shape_of(operand)[d], 1)])


def drop_operands(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """cat, stack: leave out operands of which nothing is kept; the others in the order of their channels."""
    operands: list[fx.Node] = [x for x in args_of(node)[0] if state.kept(x).any()]
    operands.sort(key=lambda x: state.place(state.axes.of(x)))
    node.update_arg(0, operands)


def split(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """split, chunk: sizes of the pieces become what is kept of them; pieces of which nothing is kept vanish."""
    operand = moved.operands[0]
    dim = acted_dim(node, operand)
    assert dim is not None
    pieces: list[Channels] = state.axes.channels[node]
    if moved.views[0].along(dim) is None:
        return
    sizes: list[int] = []
    renumber: dict[int, int] = {}
    for index, (piece, value) in enumerate(zip(pieces, node.meta["val"], strict=True)):
        if not state.kept_channels(piece).any():
            continue
        kept = state.indices(piece, dim)
        renumber[index] = len(sizes)
        sizes.append(hint(value.shape[dim]) if kept is None else len(kept))
    for user in list(node.users):
        old = user.args[1]
        if isinstance(old, int) and old in renumber:
            user.args = (node, renumber[old])
    node.target = aten.split_with_sizes.default
    node.args = (node.args[0], sizes, dim)


def unbind(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """unbind: results of which nothing is kept vanish."""
    pieces: list[Channels] = state.axes.channels[node]
    alive = [i for i, piece in enumerate(pieces) if state.kept_channels(piece).any()]
    if moved.views[0].along(acted_dim(node, moved.operands[0]) or 0) is None:
        return
    for user in list(node.users):
        if user.args[1] in alive:
            user.args = (node, alive.index(args_of(user)[1]))


def take(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """slice, select, flip, roll, index_select: bounds or indices among what is kept of the operand."""
    operand, own, out = moved.operands[0], moved.views[0], state.axes.of(node)
    dim = acted_dim(node, operand)
    if dim is None:
        moving = moving_dims(node, operand) & set(own.dims)
        if not moving:
            return
        dim = min(moving)
    axis = own.along(dim)
    if axis is None or (state.kept_channels(own).all() and state.kept_channels(out).all()):
        return
    kept_in = np.flatnonzero(state.kept_channels(own).any(axis=tuple(a for a in range(own.labels.ndim) if a != axis)))
    wanted = np.unravel_index(moved.sources[0], own.labels.shape)[axis]
    if node.target is aten.index.Tensor and args_of(node)[1][dim].meta["val"].ndim != 1:
        _by_table(node, dim, kept_in, own.labels.shape[axis], state)
        return
    if node.target is aten.select.int:
        node.update_arg(2, int(np.searchsorted(kept_in, wanted.ravel()[0])))
        return
    out_axis = out.along(dim)
    if out_axis is None:  # the same position everywhere, as often as the result is long
        index = np.repeat(wanted.ravel()[:1], int(shape_of(node)[dim]))
    else:
        index = np.moveaxis(wanted, out_axis, 0).reshape(wanted.shape[out_axis], -1)[:, 0]
        kept_out = state.indices(out, dim)
        index = index if kept_out is None else index[kept_out]
    places = np.searchsorted(kept_in, index)
    step = int(places[1] - places[0]) if len(places) > 1 else 1
    if step > 0 and (np.diff(places) == step).all():
        if node.target in (aten.flip.default, aten.roll.default) and len(places) == len(kept_in):
            return
        node.target, node.kwargs = aten.slice.Tensor, {}
        node.args = (node.args[0], dim, int(places[0]), int(places[-1]) + 1, *([step] if step > 1 else []))
        return
    weight = state.program.new_weight("channel_index", torch.from_numpy(places.astype(np.int64)), kind=Tensor)
    if node.target not in (aten.index_select.default, aten.flip.default, aten.roll.default):
        mark(node, "gather", node)
    node.target, node.args, node.kwargs = aten.index_select.default, (node.args[0], dim, weight), {}


def _by_table(node: fx.Node, dim: int, given: Labels, size: int, state: Shrink) -> None:
    """Index by a table: its dimensions take the place of the one that it reads from, of which ``given`` are left."""
    held, out = args_of(node)[1][dim], state.axes.of(node)
    table = state.program.weight(held)
    assert table is not None
    table = table.cpu() % size
    for at in range(table.ndim):
        table = select(table, at, state.indices(out, dim + at))
    places = torch.from_numpy(np.searchsorted(given, table.numpy()).reshape(table.shape).astype(np.int64))
    index = state.program.new_weight("channel_index", places, kind=Tensor)
    node.update_arg(1, [index if at == dim else None for at in range(len(args_of(node)[1]))])


def pad(node: fx.Node, moved: Moved, state: Shrink) -> None:
    """pad: as many channels as are kept of the filled ones; negative padding cuts off as many as were kept."""
    own, out, source = moved.views[0], state.axes.of(node), moved.sources[0]
    amounts = list(args_of(node)[1])
    rank = node.meta["val"].ndim
    filled, mask = source == FILL, state.kept_channels(out)
    for dim in out.dims:
        at = 2 * (rank - 1 - dim)
        if at + 1 >= len(amounts) or not (amounts[at] or amounts[at + 1]):
            continue
        axis = out.dims.index(dim)
        others = tuple(a for a in range(mask.ndim) if a != axis)
        added = mask.any(axis=others) & filled.all(axis=others)
        kept_in = np.ones(int(operand_of(node).meta["val"].shape[dim]), dtype=np.bool_)
        indices = state.indices(own, dim)
        if indices is not None:
            kept_in[:] = False
            kept_in[indices] = True
        before, after = amounts[at], amounts[at + 1]
        amounts[at] = int(added[:before].sum()) if before >= 0 else -int(kept_in[:-before].sum())
        amounts[at + 1] = int(added[len(added) - after :].sum()) if after >= 0 else -int(kept_in[after:].sum())
    if amounts != list(args_of(node)[1]):
        node.update_arg(1, amounts)
