"""What the command line shows: progress, text and tables, JSON, and errors."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..errors import PassError, SparsecError, UserError
from ..progress import Progress

DONE, OURS, YOURS = 0, 1, 2


@contextlib.contextmanager
def working() -> Iterator[Progress]:
    """Meanwhile, what others print goes to stderr, and a terminal there shows what is going on."""
    console = _console(sys.stderr)
    with contextlib.redirect_stdout(sys.stderr):
        if sys.stderr.isatty() and not console.is_dumb_terminal:
            with console.status("loading PyTorch") as status:
                yield Progress(lambda text: status.update(escape(text)))
        else:
            yield Progress(None)


def show(what: str | Table) -> None:
    """Print text as it is, or a table; as wide as the terminal, or 140 columns where there is none."""
    if not what:
        return
    console = _console(sys.stdout)
    if console.is_terminal:
        _print(console, what)
        return
    with console.capture() as shown:
        _print(console, what)
    for line in shown.get().splitlines():
        typer.echo(line.rstrip())


def _print(console: Console, what: str | Table) -> None:
    console.print(what, markup=False, highlight=False, soft_wrap=isinstance(what, str))


def _console(file: TextIO) -> Console:
    """Where to print: with styles on a terminal, plain elsewhere; ``NO_COLOR`` and ``FORCE_COLOR`` decide first."""
    plain, forced = os.environ.get("NO_COLOR"), os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    terminal = file.isatty()
    console = Console(
        file=file,
        force_terminal=terminal or forced,
        color_system=None if plain or not (terminal or forced) else "auto",
    )
    if not terminal:
        console.width = 140
    return console


def show_json(document: object) -> None:
    """Print the one document of ``--json``."""
    typer.echo(json.dumps(document, indent=1, allow_nan=False))


def show_note(text: str) -> None:
    """Say something that is no result."""
    typer.echo(f"note: {text}", err=True)


def fail(error: Exception, *, as_json: bool) -> int:
    """Say what went wrong; returns the exit code."""
    error = _usage_error(error) or error
    if as_json:
        show_json({"error": _error_document(error)})
    else:
        typer.echo(f"error: {error if isinstance(error, SparsecError) else _unexpected(error)}", err=True)
    return YOURS if isinstance(error, UserError) else OURS


def _error_document(error: Exception) -> dict[str, Any]:
    if isinstance(error, UserError):
        return {key: getattr(error, key) for key in ("code", "message", "where", "note", "hint")}
    if isinstance(error, PassError):
        document = {key: getattr(error, key) for key in ("message", "index", "ran", "ir")}
        return {"code": "pass-error", "pass": error.pass_name, **document}
    return {"code": "internal-error", "message": _unexpected(error)}


def _unexpected(error: Exception) -> str:
    return f"{type(error).__name__}: {error}\n  Hint: this is a fault of sparsec; --traceback shows where"


def _usage_error(error: Exception) -> UserError | None:
    """What typer says about a command line, as a UserError; None for other errors."""
    if not hasattr(error, "format_message"):
        return None
    message = str(error.format_message()).rstrip(".")
    unknown = message.startswith("No such")
    context = getattr(error, "ctx", None)
    return UserError(
        "unknown-option" if unknown else "bad-option",
        message[:1].lower() + message[1:],
        hint=f"see '{context.command_path if context else 'sparsec'} --help'",
    )
