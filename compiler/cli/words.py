"""What several commands print about a result and its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.filesize import decimal

from .terminal import show

if TYPE_CHECKING:
    from ..report.data import Report


def print_report(report: Report, *, everything: bool = False, layouts: bool = False, removed: bool = False) -> None:
    """Show a report; ``layouts`` adds who reads which channels."""
    from ..report.text import parts

    for part in parts(report, everything=everything, removed=removed, more="; --all lists them"):
        show(part)
    if report.layers:
        show("sparsec explain MODEL --why LAYER tells all about one layer.")
    if layouts and report.layout:
        from ..report.layout_text import layout_parts

        for part in layout_parts(report.layout, report.target, everything=everything):
            show(part)


def print_written(*paths: Path | None) -> None:
    """Name the files that were written, with their sizes, and what a library of kernels has versions for."""
    from .work import versions_in

    for path in paths:
        if path:
            versions = ", ".join(versions_in(path))
            show(f"Wrote {path} ({decimal(path.stat().st_size)}{f'; runs on {versions}' if versions else ''}).")
