"""``sparsec ...``: the command line.

What was asked for goes to stdout (with ``--json``: exactly one JSON document), everything else to stderr.
Exit codes: 0 done, 1 a fault of sparsec (such as a pass), 2 a fault of the command line, the model or a path.
PyTorch is imported by the commands that need it, so that ``--help`` is quick.
"""

from __future__ import annotations

import difflib
import json
import sys
import time
import traceback as tracebacks
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.filesize import decimal
from rich.table import Table

from ..runtime import targets
from .cli_profile import calibrate, profile
from .cli_run_onnx import run_onnx
from .errors import UserError
from .progress import Progress
from .terminal import DONE, YOURS, fail, show, show_json, working

if TYPE_CHECKING:
    from ..passes.base import Pass
    from .driver import CompiledModule
    from .ir.program import Program
    from .pipeline import Observer
    from .report import Report

# What is written most; other targets have files of their own.
MODEL_FILES = (".onnx", ".pt2")

# A blank line between them keeps examples apart in the help.
EXAMPLES = """Examples:

  sparsec explain model.pt2

  sparsec explain model.pt2 --layouts

  sparsec compile model.pt2 -o model.onnx

  sparsec compile bert-pruned/ -o model.onnx

  sparsec compile model.pt2 -o small.pt2 --report report.html

  sparsec run -p fold-batchnorm,remove-channels model.pt2 --diff

  sparsec run-onnx model.onnx --threads 4

Exit codes: 0 done, 1 a fault of sparsec, 2 a fault of the command line, the model or a path."""

