"""The stages of every compile, in order: remove, layouts, verify, kernels, fused operators, measure.

``exact_stages`` is the list; passes of a user's own join it. Each stage says what it runs, what it adds that has to win
a race, and what there is without; ``stages.run`` does the rest. The lists of passes are in ``pipeline``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from ..passes.analysis.names import Names
from ..passes.base import Pass
from ..passes.layout.cost_table import Table
from ..passes.layout.solve import check_layout
from ..runtime.select import check_quantize, kernels_for
from . import races
from .errors import PassError
from .fallback import LeftOut
from .gates import Gate, NoSlower, Verdict, Worthwhile
from .in_place import own_outputs_as
from .ir.facts import Facts
from .ir.findings import Cause, Refusal
from .ir.guards import Assumptions
from .ir.integers import in_integers
from .ir.packing import FEW_ZEROS_SHARE, zeros_tell
from .ir.program import Program
from .ir.size import numbers, shed
from .ir.source import stands_for_file
from .ir.speculation import Speculation, additions
from .ir.target import Target
from .ir.views import layers_of
from .numerics import demote, own_weights
from .pipeline import (
    NORMALISE,
    NumericCheck,
    Pipeline,
    Step,
    exact,
    fusing_steps,
    layout_steps,
    packing_steps,
    with_analyses,
    without,
    without_masks,
)
from .reference import Reference, Verification, against_answers, answer_of, sizes_kept
from .report.layout import LayoutReport
from .report.layout_analysis import LayoutWatcher
from .stages import Packing, Stage, State, run
from .trials import Loss, Trial
from .words import count

# How much longer a simple layout may take, by the model, to be raced against the optimised one.
CLOSE_RATIO = 1.25
# Microseconds that an optimised layout has to save by the cost model to be raced: the race costs seconds, too.
WORTH_MICROSECONDS = 10.0


def exact_stages(
    target: str | Target = "cpu",
    *,
    passes: Sequence[Step] = (),
    layout: str = "optimised",
    kernels: bool = True,
    quantize: str | None = None,
    measure: bool = True,
) -> list[Stage]:
    """What every compile runs; see ``sparsec.compile`` for the arguments.

    Passes of a user's own run before anything is removed, once weights are folded: lossy ones first, each as a stage of
    its own. What they read runs before them.

    Raises:
        UserError: an unknown option, or passes in a wrong order.
    """
    check_layout(layout)
    check_quantize(quantize, kernels, target)
    lossy = [item for item in passes if isinstance(item, Pass) and item.effect == "lossy"]
    others = [item for item in passes if item not in lossy]
    stages: list[Stage] = [
        Lossy((*(() if item.as_written else NORMALISE), *with_analyses([item])), item.name()) for item in lossy
    ]
    stages.append(NoLarger(Remove(tuple(exact(target, with_analyses(others))))))
    if layout != "constrained":
        stages.append(Layouts(layout))
    stages.append(Verify())
    if kernels:
        stages.append(Pack(quantize))
        stages += [Fuse()] if fusing_steps(target) else []
    stages.append(Answers())
    if measure:
        stages.append(Measure())
    return stages


def only(steps: Sequence[Step]) -> list[Stage]:
    """The stages of a compile that runs these passes and no others."""
    return [NoLarger(Remove(tuple(steps))), Verify(), Answers()]


@dataclass(frozen=True)
class Lossy(Stage):
    """A pass that changes what the model computes: from here on, exact means like its result.

    Its loss is measured against the original all the same.
    """

    steps: tuple[Step, ...]
    item: str
    name: str = "lossy"

    def __post_init__(self) -> None:
        Pipeline(self.steps)  # a wrong order is found before the work starts

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        after = state.after(self.steps)
        dense = state.dense or Reference(state.start)
        loss = Loss(self.item, dense.error(after.program))
        reference = Reference(after.program, state.effort.invented) if state.reference else None
        return replace(
            after, start=after.program, reference=reference, dense=dense, ran=(), losses=(*state.losses, loss)
        )

    def unraced(self, state: State) -> State:
        return self.carry_out(state)

    def less(self, left: LeftOut) -> Stage | None:
        return None if left.has("all") or self.item in left.passes else self


@dataclass(frozen=True)
class Remove(Stage):
    """Remove what nobody needs; some rewrites add operations (bias maps, gathers) so that more can go."""

    steps: tuple[Step, ...]
    name: str = "remove"

    def __post_init__(self) -> None:
        Pipeline(self.steps)  # a wrong order is found before the work starts

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        return state.after(self.steps, speculation=Speculation(state.speculates, spared), growth=state.growth)

    def sites(self, before: State, after: State) -> Sequence[str]:
        return [*dict.fromkeys(addition.site for addition in additions(after.program))]

    def without(self, before: State, after: State) -> State:
        return before.after(self.steps, growth=before.growth, watched=False)

    def unraced(self, state: State) -> State:
        return self.carry_out(state)

    def less(self, left: LeftOut) -> Remove:
        return replace(self, steps=() if left.has("all") else tuple(without(self.steps, left.passes)))


@dataclass(frozen=True)
class NoLarger(Stage):
    """A removal whose result holds no more numbers than the model did, unless that is measured to pay.

    Passes may hold more in one place to remove some in another: a weight that layers share becomes one for each where
    they need different parts of it. Where the whole result holds more than it got, they run again and keep shared what
    is shared.
    """

    removal: Remove
    name: str = "remove"

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        return self._shed(run(self.removal, state))

    def sites(self, before: State, after: State) -> Sequence[str]:
        return ["growth"] if numbers(after.program) > numbers(before.original) else []

    def without(self, before: State, after: State) -> State:
        frugal = replace(before, growth=False, observers=())
        adds = bool(additions(after.program))
        for state, removal in (
            (replace(frugal, speculates=adds), self.removal),
            (replace(frugal, speculates=False), self.removal),
            (frugal, replace(self.removal, steps=())),
        ):
            small = self._shed(removal.carry_out(state))
            if not self.sites(before, small):
                break
        return replace(small, growth=before.growth, observers=before.observers, speculates=before.speculates)

    def trial(self, after: State, plain: State, verdict: Verdict) -> Trial:
        given = numbers(after.original)
        counts = {"more": numbers(after.program) - given, "given": given}
        return Trial("size", verdict.admitted, verdict.gain, numbers=counts)

    def unraced(self, state: State) -> State:
        return self.removal.carry_out(state)

    def less(self, left: LeftOut) -> Stage | None:
        return replace(self, removal=self.removal.less(left))

    def _shed(self, state: State) -> State:
        given = numbers(state.original)
        if numbers(state.program) <= given:
            return state
        program = state.program.copy()
        shed(program, given)
        return replace(state, program=program)


@dataclass(frozen=True)
class Layouts(Stage):
    """Let every reader have channels of its own.

    The model that an optimised layout is chosen by may be wrong: simple plans that it finds nearly as good run, too.
    """

    mode: str
    skipped: frozenset[str] = frozenset()
    name: str = "layouts"
    screen: ClassVar[Gate | None] = Worthwhile(WORTH_MICROSECONDS)

    @property
    def way(self) -> str:
        return self.mode

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        return self._laid_out(state, self.mode, spared)

    def sites(self, before: State, after: State) -> Sequence[str]:
        return [group.site for group in after.layout.by_saving if group.conversions]

    def settled(self, before: State, after: State) -> State:
        return self.without(before, after)

    def without(self, before: State, after: State) -> State:
        return replace(before, layout=after.layout)

    def rivals(self, before: State, after: State) -> dict[str, State]:
        if self.mode != "optimised":
            return {}
        close = _nearly_as_good(after.layout)[: min(before.target.plans, before.effort.rivals)]
        return {mode: self._laid_out(before, mode) for mode in close}

    def trial(self, after: State, plain: State, verdict: Verdict) -> Trial:
        found = super().trial(after, plain, verdict)
        added = tuple(addition for addition in found.additions if not addition.what.startswith("channel "))
        layout = after.layout
        return replace(
            found,
            additions=added,
            numbers={
                "conversions": layout.counted(),
                "mode": layout.mode,
                "asked": self.mode,
                "asked gain": verdict.gains.get(self.mode),
                "saved": layout.saved,
            },
        )

    def kept(self, after: State, verdict: Verdict) -> State:
        refusals = _still_refused(after.refusals, after.program)
        return replace(after, refusals=refusals, layout=replace(after.layout, gain=verdict.gain, kept=True))

    def undone(self, plain: State, after: State, verdict: Verdict) -> State:
        return replace(plain, layout=replace(after.layout, gain=verdict.gain, kept=False))

    def less(self, left: LeftOut) -> Stage | None:
        return None if left.has("layouts") else replace(self, skipped=left.passes)

    def _laid_out(self, state: State, mode: str, spared: frozenset[str] = frozenset()) -> State:
        measurable = state.target.profiles and not isinstance(state.costs, Table)
        report = LayoutReport(mode, state.costs.name, estimated=measurable)
        steps = without(layout_steps(state.target, mode, state.effort.search_seconds), self.skipped)
        speculation = Speculation(True, spared)
        after = state.after(steps, speculation=speculation, growth=state.growth, observers=[LayoutWatcher(report)])
        return replace(after, layout=report)


def _nearly_as_good(chosen: LayoutReport) -> list[str]:
    """Simple plans that the model finds no worse than it may be wrong, the best first."""
    totals = {
        mode: sum(group.microseconds[mode] for group in chosen.groups) for mode in ("gather", "upscale", "chosen")
    }
    optimised = totals.pop("chosen")
    return sorted((mode for mode in totals if totals[mode] < CLOSE_RATIO * optimised), key=lambda mode: totals[mode])


@dataclass(frozen=True)
class Verify(Stage):
    """Hold the result against what it came from, and round its weights back to the model's own dtype."""

    name: str = "verify"

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        verified = _verified(state) if state.reference else None
        program = state.program.copy()
        program.assumptions = _assumptions(state, program)
        if state.rounds_to is not None:
            demote(program, state.rounds_to)
            own_weights(program, state.original)
        program.inputs, program.facts = state.original.inputs, Facts()
        start = state.start if state.losses else program  # nobody asks for the one in float64 any more
        state = replace(state, start=start, reference=None, dense=None, verified=verified)
        return replace(state, program=program, shrunk=program, wide=False)


