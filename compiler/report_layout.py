"""What was chosen about the order of channels: for every segment who reads what, how, and at which price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from torch import fx

from ..passes.analysis.layouts import Chosen, LayoutFacts
from ..passes.base import Pass
from ..passes.layout.problem import Reader, Segment
from ..passes.layout.solve import AROUND, MODES, UNION, Plan
from ..passes.rules.contraction import Contraction
from ..passes.rules.conversion import runs_of
from ..passes.rules.table import rule_of
from .ir.program import Program, module_path

Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ReaderRow:
    """One reader of a value, or several that need the same channels; or a term of a sum that has only some of them.

    Attributes:
        names: who reads, in the model's words.
        needs, takes, held: how many channels it needs, takes, and the value holds.
        how: "whole" (it takes all), "view" (a slice), "pieces" (slices that are concatenated anyway) or "copy"; or
            "partial" for a term of a sum that is added where it is not zero.
        microseconds: what that costs by the cost model.
        runs: where what it takes lies in the segment's order, as (start, stop). One slice may have several: a value
            need not hold all channels of its segment.
        why: why it does not take what it needs as one slice, where it does not.
        holds: where the channels of the value lie, like ``runs``.
    """

    names: tuple[str, ...]
    needs: int
    takes: int
    held: int
    how: str
    microseconds: float
    runs: Runs
    why: str | None = None
    holds: Runs = ()

    @property
    def converted(self) -> bool:
        """Whether it takes less than the value holds."""
        return self.how != "whole"

    @property
    def parts(self) -> int:
        """In how many runs what it takes lies in the value, which need not hold what lies between ``runs``."""
        gaps = [(before[1], after[0]) for before, after in pairwise(self.runs)]
        return 1 + sum(any(a < stop and start < b for a, b in self.holds) for start, stop in gaps)


@dataclass(frozen=True)
class SegmentRows:
    """Channels that share one order, and their readers.

    Attributes:
        name: the first module that writes to it.
        channels: how many channels.
        order: the channels in their new order, numbered as the model has them without those that were removed.
        fixed: why the order cannot change; None if it can.
        readers: everybody who could take fewer channels than the value holds.
        microseconds: cost by the model of the plan ("chosen") and of the simple plans that it was compared with.
        site: name of the first value that somebody reads in part.
    """

    name: str
    channels: int
    order: tuple[int, ...]
    fixed: str | None
    readers: tuple[ReaderRow, ...]
    microseconds: dict[str, float]
    site: str = ""

    @property
    def copies(self) -> int:
        """Gathers that are left."""
        return sum(row.how == "copy" for row in self.readers)

    @property
    def avoided(self) -> int:
        """Readers, and terms of sums, that have their own channels without a copy."""
        return sum(row.how in ("view", "pieces", "partial") for row in self.readers)

    @property
    def conversions(self) -> int:
        """Readers, and terms of sums, that have their own channels."""
        return self.copies + self.avoided

    @property
    def saved(self) -> float:
        """Microseconds, by the model, against readers that share all channels."""
        return self.microseconds["constrained"] - self.microseconds["chosen"]

    def foremost(self, limit: int | None) -> list[ReaderRow]:
        """At most so many readers: those that take less than the value holds, and if they fit, those that could."""
        worth = [row for row in self.readers if row.converted or row.needs < row.held]
        if limit is not None and len(worth) > limit:
            worth = [row for row in worth if row.converted]
        return worth[:limit]

    def others(self, shown: Sequence[ReaderRow]) -> str:
        """The readers that are not shown: ``10 that need all, 1 that takes all and needs less``."""
        hidden = [row for row in self.readers if not any(row is other for other in shown)]
        converted, content = sum(row.converted for row in hidden), sum(row.needs == row.held for row in hidden)
        found = {"take~ less": converted, "need~ all": content}
        found["take~ all and need~ less"] = len(hidden) - converted - content
        words = (f"{number} that {what}".replace("~", "s" * (number == 1)) for what, number in found.items() if number)
        return ", ".join(words)


@dataclass
class LayoutReport:
    """All segments, and whether the plan was kept.

    Attributes:
        mode: see ``sparsec.passes.analysis.layouts.Layouts``.
        costs: where the prices come from.
        estimated: whether they are estimates of what this machine could measure.
        kept: whether it won the race against readers that share all channels.
        gain: how many times faster it was measured to be than those; None where there was nothing to measure.
    """

    mode: str
    costs: str
    segments: list[SegmentRows] = field(default_factory=list)
    kept: bool = True
    gain: float | None = None
    estimated: bool = False

    @property
    def saved(self) -> float:
        """Microseconds that the plan saves by the cost model."""
        return sum(segment.saved for segment in self.segments)

    @property
    def conversions(self) -> int:
        """Readers, and terms of sums, that have their own channels by the plan."""
        return sum(segment.conversions for segment in self.segments)

    @property
    def by_saving(self) -> list[SegmentRows]:
        """The segments, those first that save most; those without a conversion last."""
        return sorted(self.segments, key=lambda rows: (not rows.conversions, -rows.saved))

    def counted(self) -> str:
        """``11 slices, 4 copies of 256 channels``."""
        rows = [row for segment in self.segments for row in segment.readers]
        slices, pieces, terms = (sum(row.how == how for row in rows) for how in ("view", "pieces", "partial"))
        copied = [row.takes for row in rows if row.how == "copy"]
        found = [_plural(slices, "slice", "slices"), _plural(pieces, "in pieces", "in pieces")]
        found.append(_plural(terms, "sum in part", "sums in part"))
        if copied:
            found.append(f"{_plural(len(copied), 'copy', 'copies')} of {_plural(sum(copied), 'channel', 'channels')}")
        return ", ".join(filter(None, found))

    def total(self, target: str) -> str:
        """One sentence: how many conversions of which kind, and whether they stay; or why there are none."""
        if self.mode == "constrained":
            return "All readers share all channels, as was asked for (layout 'constrained')."
        if not self.segments:
            return "Layouts change nothing: all readers of a value need the same channels."
        if not self.conversions:
            return "Layouts change nothing: by the model, it is cheapest if readers take all that a value holds."
        number = _plural(self.conversions, "conversion", "conversions")
        measured = "" if self.gain is None else f", measured {self.gain:.2f}x on {target}"
        undone = f"undone{measured}" if measured else f"not tried, to save {self.saved:.1f} us by the model"
        outcome = f"kept{measured}" if self.kept else f"{undone}: all readers share all channels"
        return f"{number}: {self.counted()}; {outcome}."

    def prices(self, target: str) -> str:
        """Where the microseconds come from, and how to get better ones; nothing where there are none."""
        if not self.segments:
            return ""
        hint = f"; 'sparsec profile --target {target}' measures" if self.estimated else ""
        return f"Microseconds are those of the cost model ({self.costs}{hint})."

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain numbers, strings, lists and dicts; channels as ranges, both ends included."""
        data = asdict(self)
        del data["estimated"]  # what ``costs`` says in words
        for segment, rows in zip(self.segments, data["segments"], strict=True):
            rows |= {"order": ranges(segment.order), "copies": segment.copies, "avoided": segment.avoided}
            for reader, row in zip(segment.readers, rows["readers"], strict=True):
                row |= {"runs": _spans(reader.runs), "holds": _spans(reader.holds)}
        return data


