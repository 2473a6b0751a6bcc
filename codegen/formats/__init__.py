"""Formats of packed weights: one file each. What chooses, writes and tests them loops over ``formats()``."""

from __future__ import annotations

from ...compiler.ir.packing import Format
from ...compiler.ir.plugins import announced
from .grouped_gather import GroupedGather
from .int8_blocks import Int8Blocks
from .vector_blocks import VectorBlocks

BUILT_IN: tuple[type[Format], ...] = (VectorBlocks, Int8Blocks, GroupedGather)


def formats() -> list[type[Format]]:
    """Every format: the built-in ones, and those that other packages announce (entry points ``sparsec.formats``).

    Raises:
        UserError: an entry point does not name a format.
    """
    return [*BUILT_IN, *announced("sparsec.formats", Format).values()]  # type: ignore[type-abstract]
