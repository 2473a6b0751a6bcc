"""What recurrent ops hold: units, input columns, zeros and operations, for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ..ir.program import PART_OF, Program
from ..ir.recurrent import KINDS, Call, Direction, call_of


@dataclass(frozen=True)
class Extent:
    """The size of a recurrent op, all layers and directions together.

    Attributes:
        units, inputs: hidden units, and columns of what the first layer reads.
        zero_units: units whose rows are zero in every gate.
        zero_inputs: columns of the first layer's input that no gate reads.
        zeros: share of the weights that is zero.
        flops: for the example inputs.
        path: of the module in the model.
    """

    units: int = 0
    inputs: int = 0
    zero_units: int = 0
    zero_inputs: int = 0
    zeros: float = 0.0
    flops: int = 0
    path: str = ""


def recurrent_layers(program: Program) -> dict[str, tuple[fx.Node, Extent]]:
    """Every recurrent op by the name that its node had at capture; it may be several nodes since."""
    nodes: dict[str, list[fx.Node]] = {}
    for node in program.nodes():
        if node.target in KINDS and all(program.is_weight(x) for x in _held(call_of(node))):
            nodes.setdefault(node.meta.get(PART_OF, node.name), []).append(node)
    return {name: (parts[0], _extent(parts, program)) for name, parts in nodes.items()}


def _held(call: Call) -> list[Any]:
    return [x for one in call.directions for x in one.held()]


def _extent(nodes: list[fx.Node], program: Program) -> Extent:
    calls = [call_of(node) for node in nodes]
    first = calls[0].directions[: 2 if calls[0].both else 1]
    every = [(call.kind.gates, one) for call in calls for one in call.directions]
    weights = [_weight(program, x) for _, one in every for x in (one.ih, one.hh, one.projection) if x is not None]
    total = sum(weight.numel() for weight in weights)
    read = torch.stack([(_weight(program, one.ih) != 0).any(dim=0) for one in first]).any(dim=0)
    paths = [str(x.target).rpartition(".")[0] for x in _held(calls[0])]
    return Extent(
        units=sum(_weight(program, one.hh).shape[0] // gates for gates, one in every),
        inputs=len(read),
        zero_units=sum(_zero_units(program, one, gates) for gates, one in every),
        zero_inputs=int((~read).sum()),
        zeros=1.0 - sum(int(torch.count_nonzero(weight)) for weight in weights) / max(1, total),
        flops=sum(_flops(node, call, program) for node, call in zip(nodes, calls, strict=True)),
        path=paths[0] if len(set(paths)) == 1 else "",
    )


def _weight(program: Program, held: Any) -> Tensor:
    weight = program.weight(held)
    assert weight is not None
    return weight


def _zero_units(program: Program, one: Direction, gates: int) -> int:
    rows = torch.cat([_weight(program, one.ih), _weight(program, one.hh)], dim=1)
    return int((rows.reshape(gates, -1, rows.shape[1]) == 0).all(dim=2).all(dim=0).sum())


def _flops(node: fx.Node, call: Call, program: Program) -> int:
    """A multiplication and an addition for each weight, at every step of every sequence."""
    steps = 1
    for size in call.value.meta["val"].shape[:-1]:
        try:
            steps *= program.example_size(size)
        except ValueError:  # a size that depends on the inputs' values: count one
            continue
    matrices = [x for one in call.directions for x in (one.ih, one.hh, one.projection) if x is not None]
    return 2 * steps * sum(_weight(program, x).numel() for x in matrices)
