"""Which operators have Triton kernels, and how a call of one becomes a problem, schedules and launches."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...compiler.ir.arguments import names_of
from ..operators.base import Operator
from .base import Launch, Problem, Schedule

# Arguments that kernels read as they write the result, number for number.
LIKE_RESULT = ("residual", "gate")
# The tile that a format stores together, from the operator's arguments.
Tile = Callable[[dict[str, Any]], tuple[int, int]]


def _of_values(given: dict[str, Any]) -> tuple[int, int]:
    _, rows, columns = given["values"].shape
    return rows, columns


def _of_vectors(given: dict[str, Any]) -> tuple[int, int]:
    _, columns, rows = given["values"].shape
    return rows, columns


# Operator to the module of this package that describes its kernel, and to what its format stores together.
KERNELS: dict[str, tuple[str, Tile]] = {
    "sparsec::bsr_linear": ("bsr_linear", _of_values),
    "sparsec::gather_linear": ("gather_linear", _of_values),
    "sparsec::n24_linear": ("n24_linear", lambda given: (1, 4)),
    "sparsec::skip_linear": ("skip_linear", lambda given: (1, 1)),
    "sparsec::vblock_linear": ("vblock_matvec", _of_vectors),
}


@dataclass(frozen=True)
class Lowering:
    """How an operator is computed on graphics cards.

    Attributes:
        operator: which.
        tile: what its format stores together, from its arguments.
        schedules: those worth trying for a problem on an architecture.
        launch: a schedule, and the operator's arguments.
    """

    operator: Operator
    tile: Tile
    schedules: Callable[[Problem, str], list[Schedule]]
    launch: Callable[..., Launch]

    def problem(self, *arguments: Any) -> Problem | None:
        """A call as a problem, of which only sizes and dtypes are looked at; None where no kernel fits.

        What is left out at the end is not there.
        """
        given = dict(zip(names_of(self.operator.op), arguments, strict=False))
        x, packed = given["x"], [given[name] for name in self.operator.packed]
        if any(value.dtype != x.dtype for value in packed if value.is_floating_point()):
            return None
        if given.get("column_tile"):
            return None
        columns = x.shape[0 if given.get("columns_first") else -1]
        tokens = x.numel() // max(1, columns)
        shape = self.operator.shape_of_result(*arguments)
        rows = shape.numel() // max(1, tokens)
        if not (tokens and columns and rows):
            return None
        if any(given[name].shape != shape for name in LIKE_RESULT if given.get(name) is not None):
            return None
        values, *index = packed
        return Problem(
            rows=rows,
            columns=columns,
            tokens=tokens,
            dtype=x.dtype,
            tile=self.tile(given),
            stored=values.numel(),
            index=sum(table.numel() * table.dtype.itemsize for table in index),
            bias=given.get("bias") is not None,
            residual=given.get("residual") is not None,
            activation=given["activation"],
            gate=given.get("gate") is not None,
            columns_first=bool(given.get("columns_first")),
            rows_first=bool(given.get("rows_first")),
        )


def lowering(operator: Operator) -> Lowering | None:
    """How an operator is computed on graphics cards; None where it has no kernel of ours."""
    if operator.name not in KERNELS:
        return None
    name, tile = KERNELS[operator.name]
    module: Any = importlib.import_module(f".{name}", __package__)
    return Lowering(operator, tile, module.schedules, module.launch)
