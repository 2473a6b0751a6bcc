"""PyTorch eager: operations run one by one, as they stand in the graph."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch._export.serde.serialize import SerializeError
from torch.export import ExportedProgram

from ...codegen.mlir import engine
from ...codegen.onnx.export import reexport
from ...codegen.onnx.files import atomically, write_through
from ...compiler.errors import UserError, reason
from ...compiler.ir.costs import Analytic, Work
from ...compiler.ir.guard_code import add_guards
from ...compiler.ir.program import Program
from ...compiler.ir.target import Runner, Target
from ...compiler.words import count
from .. import operators  # noqa: F401  (attaches the kernels)
from ..entry import entry
from ..measure import interleave
from ..probes import in_torch


@dataclass(frozen=True)
class Cpu(Target):
    """PyTorch eager, on whatever device the model lies."""

    name: ClassVar[str] = "cpu"
    title: ClassVar[str] = "PyTorch eager"
    suffixes: ClassVar[tuple[str, ...]] = (".pt2",)
    kernels: ClassVar[bool] = True
    views: ClassVar[bool] = True
    profiles: ClassVar[bool] = True
    in_torch: ClassVar[bool] = True
    eager: ClassVar[bool] = True

    def load(self, program: Program) -> Callable[..., Any]:
        return program.module

    def save(self, program: Program, path: Path) -> Path:
        return save_exported(program, path)

    def torch_entry(self, program: Program) -> Callable[..., Any]:
        return entry(program)

    def estimate(self) -> Analytic:
        overhead = {
            "conv": 1e-5,
            "depthwise": 4e-5,
            "linear": 4e-6,
            "pointwise": 1e-6,
            "view": 1.5e-6,
            "gather": 1.5e-6,
            "concat": 3e-7,
        }
        traffic = {"view": 0.0, "gather innermost": 15.0}  # a slice is a view
        return Analytic(self.name, overhead=overhead, efficiency={"depthwise": 0.5}, traffic=traffic)

    def profile(
        self, base: Analytic, works: Iterable[Work], turns: int, say: Callable[[str], None]
    ) -> tuple[Analytic, Mapping[Work, float]]:
        return base, seconds_in_torch(works, turns, say, in_torch)

    def missing(self) -> str | None:
        return engine.missing()

    def layer_runners(self, programs: Mapping[str, Program]) -> Mapping[str, Runner]:
        return eager_runners(programs)


TARGET = Cpu()


def exported_of(program: Program) -> ExportedProgram:
    """A program as an exported program, with its guards.

    Raises:
        UserError: torch.export rejects it, or PyTorch would write one of its guards wrongly.
    """
    exported = reexport(program)
    add_guards(exported, program)
    return exported


def save_exported(program: Program, path: Path) -> Path:
    """Write a program as an exported program (``.pt2``), with its guards.

    Raises:
        UserError: the path cannot be written, or PyTorch has no form for something of the model's. Nothing is left
            behind.
    """
    with atomically(path) as folder:
        exported = exported_of(program)
        try:
            write_through(
                folder / path.name,
                lambda file: torch.export.save(exported, file, extra_files={**program.documents}),
            )
        except (NotImplementedError, SerializeError) as error:
            hint = "compute sizes in whole numbers, such as n // 2 and -(-n // 2); or write it as ONNX"
            if isinstance(error, NotImplementedError):
                hint = (
                    "register what it returns with a serialized_type_name= (torch.export.register_dataclass), or "
                    "return tensors in lists, tuples and dicts; or write it as ONNX"
                )
            raise UserError(
                "capture-failed",
                f"'{program.name}' cannot be written as a .pt2 file",
                note=reason(error),
                hint=hint,
            ) from error
    return path


def eager_runners(programs: Mapping[str, Program]) -> dict[str, Runner]:
    """Programs of one layer each, on their example inputs, with as little around them as can be."""
    return {name: partial(entry(program), *program.inputs) for name, program in programs.items()}


def seconds_in_torch(
    works: Iterable[Work], turns: int, say: Callable[[str], None], make: Callable[[Work], Runner]
) -> dict[Work, float]:
    """Seconds of each piece of work in PyTorch, as ``make`` writes it; all take turns."""
    stopwatches = {work: _Stopwatch(make(work)) for work in works}
    say(f"measuring {count(len(stopwatches), 'operation')}")
    candidates = {str(index): watch for index, watch in enumerate(stopwatches.values())}
    with torch.no_grad():
        interleave(candidates, rounds=(turns, 8 * turns), budget=6.0 * turns)
    return {work: watch.seconds for work, watch in stopwatches.items()}


class _Stopwatch:
    """Runs something a few times and keeps the least seconds of one run: disturbance by others only adds time."""

    def __init__(self, run: Runner) -> None:
        self.run, self.seconds, self.repeats = run, math.inf, 1

    def __call__(self) -> None:
        self.run()  # with cold caches
        for _ in range(3):
            start = time.perf_counter()
            for _ in range(self.repeats):
                self.run()
            self.seconds = min(self.seconds, (time.perf_counter() - start) / self.repeats)
        self.repeats = min(1000, 1 + int(1e-3 / self.seconds))
