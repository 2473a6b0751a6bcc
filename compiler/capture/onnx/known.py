"""Arithmetic on known arrays: how ONNX's graphs compute shapes.

What holds numbers alone is computed by NumPy in its own type; symbolic sizes are objects there, and Python computes
with them. ``Unknown`` is raised where PyTorch has to do it: where a result depends on a symbolic size in a way that is
no number, or would be large.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import SymFloat, SymInt

from .graph import Node
from .values import DTYPES, MOST_KNOWN, Known, Unknown, is_number, known, numpy_dtype

Computed = Callable[..., Any]


def _concrete(value: Known | None) -> list[int] | None:
    """Numbers that are not symbolic."""
    if value is None:
        return None
    if value.is_symbolic:
        raise Unknown
    return [int(x) for x in value.numbers()]


def _made(array: Any, dtype: torch.dtype) -> Known:
    array = np.asarray(array)
    if array.size > MOST_KNOWN:
        raise Unknown
    if array.dtype == object:
        return known(array, dtype)
    return Known(array.astype(numpy_dtype(dtype), copy=False), dtype)


def _elementwise(function: Computed, symbolic: Computed | None = None, dtype: torch.dtype | None = None) -> Computed:
    """Of one or more arrays that are broadcast against each other."""

    def run(node: Node, *inputs: Known) -> Known:
        found = dtype or inputs[-1].dtype
        if any(x.is_symbolic for x in inputs):
            if symbolic is None:
                raise Unknown
            arrays = np.broadcast_arrays(*(np.asarray(x.array, dtype=object) for x in inputs))
            made = np.empty(arrays[0].shape, dtype=object)
            for at in np.ndindex(made.shape):
                made[at] = symbolic(*(array[at] for array in arrays))
            return _made(made, found)
        with np.errstate(all="ignore"):
            return _made(function(*(x.array for x in inputs)), found)

    return run


def _integer_div(a: Any, b: Any) -> Any:
    """Towards zero; sizes are not negative."""
    if is_number(a) and is_number(b):
        return int(a / b) if abs(a) < 1 << 52 else a // b
    return a // b if isinstance(a, (int, SymInt)) and isinstance(b, (int, SymInt)) else a / b


def _div(node: Node, a: Known, b: Known) -> Known:
    if a.dtype.is_floating_point:
        return _elementwise(np.divide, lambda x, y: x / y)(node, a, b)  # type: ignore[no-any-return]
    if not b.is_symbolic and not np.all(b.array):
        raise Unknown
    return _elementwise(lambda x, y: np.trunc(np.true_divide(x, y)), _integer_div)(node, a, b)  # type: ignore[no-any-return]


def _mod(node: Node, a: Known, b: Known) -> Known:
    if node.get("fmod", 0) or (not b.is_symbolic and not np.all(b.array)):
        raise Unknown
    return _elementwise(np.mod, lambda x, y: x % y)(node, a, b)  # type: ignore[no-any-return]


def _power(node: Node, a: Known, b: Known) -> Known:
    if a.dtype.is_floating_point != b.dtype.is_floating_point or not a.dtype.is_floating_point:
        raise Unknown
    made: Known = _elementwise(np.power)(node, a, b)
    return made


def _rounded(concrete: Any, symbolic: Any) -> Computed:
    """Of a float: it stays one, and is an integer once it is cast."""
    return _elementwise(concrete, lambda x: torch.sym_float(symbolic(x)))


def _cast(node: Node, x: Known) -> Known:
    wanted = DTYPES.get(node.get("to", 0))
    if wanted is None:
        raise Unknown
    return _as_type(x, wanted)


def _cast_like(node: Node, x: Known, like: Known) -> Known:
    return _as_type(x, like.dtype)


def _as_type(x: Known, wanted: torch.dtype) -> Known:
    if not x.is_symbolic:
        to_whole = x.dtype.is_floating_point and not (wanted.is_floating_point or wanted is torch.bool)
        if to_whole and not np.isfinite(x.array.astype(float)).all():
            raise Unknown
        return _made(np.asarray(x.array).astype(numpy_dtype(wanted)), wanted)
    if wanted is torch.bool or wanted.itemsize < 4:
        raise Unknown

    def cast(element: Any) -> Any:
        if wanted.is_floating_point:
            return torch.sym_float(element)
        return math.trunc(element) if isinstance(element, (SymFloat, float)) else element

    return _made(_each(x, cast), wanted)


def _each(x: Known, function: Computed) -> Any:
    made = np.empty(x.array.shape, dtype=object)
    for at in np.ndindex(made.shape):
        made[at] = function(x.array[at])
    return made


# -------------------------------------------------------------------- elements taken, joined, repeated


def _axis(node: Node, x: Known, default: int = 0) -> int:
    axis: int = node.get("axis", default)
    return axis % max(x.array.ndim, 1)


def _gather(node: Node, x: Known, indices: Known) -> Known:
    if indices.is_symbolic:
        raise Unknown
    size = x.array.shape[_axis(node, x)]
    places = np.asarray(indices.array).astype(np.int64)
    if places.size and not (-size <= places.min() and places.max() < size):
        raise Unknown
    return _made(np.take(x.array, places, axis=_axis(node, x)), x.dtype)


def _concat(node: Node, *parts: Known) -> Known:
    return _made(np.concatenate([part.array for part in parts], axis=_axis(node, parts[0])), parts[0].dtype)


def _slice(
    node: Node,
    x: Known,
    starts: Known | None = None,
    ends: Known | None = None,
    axes: Known | None = None,
    steps: Known | None = None,
) -> Known:
    first = node.get("starts") if starts is None else _concrete(starts)
    last = node.get("ends") if ends is None else _concrete(ends)
    assert first is not None and last is not None
    along = _concrete(axes) or node.get("axes") or [*range(len(first))]
    by = _concrete(steps) or [1] * len(first)
    array = x.array
    for start, end, axis, step in zip(first, last, along, by, strict=True):
        place = [slice(None)] * array.ndim
        place[axis] = slice(*_bounds(start, end, step, array.shape[axis]))
        array = array[tuple(place)]
    return _made(array, x.dtype)


def _bounds(start: int, end: int, step: int, size: int) -> tuple[int, int | None, int]:
    """As Python counts them: ONNX's ends beyond the front are those before the first element."""
    start = start + size if start < 0 else start
    end = end + size if end < 0 else end
    if step > 0:
        return min(max(start, 0), size), min(max(end, 0), size), step
    start, end = min(max(start, 0), size - 1), min(max(end, -1), size - 1)
    return start, None if end < 0 else end, step


