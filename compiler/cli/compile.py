"""``sparsec compile``: write a smaller model that computes the same, and say what was done."""

from __future__ import annotations

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
from .work import compile_file, library_facts, library_of, write, write_report

if TYPE_CHECKING:
    from ..driver import CompiledModule


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
    options = options_of(verify, measure, passes, layout, effort, kernels, quantize, strict)
    options |= {"dump_ir": dump_ir, "ranges": ranges_of(ranges)}
    several = models_in(model)
    if several and (not output.suffix or output.is_dir()):
        if report is not None or dump_ir is not None:
            said = "--report" if report is not None else "--dump-ir"
            raise UserError("bad-option", f"'{said}' is for one model, and '{model}' holds {len(several)}")
        _compile_folder(model, output, {"target": target or "onnxruntime", **options}, cpu, as_json)
        return
    with working() as progress:
        check_output("-o", output, model_files(output))
        check_cpu(cpu, output)
        check_output("--report", report, (".html", ".json"))
        compiled = compile_file(model, progress, target=target or target_of(output), **options)
        write(compiled, output, progress, cpu)
        write_report(compiled.report, report, removed=removed)
    library = library_of(output)
    if as_json:
        show_json({**_written(output), "report": compiled.report.to_json(removed=removed)})
    else:
        print_report(compiled.report, everything=everything, removed=removed)
        print_written(output, library, report)
        _print_how_to_load(output, library)


def _compile_folder(folder: Path, output: Path, options: dict[str, Any], cpu: str | None, as_json: bool) -> None:
    """Compile each model of a folder, and tell of each in a line."""
    with working() as progress:

        def compiled(model: Path, to: Path) -> CompiledModule:
            result = compile_file(model, progress, **options)
            write(result, to, progress, cpu)
            return result

        done = [*compiled_each(folder, output, compiled, bool(options["strict"]))]
    if as_json:
        show_json({"models": [{**_written(file), **_told(result)} for file, result in done]})
        return
    for file, result in done:
        if isinstance(result, UserError):
            show(f"Copied {file} as it is: {result.message}.")
        else:
            show(result.report.summary().splitlines()[0])
            print_written(file, library_of(file))


def _told(result: CompiledModule | UserError) -> dict[str, Any]:
    """What is said of a model of a folder: the report, or why it stayed as it was."""
    return {"copied": result.message} if isinstance(result, UserError) else {"report": result.report.to_json()}


def _written(file: Path) -> dict[str, Any]:
    return {"output": str(file), "bytes": file.stat().st_size, **library_facts(file)}


def target_of(path: Path) -> str:
    """The target whose files are written as this one."""
    found = targets.writing(path.suffix)
    return found.name if found else "cpu"


def _print_how_to_load(model: Path, library: Path | None) -> None:
    if library:
        where = str(library) if len(library.parts) > 1 else f"./{library}"  # a name alone is looked for elsewhere
        show(f"Load it with options = onnxruntime.SessionOptions(); options.register_custom_ops_library({where!r})")
        show(f"or see 'sparsec run-onnx {model} --show-code'.")
