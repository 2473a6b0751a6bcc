"""RemoveChannels: take channels that nobody needs out of every tensor and weight they run through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import fx

from ...compiler.ir.channels import Constraint, Labels, Mask
from ...compiler.ir.program import Program
from ...compiler.ir.verifier import infer
from ..base import Context, Pass
from ..rules.base import Axes, Constants, Demand, Shrink
from ..rules.contraction import Contraction, groups_of, is_convolution, reads_of
from ..rules.table import rule_of


@dataclass(frozen=True)
class RemoveChannels(Pass):
    """Remove the channels that no output depends on, and fold the constant ones into their readers' biases.

    Before::

        conv2d = aten.conv2d(x, weight, bias)       # f32[s0, 16, 8, 8]; filter 3 is zero
        relu = aten.relu(conv2d)                    # f32[s0, 16, 8, 8]
        conv2d_1 = aten.conv2d(relu, weight_1, bias_1)

    After::

        conv2d = aten.conv2d(x, weight, bias)       # f32[s0, 15, 8, 8]
        relu = aten.relu(conv2d)                    # f32[s0, 15, 8, 8]
        conv2d_1 = aten.conv2d(relu, weight_1, bias_1)   # bias_1 has taken in relu(bias[3])

    Attributes:
        multiple: keep so many dead channels that what convolutions read comes in multiples of this. ONNX Runtime's
            fast kernels want multiples of 4: with 63 channels a convolution takes twice as long as with 64.
    """

    multiple: int = 1
    requires: ClassVar[frozenset[str]] = frozenset({"axes", "constants", "demand"})

    def run(self, program: Program, ctx: Context) -> bool:
        axes: Axes = program.facts["axes"]
        constants: Constants = program.facts["constants"]
        demand: Demand = program.facts["demand"]
        constraints = [*axes.constraints, *_granularity(program, axes, self.multiple)]
        kept = close(axes, demand, constraints)
        if ctx.removing is not None:
            ctx.removing(program, axes, kept)
        before, size = program.weights(), len(program.graph.nodes)
        state = Shrink(program, axes, constants, demand, kept, demand.bias_maps, ctx.refuse)
        for node in [*program.nodes()]:
            if node.op == "call_function" and node in axes.channels and _lives(node, state):
                rule_of(node).shrink(node, state)
        program.clean()
        after = program.weights()
        changed = size != len(program.graph.nodes) or before.keys() != after.keys()
        changed = changed or any(before[n].data_ptr() != w.data_ptr() for n, w in after.items())
        if changed:
            infer(program)
        if not changed:
            _explain(state, ctx, self.multiple)
        return changed


def close(axes: Axes, demand: Demand, constraints: list[Constraint]) -> Mask:
    """The fewest atoms to keep: every demanded one, and what the constraints ask for beside them."""
    kept = np.zeros(max(1, len(axes.atoms)), dtype=np.bool_)
    for node, channels in axes.channels.items():
        if isinstance(channels, list):
            for index in demand.masks.get(node, {}):
                kept[axes.atoms.find(channels[index].labels)[demand.part(node, index)]] = True
        elif node in demand.masks:
            kept[axes.atoms.find(channels.labels)[demand.of(node)]] = True
    grew = True
    while grew:
        grew = False
        for constraint in constraints:
            grew |= constraint.close(kept)
    return kept


def _granularity(program: Program, axes: Axes, multiple: int) -> list[Constraint]:
    """Constraints that keep the channel counts of ungrouped convolutions' inputs at multiples of ``multiple``."""
    if multiple == 1:
        return []
    found = []
    for node in program.nodes():
        if isinstance(rule_of(node), Contraction) and node not in axes.opaque and is_convolution(node):
            operand = node.args[0]
            assert isinstance(operand, fx.Node)
            if groups_of(node) == 1 and axes.of(operand).dims:
                found.append(_multiple_of(axes.of(operand).labels, multiple, axes))
    return found


def _multiple_of(labels: Labels, multiple: int, axes: Axes) -> Constraint:
    def close(kept: Mask) -> bool:
        roots = axes.atoms.find(labels)
        flags = kept[roots]
        missing = -int(flags.sum()) % multiple
        if not flags.any() or not missing or flags.all():
            return False
        kept[roots[np.flatnonzero(~flags)[:missing]]] = True
        return True

    return Constraint(f"convolutions read a multiple of {multiple} channels", close)


def _explain(state: Shrink, ctx: Context, multiple: int) -> None:
    """Say why zero filters and zero columns that are still there have to stay."""
    for node in state.program.nodes():
        if not isinstance(rule_of(node), Contraction) or node in state.axes.opaque:
            continue
        reads = reads_of(node, state.program)
        zero, needed = ~reads.any(axis=2).reshape(-1), state.demand.of(node).reshape(-1)
        needed_zeros, spare_zeros, columns = (zero & needed).sum(), (zero & ~needed).sum(), (~reads.any(axis=1)).sum()
        if needed_zeros:
            why = "an output, a sum or zero padding needs the constant"
            ctx.refuse(node, f"{needed_zeros} zero {'filter stays' if needed_zeros == 1 else 'filters stay'}: {why}")
        if spare_zeros:
            verb = "filter stays" if spare_zeros == 1 else "filters stay"
            ctx.refuse(node, f"{spare_zeros} zero {verb}: {_shared(node, state, multiple)}")
        if columns:
            verb = "column stays" if columns == 1 else "columns stay"
            ctx.refuse(node, f"{columns} zero {verb}: {_columns(node, state, multiple)}")


def _shared(node: fx.Node, state: Shrink, multiple: int) -> str:
    if multiple > 1:
        return (
            f"other values share their channels, or counts stay multiples of {multiple}, which the target runs faster"
        )
    if reads_of(node, state.program).shape[0] > 1:
        return "groups keep equal sizes"
    return "other values share their channels (a sum, a product, several readers or equal groups)"


def _columns(node: fx.Node, state: Shrink, multiple: int) -> str:
    operand = node.args[0]
    assert isinstance(operand, fx.Node)
    if not state.axes.of(operand).dims:
        return "the channels come from an input or an opaque op, and taking some out would be a copy"
    return _shared(node, state, multiple)


def _lives(node: object, state: Shrink) -> bool:
    channels = state.axes.channels[node]  # type: ignore[index]
    parts = channels if isinstance(channels, list) else [channels]
    return any(state.kept_channels(part).any() for part in parts)