def _assumptions(state: State, program: Program) -> Assumptions:
    if state.reference is None:
        return replace(state.original.assumptions, free={}, ranges=program.assumptions.ranges)
    return sizes_kept(state.start, program, state.effort.other_sizes)


def _verified(state: State) -> Verification:
    """Compare with the reference; where that fails, run the passes again, a check after each, to name the culprit."""
    assert state.reference is not None
    try:
        return state.reference.verify(state.program)
    except (PassError, RuntimeError) as error:
        check = NumericCheck(state.reference.difference)
        program, blank = state.start.copy(), replace(state, refusals=())
        for ran in state.ran:
            Pipeline(ran.steps, [check], after=ran.after).run(program, blank.context(**ran.options))
        raise PassError(
            f"the result differs, but no single pass changes it when they run one by one: {error}",
            pass_name="unknown",
            ran=check.ran,
        ) from error


@dataclass(frozen=True)
class Pack(Stage):
    """Give layers whose zeros stay a sparse kernel; if all of them together do not pay, those that gain most may.

    Some targets hand values on in another way between dense layers than between sparse ones, and a layer that is timed
    alone does not tell what that costs. So layers that gain even if they pay for it are raced with all of those, too,
    that gain where their neighbours are sparse.
    """

    quantize: str | None = None
    name: str = "kernels"

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        return self._packed(state, spared)

    def rivals(self, before: State, after: State) -> dict[str, State]:
        return {"side by side": self._packed(before, among_sparse=True)} if after.packing.more else {}

    def _packed(self, state: State, spared: frozenset[str] = frozenset(), **options: bool) -> State:
        device = state.program.device
        if device.type not in ("cpu", state.target.lowers):
            return replace(state, packing=Packing(device=str(device)))
        if not (self.quantize or has_zeros(state.program, state.effort.zeros_share)):
            return state
        kernels = kernels_for(state.target, self.quantize, races.stopwatch().form_gains, **options)
        blank = replace(state, refusals=(), names=type(state.names)())
        after = blank.after(packing_steps(), speculation=Speculation(False, spared), kernels=kernels)
        after.program.facts = Facts()
        found = {} if kernels is None else kernels.chosen
        packed = {name: choice for name, choice in found.items() if choice.format is not None}
        chosen = {name: choice for name, choice in packed.items() if name not in spared}
        dropped = {name: choice for name, choice in packed.items() if name in spared}
        rounds = (
            self.quantize
            if any(choice.format is not None and choice.format.lossy for choice in chosen.values())
            else None
        )
        missing, more = state.target.missing() if found else None, any(choice.among_sparse for choice in found.values())
        packing = Packing(chosen, dropped, after.refusals, rounds, missing=missing, more=more)
        return replace(after, refusals=state.refusals, names=state.names, ran=state.ran, packing=packing)

    def sites(self, before: State, after: State) -> Sequence[str]:
        chosen = after.packing.chosen
        return sorted(chosen, key=lambda name: -(chosen[name].gain or 0.0))

    def settled(self, before: State, after: State) -> State:
        return self.without(before, after)

    def without(self, before: State, after: State) -> State:
        return replace(before, packing=replace(after.packing, chosen={}, rounds=None))

    def trial(self, after: State, plain: State, verdict: Verdict) -> Trial:
        return Trial(self.name, verdict.admitted, verdict.gain, numbers={"layers": len(after.packing.chosen)})

    def undone(self, plain: State, after: State, verdict: Verdict) -> State:
        return replace(plain, packing=replace(after.packing, chosen={}, dropped=after.packing.chosen, rounds=None))

    def less(self, left: LeftOut) -> Stage | None:
        return None if left.has("kernels") else self


