"""What layers hold that were in sparse formats before they came, for the report: nothing is removed from those."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import fx

from ...codegen.operators.base import Operator, operator_of
from ..ir.program import Program, shape_of


@dataclass(frozen=True)
class PackedLayer:
    """A layer that an operator computes.

    Attributes:
        name: of its weight in the model.
        operator: without its namespace.
        outputs, inputs: channels.
        zeros: share of its weight that is zero.
        flops: of the dense layer, for the example inputs.
    """

    name: str
    operator: str
    outputs: int
    inputs: int
    zeros: float
    flops: int


def packed_layers(program: Program) -> dict[str, tuple[fx.Node, PackedLayer]]:
    """Every layer in a sparse format, by the name of its node."""
    found = {}
    for node in program.nodes():
        operator = operator_of(node)
        if operator is not None and (layer := _layer(node, operator, program)) is not None:
            found[node.name] = node, layer
    return found


def _layer(node: fx.Node, operator: Operator, program: Program) -> PackedLayer | None:
    """None where no weight is held."""
    given = operator.bound(node)
    held = program.weight(given[operator.packed[0]]) if operator.packed else None
    if held is None:
        return None
    x, result = ([program.example_size(size) for size in shape_of(value)] for value in (given["x"], node))
    taps = math.prod(given.get("kernel", ()))
    inputs = x[1 if "kernel" in given else 0 if given.get("columns_first") else -1]
    outputs = result[1 if "kernel" in given else 0 if given.get("rows_first") else -1]
    stored = int(held.count_nonzero()) / max(1, outputs * inputs * taps)
    return PackedLayer(
        name=str(given[operator.packed[0]].target).removesuffix(f"_{operator.packed[0]}"),
        operator=operator.name.partition("::")[2],
        outputs=outputs,
        inputs=inputs,
        zeros=1.0 - stored,
        flops=2 * math.prod(result) * inputs * taps,
    )
