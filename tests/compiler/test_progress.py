"""Progress: shown on a terminal to somebody who waits, and nowhere else."""

from __future__ import annotations

import io
import sys
import time

import pytest
import torch
from torch import nn

import sparsec
from sparsec.compiler import progress


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


def compiled(**options: bool) -> None:
    sparsec.compile(nn.Linear(4, 2).eval(), (torch.randn(1, 4),), measure=False, **options)  # type: ignore[arg-type]


def terminal_of(monkeypatch: pytest.MonkeyPatch, patience: float = 0.0) -> Terminal:
    """A terminal as stderr (not as a fixture: pytest captures stderr anew for the test itself)."""
    found = Terminal()
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience)
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_whoever_waits_is_told_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    with progress.shown(True) as line:
        line.say("pass 7: [axes]")
        time.sleep(0.5)
        print("a word of the user's", file=sys.stderr)
    assert "pass 7: [axes]" in terminal.getvalue() and "a word of the user's" in terminal.getvalue()
    terminal.truncate(0)
    compiled()
    assert terminal.getvalue()


def test_what_is_done_soon_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch, patience=60.0)
    with progress.shown(True) as line:
        line.say("pass 7: axes")
    assert terminal.getvalue() == ""


def test_nothing_is_told_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)
    compiled(progress=False)
    assert terminal.getvalue() == ""
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    compiled()
    assert file.getvalue() == ""


def test_a_failure_leaves_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminal_of(monkeypatch)

    def fail() -> None:
        with progress.shown(True) as line:
            line.say("pass 7: axes")
            time.sleep(0.3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "pass 7: axes" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")  # the line is wiped
