"""A kernel, a schedule of it, a launch: what building, running and judging all start from.

A *kernel* is one Triton function. A *schedule* fixes what is known when it is compiled: tiles, warps, stages, and
what follows the product. A *problem* is a layer with a number of tokens; it decides which schedules are worth trying.
A *launch* is a schedule with its tensors, ready to go. None of them imports Triton.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

Constant = int | bool | str
Argument = Tensor | int | float

# How Triton's signatures call a dtype.
TRITON_NAMES = {
    torch.float16: "fp16",
    torch.bfloat16: "bf16",
    torch.float32: "fp32",
    torch.int32: "i32",
    torch.int16: "i16",
    torch.uint8: "u8",
}
# Blocks of threads that keep any card busy: two or three for each of its multiprocessors.
BUSY = 384
# In ``Kernel.pointers``: has the dtype of the activations.
ACTIVATIONS = "x"
# In ``Kernel.pointers``: where parts of sums are left, and the counters of those that are there.
PARTS = {"partial": "fp32", "arrived": "i32"}
# Tensors that follow a product.
FOLLOWS = ("bias", "residual", "gate")
# Of the kernels of all sparse layers: what ``of_layer``, ``partial_sums`` and ``Launch.given`` fill in.
OF_LAYER = {**dict.fromkeys((*FOLLOWS, "y"), ACTIVATIONS), **PARTS}


@dataclass(frozen=True)
class Kernel:
    """One Triton function, by name, and what its arguments are.

    Attributes:
        name: of the function, and of the module of ``kernels`` that holds it.
        pointers: argument to element type: ``ACTIVATIONS``, or as Triton writes it ("i32"). Every address is a
            multiple of 16 bytes.
        scalars: arguments that are 32-bit integers.
        floats: arguments that are 32-bit floating-point numbers.
    """

    name: str
    pointers: Mapping[str, str] = field(hash=False)
    scalars: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()

    @property
    def function(self) -> Any:
        """What Triton compiles.

        Raises:
            ImportError: Triton is not installed.
        """
        return getattr(importlib.import_module(f".kernels.{self.name}", __package__), self.name)


@dataclass(frozen=True)
class Turn:
    """What one block of threads does in one turn of its innermost loop, tokens that are filled up included.

    From it, and from the instructions of that loop, follows what a stored number of the weight costs; and how often
    weight and activations go from the second-level cache to the multiprocessors.

    Attributes:
        weights: numbers of the weight that it reads, as they are stored.
        products: multiplications of a weight with an activation: weights x tokens, and more where zeros are filled in.
        rows, tokens: of the tile of the result that the block computes.
        dense: whether it passes by all of a dense weight, and reads what it needs of it.
    """

    weights: int
    products: int
    rows: int
    tokens: int
    dense: bool = False


@dataclass(frozen=True)
class Schedule:
    """A kernel with all that is fixed when it is compiled.

    Attributes:
        kernel: which.
        constants: the values of its ``constexpr`` arguments.
        warps: in a block of threads.
        stages: how many tiles are on their way at once.
        title: in words, for the report: ``decode, split-K``.
        turn: what its innermost loop does; None where nothing can be said.
        split: whether more than one block adds up a tile of the result, so that there are enough of them for any card.
        multiples: scalars that are multiples of 16, which lets loads be wide.
    """

    kernel: Kernel
    constants: Mapping[str, Constant] = field(hash=False)
    warps: int = 4
    stages: int = 3
    title: str = ""
    turn: Turn | None = None
    split: bool = False
    multiples: tuple[str, ...] = ()

    def signature(self, dtype: torch.dtype) -> dict[str, str]:
        """Triton's types of all arguments, constants aside, for activations of a dtype."""
        names = {ACTIVATIONS: TRITON_NAMES[dtype]}
        pointers = {name: f"*{names.get(kind, kind)}" for name, kind in self.kernel.pointers.items()}
        return pointers | dict.fromkeys(self.kernel.scalars, "i32") | dict.fromkeys(self.kernel.floats, "fp32")

    @property
    def key(self) -> str:
        """What tells it from every other schedule, in any process."""
        constants = " ".join(f"{name}={value}" for name, value in sorted(self.constants.items()))
        multiples = "".join(f" {name}%16" for name in self.multiples)
        return f"{self.kernel.name} {constants}{multiples} warps={self.warps} stages={self.stages}"


