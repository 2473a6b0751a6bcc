"""Choosing layouts: an order for every channel group, and for every reader whether it takes its own channels, and how.

The cost of a choice is that of all operations with the channel counts that follow from it, plus what the conversions
cost. Three simple choices are always among the candidates, so the result is never costlier than any of them: every
reader reads everything (``constrained``), every layer gathers what it needs (``gather``), and the published heuristic
(``upscale``).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ...compiler.errors import UserError
from ...compiler.ir.channels import Labels, Mask
from ...compiler.ir.costs import Costs, Work
from ..rules.layout import Operation
from .family import Family, keeps_blocks
from .order import best_order
from .problem import ChannelGroup, Reader
from .tour import fewest_runs
from .upscale import upscale_order

MODES = ("optimised", "constrained", "gather", "upscale")

# What a reader may do: read all that the value holds, exactly what it needs, or the run of channels around that; "copy"
# is exactly what it needs, gathered even where it lies in one run.
UNION, OWN, AROUND, COPY = "union", "own", "around", "copy"

KINDS = ("layer", "concat", "join", "term")  # of readers

Choices = Mapping[Reader, str]


@dataclass(frozen=True)
class Plan:
    """What was chosen for a channel group.

    Attributes:
        order: its channels, in their new order; ``range(size)`` where every value keeps the order that it has.
        choices: what each reader does.
        seconds: what all operations and conversions of the channel group cost, under the model.
        kept: channel ids that are kept because of the choices.
        ways: for each reader how it reads, and what that costs in seconds.
    """

    order: tuple[int, ...]
    choices: Choices
    seconds: float
    kept: Mask
    ways: Mapping[Reader, Way]


@dataclass(frozen=True)
class Way:
    """How a reader reads: ``how`` is "whole", "view", "copy", "pieces"; or "partial", for a term added in part."""

    how: str
    channels: int
    held: int
    seconds: float = 0.0


@dataclass
class Model:
    """What choices cost for one channel group, the others being as they are.

    Attributes:
        kept: channel ids kept where every reader keeps what it needs and no more.
        multiple: layers read a multiple of so many channels.
    """

    group: ChannelGroup
    kept: Mask
    costs: Costs
    multiple: int = 1
    _prices: dict[Work, float] = field(default_factory=dict)

    def plan(self, order: Iterable[int], choices: Choices) -> Plan:
        """Carry choices through to channel counts and add up the costs."""
        order, rank = tuple(order), None
        if order != tuple(range(self.group.size)):
            rank = np.empty(self.group.size, dtype=np.int64)
            rank[list(order)] = np.arange(self.group.size)
        kept = self.kept.copy()
        self._spread(kept, choices)
        if self._widen(kept, choices, rank):
            self._spread(kept, choices)
        ways = {reader: self._way(reader, choices[reader], kept, rank) for reader in self.group.readers}
        seconds = sum(self.price(operation, kept) for operation in self.group.operations)
        return Plan(order, choices, seconds + sum(way.seconds for way in ways.values()), kept, ways)

    def _spread(self, kept: Mask, choices: Choices) -> None:
        """What has to be kept because of what is kept elsewhere."""
        merged = [(r.source, r.result) for r in self.group.readers if choices[r] == UNION]
        apart = [(r.wide, r.narrow) for r in self.group.readers if choices[r] != UNION]
        both = _joined([*self.group.links, *merged])
        wide, narrow = _joined(apart)
        count = -1
        while count != (count := int(kept.sum())):
            held = kept[both[0]] | kept[both[1]]
            kept[both[0][held]] = kept[both[1][held]] = True
            kept[wide[kept[narrow]]] = True

    def _widen(self, kept: Mask, choices: Choices, rank: Labels | None) -> bool:
        """Add the channels between those of readers that take a run, and fill up to a multiple; whether any."""
        widened = False
        for reader in self.group.readers:
            if choices[reader] == AROUND or (self.multiple > 1 and reader.kind == "layer" and choices[reader] != UNION):
                held = self._positions(reader, rank)
                held = held[kept[reader.wide[held]]]
                wanted = kept[reader.narrow[held]]
                flags = _around(wanted) if choices[reader] == AROUND else wanted
                flags = _filled(flags, self.multiple) if reader.kind == "layer" else flags
                widened |= bool((flags != wanted).any())
                kept[reader.narrow[held[flags]]] = True
        return widened

    def _positions(self, reader: Reader, rank: Labels | None) -> Labels:
        """Positions of the value that a reader reads, in their order."""
        if rank is None or self.group.fixed is not None:
            return np.arange(reader.channels.size)
        return np.argsort(rank[reader.channels], kind="stable")

    def _way(self, reader: Reader, choice: str, kept: Mask, rank: Labels | None) -> Way:
        held = self._positions(reader, rank)
        held = held[kept[reader.wide[held]]]
        flags = kept[reader.narrow[held]]
        count, runs = int(flags.sum()), int(np.diff(flags, prepend=False).astype(bool)[flags].sum())
        if choice == UNION or count == flags.size:
            return Way("whole", count, flags.size)
        if reader.kind == "term":
            return Way("partial", count, flags.size, self._partial(reader.work, count, flags.size, runs))
        if runs == 1 and choice != COPY:
            kinds = ("gather",) if reader.copied else ("gather", "view")  # what is measured differs by chance, too
            price = min(self.seconds(replace(reader.work, kind=kind), count) for kind in kinds)
            return Way("view", count, flags.size, price)
        if reader.kind == "concat" and choice != COPY:
            return Way("pieces", count, flags.size, runs * self.seconds(reader.work, max(1, count // runs)))
        return Way("copy", count, flags.size, self.seconds(replace(reader.work, kind="gather"), count))

    def _partial(self, work: Work, count: int, size: int, runs: int) -> float:
        """Seconds of a sum in parts: what is added and what is not, joined; an addition a run; the slices they read."""
        joined = self.seconds(replace(work, kind="concat", operands=2 * runs + 1), size)
        added = self.seconds(replace(work, kind="pointwise", operands=2), max(1, count // runs))
        cut = self.seconds(replace(work, kind="view"), max(1, size // (2 * runs + 1)))
        return joined + runs * added + 3 * runs * cut

    def price(self, operation: Operation, kept: Mask) -> float:
        """Seconds of an operation at the channel counts that are kept."""
        work = operation.work
        inputs = work.inputs if operation.reads is None else int(kept[operation.reads].sum())
        outputs = work.outputs if operation.writes is None else int(kept[operation.writes].sum())
        if not inputs or not outputs:
            return 0.0
        if work.kind == "depthwise":
            return self._seconds(replace(work, inputs=1, outputs=outputs, groups=outputs))
        return self._seconds(replace(work, inputs=inputs, outputs=outputs))

    def seconds(self, work: Work, count: int) -> float:
        """Seconds of moving so many channels."""
        return self._seconds(replace(work, inputs=count, outputs=count))

    def _seconds(self, work: Work) -> float:
        if work not in self._prices:
            self._prices[work] = self.costs.seconds(work)
        return self._prices[work]


def check_layout(mode: str) -> None:
    """Raises a UserError for a layout mode that does not exist."""
    if mode not in MODES:
        raise UserError("unknown-option", f"there is no layout '{mode}'", hint=f"layouts: {', '.join(MODES)}")


def solve(model: Model, mode: str, simple: Mapping[str, Plan], *, seconds: float) -> Plan:
    """The plan of a mode for a channel group; of ``optimised`` the best that is found in about so many seconds.

    ``simple`` holds the plans of all other modes (``baselines``).
    """
    return simple[mode] if mode in simple else _Search(model, simple.values(), seconds).best()


def baselines(model: Model) -> dict[str, Plan]:
    """The plans of all modes but ``optimised``."""
    return {mode: baseline(model, mode) for mode in MODES[1:]}


def baseline(model: Model, mode: str) -> Plan:
    """One of the simple choices."""
    group, identity = model.group, range(model.group.size)
    if mode == "constrained":
        return model.plan(identity, dict.fromkeys(group.readers, UNION))
    if mode == "gather":
        return model.plan(identity, {r: COPY if r.kind == "layer" else UNION for r in group.readers})
    choices = {r: OWN if r.kind == "layer" else UNION for r in group.readers}
    family = _family(model, choices)
    order = [*identity] if group.fixed else upscale_order(family)
    orders = _meant(order if keeps_blocks(order, family) else [*identity], group)
    return min((model.plan(order, choices) for order in orders), key=_seconds)


def _meant(order: list[int], group: ChannelGroup) -> list[list[int]]:
    """The orders that an order may mean: that of the numbers stands for the one that values have, which may be another.

    Such is a concatenation of what is computed later and what is computed earlier. The reverse is as good.
    """
    moved = any((np.diff(reader.channels) < 0).any() for reader in group.readers)
    return [order, order[::-1]] if order == [*range(group.size)] and moved and not group.fixed else [order]


class _Search:
    """From every start, orders for it and then single changes of mind, until nothing pays or the time is up."""

    def __init__(self, model: Model, simple: Iterable[Plan], seconds: float) -> None:
        self.model = model
        self.simple = simple
        self.seconds = seconds
        self.deadline = time.monotonic() + seconds
        self._orders: dict[Family, list[list[int]]] = {}

    def best(self) -> Plan:
        model, starts = self.model, (("layer", "concat"), ("layer", "concat", "term"), KINDS)
        plans = []
        for own in starts:
            choices = {r: OWN if r.kind in own else UNION for r in model.group.readers}
            plans += [model.plan(order, choices) for order in self.orders(choices)]
        # The first of equals: a slice rather than a gather that costs the same.
        best, before = min([*plans, *self.simple], key=_seconds), np.inf
        while best.seconds < before and time.monotonic() < self.deadline:
            before, best = best.seconds, self._changed(best)
            best = min([best, *(model.plan(order, best.choices) for order in self.orders(best.choices))], key=_seconds)
        return best

    def _changed(self, best: Plan) -> Plan:
        """Every group of readers in turn does what is cheapest, given the others."""
        for readers in _groups(self.model.group):
            for choice in (UNION, OWN, AROUND):
                if time.monotonic() > self.deadline:
                    return best
                if any(best.choices[r] != choice for r in readers):
                    plan = self.model.plan(best.order, {**best.choices, **dict.fromkeys(readers, choice)})
                    best = min(best, plan, key=_seconds)
        return best

    def orders(self, choices: Choices) -> list[list[int]]:
        """Orders worth a try for the readers that take their own channels."""
        group = self.model.group
        if group.fixed is not None:
            return [[*range(group.size)]]
        family = _family(self.model, choices)
        if family not in self._orders:
            found = [[*range(group.size)], *_meant(best_order(family, seconds=self.seconds / 10), group)]
            if any(reader.kind == "concat" for reader in group.readers):
                found += _meant(fewest_runs(family, seconds=self.seconds / 10), group)
            self._orders[family] = [order for order in found if keeps_blocks(order, family)] or [found[0]]
        return self._orders[family]


def _seconds(plan: Plan) -> float:
    return plan.seconds


def _groups(group: ChannelGroup) -> list[list[Reader]]:
    """Readers that change their minds together: those of one concatenation, every other one by itself."""
    groups: dict[object, list[Reader]] = {}
    for reader in group.readers:
        first = next(iter(reader.node.users)) if reader.kind == "concat" else reader
        groups.setdefault(first, []).append(reader)
    return [*groups.values()]


def _family(model: Model, choices: Choices) -> Family:
    """The sets of channels that would like to lie side by side."""
    group, kept = model.group, model.kept.copy()
    model._spread(kept, choices)
    readers, within, prices = [], [], []
    for reader in group.readers:
        needed, held = kept[reader.narrow], kept[reader.wide]
        if choices[reader] != UNION and needed.any() and (needed != held).any():
            readers.append(frozenset(reader.channels[needed].tolist()))
            within.append(frozenset(reader.channels[held].tolist()))
            gather, view = (model.seconds(replace(reader.work, kind=k), int(needed.sum())) for k in ("gather", "view"))
            prices.append(max(0.0, gather - view))
    if not any(prices):
        prices = [float(len(reader)) for reader in readers]
    return Family(group.size, tuple(readers), tuple(prices), tuple(within), tuple(group.blocks))


def _joined(pairs: Iterable[tuple[Labels, Labels]]) -> tuple[Labels, Labels]:
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for a, b in pairs:
        left.append(a.ravel())
        right.append(b.ravel())
    return np.concatenate(left), np.concatenate(right)


def _around(flags: Mask) -> Mask:
    """The run from the first to the last that is set."""
    wide = flags.copy()
    found = np.flatnonzero(flags)
    if found.size:
        wide[found[0] : found[-1] + 1] = True
    return wide


def _filled(flags: Mask, multiple: int) -> Mask:
    """More set until their number is a multiple: behind the last one, before the first one, then in between."""
    missing = min(-int(flags.sum()) % multiple, int((~flags).sum()))
    if not missing or not flags.any():
        return flags
    found = np.flatnonzero(flags)
    behind, before = np.arange(found[-1] + 1, flags.size), np.arange(found[0] - 1, -1, -1)
    between = np.setdiff1d(np.flatnonzero(~flags), np.concatenate([behind, before]))
    filled = flags.copy()
    filled[np.concatenate([behind, before, between])[:missing]] = True
    return filled
