"""Pruning of single weights and blocks of them, layer by layer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer, layers_of
from ..base import Context
from .allocation.one_share import between, in_whole_layers
from .collect import Collector, TimeLeft
from .compensation.none import Nothing
from .kinds import Candidate, Matrix, Seen, Solver
from .outcome import Outcome, Pruned, relative_errors
from .patterns.tiles import tile_means
from .sites import Site
from .walk import Batch, Walk

if TYPE_CHECKING:
    from .prune import Prune

# Samples on which sensitivities are measured: the model runs on them for every layer and share of zeros.
FEW_SAMPLES = 16
# Shares of zeros at which a layer is priced, where the price does not follow from them; kernels begin to pay somewhere.
PRICED = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


class Weights:
    """One run over a program.

    Args:
        item: what is wanted.
        program: what is pruned.
        sites: its weights that may be.
        ctx: of the pass.
    """

    def __init__(self, item: Prune, program: Program, sites: Sequence[Site], ctx: Context) -> None:
        self._item, self._program, self._sites, self._ctx = item, program, sites, ctx
        self._outcomes: dict[str, Outcome] = {}
        self._refused: dict[str, str] = {}
        self._kept: dict[str, Tensor] = {}
        self._asked: Mapping[str, float] = {}  # before layers were chosen that meet it together
        self._collector = Collector(sites, item.needs, item.own_statistics(program, sites, ctx))

    def run(self) -> Pruned:
        """Prune all sites."""
        item, dense = self._item, self._program.copy()
        done = item.journal.done(self._sites)
        levels, held = self._levels(dense, done)
        judged, say = self._program if item.sequential else dense, self._ctx.say
        for site, seen in self._collector.each(judged, dense, item.data, lambda at: say(f"pruning {at}"), done=done):
            if site.name in done:
                self._recall(site)
            else:
                self._prune(site, levels[site.name], held.get(site.name, seen))
        return Pruned(tuple(self._outcomes.values()), kept=self._kept, refused=self._refused, left=self._left())

    # ------------------------------------------------------------ how much goes where

    def _levels(self, dense: Program, done: Collection[str]) -> tuple[Mapping[str, float], dict[str, list[Seen]]]:
        """The share of each site that goes; and the statistics of tied ones, from all of their layers."""
        item, share = self._item, self._share()
        tied = {x.name for x in self._sites if len(x.layers) > 1 and self._collector.looks} - {*done}
        told, only = item.journal.told("levels"), item.pattern.share
        if told is not None:
            self._asked = item.journal.told("asked") or told
            return told, self._candidates(dense, tied, share, looks=False)[1] if tied else {}
        if item.allocation.looks or self._priced:
            candidates, held = self._candidates(dense, tied, share, looks=True)
            asked = item.allocation.levels(candidates, share)
        else:
            asked = item.allocation.levels(self._names(), share)
            for level in asked.values():
                item.pattern.check(level, at_most=True)
            looks = between(asked.values(), only)
            candidates, held = self._candidates(dense, tied, share, looks) if looks or tied else ([], {})
        levels: Mapping[str, float] = asked
        if only is not None and not item.allocation.looks:
            levels = in_whole_layers(asked, candidates, only)
        self._asked = asked
        item.journal.note("asked", dict(asked))
        item.journal.note("levels", dict(levels))
        return levels, held

    def _share(self) -> float:
        """The share of the sites' cost that goes."""
        budget = self._item.budget
        if budget is None:
            return self._item.share
        whole = budget.of_all(layers_of(self._program), self._ctx)
        share = (1.0 - budget.share) * whole / max(sum(map(self._cost, self._sites)), 1e-30)
        if share > 1.0:
            raise UserError(
                "bad-option",
                f"{budget} cannot be met: the layers that may be pruned are {1 / share:.0%} of what would have to go",
                hint="keep fewer layers, or ask for less",
            )
        return share

    def _cost(self, site: Site) -> float:
        budget = self._item.budget
        return float(budget.of_all(site.layers, self._ctx) if budget else site.size)

    @property
    def _priced(self) -> bool:
        """Whether what a layer costs has to be asked for each share of zeros."""
        return self._item.budget is not None and not self._item.budget.linear

    def _prices(self, site: Site, scores: Sequence[Tensor]) -> dict[float, float]:
        """What of a site's cost is left at some shares of zeros."""
        budget, item = self._item.budget, self._item
        if budget is None or budget.linear:
            return {}
        only, lowest, found = item.pattern.share, 1.0, {}
        whole = self._cost(site)
        for level in PRICED if only is None else (only,):
            stays = site.in_place([item.pattern.mask(one, level, item.importance.by_row) for one in scores])
            held = torch.where(stays, site.layer.held, 0.0)
            lowest = min(lowest, budget.with_zeros(site.layers, held, self._ctx) / whole)
            found[level] = lowest
        return found

    def _left(self) -> float | None:
        """What is left of the budget's currency, as a share."""
        budget = self._item.budget
        if budget is None:
            return None
        by_weight: dict[str, list[Layer]] = {}
        for layer in layers_of(self._program):
            by_weight.setdefault(str(layer.weight.target), []).append(layer)
        left = sum(budget.with_zeros(layers, layers[0].held, self._ctx) for layers in by_weight.values())
        return float(left / budget.of_all(layers_of(self._program), self._ctx))

    def _candidates(
        self, dense: Program, tied: set[str], share: float, looks: bool
    ) -> tuple[list[Candidate], dict[str, list[Seen]]]:
        """What an allocation sees of each site, if it looks; and the statistics of tied ones, from all their layers."""
        found: dict[str, Candidate] = {}
        held: dict[str, list[Seen]] = {}
        measured = self._item.measured and self._item.allocation.looks and looks
        if not self._collector.looks and not measured:
            every = [self._candidate(site, self._collector.without_data(site), share) for site in self._sites]
            return every, held
        for site, seen, errors in self._curves(dense, self._tried(share) if measured else ()):
            if site.name in tied:
                held[site.name] = seen
            if looks:
                found[site.name] = self._candidate(site, seen, share, errors if measured else None)
        return [found[site.name] for site in self._sites if site.name in found], held

    def _names(self) -> list[Candidate]:
        """The sites, for an allocation that looks at nothing else of them."""
        nothing = torch.empty(0, 0)
        return [Candidate(x.name, Matrix(x.name, nothing), Seen(), nothing, self._cost(x)) for x in self._sites]

    def curves(self, levels: Sequence[float]) -> Iterator[tuple[Site, dict[float, float]]]:
        """What the model's outputs lose if one site alone has some shares of zeros, over their squares, site by site.

        The program stays as it is.

        Args:
            levels: the shares of zeros.
        """
        for site, _, losses in self._curves(self._program.copy(), levels):
            yield site, losses

    def _curves(self, dense: Program, levels: Sequence[float]) -> Iterator[tuple[Site, list[Seen], dict[float, float]]]:
        """Every site with its statistics, and what is lost; a few batches are looked at for that."""
        walk, few = Walk(dense, self._item.data), few_of(self._item.data)
        answers = [dense.run(batch.inputs) for batch in few] if levels else []
        left = TimeLeft(len(self._sites))
        for site, seen in self._collector.walk(walk, walk, last=True):
            self._ctx.say(f"looking at {site.name}, {left.next()}")
            yield site, seen, self._measured(site, seen, levels, dense, walk, answers)

    def _candidate(
        self, site: Site, seen: Sequence[Seen], share: float, errors: Mapping[float, float] | None = None
    ) -> Candidate:
        matrices = site.matrices(self._program)
        each = [self._item.importance.score(m, s) for m, s in zip(matrices, seen, strict=True)]
        whole = Matrix(site.name, torch.cat([matrix.values for matrix in matrices]))
        errors = self._errors(matrices, seen, share) if errors is None else errors
        return Candidate(
            site.name,
            whole,
            Seen(),
            torch.cat([self._compared(m, s, x) for m, s, x in zip(matrices, seen, each, strict=True)]),
            self._cost(site),
            errors,
            self._prices(site, each),
            site.layer.likeness,
        )

    def _compared(self, matrix: Matrix, seen: Seen, scores: Tensor) -> Tensor:
        """What an allocation compares: the importance's scores, or its own of what goes together."""
        own = self._item.allocation.scores(matrix, seen)
        return scores if own is None else tile_means(own, *self._item.pattern.tile(*own.shape))

    def _errors(self, matrices: Sequence[Matrix], seen: Sequence[Seen], share: float) -> Mapping[float, float]:
        """What the layer's outputs lose at the levels that the allocation asks about, over their squares."""
        errors = {}
        for level in self._tried(share):
            parts = [self._pruned(m, s, level)[1] for m, s in zip(matrices, seen, strict=True)]
            errors[level] = _lost(matrices, parts, seen)
        return errors

    def _measured(
        self,
        site: Site,
        seen: Sequence[Seen],
        levels: Sequence[float],
        dense: Program,
        walk: Walk,
        answers: Sequence[list[Any]],
    ) -> dict[float, float]:
        """What the model's outputs lose if this layer alone is pruned."""
        matrices, errors = site.matrices(dense), {}
        for level in levels:
            site.hold(dense, [self._pruned(m, s, level)[1] for m, s in zip(matrices, seen, strict=True)])
            if len(site.layers) == 1:
                found = walk.finish(site.layer.node.name, len(answers))
            else:  # the walk is past the first of them
                found = [dense.run(batch.inputs) for batch in few_of(walk.batches)]
            errors[level] = sum(map(divergence, answers, found)) / len(answers)
        site.hold(dense, matrices)
        return errors

    def _tried(self, share: float) -> Sequence[float]:
        """The shares of zeros that the allocation asks about and the pattern can have."""
        only, allocation = self._item.pattern.share, self._item.allocation
        wanted = allocation.tried(share)
        return [0.0, only] if only is not None and (wanted or not allocation.looks) else wanted

    # ------------------------------------------------------------ layer by layer

    def _prune(self, site: Site, level: float, seen: Sequence[Seen]) -> None:
        """Put zeros into a site."""
        matrices = site.matrices(self._program)
        done = [self._pruned(matrix, one, level) for matrix, one in zip(matrices, seen, strict=True)]
        kept, parts = [one for one, _ in done], [part for _, part in done]
        if level > 0.0:
            site.hold(self._program, parts)
            if all(bool(one.all()) for one in kept) and self._all_infinite(matrices, seen):
                self._refused[site.name] = "its scores are infinite, so that all of it has to stay"
        self._kept[str(site.layer.weight.target)] = site.in_place(kept)
        shape = (site.layer.groups, *site.shape)
        self._outcomes[site.name] = Outcome.of(shape, self._asked[site.name], matrices, kept, parts, seen)
        held = site.held(self._program) if level > 0.0 else {}
        mask, outcome = self._kept[str(site.layer.weight.target)], vars(self._outcomes[site.name])
        self._item.journal.note_site(site, held, kept=mask, outcome=outcome)

    def _all_infinite(self, matrices: Sequence[Matrix], seen: Sequence[Seen]) -> bool:
        score = self._item.importance.score
        return all(bool(score(m, s).isinf().all()) for m, s in zip(matrices, seen, strict=True))

    def _recall(self, site: Site) -> None:
        """Do what an earlier run did to a site."""
        told = self._item.journal.recall(site, self._program)
        self._kept[str(site.layer.weight.target)] = told["kept"]
        self._outcomes[site.name] = Outcome(**told["outcome"])

    def _pruned(self, matrix: Matrix, seen: Seen, level: float) -> tuple[Tensor, Matrix]:
        """What stays of a matrix, and what it becomes."""
        item = self._item
        if level == 0.0:
            return torch.ones_like(matrix.values, dtype=torch.bool), matrix
        if isinstance(item.importance, Solver):
            kept, solved = item.importance.solve(matrix, item.pattern, level, seen)
            if isinstance(item.compensation, Nothing):
                return kept, solved
        else:
            scores = item.importance.score(matrix, seen)
            kept = item.pattern.mask(scores, level, item.importance.by_row)
        return kept, item.compensation.update(matrix, kept, seen)


