"""Prune: the pass that makes zeros. It combines an importance, a pattern or units, an allocation and a compensation."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.packing import zeros_tell
from ...compiler.ir.program import Program
from ..base import Context, Pass
from .allocation.names import matching
from .allocation.uniform import Uniform
from .budget import Budget
from .compensation.none import Nothing
from .depth import KINDS as KINDS_OF_DEPTH
from .depth import DepthRun, LeaveOneOut
from .form import Form
from .gradients import KINDS as KINDS_OF_GRADIENTS
from .gradients import Loss, observe_gradients
from .importance.magnitude import Magnitude
from .journal import Journal
from .kinds import Allocation, Compensation, Importance, Method, Pattern, Statistic
from .naming import meant
from .outcome import PRUNED, Pruned
from .patterns.scattered import Scattered
from .scales import norm_scales
from .sites import Site, sites_of
from .statistics import NormScales
from .units import KINDS, OTHERS
from .walk import Batch
from .weights import Weights
from .whole_units import WholeUnits


@dataclass(frozen=True)
class Prune(Pass):
    """Make zeros where they cost least, and let other weights make up for them.

    Before::

        linear = aten.linear(x, weight, bias)       # f32[64, 128], no zeros

    After::

        linear = aten.linear(x, weight, bias)       # f32[64, 128], half of it zeros

    Attributes:
        sparsity: share of zeros, or of units, that goes; None where the pattern or a budget says it.
        pattern: what may be zero together.
        units: what goes as a whole, instead of a pattern: "neuron", "head", "kv group", "value channel", "channel",
            "expert", "residual channel"; or "layer", "sub-block".
        importance, allocation, compensation: the methods.
        budget: what may be left, in place of ``sparsity``.
        keep: patterns of names (``encoder.layer.0``) of layers that stay as they are, or of modules that these are in.
        data: calls of the model that statistics are made of.
        measured: whether an allocation that asks what is lost is told what the outputs of the model lose by each layer
            (it runs once for each), or what those of the layer do.
        loss: of the model's outputs and the labels of a batch, a number or one for each sample, for methods that look
            at gradients; None for labels that the model itself would give (``gradients.py`` says how).
        seed: of what is drawn for these.
        sequential: whether a layer is judged by what the pruned layers before it give, or by what the dense ones did.
        journal: what an earlier run has done already, and who is told what this one has.
    """

    sparsity: float | None = None
    pattern: Pattern = field(default_factory=Scattered)
    units: tuple[str, ...] = ()
    importance: Importance = field(default_factory=Magnitude)
    allocation: Allocation = field(default_factory=Uniform)
    compensation: Compensation = field(default_factory=Nothing)
    budget: Budget | None = None
    keep: tuple[str, ...] = ()
    data: tuple[Batch, ...] = field(default=(), repr=False)
    measured: bool = False
    loss: Loss | None = field(default=None, repr=False)
    seed: int = 0
    sequential: bool = True
    journal: Journal = field(default_factory=Journal, repr=False, compare=False)
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "lossy"

    def __post_init__(self) -> None:
        object.__setattr__(self, "importance", self.importance.beside(self.compensation))

    def run(self, program: Program, ctx: Context) -> bool:
        self._check()
        form = Form.of(program, ctx)
        sites, refused = sites_of(form.program, stacks=bool(self.units))
        foreign = [site.name for site in sites if str(site.layer.weight.target) in form.foreign]
        stays = dict.fromkeys(foreign, "its weight is read in several ways")
        stays |= _in_one_memory(program, sites)
        stays |= dict.fromkeys(sorted(self._staying(sites, ctx.held)), "it is kept, as asked")
        chosen = [site for site in sites if site.name not in stays]
        refused |= stays
        before = program.held_weights()
        if any(kind in KINDS_OF_DEPTH for kind in self.units):
            found = DepthRun(self, form.program, stays, ctx).run()
        elif self.units:
            found = WholeUnits(self, form.program, chosen, ctx).run()
        else:
            found = Weights(self, form.program, chosen, ctx).run()
        found = form.give_back(program, found)
        program.facts.clear()
        refused |= found.refused
        program.facts[PRUNED] = replace(found, refused=refused, budget=self.budget, asked=self._asked(found))
        after = program.held_weights()
        program.facts[PRUNED] = replace(program.facts[PRUNED], kept=_with_earlier(found.kept, sites, before, after))
        return any(before.get(name) is not held for name, held in after.items())

    def curves(
        self, program: Program, levels: Sequence[float], ctx: Context
    ) -> Iterator[tuple[Site, dict[float, float]]]:
        """What the model's outputs lose if one layer alone has some shares of zeros, layer by layer.

        It is the squared error of all outputs over their squares, on a few of the data. The program stays as it is.

        Args:
            program: the dense model.
            levels: the shares of zeros.
            ctx: of the pass.

        Raises:
            UserError: options do not fit.
        """
        self._check()
        form = Form.of(program, ctx)
        sites, _ = sites_of(form.program)
        stays = self._staying(sites, ctx.held) | {x.name for x in sites if str(x.layer.weight.target) in form.foreign}
        yield from Weights(self, form.program, [site for site in sites if site.name not in stays], ctx).curves(levels)

    def _asked(self, found: Pruned) -> float | None:
        """The share of zeros that was asked for, of the weights that were pruned; None where it was something else."""
        if self.budget is not None or self.units:
            return None
        if self.sparsity != 0.0:
            return self.share
        sizes = [math.prod(one.shape) for one in found.outcomes]
        return sum(size * one.asked for size, one in zip(sizes, found.outcomes, strict=True)) / max(1, sum(sizes))

    def _staying(self, sites: Sequence[Site], held: Collection[str]) -> set[str]:
        """Names of the weights that stay as they are, since that was asked for."""
        kept = {name for names in matching([site.name for site in sites], self.keep).values() for name in names}
        return kept | {site.name for site in sites if any(layer.node.name in held for layer in site.layers)}

    def _check(self) -> None:
        for kind in self.units:
            if kind in OTHERS:
                why, hint = OTHERS[kind]
                raise UserError("bad-option", f"a {kind} cannot go as a whole", note=why, hint=hint)
            if kind not in KINDS + KINDS_OF_DEPTH:
                known = KINDS + KINDS_OF_DEPTH
                hint = f"{meant(kind, known)}there are {', '.join(known)}"
                raise UserError("unknown-option", f"there are no units '{kind}'", hint=hint)
        asking = next((method for method in self.methods if any(kind.of_data for kind in method.needs)), None)
        if asking is not None and not self.data:
            raise UserError(
                "bad-option",
                f"'{asking.name()}' looks at data, and there is none",
                hint="pass data=, calls of the model; or importance='magnitude', which looks at weights alone",
            )
        if self.measured and self.allocation.looks and not self.data:
            raise UserError(
                "bad-option",
                "measured=True runs the model on data, and there is none",
                hint="pass data=, or leave it out",
            )
        self._check_loss()

    def _check_loss(self) -> None:
        asking = [method for method in self.methods if method.needs & KINDS_OF_GRADIENTS]
        if self.loss is not None and not asking and not isinstance(self.importance, LeaveOneOut):
            raise UserError(
                "bad-option",
                f"nobody asks for the gradients of a loss: '{self.importance.name()}' looks at other things",
                hint="leave loss= out, or choose importance='taylor' or 'fisher'",
            )
        if self.importance.of_loss and self.loss is None:
            raise UserError(
                "bad-option",
                f"'{self.importance.name()}' looks at the mean gradient of a loss, and there is none",
                note="that of labels which the model itself would give is zero",
                hint="pass loss=, a function of (outputs, labels); or importance='fisher', which needs none",
            )

    def own_statistics(self, program: Program, sites: Sequence[Site], ctx: Context) -> dict[str, list[list[Statistic]]]:
        """Statistics that its methods ask for and that a walk over data does not tell, by site, for each matrix.

        Args:
            program, sites: the dense model, and its weights that may be pruned.
            ctx: of the pass.
        """
        found: dict[str, list[list[Statistic]]] = {}
        kinds = self.needs & KINDS_OF_GRADIENTS
        if kinds:
            found = observe_gradients(program, sites, kinds, self.data, self.loss, self.seed)
        if NormScales in self.needs:
            for name, scales in norm_scales(program, sites, ctx).items():
                held = found.setdefault(name, [[] for _ in scales])
                for own, one in zip(held, scales, strict=True):
                    own.append(one)
        return found

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods that it combines."""
        return (self.importance, self.pattern, self.allocation, self.compensation)

    @property
    def needs(self) -> frozenset[type[Statistic]]:
        """The statistics that these ask for."""
        return frozenset[type[Statistic]]().union(*(method.needs for method in self.methods))

    @property
    def share(self) -> float:
        """The share of zeros that is wanted.

        Raises:
            UserError: nobody says it, or it is not between 0 and 1.
        """
        share = self.pattern.share if self.sparsity is None else self.sparsity
        if share is None:
            raise UserError("bad-option", "nobody says how many zeros there shall be", hint="pass sparsity=0.5")
        if not 0.0 <= share <= 1.0 or math.isnan(share):
            raise UserError("bad-option", f"sparsity={share!r} is not between 0 and 1")
        return float(share)


