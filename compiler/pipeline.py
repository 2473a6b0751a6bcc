"""The pass lists, on one screen, and the machine that runs them.

``exact()`` is what every compile runs. A ``Pipeline`` checks when it is built that each pass finds the facts it needs,
verifies the program before the first pass and after every pass that changed it, and holds passes to their word.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..passes.analysis.axes import Axes
from ..passes.analysis.constants import Constants
from ..passes.analysis.layouts import Layouts
from ..passes.analysis.liveness import Liveness
from ..passes.analysis.patterns import Patterns
from ..passes.analysis.ranges import Ranges
from ..passes.base import Context, Pass, carried_out, parse, third_party
from ..passes.rewrite.absorb_permutations import AbsorbPermutations
from ..passes.rewrite.collapse_permutations import CollapsePermutations
from ..passes.rewrite.convert_layouts import ConvertLayouts
from ..passes.rewrite.drop_identities import DropIdentities
from ..passes.rewrite.fold_batchnorm import FoldBatchnorm
from ..passes.rewrite.fold_constant_values import FoldConstantValues
from ..passes.rewrite.fold_weights import FoldWeights
from ..passes.rewrite.form_linears import FormLinears
from ..passes.rewrite.fuse_attention import FuseAttention
from ..passes.rewrite.join_layers import JoinLayers
from ..passes.rewrite.join_recurrent import JoinRecurrent
from ..passes.rewrite.keep_features_first import KeepFeaturesFirst
from ..passes.rewrite.merge_linears import MergeLinears
from ..passes.rewrite.order_rows import OrderRows
from ..passes.rewrite.pack_weights import PackWeights
from ..passes.rewrite.remove_channels import RemoveChannels
from ..passes.rewrite.separate_readers import SeparateReaders
from ..passes.rewrite.separate_sums import SeparateSums
from ..passes.rewrite.settle_activations import SettleActivations
from ..passes.rewrite.split_batches import SplitBatches
from ..passes.rewrite.split_fused import SplitFused
from ..passes.rewrite.split_recurrent import SplitRecurrent
from ..runtime import targets
from .errors import PassError, SparsecError, UserError, is_exhaustion
from .ir.facts import Fact, Facts, Keys
from .ir.fingerprint import fingerprint
from .ir.printer import print_around, print_program
from .ir.program import Program
from .ir.target import Target
from .ir.verifier import Malformed, verify
from .paths import output_path

BUILT_IN: tuple[type[Pass], ...] = (
    SplitRecurrent,
    FoldWeights,
    FormLinears,
    SplitBatches,
    SplitFused,
    FoldBatchnorm,
    DropIdentities,
    Axes,
    Ranges,
    SettleActivations,
    MergeLinears,
    Constants,
    Liveness,
    CollapsePermutations,
    FoldConstantValues,
    RemoveChannels,
    AbsorbPermutations,
    JoinRecurrent,
    SeparateReaders,
    Layouts,
    ConvertLayouts,
    OrderRows,
    Patterns,
    PackWeights,
    KeepFeaturesFirst,
    FuseAttention,
    SeparateSums,
    JoinLayers,
)


@dataclass(frozen=True)
class Fixpoint:
    """Repeat passes until a round changes nothing; more than ``limit`` rounds are an error."""

    passes: tuple[Pass, ...]
    limit: int = 8


Step = Pass | Fixpoint


# What brings weights into the form in which they can be looked at: masks computed, products written as layers.
NORMALISE: tuple[Step, ...] = (
    SplitRecurrent(),
    FoldWeights(),
    FormLinears(),
    SplitBatches(),
    FoldBatchnorm(),
    DropIdentities(),
)


def exact(target: str | Target = "cpu", further: Sequence[Step] = ()) -> list[Step]:
    """What every compile runs: exact, and every rewrite only removes, or marks what it adds (``ir.speculation``).

    Args:
        further: passes of a user's own, which run once weights are in their final form and before anything is removed.
    """
    return [
        *NORMALISE,
        *further,
        Axes(),
        Ranges(),
        SettleActivations(),
        Axes(),
        CollapsePermutations(),
        Fixpoint(
            (
                MergeLinears(),
                Axes(),
                Constants(),
                FoldConstantValues(),
                Axes(),
                Constants(),
                Liveness(bias_maps=True),
                SplitFused(),
                Axes(),
                Constants(),
                Liveness(bias_maps=True),
                RemoveChannels(multiple=targets.get(target).multiple),
                AbsorbPermutations(),
                DropIdentities(),
            )
        ),
        JoinRecurrent(),
    ]


def layout_steps(target: str | Target = "cpu", mode: str = "optimised", seconds: float = 10.0) -> list[Step]:
    """What gives every reader its own channels, once nothing is left that nobody needs.

    Args:
        seconds: about how long to search for an order, at most.
    """
    multiple = targets.get(target).multiple
    return [
        Axes(),
        Constants(),
        Liveness(bias_maps=True),
        SeparateReaders(),
        Axes(),
        Constants(),
        Liveness(bias_maps=True),
        Layouts(mode=mode, multiple=multiple, seconds=seconds),
        ConvertLayouts(multiple=multiple),
        DropIdentities(),
    ]


def packing_steps() -> list[Step]:
    """What gives layers whose zeros stay a kernel that leaves them out; in the model's own dtype."""
    return [Axes(), Constants(), Liveness(), OrderRows(), Patterns(), PackWeights(), KeepFeaturesFirst()]


