"""Names: what is removed, in the model's words - head 5 of layer 3, neuron 117, channel 12 of the residual stream.

Channels are followed by their ids at the start, so that their indices are those of the original model however
many rounds the removal takes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from weakref import ref

import numpy as np
from torch import Tensor

from ...compiler.ir.channels import Labels, Mask
from ...compiler.ir.program import Program
from ..base import Pass
from ..rules.base import Role
from ..rules.facts import AXES, Axes
from ..rules.table import rule_of
from ..rules.units import End, Kind, Unit, ends_of, units_of

ATTENTION = ("head", "query-key channel", "value channel")


@dataclass(frozen=True)
class Removed:
    """Channels of one axis of the model that are gone.

    Attributes:
        kind: 'channel' is a convolution's, 'feature' what a linear layer or table writes that is none of the others.
        path: dotted path of the modules that the axis lies in ('': the model, or its only residual stream).
        indices: which, in the numbering of the original model.
        size: how many there were.
    """

    kind: Kind
    path: str
    indices: tuple[int, ...]
    size: int


@dataclass
class Names:
    """Follows what is removed from a program: an observer of the passes, and what ``Context.removing`` calls.

    Attributes:
        units: every axis with a name, in the order of the model.
    """

    units: list[Unit] = field(default_factory=list)
    _rows: dict[End, Labels] = field(default_factory=dict)  # ids, at the start, of the rows that are still there
    _starts: dict[End, Labels] = field(default_factory=dict)  # the same, of all rows
    _lost: set[End] = field(default_factory=set)  # ends that could not be followed
    _followed: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    _weights: dict[str, ref[Tensor]] = field(default_factory=dict)
    _reordered: set[str] = field(default_factory=set)
    _removing: bool = False

    def before(self, program: Program, item: Pass, index: int) -> None:
        pass

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        """Find the names once there are axes; notice who changes the order of a layer's weights."""
        removing, self._removing = self._removing, False
        if not self.units and AXES in program.facts:
            self._start(program, program.facts[AXES])
        elif changed and self.units:
            weights = _weights(program)
            if not removing:
                old = self._weights
                self._reordered |= {n for n, w in weights.items() if n in old and w() is not old[n]()}
            self._weights = weights

    def _start(self, program: Program, axes: Axes) -> None:
        self.units = units_of(program, axes)
        self._rows = ends_of(program, axes)
        self._starts = dict(self._rows)
        self._weights = _weights(program)
        self._followed = np.zeros(len(axes.ids) + 1, dtype=np.bool_)
        for ids in self._rows.values():
            self._followed[ids] = True

    def removing(self, program: Program, axes: Axes, kept: Mask) -> None:
        """Take note of a removal that is about to happen."""
        if not self.units:
            self._start(program, axes)
        self._removing = True
        now, nodes = ends_of(program, axes), {node.name for node in program.nodes()}
        if self._reordered:
            self._renumber(units_of(program, axes), now, len(axes.ids))
        for end, rows in self._rows.items():
            if end[0] not in nodes:
                self._rows[end] = rows[:0]
            elif end in now and now[end].size == rows.size:
                self._rows[end] = rows[kept[now[end]]]
            elif end in now:
                self._lost.add(end)
                self._forget(rows)

    def _renumber(self, units: list[Unit], now: dict[End, Labels], count: int) -> None:
        """Find out which row is which in layers whose order changed, by others that kept theirs, and by heads."""
        start, alive = np.full(count + 1, -1), self._alive()  # for each id of now, the one that it was at the start
        for unit, old in zip(*_paired(units, self.units), strict=True):
            here = alive[old.ids]
            left = old.ids[np.ix_(here.any(axis=1), here.any(axis=0))]
            if left.shape == unit.ids.shape:
                start[unit.ids] = left
        same = {end: rows for end, rows in now.items() if end in self._rows and rows.size == self._rows[end].size}
        for end, rows in same.items():
            if end[0] not in self._reordered:
                start[rows] = self._rows[end]
        for end, rows in same.items():
            if end[0] in self._reordered:
                found = start[rows]
                self._forget(np.setdiff1d(self._rows[end], found))
                self._rows[end] = found
        self._reordered.clear()

    def _forget(self, ids: Labels) -> None:
        self._followed[ids] = False

    def _alive(self) -> Mask:
        alive = np.zeros_like(self._followed)
        for rows in self._rows.values():
            alive[rows[rows >= 0]] = True
        return alive

    def copy(self) -> Names:
        """The same knowledge, to be continued by an attempt that may be given up."""
        return replace(
            self,
            _rows=dict(self._rows),
            _lost=set(self._lost),
            _followed=self._followed.copy(),
            _weights=dict(self._weights),
            _reordered=set(self._reordered),
        )

    def gone_from(self, end: End) -> tuple[int, ...] | None:
        """What a layer lost of its outputs or inputs, in the numbering of the original; None if nobody could follow."""
        start, rows = self._starts.get(end), self._rows.get(end)
        if start is None or rows is None or end in self._lost or (rows < 0).any():
            return None
        return tuple(np.flatnonzero(~np.isin(start, rows)).tolist())

    def removed(self) -> list[Removed]:
        """What is gone by now, in the order of the model, the residual stream last."""
        gone = self._followed & ~self._alive()
        found: dict[Removed, None] = {}
        for unit in self.units:
            indices = np.flatnonzero(unit.gone(gone))
            if indices.size:
                found[Removed(unit.kind, unit.path, tuple(indices.tolist()), len(unit.ids))] = None
        return sorted(found, key=lambda row: row.kind == "residual channel")


def _paired(units: list[Unit], others: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Units of attentions that are there both now and at the start."""
    inside = {(unit.kind, unit.path): unit for unit in others if unit.kind in ATTENTION}
    found = [unit for unit in units if (unit.kind, unit.path) in inside]
    return found, [inside[unit.kind, unit.path] for unit in found]


def _weights(program: Program) -> dict[str, ref[Tensor]]:
    """The weight of every layer as it is held, by the layer's name."""
    rules = ((node, rule_of(node)) for node in program.nodes())
    layers = ((node.name, program.held(rule.weight(node))) for node, rule in rules if rule.role is Role.LAYER)
    return {name: ref(weight) for name, weight in layers if weight is not None}
