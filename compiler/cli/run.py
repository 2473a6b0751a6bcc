"""``sparsec run``: run single passes and say what each of them changed."""

from __future__ import annotations

import difflib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from .arguments import AsJson, DumpFolder, Model, PassList, Traceback, Verify, check_output, model_files, passes_of
from .terminal import show, show_json, working
from .words import print_written
from .work import compile_file, library_facts, library_of, write

if TYPE_CHECKING:
    from ...passes.base import Pass
    from ..ir.program import Program
    from ..report.data import Report


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
    from ..exact_stages import only
    from ..pipeline import with_analyses

    with working() as progress:
        check_output("-o", output, model_files(output))
        asked = passes_of(passes)
        steps = with_analyses(asked)
        watch = _Watch([not any(step is item for item in asked) for step in steps])
        settings: dict[str, Any] = {"verify": verify, "stages": only(steps), "strict": True}
        compiled = compile_file(model, progress, watch, dump_ir=dump_ir, **settings)
        if output:
            write(compiled, output, progress)
    text = _text(compiled.program) if print_ir else None
    if as_json:
        document = {"passes": [asdict(x) for x in watch.changes], "report": compiled.report.to_json()}
        files = {"output": str(output) if output else None, **library_facts(output)}
        show_json(document | {"ir": text, **files})
    else:
        _print_changes(watch.changes, compiled.report, diff)
        show(text or "")
        print_written(output, library_of(output))


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
    from ..ir.printer import print_program

    return print_program(program)


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
