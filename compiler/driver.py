"""compile() and explain(): capture, passes, verification, measurement, report - the whole way."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.export import ExportedProgram

from ..codegen.onnx.export import export_onnx
from ..passes.analysis.names import Names
from ..passes.base import Context, Refusal
from ..passes.layout.solve import check_layout
from ..passes.rewrite.fold_weights import FoldWeights
from ..passes.rewrite.form_linears import FormLinears
from ..passes.rules.contraction import reads_of
from ..runtime import targets
from ..runtime.builds import builds_shared, is_built
from ..runtime.calibrate import costs_for
from ..runtime.module import ProgramModule
from ..runtime.select import check_quantize
from . import races
from .capture import capture
from .driver_kernels import has_zeros, with_kernels
from .errors import PassError, UserError
from .fallback import Attempts, LeftOut, Progress, is_strict, tolerant
from .in_place import own_outputs_as
from .ir.autocast import without_autocast
from .ir.program import Program
from .ir.size import numbers
from .ir.target import Target
from .memory import forgets
from .numerics import demote, promote
from .pipeline import (
    NumericCheck,
    Observer,
    Pipeline,
    Step,
    Timing,
    exact,
    layout_steps,
    parse_steps,
    without,
)
from .pretrained import capture_pretrained
from .reference import Reference, Verification, against_answers, answer_of, sizes_kept
from .report import Report, count, count_parameters, describe, layers_of, operations
from .report_layout import LayoutReport, LayoutWatcher
from .size import larger, no_larger

# How much longer a simple layout may take, by the model, to be raced against the optimised one.
CLOSE = 1.25
# Microseconds that an optimised layout has to save by the cost model to be raced: the race costs seconds, too.
WORTH = 10.0


class CompiledModule(ProgramModule):
    """A smaller model that computes the same.

    Attributes:
        report: what was found, done and refused; ``print(model.report)``.
        program: the graph and weights, for further passes.
        module: the same in PyTorch eager, where it was compiled for another target.
    """

    report: Report

    def export_onnx(self, path: str | os.PathLike[str], *, opset: int | None = None) -> Path:
        """Write the model as ONNX (see ``sparsec.codegen.onnx.export.export_onnx``).

        Sparse kernels are written beside it, ``model.sparsec.so`` for ``model.onnx``; sessions have to be told.

        Compile with ``target="onnxruntime"`` for a file that shall be fast there: its kernels want channel counts that
        are multiples of 4.

        Raises:
            UserError: the file cannot be written, or it is for ONNX Runtime, which lacks a kernel that it needs.
        """
        if ".onnx" in self._target.suffixes:
            self._target.check(self.program)
        return export_onnx(self.program, path, opset=opset)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model as a file of its target, or of the one whose files end so: ``.onnx``, else ``.pt2``.

        Raises:
            UserError: the path cannot be written, or the model has something that such a file cannot hold. Nothing is
                left behind.
        """
        place = Path(path)
        if place.suffix in self._target.suffixes:
            self._target.check(self._program)
            return self._target.save(self._program, place)
        return (targets.writing(place.suffix) or targets.get("cpu")).save(self._program, place)


