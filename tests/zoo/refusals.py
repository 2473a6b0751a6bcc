"""What is refused: a UserError with its code, its words and a hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sparsec.compiler.errors import UserError


def refused(code: str, work: Callable[[], object], *parts: str) -> UserError:
    """The error that ``work`` raises: of this code, with these parts in its text, and with a hint."""
    with pytest.raises(UserError) as caught:
        work()
    assert caught.value.code == code, str(caught.value)
    missing = [part for part in parts if part not in str(caught.value)]
    assert not missing, f"{missing} not in:\n{caught.value}"
    assert caught.value.hint
    return caught.value
