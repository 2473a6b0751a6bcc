"""What moves elements and computes none: shapes, slices, joins, padding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import SymInt, Tensor

from ..graph import Node
from ..registry import Operator, Table
from ..values import Known, Refused, dtype_of, is_known, is_number, known, tensor

# Ends of slices beyond this are "all there is".
FAR = 1 << 30


def _shape(node: Node, x: Any) -> Known:
    sizes = [*(x.array.shape if is_known(x) else x.shape)]
    return known(sizes[slice(node.get("start"), node.get("end"))])


def _size(node: Node, x: Any) -> Known:
    return known(x.array.size if is_known(x) else math.prod(x.shape))


def _reshape(node: Node, x: Tensor, shape: list[Any] | None = None) -> Tensor:
    wanted = node.get("shape") if shape is None else shape
    assert wanted is not None
    if not node.get("allowzero", 0):
        wanted = [x.shape[dim] if is_number(size) and size == 0 else size for dim, size in enumerate(wanted)]
    return x.reshape(wanted)


def _flatten(node: Node, x: Tensor) -> Tensor:
    axis = node.get("axis", 1)
    axis = axis + x.ndim if axis < 0 else axis
    if axis == 1 and x.ndim > 1:
        return torch.flatten(x, 1)
    return x.reshape(math.prod(x.shape[:axis]), math.prod(x.shape[axis:]))


def _transpose(node: Node, x: Tensor) -> Tensor:
    return x.permute(node.get("perm") or [*reversed(range(x.ndim))])


def _axes(node: Node, axes: list[int] | None) -> list[int] | None:
    return axes if axes is not None else node.get("axes")


def _squeeze(node: Node, x: Tensor, axes: list[int] | None = None) -> Tensor:
    places = _axes(node, axes)
    if places is None:
        if any(isinstance(size, SymInt) for size in x.shape):
            raise Refused("dimensions of one, whichever they are, of a value with dynamic sizes")
        return x.squeeze()
    return x.squeeze(places[0]) if len(places) == 1 else x.squeeze(tuple(places))


def _unsqueeze(node: Node, x: Tensor, axes: list[int] | None = None) -> Tensor:
    places = _axes(node, axes) or []
    rank = x.ndim + len(places)
    for place in sorted(place % rank for place in places):
        x = x.unsqueeze(place)
    return x


def _concat(node: Node, *parts: Tensor) -> Tensor:
    return torch.cat(parts, node.get("axis", 1))


def _split(node: Node, x: Tensor, parts: list[Any] | None = None) -> tuple[Tensor, ...]:
    axis, number = node.get("axis", 0), len(node.outputs)
    given = node.get("split") if parts is None else parts
    if given is None:
        return tuple(torch.split(x, -(-x.shape[axis] // number), axis))
    return tuple(torch.split(x, given, axis))


def _slice(
    node: Node,
    x: Tensor,
    starts: list[Any] | None = None,
    ends: list[Any] | None = None,
    axes: list[int] | None = None,
    steps: list[int] | None = None,
) -> Tensor:
    starts = node.get("starts") if starts is None else starts
    ends = node.get("ends") if ends is None else ends
    assert starts is not None and ends is not None
    axes = _axes(node, axes) or [*range(len(starts))]
    for start, end, axis, step in zip(starts, ends, axes, steps or [1] * len(starts), strict=True):
        x = _sliced(x, start, end, axis, step)
    return x


def _sliced(x: Tensor, start: Any, end: Any, axis: int, step: Any) -> Tensor:
    axis, size = axis % x.ndim, x.shape[axis]
    if not is_number(step):
        raise Refused("a step that is a size")
    if step > 0:
        end = size if is_number(end) and end >= FAR else end
        return x[(slice(None),) * axis + (slice(start, end, step),)]
    if is_number(start) and is_number(end) and (start == -1 or start >= FAR) and end <= -FAR:
        turned = x.flip(axis)
        return turned if step == -1 else turned[(slice(None),) * axis + (slice(None, None, -step),)]
    if not (is_number(size) and is_number(start) and is_number(end)):
        raise Refused("a backward slice of a dynamic size")
    start = min(max(start + size if start < 0 else start, 0), size - 1)
    end = min(max(end + size if end < 0 else end, -1), size - 1)
    return x.index_select(axis, torch.arange(start, end, step))


def broadcast(ours: Any, theirs: Any) -> list[Any]:
    """The sizes that two shapes have together."""
    rank = max(len(ours), len(theirs))
    pairs = zip([1] * (rank - len(ours)) + [*ours], [1] * (rank - len(theirs)) + [*theirs], strict=True)
    return [b if is_number(a) and a == 1 else a for a, b in pairs]


def _expand(node: Node, x: Tensor, shape: list[Any]) -> Tensor:
    return x.expand(broadcast(x.shape, shape))


def _tile(node: Node, x: Tensor, repeats: list[Any]) -> Tensor:
    return x.repeat(repeats)


def _full(node: Node, shape: list[Any]) -> Tensor:
    value = node.get("value", np.zeros(1, np.float32))
    return torch.full(shape, value.reshape(-1)[0].item(), dtype=getattr(torch, value.dtype.name))


def _range(node: Node, start: Known, limit: Known, delta: Known) -> Tensor:
    if not (is_known(start) and is_known(limit) and is_known(delta)):
        raise Refused("a range whose length depends on data")
    return torch.arange(start.number(), limit.number(), delta.number(), dtype=start.dtype)


def _eye(node: Node, x: Tensor) -> Tensor:
    dtype = dtype_of(node.get("dtype")) if node.get("dtype") else x.dtype
    rows, columns = x.shape
    diagonal: Tensor = torch.arange(columns) - torch.arange(rows).unsqueeze(1)
    return diagonal.eq(node.get("k", 0)).to(dtype)


def _triangle(node: Node, x: Tensor, k: Any = 0) -> Tensor:
    return (torch.triu if node.get("upper", 1) else torch.tril)(x, 0 if k is None else k)


# -------------------------------------------------------------------- padding


def _pad(
    node: Node, x: Tensor, pads: list[Any] | None = None, value: Any = None, axes: list[int] | None = None
) -> Tensor:
    pads = node.get("pads", node.get("paddings")) if pads is None else pads
    assert pads is not None
    along = [axis % x.ndim for axis in axes] if axes is not None else [*range(x.ndim)]
    half = len(pads) // 2
    before, after = dict(zip(along, pads[:half], strict=True)), dict(zip(along, pads[half:], strict=True))
    mode = node.get("mode", "constant")
    if mode == "constant":
        filler = node.get("value", 0.0) if value is None else value
        return _filled(x, before, after, filler)
    for axis in along:
        if not _is_none(before[axis]) or not _is_none(after[axis]):
            x = _mirrored(x, axis, before[axis], after[axis], mode)
    return x


def _is_none(pad: Any) -> bool:
    return is_number(pad) and pad == 0


def _filled(x: Tensor, before: dict[int, Any], after: dict[int, Any], value: Any) -> Tensor:
    pads = [pad for axis in reversed(range(x.ndim)) for pad in (before.get(axis, 0), after.get(axis, 0))]
    while len(pads) > 2 and _is_none(pads[-1]) and _is_none(pads[-2]):
        pads = pads[:-2]
    if isinstance(value, Tensor):
        ones = F.pad(torch.ones_like(x, dtype=torch.bool), pads, value=False)
        return torch.where(ones, F.pad(x, pads), value.reshape(()))
    if x.dtype is torch.bool:
        return F.pad(x.to(torch.uint8), pads, value=int(value)).to(torch.bool)
    return F.pad(x, pads, value=value if x.is_floating_point() else int(value))


def _mirrored(x: Tensor, axis: int, before: Any, after: Any, mode: str) -> Tensor:
    """Padding along one axis with elements of its own."""
    torchs = {"reflect": "reflect", "edge": "replicate"}
    fits = x.ndim in (2, 3, 4) and axis == x.ndim - 1
    if mode in torchs and x.is_floating_point() and not (is_number(before) and before < 0):
        if fits:
            whole = x if x.ndim > 1 else x.unsqueeze(0)
            if x.ndim == 4:
                return F.pad(whole, (before, after, 0, 0), mode=torchs[mode])
            return F.pad(whole, (before, after), mode=torchs[mode])
        if x.ndim == 4 and axis == 2:
            return F.pad(x, (0, 0, before, after), mode=torchs[mode])
    size = x.shape[axis]
    if not (is_number(size) and is_number(before) and is_number(after)) or mode not in ("reflect", "edge", "wrap"):
        raise Refused(f"padding of mode '{mode}' along a dynamic size")
    places = np.arange(size)[max(-before, 0) : size - max(-after, 0)]
    places = np.pad(places, (max(before, 0), max(after, 0)), mode=mode)  # type: ignore[call-overload]
    return x.index_select(axis, torch.tensor(places.tolist()))


# -------------------------------------------------------------------- blocks, sequences


def _depth_to_space(node: Node, x: Tensor) -> Tensor:
    block = node.get("blocksize")
    if node.get("mode", "DCR") == "CRD":
        return F.pixel_shuffle(x, block)
    images, channels, height, width = x.shape
    parts = x.reshape(images, block, block, channels // block**2, height, width)
    return parts.permute(0, 3, 4, 1, 5, 2).reshape(images, channels // block**2, height * block, width * block)


def _space_to_depth(node: Node, x: Tensor) -> Tensor:
    block = node.get("blocksize")
    if node.get("mode", "DCR") == "CRD":
        return F.pixel_unshuffle(x, block)
    images, channels, height, width = x.shape
    parts = x.reshape(images, channels, height // block, block, width // block, block)
    return parts.permute(0, 3, 5, 1, 2, 4).reshape(images, channels * block**2, height // block, width // block)


def _reverse_sequence(node: Node, x: Tensor, lengths: Tensor) -> Tensor:
    time, batch = node.get("time_axis", 0), node.get("batch_axis", 1)
    places = torch.arange(x.shape[time]).unsqueeze(1)
    turned = torch.where(places < lengths, lengths - 1 - places, places)
    shape = [1] * x.ndim
    shape[time], shape[batch] = x.shape[time], x.shape[batch]
    index = (turned if time < batch else turned.t()).reshape(shape).expand(x.shape)
    return torch.gather(x, time, index)


def _to_sequence(node: Node, x: Tensor, split: list[Any] | None = None) -> tuple[list[Any]]:
    axis = node.get("axis", 0)
    if split is None:
        parts = torch.split(x, 1, axis)
        return ([part if node.get("keepdims", 1) else part.squeeze(axis) for part in parts],)
    return ([*torch.split(x, split[0] if len(split) == 1 else split, axis)],)


def _sequence_at(node: Node, sequence: list[Any], place: list[int]) -> Any:
    return sequence[place[0]]


def _sequence_inserted(node: Node, sequence: list[Any], x: Any, place: list[int] | None = None) -> tuple[list[Any]]:
    at = len(sequence) if place is None else place[0]
    return ([*sequence[:at], x, *sequence[at:]],)


def _from_sequence(node: Node, sequence: list[Any]) -> Tensor:
    parts = [tensor(part) for part in sequence]
    axis = node.get("axis")
    return torch.stack(parts, axis) if node.get("new_axis", 0) else torch.cat(parts, axis)


OPERATORS: Table = {
    "Concat": _concat,
    "ConcatFromSequence": _from_sequence,
    "ConstantOfShape": Operator(_full, shapes=(0,)),
    "DepthToSpace": _depth_to_space,
    "Expand": Operator(_expand, shapes=(1,)),
    "EyeLike": _eye,
    "Flatten": _flatten,
    "Pad": Operator(_pad, shapes=(1, 3), numbers=(2,)),
    "Range": Operator(_range, raw=True),
    "Reshape": Operator(_reshape, shapes=(1,)),
    "ReverseSequence": _reverse_sequence,
    "SequenceAt": Operator(_sequence_at, shapes=(1,)),
    "SequenceConstruct": lambda node, *parts: ([*parts],),
    "SequenceEmpty": lambda node: ([],),
    "SequenceInsert": Operator(_sequence_inserted, shapes=(2,)),
    "SequenceLength": lambda node, sequence: known(len(sequence)),
    "Shape": Operator(_shape, raw=True),
    "Size": Operator(_size, raw=True),
    "Slice": Operator(_slice, shapes=(1, 2, 3, 4)),
    "SpaceToDepth": _space_to_depth,
    "Split": Operator(_split, shapes=(1,)),
    "SplitToSequence": Operator(_to_sequence, shapes=(1,)),
    "Squeeze": Operator(_squeeze, shapes=(1,)),
    "Tile": Operator(_tile, shapes=(1,)),
    "Transpose": _transpose,
    "Trilu": Operator(_triangle, numbers=(1,)),
    "Unsqueeze": Operator(_unsqueeze, shapes=(1,)),
}
