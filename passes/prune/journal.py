"""What a run of pruning has done so far, step by step, so that another can go on from there.

A step is noted once it is done, with all that came of it; a run that is told a step does not do it again. Both runs
give the same, to the bit, since a step depends on those before it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...compiler.ir.program import Program
    from .sites import Site


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

    # ------------------------------------------------------------ layers, each of which is a step

    def done(self, sites: Iterable[Site]) -> set[str]:
        """The names of those that an earlier run has pruned."""
        return {site.name for site in sites if self.told(_step(site)) is not None}

    def recall(self, site: Site, program: Program) -> Mapping[str, Any]:
        """Put the weights that an earlier run gave a site into a program; returns what else was noted of it."""
        told: dict[str, Any] = self.told(_step(site))
        for name, value in told["held"].items():
            program.exchange_weight(name, value)
        return told

    def note_site(self, site: Site, held: Mapping[str, Any], **others: Any) -> None:
        """A site is pruned.

        Args:
            site: which.
            held: its new weights, by name; none where they stay.
            others: what else came of it.
        """
        self.note(_step(site), {"held": held, **others})


def _step(site: Site) -> str:
    return f"layer {site.name}"
