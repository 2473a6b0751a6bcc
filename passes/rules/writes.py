"""Values that are put into another along one dimension: ``index_put``, ``index_copy``, ``slice_scatter``.

The result has some positions of one operand and some of the other. Once positions are gone, it is what is left of
either, or of both, one behind the other and in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program, is_tensor, same_size, shape_of
from ...compiler.ir.speculation import mark, unmarked
from .facts import Axes
from .movement import Movement
from .positions import Moved
from .shrink import Shrink

aten = torch.ops.aten

# The argument that is put into the other one.
PUT: dict[object, str] = {
    aten.index_put.default: "values",
    aten.index_copy.default: "source",
    aten.slice_scatter.default: "src",
}


@dataclass(frozen=True, kw_only=True)
class Put(Movement):
    """Puts values into another along one dimension, at known places."""

    in_place: ClassVar[bool] = False

    def meaning(self) -> str:
        return "the result is what is left of both, in order"

    def operands(self, node: fx.Node, axes: Axes) -> list[fx.Node]:
        both = [operand_of(node), argument(node, PUT[node.target])]
        return [x for x in both if is_tensor(x) and x in axes.channels]

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        dim, operands = _dim(node), self.operands(node, axes)
        if dim is None or len(operands) != 2 or operands[0] is operands[1]:
            return "it puts values along several dimensions, or adds them"
        if any(program.is_weight(x) for x in operands):
            return "it puts weights and values together"
        if any(not program.is_weight(x) for x in node.all_input_nodes if x not in operands):
            return "it puts values at computed places"
        into, values = (shape_of(x) for x in operands)
        if len(into) != len(values) or any(
            d != dim and not same_size(a, b) for d, (a, b) in enumerate(zip(into, values, strict=True))
        ):
            return "what is put has another shape"
        if any(axes.of(x).dims != (dim,) for x in operands):
            return "channels lie along other dimensions, too"
        return super().unsupported(node, axes, program)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        moved: Moved = state.axes.moves[node]
        channels = [*moved.views, state.axes.of(node)]
        if all(state.unchanged(part) for part in channels):
            return
        self._write(node, moved, state)

    def _write(self, node: fx.Node, moved: Moved, state: Shrink) -> None:
        """Read what stays from the operand that it comes from, or from both, one behind the other."""
        dim, own = state.axes.of(node).dims[0], state.axes.of(node)
        sources = moved.sources[0][_kept(state, own, dim)]
        parts = [offset + _kept(state, view, dim) for view, offset in zip(moved.views, moved.offsets, strict=True)]
        needed = [i for i, part in enumerate(parts) if np.isin(part, sources).any()]
        given = np.concatenate([parts[i] for i in needed])
        order = np.argsort(given, kind="stable")
        places = order[np.searchsorted(given[order], sources)].astype(np.int64)
        index = state.program.new_weight("channel_index", torch.from_numpy(places), kind=Tensor)
        read = moved.operands[needed[0]]
        if len(needed) > 1:
            with state.program.graph.inserting_before(node):
                read = state.program.graph.call_function(aten.cat.default, (moved.operands, dim))
            read.meta = unmarked(node.meta)
            mark(read, "gather", node)
        node.target, node.args, node.kwargs = aten.index_select.default, (read, dim, index), {}


def _kept(state: Shrink, channels: Channels, dim: int) -> Any:
    kept = state.indices(channels, dim)
    return np.arange(channels.labels.size) if kept is None else kept


def _dim(node: fx.Node) -> int | None:
    """Along which dimension values are put; None where there are several, or values are added to what is there."""
    rank = len(shape_of(node))
    if node.target is not aten.index_put.default:
        return int(argument(node, "dim")) % rank
    given = [d for d, index in enumerate(argument(node, "indices")) if index is not None]
    single = len(given) == 1 and len(shape_of(argument(node, "indices")[given[0]])) == 1
    return given[0] if single and not argument(node, "accumulate") else None
