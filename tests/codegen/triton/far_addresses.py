"""Where kernels read and write in tensors that nobody has memory for: offsets that 32 bits do not hold."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import Tensor
from triton.runtime import interpreter

from sparsec.codegen.triton import bsr_linear, gather_linear, n24_linear, skip_linear, vblock_matvec
from sparsec.codegen.triton.base import ACTIVATIONS, Launch, Problem, Schedule

HALF = torch.float16
DTYPES = {ACTIVATIONS: HALF, "fp32": torch.float32, "i64": torch.int64, "i32": torch.int32, "u8": torch.uint8}


@dataclass
class Memory:
    """Stands for all memory; only small tables are real, any other 32-bit integer is ``column``, and the rest zero."""

    real: list[Tensor]
    column: int
    read: set[int] = field(default_factory=set)
    written: set[int] = field(default_factory=set)

    def load(self, addresses: Any, mask: Any, other: Any, dtype: Any) -> Any:
        found = np.where(mask, self.column if np.dtype(dtype) == np.int32 else 0, other)
        self.read.update(addresses[mask].tolist())
        for table in self.real:
            place = addresses.astype(np.int64) - table.data_ptr()
            inside = (place >= 0) & (place < table.numel() * table.itemsize)
            found[inside] = table.numpy().ravel()[place[inside] // table.itemsize]
        return found.astype(dtype)

    def store(self, addresses: Any, values: Any, mask: Any) -> None:
        self.written.update(addresses[mask].tolist())


@dataclass
class Far:
    """One program of a launch on such tensors.

    Attributes:
        program: which, along the axes of the grid.
        tables: those arguments whose numbers matter.
        reads: argument to the last of its numbers that should be read.
        rows, tokens: of the results that should be written.
    """

    schedule: Schedule
    problem: Problem
    program: tuple[int, int, int]
    tables: Mapping[str, Tensor]
    column: int
    reads: Mapping[str, int]
    rows: range
    tokens: range

    def __str__(self) -> str:
        return f"{self.schedule.key}, program {self.program}"

    def check(self) -> str:
        """What is not where it should be; '' for nothing."""
        problem, kernel = self.problem, self.schedule.kernel
        scalars = {"T": problem.tokens, "M": problem.rows, "K": problem.columns, "entries": 1, "threshold": -1.0}
        arguments: dict[str, Any] = {
            name: torch.zeros(16, dtype=DTYPES[kind]) for name, kind in kernel.pointers.items()
        }
        arguments |= {name: scalars[name] for name in (*kernel.scalars, *kernel.floats)} | self.tables
        memory = Memory([*self.tables.values()], self.column)
        with self.somewhere(memory):
            Launch(self.schedule, arguments, (1, 1, 1), arguments["y"]).run()
        for name, number in self.reads.items():
            if arguments[name].data_ptr() + number * arguments[name].itemsize not in memory.read:
                return f"number {number} of {name} is not read"
        strides = (1, problem.tokens) if problem.rows_first else (problem.rows, 1)
        places = {t * strides[0] + m * strides[1] for t in self.tokens for m in self.rows}
        expected = {arguments["y"].data_ptr() + 2 * place for place in places}
        return "" if memory.written == expected else "results are written elsewhere"

    def somewhere(self, memory: Memory) -> Any:
        """This program, on that memory."""

        def program_id(builder: Any, axis: int) -> Any:
            return interpreter.TensorHandle(np.array([self.program[axis]], dtype=np.int32), interpreter.tl.int32)

        stack = contextlib.ExitStack()
        stack.enter_context(mock.patch.object(interpreter, "_interpreter", memory))
        stack.enter_context(mock.patch.object(interpreter.InterpreterBuilder, "create_get_program_id", program_id))
        return stack


def table(*rows: Any) -> Tensor:
    return torch.tensor(rows, dtype=torch.int32)


def blocks_of_many_tokens() -> Far:
    m, k, t, entry = 2**20, 2**20, 2**14, 2**22
    problem = Problem(m, k, t, HALF, (64, 64), 2**36)
    items = table((m // 64 - 1, entry, entry + 1))
    reads = {"x": t * k - 1, "values": (entry + 1) * 64 * 64 - 1}
    schedule = bsr_linear.schedules(problem, "sm_80")[0]
    last = range(t - 64, t)
    return Far(schedule, problem, (0, t // 64 - 1, 0), {"items": items}, k // 64 - 1, reads, range(m - 64, m), last)


def blocks_of_few_tokens() -> Far:
    m, k, t, entry = 2**28, 2**28, 16, 2**22
    problem = Problem(m, k, t, HALF, (64, 64), 2**36)
    items = table((m // 64 - 1, entry, entry + 1, 0, 1, 0))
    reads = {"x": t * k - 1, "values": (entry + 1) * 64 * 64 - 1}
    schedule = bsr_linear.schedules(problem, "sm_80")[0]
    return Far(schedule, problem, (0, 0, 0), {"items": items}, k // 64 - 1, reads, range(m - 64, m), range(t))


def groups(first: bool) -> Far:
    m, k, t, chunk = 2**20, 2**20, 2**14, 2**22
    problem = Problem(m, k, t, HALF, (64, 64), 2**36, columns_first=first, rows_first=first)
    reads = {"x": t * k - 1, "values": (chunk + 1) * 64 * 64 - 1, "columns": (chunk + 1) * 64 - 1}
    schedule = gather_linear.schedules(problem, "sm_90")[0]
    last = range(t - 64, t)
    return Far(
        schedule, problem, (0, t // 64 - 1, 0), {"starts": table(chunk, chunk + 1)}, k - 1, reads, range(64), last
    )


def two_of_four(tokens: int) -> Far:
    m, k = 2**22, 2**12
    problem = Problem(m, k, tokens, HALF, (1, 4), m * k // 2)
    schedule = n24_linear.schedules(problem, "sm_90")[0]
    rows = int(schedule.constants["BR"])
    reads = {"values": m * k // 4 - 1, "codes": m * k // 8 - 1}
    return Far(schedule, problem, (m // rows - 1, 0, 0), {}, 0, reads, range(m - rows, m), range(tokens))


def vectors() -> Far:
    m, k, entry = 2**30, 2**30, 2**28
    problem = Problem(m, k, 4, HALF, (16, 1), 2**33)
    reads = {"x": 4 * k - 1, "values": (entry + 8) * 16 - 1}
    schedule = vblock_matvec.schedules(problem, "sm_90")[0]
    starts = table((entry, 0), (entry + 8, 16))
    return Far(schedule, problem, (0, 3, 0), {"starts": starts}, k - 1, reads, range(16), range(3, 4))


def inputs() -> Far:
    m, k = 2**28, 16
    problem = Problem(m, k, 4, HALF, (1, 1), m * k)
    schedule = skip_linear.schedules(problem, "sm_90")[0]
    rows = int(schedule.constants["BM"])
    return Far(schedule, problem, (m // rows - 1, 3, 0), {}, 0, {"weight": m * k - 1}, range(m - rows, m), range(3, 4))


FAR: tuple[Callable[[], Far], ...] = (
    blocks_of_many_tokens,
    blocks_of_few_tokens,
    lambda: groups(False),
    lambda: groups(True),
    lambda: two_of_four(1),
    lambda: two_of_four(3),
    vectors,
    inputs,
)


class FarAddresses:
    """All of them, whatever is drawn."""

    def __init__(self, rng: random.Random) -> None:
        self.cases = [make() for make in FAR]

    def check(self) -> str:
        said = [(str(case), case.check()) for case in self.cases]
        return "; ".join(f"{case}: {wrong}" for case, wrong in said if wrong)