def few_of(batches: Sequence[Batch]) -> Sequence[Batch]:
    """Some of the batches, to run a model on many times."""
    count, taken = 0, 0
    for batch in batches:
        if taken and count >= FEW_SAMPLES:
            break
        count += batch.samples
        taken += 1
    return batches[:taken]


def divergence(dense: Sequence[Any], pruned: Sequence[Any]) -> float:
    """The squared error of a model's outputs over their squares, the mean of all outputs of floating point."""
    errors = []
    for before, after in zip(dense, pruned, strict=False):
        if isinstance(before, Tensor) and before.is_floating_point():
            error, whole = (after - before).double().square().sum(), before.double().square().sum()
            errors.append(float(error / whole.clamp(min=torch.finfo(torch.float64).tiny)))
    return sum(errors) / max(1, len(errors))


def _lost(before: Sequence[Matrix], after: Sequence[Matrix], seen: Sequence[Seen]) -> float:
    """The squared error of a layer's outputs over their squares; of its weights where no data say what it reads."""
    found = relative_errors(before, [after], seen)[0]
    if found is not None:
        return found
    squares = [float(matrix.values.double().square().sum()) for matrix in before]
    errors = [float((old.values - new.values).double().square().sum()) for old, new in zip(before, after, strict=True)]
    return sum(errors) / max(sum(squares), 1e-300)
