"""Every built-in target, as one that can be asked without its hardware: of its first kind where it comes in several."""

from __future__ import annotations

from sparsec.compiler.ir.target import Target
from sparsec.runtime import targets


def everywhere() -> list[Target]:
    """One of each name."""
    found = map(targets.get, targets.names())
    return [target.at(target.variants[0]) if target.variants else target for target in found]
