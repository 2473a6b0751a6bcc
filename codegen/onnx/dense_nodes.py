"""What a sparse node of a written model computes, in ONNX's own nodes with the dense weight: to be held against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

from ..operators.blocks import unpacked
from ..operators.epilogues import ACTIVATIONS
from ..operators.int8 import FOUR, integers, integers_of_windows
from .native_api import IMAGES_RANK

NAME = re.compile(
    r"vblock_\d+x\d+_(?P<values>f32|bf16|i8)_i(?:16|32)"
    r"(?:_(?P<source>panels|features|windows)_(?P<target>tokens|features|windows))?(?:_column_tiles)?(?:_grouped)?"
    rf"(?P<bias>_bias)?(?P<residual>_residual)?(?:_(?P<activation>{'|'.join(ACTIVATIONS)}))?"
)


@dataclass(frozen=True)
class Dense:
    """Nodes that compute what a sparse one does, under the same name, and their weights."""

    nodes: list[onnx.NodeProto]
    weights: list[onnx.TensorProto]


def dense_nodes(node: onnx.NodeProto, held: Mapping[str, onnx.TensorProto], shape: Sequence[int]) -> Dense | None:
    """The dense form of a sparse node; None for one whose operator, or weight, is not known here.

    Args:
        node: of domain "sparsec".
        held: the model's weights by name.
        shape: of its first input.
    """
    found = NAME.fullmatch(node.op_type)
    bytes_ = found is not None and found["values"] == "i8"
    packed = node.input[1 : 6 if bytes_ else 4]
    if found is None or not all(name in held for name in packed):
        return None
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    source, target = found["source"] or "panels", found["target"] or "tokens"
    columns = shape[-1] if source == "panels" else shape[1 if len(shape) >= IMAGES_RANK else 0]
    columns, taps = columns // attributes.get("groups", 1), int(np.prod(attributes.get("kernel", [1])))
    weight = _unpacked([_tensor(held[name]) for name in packed], (int(attributes["rows"]), columns), taps)
    rest = [*node.input[1 + len(packed) :]]
    bias = rest.pop(0) if found["bias"] else None
    return _Writer(node, weight, bias, rest[0] if found["residual"] else None, found["activation"]).write(
        source, target, shape, attributes
    )


def _tensor(held: onnx.TensorProto) -> Tensor:
    if held.data_type == onnx.TensorProto.BFLOAT16:  # NumPy has no such numbers
        words = np.frombuffer(held.raw_data, np.int16).copy()
        return torch.from_numpy(words).view(torch.bfloat16).reshape([*held.dims])
    return torch.from_numpy(numpy_helper.to_array(held).copy())


def _unpacked(packed: list[Tensor], shape: tuple[int, int], taps: int) -> Tensor:
    """The weight [rows, channels x taps], in float32, from (rows, channels); with scales it is one of bytes."""
    values, indices, starts, *of_bytes = packed
    rows, channels = shape
    if of_bytes:
        held = integers(values, indices, starts, (rows, -(-channels // FOUR) * FOUR * taps))
        return integers_of_windows(held, channels, taps).float() * of_bytes[0][:, None]
    return unpacked(values, indices, starts, (rows, channels * taps)).float()


class _Writer:
    """Writes nodes in place of a sparse one, under names of their own within."""

    def __init__(
        self, node: onnx.NodeProto, weight: Tensor, bias: str | None, residual: str | None, activation: str | None
    ) -> None:
        self.node, self.weight, self.bias, self.residual, self.activation = node, weight, bias, residual, activation
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def write(self, source: str, target: str, shape: Sequence[int], attributes: Mapping[str, Any]) -> Dense:
        """All nodes."""
        x, rank = self.node.input[0], len(shape)
        if source == "windows" or (source == target == "features" and rank == 4):
            y = self._conv(x, shape, attributes)
        else:
            y = self._linear(x, shape, source, target)
        y = self._add("Add", y, self.residual) if self.residual else y
        if self.activation:
            y = self._activated(y)
        self.nodes[-1].output[0] = self.node.output[0]
        return Dense(self.nodes, self.weights)

    def _conv(self, x: str, shape: Sequence[int], attributes: Mapping[str, Any]) -> str:
        kernel = [int(side) for side in attributes.get("kernel", (1, 1))]
        groups = int(attributes.get("groups", 1))
        weight = self._weight(self.weight.reshape(-1, int(shape[1]) // groups, *kernel))
        padding = [int(side) for side in attributes.get("padding", (0, 0))]
        sides = {name: [int(n) for n in attributes.get(key, (1, 1))] for name, key in _SIDES.items()}
        inputs = [x, weight, *([self.bias] if self.bias else [])]
        return self._add("Conv", *inputs, kernel_shape=kernel, pads=[*padding, *padding], group=groups, **sides)

    def _linear(self, x: str, shape: Sequence[int], source: str, target: str) -> str:
        """A product in the order in which features lie, without a transposition where ONNX has one."""
        rank = len(shape)
        if rank == len(self.weight.shape):
            return self._gemm(x, source, target)
        if (source, target) != ("panels", "tokens") and rank < IMAGES_RANK:
            return self._flat(x, shape, source, target)
        features_at = 1
        if source == "features":
            others = [dim for dim in range(rank) if dim != features_at]
            x = self._add("Transpose", x, perm=[*others, features_at])
        y = self._add("MatMul", x, self._weight(self.weight.t()))
        y = self._add("Add", y, self.bias) if self.bias else y
        if target == "features":
            back = [*range(rank - 1)]
            y = self._add("Transpose", y, perm=[*back[:features_at], rank - 1, *back[features_at:]])
        return y

    def _flat(self, x: str, shape: Sequence[int], source: str, target: str) -> str:
        """All that is no feature as one dimension, and back."""
        rows, columns = self.weight.shape
        others = [*(shape[:-1] if source == "panels" else shape[1:])]
        flat = self._weight(torch.tensor([-1, columns] if source == "panels" else [columns, -1]))
        y = self._gemm(self._add("Reshape", x, flat), source, target)
        back = self._weight(torch.tensor([*others, rows] if target == "tokens" else [rows, *others]))
        return self._add("Reshape", y, back)

    def _gemm(self, x: str, source: str, target: str) -> str:
        if target == "features":
            bias = [self._column(self.bias)] if self.bias else []
            return self._add("Gemm", self._weight(self.weight), x, *bias, transB=int(source == "panels"))
        bias = [self.bias] if self.bias else []
        return self._add("Gemm", x, self._weight(self.weight.t()), *bias, transA=int(source == "features"))

    def _column(self, bias: str) -> str:
        """A bias as [rows, 1]."""
        return self._add("Reshape", bias, self._weight(torch.tensor([-1, 1])))

    def _activated(self, x: str) -> str:
        assert self.activation is not None
        y = x
        for row in ACTIVATIONS[self.activation].onnx:
            names = {"x": x, "y": y}
            inputs = [names[one] if isinstance(one, str) else self._weight(torch.tensor(one)) for one in row.inputs]
            y = self._add(row.kind, *inputs, **row.attributes)
        return y

    def _weight(self, value: Tensor) -> str:
        name = f"{self.node.output[0]}_dense_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value.contiguous().numpy(), name))
        return name

    def _add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{self.node.output[0]}_dense_value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [*inputs], [name], **attributes))
        return name


_SIDES = {"strides": "stride", "dilations": "dilation"}