@torch.inference_mode(False)
def compile(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    dynamic_shapes: Any = None,
    examples: Sequence[Any] = (),
    reference: str = "model",
    target: str | Target = "cpu",
    verify: bool = True,
    measure: bool = True,
    passes: Sequence[Step | str] | str | None = None,
    layout: str = "optimised",
    kernels: bool = True,
    quantize: str | None = None,
    observers: Sequence[Observer] = (),
    strict: bool | None = None,
) -> CompiledModule:
    """Turn the zeros of a model into a smaller model that computes the same.

    Args:
        model: an ``nn.Module`` in eval mode, a ``torch.export.ExportedProgram``, or the path of a ``.pt2`` file, of a
            Hugging Face folder or of a GGUF file.
        args: example positional inputs; not needed for exported programs, which carry theirs, nor for checkpoints.
        kwargs: example keyword inputs.
        dynamic_shapes: as for ``torch.export.export``; by default all sizes but those of images are dynamic, where the
            model allows it.
        examples: further calls, each a tuple of positional inputs, a dict of keyword inputs or a pair of both. The
            result is checked on them too, and sizes in which they differ are dynamic.
        reference: what the result has to agree with: "model", the module's own answers, or "export", the exported
            program, where that differs by design (fast paths that write zeros at padded places).
        target: what the result shall be fast on: ``cpu`` (PyTorch eager), ``inductor``, ``onnxruntime``, the name of
            any other target (``sparsec.runtime.targets``), or a Target.
        verify: compare with the original, in float64 where the model allows, on the examples and random inputs.
        measure: time layers and the whole model for the report (seconds; rewrites that have to be measured to be
            kept are measured in any case).
        passes: the pass list, as passes or as names (default: ``sparsec.compiler.pipeline.exact()``).
        layout: how readers that need different channels of one value get them: ``optimised`` (a chosen order of
            channels, slices, gathers where they pay), or a simple plan to compare that with: ``constrained`` (every
            reader reads all of them), ``gather`` (every layer copies its own), ``upscale`` (the published heuristic).
            None of them is kept if it is slower than ``constrained``. Without effect where ``passes`` are given.
        kernels: whether layers whose zeros have to stay may be computed by sparse kernels, where those are measured
            faster than the dense layer. Without effect where ``passes`` are given.
        quantize: what sparse kernels may round weights to: ``bfloat16``, or ``int8`` (activations too, token by token).
            Lossy: the report says how far results are off. None, the default, rounds nothing.
        observers: objects that watch the passes, such as ``sparsec.compiler.pipeline.DumpIR``.
        strict: raise an error of the compiler's own, instead of leaving out what fails with a ``FallbackWarning``
            (default: what the environment variable ``SPARSEC_STRICT`` says, else False).

    Raises:
        UserError: the model, the inputs or an option cannot be used.
        PassError: a pass made a mistake; it is named (only if ``strict``).
    """
    target = targets.get(target)
    check_layout(layout)
    check_quantize(quantize, kernels)
    if passes is not None:
        Pipeline(parse_steps(passes))
    return compile_program(
        _captured(model, args, kwargs, dynamic_shapes, target, examples, reference),
        target=target,
        verify=verify,
        measure=measure,
        passes=passes,
        layout=layout,
        kernels=kernels,
        quantize=quantize,
        observers=observers,
        strict=strict,
    )


def _captured(
    model: Any,
    args: Sequence[Any],
    kwargs: Any,
    dynamic_shapes: Any,
    target: Target,
    examples: Sequence[Any],
    reference: str,
) -> Program:
    """The Program of a model; a Hugging Face folder or GGUF file brings its own example inputs."""
    if isinstance(model, (str, os.PathLike)) and not args and not kwargs:
        path = Path(model)
        if path.suffix == ".gguf" or (path / "config.json").is_file():
            return capture_pretrained(path, target)
    return capture(model, args, kwargs, dynamic_shapes, examples, reference)


@dataclass(frozen=True)
class _Options:
    """What ``compile`` was asked for; see there."""

    steps: tuple[Step, ...]
    target: Target
    verify: bool = True
    measure: bool = True
    layout: str | None = "optimised"
    kernels: bool = True
    quantize: str | None = None
    observers: tuple[Observer, ...] = ()
    skipped: frozenset[str] = frozenset()

    def less(self, left: LeftOut) -> _Options:
        """The same without what is left out."""
        return replace(
            self,
            steps=() if left.has("all") else tuple(without(self.steps, left.passes)),
            layout=None if left.has("layouts") else self.layout,
            kernels=self.kernels and not left.has("kernels"),
            measure=self.measure and not left.has("measure"),
            skipped=left.passes,
        )


@torch.inference_mode(False)
@without_autocast()
@forgets
@builds_shared()
def compile_program(
    original: Program,
    *,
    target: str | Target = "cpu",
    verify: bool = True,
    measure: bool = True,
    passes: Sequence[Step | str] | str | None = None,
    layout: str = "optimised",
    kernels: bool = True,
    quantize: str | None = None,
    observers: Sequence[Observer] = (),
    strict: bool | None = None,
) -> CompiledModule:
    """Like ``compile``, for a program that is captured already."""
    target = targets.get(target)
    steps = exact(target) if passes is None else parse_steps(passes)
    Pipeline(steps)  # a wrong order is found before the work starts
    default = passes is None
    options = _Options(
        steps=tuple(steps),
        target=target,
        verify=verify,
        measure=measure,
        layout=layout if default else None,
        kernels=kernels and default,
        quantize=quantize,
        observers=tuple(observers),
    )
    if is_strict(strict):
        return _ready(_compile(original, options, LeftOut(), Progress()), target)
    attempts = Attempts(
        lambda left, progress: _compile(original, options.less(left), left, progress),
        lambda left: _removal_works(original, options.less(left), left),
        [node.name for node in layers_of(original)],
    )
    compiled, failures = tolerant(attempts, original)
    compiled.report.failures = failures
    return _ready(compiled, target)


