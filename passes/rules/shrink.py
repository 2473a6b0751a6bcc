"""A removal, or another order of channels, that is being carried out: what every rule rewrites its node with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Labels, Mask
from ...compiler.ir.program import Program
from .facts import Axes, Constants, Liveness

Refuse = Callable[[fx.Node, str], None]


@dataclass
class Shrink:
    """A removal that is being carried out: the facts, what is kept of every value, and in which order.

    Attributes:
        rank: for each channel id representative its place among those that it shares values with; -1 where the order
            stays as it is (None: everywhere).
    """

    program: Program
    axes: Axes
    constants: Constants
    live: Liveness
    kept_ids: Mask
    refuse: Refuse
    rank: Labels | None = None

    def kept(self, node: fx.Node) -> Mask:
        """One flag for each position of a value: it stays."""
        return self.kept_channels(self.axes.of(node))

    def kept_channels(self, channels: Channels) -> Mask:
        mask: Mask = self.kept_ids[self.axes.ids.find(channels.labels)]
        return mask

    def stands_for(self, new: fx.Node, old: fx.Node) -> None:
        """From now on readers see ``new`` where they saw ``old``: the same facts hold for it."""
        self.axes.channels[new] = self.axes.channels[old]
        self.live.masks[new] = self.live.of(old)
        if old in self.constants.found:
            self.constants.found[new] = self.constants.found[old]

    def indices(self, channels: Channels, dim: int) -> Labels | None:
        """Kept indices along a dimension, in their new order; None where everything along it stays as it is."""
        axis = channels.along(dim)
        if axis is None:
            return None
        mask = self.kept_channels(channels)
        along = np.asarray(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis)))
        found = np.flatnonzero(along)
        if self.rank is not None and len(channels.dims) == 1:
            places = self.rank[self.axes.ids.find(channels.labels)][found]
            found = found[np.argsort(places, kind="stable")] if (places >= 0).all() else found
        return None if np.array_equal(found, np.arange(along.size)) else found

    def place(self, channels: Channels) -> int:
        """Where the kept positions start in the order that they share with others; -1 if they have none."""
        if self.rank is None or len(channels.dims) != 1:
            return -1
        return int(
            self.rank[self.axes.ids.find(channels.labels)][self.kept_channels(channels)].min(initial=len(self.rank))
        )

    def unchanged(self, channels: Channels) -> bool:
        """Whether every position stays, in its place."""
        if not channels.dims:
            return bool(self.kept_channels(channels).all())
        return all(self.indices(channels, dim) is None for dim in channels.dims)


def select(weight: Tensor, dim: int, indices: np.ndarray[Any, Any] | None) -> Tensor:
    """A weight with only ``indices`` along ``dim`` (all of it for None)."""
    return weight if indices is None else weight.index_select(dim, torch.from_numpy(indices).to(weight.device))
