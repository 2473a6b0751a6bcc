"""Pruning of units: neurons, heads and channels go with all of their weights, and their readers make up for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.errors import UserError
from ...compiler.ir.channels import Mask
from ...compiler.ir.packing import zeros_tell
from ...compiler.ir.program import Program
from ..base import Context
from .budget import Budget, Macs
from .collect import Collector, TimeLeft
from .fairness import OfUnits
from .kinds import Candidate, Matrix, Seen, Touched
from .outcome import Gone, Outcome, Pruned, relative_errors, zeros_of
from .sites import COMPUTED, Site, computed_layers
from .ties import Tie, ties_of
from .units import (
    NUMBERED,
    STREAM,
    Axis,
    found_axes,
    gone,
    hold_tables,
    norms_alone,
    stays_of,
    unit_axes,
    widths_of,
    zero_dead,
    zeroed,
)
from .walk import Walk
from .weights import divergence, few_of

if TYPE_CHECKING:
    from .prune import Prune

# Steps in which a share is looked for that meets a budget: the last one changes it by less than a hundredth.
STEPS = 8

STAYED = "something else needs them: it is not proved that they are zero without what reads or writes them"

Chosen = Mapping[str, Tensor]
"""For each axis of units, by name, which of them go: bool."""
Losses = Mapping[str, Mapping[float, float]]
"""For each axis of units, by name, what is lost if it alone loses some shares of them."""


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
        self._removing = replace(ctx, speculation=norms_alone(program)) if STREAM in item.units else ctx
        axes = found_axes(program, self._removing)
        self._axes, self.refused = unit_axes(program, axes, sites, item.units)
        if not self._axes:
            kinds = " or ".join(item.units)
            reasons = self.refused | dict.fromkeys(computed_layers(program)[:1], COMPUTED)
            raise UserError(
                "bad-option",
                f"the model has no {kinds} that may go",
                note="; ".join(f"{name}: {why}" for name, why in reasons.items()) or None,
                hint="sparsec.explain(model, inputs) lists the kinds of channels that it has",
            )
        self._ties: list[Tie] | None = None  # not looked for yet
        self._wanted: Chosen = {}  # what was last asked to go, of which some may stay
        self._losses: Losses = {}
        self._beside: dict[str, float] = {}  # by axis: what goes in all, over what goes of readers and writers
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
        zero_dead(self._program, self._removing, kept)
        units = [
            Gone(x.name, x.kind, sum(map(len, x.members)), x.of(chosen[x.name]), levels[x.name]) for x in self._axes
        ]
        zeros = {x.name: zeros_of(one.values for one in x.matrices(self._program)) for x in self._sites}
        outcomes = [replace(one, zeros=zeros[one.name]) for one in outcomes]  # of their rows, too, which went just now
        left = self._widths.cost(dead) / self._whole if item.budget else None
        stay = {x.name: STAYED for x in self._axes if self._wanted[x.name].any() and not chosen[x.name].any()}
        found = {axis.kind for axis in self._axes}
        notes = tuple(f"The model has no {kind} that may go." for kind in item.units if kind not in found)
        return Pruned(tuple(outcomes), tuple(units), kept, self.refused | stay, left=left, notes=notes)

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
        for axis in self._axes:
            for reader in axis.readers:
                if reader.layer.node is site.layer.node:
                    for at, (matrix, one) in enumerate(zip(matrices, seen, strict=True)):
                        for units, columns in reader.within(at, site.shape[1]):
                            score = self._item.importance.score_columns(matrix, one, columns)
                            found[axis.name].index_add_(0, units, score.double())

    def _add_powers(self, site: Site, seen: Sequence[Seen], powers: Tensor) -> None:
        """What rows score, by the channel id that they write: what is multiplied matters as both factors do."""
        multiplied = [axis for axis in self._axes if axis.times is not None]
        writers = [one for axis in multiplied for one in axis.writers if one.layer.node is site.layer.node]
        if writers:
            pairs = zip(site.matrices(self._program), seen, strict=True)
            rows = torch.cat([self._item.importance.score_rows(m, s).double() for m, s in pairs])
            powers.index_add_(0, torch.from_numpy(writers[0].labels.astype(np.int64)), rows)

    def _chosen(self, scores: dict[str, Tensor]) -> tuple[Mapping[str, float], dict[str, Tensor], Mask]:
        """The share of each axis that goes, which units those are, and which channel ids are dead then."""
        self._losses = self._lost(scores)
        budget = self._item.budget
        if budget is None:
            return self._at(scores, self._item.share)
        low, high, best, refused, least = 0.0, 1.0, None, None, 1.0
        for _ in range(STEPS):
            share = (low + high) / 2
            try:
                found = self._at(scores, share)
            except UserError as error:  # an allocation that cannot go so far
                refused, high = error, share
                continue
            left = self._widths.cost(found[2]) / self._whole
            least = min(least, left)
            if left <= budget.share:
                best, high = found, share
            else:
                low = share
        if best is None:
            if refused is not None and not low:
                raise refused
            raise UserError(
                "bad-option",
                f"{budget} cannot be met: where nearly all goes that may, {least:.2%} of the model are left",
                hint="ask for no less, or let more go: other units=, a shorter keep=",
            )
        return best

    def _at(self, scores: dict[str, Tensor], share: float) -> tuple[Mapping[str, float], dict[str, Tensor], Mask]:
        """The same for a share of all. What turns out to be tied is scored together from then on."""
        levels, wanted = self._lowest_of(scores, share)
        self._wanted = wanted
        chosen, dead = self._settled(wanted)
        stayed = [axis for axis in self._axes if bool((chosen[axis.name] != wanted[axis.name]).any())]
        unasked = [axis for axis in self._axes if not bool(wanted[axis.name].any())]
        if stayed and len(stayed + unasked) > 1 and self._ties is None:
            self._ties = ties_of(stayed + unasked, self._trial)
            for tie in self._ties:
                tie.together(scores)
            if self._ties:
                self._losses = self._lost(scores)
                return self._at(scores, share)
        return levels, chosen, dead

    def _candidates(self, scores: Mapping[str, Tensor]) -> list[Candidate]:
        """What an allocation sees of each axis."""
        candidates = []
        for axis in self._axes:
            cost, alone = self._cost(axis, torch.ones(len(axis), dtype=torch.bool))
            site = axis.sites[0]
            weight = site.matrices(self._program)[0]
            touched = self._touched(alone) if self._item.allocation.of_layers else ()
            group = f"{axis.kind} {site.layer.likeness}"
            own, errors = scores[axis.name], self._losses.get(axis.name, {})
            left = {}
            for level in (*errors, 1.0) if errors and cost else ():  # as many stay as the target likes: not that share
                left[level] = 1.0 - self._cost(axis, self._lowest(own, level, axis))[0] / cost
            one = Candidate(axis.name, weight, Seen(), own[None], cost, errors, left, group=group, touched=touched)
            candidates.append(one)
        return candidates

    def _cost(self, axis: Axis, goes: Tensor) -> tuple[float, Mask]:
        """What some units of one axis cost while all others are there; and their channel ids."""
        alone = np.zeros(self._ids, dtype=np.bool_)
        alone[axis.ids[goes.numpy()].reshape(-1)] = True
        if axis.times is not None:
            alone[axis.times[goes.numpy()].reshape(-1)] = True
        return (self._whole - self._widths.cost(alone)) * self._beside.get(axis.name, 1.0), alone

    def _look_beside(self) -> None:
        """Find what else goes with units, as queries and keys do with heads: from half of them, once for all alike."""
        known: dict[object, float] = {}
        for axis in self._axes:
            half = self._lowest(torch.arange(len(axis)), 0.5, axis)
            cost, _ = self._cost(axis, half)
            alike = (axis.kind, len(axis), round(cost), tuple(site.shape for site in axis.sites))
            if cost and alike not in known:
                known[alike] = max(1.0, (self._whole - self._widths.cost(self._trial({axis.name: half}))) / cost)
            self._beside[axis.name] = known.get(alike, 1.0)

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
        candidates = self._candidates(scores)
        for tie in (self._ties or ()) if self._losses else ():
            candidates = tie.as_one(candidates)
        levels = dict(self._item.allocation.levels(candidates, share))
        for tie in self._ties or ():
            tie.level(levels)
        return levels, {axis.name: self._lowest(scores[axis.name], levels[axis.name], axis) for axis in self._axes}

    def _lowest(self, scores: Tensor, level: float, axis: Axis) -> Tensor:
        """Which units go: those of the lowest scores, of each part alike. Some stay, as many as the target likes."""
        multiple = self._ctx.target.multiple if axis.kind in NUMBERED else 1
        goes = torch.zeros(len(axis), dtype=torch.bool)
        for part in axis.parts.unique():
            own = torch.nonzero(axis.parts == part).flatten()
            stays = round(len(own) * (1.0 - level) / multiple) * multiple
            stays = min(len(own), max(multiple, stays))
            goes[own[torch.argsort(scores[own], stable=True)[: len(own) - stays]]] = True
        return goes

    def _trial(self, chosen: Chosen) -> Mask:
        """The channel ids that are dead once some units are gone."""
        trial, kept = self._program.copy(), self._kept(chosen)
        for site in self._sites:
            if not all(bool(one.all()) for one in kept[site.name]):
                site.hold(trial, list(map(zeroed, site.matrices(trial), kept[site.name])))
        hold_tables(trial, self._axes, chosen)
        return gone(trial, self._removing)

    def _settled(self, chosen: dict[str, Tensor]) -> tuple[dict[str, Tensor], Mask]:
        """Of these units those that are dead once nobody reads them through a weight, and all that is dead with them.

        Others stay: channels that a product or a sum keeps beside them, say.
        """
        dead = self._trial(chosen)
        really = {x.name: chosen[x.name] & torch.from_numpy(dead[x.ids].all(axis=1)) for x in self._axes}
        if all(bool((really[name] == goes).all()) for name, goes in chosen.items()):
            return chosen, dead
        return really, self._trial(really)

    # ------------------------------------------------------------ what is lost by some alone

    def _lost(self, scores: Mapping[str, Tensor]) -> Losses:
        """What the allocation asks about: the outputs of readers, or of the model if that is to be measured, over their
        squares, without the lowest units of one axis and with what makes up for them.
        """
        item, step = self._item, "losses of ties" if self._ties else "losses"
        if not item.allocation.tried(0.5):
            return {}
        if not self._beside:
            self._look_beside()
        tried = [level for level in item.allocation.tried(self._about()) if level > 0.0]
        told = item.journal.told(step)
        if told is not None:
            return dict(told)
        goes = {x.name: {level: self._lowest(scores[x.name], level, x) for level in tried} for x in self._axes}
        found = self._measured(goes) if item.measured else self._by_reader(goes, scores)
        item.journal.note(step, found)
        return found

    def _about(self) -> float:
        """About which share of what units cost together is to go."""
        if self._item.budget is None:
            return self._item.share
        together = math.fsum(self._cost(x, torch.ones(len(x), dtype=torch.bool))[0] for x in self._axes)
        return min(1.0, (1.0 - self._item.budget.share) * self._whole / max(together, 1e-30))

    def _by_reader(self, goes: Mapping[str, Mapping[float, Tensor]], scores: Mapping[str, Tensor]) -> Losses:
        """The squared errors of readers' outputs over their squares; of factors, the share of their scores."""
        found = {name: dict.fromkeys(levels, 0.0) for name, levels in goes.items()}
        say = self._ctx.say
        looks = self._collector.each(
            self._program, self._program, self._item.data, lambda at: say(f"what is lost: {at}"), last=True
        )
        for site, seen in looks:
            for axis in self._read_by(site):
                for level, chosen in goes[axis.name].items():
                    matrices, parts = site.matrices(self._program), self._alone(site, axis, chosen, seen)
                    found[axis.name][level] += relative_errors(matrices, [parts], seen)[0] or 0.0
        for axis in self._axes:
            own = scores[axis.name]
            for level, chosen in goes[axis.name].items() if not axis.readers else ():
                found[axis.name][level] = float(own[chosen].sum() / own.sum()) if bool(own.any()) else 0.0
        return found

    def _measured(self, goes: Mapping[str, Mapping[float, Tensor]]) -> Losses:
        """The squared errors of the model's outputs over their squares, on a few of the data."""
        dense, few = self._program.copy(), few_of(self._item.data)
        answers = [dense.run(batch.inputs) for batch in few]
        found: dict[str, dict[float, float]] = {axis.name: {} for axis in self._axes}
        parts: dict[str, dict[float, dict[str, list[Matrix]]]] = {}
        walk, left = Walk(dense, self._item.data), TimeLeft(len(self._sites))
        for site, seen in self._collector.walk(walk, walk, last=True):
            self._ctx.say(f"what the model loses: {site.name}, {left.next()}")
            for axis in [axis for axis in self._axes if any(one is site for one in axis.sites)]:
                held = parts.setdefault(axis.name, {level: {} for level in goes[axis.name]})
                for level, chosen in goes[axis.name].items():
                    held[level][site.name] = self._alone(site, axis, chosen, seen)
                names = {one.name for one in axis.sites}
                if any(of.keys() != names for of in held.values()):
                    continue  # it waits for the others
                alone = len(names) == 1 and len(site.layers) == 1 and not axis.tables
                for level, of in parts.pop(axis.name).items():
                    self._hold(dense, of)
                    tables = hold_tables(dense, [axis], {axis.name: goes[axis.name][level]})
                    if alone:
                        results = walk.finish(site.layer.start.name, len(few))
                    else:  # the walk is past the first of them
                        results = [dense.run(batch.inputs) for batch in few]
                    found[axis.name][level] = sum(map(divergence, answers, results)) / len(few)
                    self._hold(dense, {one.name: one.matrices(self._program) for one in axis.sites})
                    for name in tables:
                        dense.exchange_weight(name, self._program.held_weights()[name])
        return found

    def _alone(self, site: Site, axis: Axis, goes: Tensor, seen: Sequence[Seen]) -> list[Matrix]:
        """What a site becomes without as many units of one axis."""
        chosen = {axis.name: goes}
        return self._parts(
            site, self._again(site, seen, chosen) if any(one is axis for one in self._read_by(site)) else chosen, seen
        )

    def _hold(self, program: Program, parts: Mapping[str, list[Matrix]]) -> None:
        for site in self._sites:
            if site.name in parts:
                site.hold(program, parts[site.name])

    # ------------------------------------------------------------ what they leave behind

    def _kept(self, chosen: Chosen) -> dict[str, list[Tensor]]:
        """What stays of each site's matrices, (outputs, inputs) of bool for each."""
        return {site.name: self._stays(site, chosen) for site in self._sites}

    def _stays(self, site: Site, chosen: Chosen) -> list[Tensor]:
        """The same of one site; of axes that are not there all units stay."""
        return stays_of(site, self._axes, chosen)

    def _parts(self, site: Site, chosen: Chosen, seen: Sequence[Seen]) -> list[Matrix]:
        """What a site becomes, as it is in the program, without some units."""
        matrices, stays = site.matrices(self._program), self._stays(site, chosen)
        if all(bool(one.all()) for one in stays):
            return matrices
        return [self._made_up_for(m, k, s) for m, k, s in zip(matrices, stays, seen, strict=True)]

    def _update(
        self, chosen: dict[str, Tensor], levels: Mapping[str, float], dense: Program
    ) -> tuple[list[Outcome], dict[str, Tensor]]:
        """Zero the columns and let the others make up for them, layer by layer."""
        item, outcomes, kept = self._item, list[Outcome](), hold_tables(self._program, self._axes, chosen)
        done = item.journal.done(self._sites)
        asked = {site.name: levels[axis.name] for axis in self._axes for site in axis.sites}
        judged, say = self._program if item.sequential else dense, self._ctx.say
        looks = "pruning what reads units: "
        for site, seen in self._collector.each(judged, dense, item.data, lambda at: say(looks + at), done=done):
            if site.name in done:
                outcomes.append(self._recall(site, chosen))
                self._note(site, self._stays(site, chosen), kept)
                continue
            matrices = site.matrices(self._program)
            chosen.update(self._again(site, seen, chosen))
            stays, parts = self._stays(site, chosen), self._parts(site, chosen, seen)
            if not all(bool(one.all()) for one in stays):
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
        """A matrix without some columns and rows: the others make up for columns, and nobody for rows.

        Zeros of an earlier pruning stay.
        """
        rows = kept.any(dim=1)
        if bool(kept[rows].all()):
            return zeroed(matrix, kept)
        stays = kept & (matrix.values != 0) if zeros_tell(matrix.values) else kept
        return zeroed(self._item.compensation.update(matrix, stays, seen), kept)

    def _recall(self, site: Site, chosen: dict[str, Tensor]) -> Outcome:
        """Do what an earlier run did to a site."""
        told = self._item.journal.recall(site, self._program)
        chosen.update(told["chosen"])
        return Outcome(**told["outcome"])

    def _read_by(self, site: Site) -> list[Axis]:
        return [axis for axis in self._axes if any(reader.site is site for reader in axis.readers)]

    def _again(self, site: Site, seen: Sequence[Seen], chosen: Chosen) -> Chosen:
        """As many units of the axes that are read, now that it is known what their only reader sees.

        Args:
            site, seen: of the reader.
            chosen: which would go by their scores.
        """
        here = self._read_by(site)
        tied = {axis.name for tie in self._ties or () for axis, _ in tie.members}
        if isinstance(self._item.importance, OfUnits) or any(axis.name in tied or axis.writers for axis in here):
            return chosen
        matrices = site.matrices(self._program)
        if len(here) != 1 or len(matrices) > 1 or len(here[0].readers) > 1 or not chosen[here[0].name].any():
            return chosen
        (axis,), (reader,) = here, here[0].readers
        goes = torch.zeros(len(axis), dtype=torch.bool)
        for part in axis.parts.unique():
            own = torch.nonzero(axis.parts == part).flatten()
            count, columns = int(chosen[axis.name][own].sum()), reader.columns[own]
            goes[own] = self._item.importance.choose_columns(matrices[0], seen[0], columns, count)
        return {**chosen, axis.name: goes}