def _axes(node: Node, axes: Known | None) -> list[int] | None:
    return _concrete(axes) if axes is not None else node.get("axes")


def _unsqueeze(node: Node, x: Known, axes: Known | None = None) -> Known:
    places = _axes(node, axes) or []
    return _made(np.expand_dims(x.array, tuple(places)), x.dtype)


def _squeeze(node: Node, x: Known, axes: Known | None = None) -> Known:
    places = _axes(node, axes)
    return _made(np.squeeze(x.array, None if places is None else tuple(places)), x.dtype)


def _reshape(node: Node, x: Known, shape: Known | None = None) -> Known:
    wanted = node.get("shape") if shape is None else _concrete(shape)
    assert wanted is not None
    if not node.get("allowzero", 0):
        wanted = [x.array.shape[dim] if size == 0 else size for dim, size in enumerate(wanted)]
    return _made(x.array.reshape(wanted), x.dtype)


def _expand(node: Node, x: Known, shape: Known) -> Known:
    wanted = _concrete(shape)
    assert wanted is not None
    found = np.broadcast_shapes(x.array.shape, tuple(wanted))
    if math.prod(found) > MOST_KNOWN:
        raise Unknown
    return _made(np.broadcast_to(x.array, found), x.dtype)


def _tile(node: Node, x: Known, repeats: Known) -> Known:
    by = _concrete(repeats)
    assert by is not None
    if x.array.size * math.prod(by) > MOST_KNOWN:
        raise Unknown
    return _made(np.tile(x.array, by), x.dtype)


def _transpose(node: Node, x: Known) -> Known:
    return _made(np.transpose(x.array, node.get("perm")), x.dtype)


def _constant_of_shape(node: Node, shape: Known) -> Known:
    wanted = _concrete(shape)
    value = node.get("value", np.zeros(1, np.float32))
    assert wanted is not None
    if math.prod(wanted) > MOST_KNOWN or value.dtype.kind not in "iubf":
        raise Unknown
    found = np.full(wanted, value.reshape(-1)[0], dtype=value.dtype)
    return Known(found, getattr(torch, value.dtype.name))


