"""What rewrites add in the hope that it pays: where they may, and what they have added.

Most rewrites only remove. Some add an operation (a bias map, a gather of channels) so that others can remove more; such
an operation is *speculative*: it carries a mark and stays only if the program is measured to be faster for it. The mark
names its *site*, the node at which it was decided, so that it can be left out alone and the rest kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import fx

from .program import Program, module_path

# Key of ``node.meta``.
SPECULATIVE = "speculative"
# What is added, where others ask for it.
BIAS_MAP = "bias map"


@dataclass(frozen=True)
class Speculation:
    """Where rewrites may add operations that have to win a measurement to stay.

    Attributes:
        allowed: whether they may at all.
        spared: names of nodes at which they may not.
    """

    allowed: bool = False
    spared: frozenset[str] = frozenset()

    def at(self, node: fx.Node) -> bool:
        """Whether something may be added for the sake of this node."""
        return self.allowed and node.name not in self.spared


NOWHERE, EVERYWHERE = Speculation(), Speculation(True)


@dataclass(frozen=True)
class Addition:
    """An operation that was added speculatively.

    Attributes:
        what: its kind: "bias map", "gather", ...
        site: name of the node at which it was decided.
        place: the module that it belongs to, or else its own name.
    """

    what: str
    site: str
    place: str


def mark(node: fx.Node, what: str, at: fx.Node) -> None:
    """Say that ``node`` was added speculatively at the site ``at``.

    Args:
        node: the operation that was added.
        what: its kind: "bias map", "gather", ...
        at: the node at which that was decided.
    """
    node.meta[SPECULATIVE] = (what, at.name)


def unmarked(meta: Mapping[str, Any]) -> dict[str, Any]:
    """What a node knows, for another one that takes its place without being speculative."""
    return {key: value for key, value in meta.items() if key != SPECULATIVE}


def additions(program: Program) -> list[Addition]:
    """All operations of a program that were added speculatively, in its order."""
    marked = [(node, *node.meta[SPECULATIVE]) for node in program.nodes() if SPECULATIVE in node.meta]
    return [Addition(what, site, module_path(node) or node.name) for node, what, site in marked]
