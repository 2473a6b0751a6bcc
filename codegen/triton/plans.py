"""A launch as numbers alone, for whoever starts kernels without PyTorch: what is given depends on the tokens, and how.

Of a layer all sizes are known but the number of tokens. It decides how many tiles there are along the second axis of
the grid, and with them how much memory parts of sums and descriptors of tiles take; all else is fixed.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from .base import Schedule
from .build import Binary
from .lowerings import Lowering

# More tokens, or activations where a kernel counts those with 32 bits, are not counted.
MOST = 2**31 - 1


@dataclass(frozen=True)
class Plan:
    """How a schedule is launched for a layer and any number of tokens.

    Attributes:
        binary: its machine code.
        tile: tokens of one tile.
        blocks: of threads, along the first and the third axis of the grid; along the second there are the tiles.
        slots: parts of sums of a tile, each of which is counted.
        numbers: float32 numbers in each.
        parameters: of the kernel in order, without those that Triton adds: (kind, value). An "input" is the address of
            an argument of the operator, by its place; "result", "partial" and "arrived" are addresses, too; "tokens" is
            their number; a "number" is the value, a "float" its bits.
        most: tokens that the kernel is right for.
    """

    binary: Binary
    tile: int
    blocks: tuple[int, int]
    slots: int
    numbers: int
    parameters: tuple[tuple[str, int], ...]
    most: int

    @property
    def threads(self) -> int:
        """Of a block."""
        return self.binary.warps * self.binary.lanes

    @property
    def has_scratch(self) -> bool:
        """Whether it needs memory beside its operands."""
        return bool(self.slots or self.binary.scratch)


def plan_of(how: Lowering, schedule: Schedule, binary: Binary, arguments: Mapping[str, Any]) -> Plan:
    """A schedule for a layer.

    Args:
        how: the operator's lowering.
        schedule: which.
        binary: what was built of it.
        arguments: the operator's, by name and in order. Nothing is computed of tensors, but each has memory.
    """
    launch = how.launch(schedule, *arguments.values())
    x: Tensor = arguments["x"]
    columns = x.shape[0 if arguments.get("columns_first") else -1]
    tokens, tile = x.numel() // columns, schedule.turn.tokens if schedule.turn else 1
    tiles = -(-tokens // tile)
    assert launch.grid[1] == tiles and launch.slots % tiles == 0
    given, partial = launch.arguments, launch.arguments.get("partial")
    numbers = partial.numel() // launch.slots if launch.slots and isinstance(partial, Tensor) else 0
    places = {value.data_ptr(): at for at, value in enumerate(arguments.values()) if isinstance(value, Tensor)}
    own = {"y": "result", "T": "tokens"} | ({"partial": "partial", "arrived": "arrived"} if launch.slots else {})
    parameters = []
    for name, _ in binary.arguments:
        value = given.get(name, x)
        if name in own:
            parameters.append((own[name], 0))
        elif isinstance(value, Tensor):  # what is nowhere is not read, like the memory of no numbers
            parameters.append(("input", places.get(value.data_ptr(), 0)))
        elif isinstance(value, float):
            parameters.append(("float", struct.unpack("<i", struct.pack("<f", value))[0]))
        else:
            parameters.append(("number", int(value)))
    return Plan(
        binary=binary.bare(),
        tile=tile,
        blocks=(launch.grid[0], launch.grid[2]),
        slots=launch.slots // tiles,
        numbers=numbers,
        parameters=tuple(parameters),
        most=MOST // columns if schedule.constants.get("NARROW") else MOST,
    )