def _in_one_memory(program: Program, sites: Sequence[Site]) -> dict[str, str]:
    """Why layers stay whose weights lie, in whole or in part, in the memory of others: they would be tied no more."""
    spans = sorted((*_span(held), name) for name, held in program.held_weights().items() if held.numel())
    others = dict[str, str]()
    for (_, end, name), (begin, _, other) in pairwise(spans):
        if begin < end and name != other:
            others |= {name: other, other: name}
    return {
        site.name: f"it lies in the memory of '{others[name]}', too: make one parameter of both, or copy it"
        for site in sites
        if (name := str(site.layer.weight.target)) in others
    }


def _span(held: Tensor) -> tuple[int, int]:
    """Where a tensor begins and ends in memory."""
    reach = sum((size - 1) * stride for size, stride in zip(held.shape, held.stride(), strict=True)) + 1
    return held.data_ptr(), held.data_ptr() + reach * held.element_size()


def _with_earlier(
    kept: Mapping[str, Tensor], sites: Sequence[Site], before: Mapping[str, Tensor], after: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """What stays of each weight, without zeros of an earlier pruning that are zeros still."""
    found = dict(kept)
    for name in {str(site.layer.weight.target) for site in sites} & before.keys() & after.keys():
        old, new = before[name], after[name]
        if zeros_tell(old):
            stays = found.get(name, torch.ones_like(old, dtype=torch.bool))
            found[name] = stays & ~((old == 0) & (new == 0))
    return found
