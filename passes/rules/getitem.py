"""One result of an op that has several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from torch import fx

from ...compiler.ir.arguments import args_of, operand_of
from ...compiler.ir.program import Program
from .base import FallsBack
from .facts import Axes, Constants, Liveness


@dataclass(frozen=True, kw_only=True)
class GetItem(FallsBack):
    """One result of an op that has several."""

    kind: ClassVar[str] = "movement"
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        return "one result of an op that has several"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if not isinstance(node.args[0], fx.Node) or not isinstance(axes.channels.get(node.args[0]), list):
            return "not a result of an op"
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.channels[operand_of(node)][args_of(node)[1]]

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        found = constants.found.get(operand_of(node))
        return found[args_of(node)[1]] if isinstance(found, list) else None

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        part = live.part(operand_of(node), int(args_of(node)[1]))
        part |= live.of(node)
