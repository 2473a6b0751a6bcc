"""Attention with a mask as ONNX, where a token that sees nothing gives zeros, as in PyTorch.

PyTorch's exporter writes the least number of all for what a mask hides, so that such a token gives the mean of all
values, and looks at every weight whether it is NaN. Here such tokens are shown everything, and their results are zeros
afterwards: results are fewer than weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from onnx import TensorProto
from onnxscript import FLOAT, ir, opset18
from onnxscript.function_libs.torch_lib.ops import nn

aten = torch.ops.aten
op: Any = opset18


def _attention(
    query: FLOAT,
    key: FLOAT,
    value: FLOAT,
    attn_mask: FLOAT | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    mask: Any = attn_mask
    written: Any = nn.aten_scaled_dot_product_attention
    options = {"dropout_p": dropout_p, "is_causal": is_causal, "scale": scale, "enable_gqa": enable_gqa}
    if mask is None:
        return written(query, key, value, **options)
    zero, hidden = (op.Constant(value=_number(number, query.dtype)) for number in (0.0, -np.inf))
    if mask.dtype == ir.DataType.BOOL:
        shown = op.ReduceMax(op.Cast(mask, to=TensorProto.INT32), [-1], keepdims=1)
        seeing = op.Cast(shown, to=TensorProto.BOOL)
        bias = op.Where(op.Or(mask, op.Not(seeing)), zero, hidden)
    else:
        seeing = op.Greater(op.ReduceMax(mask, [-1], keepdims=1), op.CastLike(hidden, mask))
        bias = op.Where(seeing, mask, op.CastLike(zero, mask))
    return op.Where(seeing, written(query, key, value, bias, **options), zero)


def _number(number: float, dtype: Any) -> Any:
    return ir.tensor(number, dtype=dtype)


TRANSLATIONS: dict[Any, Callable[..., Any]] = {aten.scaled_dot_product_attention.default: _attention}
