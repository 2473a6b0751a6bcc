"""Collecting: the statistics of every site that a walk comes by."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Literal

from torch import Tensor

from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer
from .gradients import KINDS
from .kinds import Seen, Statistic
from .owed import Ledger, is_narrow, ledger_of
from .residual import Residual
from .sites import Site
from .stacks import Stack
from .walk import Batch, Walk, evenly

# Rows of one batch that a layer's statistics are made of, at most: convolutions see thousands of overlapping patches.
MOST_ROWS = 8192


class TimeLeft:
    """How far a walk is, in words.

    Args:
        many: how many sites there are.
    """

    def __init__(self, many: int) -> None:
        self._many, self._done, self._start = many, 0, time.monotonic()

    def next(self) -> str:
        """To be asked at each site."""
        self._done += 1
        text = f"{self._done} of {self._many}"
        if self._done == 1:
            return text
        each = (time.monotonic() - self._start) / (self._done - 1)
        return f"{text}, about {each * (self._many - self._done + 1):.0f} s left"


@dataclass(frozen=True)
class Collector:
    """What is collected, and of which sites.

    Attributes:
        sites: in the order of the program.
        needs: the statistics.
        own: those that a walk over data does not tell, by site, for each of its matrices.
    """

    sites: Sequence[Site]
    needs: frozenset[type[Statistic]]
    own: Mapping[str, Sequence[Sequence[Statistic]]] = field(default_factory=dict)

    def each(
        self,
        program: Program,
        dense: Program,
        data: Sequence[Batch],
        say: Callable[[str], None],
        *,
        last: bool = False,
        done: Collection[str] = (),
    ) -> Iterator[tuple[Site, list[Seen]]]:
        """Every site with its statistics, as ``walk`` has them; without a walk where nobody asks for any.

        Args:
            program: that is pruned on the way; the dense one where nothing is.
            dense: as it was.
            data: to walk over.
            say: told of each site how far the walk is.
            last, done: see ``walk``.
        """
        if not self.looks:
            for site in self.sites:
                yield site, self.without_data(site)
            return
        then, left = Walk(dense, data), TimeLeft(len(self.sites))
        now = Walk(program, data) if program is not dense else then
        for site, seen in self.walk(now, then, last=last, done=done):
            say(f"{site.name}, {left.next()}")
            yield site, seen

    @property
    def looks(self) -> bool:
        """Whether anything is made of data."""
        return any(kind.of_data for kind in self.needs)

    def without_data(self, site: Site) -> list[Seen]:
        """What there is to know of a site where nobody asks for data."""
        return self._with_own(site, [Seen()] * site.layer.groups)

    def walk(
        self, now: Walk, then: Walk, *, last: bool = False, done: Collection[str] = ()
    ) -> Iterator[tuple[Site, list[Seen]]]:
        """Every site with its statistics, once what its first layer reads is known (or its last; tied ones add up).

        Args:
            now: of the program that is pruned on the way.
            then: of the dense one; the same where nothing is.
            last: whether a site is given with its last layer.
            done: names of sites of which nobody asks for statistics any more: theirs are empty.
        """
        at = {layer.start.name: (site, layer) for site in self.sites for layer in site.layers}
        shared: dict[str, dict[Hashable, _Sums]] = {}
        with now.begun(), then.begun() if then is not now else contextlib.nullcontext():
            for name in now.names():
                if name in at:
                    site, layer = at[name]
                    nothing = [Seen()] * layer.groups
                    seen = nothing if site.name in done else self._seen(site, layer, now, then, shared)
                    if layer is site.layers[-1 if last else 0]:
                        yield site, seen
                for gone in now.step(name):
                    shared.pop(gone, None)
                if then is not now:
                    then.step(name)

    def _seen(
        self, site: Site, layer: Layer, now: Walk, then: Walk, shared: dict[str, dict[Hashable, _Sums]]
    ) -> list[Seen]:
        """The statistics of a site, up to this layer of it; by value, and by what is made of it, they are shared."""
        tied = len(site.layers) > 1
        held = shared.setdefault(site.name if tied else layer.input.name, {})
        residual = None if tied or now is then or isinstance(layer, Stack) else Residual.of(layer)
        beside = None if residual is None else residual.owed(now, then)
        own = not tied and now is not then and (beside is not None or self._is_narrow(site))
        key = site.shape if tied else _geometry(layer, site, own)
        if tied or key not in held:
            if key not in held:
                held[key] = self._empty(site, then.program if now is not then else None, beside is not None)
            self._observe(held[key], site, layer, now, then, beside)
        return self._with_own(site, held[key].seen(site, then.program))

    @property
    def _debts(self) -> Literal["none", "sums", "all"]:
        """What has to be known of what is owed to outputs."""
        asked = {kind.debts for kind in self.needs}
        return "all" if "all" in asked else "sums" if "sums" in asked else "none"

    def _is_narrow(self, site: Site) -> bool:
        """Whether what its outputs are owed is rather computed for it alone."""
        return self._debts == "all" and is_narrow(*site.shape)

    def _empty(self, site: Site, dense: Program | None, beside: bool) -> _Sums:
        """Before any row.

        Args:
            site: of a weight.
            dense: the dense model, where the other is pruned already.
            beside: whether what outputs are added to lacks something.
        """
        kinds = [kind for kind in self.needs - KINDS if kind.of_data]
        seen = [Seen([kind(*site.shape) for kind in kinds]) for _ in range(site.layer.groups)]
        if dense is None or self._debts == "none":
            return _Sums(seen)
        sums = self._debts == "sums"
        return _Sums(seen, [ledger_of(x.values, sums=sums, beside=beside) for x in site.matrices(dense)])

    def _with_own(self, site: Site, seen: list[Seen]) -> list[Seen]:
        """What layers that read the same share, and what is each one's own."""
        own = self.own.get(site.name)
        return seen if own is None else [one.also(more) for one, more in zip(seen, own, strict=True)]

    def _observe(
        self, sums: _Sums, site: Site, layer: Layer, now: Walk, then: Walk, beside: Iterator[Tensor] | None
    ) -> None:
        """Let statistics see all batches of what a layer reads, and of what its outputs are added to lacks."""
        name = layer.input.name
        if isinstance(layer, Stack):  # which rows meet which matrix may differ in the dense model
            assert layer.picks is not None
            for value, picks in zip(now.values(name), now.values(layer.picks.name), strict=True):
                for seen, own in zip(sums.statistics, site.rows(layer, value, picks), strict=True):
                    some = evenly(own, MOST_ROWS)
                    seen.observe(some, some)
            return
        lacking: Iterator[Tensor | None] = repeat(None) if beside is None else beside
        every = zip(now.batches, now.values(name), then.values(name), lacking, strict=False)
        for batch, value, dense, lack in every:
            rows = [batch.rows(part, MOST_ROWS) for part in site.rows(layer, value)]
            twins = rows if dense is value else [batch.rows(part, MOST_ROWS) for part in site.rows(layer, dense)]
            lacks: list[Tensor | None] = [None] * len(rows)
            if lack is not None:
                lacks = [batch.rows(part, MOST_ROWS) for part in site.output_rows(layer, lack)]
            for seen, own, twin in zip(sums.statistics, rows, twins, strict=True):
                seen.observe(own, twin)
            for ledger, own, twin, what in zip(sums.ledgers, rows, twins, lacks, strict=False):
                ledger.observe(own, twin, what)


@dataclass(frozen=True)
class _Sums:
    """What is added up for the matrices of layers that read the same.

    Attributes:
        statistics: of each.
        ledgers: of what is owed to the outputs of each; none where nothing is, or nobody asks.
    """

    statistics: list[Seen]
    ledgers: Sequence[Ledger] = ()

    def seen(self, site: Site, dense: Program) -> list[Seen]:
        """The statistics for one of the layers."""
        if not self.ledgers:
            return self.statistics
        every = zip(self.statistics, self.ledgers, site.matrices(dense), strict=True)
        return [seen.owing(ledger.owed(matrix.values)) for seen, ledger, matrix in every]


def _geometry(layer: Layer, site: Site, own: bool) -> Hashable:
    """Layers for which this is the same have the same rows of one value, and as many outputs, in their statistics.

    Args:
        layer: that reads the value.
        site: of its weight.
        own: whether its statistics are no other's.
    """
    name = layer.node.name if own else ""
    held = layer.held.shape[2:]
    return name, layer.is_transposed, layer.groups, site.shape, held, layer.stride, layer.dilation, layer.padding
