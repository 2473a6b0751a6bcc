"""A walk of a program over data: node by node, all batches at each, so that a layer can change once its input is known.

What comes after a changed layer is computed with the new weights, in the same walk: cost grows with the number of
layers, not with its square. Values are let go once nobody reads them any more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.autocast import without_autocast
from ...compiler.ir.program import Interpreter, Program
from .products import linear

aten = torch.ops.aten


@dataclass(frozen=True)
class Batch:
    """A call of a model.

    Attributes:
        inputs: flat.
        kept: (batch, length) of bool, which places are not padding; None where there is none.
        labels: what came with it and is no input, for a loss; None where nothing did.
    """

    inputs: tuple[Any, ...]
    kept: Tensor | None = None
    labels: Any = None

    @property
    def samples(self) -> int:
        """How many it holds: the first size of the first tensor that has one."""
        return next((len(x) for x in self.inputs if isinstance(x, Tensor) and x.ndim), 1)

    def rows(self, rows: Tensor, most: int) -> Tensor:
        """Those that are not padding, and of more than ``most`` as many, evenly spread.

        Args:
            rows: (rows, features), of all places.
        """
        if self.kept is not None and self.kept.numel() == len(rows):
            rows = rows[self.kept.reshape(-1)]
        return evenly(rows, most)


def evenly(rows: Tensor, most: int) -> Tensor:
    """Of more rows than ``most`` as many, evenly spread."""
    return rows[torch.arange(most) * len(rows) // most] if len(rows) > most else rows


class _Run(Interpreter):
    """Of a program over one batch; rounding is of no concern here, so that products are whatever is quick."""

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if target is aten.linear.default and not kwargs:
            return linear(*args)
        return super().call_function(target, args, kwargs)


class Walk:
    """Values of a program for some batches, up to one node.

    Args:
        program: what runs. Its weights may be replaced on the way, by those who are ahead of their readers.
        batches: of data.

    Attributes:
        program, batches: the same.
    """

    def __init__(self, program: Program, batches: Sequence[Batch]) -> None:
        self.program, self.batches = program, batches
        self._nodes = {node.name: node for node in program.nodes() if node.op != "output"}
        self._runs: list[Interpreter] = []
        last: dict[fx.Node, str] = {}
        for name, node in self._nodes.items():
            last[node] = name
            for operand in node.all_input_nodes:
                last[operand] = name
        self._ends: dict[str, list[fx.Node]] = {}
        returned = {*program.outputs()}
        for operand, name in last.items():
            if operand not in returned:
                self._ends.setdefault(name, []).append(operand)

    def names(self) -> list[str]:
        """Of the nodes, in order."""
        return [*self._nodes]

    @contextlib.contextmanager
    def begun(self) -> Iterator[None]:
        """Inside, ``step`` may be called; the program's state is as before afterwards."""
        with torch.no_grad(), without_autocast(), self.program.state_kept():
            for batch in self.batches:
                run = _Run(self.program.module, garbage_collect_values=False)
                run.env = {}
                run.args_iter = iter([x.clone() if isinstance(x, Tensor) else x for x in batch.inputs])
                self._runs.append(run)
            try:
                yield
            finally:
                self._runs.clear()

    def step(self, name: str) -> list[str]:
        """Carry out the next operation for all batches; returns the names of values that are gone then."""
        for run in self._runs:
            self._carry_out(run, name)
        return [operand.name for operand in self._ends.get(name, ())]

    def _carry_out(self, run: Interpreter, name: str) -> None:
        node = self._nodes[name]
        for operand in node.all_input_nodes:
            if operand.op == "get_attr":  # it may have been replaced, or be new
                run.env[operand] = run.run_node(operand)
        run.env[node] = run.run_node(node)
        for operand in self._ends.get(name, ()):
            run.env.pop(operand, None)

    def finish(self, name: str, batches: int) -> list[list[Any]]:
        """The outputs of the first batches if all operations from one on, the next, are carried out; the walk stays."""
        names = self.names()
        rest = names[names.index(name) :]
        output = next(node for node in self.program.nodes() if node.op == "output")
        found = []
        for run in self._runs[:batches]:
            ahead = _Run(self.program.module, garbage_collect_values=False)
            ahead.env = dict(run.env)
            for each in rest:
                self._carry_out(ahead, each)
            result = ahead.run_node(output)
            found.append([*result] if isinstance(result, (list, tuple)) else [result])
        return found

    def knows(self, name: str) -> bool:
        """Whether what a node gives is there: it has run, and has readers that have not."""
        return all(self._nodes[name] in run.env for run in self._runs)

    def values(self, name: str) -> Iterator[Tensor]:
        """What a node gives, for each batch; it is there until its last reader has run."""
        for run in self._runs:
            found = run.env[self._nodes[name]]
            assert isinstance(found, Tensor)
            yield found
