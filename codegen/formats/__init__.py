"""Formats of packed weights: one file each. What chooses, writes and tests them loops over ``formats()``."""

from __future__ import annotations

from ...compiler.ir.packing import Format
from ...compiler.ir.plugins import announced
from .bsr import Bsr
from .grouped_gather import GroupedGather
from .int8_blocks import Int8Blocks
from .lane_vectors import LaneVectors
from .n24 import N24
from .row_groups import RowGroups
from .vector_blocks import VectorBlocks

BUILT_IN: tuple[type[Format], ...] = (VectorBlocks, Int8Blocks, GroupedGather, Bsr, RowGroups, N24, LaneVectors)
_registered: list[type[Format]] = []


def register(kind: type[Format]) -> type[Format]:
    """Let a format compete in this process; a package announces its own as an entry point instead."""
    if kind not in _registered:
        _registered.append(kind)
    return kind


def formats() -> list[type[Format]]:
    """Every format: the built-in ones, the registered ones, and those that other packages announce.

    Another package announces a format under the entry point group ``sparsec.formats``.

    Raises:
        UserError: an entry point does not name a format.
    """
    # mypy takes no abstract class for a type, and this one is only asked whether others are its subclasses.
    others = announced("sparsec.formats", Format)  # type: ignore[type-abstract]
    return [*BUILT_IN, *_registered, *others]
