"""RemoveChannels: take channels that nobody needs out of every tensor and weight they run through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import fx

from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.base import Axes, Demand, Shrink
from ..rules.closure import carry_out, close, granularity
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

    Attributes:
        multiple: keep so many dead channels that what convolutions read comes in multiples of this. ONNX Runtime's
            fast kernels want multiples of 4: with 63 channels a convolution takes twice as long as with 64.
    """

    multiple: int = 1
    requires: ClassVar[frozenset[str]] = frozenset({"axes", "constants", "demand"})

    def run(self, program: Program, ctx: Context) -> bool:
        axes: Axes = program.facts["axes"]
        demand: Demand = program.facts["demand"]
        constraints = [*axes.constraints, *granularity(program, axes, self.multiple)]
        kept = close(axes, demand, constraints)
        state = Shrink(program, axes, program.facts["constants"], demand, kept, demand.bias_maps, ctx.refuse)
        changed = carry_out(program, state, ctx.removing)
        if not changed:
            _explain(state, ctx, self.multiple)
        return changed


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
