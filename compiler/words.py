"""Words that messages and reports have in common."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """``1 filter``, ``2 filters``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