@dataclass(frozen=True)
class Fuse(Stage):
    """Write operations as the target computes them faster: attention, sums that norms read, layers of one value."""

    name: str = "fused"

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        after = state.after(fusing_steps(state.target), speculation=Speculation(True, spared))
        after.program.facts = Facts()
        return after

    def sites(self, before: State, after: State) -> Sequence[str]:
        present = {*additions(before.program)}
        return [*dict.fromkeys(addition.site for addition in additions(after.program) if addition not in present)]

    def settled(self, before: State, after: State) -> State:
        return before

    def less(self, left: LeftOut) -> Stage | None:
        return None if left.has("fused") else self


def has_zeros(program: Program, share: float = FEW_ZEROS_SHARE) -> bool:
    """Whether any layer has zeros that a kernel may leave out: a share of its weight."""
    return any(zeros_tell(layer.held, share) for layer in layers_of(program))


@dataclass(frozen=True)
class Answers(Stage):
    """Compare once more, in the model's own dtypes, with what the user's module gave; and give outputs their memory.

    After a lossy stage, with what that left. Weights that kernels round as asked are another matter: the report tells.
    """

    name: str = "verify"

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        program = in_integers(state.program.copy())
        if state.verified is not None and state.packing.rounds is None:
            _check_answers(replace(state, program=program))
        if state.packing.chosen and state.shrunk is not None and state.packing.rounds is None:
            # A format may write a size down.
            program.assumptions = sizes_kept(state.shrunk, program, state.effort.other_sizes)
        own_outputs_as(program, state.original)  # now, since what is timed is kept for the user
        return replace(state, program=program)


