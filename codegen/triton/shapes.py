"""What a weight of some shape would be to a kernel, if its zeros lay well: to judge kernels where there is no model."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from ...compiler.errors import UserError
from .base import Problem, Schedule
from .sizes import check_sizes

# Bytes that say where numbers belong, from how many are stored and the tile.
Index = Callable[[int, tuple[int, int]], int]


@dataclass(frozen=True)
class Form:
    """How a kernel finds a weight stored.

    Attributes:
        kernel: the module of this package that describes it.
        tiles: what its format stores together, see ``Problem.tile``; the first is tried first.
        index: bytes that say where numbers belong.
        zeros: the share of zeros that is asked for where nothing else is said.
        fixed: whether the format fixes that share.
        columns_first: from how many tokens on activations are [columns, tokens]; 0 for never.
    """

    kernel: str
    tiles: tuple[tuple[int, int], ...]
    index: Index
    zeros: float = 0.9
    fixed: bool = False
    columns_first: int = 0


FORMS = (
    Form("bsr_linear", ((64, 64), (128, 64)), lambda stored, tile: 4 * stored // math.prod(tile)),
    Form("gather_linear", ((64, 64), (128, 64)), lambda stored, tile: 4 * stored // tile[0], columns_first=64),
    Form("n24_linear", ((1, 4),), lambda stored, tile: stored // 4, zeros=0.5, fixed=True),
    Form("vblock_matvec", ((16, 1), (32, 1)), lambda stored, tile: 4 * stored // tile[0]),
    Form("skip_linear", ((1, 1),), lambda stored, tile: 0, zeros=0.5),
)


def form(kernel: str) -> Form:
    """The form of a kernel.

    Raises:
        UserError: there is no such kernel.
    """
    for found in FORMS:
        if found.kernel == kernel:
            return found
    known = ", ".join(found.kernel for found in FORMS)
    raise UserError("unknown-option", f"there is no kernel '{kernel}'", hint=f"known kernels: {known}")


def problem_for(
    found: Form,
    rows: int,
    columns: int,
    tokens: int,
    zeros: float | None = None,
    dtype: torch.dtype = torch.bfloat16,
    tile: tuple[int, int] | None = None,
) -> Problem:
    """What a weight would ask of a kernel, if a share of its numbers, from 0 to 1, is zero and lies well.

    Raises:
        UserError: the format stores another share, or nothing would be left.
    """
    zeros, tile = found.zeros if zeros is None else zeros, tile or found.tiles[0]
    check_sizes(rows, columns, tokens, zeros)
    if found.fixed and abs(zeros - found.zeros) > 1e-6:
        note = f"its format leaves out {found.zeros:.0%} of a weight"
        raise UserError("bad-option", f"'{found.kernel}' is not for {zeros:.0%} zeros", note=note)
    stored = round(rows * columns * (1 - zeros))
    first = 0 < found.columns_first <= tokens
    index = found.index(stored, tile)
    return Problem(rows, columns, tokens, dtype, tile, stored, index, columns_first=first, rows_first=first)


def schedules(found: Form, problem: Problem, arch: str) -> list[Schedule]:
    """Those that the kernel's author finds worth trying."""
    listed: list[Schedule] = importlib.import_module(f".{found.kernel}", __package__).schedules(problem, arch)
    return listed
