"""What the layers of a program hold, and what became of each of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import fx

from ..ir import views
from ..ir.arguments import op_name
from ..ir.findings import Cause, Refusal
from ..ir.program import COMPUTES, Program, module_path, shape_of, source_line
from ..ir.speculation import BIAS_MAP, additions
from .data import LayerRow
from .packed import packed_layers
from .recurrent import Extent, recurrent_layers


def flops_of(layer: views.Layer) -> int:
    """Floating-point operations of a layer for the example inputs (a multiplication and an addition count two)."""
    _, outputs, inputs, taps = layer.shape
    value, each = (layer.input, outputs) if layer.is_transposed else (layer.node, inputs)
    return 2 * math.prod(layer.program.example_size(size) for size in shape_of(value)) * each * taps


def count_parameters(program: Program) -> int:
    """Numbers held in parameters that the graph reads (running statistics and bias maps are buffers)."""
    held = program.held_weights().values()
    return sum(weight.numel() for weight in held if isinstance(weight, torch.nn.Parameter))


def describe(before: Program, after: Program, refusals: Sequence[Refusal]) -> list[LayerRow]:
    """One row for each layer of the original program, matched to what is left of it by node name."""
    left = {layer.node.name: layer for layer in views.layers_of(after)}
    within = {name: layer for layer in left.values() for name in layer.node.meta.get(COMPUTES, ())}
    rows = []
    for layer in views.layers_of(before):
        node, reads, weight = layer.node, layer.reads, layer.held
        groups, outputs, inputs = reads.shape
        row = LayerRow(
            name=str(layer.weight.target),
            node=node.name,
            op=op_name(node),
            where=source_line(node),
            zeros=1.0 - int(torch.count_nonzero(weight)) / max(1, weight.numel()),
            zero_outputs=int((~reads.any(axis=2)).sum()),
            zero_inputs=int((~reads.any(axis=1)).sum()),
            outputs=(groups * outputs, 0),
            inputs=(groups * inputs, 0),
            flops=(flops_of(layer), 0),
            refused=_reasons(node, refusals),
        )
        other = left.get(node.name)
        if other is None and node.name in within:
            row.done.append(f"merged: '{within[node.name].weight.target}' computes it, too")
        elif other is None:
            _tell(row)
        else:
            _compare(row, layer, other)
        rows.append(row)
    return rows + _recurrent(before, after, refusals) + _packed(before, after)


def _recurrent(before: Program, after: Program, refusals: Sequence[Refusal]) -> list[LayerRow]:
    """One row for each recurrent op, all of its layers and directions together."""
    left, rows = recurrent_layers(after), []
    for name, (node, old) in recurrent_layers(before).items():
        new = left[name][1] if name in left else Extent()
        row = LayerRow(
            name=old.path or name,
            node=name,
            op=op_name(node),
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


def _packed(before: Program, after: Program) -> list[LayerRow]:
    """One row for each layer that was in a sparse format before."""
    left, rows = packed_layers(after), []
    for name, (node, layer) in packed_layers(before).items():
        stays = name in left
        row = LayerRow(
            name=layer.name,
            node=name,
            op=layer.operator,
            where=source_line(node),
            zeros=layer.zeros,
            zero_outputs=0,
            zero_inputs=0,
            outputs=(layer.outputs, layer.outputs * stays),
            inputs=(layer.inputs, layer.inputs * stays),
            flops=(layer.flops, layer.flops * stays),
        )
        _tell(row)
        row.done += [f"in a sparse format already ({layer.operator}), which it keeps"] if stays else []
        rows.append(row)
    return rows


def operations(program: Program) -> int:
    """Floating-point operations of all layers for the example inputs."""
    recurrent = sum(extent.flops for _, extent in recurrent_layers(program).values())
    packed = sum(layer.flops for _, layer in packed_layers(program).values())
    return recurrent + packed + sum(map(flops_of, views.layers_of(program)))


def _tell(row: LayerRow) -> None:
    """Say how many outputs and inputs are gone."""
    gone = not row.outputs[1]
    row.done += ["removed: its result is constant or nobody reads it"] if gone else row.shrinkage


def _compare(row: LayerRow, layer: views.Layer, other: views.Layer) -> None:
    groups, outputs, inputs, _ = other.shape
    row.outputs = (row.outputs[0], groups * outputs)
    row.inputs = (row.inputs[0], groups * inputs)
    row.flops = (row.flops[0], flops_of(other))
    _tell(row)
    if any(addition.what == BIAS_MAP and addition.site == other.node.name for addition in additions(other.program)):
        row.done.append("bias map added")
    if layer.bias is None and other.bias is not None:
        row.done.append("bias added")


def _reasons(node: fx.Node, refusals: Sequence[Refusal]) -> list[str]:
    path = module_path(node)
    mine = [r for r in refusals if r.node == node.name or (path and r.path == path and r.cause is Cause.OPAQUE)]
    return list(dict.fromkeys(r.reason for r in mine))
