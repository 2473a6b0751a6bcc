"""``sparsec compile``: write a smaller model that computes the same, and say what was done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...runtime import targets
from ..errors import UserError
from .arguments import (
    AsJson,
    Cpu,
    DumpFolder,
    Effort,
    Everything,
    FurtherPasses,
    Kernels,
    Layout,
    Measure,
    Model,
    Quantize,
    Ranges,
    Removed,
    Strict,
    TargetOfFile,
    Traceback,
    Verify,
    check_cpu,
    check_output,
    model_files,
    options_of,
    ranges_of,
)
from .folders import compiled_each, models_in
from .terminal import show, show_json, working
from .words import print_report, print_written
from .work import compile_file, file_facts, library_of, write, write_report

if TYPE_CHECKING:
    from ..driver import CompiledModule
    from ..progress import Progress
    from ..report.data import Report


def compile_model(
    model: Model,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="A .onnx or .pt2 file; a folder for all models of a folder.",
        ),
    ],
    target: TargetOfFile = "",
    verify: Verify = True,
    measure: Measure = True,
    passes: FurtherPasses = "",
    layout: Layout = "optimised",
    effort: Effort = "default",
    kernels: Kernels = True,
    quantize: Quantize = None,
    ranges: Ranges = None,
    cpu: Cpu = None,
    dump_ir: DumpFolder = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Write the report to a .html or .json file."),
    ] = None,
    everything: Everything = False,
    removed: Removed = False,
    strict: Strict = False,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Write a smaller model that computes the same, and say what was done."""

    def options() -> dict[str, Any]:
        found = options_of(verify, measure, passes, layout, effort, kernels, quantize, strict)
        return found | {"dump_ir": dump_ir, "ranges": ranges_of(ranges)}

    if (not output.suffix or output.is_dir()) and (several := models_in(model)):
        for said, given in (("--report", report), ("--dump-ir", dump_ir)):
            if given is not None:
                raise UserError("bad-option", f"'{said}' is for one model, and '{model}' holds {len(several)}")
        with working() as progress:
            done = _folder_compiled(model, output, {"target": target or "onnxruntime", **options()}, cpu, progress)
        _tell_folder(done, as_json)
        return
    with working() as progress:
        check_output("-o", output, model_files(output))
        check_cpu(cpu, output)
        check_output("--report", report, (".html", ".json"))
        compiled = compile_file(model, progress, target=target or target_of(output), **options())
        write(compiled, output, progress, cpu)
        write_report(compiled.report, report, removed=removed)
    library = library_of(output)
    if as_json:
        show_json({**file_facts(output), "report": compiled.report.to_json(removed=removed)})
    else:
        print_report(compiled.report, everything=everything, removed=removed)
        print_written(output, library, report)
        _print_how_to_load(output, library)


def _folder_compiled(
    folder: Path, output: Path, options: dict[str, Any], cpu: str | None, progress: Progress
) -> list[tuple[Path, Report | UserError]]:
    """Compile each model of a folder; the files that were written, and what there is to say of each."""

    def compiled(model: Path, to: Path) -> CompiledModule:
        result = compile_file(model, progress, **options)
        write(result, to, progress, cpu)
        return result

    return [*compiled_each(folder, output, compiled, bool(options["strict"]))]


def _tell_folder(done: Sequence[tuple[Path, Report | UserError]], as_json: bool) -> None:
    """Tell of each model of a folder in a line: what became of it, or why it stayed as it was."""
    if as_json:
        told = [{"copied": x.message} if isinstance(x, UserError) else {"report": x.to_json()} for _, x in done]
        show_json({"models": [file_facts(file) | facts for (file, _), facts in zip(done, told, strict=True)]})
        return
    for file, found in done:
        if isinstance(found, UserError):
            show(f"Copied {file} as it is: {found.message}.")
        else:
            show(found.summary().splitlines()[0])
            print_written(file, library_of(file))


def target_of(path: Path) -> str:
    """The target whose files are written as this one."""
    found = targets.writing(path.suffix)
    return found.name if found else "cpu"


def _print_how_to_load(model: Path, library: Path | None) -> None:
    if library:
        where = str(library) if len(library.parts) > 1 else f"./{library}"  # a name alone is looked for elsewhere
        show(f"Load it with options = onnxruntime.SessionOptions(); options.register_custom_ops_library({where!r})")
        show(f"or see 'sparsec run-onnx {model} --show-code'.")
