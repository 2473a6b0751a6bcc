"""What may be zero together, one pattern in each file."""

from __future__ import annotations

import re

from ..kinds import Pattern
from ..naming import method_of
from .blocks import Blocks
from .columns import Columns
from .n_of_m import NOfM
from .row_groups import RowGroups
from .rows import Rows
from .scattered import Scattered

__all__ = ["BUILT_IN", "Blocks", "Columns", "NOfM", "RowGroups", "Rows", "Scattered", "pattern_of"]

BUILT_IN: tuple[type[Pattern], ...] = (Scattered, Blocks, Columns, NOfM, RowGroups, Rows)
EXAMPLES = ("2:4", "4:8", "8x1", "16x16", "row-groups:64")


def pattern_of(given: object) -> Pattern:
    """A pattern, from itself or from a text.

    Args:
        given: ``scattered``, ``2:4``, ``8x1``, ``row-groups:64``, ``rows``, ``columns``, or names with options, such as
            ``n-of-m{n=1,m=4,shared_rows=8}``; or an instance.

    Raises:
        UserError: it is none, or one that cannot be.
    """
    text = given.strip().lower() if isinstance(given, str) else ""
    for form, kind in ((r"(\d+):(\d+)", NOfM), (r"(\d+)x(\d+)", Blocks), (r"row-groups:(\d+)", RowGroups)):
        if found := re.fullmatch(form, text):
            return kind(*map(int, found.groups()))
    return method_of(given, Pattern, BUILT_IN, EXAMPLES)
