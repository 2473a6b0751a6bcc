"""RemoveChannels: take channels that nobody needs out of every tensor and weight they run through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import fx

from ...compiler.ir.channels import Mask
from ...compiler.ir.program import Program
from ...compiler.ir.verifier import infer
from ..base import Context, Pass
from ..rules.base import Axes, Constants, Demand, Shrink
from ..rules.contraction import Contraction, reads_of
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
    """

    requires: ClassVar[frozenset[str]] = frozenset({"axes", "constants", "demand"})

    def run(self, program: Program, ctx: Context) -> bool:
        axes: Axes = program.facts["axes"]
        constants: Constants = program.facts["constants"]
        demand: Demand = program.facts["demand"]
        kept = close(axes, demand)
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
            _explain(state, ctx)
        return changed


def close(axes: Axes, demand: Demand) -> Mask:
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
        for constraint in axes.constraints:
            grew |= constraint.close(kept)
    return kept


def _explain(state: Shrink, ctx: Context) -> None:
    """Say why zero filters and zero columns that are still there have to stay."""
    for node in state.program.nodes():
        if not isinstance(rule_of(node), Contraction) or node in state.axes.opaque:
            continue
        reads = reads_of(node, state.program)
        zero = ~reads.any(axis=2).reshape(-1)
        needed = state.demand.of(node).reshape(-1)
        if (zero & needed).any():
            ctx.refuse(
                node,
                f"{int((zero & needed).sum())} zero filters stay: their constant is an output, meets zero padding "
                "or an op that needs it as it is, or is added to something that varies",
            )
        if (zero & ~needed).any():
            ctx.refuse(node, f"{int((zero & ~needed).sum())} zero filters stay: {_shared(node, state)}")
        columns = int((~reads.any(axis=1)).sum())
        if columns:
            ctx.refuse(node, f"{columns} zero columns stay: {_columns(node, state)}")


def _shared(node: fx.Node, state: Shrink) -> str:
    if reads_of(node, state.program).shape[0] > 1:
        return "groups keep equal sizes"
    return "other values share their channels (a sum, a product, several readers or equal groups)"


def _columns(node: fx.Node, state: Shrink) -> str:
    operand = node.args[0]
    assert isinstance(operand, fx.Node)
    if not state.axes.of(operand).dims:
        return "the channels come from an input or an opaque op, and taking some out would be a copy"
    return _shared(node, state)


def _lives(node: object, state: Shrink) -> bool:
    channels = state.axes.channels[node]  # type: ignore[index]
    parts = channels if isinstance(channels, list) else [channels]
    return any(state.kept_channels(part).any() for part in parts)
