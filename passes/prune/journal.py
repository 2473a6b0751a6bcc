"""What a run of pruning has done so far, step by step, so that another can go on from there.

A step is noted once it is done, with all that came of it; a run that is told a step does not do it again. Both runs
give the same, to the bit, since a step depends on those before it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Journal:
    """One that nobody keeps: every run begins at the beginning."""

    def begin(self, identity: Mapping[str, str]) -> None:
        """Be told what is about to be done; steps of something else are refused.

        Args:
            identity: what decides the result, by name.
        """

    def told(self, step: str) -> Any:
        """What came of a step in an earlier run; None if it was not done."""
        return None

    def note(self, step: str, value: Any) -> None:
        """A step is done.

        Args:
            step: which.
            value: what came of it: tensors, numbers, texts, and lists, tuples and dicts of them; not None.
        """
