"""Pruning of units: neurons, heads and channels go with all of their weights, and their readers make up for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.errors import UserError
from ...compiler.ir.channels import Mask
from ...compiler.ir.program import Program
from ..base import Context
from .budget import Budget, Macs
from .collect import Collector
from .fairness import OfUnits
from .kinds import Candidate, Matrix, Seen, Touched
from .outcome import Gone, Outcome, Pruned
from .sites import Site
from .ties import Tie, ties_of
from .units import Axis, found_axes, gone, unit_axes, widths_of, zero_dead

if TYPE_CHECKING:
    from .prune import Prune

# Steps in which a share is looked for that meets a budget: the last one changes it by less than a hundredth.
STEPS = 8

STAYED = "something else needs them: it is not proved that they are zero without what reads or writes them"

Chosen = Mapping[str, Tensor]
"""For each axis of units, by name, which of them go: bool."""


class WholeUnits:
    """One run over a program.

    Args:
        item: what is wanted.
        program: what is pruned.
        sites: its weights that may be.
        ctx: of the pass.
    """

    def __init__(self, item: Prune, program: Program, sites: Sequence[Site], ctx: Context) -> None:
        self._item, self._program, self._ctx = item, program, ctx
        axes = found_axes(program, ctx)
        self._axes, self.refused = unit_axes(program, axes, sites, item.units)
        if not self._axes:
            kinds = " or ".join(item.units)
            raise UserError(
                "bad-option",
                f"the model has no {kinds} that may go",
                note="; ".join(f"{name}: {why}" for name, why in self.refused.items()) or None,
                hint="sparsec.explain(model, inputs) lists the kinds of channels that it has",
            )
        self._ties: list[Tie] | None = None  # not looked for yet
        self._wanted: Chosen = {}  # what was last asked to go, of which some may stay
        names = {site.name for axis in self._axes for site in axis.sites}
        self._sites = [site for site in sites if site.name in names]
        self._collector = Collector(self._sites, item.needs, item.own_statistics(program, self._sites, ctx))
        budget: Budget = item.budget or Macs(1.0)
        self._widths = widths_of(program, axes, lambda layer, rows, columns: budget.at(layer, ctx, rows, columns))
        self._ids = len(axes.ids) + 1
        self._whole = self._widths.cost(np.zeros(self._ids, dtype=np.bool_))

    def run(self) -> Pruned:
        """Zero the units of least importance, and what only they need."""
        item, dense = self._item, self._program.copy()
        scores = self._scores(dense)
        levels, chosen, dead = self._chosen(scores)
        outcomes, kept = self._update(chosen, levels, dense)
        zero_dead(self._program, self._ctx, kept)
        units = [
            Gone(x.name, x.kind, sum(map(len, x.members)), x.of(chosen[x.name]), levels[x.name]) for x in self._axes
        ]
        left = self._widths.cost(dead) / self._whole if item.budget else None
        stay = {x.name: STAYED for x in self._axes if self._wanted[x.name].any() and not chosen[x.name].any()}
        return Pruned(tuple(outcomes), tuple(units), kept, self.refused | stay, left)

    # ------------------------------------------------------------ which ones

    def _scores(self, dense: Program) -> dict[str, Tensor]:
        """One number a unit, by axis: of all its readers together."""
        told = self._item.journal.told("scores")
        if told is not None:
            return dict(told)
        data, say = self._item.data, self._ctx.say
        if isinstance(self._item.importance, OfUnits):
            found = self._item.importance.judge(dense, self._axes, data, say)
            self._item.journal.note("scores", found)
            return found
        found = {axis.name: torch.zeros(len(axis), dtype=torch.float64) for axis in self._axes}
        powers = torch.zeros(self._ids, dtype=torch.float64)
        each = self._collector.each(dense, dense, data, lambda at: say(f"looking at what reads units: {at}"), last=True)
        for site, seen in each:
            self._add_scores(site, seen, found)
            self._add_powers(site, seen, powers)
        for axis in self._axes:
            if axis.times is not None:
                found[axis.name] = (powers[axis.ids] * powers[axis.times]).sum(dim=1)
        self._item.journal.note("scores", found)
        return found

    def _add_scores(self, site: Site, seen: Sequence[Seen], found: dict[str, Tensor]) -> None:
        matrices = site.matrices(self._program)
        of_columns: Tensor | None = None
        for axis in self._axes:
            for reader in axis.readers:
                if reader.layer.node is not site.layer.node:
                    continue
                if len(matrices) == 1:
                    score = self._item.importance.score_columns(matrices[0], seen[0], reader.columns)
                else:
                    if of_columns is None:
                        each = [self._item.importance.score(m, s) for m, s in zip(matrices, seen, strict=True)]
                        of_columns = torch.cat([one.sum(dim=0) for one in each])
                    score = of_columns[reader.columns].sum(dim=1)
                found[axis.name] += score.double()

    def _add_powers(self, site: Site, seen: Sequence[Seen], powers: Tensor) -> None:
        """What rows score, by the channel id that they write: what is multiplied matters as both factors do."""
        writers = [one for axis in self._axes for one in axis.writers if one.layer.node is site.layer.node]
        if writers:
            pairs = zip(site.matrices(self._program), seen, strict=True)
            rows = torch.cat([self._item.importance.score_rows(m, s).double() for m, s in pairs])
            powers.index_add_(0, torch.from_numpy(writers[0].labels.astype(np.int64)), rows)

    def _chosen(self, scores: dict[str, Tensor]) -> tuple[Mapping[str, float], dict[str, Tensor], Mask]:
        """The share of each axis that goes, which units those are, and which channel ids are dead then."""
        budget = self._item.budget
        if budget is None:
            return self._at(scores, self._item.share)
        low, high, best = 0.0, 1.0, None
        for _ in range(STEPS):
            share = (low + high) / 2
            found = self._at(scores, share)
            if self._widths.cost(found[2]) <= budget.share * self._whole:
                best, high = found, share
            else:
                low = share
        if best is None:
            raise UserError("bad-option", f"{budget} cannot be met: too little of the model may be pruned")
        return best

    def _at(self, scores: dict[str, Tensor], share: float) -> tuple[Mapping[str, float], dict[str, Tensor], Mask]:
        """The same for a share of all. What turns out to be tied is scored together from then on."""
        levels, wanted = self._lowest_of(scores, share)
        self._wanted = wanted
        chosen, dead = self._settled(wanted)
        stayed = [axis for axis in self._axes if bool((chosen[axis.name] != wanted[axis.name]).any())]
        if len(stayed) > 1 and self._ties is None:
            self._ties = ties_of(stayed, self._trial)
            for tie in self._ties:
                tie.together(scores)
            if self._ties:
                return self._at(scores, share)
        return levels, chosen, dead

    def _candidates(self, scores: Mapping[str, Tensor]) -> list[Candidate]:
        """What an allocation sees of each axis."""
        nothing = np.zeros(self._ids, dtype=np.bool_)
        candidates = []
        for axis in self._axes:
            alone = nothing.copy()
            alone[axis.ids.reshape(-1)] = True
            cost = self._whole - self._widths.cost(alone)
            site = axis.sites[0]
            weight = site.matrices(self._program)[0]
            touched = self._touched(alone) if self._item.allocation.of_layers else ()
            group = f"{axis.kind} {site.layer.likeness}"
            own = scores[axis.name][None]
            candidates.append(Candidate(axis.name, weight, Seen(), own, cost, group=group, touched=touched))
        return candidates

    def _touched(self, ids: Mask) -> list[Touched]:
        """The layers that write or read some channel ids, as if their weights were to go by magnitude."""
        found = []
        for layer, outputs, inputs in self._widths.touched(ids):
            weight = Matrix(layer.node.name, layer.held.flatten(1).float())
            cost = float(layer.held.numel())
            one = Candidate(weight.name, weight, Seen(), weight.values.abs(), cost, group=layer.likeness)
            found.append(Touched(one, outputs, inputs))
        return found

    def _lowest_of(self, scores: Mapping[str, Tensor], share: float) -> tuple[dict[str, float], dict[str, Tensor]]:
        """The share of each axis that goes, and which units those would be."""
        levels = dict(self._item.allocation.levels(self._candidates(scores), share))
        for tie in self._ties or ():
            tie.level(levels)
        return levels, {axis.name: self._lowest(scores[axis.name], levels[axis.name], axis) for axis in self._axes}

    def _lowest(self, scores: Tensor, level: float, axis: Axis) -> Tensor:
        """Which units go: those of the lowest scores, of each part alike. Some stay, as many as the target likes."""
        multiple = self._ctx.target.multiple if axis.kind in ("neuron", "channel") else 1
        goes = torch.zeros(len(axis), dtype=torch.bool)
        for part in axis.parts.unique():
            own = torch.nonzero(axis.parts == part).flatten()
            stays = round(len(own) * (1.0 - level) / multiple) * multiple
            stays = min(len(own), max(multiple, stays))
            goes[own[torch.argsort(scores[own], stable=True)[: len(own) - stays]]] = True
        return goes

    def _trial(self, chosen: Chosen) -> Mask:
        """The channel ids that are dead once some units are gone."""
        nothing = {axis.name: torch.zeros(len(axis), dtype=torch.bool) for axis in self._axes}
        trial, kept = self._program.copy(), self._kept({**nothing, **chosen})
        for site in self._sites:
            if not all(bool(one.all()) for one in kept[site.name]):
                site.hold(trial, list(map(_zeroed, site.matrices(trial), kept[site.name])))
        return gone(trial, self._ctx)

    def _settled(self, chosen: dict[str, Tensor]) -> tuple[dict[str, Tensor], Mask]:
        """Of these units those that are dead once nobody reads them through a weight, and all that is dead with them.

        Others stay: channels that a product or a sum keeps beside them, say.
        """
        dead = self._trial(chosen)
        really = {x.name: chosen[x.name] & torch.from_numpy(dead[x.ids].all(axis=1)) for x in self._axes}
        if all(bool((really[name] == goes).all()) for name, goes in chosen.items()):
            return chosen, dead
        return really, self._trial(really)

    # ------------------------------------------------------------ what they leave behind

    def _kept(self, chosen: Chosen) -> dict[str, list[Tensor]]:
        """What stays of each site's matrices, (outputs, inputs) of bool for each."""
        columns: dict[str, Tensor] = {}
        rows: dict[str, Tensor] = {}
        for site in self._sites:
            outputs, inputs = site.shape
            columns[site.name] = torch.ones(site.layer.groups * inputs, dtype=torch.bool)
            rows[site.name] = torch.ones(site.layer.groups * outputs, dtype=torch.bool)
        for axis in self._axes:
            for reader in axis.readers:
                columns[reader.site.name][reader.columns[chosen[axis.name]].reshape(-1)] = False
            for writer in axis.writers:
                rows[writer.site.name] &= ~axis.rows_gone(writer, chosen[axis.name])
        found = {}
        for site in self._sites:
            shape = (site.layer.groups, *site.shape)
            across = columns[site.name].reshape(shape[0], 1, shape[2]) & rows[site.name].reshape(shape[0], shape[1], 1)
            found[site.name] = [*across.expand(shape)]
        return found

    def _update(
        self, chosen: dict[str, Tensor], levels: Mapping[str, float], dense: Program
    ) -> tuple[list[Outcome], dict[str, Tensor]]:
        """Zero the columns and let the others make up for them, layer by layer."""
        item, outcomes, kept = self._item, list[Outcome](), dict[str, Tensor]()
        done = item.journal.done(self._sites)
        asked = {site.name: levels[axis.name] for axis in self._axes for site in axis.sites}
        judged, say = self._program if item.sequential else dense, self._ctx.say
        looks = "pruning what reads units: "
        for site, seen in self._collector.each(judged, dense, item.data, lambda at: say(looks + at), done=done):
            if site.name in done:
                outcomes.append(self._recall(site, chosen))
                self._note(site, self._kept(chosen)[site.name], kept)
                continue
            matrices = site.matrices(self._program)
            self._choose_again(site, matrices, seen, chosen)
            stays = self._kept(chosen)[site.name]
            if all(bool(one.all()) for one in stays):
                parts = matrices
            else:
                parts = [self._made_up_for(m, k, s) for m, k, s in zip(matrices, stays, seen, strict=True)]
                site.hold(self._program, parts)
            self._note(site, stays, kept)
            shape = (site.layer.groups, *site.shape)
            outcomes.append(Outcome.of(shape, asked[site.name], matrices, stays, parts, seen))
            here = {axis.name: chosen[axis.name] for axis in self._read_by(site)}
            item.journal.note_site(site, site.held(self._program), chosen=here, outcome=vars(outcomes[-1]))
        return outcomes, kept

    def _note(self, site: Site, stays: Sequence[Tensor], kept: dict[str, Tensor]) -> None:
        """Tell what stays of a weight, and of its bias if outputs are gone."""
        kept[str(site.layer.weight.target)] = site.in_place(stays)
        rows, bias = torch.cat([one.any(dim=1) for one in stays]), site.layer.bias
        if not bool(rows.all()) and isinstance(bias, fx.Node):
            kept[str(bias.target)] = rows

    def _made_up_for(self, matrix: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        """A matrix without some columns and rows: the others make up for columns, and nobody for rows."""
        rows = kept.any(dim=1)
        if bool(kept[rows].all()):
            return _zeroed(matrix, kept)
        return _zeroed(self._item.compensation.update(matrix, kept, seen), kept)

    def _recall(self, site: Site, chosen: dict[str, Tensor]) -> Outcome:
        """Do what an earlier run did to a site."""
        told = self._item.journal.recall(site, self._program)
        chosen.update(told["chosen"])
        return Outcome(**told["outcome"])

    def _read_by(self, site: Site) -> list[Axis]:
        return [axis for axis in self._axes if any(reader.site is site for reader in axis.readers)]

    def _choose_again(
        self, site: Site, matrices: Sequence[Matrix], seen: Sequence[Seen], chosen: dict[str, Tensor]
    ) -> None:
        """As many units as before, now that it is known what their only reader sees of the pruned layers before it."""
        here = self._read_by(site)
        tied = {axis.name for tie in self._ties or () for axis, _ in tie.members}
        if isinstance(self._item.importance, OfUnits) or any(axis.name in tied for axis in here):
            return
        if len(here) != 1 or len(matrices) > 1 or len(here[0].readers) > 1 or not chosen[here[0].name].any():
            return
        (axis,), (reader,) = here, here[0].readers
        goes = torch.zeros(len(axis), dtype=torch.bool)
        for part in axis.parts.unique():
            own = torch.nonzero(axis.parts == part).flatten()
            count, columns = int(chosen[axis.name][own].sum()), reader.columns[own]
            goes[own] = self._item.importance.choose_columns(matrices[0], seen[0], columns, count)
        chosen[axis.name] = goes


def _zeroed(matrix: Matrix, kept: Tensor) -> Matrix:
    """A matrix with zeros where nothing is kept, and in the bias of outputs of which nothing is."""
    bias = None if matrix.bias is None else torch.where(kept.any(dim=1), matrix.bias, 0.0)
    return matrix.but(matrix.values * kept, bias)