app = typer.Typer(
    epilog=EXAMPLES,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="A .pt2 file from torch.export.save, a folder from save_pretrained, or a .gguf file.",
    ),
]
Target = Annotated[str, typer.Option("--target", "-t", help=f"What to be fast on: {', '.join(targets.names())}.")]
Verify = Annotated[
    bool,
    typer.Option("--verify/--no-verify", help="Compare the result with the original, on several inputs."),
]
PassList = Annotated[
    str,
    typer.Option(
        "--passes",
        "-p",
        metavar="LIST",
        show_default=False,
        help="Passes to run, separated by commas, with options in braces: fold-weights,demand{bias_maps=true}",
    ),
]
DumpFolder = Annotated[
    Path | None,
    typer.Option("--dump-ir", metavar="FOLDER", help="Write the program as text after every change."),
]
Layout = Annotated[
    str,
    typer.Option(
        "--layout",
        metavar="MODE",
        help="How readers get their own channels: optimised, or constrained, gather, upscale to compare with it.",
    ),
]
Effort = Annotated[
    str,
    typer.Option(metavar="HOW", help="How long to search and to race for a faster result: fast, default, max."),
]
Kernels = Annotated[
    bool, typer.Option("--kernels/--no-kernels", help="Use sparse kernels where they are measured faster.")
]
Quantize = Annotated[
    str | None,
    typer.Option(
        metavar="DTYPE",
        show_default="off",
        help="Let sparse kernels round weights to bfloat16 or int8: lossy; the report says by how much.",
    ),
]
Removed = Annotated[
    bool, typer.Option("--removed", help="Say which outputs and inputs of each layer are gone, by their old numbers.")
]
Everything = Annotated[bool, typer.Option("--all", help="List unchanged layers, rare reasons, and all layouts, too.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Fail on an error of sparsec's own, instead of leaving out what fails.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show where in sparsec an error arose.")]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code."""
    words = sys.argv[1:] if argv is None else [*argv]
    try:
        code = app(words, prog_name="sparsec", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence and an exit code
        if "--traceback" in words:
            tracebacks.print_exc()
        return fail(error, as_json="--json" in words)
    return code if isinstance(code, int) else DONE


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Turn the zeros of a pruned neural network into speed, exactly."""
    if version:
        from .. import __version__

        typer.echo(f"sparsec {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(YOURS)


@app.command(name="compile", epilog="Example:  sparsec compile model.pt2 -o model.onnx --report report.html")
def compile_model(
    model: Model,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", show_default=False, help="A .onnx or .pt2 file."),
    ],
    target: Annotated[
        str,
        typer.Option(
            "--target",
            "-t",
            show_default="onnxruntime for a .onnx file, else cpu",
            help=f"What to be fast on: {', '.join(targets.names())}.",
        ),
    ] = "",
    verify: Verify = True,
    measure: Annotated[bool, typer.Option(help="Time each layer and the whole, before and after.")] = True,
    passes: PassList = "",
    layout: Layout = "optimised",
    effort: Effort = "default",
    kernels: Kernels = True,
    quantize: Quantize = None,
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
    with working() as progress:
        _check_output("-o", output, _model_files(output))
        _check_output("--report", report, (".html", ".json"))
        options = _options(verify, measure, passes, layout, effort, kernels, quantize, strict)
        compiled = _compile(model, progress, dump_ir=dump_ir, target=target or _target_of(output), **options)
        _write(compiled, output, progress)
        _write_report(compiled.report, report, removed=removed)
    library = _library_of(output)
    if as_json:
        written = {"output": str(output), "bytes": output.stat().st_size, "library": library and str(library)}
        show_json({**written, "report": compiled.report.to_json(removed=removed)})
    else:
        _print_report(compiled.report, everything=everything, removed=removed)
        _print_written(output, library, report)
        _print_how_to_load(output, library)


@app.command(epilog="Example:  sparsec explain model.pt2 --all --html report.html")
def explain(
    model: Model,
    target: Target = "cpu",
    everything: Everything = False,
    why: Annotated[
        str, typer.Option("--why", metavar="LAYER", show_default=False, help="Tell all about one layer, or one module.")
    ] = "",
    layouts: Annotated[
        bool, typer.Option("--layouts", help="Show who reads which channels, in which order, and what is copied.")
    ] = False,
    passes: PassList = "",
    layout: Layout = "optimised",
    effort: Effort = "default",
    kernels: Kernels = True,
    quantize: Quantize = None,
    removed: Removed = False,
    verify: Annotated[bool, typer.Option("--verify", help="Compare the result with the original.")] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Time each layer and the whole, before and after.")
    ] = False,
    strict: Strict = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as a page.")] = None,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Say what compiling would do to each layer, what it would leave, and why."""
    with working() as progress:
        _check_output("--html", html, (".html",))
        options = _options(verify, measure, passes, layout, effort, kernels, quantize, strict)
        compiled = _compile(model, progress, target=target, **options)
        _write_report(compiled.report, html)
        story = compiled.report.why(why) if why else ""
    if as_json:
        show_json(compiled.report.to_json(removed=removed))
    elif why:
        show(story)
    else:
        _print_report(compiled.report, everything=everything, layouts=layouts, removed=removed)
    if not as_json:
        _print_written(html)


@app.command(epilog="Example:  sparsec run -p fold-batchnorm,remove-channels model.pt2 --diff")
def run(
    model: Model,
    passes: PassList,
    print_ir: Annotated[bool, typer.Option("--print", help="Print the program after the last pass.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what each pass changed, line by line.")] = False,
    dump_ir: DumpFolder = None,
    verify: Verify = True,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A .onnx or .pt2 file to write.")
    ] = None,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Run single passes and say what each of them changed.

    Analyses that a pass needs and that the list lacks run before it.
    """
    from .exact_stages import only
    from .pipeline import with_analyses

    with working() as progress:
        _check_output("-o", output, _model_files(output))
        asked = _passes(passes)
        steps = with_analyses(asked)
        watch = _Watch([not any(step is item for item in asked) for step in steps])
        settings: dict[str, Any] = {"verify": verify, "stages": only(steps), "strict": True}
        compiled = _compile(model, progress, watch, dump_ir=dump_ir, **settings)
        if output:
            _write(compiled, output, progress)
    text = _text(compiled.program) if print_ir else None
    if as_json:
        document = {"passes": [asdict(x) for x in watch.changes], "report": compiled.report.to_json()}
        library = _library_of(output)
        files = {"output": str(output) if output else None, "library": library and str(library)}
        show_json(document | {"ir": text, **files})
    else:
        _print_changes(watch.changes, compiled.report, diff)
        show(text or "")
        _print_written(output, _library_of(output))


@app.command(name="passes", epilog="Other packages add theirs through the entry point group 'sparsec.passes'.")
def list_passes(as_json: AsJson = False, traceback: Traceback = False) -> None:
    """List the passes: what they do, their options, the facts that they need and find."""
    with working() as progress:
        progress.say("loading PyTorch")
        from ..passes.base import options_of
        from .pipeline import known_passes

        kinds = sorted(known_passes().items())
        options = {name: options_of(kind) for name, kind in kinds}
    if as_json:
        show_json(
            [
                {
                    "name": name,
                    "summary": kind.summary(),
                    "options": {key: _plain(value) for key, value in options[name].items()},
                    "requires": sorted(kind.requires),
                    "establishes": sorted(kind.establishes),
                }
                for name, kind in kinds
            ]
        )
        return
    table = Table("pass", "what it does", "options", "needs", "finds", pad_edge=False)
    for name, kind in kinds:
        settings = [f"{key}={json.dumps(_plain(value))}" for key, value in options[name].items()]
        columns = (settings, sorted(kind.requires), sorted(kind.establishes))
        table.add_row(name, kind.summary(), *(", ".join(column) for column in columns))
    show(table)


app.command(epilog="Example:  sparsec profile --target onnxruntime")(profile)
app.command(name="calibrate", hidden=True)(calibrate)
app.command(name="run-onnx", epilog="Example:  sparsec run-onnx model.onnx --threads 4 --input x=images.npy")(run_onnx)


# -------------------------------------------------------------------- work


def _compile(
    model: Path,
    progress: Progress,
    *watching: Observer,
    dump_ir: Path | None = None,
    target: str = "cpu",
    layout: str = "optimised",
    **settings: Any,
) -> CompiledModule:
    """Like ``sparsec.compile``, saying how far it is."""
    from ..passes.layout.solve import check_layout
    from ..runtime.select import check_quantize
    from .capture import capture
    from .driver import compile_program
    from .pipeline import DumpIR
    from .pretrained import capture_pretrained, is_pretrained

    targets.get(target)
    check_layout(layout)
    check_quantize(settings.get("quantize"), settings.get("kernels", True))
    progress.say(f"reading {model}")
    program = capture_pretrained(model, target) if is_pretrained(model) else capture(model)
    dumps = [DumpIR(dump_ir)] if dump_ir else []
    settings |= {"target": target, "layout": layout, "observers": [progress, *watching, *dumps]}
    return compile_program(program, **settings)


def _options(
    verify: bool,
    measure: bool,
    passes: str,
    layout: str,
    effort: str,
    kernels: bool,
    quantize: str | None,
    strict: bool,
) -> dict[str, Any]:
    """The arguments of ``compile_program`` that two commands have in common."""
    return {
        "verify": verify,
        "measure": measure,
        "passes": _passes(passes) if passes else (),
        "layout": layout,
        "effort": effort,
        "kernels": kernels,
        "quantize": quantize,
        "strict": strict or None,
    }


def _passes(text: str) -> list[Pass]:
    """The passes of a command line."""
    from ..passes.base import parse
    from .pipeline import known_passes

    known = known_passes()
    asked = parse(text, known)
    if not asked:
        names = ", ".join(sorted(known))
        raise UserError("bad-option", f"'{text}' names no pass", hint=f"known passes: {names}")
    return asked


def _model_files(path: Path | None) -> tuple[str, ...]:
    """How the name of a model may end; who knows the usual ends does not wait for PyTorch."""
    return MODEL_FILES if path is None or path.suffix in MODEL_FILES else tuple(targets.suffixes())


def _check_output(option: str, path: Path | None, suffixes: tuple[str, ...]) -> None:
    """Refuse a path before the work begins rather than after it."""
    if path is None:
        return
    if path.suffix not in suffixes:
        raise UserError(
            "bad-option",
            f"'{option} {path}' does not say what to write",
            note="the end of the name decides",
            hint=f"end it in {' or '.join(suffixes)}",
        )
    from ..codegen.onnx.files import atomically

    with atomically(path):
        pass


def _write(compiled: CompiledModule, path: Path, progress: Progress) -> None:
    progress.say(f"writing {path}")
    if path.suffix == ".onnx":
        compiled.export_onnx(path)
    else:
        compiled.save(path)


def _target_of(path: Path) -> str:
    """The target whose files are written as this one."""
    found = targets.writing(path.suffix)
    return found.name if found else "cpu"


def _library_of(path: Path | None) -> Path | None:
    """The library that was written with a model, if it needs one."""
    from ..codegen.onnx.files import library_for

    if path is None or path.suffix != ".onnx":
        return None
    library = library_for(path)
    return library if library.exists() else None


def _write_report(report: Report, path: Path | None, *, removed: bool = False) -> None:
    if path is None:
        return
    from ..codegen.onnx.files import atomically

    with atomically(path) as folder:
        if path.suffix == ".json":
            report.save_json(folder / path.name, removed=removed)
        else:
            report.save_html(folder / path.name)


@dataclass
class _Change:
    """What one pass did."""

    number: int
    name: str
    added: bool
    changed: bool
    seconds: float
    nodes: tuple[int, int]
    diff: list[str]


class _Watch:
    """An observer that notes what each pass changes."""

    def __init__(self, added: Sequence[bool]) -> None:
        self.added, self.changes = added, list[_Change]()
        self._lines: list[str] = []
        self._start = 0.0

    def before(self, program: Program, item: Pass, index: int) -> None:
        self._lines = self._lines or _text(program).splitlines()
        self._start = time.perf_counter()

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        seconds = time.perf_counter() - self._start
        lines = _text(program).splitlines() if changed else self._lines
        diff = [*difflib.unified_diff(self._lines, lines, "before", f"{index:03d}_{item.name()}", lineterm="", n=1)]
        nodes = (len(self._lines), len(lines))
        self.changes.append(_Change(index, item.name(), self.added[index - 1], changed, seconds, nodes, diff))
        self._lines = lines


def _text(program: Program) -> str:
    from .ir.printer import print_program

    return print_program(program)


# -------------------------------------------------------------------- words


def _print_report(report: Report, *, everything: bool = False, layouts: bool = False, removed: bool = False) -> None:
    from .report_text import parts

    for part in parts(report, everything=everything, removed=removed, more="; --all lists them"):
        show(part)
    if report.layers:
        show("sparsec explain MODEL --why LAYER tells all about one layer.")
    if layouts and report.layout:
        from .report_layout_text import layout_parts

        for part in layout_parts(report.layout, report.target, everything=everything):
            show(part)


def _print_changes(changes: Sequence[_Change], report: Report, diff: bool) -> None:
    table = Table("", "pass", "", "nodes", "lines", "seconds", "left undone", pad_edge=False)
    for change in changes:
        left = sum(refusal.pass_name == change.name for refusal in report.refusals)
        table.add_row(*_cells(change), str(left or ""))
    show(table)
    added = dict.fromkeys(change.name for change in changes if change.added)
    if added:
        show(f"Added because a later pass needs them: {', '.join(added)}.")
    for refusal in report.refusals:
        place = refusal.path or refusal.node
        show(f"{refusal.pass_name} left '{place}': {refusal.reason}.")
    for change in changes if diff else ():
        show("\n".join(change.diff))
    show(report.summary())


def _cells(change: _Change) -> tuple[str, ...]:
    before, after = change.nodes
    lines = [line[0] for line in change.diff[2:]]
    return (
        str(change.number),
        f"{change.name} (added)" if change.added else change.name,
        "changed" if change.changed else "",
        f"{before} -> {after}" if before != after else str(before),
        f"-{lines.count('-')} +{lines.count('+')}" if change.changed else "",
        f"{change.seconds:.3f}",
    )


def _print_written(*paths: Path | None) -> None:
    for path in paths:
        if path:
            show(f"Wrote {path} ({decimal(path.stat().st_size)}).")


def _print_how_to_load(model: Path, library: Path | None) -> None:
    if library:
        where = str(library) if len(library.parts) > 1 else f"./{library}"  # a name alone is looked for elsewhere
        show(f"Load it with options = onnxruntime.SessionOptions(); options.register_custom_ops_library({where!r})")
        show(f"or see 'sparsec run-onnx {model} --show-code'.")


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)
