"""Stages: the steps of a compile, and the one way in which each is carried out, raced and taken back.

A *stage* makes a new State from one; it may add what is not known to pay (bias maps, layouts, kernels). ``run`` asks
the stage's gates whether that stays. Where all of it does not pay, parts of it are tried, site by site. States are
never changed, so that taking something back is going on from the state before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import torch

from ..passes.analysis.names import Names
from ..passes.base import Context
from .effort import EFFORTS, Effort
from .fallback import LeftOut
from .gates import Faster, Gate, Verdict
from .ir.costs import Costs
from .ir.findings import Refusal
from .ir.packing import Choice, Kernels
from .ir.program import Program
from .ir.speculation import NOWHERE, Speculation, additions
from .ir.target import Target
from .pipeline import Observer, Pipeline, Step, Timing
from .races import MARGIN_SHARE, Measured
from .reference import Reference, Verification
from .report.layout import LayoutReport
from .trials import Loss, Trial

# How often what a stage adds in place of what is spared is spared, too: a bias map moves to the layer before.
REPLACED = 4


@dataclass(frozen=True)
class Ran:
    """A list of passes that ran, to be run again where somebody looks for the one at fault.

    Attributes:
        steps: the passes.
        options: of their Context.
        after: the number of the last pass before them.
    """

    steps: tuple[Step, ...]
    options: Mapping[str, Any]
    after: int


@dataclass(frozen=True)
class Packing:
    """What became of layers whose zeros stay.

    Attributes:
        chosen: the kernel of each layer that has one, by the layer's name.
        dropped: kernels that would have paid for their layer, but do not for the model.
        refusals: why other layers have none.
        rounds: what weights of kernels are rounded to; None for nothing.
        device: where the model is, if there are no kernels for that.
        missing: what this machine lacks for kernels that layers were asked about; None for nothing.
        more: whether further layers would gain if their neighbours were sparse, too.
    """

    chosen: Mapping[str, Choice] = field(default_factory=dict)
    dropped: Mapping[str, Choice] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    rounds: str | None = None
    device: str | None = None
    missing: str | None = None
    more: bool = False


@dataclass(frozen=True)
class State:
    """Where a compile is.

    Attributes:
        original: the program as it came; nobody changes it.
        program: what has become of it.
        target: what it shall be fast on.
        costs: what operations cost on it.
        effort: how much searching and racing there may be.
        observers: who watches the passes.
        timing: seconds of every pass that ran, also in attempts that were given up.
        start: what the exact stages started from, in the dtype that passes run in; a lossy stage sets a new one.
        reference: the answers of ``start``; None where nothing is verified.
        dense: the answers of the program as it came, once a lossy stage has asked for them.
        dtype: the model's own, where passes run in float64 and weights are rounded to it at the end; None elsewhere.
        wide: whether they are in float64 now.
        speculates, growth, held: whether passes may add operations that have to pay, and hold more numbers in one place
            than they got; and the layers that stay as they are (see ``Context``).
        names: what is gone, in the model's words.
        refusals: what passes left undone.
        ran: the passes since ``start``.
        number: of the last pass.
        trials: what was raced.
        losses: of lossy stages.
        layout: the order of channels.
        shrunk: the program before layers got kernels: the one that the report compares layer by layer.
        verified: how the result compares with ``start``.
        packing: of kernels.
        measured: seconds of the whole and of each layer.
    """

    original: Program
    program: Program
    target: Target
    costs: Costs
    start: Program
    effort: Effort = EFFORTS["default"]
    observers: tuple[Observer, ...] = ()
    timing: Timing = field(default_factory=Timing)
    reference: Reference | None = None
    dense: Reference | None = None
    dtype: torch.dtype | None = None
    wide: bool = False
    speculates: bool = True
    growth: bool = True
    held: frozenset[str] = frozenset()
    names: Names = field(default_factory=Names)
    refusals: tuple[Refusal, ...] = ()
    ran: tuple[Ran, ...] = ()
    number: int = 0
    trials: tuple[Trial, ...] = ()
    losses: tuple[Loss, ...] = ()
    layout: LayoutReport = field(default_factory=lambda: LayoutReport("optimised", ""))
    shrunk: Program | None = None
    verified: Verification | None = None
    packing: Packing = field(default_factory=Packing)
    measured: Measured | None = None

    def after(
        self,
        steps: Sequence[Step],
        *,
        speculation: Speculation = NOWHERE,
        growth: bool = True,
        kernels: Kernels | None = None,
        watched: bool = True,
        observers: Sequence[Observer] = (),
    ) -> State:
        """The state after some passes.

        Args:
            speculation, growth, kernels: what they may do, see ``Context``.
            watched: whether observers that users gave see it.
            observers: further ones.
        """
        program, names = self.program.copy(), self.names.copy()
        options = {"speculation": speculation, "allow_growth": growth}
        ctx = self.context(**options, removing=names.removing, kernels=kernels)
        watching: list[Observer] = [self.timing, names, *observers, *(self.observers if watched else ())]
        pipeline = Pipeline(steps, watching, after=self.number)
        pipeline.run(program, ctx)
        return replace(
            self,
            program=program,
            names=names,
            refusals=tuple(ctx.refusals),
            ran=(*self.ran, Ran(tuple(steps), options, self.number)),
            number=pipeline.number,
        )

    @property
    def rounds_to(self) -> torch.dtype | None:
        """What the program has to be rounded to before it is timed; None for nothing."""
        return self.dtype if self.wide else None

    def context(self, **options: Any) -> Context:
        """What passes see that run on this state."""
        return Context(self.target, self.costs, refusals=[*self.refusals], held=self.held, **options)

    def tried(self, *trials: Trial) -> State:
        """The same, with something more to tell."""
        return replace(self, trials=(*self.trials, *trials))


class Stage:
    """One step of a compile.

    Attributes:
        name: what errors and users call it.
        screen: asked before anything is raced; None where all is worth a race.
        gate: says whether what was added stays.
    """

    name: str
    screen: ClassVar[Gate | None] = None
    gate: ClassVar[Gate] = Faster()

    @property
    def way(self) -> str:
        """What its own way of doing things is called, beside ``rivals``."""
        return self.name

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        """The state after this stage, with nothing added at some sites."""
        raise NotImplementedError

    def unraced(self, state: State) -> State:
        """The state after what the stage does to what is computed, as wanted: to find out whether that is right."""
        return state

    def less(self, left: LeftOut) -> Stage | None:
        """The same without what is left out; None if nothing is left."""
        return self

    def sites(self, before: State, after: State) -> Sequence[str]:
        """Where the stage has added something that has to win a race, the most promising first."""
        return ()

    def settled(self, before: State, after: State) -> State:
        """The state that goes on where nothing was added that has to win a race."""
        return after

    def without(self, before: State, after: State) -> State:
        """The state with nothing of what was added."""
        return before

    def rivals(self, before: State, after: State) -> dict[str, State]:
        """Other ways of carrying it out, to be raced together."""
        return {}

    def trial(self, after: State, plain: State, verdict: Verdict) -> Trial:
        """What is to be told of a race: ``after`` is the best candidate."""
        present = {*additions(plain.program)}
        added = tuple(addition for addition in additions(after.program) if addition not in present)
        return Trial(self.name, verdict.admitted, verdict.gain, added)

    def kept(self, after: State, verdict: Verdict) -> State:
        """The best candidate, once it stays."""
        return after

    def undone(self, plain: State, after: State, verdict: Verdict) -> State:
        """The state without, once the best candidate, ``after``, does not stay."""
        return plain


def run(stage: Stage, state: State) -> State:
    """Carry out a stage; what it adds stays if its gates admit it, all of it or a part.

    Raises:
        PassError: a pass made a mistake.
    """
    after = stage.carry_out(state)
    sites = stage.sites(state, after)
    if not sites:
        return stage.settled(state, after)
    plain = stage.without(state, after)
    if stage.screen is not None:
        verdict = stage.screen.admit(plain, {stage.way: after})
        if not verdict.admitted:
            return stage.undone(plain, after, verdict).tried(stage.trial(after, plain, verdict))
    candidates = {stage.way: after, **stage.rivals(state, after)}
    verdict = stage.gate.admit(plain, candidates)
    best = candidates.pop(verdict.best)
    trials = [stage.trial(best, plain, verdict)]
    for loser in candidates.values():
        _let_go(loser, best, plain, state)
    if verdict.admitted:
        return stage.kept(best, verdict).tried(*trials)
    found = plain
    worth = state.effort.even or abs((verdict.gain or 0.0) - 1.0) > MARGIN_SHARE  # or it made no difference
    for part, part_verdict in _parts(stage, state, plain, sites) if worth else ():
        trials.append(stage.trial(part, found, part_verdict))
        if part_verdict.admitted:
            found = stage.kept(part, part_verdict)
    return (stage.undone(plain, best, verdict) if found is plain else found).tried(*trials)


def _parts(stage: Stage, state: State, plain: State, sites: Sequence[str]) -> Iterator[tuple[State, Verdict]]:
    """Parts of what a stage adds, each raced with what is kept by then: halves, and halves of those that do not pay."""
    every, kept, best = frozenset(sites), frozenset[str](), plain
    end, tried = time.monotonic() + state.effort.try_seconds, {every, kept}
    waiting = [*_halves(sites)]
    while waiting and len(tried) - 2 < state.effort.tries and time.monotonic() < end:
        part = waiting.pop(0)
        wanted = kept.union(part)
        if wanted in tried:
            continue
        tried.add(wanted)
        candidate = _only_at(wanted, stage, state, every - wanted)
        verdict = stage.gate.admit(best, {stage.way: candidate})
        yield candidate, verdict
        if verdict.admitted:
            kept, best = wanted, candidate
        else:
            waiting += _halves(part)
            _let_go(candidate, best, plain)


def _only_at(wanted: frozenset[str], stage: Stage, state: State, spared: frozenset[str]) -> State:
    """The state with additions at some sites: one that is spared may make the stage add something elsewhere instead."""
    for _ in range(REPLACED):
        found = stage.carry_out(state, spared=spared)
        others = {*stage.sites(state, found)} - wanted
        if not others:
            break
        spared |= others
    return found


def _let_go(loser: State, *others: State) -> None:
    """Release the weights of a program that lost a race, unless it is another's."""
    if all(loser.program is not other.program for other in others):
        loser.program.release()


def _halves(sites: Sequence[str]) -> list[Sequence[str]]:
    middle = (len(sites) + 1) // 2
    return [sites[:middle], sites[middle:]] if len(sites) > 1 else []
