"""Where a session of ONNX Runtime spends its time: seconds of each operator, by what it is to the model.

The operators are those that ONNX Runtime made of a file, read from the model that it writes after its own
transformations; the seconds are those of its profiler.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

ZEROS, DENSE, ATTENTION, NORMS = "layers with zeros", "other layers", "attention", "norms"
ACTIVATIONS, MOVES, REST, BETWEEN = "activations", "moves of data", "the rest", "between operators"
KINDS = (ZEROS, DENSE, ATTENTION, NORMS, ACTIVATIONS, MOVES, REST, BETWEEN)
# What multiplies, and what does something else, by the names of operators in every domain.
LAYERS = {"Gemm", "MatMul", "FusedGemm", "FusedMatMul", "Conv", "FusedConv"}
ATTENDS = {"MultiHeadAttention", "GroupQueryAttention", "Attention", "Softmax"}
IS_NORM = ("Normalization",)
IS_ACTIVATION = ("Gelu", "Relu", "Erf", "Sigmoid", "Clip", "Tanh", "HardSwish", "HardSigmoid", "Silu")
IS_MOVE = ("Transpose", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Split", "Concat", "Gather", "Expand", "Reorder")
FEW_ZEROS_SHARE = 0.05


@dataclass
class Operator:
    """One node of the model that runs.

    Attributes:
        type: what ONNX Runtime calls it; kind: one of ``KINDS``.
        left: share of its multiply-adds whose weight is not zero.
        madds: multiply-adds with weights that are not zero, in one call.
        seconds: of the runs.
    """

    type: str
    kind: str = REST
    left: float = 1.0
    madds: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The least of its seconds: other programs only ever add to them."""
        return min(self.seconds, default=0.0)


def operators(model: Path) -> dict[str, Operator]:
    """The nodes of a model, by name, without seconds.

    Args:
        model: the file that ONNX Runtime wrote of what it runs.
    """
    graph = onnx.load(str(model)).graph
    weights = {held.name: held for held in graph.initializer}
    attending = _attending(graph, weights)
    found = {}
    for node in graph.node:
        made = Operator(node.op_type, _kind(node, attending))
        held = _weight(node, weights)
        if held is not None:
            share = float(np.count_nonzero(held)) / held.size
            made.left = share if share < 1.0 - FEW_ZEROS_SHARE else 1.0
            made.kind = ZEROS if made.left < 1.0 or node.domain == "sparsec" else DENSE
            made.madds = float(np.count_nonzero(held)) / _rows(node, held)  # for one number of its result
        found[node.name] = made
    return found


def _weight(node: Any, weights: Mapping[str, Any]) -> Any:
    """The weight that a layer multiplies with; None for another operator."""
    if node.op_type not in LAYERS and node.domain != "sparsec":
        return None
    held = next((weights[name] for name in node.input[1:2] if name in weights), None)
    return None if held is None else numpy_helper.to_array(held)


def _rows(node: Any, held: Any) -> int:
    """How many results a layer has at each place."""
    named = {attribute.name: attribute.i for attribute in node.attribute}
    if "rows" in named:
        return int(named["rows"])
    first = "Conv" in node.op_type or named.get("transB", 0) == 1
    return int(held.shape[0] if first else held.shape[-1])


def _kind(node: Any, attending: set[str]) -> str:
    """What an operator is that holds no weight of a layer."""
    name = node.op_type
    if node.name in attending:
        return ATTENTION
    for kind, words in ((NORMS, IS_NORM), (ACTIVATIONS, IS_ACTIVATION), (MOVES, IS_MOVE)):
        if any(word in name for word in words):
            return kind
    return REST


def _attending(graph: Any, weights: Mapping[str, Any]) -> set[str]:
    """Names of operators of attention: products of two values, and what lies between two of them."""
    makers = {name: node for node in graph.node for name in node.output}
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    products = [
        node
        for node in graph.node
        if node.op_type in ATTENDS or (node.op_type in LAYERS and not any(name in weights for name in node.input[:2]))
    ]

    def reached(start: Any, forward: bool) -> set[str]:
        seen, waiting = set[str](), [start]
        while waiting:
            node = waiting.pop()
            near = (
                (reader for name in node.output for reader in readers.get(name, ()))
                if forward
                else (makers[name] for name in node.input if name in makers)
            )
            for other in near:
                ends = other in products or _weight(other, weights) is not None or "Normalization" in other.op_type
                if not ends and other.name not in seen:
                    seen.add(other.name)
                    waiting.append(other)
        return seen

    names = {node.name for node in products}
    after = set[str]().union(*(reached(node, True) for node in products)) if products else set[str]()
    before = set[str]().union(*(reached(node, False) for node in products)) if products else set[str]()
    return names | (after & before)


def read(profile: Path, found: Mapping[str, Operator], warmup: int) -> None:
    """Add the seconds of a profile to operators, without those of the first runs.

    Args:
        profile: the file that a session wrote; found: the operators of its model.
        warmup: how many runs to leave out.
    """
    seen: dict[str, int] = {}
    for event in json.loads(profile.read_text()):
        name, ending, _ = event["name"].rpartition("_kernel_time")
        if event.get("cat") != "Node" or not ending or name not in found:
            continue
        seen[name] = seen.get(name, 0) + 1
        made = found[name]
        if seen[name] == 1:
            (shape,) = event["args"]["output_type_shape"][0].values()
            made.madds *= math.prod(shape)
        if seen[name] > warmup:
            made.seconds.append(event["dur"] * 1e-6)
