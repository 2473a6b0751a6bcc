"""How far a compile is: a line on a terminal, gone once it is done."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..passes.base import Pass
    from .ir.program import Program

# Seconds after which somebody who waits is told what for.
PATIENCE_SECONDS = 2.0


class Progress:
    """Says what is going on; an observer of passes.

    Args:
        show: called with each text; None to say nothing.
    """

    def __init__(self, show: Callable[[str], None] | None) -> None:
        self._show = show

    def say(self, text: str) -> None:
        """Show what is going on now."""
        if self._show is not None:
            self._show(text)

    def before(self, program: Program, item: Pass, index: int) -> None:
        self.say(f"pass {index}: {item.name()}")

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        self.say("checking and measuring the result")


@contextlib.contextmanager
def shown(wanted: bool | Progress) -> Iterator[Progress]:
    """Show, on the terminal that stderr is, what is going on, once that takes longer than ``PATIENCE_SECONDS``.

    Nothing is shown elsewhere: in a file, a pipe or a notebook. What others print meanwhile goes where it always goes.

    Args:
        wanted: whether that is wanted; or who shows it instead.
    """
    if isinstance(wanted, Progress):
        yield wanted
        return
    if not (wanted and sys.stderr.isatty()):
        yield Progress(None)
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    spinner = Spinner("dots", Text("compiling"))
    live = Live(spinner, console=Console(file=sys.stderr), transient=True, redirect_stdout=False, redirect_stderr=False)
    timer = threading.Timer(PATIENCE_SECONDS, live.start)
    timer.daemon = True
    timer.start()
    try:
        yield Progress(lambda text: spinner.update(text=Text(text)))
    finally:
        timer.cancel()
        timer.join()
        live.stop()