def _range(node: Node, start: Known, limit: Known, delta: Known) -> Known:
    if start.is_symbolic or limit.is_symbolic or delta.is_symbolic:
        raise Unknown
    first, last, by = (x.numbers()[0] for x in (start, limit, delta))
    if start.dtype.is_floating_point or by == 0 or abs((last - first) / by) > MOST_KNOWN:
        raise Unknown
    return _made(np.arange(first, last, by), start.dtype)


def _split(node: Node, x: Known, split: Known | None = None) -> tuple[Known, ...]:
    axis, size = _axis(node, x), x.array.shape[_axis(node, x)]
    parts = _concrete(split) or node.get("split")
    if parts is None:
        whole = -(-size // len(node.outputs))
        parts = [min(whole, size - whole * n) for n in range(len(node.outputs))]
    return tuple(_made(part, x.dtype) for part in np.split(x.array, np.cumsum(parts)[:-1], axis=axis))


def _where(node: Node, condition: Known, x: Known, y: Known) -> Known:
    if condition.is_symbolic:
        raise Unknown
    arrays = (np.asarray(value.array, dtype=object) for value in (x, y))
    return known(np.where(condition.array.astype(bool), *arrays), x.dtype)


def _reduced(concrete: Any, symbolic: Any) -> Computed:
    def run(node: Node, x: Known, axes: Known | None = None) -> Known:
        along = _axes(node, axes)
        keep = bool(node.get("keepdims", 1))
        if along == [] or (along is None and node.get("noop_with_empty_axes", 0)):
            return x
        places = None if along is None else tuple(along)
        if not x.is_symbolic:
            return _made(concrete(x.array, axis=places, keepdims=keep), x.dtype)
        if places is not None and len(places) != x.array.ndim:
            raise Unknown
        found = symbolic(x.numbers())
        return known(np.full((1,) * x.array.ndim if keep else (), found, dtype=object), x.dtype)

    return run


def _compared(concrete: Any, symbolic: Any) -> Computed:
    """What is asked about symbolic sizes is answered, which makes it a condition on them."""
    return _elementwise(concrete, lambda a, b: bool(symbolic(a, b)), torch.bool)


# The operators that shapes are computed with, on known arrays alone.
COMPUTED: dict[str, Computed] = {
    "Abs": _elementwise(np.abs),
    "Add": _elementwise(np.add, lambda a, b: a + b),
    "And": _elementwise(np.logical_and, lambda a, b: bool(a) and bool(b)),
    "Cast": _cast,
    "CastLike": _cast_like,
    "Ceil": _rounded(np.ceil, math.ceil),
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "Div": _div,
    "Equal": _compared(np.equal, lambda a, b: a == b),
    "Expand": _expand,
    "Floor": _rounded(np.floor, math.floor),
    "Gather": _gather,
    "Greater": _compared(np.greater, lambda a, b: a > b),
    "GreaterOrEqual": _compared(np.greater_equal, lambda a, b: a >= b),
    "Identity": lambda node, x: x,
    "Less": _compared(np.less, lambda a, b: a < b),
    "LessOrEqual": _compared(np.less_equal, lambda a, b: a <= b),
    "Max": _elementwise(lambda *x: np.maximum.reduce(np.broadcast_arrays(*x)), lambda *x: _folded([*x], torch.sym_max)),
    "Min": _elementwise(lambda *x: np.minimum.reduce(np.broadcast_arrays(*x)), lambda *x: _folded([*x], torch.sym_min)),
    "Mod": _mod,
    "Mul": _elementwise(np.multiply, lambda a, b: a * b),
    "Neg": _elementwise(np.negative, lambda a: -a),
    "Not": _elementwise(np.logical_not, None, torch.bool),
    "Or": _elementwise(np.logical_or, lambda a, b: bool(a) or bool(b)),
    "Pow": _power,
    "Range": _range,
    "ReduceMax": _reduced(np.max, lambda x: _folded(x, torch.sym_max)),
    "ReduceMin": _reduced(np.min, lambda x: _folded(x, torch.sym_min)),
    "ReduceProd": _reduced(np.prod, math.prod),
    "ReduceSum": _reduced(np.sum, sum),
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "Sqrt": _elementwise(np.sqrt),
    "Squeeze": _squeeze,
    "Sub": _elementwise(np.subtract, lambda a, b: a - b),
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Where": _where,
}


def _folded(elements: list[Any], two: Computed) -> Any:
    found = elements[0]
    for element in elements[1:]:
        found = two(found, element)
    return found