def fusing_steps(target: str | Target = "cpu") -> list[Step]:
    """What writes operations as a target computes them faster; each has to win a race, and is marked."""
    known = (FuseAttention(), SeparateSums(), JoinLayers())
    return [item for item in known if item.is_for(targets.get(target))]


def known_passes() -> dict[str, type[Pass]]:
    """Every pass that can be named on a command line: the built-in ones and those of other packages."""
    built_in = {kind.name(): kind for kind in BUILT_IN}
    others = third_party()
    for name in built_in.keys() & others.keys():
        raise UserError("bad-option", f"another package's pass is called '{name}', like a built-in one")
    return built_in | others


def parse_steps(passes: Sequence[Step | str] | str | None) -> list[Step]:
    """A pass list as the pipeline wants it, from passes and names.

    Raises:
        UserError: an unknown pass or option, or something that is not a pass.
    """
    steps: list[Step] = []
    listed = passes if isinstance(passes, Iterable) and not isinstance(passes, str) else [passes]
    for item in () if passes is None else listed:
        if isinstance(item, str):
            steps += parse(item, known_passes())
        elif isinstance(item, (Pass, Fixpoint)):
            steps.append(item)
        else:
            raise UserError("bad-option", f"'{item!r}' is not a pass", hint="pass instances or names of passes")
    return steps


def with_analyses(steps: Sequence[Step]) -> list[Step]:
    """A pass list with the analyses that its passes need and that it lacks, each before the first that needs it."""
    known = known_passes()
    analyses = {fact: kind for kind in known.values() if not kind.invalidates for fact in kind.establishes}
    found: list[Step] = []
    facts: Keys = frozenset()

    def need(item: Pass, needed_by: tuple[type[Pass], ...] = ()) -> None:
        nonlocal facts
        for fact in sorted(item.requires):
            analysis = analyses.get(fact)
            if fact not in facts and analysis is not None and analysis not in needed_by:
                need(analysis(), (*needed_by, type(item)))
                found.append(analysis())
        facts = item.leaves(facts) | item.establishes

    for step in steps:
        for item in step.passes if isinstance(step, Fixpoint) else (step,):
            need(item)
        found.append(step)
    return found


def without(steps: Sequence[Step], names: Collection[str]) -> list[Step]:
    """A pass list without the passes of these names, and without those that need facts that are then missing."""
    known: Keys = frozenset()
    left: list[Step] = []
    for step in steps:
        kept = []
        for item in step.passes if isinstance(step, Fixpoint) else (step,):
            if item.name() not in names and item.requires <= known:
                kept.append(item)
                known |= item.establishes
        if kept:
            left.append(Fixpoint(tuple(kept), step.limit) if isinstance(step, Fixpoint) else kept[0])
    return left


class Observer(Protocol):
    """Watches passes come and go; may raise.

    ``index`` is the number of a pass, the same everywhere: in errors, progress, dumps and differences. Passes are
    numbered from 1 in the order of the pipeline, round by round, those included that are left out because their facts
    still hold; what runs on the result of a pipeline (layouts, kernels) counts on.
    """

    def before(self, program: Program, item: Pass, index: int) -> None: ...

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None: ...


class Timing:
    """Seconds spent in each pass: ``rows`` holds (name, seconds, changed)."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, bool]] = []
        self._start = 0.0

    def before(self, program: Program, item: Pass, index: int) -> None:
        self._start = time.perf_counter()

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        self.rows.append((item.name(), time.perf_counter() - self._start, changed))


class DumpIR:
    """Writes ``000_captured.txt`` and then ``NNN_pass-name.txt`` for every pass that changed the program.

    NNN is the number of the pass (see ``Observer``). A compile runs several pipelines (for layouts, for kernels, or
    again after one that does not pay). The files of each after the first begin with ``run-N_``, and there is one more,
    ``run-N_NNN_start.txt``, of what it started from; one that changes nothing leaves no file.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = output_path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError("unwritable-path", f"'{self.folder}' cannot be made", note=str(error)) from error
        self._runs, self._last = 0, 0
        self._program: weakref.ref[Program] | None = None  # a pipeline works on one
        self._start: tuple[int, str] | None = None

    def before(self, program: Program, item: Pass, index: int) -> None:
        last, self._last = self._last, index
        if self._program is not None and self._program() is program and index > last:
            return
        self._program, self._runs = weakref.ref(program), self._runs + 1
        if self._runs == 1:
            self._write(0, "captured", print_program(program))
        else:
            self._start = (index - 1, print_program(program))

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        if not changed:
            return
        if self._start is not None:
            self._write(self._start[0], "start", self._start[1])
            self._start = None
        self._write(index, item.name(), print_program(program))

    def _write(self, index: int, name: str, text: str) -> None:
        run = f"run-{self._runs}_" if self._runs > 1 else ""
        file = self.folder / f"{run}{index:03d}_{name}.txt"
        try:
            file.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError("unwritable-path", f"'{file}' cannot be written", note=error.strerror) from error


