"""RemoveChannels: take channels that nobody needs out of every tensor and weight they run through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import fx

from ...compiler.ir.facts import Keys
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer, layers_of
from ..base import Context, Pass
from ..rules.blame import Blame
from ..rules.closure import carry_out, close, granularity
from ..rules.contraction import input_labels
from ..rules.facts import AXES, CONSTANTS, LIVENESS
from ..rules.shrink import Shrink


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
    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS, LIVENESS})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        live = program.facts[LIVENESS]
        constraints = [*axes.constraints, *granularity(program, axes, self.multiple)]
        kept = close(axes, live, constraints)
        state = Shrink(program, axes, program.facts[CONSTANTS], live, kept, ctx.refuse)
        changed = carry_out(program, state, ctx.removing)
        if not changed:
            _explain(state, ctx, self.multiple)
        return changed


def _explain(state: Shrink, ctx: Context, multiple: int) -> None:
    """Say why zero filters and zero columns that are still there have to stay."""
    blame = Blame(state.program, state.axes, state.live, ctx.held)
    for layer in layers_of(state.program):
        node = layer.node
        if node in state.axes.opaque:
            continue
        reads, shared = layer.reads, _shared(layer, multiple)
        zero, needed = ~reads.any(axis=2).reshape(-1), state.live.of(node).reshape(-1)
        own = state.axes.of(node).labels.reshape(-1)
        for filters, otherwise in (
            (zero & needed, "an output, a sum or zero padding needs the constant"),
            (zero & ~needed, shared),
        ):
            if filters.any():
                reason = _stay("filter", blame.of(own[filters]), blame, otherwise)
                ctx.refuse(node, reason, Cause.FILTERS, count=int(filters.sum()))
        columns = ~reads.any(axis=1).reshape(-1)
        number = int(columns.sum())
        if not number:
            continue
        if state.axes.of(layer.input).dims:
            read = input_labels(layer, state.axes, columns.size)[columns]
            reason = _stay("column", blame.of(read), blame, shared)
        else:
            reason = f"{_staying(number, 'column')}: {_from_outside(layer, blame)}"
        ctx.refuse(node, reason, Cause.COLUMNS, count=number)


def _stay(what: str, causes: Sequence[fx.Node | None], blame: Blame, otherwise: str) -> str:
    """Why zeros stay: the op that keeps them, where there is one, else what holds in general."""
    ops = [node for node in causes if node is not None]
    if not ops:
        reason = otherwise
    elif len(ops) == len(causes):
        reason = blame.why(ops)
    else:
        reason = f"{otherwise}; for {len(ops)} of them {blame.why(ops)}"
    return f"{_staying(len(causes), what)}: {reason}"


def _staying(number: int, what: str) -> str:
    return f"{number} zero {what} stays" if number == 1 else f"{number} zero {what}s stay"


def _shared(layer: Layer, multiple: int) -> str:
    if multiple > 1:
        return (
            f"other values share their channels, or counts stay multiples of {multiple}, which the target runs faster"
        )
    if layer.groups > 1:
        return "groups keep equal sizes"
    return "other values share their channels (a sum, a product, several readers or equal groups)"


def _from_outside(layer: Layer, blame: Blame) -> str:
    maker = blame.maker(layer.input)
    return blame.made_by(maker) if maker else "the channels come from an input, and taking some out would be a copy"