def _ready(compiled: CompiledModule, target: Target) -> CompiledModule:
    """The same, loaded if what was timed is still there."""
    if is_built(target, compiled.program):
        compiled.prepare()
    return compiled


def _compile(original: Program, options: _Options, left: LeftOut, progress: Progress) -> CompiledModule:
    """The whole way, without what is left out."""
    target, observers = options.target, options.observers
    start = original.copy()
    dtype = promote(start)
    reference = Reference(start) if options.verify else None
    attempt = _attempt(start, options.steps, target, observers, allow_priced=True, held=left.layers)
    decisions: list[str] = []
    if attempt.program.priced():
        attempt, decisions = _settle(start, attempt, options.steps, target, dtype)
    again = partial(_attempt, start, target=target, observers=(), held=left.layers)
    attempt, more = no_larger(numbers(original), attempt, again, options.steps, target, dtype)
    decisions += more
    chosen = LayoutReport(options.layout or "optimised", "")
    if options.layout is not None and options.layout != "constrained":
        progress.stage = "layouts"
        attempt, chosen, more = _laid_out(attempt, options.layout, options, dtype)
        decisions += more
    progress.stage = "verify"
    outcome = _verify(start, attempt, target, reference) if reference else None
    result = attempt.program
    result.assumptions = sizes_kept(start, result) if reference else replace(original.assumptions, free={})
    if dtype is not None:
        demote(result, dtype)
    result.inputs, result.facts = original.inputs, {}
    dense = _without_masks(original)
    report = _report(original, dense, result, target, attempt, outcome)
    report.decisions, report.layout = decisions, chosen
    packed = result
    if options.kernels and result.device.type != "cpu":
        report.notes.append(f"No sparse kernels: they run on CPUs, and the model is on '{result.device}'.")
    elif options.kernels and (options.quantize or has_zeros(result)):
        progress.stage = "kernels"
        packed = with_kernels(result, report, target, attempt.timing, observers, options.quantize, attempt.passes)
        progress.stage = "verify"
    report.notes += [*original.notes, *_notes(report, original), *larger(original, packed)]
    if report.quantized:
        report.quantized_error = Reference(original, count=1).error(packed)
    elif options.verify:
        _verify_answers(original, packed)
    own_outputs_as(packed, original)
    if options.measure:
        progress.stage = "measure"
        races.measure(dense, packed, target, report)
        if target.multiple > 1 and races.is_slower(dense, packed, target, report):
            report.undo(f"Undone, measured {report.measured_gain:.2f}x on {target}: all that was removed.")
            packed = original.copy()
            own_outputs_as(packed, original)
    return CompiledModule(packed, report, target)


def _removal_works(original: Program, options: _Options, left: LeftOut) -> bool:
    """Whether what is removed with some layers held is right: how the layers at fault are found."""
    start = original.copy()
    promote(start)
    try:
        attempt = _attempt(start, options.steps, options.target, (), allow_priced=True, held=left.layers)
        return Reference(start).difference(attempt.program) is None
    except PassError:
        return False


@dataclass
class _Attempt:
    program: Program
    ctx: Context
    timing: Timing
    names: Names
    steps: list[Step]
    passes: int  # the number of the last one


def _attempt(
    start: Program,
    steps: Sequence[Step],
    target: Target,
    observers: Sequence[Observer],
    *,
    allow_priced: bool,
    allow_growth: bool = True,
    held: frozenset[str] = frozenset(),
) -> _Attempt:
    program, timing, names = start.copy(), Timing(), Names()
    ctx = Context(
        target=target,
        costs=costs_for(target),
        allow_priced=allow_priced,
        allow_growth=allow_growth,
        removing=names.removing,
        held=held,
    )
    pipeline = Pipeline(steps, [timing, names, *observers])
    pipeline.run(program, ctx)
    return _Attempt(program, ctx, timing, names, [*steps], pipeline.number)