class NumericCheck:
    """Calls ``difference(program)`` after every change and raises when it finds one: this is how bisection works."""

    def __init__(self, difference: Callable[[Program], str | None]) -> None:
        self.difference = difference
        self.ran: list[str] = []

    def before(self, program: Program, item: Pass, index: int) -> None:
        pass

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        found = self.difference(program) if changed else None
        if found:
            raise PassError(
                f"it changes what the model computes: {found}",
                pass_name=item.name(),
                index=index,
                ran=self.ran,
                ir=print_program(program)[:4000],
            )
        self.ran.append(item.name())


class Pipeline:
    """An ordered list of passes.

    Args:
        after: the number of the last pass that ran on the program before, in another pipeline.

    Attributes:
        number: the number of the pass that runs or ran last.

    Raises:
        UserError: a pass needs a fact that no earlier pass establishes.
    """

    def __init__(self, steps: Iterable[Step], observers: Sequence[Observer] = (), after: int = 0) -> None:
        self.steps = [*steps]
        self.observers = [*observers]
        self.after = self.number = after
        _check_order(self.steps)

    def run(self, program: Program, ctx: Context) -> bool:
        """Run all steps; True if anything changed.

        Raises:
            PassError: a pass broke its contract.
        """
        self.number, self._ran, self._made = self.after, list[str](), dict[Fact[Any], Pass]()
        self._verify(program, "capture")
        changed = False
        for step in self.steps:
            if isinstance(step, Fixpoint):
                changed |= self._repeat(step, program, ctx)
            else:
                changed |= self._one(step, program, ctx)
        return changed

    def _repeat(self, step: Fixpoint, program: Program, ctx: Context) -> bool:
        for round_number in range(step.limit):
            results = [self._one(item, program, ctx) for item in step.passes]
            if not any(results):
                return round_number > 0
        raise PassError(
            f"did not converge in {step.limit} rounds",
            pass_name=step.passes[-1].name(),
            index=self.number,
            ran=self._ran,
        )

    def _one(self, item: Pass, program: Program, ctx: Context) -> bool:
        name = item.name()
        self.number += 1
        missing = item.requires - program.facts.keys()
        if missing:
            needed = [fact.name for fact in sorted(missing)]
            raise PassError(f"needs the facts {needed}", pass_name=name, index=self.number, ran=self._ran)
        if item.establishes and all(f in program.facts and self._made.get(f) == item for f in item.establishes):
            return False  # its facts still hold
        for observer in self.observers:
            observer.before(program, item, self.number)
        before, ctx.current = fingerprint(program), name
        try:
            changed = carried_out(item, program, ctx)
        except Malformed as error:
            raise PassError(
                str(error),
                pass_name=name,
                index=self.number,
                ran=self._ran,
                ir=print_around(program, error.node),
            ) from error
        except Exception as error:
            if isinstance(error, SparsecError) or is_exhaustion(error):
                raise
            raise PassError(
                f"it fails with {type(error).__name__}: {error}", pass_name=name, index=self.number, ran=self._ran
            ) from error
        broken = _dishonest(item, changed, fingerprint(program) != before)
        if broken:
            raise PassError(broken, pass_name=name, index=self.number, ran=self._ran)
        if changed:
            self._verify(program, name)
            left = item.leaves(program.facts) | item.establishes
            program.facts = Facts({key: found for key, found in program.facts.items() if key in left})
        self._made |= dict.fromkeys(item.establishes, item)
        for observer in self.observers:
            observer.after(program, item, self.number, changed)
        self._ran.append(name)
        return changed

    def _verify(self, program: Program, name: str) -> None:
        try:
            verify(program)
        except Malformed as error:
            raise PassError(
                f"left a malformed program: {error}",
                pass_name=name,
                index=self.number,
                ran=self._ran,
                ir=print_around(program, error.node),
            ) from error


def without_masks(program: Program) -> Program:
    """A program with masks and parametrizations computed, and products with a weight written as linear layers.

    This is what results are compared with, layer by layer.
    """
    dense = program.copy()
    for item in (FoldWeights(), FormLinears()):
        carried_out(item, dense, Context())
    return dense


def _dishonest(item: Pass, said: bool, changed: bool) -> str | None:
    """How a pass broke its word; None if it kept it."""
    if said != changed:
        return "said that it changed something, and did not" if said else "changed something without saying so"
    return "changed something as an analysis" if changed and item.effect == "fact" else None


def _check_order(steps: Sequence[Step]) -> None:
    known: Keys = frozenset()
    for step in steps:
        for item in step.passes * 2 if isinstance(step, Fixpoint) else (step,):  # a second round has to work too
            for fact in sorted(item.requires - known):
                raise UserError(
                    "pass-order",
                    f"'{item.name()}' needs '{fact}', which no earlier pass establishes",
                    hint=f"put '{fact}' before it",
                )
            known = item.leaves(known) | item.establishes
