"""What was chosen about the order of channels: for every channel group who reads what, how, and at which price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ...passes.rules.conversion import runs_of

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
        runs: where what it takes lies in the group's order, as (start, stop). One slice may have several: a value need
            not hold all channels of its group.
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
class GroupRows:
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
    """All channel groups, and whether the plan was kept.

    Attributes:
        mode: see ``sparsec.passes.analysis.layouts.Layouts``.
        costs: where the prices come from.
        estimated: whether they are estimates of what this machine could measure.
        kept: whether it won the race against readers that share all channels.
        gain: how many times faster it was measured to be than those; None where there was nothing to measure.
    """

    mode: str
    costs: str
    groups: list[GroupRows] = field(default_factory=list)
    kept: bool = True
    gain: float | None = None
    estimated: bool = False

    @property
    def saved(self) -> float:
        """Microseconds that the plan saves by the cost model."""
        return sum(group.saved for group in self.groups)

    @property
    def conversions(self) -> int:
        """Readers, and terms of sums, that have their own channels by the plan."""
        return sum(group.conversions for group in self.groups)

    @property
    def by_saving(self) -> list[GroupRows]:
        """The channel groups, those first that save most; those without a conversion last."""
        return sorted(self.groups, key=lambda rows: (not rows.conversions, -rows.saved))

    def counted(self) -> str:
        """``11 slices, 4 copies of 256 channels``."""
        rows = [row for group in self.groups for row in group.readers]
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
        if not self.groups:
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
        if not self.groups:
            return ""
        hint = f"; 'sparsec profile --target {target}' measures" if self.estimated else ""
        return f"Microseconds are those of the cost model ({self.costs}{hint})."

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain numbers, strings, lists and dicts; channels as ranges, both ends included."""
        data = asdict(self)
        for group, rows in zip(self.groups, data["groups"], strict=True):
            rows |= {"order": ranges(group.order), "copies": group.copies, "avoided": group.avoided}
            for reader, row in zip(group.readers, rows["readers"], strict=True):
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