def _laid_out(
    attempt: _Attempt, mode: str, options: _Options, dtype: torch.dtype | None
) -> tuple[_Attempt, LayoutReport, list[str]]:
    """Let every reader have its own channels, and keep that if it is measured faster.

    The model that an optimised layout is chosen by may be wrong: simple plans that it finds nearly as good run, too.
    """
    target = options.target
    first, chosen = _lay_out(attempt, mode, options)
    if not chosen.conversions:
        return attempt, chosen, []
    if mode == "optimised" and chosen.saved < WORTH:
        chosen.kept = False
        return attempt, chosen, [f"Not tried, would save {chosen.saved:.1f} us by the model: {chosen.counted()}."]
    plans = {mode: (first, chosen)}
    if mode == "optimised":
        plans |= {other: _lay_out(attempt, other, options) for other in _nearly_as_good(chosen, target)}
    gains = races.gains({name: plan.program for name, (plan, _) in plans.items()}, attempt.program, target, dtype)
    best = max(gains, key=lambda name: gains[name])
    laid_out, chosen = plans[best]
    chosen.gain, chosen.kept = gains[best], gains[best] > 1.0 + races.MARGIN
    laid_out.ctx.refusals = _still_refused(laid_out.ctx.refusals, laid_out.program)
    present = set(attempt.program.priced())
    added = [text for text in laid_out.program.priced() if text not in present and not text.startswith("channel ")]
    what = "; ".join(filter(None, [f"readers with channels of their own ({chosen.counted()})", _count(added)]))
    if best != mode:
        what += f"; the '{best}' plan, which the model had put behind '{mode}' ({gains[mode]:.2f}x)"
    verb = "Kept" if chosen.kept else "Undone"
    return (
        laid_out if chosen.kept else attempt,
        chosen,
        [f"{verb}, measured {chosen.gain:.2f}x on {target}: {what}."],
    )


def _lay_out(attempt: _Attempt, mode: str, options: _Options) -> tuple[_Attempt, LayoutReport]:
    program, names, costs = attempt.program.copy(), attempt.names.copy(), attempt.ctx.costs
    refusals, report = [*attempt.ctx.refusals], LayoutReport(mode, costs.name)
    ctx = Context(
        target=options.target,
        costs=costs,
        allow_priced=True,
        allow_growth=attempt.ctx.allow_growth,
        refusals=refusals,
        removing=names.removing,
        held=attempt.ctx.held,
    )
    steps = without(layout_steps(options.target, mode), options.skipped)
    watching: list[Observer] = [attempt.timing, names, LayoutWatcher(report), *options.observers]
    pipeline = Pipeline(steps, watching, after=attempt.passes)
    pipeline.run(program, ctx)
    return _Attempt(program, ctx, attempt.timing, names, [*attempt.steps, *steps], pipeline.number), report


def _nearly_as_good(chosen: LayoutReport, target: Target) -> list[str]:
    """Simple plans that the model finds no worse than it may be wrong, as many as the target races."""
    totals = {
        mode: sum(segment.microseconds[mode] for segment in chosen.segments) for mode in ("gather", "upscale", "chosen")
    }
    optimised = totals.pop("chosen")
    close = sorted((mode for mode in totals if totals[mode] < CLOSE * optimised), key=lambda mode: totals[mode])
    return close[: target.plans]


def _still_refused(refusals: Sequence[Refusal], program: Program) -> list[Refusal]:
    """Refusals without those for zero columns that are gone since readers have channels of their own."""
    layers = {node.name: node for node in layers_of(program)}
    found = []
    for refusal in refusals:
        number, _, what = refusal.reason.partition(" zero column")
        if what and number.isdigit() and refusal.node in layers:
            left = int((~reads_of(layers[refusal.node], program).any(axis=1)).sum())
            if left == 0:
                continue
            if left != int(number):
                reason = f"{count(left, 'zero column')} left: leaving out fewer channels costs less, by the model"
                refusal = replace(refusal, reason=reason)
        found.append(refusal)
    return found


def _settle(
    start: Program, priced: _Attempt, steps: Sequence[Step], target: Target, dtype: torch.dtype | None
) -> tuple[_Attempt, list[str]]:
    """Keep rewrites that add operations only if they win against the program without them, measured."""
    plain = _attempt(start, steps, target, (), allow_priced=False, held=priced.ctx.held)
    gain = races.gain(priced.program, plain.program, target, dtype)
    what = _count(priced.program.priced())
    if gain > 1.0 + races.MARGIN:
        return priced, [f"Kept, measured {gain:.2f}x on {target}: {what}."]
    return plain, [f"Undone, measured {gain:.2f}x on {target}: {what}."]


