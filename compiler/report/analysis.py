"""What the layers of a program hold, and what became of each of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import fx

from ...passes.rules.contraction import TRANSPOSED, Contraction, canonical, reads_of
from ...passes.rules.table import rule_of
from ..ir.arguments import argument
from ..ir.findings import Cause, Refusal
from ..ir.program import Program, attribute, module_path, source_line
from ..ir.speculation import BIAS_MAP, additions
from .data import Layer
from .recurrent import Extent, recurrent_layers


def layers_of(program: Program) -> list[fx.Node]:
    """Nodes that multiply by a weight matrix."""
    return [n for n in program.nodes() if isinstance(rule_of(n), Contraction) and program.weight(n.args[1]) is not None]


def flops_of(node: fx.Node, program: Program) -> int:
    """Floating-point operations of a layer for the example inputs (a multiplication and an addition count two)."""
    _, outputs, inputs, taps = canonical(node, program).shape
    value = node.args[0] if node.target in TRANSPOSED else node
    elements = 1
    for size in value.meta["val"].shape:  # type: ignore[union-attr]
        elements *= program.example_size(size)
    return 2 * elements * (outputs if value is not node else inputs) * taps


def count_parameters(program: Program) -> int:
    """Numbers held in parameters that the graph reads (running statistics and bias maps are buffers)."""
    held = (attribute(program.module, name) for name in program.weights())
    return sum(weight.numel() for weight in held if isinstance(weight, torch.nn.Parameter))


def describe(before: Program, after: Program, refusals: Sequence[Refusal]) -> list[Layer]:
    """One Layer for each layer of the original program, matched to what is left of it by node name."""
    left = {node.name: node for node in layers_of(after)}
    rows = []
    for node in layers_of(before):
        weight = before.weight(node.args[1])
        assert weight is not None
        reads = reads_of(node, before)
        groups, outputs, inputs = reads.shape
        row = Layer(
            name=str(node.args[1].target),  # type: ignore[union-attr]
            node=node.name,
            op=str(node.target).split(".")[1],
            where=source_line(node),
            zeros=1.0 - int(torch.count_nonzero(weight)) / max(1, weight.numel()),
            zero_outputs=int((~reads.any(axis=2)).sum()),
            zero_inputs=int((~reads.any(axis=1)).sum()),
            outputs=(groups * outputs, 0),
            inputs=(groups * inputs, 0),
            flops=(flops_of(node, before), 0),
            refused=_reasons(node, refusals),
        )
        other = left.get(node.name)
        if other is None:
            _tell(row)
        else:
            _compare(row, node, other, before, after)
        rows.append(row)
    return rows + _recurrent(before, after, refusals)


def _recurrent(before: Program, after: Program, refusals: Sequence[Refusal]) -> list[Layer]:
    """One Layer for each recurrent op, all of its layers and directions together."""
    left, rows = recurrent_layers(after), []
    for name, (node, old) in recurrent_layers(before).items():
        new = left[name][1] if name in left else Extent()
        row = Layer(
            name=old.path or name,
            node=name,
            op=str(node.target).split(".")[1],
            where=source_line(node),
            zeros=old.zeros,
            zero_outputs=old.zero_units,
            zero_inputs=old.zero_inputs,
            outputs=(old.units, new.units),
            inputs=(old.inputs, new.inputs),
            flops=(old.flops, new.flops),
            refused=_reasons(node, refusals),
            noun="unit",
        )
        _tell(row)
        rows.append(row)
    return rows


def operations(program: Program) -> int:
    """Floating-point operations of all layers for the example inputs."""
    recurrent = sum(extent.flops for _, extent in recurrent_layers(program).values())
    return recurrent + sum(flops_of(node, program) for node in layers_of(program))


def _tell(row: Layer) -> None:
    """Say how many outputs and inputs are gone."""
    gone = not row.outputs[1]
    row.done += ["removed: its result is constant or nobody reads it"] if gone else row.shrinkage


def _compare(row: Layer, node: fx.Node, other: fx.Node, before: Program, after: Program) -> None:
    groups, outputs, inputs = reads_of(other, after).shape
    row.outputs = (row.outputs[0], groups * outputs)
    row.inputs = (row.inputs[0], groups * inputs)
    row.flops = (row.flops[0], flops_of(other, after))
    _tell(row)
    if any(addition.what == BIAS_MAP and addition.site == other.name for addition in additions(after)):
        row.done.append("bias map added")
    old, new = argument(node, "bias"), argument(other, "bias")
    if old is None and new is not None:
        row.done.append("bias added")


def _reasons(node: fx.Node, refusals: Sequence[Refusal]) -> list[str]:
    path = module_path(node)
    mine = [r for r in refusals if r.node == node.name or (path and r.path == path and r.cause is Cause.OPAQUE)]
    return list(dict.fromkeys(r.reason for r in mine))
