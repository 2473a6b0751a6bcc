"""Which operators have Triton kernels, and how a call of one becomes a problem, schedules and launches."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..operators.base import Operator
from .base import Launch, Problem, Schedule

# Operator to the module of this package that describes its kernel.
MODULES = {
    "sparsec::bsr_linear": "bsr_linear",
    "sparsec::gather_linear": "gather_linear",
    "sparsec::n24_linear": "n24_linear",
    "sparsec::skip_linear": "skip_linear",
    "sparsec::vblock_linear": "vblock_matvec",
}


@dataclass(frozen=True)
class Lowering:
    """How an operator is computed on graphics cards.

    Attributes:
        problem: of the operator's arguments, of which only sizes and dtypes are looked at; None where no kernel fits.
        schedules: those worth trying for a problem on an architecture.
        launch: a schedule, and the operator's arguments.
    """

    problem: Callable[..., Problem | None]
    schedules: Callable[[Problem, str], list[Schedule]]
    launch: Callable[..., Launch]


def lowering(operator: Operator) -> Lowering | None:
    """How an operator is computed on graphics cards; None where it has no kernel of ours."""
    if operator.name not in MODULES:
        return None
    module: Any = importlib.import_module(f".{MODULES[operator.name]}", __package__)
    return Lowering(module.problem, module.schedules, module.launch)