def _without_masks(original: Program) -> Program:
    """The original with masks and parametrizations computed, and products with a weight written as linear layers.

    This is what the result is compared with, layer by layer.
    """
    dense = original.copy()
    for item in (FoldWeights(), FormLinears()):
        item.run(dense, Context())
    return dense


def _count(descriptions: Sequence[str]) -> str:
    """``3 x bias map (at a, b, c)``."""
    kinds: dict[str, list[str]] = {}
    for text in descriptions:
        kind, _, place = text.partition(" at ")
        kinds.setdefault(kind, []).append(place)
    return "; ".join(
        f"{len(places)} x {kind} (at {', '.join(places[:3])}{', ...' if len(places) > 3 else ''})"
        for kind, places in kinds.items()
    )


def _verify(start: Program, attempt: _Attempt, target: Target, reference: Reference) -> Verification:
    """Compare with the original; where that fails, run the passes again with a check after each to name the culprit."""
    try:
        return reference.verify(attempt.program)
    except (PassError, RuntimeError) as error:
        check = NumericCheck(reference.difference)
        ctx = attempt.ctx
        again = partial(_attempt, start, attempt.steps, target, [check], allow_growth=ctx.allow_growth)
        again(allow_priced=ctx.allow_priced, held=ctx.held)
        raise PassError(
            f"the result differs, but no single pass changes it when they run one by one: {error}",
            pass_name="unknown",
            ran=check.ran,
        ) from error


def _verify_answers(original: Program, result: Program) -> None:
    """Once more in the model's own dtypes, against what the user's module gave on the examples."""
    difference = against_answers(result, original, original.answers or [answer_of(original, original.inputs)])
    if difference:
        raise PassError(f"rounding the weights back changes the result: {difference}", pass_name="demote")


def _report(
    original: Program, dense: Program, result: Program, target: Target, attempt: _Attempt, outcome: Verification | None
) -> Report:
    left = _without_masks(result)  # where passes left them
    layers = describe(dense, left, attempt.ctx.refusals)
    for row in layers:
        row.removed_outputs = _followed(row.outputs, attempt.names.gone_from((row.node, "out")))
        row.removed_inputs = _followed(row.inputs, attempt.names.gone_from((row.node, "in")))
    report = Report(
        model=original.name,
        target=target.name,
        layers=layers,
        parameters=(count_parameters(original), count_parameters(result)),
        flops=(operations(dense), operations(left)),
        refusals=attempt.ctx.refusals,
        removed=attempt.names.removed(),
        timings=attempt.timing.rows,
        eager=target.eager,
    )
    if outcome is not None:
        report.error, report.samples = outcome.error, outcome.samples
        report.error_dtype = str(outcome.dtype).removeprefix("torch.")
    return report


def _followed(sizes: tuple[int, int], gone: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Which positions a layer lost, if as many are known to be gone as are."""
    before, after = sizes
    if after in (0, before):
        return tuple(range(before - after))
    return gone if gone is not None and len(gone) == before - after else None


def _notes(report: Report, original: Program) -> list[str]:
    notes = []
    if not report.changed_layers and not report.removed and not any(layer.done for layer in report.layers):
        notes.append(_why_unchanged(report))
    if original.is_static():
        notes.append("All sizes are static: the model was captured for the example's batch size only.")
    return notes


def _why_unchanged(report: Report) -> str:
    zero = sum(layer.zero_outputs + layer.zero_inputs for layer in report.layers)
    if zero:
        return (
            f"Nothing was removed: {zero} zero filters and columns have to stay, for the reasons that the layers give."
        )
    sparse = [layer for layer in report.layers if layer.zeros > 0.3]
    if sparse:
        return (
            f"Nothing was removed: {len(sparse)} layers hold many zeros, but scattered; "
            "no filter or column is all zero."
        )
    return "Nothing was removed: the weights hold no zero filters or columns."


def explain(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    dynamic_shapes: Any = None,
    target: str | Target = "cpu",
    layout: str = "optimised",
    measure: bool = False,
) -> Report:
    """The report that ``compile`` would give, without keeping the result."""
    options: dict[str, Any] = {"dynamic_shapes": dynamic_shapes, "target": target, "layout": layout}
    return compile(model, args, kwargs, verify=False, measure=measure, **options).report


__all__ = ["CompiledModule", "UserError", "compile", "compile_program", "explain"]
