"""OrderRows: rows that read the same columns lie side by side, where the order of channels is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from ...codegen.formats.patterns import order_of
from ...codegen.formats.tile_order import order_for_tiles
from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program
from ...compiler.ir.views import layers_of
from ..base import Context, Pass
from ..layout.problem import free_orders
from ..rules.closure import carry_out
from ..rules.facts import AXES, CONSTANTS, LIVENESS, Axes
from ..rules.shrink import Shrink


@dataclass(frozen=True)
class OrderRows(Pass):
    """Reorder the channels between layers such that the zeros of the weights that make them come in larger blocks.

    Before::

        linear = aten.linear(x, weight, bias)        # rows 0 and 2 of weight read the same columns, 1 and 3 too
        relu = aten.relu(linear)
        linear_1 = aten.linear(relu, weight_1)

    After::

        linear = aten.linear(x, weight, bias)        # its rows, and those of bias, in the order 0, 2, 1, 3
        relu = aten.relu(linear)
        linear_1 = aten.linear(relu, weight_1)       # its columns too

    On targets whose kernels keep tiles of several columns together, the columns of what reads them are looked at, too.

    It adds nothing and costs nothing. Where an output, a head or a concatenation fixes the order, weights stay as they
    are.
    """

    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS, LIVENESS})

    def run(self, program: Program, ctx: Context) -> bool:
        axes = program.facts[AXES]
        rank = np.full(max(1, len(axes.ids)), -1, dtype=np.int64)
        makers, tiles = _makers(program, axes), ctx.target.tiles
        readers = _readers(program, axes) if tiles else []
        for ids, channels in free_orders(program):
            made = _masks(ids, channels, makers)
            if tiles:
                order = order_for_tiles(made, [kept.T for kept in _masks(ids, channels, readers)], tiles)
            else:
                order = order_of(torch.cat(made, dim=1)) if made else None
            if order is not None:
                rank[ids] = order.argsort().numpy()[channels]
        if (rank < 0).all():
            return False
        every = np.ones(len(rank), dtype=np.bool_)
        facts, live = program.facts, program.facts[LIVENESS]
        state = Shrink(program, axes, facts[CONSTANTS], live, every, ctx.refuse, rank)
        return carry_out(program, state, ctx.removing)


def _makers(program: Program, axes: Axes) -> list[tuple[Labels, Tensor]]:
    """For each ungrouped layer with channels of its own their ids, and which numbers of its weight are not zero."""
    found = []
    for layer in layers_of(program):
        if layer.node in axes.opaque or layer.is_transposed or layer.groups != 1:
            continue
        own = axes.of(layer.node)
        if own.dims == (layer.dim,):
            found.append((axes.ids.find(own.labels), layer.held.flatten(1) != 0))
    return found


def _readers(program: Program, axes: Axes) -> list[tuple[Labels, Tensor]]:
    """For each layer without windows the ids of the channels it reads, and what it reads of each [channels, rows]."""
    found = []
    for layer in layers_of(program):
        if layer.node in axes.opaque or layer.is_transposed or layer.groups != 1 or layer.input in axes.opaque:
            continue
        read, kept = axes.channels.get(layer.input), layer.held.flatten(1) != 0
        if isinstance(read, Channels) and read.dims == (layer.dim,) and read.labels.size == kept.shape[1]:
            found.append((axes.ids.find(read.labels), kept.T))
    return found


def _masks(ids: Labels, channels: Labels, layers: list[tuple[Labels, Tensor]]) -> list[Tensor]:
    """Of each layer whose channels are of these ids [channels, others]: which numbers of its weight are not zero."""
    size = int(channels.max()) + 1
    found = []
    for labels, kept in layers:
        places = np.minimum(np.searchsorted(ids, labels), len(ids) - 1)
        if (ids[places] == labels).all():
            mask = torch.zeros((size, kept.shape[1]), dtype=torch.bool)
            mask[torch.from_numpy(channels[places])] = kept.cpu()
            found.append(mask)
    return found
