"""compile() and explain(): capture, the stages one after the other, report - the whole way."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.export import ExportedProgram

from ..codegen.onnx.cuda_nodes import CardOperator
from ..codegen.onnx.export import export_onnx
from ..runtime import targets
from ..runtime.builds import builds_shared, is_built
from ..runtime.module import ProgramModule
from ..runtime.profile import costs_for
from ..runtime.targets.cpu import exported_of
from .capture.models import capture, default_target
from .capture.pretrained import capture_pretrained, is_pretrained
from .effort import Effort, effort_of
from .embedded import CODE, documents_of, packed
from .errors import PassError, UserError
from .exact_stages import exact_stages
from .fallback import Attempts, LeftOut, Progress, is_strict, tolerant
from .in_place import own_outputs_as
from .ir.autocast import without_autocast
from .ir.integers import in_integers, in_numbers
from .ir.program import Program
from .ir.target import Target
from .ir.views import layers_of
from .memory import forgets, give_back
from .numerics import promote
from .paths import input_path, output_path, writable
from .pipeline import Observer, Step, parse_steps
from .progress import shown
from .ranges import stated
from .reference import Reference
from .report.build import report_of
from .report.data import Report
from .report.layout import LayoutReport
from .stages import Stage, State, run


class CompiledModule(ProgramModule):
    """A smaller model that computes the same.

    Attributes:
        report: what was found, done and refused; ``print(model.report)``. None for a model from a file that sparsec did
            not write (``sparsec.load``).
        program: the graph and weights, for further passes.
        module: the same in PyTorch eager, where it was compiled for another target.
        exported: the same as an ``ExportedProgram`` of PyTorch's.
    """

    report: Report

    @property
    def exported(self) -> ExportedProgram:
        """The same as an exported program, with its guards.

        Raises:
            UserError: torch.export rejects it.
        """
        return exported_of(self._program)

    def _documented(self) -> Program:
        """The program, with what its file says of it."""
        program = self._program.copy()
        program.documents = documents_of(self._program, self.report, str(self._target))
        return program

    def export_onnx(
        self,
        path: str | os.PathLike[str],
        *,
        opset: int | None = None,
        cuda_kernels: Sequence[str] = (),
        cpu: str | Sequence[str] | None = None,
    ) -> Path:
        """Write the model as ONNX, with its report (see ``sparsec.codegen.onnx.export.export_onnx``).

        Sparse kernels are written beside it, ``model.sparsec.so`` for ``model.onnx``; sessions have to be told.

        Compile with ``target="onnxruntime"`` for a file that shall be fast there: its kernels want channel counts that
        are multiples of 4.

        Args:
            path: of the file, ending in ``.onnx``.
            opset: version of ONNX's operators; by default that of PyTorch's exporter.
            cuda_kernels: experimental: architectures of NVIDIA's cards, such as ``["sm_90"]``. The library is then one
                for ONNX Runtime's CUDAExecutionProvider and those cards, and the file runs nowhere else. Layers
                without kernels for such cards are dense.
            cpu: instruction sets that the library has versions for, by name, in a sequence or with commas between
                them: of ``native`` (the best that this machine has), ``generic``, ``avx2``, ``avxvnni``, ``avx512``,
                ``vnni``, or ``neon``. It picks the best that a processor can run when it is loaded. None: what this
                machine has, and all below.

        Raises:
            UserError: the path ends otherwise or cannot be written, an instruction set is none, or the model is for
                ONNX Runtime, which lacks a kernel that it needs. That it would is a warning where the model is for
                another target. With ``cuda_kernels``, no layer has kernels, or they cannot be built.
        """
        place = writable(path, (".onnx",))
        if cuda_kernels:
            return export_onnx(self._documented(), place, opset=opset, cards=self._card_operators(cuda_kernels))
        with self._fit_for(targets.writing(place.suffix)):
            return export_onnx(self._documented(), place, opset=opset, cpu=cpu)

    def _card_operators(self, architectures: Sequence[str]) -> Mapping[str, CardOperator]:
        """Of the program's layers; see ``card_operators``."""
        from ..runtime.gpu.for_onnx import card_operators

        return card_operators(self._program, architectures)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model as a file of its target, or of the one whose files end so: ``.pt2``, ``.onnx`` ...

        ``sparsec.load`` reads those two, with the report.

        Raises:
            UserError: no target's files end so, the path cannot be written, or the model has something that such a
                file cannot hold. Nothing is left behind.
        """
        place = output_path(path)
        target = self._target if place.suffix in self._target.suffixes else targets.writing(place.suffix)
        if target is None:
            target, place = targets.get("cpu"), writable(path, targets.suffixes())
        with self._fit_for(target):
            program, code = self._documented(), target.code_of(self._program)
            program.documents = {**program.documents, **({CODE: packed(code)} if code else {})}
            return target.save(program, place)

    @contextlib.contextmanager
    def _fit_for(self, target: Target | None) -> Iterator[None]:
        """A file of a target is written within; if that cannot run it, it is refused, or warned of if it has others."""
        if target is self._target:
            try:
                target.check(self._program)
            except UserError as error:
                raise error.or_else("compile for another target") from error
        yield
        if target is None or target is self._target:
            return
        try:
            target.check(self._program)
        except UserError as error:
            if error.code != "missing-package":
                told = "; ".join(filter(None, [error.message, error.note, error.hint]))
                warnings.warn(f"the file was written, but {told}", stacklevel=4)


@torch.inference_mode(False)
def compile(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    dynamic_shapes: Any = None,
    examples: Sequence[Any] = (),
    reference: str = "model",
    target: str | Target | None = None,
    verify: bool = True,
    measure: bool = True,
    passes: Sequence[Step | str] | str | None = (),
    layout: str = "optimised",
    kernels: bool = True,
    quantize: str | None = None,
    effort: str = "default",
    stages: Sequence[Stage] | None = None,
    observers: Sequence[Observer] = (),
    progress: bool = True,
    strict: bool | None = None,
    recipe: Any = None,
    data: object = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> CompiledModule:
    """Turn the zeros of a model into a smaller model that computes the same.

    Args:
        model: an ``nn.Module`` in eval mode, a ``torch.export.ExportedProgram``, or the path of a ``.pt2`` or ``.onnx``
            file, of a Hugging Face folder or of a GGUF file.
        args: example positional inputs; not needed for exported programs, which carry theirs, nor for checkpoints and
            ``.onnx`` files, for which some are made up.
        kwargs: example keyword inputs.
        dynamic_shapes: as for ``torch.export.export``; by default all sizes but those of images are dynamic, where the
            model allows it.
        examples: further calls, each a tuple of positional inputs, a dict of keyword inputs or a pair of both. The
            result is checked on them too, and sizes in which they differ are dynamic.
        reference: what the result has to agree with: "model", the module's own answers, or "export", the exported
            program, where that differs by design (fast paths that write zeros at padded places).
        target: what the result shall be fast on: ``cpu`` (PyTorch eager), ``inductor``, ``onnxruntime``, the name of
            any other target (``sparsec.runtime.targets``), or a Target. By default ``onnxruntime`` for an ``.onnx``
            file, and ``cpu`` for all else.
        verify: compare with the original, in float64 where the model allows, on the examples and random inputs.
        measure: time layers and the whole model for the report (seconds; rewrites that have to be measured to be
            kept are measured in any case).
        passes: passes to run beside those that run anyway, or their names: on weights in their final form, before
            anything is removed. Analyses that they need and that the list lacks run before them. What a lossy pass
            changes becomes what results have to agree with; the report says how far it puts the outputs off.
        layout: how readers that need different channels of one value get them: ``optimised`` (a chosen order of
            channels, slices, gathers where they pay), or a simple plan to compare that with: ``constrained`` (every
            reader reads all of them), ``gather`` (every layer copies its own), ``upscale`` (the published heuristic).
            None of them is kept if it is slower than ``constrained``.
        kernels: whether layers whose zeros have to stay may be computed by sparse kernels, where those are measured
            faster than the dense layer.
        quantize: what sparse kernels may round weights to: ``bfloat16``, or ``int8`` (activations too, by
            token or image). Lossy: the report says how far results are off. None, the default, rounds nothing.
        effort: how much searching and racing there may be for a faster result: "fast", "default" or "max"
            (``sparsec.compiler.effort``). Results are exact and verified whatever it is.
        stages: what to run instead of ``sparsec.compiler.exact_stages.exact_stages(...)``; ``passes``, ``layout``,
            ``kernels``, ``quantize`` and ``measure`` have no effect then.
        observers: objects that watch the passes, such as ``sparsec.compiler.pipeline.DumpIR``.
        progress: whether a terminal shows what is going on, once it takes longer than two seconds.
        strict: raise an error of the compiler's own, instead of leaving out what fails with a ``FallbackWarning``
            (default: what the environment variable ``SPARSEC_STRICT`` says, else False).
        recipe: of an earlier pruning (``result.recipe``), or its file: the model is pruned like that first, to the bit.
        data: what the recipe was made with, if it was made with any.
        ranges: between which numbers inputs lie, by name, such as ``{"x": (0, 1)}``. Activations that are always off
            or always on for such inputs go, and then calls with others are refused.

    Raises:
        UserError: the model, the inputs or an option cannot be used.
        PassError: a pass made a mistake; it is named (only if ``strict``).
    """
    target = targets.get(default_target(model) if target is None else target)
    target.require()
    effort_of(effort)
    _check_flags(verify=verify, measure=measure, kernels=kernels, progress=progress, strict=strict or False)
    stages = None if stages is None else _listed("stages", stages, ("carry_out", "less"))
    observers = _listed("observers", observers, ("before", "after"))
    if stages is None:
        stages = exact_stages(
            target, passes=parse_steps(passes), layout=layout, kernels=kernels, quantize=quantize, measure=measure
        )
    if recipe is None and data is not None:
        raise UserError(
            "bad-option",
            "data= are looked at to prune as a recipe says, and there is no recipe=",
            hint="pass recipe=, or prune: sparsec.prune(model, data, sparsity=0.5).compile()",
        )
    with shown(progress) as line:
        line.say("capturing the model")
        program = _captured(model, args, kwargs, dynamic_shapes, target, examples, reference)
        if recipe is not None:
            program = _pruned(program, model, data, recipe, target, line.say)
        program.ranges = stated(ranges, program)
        return compile_program(
            program,
            target=target,
            verify=verify,
            layout=layout,
            effort=effort,
            stages=stages,
            observers=[line, *observers],
            strict=strict,
        )


def _pruned(
    program: Program, model: Any, data: object, recipe: Any, target: Target, say: Callable[[str], None]
) -> Program:
    """The program, pruned as a recipe says."""
    from .pruning.api import replayed

    with without_autocast():
        return replayed(program, model, data, recipe, target, say)


def _check_flags(**flags: object) -> None:
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise UserError("bad-option", f"{name}={value!r:.40} is neither True nor False", hint="pass one of them")


def _listed(name: str, given: Any, methods: Sequence[str]) -> Sequence[Any]:
    """What was given as a sequence of objects that have these methods."""
    if not isinstance(given, (list, tuple)):
        raise UserError("bad-option", f"{name}={given!r:.40} is no list", hint="pass a list, if only of one")
    for item in given:
        lacking = [method for method in methods if not callable(getattr(item, method, None))]
        if isinstance(item, type) or lacking:
            note = "it is a class, not an instance" if isinstance(item, type) else f"it has no {lacking[0]}()"
            raise UserError("bad-option", f"{name}= holds {item!r:.80}", note=note)
    return given


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
        path = input_path(model)
        if path.suffix == ".gguf" or (os.path.isfile(path / "config.json") and is_pretrained(path)):
            return capture_pretrained(path, target)
    return capture(model, args, kwargs, dynamic_shapes, examples, reference)


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
    passes: Sequence[Step | str] | str | None = (),
    layout: str = "optimised",
    kernels: bool = True,
    quantize: str | None = None,
    effort: str = "default",
    stages: Sequence[Stage] | None = None,
    observers: Sequence[Observer] = (),
    strict: bool | None = None,
) -> CompiledModule:
    """Like ``compile``, for a program that is captured already."""
    target, asked = targets.get(target), effort_of(effort)
    original = in_numbers(original)
    if stages is None:
        stages = exact_stages(
            target, passes=parse_steps(passes), layout=layout, kernels=kernels, quantize=quantize, measure=measure
        )
    start = partial(_start, original, target, asked, verify, layout, tuple(observers))
    if is_strict(strict):
        return _ready(_finished(_through(stages, start, Progress())), target)
    attempts = Attempts(
        lambda left, progress: _finished(_through(_left(stages, left), partial(start, left.layers), progress)),
        lambda left: _removal_works(_left(stages, left), start(left.layers)),
        [layer.node.name for layer in layers_of(original)],
    )
    compiled, failures = tolerant(attempts, original)
    compiled.report.failures = failures
    return _ready(compiled, target)


def _ready(compiled: CompiledModule, target: Target) -> CompiledModule:
    """The same, loaded if what was timed is still there."""
    if is_built(target, compiled.program):
        compiled.prepare()
    return compiled


def _start(
    original: Program,
    target: Target,
    effort: Effort,
    verify: bool,
    layout: str,
    observers: tuple[Observer, ...],
    held: frozenset[str] = frozenset(),
) -> State:
    """The state before the first stage."""
    start = original.copy()
    dtype = promote(start)
    return State(
        original=original,
        program=start,
        target=target,
        costs=costs_for(target),
        start=start,
        effort=effort,
        observers=observers,
        reference=Reference(start, effort.invented) if verify else None,
        dtype=dtype,
        wide=dtype is not None,
        held=held,
        layout=LayoutReport(layout, ""),
    )


def _left(stages: Sequence[Stage], left: LeftOut) -> list[Stage]:
    """The stages, without what is left out."""
    return [less for stage in stages if (less := stage.less(left)) is not None]


def _through(stages: Sequence[Stage], start: Callable[[], State], progress: Progress) -> State:
    """The state after all stages; the first is made here, since whoever gives one keeps its memory."""
    state = start()
    for stage in stages:
        give_back()
        progress.stage = stage.name
        state = run(stage, state)
    give_back()
    progress.stage = "report"
    return state


def _finished(state: State) -> CompiledModule:
    """What the user gets; outputs have memory of their own whatever the stages were."""
    state = replace(state, program=in_integers(state.program))
    report = report_of(state)
    own_outputs_as(state.program, state.original)
    return CompiledModule(state.program, report, state.target)


def _removal_works(stages: Sequence[Stage], state: State) -> bool:
    """Whether what is removed with some layers held is right: how the layers at fault are found."""
    state = replace(state, observers=(), reference=state.reference or Reference(state.start))
    try:
        for stage in stages:
            state = stage.unraced(state)
        return state.reference is not None and state.reference.difference(state.program) is None
    except PassError:
        return False


def explain(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    verify: bool = False,
    measure: bool = False,
    **options: Any,
) -> Report:
    """The report that ``compile`` would give, without keeping the result.

    Args:
        model, args, kwargs, verify, measure, options: as for ``compile``.

    Raises:
        UserError, PassError: as ``compile``.
    """
    return compile(model, args, kwargs, verify=verify, measure=measure, **options).report


__all__ = ["CompiledModule", "UserError", "compile", "compile_program", "explain"]