@dataclass(frozen=True)
class Measure(Stage):
    """Time the whole model and each layer; where fewer channels do not always mean less time, hold it against dense."""

    name: str = "measure"
    gate: ClassVar[Gate] = NoSlower()

    def carry_out(self, state: State, spared: frozenset[str] = frozenset()) -> State:
        return replace(state, measured=_measured(state))

    def sites(self, before: State, after: State) -> Sequence[str]:
        return ["everything"] if before.target.multiple > 1 else []

    def without(self, before: State, after: State) -> State:
        untouched = _as_it_came(before.original)
        return replace(
            before,
            program=untouched,
            shrunk=untouched,
            names=Names(),
            trials=(),
            losses=(),
            layout=replace(before.layout, kept=False),
            packing=Packing(),
        )

    def less(self, left: LeftOut) -> Stage | None:
        return None if left.has("measure") else self


def _measured(state: State) -> races.Measured:
    dense = without_masks(state.original)
    told = state.effort.layers or state.target.predicts(state.program.device)  # predictions cost no time
    names = [layer.node.name for layer in layers_of(dense)] if told else []
    before = dense if state.original.source is None else _as_it_came(state.original)
    return races.stopwatch().measure(before, state.program, state.target, names)


def _as_it_came(original: Program) -> Program:
    """The original, as integers where it holds those; it is its file, if it came from one that its target runs."""
    program = in_integers(original.copy())
    own_outputs_as(program, original)
    stands_for_file(program)
    return program


def _still_refused(refusals: Sequence[Refusal], program: Program) -> tuple[Refusal, ...]:
    """Refusals without those for zero columns that are gone since readers have channels of their own."""
    layers, found = {layer.node.name: layer for layer in layers_of(program)}, list[Refusal]()
    for refusal in refusals:
        if refusal.cause is Cause.COLUMNS and refusal.node in layers:
            left = int((~layers[refusal.node].reads.any(axis=1)).sum())
            if left == 0:
                continue
            if left != refusal.numbers["count"]:
                reason = f"{count(left, 'zero column')} left: leaving out fewer channels costs less, by the model"
                refusal = replace(refusal, reason=reason, numbers={"count": left})
        found.append(refusal)
    return tuple(found)


def _check_answers(state: State) -> None:
    """Raises a PassError if a result differs from what the user's module gave, or from what a lossy stage left."""
    original = state.original
    answers = original.answers or [answer_of(original, original.inputs)]
    if state.losses:
        original = state.start.copy()
        if state.dtype is not None:
            demote(original, state.dtype)
        original.inputs = state.original.inputs
        answers = [answer_of(original, answer.inputs) for answer in answers]
    difference = against_answers(state.program, original, answers)
    if difference:
        raise PassError(f"rounding the weights back changes the result: {difference}", pass_name="demote")
