"""``sparsec explain``: say what compiling would do to each layer, what it would leave, and why.

A file that sparsec wrote holds the report of its compile, which is shown as it is, unless an option asks for another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UserError
from .arguments import (
    AsJson,
    Effort,
    Everything,
    FurtherPasses,
    Kernels,
    Layout,
    Quantize,
    Removed,
    Strict,
    Target,
    Traceback,
    check_output,
    options_of,
)
from .terminal import show, show_json, working
from .words import print_report, print_written
from .work import compile_file, write_report

if TYPE_CHECKING:
    from ..progress import Progress
    from ..report.data import Report


def explain(
    model: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL",
            show_default=False,
            help="A model as for compile; of a file that sparsec wrote, its own report is shown.",
        ),
    ],
    target: Target = "",
    everything: Everything = False,
    why: Annotated[
        str, typer.Option("--why", metavar="LAYER", show_default=False, help="Tell all about one layer, or one module.")
    ] = "",
    layouts: Annotated[
        bool, typer.Option("--layouts", help="Show who reads which channels, in which order, and what is copied.")
    ] = False,
    passes: FurtherPasses = "",
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
    """Say what compiling would do to each layer, or did to a file that sparsec wrote, what it would leave, and why."""
    with working() as progress:
        check_output("--html", html, (".html",))
        options = options_of(verify, measure, passes, layout, effort, kernels, quantize, strict)
        report = _report(model, progress, target, options)
        write_report(report, html)
        story = report.why(why) if why else ""
        pruned = _pruning(model)
    if as_json:
        show_json(report.to_json(removed=removed))
    elif why:
        show(story)
    else:
        print_report(report, everything=everything, layouts=layouts, removed=removed)
    if as_json:
        return
    if not why:
        show("\n".join(pruned))
    print_written(html)


def _report(model: Path, progress: Progress, target: str, options: dict[str, Any]) -> Report:
    """The one that a file holds, if nothing else is asked for; or what compiling gives."""
    from ..embedded import intact_documents, report_in

    asked = bool(target) or options != options_of(False, False, "", "optimised", "default", True, None, False)
    found = None if asked else report_in(intact_documents(model), model)
    if found is not None:
        return found
    from ..capture.models import default_target

    return compile_file(model, progress, target=target or default_target(model), **options).report


def _pruning(model: Path) -> list[str]:
    """How a file's model was pruned, if that was done with sparsec, line by line."""
    from ..embedded import PRUNED, documents_in, unpacked

    text = documents_in(model).get(PRUNED) if model.is_file() else None
    if text is None:
        return []
    try:
        found = unpacked(text)
        return [f"Pruned before: {found['summary']}", *(f"  {loss['says']}" for loss in found["losses"])]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "bad-file", f"what '{model}' says of how it was pruned cannot be read", note=str(error)
        ) from error