def ranges(channels: Sequence[int], limit: int | None = None) -> str:
    """``0-15, 40, 22-31``: runs that ascend; at most ``limit`` of them, then how many more channels there are."""
    parts = runs_of(np.asarray(channels))
    spans = _spans(parts[:limit])
    more = sum(stop - start for start, stop in parts[len(parts[:limit]) :])
    return f"{spans}, ... and {more} more" if more else spans


def _spans(runs: Sequence[tuple[int, int]]) -> str:
    return ", ".join(str(start) if stop == start + 1 else f"{start}-{stop - 1}" for start, stop in runs)


def _plural(number: int, one: str, several: str) -> str:
    """``1 copy``, ``2 copies``; nothing for 0."""
    return f"{number} {one if number == 1 else several}" if number else ""


class LayoutWatcher:
    """Watches the passes, and notes what ``layouts`` has chosen."""

    def __init__(self, report: LayoutReport) -> None:
        self.report = report

    def before(self, program: Program, item: Pass, index: int) -> None:
        pass

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        facts = program.facts.get("layouts")
        if item.name() == "layouts" and isinstance(facts, LayoutFacts):
            self.report.segments = [_rows(chosen, self.report.mode) for chosen in facts.chosen]


def _rows(chosen: Chosen, mode: str) -> SegmentRows:
    segment, plan = chosen.segment, chosen.plan
    prices = {"chosen": plan.seconds, **chosen.alternatives}
    readers = sorted(segment.readers, key=lambda reader: min(reader.node.users))
    return SegmentRows(
        _writer(segment.first),
        segment.size,
        plan.order,
        segment.fixed,
        tuple(_row(reader, segment, plan, mode) for reader in readers),
        {name: seconds * 1e6 for name, seconds in prices.items()},
        segment.first.name,
    )


