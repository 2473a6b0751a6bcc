"""``sparsec explain``: say what compiling would do to each layer, what it would leave, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .arguments import (
    AsJson,
    Effort,
    Everything,
    Kernels,
    Layout,
    Model,
    PassList,
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
        check_output("--html", html, (".html",))
        options = options_of(verify, measure, passes, layout, effort, kernels, quantize, strict)
        compiled = compile_file(model, progress, target=target, **options)
        write_report(compiled.report, html)
        story = compiled.report.why(why) if why else ""
    if as_json:
        show_json(compiled.report.to_json(removed=removed))
    elif why:
        show(story)
    else:
        print_report(compiled.report, everything=everything, layouts=layouts, removed=removed)
    if not as_json:
        print_written(html)
