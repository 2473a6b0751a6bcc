"""Layers by name: patterns as a shell has them, of a layer or of a module that it is in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from ....compiler.errors import UserError

WEIGHT = ".weight"


def matches(name: str, pattern: str) -> bool:
    """Whether a pattern means a layer: its name, with or without ``.weight``, or that of a module around it.

    ``encoder.*.attention`` means ``encoder.0.attention.query.weight``.
    """
    layer = name.removesuffix(WEIGHT)
    return any(fnmatchcase(text, form) for text in (name, layer) for form in (pattern, f"{pattern}.*"))


def matching(names: Iterable[str], patterns: Sequence[str]) -> dict[str, list[str]]:
    """The names that each pattern means.

    Raises:
        UserError: one of them means none; the nearest names are told.
    """
    known = [*names]
    found = {pattern: [name for name in known if matches(name, pattern)] for pattern in patterns}
    for pattern, meant in found.items():
        if not meant:
            raise UserError(
                "unknown-option",
                f"there is no layer '{pattern}'",
                note="a pattern means layers, or modules that layers are in; * stands for anything",
                hint=_nearest(pattern, known),
            )
    return found


def _nearest(pattern: str, names: Sequence[str]) -> str:
    layers = [name.removesuffix(WEIGHT) for name in names]
    modules = [".".join(layer.split(".")[:depth]) for layer in layers for depth in range(1, layer.count(".") + 2)]
    near = difflib.get_close_matches(pattern, [*dict.fromkeys(modules)], cutoff=0.4)
    return f"did you mean {' or '.join(near)}?" if near else f"layers: {', '.join(layers[:3])}"
