"""The model that is pruned, as it came, and its program."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ...passes.prune.walk import Batch
from ...runtime import targets
from ...runtime.module import ProgramModule
from ..capture.models import capture
from ..capture.pretrained import is_pretrained, load_pretrained
from ..capture.user_model import Call
from ..errors import UserError
from ..ir.program import Program
from ..ir.target import Target
from ..paths import input_path
from .data import Data, Split

# Calls of other sizes than the first that capture sees, so that these sizes are dynamic.
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Taken:
    """A model as it came.

    Attributes:
        model: a module, an exported program or the path of its file.
        kwargs: example inputs that came with it.
        name: what to call it; None for what it calls itself.
    """

    model: Any
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    def program(
        self, split: Split | None, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Program:
        """Its program; the first batch of data is its example, unless there is one.

        Raises:
            UserError: it cannot be captured.
        """
        program = self._program(split, args, kwargs)
        if self.name is not None:
            program.name = self.name
        return program

    def _program(self, split: Split | None, args: Sequence[Any], kwargs: Mapping[str, Any] | None) -> Program:
        if args or kwargs:
            return capture(self.model, args, kwargs)
        if split is None:
            try:
                return capture(self.model, (), self.kwargs)
            except UserError as error:
                if error.code != "bad-inputs":
                    raise
                raise UserError(
                    "bad-inputs",
                    "there are neither data nor example inputs",
                    note=error.note,
                    hint="pass data, or what the model is called with: args=(x,), kwargs={...}",
                ) from error
        first, *others = split.calibration.batches
        shapes, examples = {_shapes(first)}, list[Any]()
        for call in others:
            if len(examples) < MOST_EXAMPLES and _shapes(call) not in shapes:
                shapes.add(_shapes(call))
                examples.append(call)
        return capture(self.model, first[0], first[1], examples=examples)


def taken(model: Any, target: str | Target = "cpu") -> Taken:
    """A model; that of a Hugging Face folder or a GGUF file is loaded.

    Args:
        model: as for ``sparsec.prune``.
        target: what it shall run on.

    Raises:
        UserError: it cannot be loaded.
    """
    if isinstance(model, Taken):
        return model
    if isinstance(model, (str, os.PathLike)) and is_pretrained(input_path(model)):
        loaded = load_pretrained(model, dtype=targets.get(target).checkpoint_dtype)
        return Taken(loaded.model, loaded.kwargs, loaded.name)
    return Taken(model)


def batches_of(program: Program, split: Split | None) -> tuple[Batch, ...]:
    """The data to calibrate on, as flat calls of a program; none without data."""
    if split is None:
        return ()
    return calls_of(program, split.calibration)


def calls_of(program: Program, data: Data) -> tuple[Batch, ...]:
    """Data as flat calls of a program.

    Args:
        program: that is called.
        data: calls of the model that it is of.
    """
    module = ProgramModule(program)
    calls = zip((_as_computed(call, program) for call in data.batches), data.labels, strict=True)
    return tuple(Batch(tuple(module.flat_inputs(*call)), data.rows_kept(call), labels) for call, labels in calls)


def _as_computed(call: Call, program: Program) -> Call:
    """A call in the dtype that the program computes in, which may be wider than the model's."""
    narrow = program.held_in
    widened: Call = torch.utils._pytree.tree_map_only(Tensor, lambda x: x.double() if x.dtype is narrow else x, call)
    return widened


def _shapes(call: Any) -> Any:
    return tuple(tuple(x.shape) for x in torch.utils._pytree.tree_leaves(call) if isinstance(x, Tensor))
