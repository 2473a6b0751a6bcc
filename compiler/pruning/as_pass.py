"""Pruning as a pass, for lists of passes: what ``sparsec.prune`` does, within a compile."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from torch import Tensor

from ...passes.base import Context, Pass
from ...passes.prune.budget import Budget
from ...passes.prune.kinds import Allocation, Compensation, Importance, Matrix, Pattern, Seen
from ...passes.prune.outcome import PRUNED
from ..ir.program import Program
from .api import Result
from .data import Data
from .job import USUAL, Job
from .recipe import Recipe
from .saving import documents_of_pruning


@dataclass(frozen=True)
class Prune(Pass):
    """Make zeros where they cost least, and let other weights make up for them, as ``sparsec.prune`` does.

    In a list of passes: ``sparsec.compile(model, args, passes=[sparsec.Prune(data, sparsity=0.5)])``. The report says
    how far the outputs are from the dense model's, and files of the result carry the recipe.

    Attributes:
        data: calls of the model that weights are judged by; read once, however often the pass runs.
        sparsity, pattern, units, importance, allocation, compensation, budget: as for ``sparsec.prune``.
        keep, measured, sequential, loss, held_out, seed, recipe: as there.
    """

    data: object = field(default=None, repr=False)
    sparsity: float | Mapping[str, float] | None = field(default=None, kw_only=True)
    pattern: str | Pattern | None = field(default=None, kw_only=True)
    units: str | Sequence[str] = field(default=(), kw_only=True)
    importance: str | Importance | Callable[[Matrix, Seen], Tensor] | None = field(default=None, kw_only=True)
    allocation: str | Allocation | None = field(default=None, kw_only=True)
    compensation: str | Compensation | None = field(default=None, kw_only=True)
    budget: Budget | None = field(default=None, kw_only=True)
    keep: Sequence[str] = field(default=(), kw_only=True)
    measured: bool = field(default=False, kw_only=True)
    sequential: bool = field(default=True, kw_only=True)
    loss: Callable[[Any, Any], Tensor] | None = field(default=None, kw_only=True, repr=False)
    held_out: float = field(default=0.2, kw_only=True)
    seed: int = field(default=0, kw_only=True)
    recipe: Recipe | str | os.PathLike[str] | None = field(default=None, kw_only=True)
    _read: list[Data] = field(default_factory=list, init=False, repr=False, compare=False)
    effect: ClassVar[Literal["exact", "lossy", "fact"]] = "lossy"
    as_written: ClassVar[bool] = True

    def run(self, program: Program, ctx: Context) -> bool:
        job = Job.of({name: getattr(self, name) for name in USUAL}, self.recipe)
        if self.data is not None and not self._read:
            self._read.append(Data.of(self.data, program))
        read = self._read[0] if self._read else None
        split = job.split(read)
        before = program.held_weights()
        recipe = job.run(program, read, split, ctx)
        outcome = program.facts[PRUNED]
        result = Result(None, outcome.kept, program, outcome, split, recipe=recipe)
        program.documents = {**program.documents, **documents_of_pruning(result)}
        return any(before.get(name) is not held for name, held in program.held_weights().items())