@dataclass(frozen=True)
class Problem:
    """A layer in a sparse format, and what it is multiplied with.

    Attributes:
        rows, columns: of the weight.
        tokens: columns of the right-hand side.
        dtype: of activations and weight.
        tile: what the format stores together: (block rows, block columns), (rows of a group, columns of a chunk) ...
        stored: numbers of the weight that are stored, padding included.
        index: bytes that say where they belong.
        bias, residual: whether they are added.
        activation: what is applied then, '' for nothing.
        gate: whether the result is multiplied with another.
        columns_first, rows_first: whether activations are [columns, tokens], results [rows, tokens].
    """

    rows: int
    columns: int
    tokens: int
    dtype: torch.dtype
    tile: tuple[int, int]
    stored: int
    index: int = 0
    bias: bool = False
    residual: bool = False
    activation: str = ""
    gate: bool = False
    columns_first: bool = False
    rows_first: bool = False


@dataclass(frozen=True)
class Launch:
    """A schedule with its arguments.

    Attributes:
        schedule: what runs.
        arguments: all but the constants and the counters, by name.
        grid: blocks of threads, along three axes.
        result: what the launch fills.
        slots: parts of sums over all tiles, each of which is counted.
    """

    schedule: Schedule
    arguments: Mapping[str, Argument] = field(hash=False)
    grid: tuple[int, int, int]
    result: Tensor
    slots: int = 0

    def given(self, counters: Tensor | None = None) -> dict[str, Argument]:
        """All arguments.

        Args:
            counters: at least ``slots`` 32-bit zeros, of which no other launch takes any at the same time. The launch
                leaves them zero. New ones, by default.
        """
        if counters is None and self.slots:
            counters = torch.zeros(self.slots, dtype=torch.int32, device=self.result.device)
        return {**self.arguments, "arrived": self.result if counters is None else counters}

    def run(self, counters: Tensor | None = None) -> Tensor:
        """Launch it as Triton does, on a card or in Triton's interpreter; the result, filled.

        Args:
            counters: see ``given``.

        Raises:
            ImportError: Triton is not installed.
        """
        schedule = self.schedule
        if schedule.constants.get("TMA"):
            _lend_memory(self.result.device)
        options = {"num_warps": schedule.warps, "num_stages": schedule.stages}
        schedule.kernel.function[self.grid](**self.given(counters), **schedule.constants, **options)
        return self.result


def _lend_memory(device: torch.device) -> None:
    """What tells the copy engine of a tile is written into memory that Triton asks for."""
    import triton

    triton.set_allocator(lambda size, alignment, stream: torch.empty(size, dtype=torch.int8, device=device))


def compute_capability(arch: str) -> int:
    """Of an architecture: 90 for "sm_90", 0 for one that is not NVIDIA's."""
    return int(arch.removeprefix("sm_")) if arch.startswith("sm_") else 0


def multiples_of_16(**scalars: int) -> tuple[str, ...]:
    """The names of those that are."""
    return tuple(name for name, value in scalars.items() if value % 16 == 0)


def aligned(tensor: Tensor) -> Tensor:
    """A tensor that lies in memory as kernels take it: without gaps, from a multiple of 16 bytes on."""
    tensor = tensor.contiguous()
    return tensor.clone() if tensor.data_ptr() % 16 else tensor


def of_layer(x: Tensor, result: Tensor, sizes: tuple[int, int, int], **follows: Tensor | None) -> dict[str, Argument]:
    """The arguments that kernels of all layers have; what there is none of is x, and not read.

    Args:
        x, result: activations and what is filled.
        sizes: tokens, rows and columns.
        follows: bias, residual and gate.
    """
    tokens, rows, columns = sizes
    extra = {name: x if (given := follows.get(name)) is None else aligned(given) for name in FOLLOWS}
    return {"x": x, "y": result, **extra, "T": tokens, "M": rows, "K": columns}


def partial_sums(x: Tensor, slots: int, numbers: int) -> Tensor:
    """What parts of sums are left in, an argument of kernels.

    Args:
        x: the activations; without slots they stand for what is not read.
        slots: parts of sums, over all tiles of tokens.
        numbers: in each.
    """
    return torch.empty(slots * numbers, dtype=torch.float32, device=x.device) if slots else x


def epilogue(problem: Problem) -> dict[str, Constant]:
    """The constants that say what follows a product."""
    there = {"BIAS": problem.bias, "RESIDUAL": problem.residual, "GATE": problem.gate}
    return {**there, "ACTIVATION": problem.activation}


def parts_of(blocks: int, turns: int) -> int:
    """Into how many parts the sums of a result are cut, so that few tokens keep a card busy.

    Args:
        blocks: of threads, if nothing is cut.
        turns: of the innermost loop of each.
    """
    return max(1, min(-(-BUSY // max(1, blocks)), turns // 4, 16))
