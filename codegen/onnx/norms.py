"""Norms by the root of the mean square as ONNX, in the one form that ONNX Runtime makes a single operator of.

It looks for a quotient: PyTorch's exporter writes the product with a reciprocal, so that six small operators stay,
whose calls take longer than what they compute where there are few tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from onnxscript import FLOAT, ir, opset18

aten = torch.ops.aten
op: Any = opset18


def _rms_norm(
    input: FLOAT, normalized_shape: Sequence[int], weight: FLOAT | None = None, eps: float | None = None
) -> Any:
    value: Any = input
    least = torch.finfo(torch.float32).eps if eps is None else eps
    two, added = (op.Constant(value=ir.tensor(number, dtype=value.dtype)) for number in (2.0, least))
    axes = np.arange(-len(normalized_shape), 0)
    square = op.ReduceMean(op.Pow(value, two), op.Constant(value=ir.tensor(axes.astype(np.int64))), keepdims=1)
    made = op.Div(value, op.Sqrt(op.Add(square, added)))
    return made if weight is None else op.Mul(made, weight)


TRANSLATIONS: dict[Any, Callable[..., Any]] = {aten.rms_norm.default: _rms_norm}


def divide(graph: Any) -> None:
    """Write a product with the reciprocal of a root, which nothing else reads, as a quotient."""
    for node in [*graph]:
        if node.op_type != "Reciprocal" or node.domain not in ("", "ai.onnx"):
            continue
        root, (made,) = node.inputs[0], node.outputs
        uses = made.uses()
        if root.producer() is None or root.producer().op_type != "Sqrt" or len(uses) != 1 or made.is_graph_output():
            continue
        ((product, at),) = uses
        if product.op_type == "Mul":
            operands = product.inputs[1 - at], root
            product.op_type = "Div"
            for place, value in enumerate(operands):
                product.replace_input_with(place, value)
            graph.remove(node, safe=True)
