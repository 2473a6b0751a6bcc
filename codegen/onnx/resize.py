"""Resizing to the nearest pixel as ONNX, with the pixels that PyTorch picks.

ONNX Runtime divides by the factor where PyTorch multiplies by its inverse, and rounds down: of 14 pixels in two, the
second is number 6 to one and number 7 to the other. By whole factors both pick the same. For any others the numbers of
the pixels are computed as PyTorch computes them, and gathered, one dimension after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from onnx import TensorProto
from onnxscript import FLOAT, INT64, ir, opset18

aten = torch.ops.aten
op: Any = opset18


def _nearest(
    input: FLOAT, output_size: INT64 | Sequence[int] | None = None, scale_factors: Sequence[float] | None = None
) -> Any:
    value: Any = input
    sizes = [*value.shape][2:]
    given = [None if output_size is None else _item(output_size, place) for place in range(len(sizes))]
    factors = [*(scale_factors or (_whole_factor(*pair) for pair in zip(sizes, given, strict=True)))]
    if all(factor is not None and factor >= 1 and float(factor).is_integer() for factor in factors):
        return _resized(input, op.Constant(value_floats=[1.0, 1.0, *map(float, factors)]))
    for place, size in enumerate(sizes):
        factor = None if scale_factors is None else scale_factors[place]
        value = _picked(value, place + 2, size, given[place], factor)
    return value


def _whole_factor(size: Any, wanted: Any) -> int | None:
    """How many times as many pixels are wanted, if that is known and a whole number."""
    known = isinstance(size, int) and isinstance(wanted, int) and size > 0 and wanted % size == 0
    return wanted // size if known else None


def _picked(value: Any, dim: int, size: Any, wanted: Any, factor: float | None) -> Any:
    """A value with other pixels along one dimension."""
    if isinstance(size, int) and (wanted is None or isinstance(wanted, int)):
        line = torch.arange(size, dtype=torch.float32)[None, None]
        sizes, factors = (None, [factor]) if factor is not None else ([wanted], None)
        places = aten.upsample_nearest1d.vec(line, sizes, factors)[0, 0].long().numpy()
        if np.array_equal(places, np.arange(size)):
            return value
        return op.Gather(value, _whole(places), axis=dim)
    return op.Gather(value, _places(value, dim, wanted, factor), axis=dim)


def _places(value: Any, dim: int, wanted: Any, factor: float | None) -> Any:
    """The numbers of the pixels along a dimension whose size, or whose new size, nobody knows yet."""
    size = op.Squeeze(op.Shape(value, start=dim, end=dim + 1), [0])
    if factor is not None:
        wide = op.Mul(op.Cast(size, to=TensorProto.DOUBLE), op.Constant(value=_tensor(np.float64(factor))))
        wanted = op.Cast(op.Floor(wide), to=TensorProto.INT64)
        step: Any = op.Constant(value=_tensor(np.float32(1.0 / factor)))
    else:
        wanted = _whole(np.int64(wanted)) if isinstance(wanted, int) else wanted
        step = op.Div(op.Cast(size, to=TensorProto.FLOAT), op.Cast(wanted, to=TensorProto.FLOAT))
    one, zero = _whole(np.int64(1)), _whole(np.int64(0))
    numbers = op.Cast(op.Range(zero, wanted, one), to=TensorProto.FLOAT)
    return op.Min(op.Cast(op.Floor(op.Mul(numbers, step)), to=TensorProto.INT64), op.Sub(size, one))


def _item(sizes: Any, place: int) -> Any:
    """One of the new sizes: a number, or a scalar value."""
    if isinstance(sizes, (list, tuple)):
        found = sizes[place]
        return found if isinstance(found, int) else op.Squeeze(op.Reshape(found, [1]), [0])
    return op.Gather(sizes, _whole(np.int64(place)), axis=0)


def _whole(numbers: Any) -> Any:
    return op.Constant(value=_tensor(np.asarray(numbers, dtype=np.int64)))


def _tensor(numbers: Any) -> Any:
    return ir.tensor(np.asarray(numbers))


def _resized(input: Any, factors: Any) -> Any:
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return op.Resize(input, None, factors, **how)


TRANSLATIONS: dict[Any, Callable[..., Any]] = dict.fromkeys(
    (aten.upsample_nearest1d.vec, aten.upsample_nearest2d.vec, aten.upsample_nearest3d.vec), _nearest
)
