"""``sparsec methods``: list the methods of pruning, with their papers, options and files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from ..errors import UserError
from .arguments import AsJson, Traceback
from .terminal import show, show_json, working


def list_methods(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[KIND]", show_default=False, help="Only those of importance, pattern, allocation or compensation."
        ),
    ] = "",
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """List the methods of pruning: what they do, the papers, whether they look at data, options, files."""
    with working() as progress:
        progress.say("loading PyTorch")
        from ...passes.prune.document import KINDS, rows

        if kind and kind not in KINDS:
            hint = f"there are {', '.join(KINDS)}"
            raise UserError("unknown-option", f"there are no methods of the kind '{kind}'", hint=hint)
        found = [row for row in rows() if kind in ("", row.kind)]
    if as_json:
        show_json([asdict(row) for row in found])
        return
    for each in KINDS:
        own = [row for row in found if row.kind == each]
        if not own:
            continue
        table = Table(each, "what it does", "paper", "data", "options", "file", pad_edge=False)
        for row in own:
            options = "\n".join(f"{key}={value}" for key, value in row.options.items())
            table.add_row(row.name, row.summary, row.paper, "yes" if row.data else "", options, row.file)
        show(table)