def _row(reader: Reader, segment: Segment, plan: Plan, mode: str) -> ReaderRow:
    way = plan.ways[reader]
    place = np.argsort(plan.order, kind="stable")
    taken, held = (np.sort(place[reader.channels[plan.kept[atoms]]]) for atoms in (reader.narrow, reader.wide))
    runs, holds = tuple(runs_of(taken)), tuple(runs_of(held))
    names = tuple(dict.fromkeys(_reader_name(user) for user in sorted(reader.node.users)))
    if reader.kind == "term":
        names = (f"{_writer(reader.node.all_input_nodes[0])} (term)",)
    why = _why(reader, segment, plan, mode)
    row = ReaderRow(names, reader.needs, way.channels, way.held, way.how, way.seconds * 1e6, runs, why, holds)
    side_by_side = way.how == "copy" and mode == "optimised" and row.parts == 1
    return replace(row, why="a slice would not cost less") if side_by_side else row


def _why(reader: Reader, segment: Segment, plan: Plan, mode: str) -> str | None:
    """Why a reader does not take exactly what it needs as one slice; None where it does, or needs everything."""
    way, choice = plan.ways[reader], plan.choices[reader]
    if way.how == "copy":
        return _why_copied(segment, mode)
    if reader.needs < way.channels and choice == UNION:
        simple = f"'{mode}' lets only layers have channels of their own"
        return simple if mode in MODES[1:] and reader.kind != "layer" else "leaving some out would cost more"
    if reader.needs < way.channels:
        return "those between make it one run" if choice == AROUND else "others, or the target's kernels, want more"
    return "the concatenation that reads it copies them anyway" if way.how == "pieces" else None


def _why_copied(segment: Segment, mode: str) -> str:
    if mode == "gather":
        return "'gather' copies always"
    if segment.fixed is not None:
        return f"the order cannot change: {segment.fixed}"
    if mode == "upscale":
        return "the heuristic does not bring its channels together"
    return "no order was found that costs less"


def _reader_name(node: fx.Node) -> str:
    """The layer that reads, through ops that pass channels on; or the op and the module that it is in."""
    for at in _followers(node):
        if isinstance(rule_of(at), Contraction):
            return module_path(at) or at.name
    path, op = module_path(node), str(node.target).split(".")[-2:][0]
    if not path or op.rstrip("_") in path.rpartition(".")[2]:
        return path or node.name
    return f"{path} ({op})"


def _followers(node: fx.Node) -> Iterator[fx.Node]:
    """Ops one behind the other, up to one that joins several values or has several readers."""
    while True:
        yield node
        joins = sum(value.op == "call_function" for value in node.all_input_nodes) > 1
        if joins or len(node.users) != 1:
            return
        node = next(iter(node.users))


def _writer(node: fx.Node) -> str:
    """The nearest named module behind a value."""
    while not module_path(node) and node.all_input_nodes:
        node = node.all_input_nodes[0]
    return module_path(node) or node.name
