"""Layers drawn for every kernel: dtypes, patterns of zeros, sizes that fit no tile, what follows the product."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from sparsec.codegen.formats.products import in_groups
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.operators.epilogues import ACTIVATIONS, finished
from sparsec.codegen.triton import bsr_linear, gather_linear, n24_linear, skip_linear, vblock_matvec
from sparsec.codegen.triton.base import Launch, Problem, Schedule

# How far from float64 a result may be, as a share of the whole result's norm.
TOLERANCES = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float32: 1e-5}
ARCHITECTURES = ("sm_80", "sm_89", "sm_90", "sm_100", "gfx942")


@dataclass
class Case:
    """A launch, and what it should fill in.

    Attributes:
        launch: of a kernel.
        x: the activations [tokens, columns].
        weight: [rows, columns], in float64.
        reads: [rows, columns], which numbers of the weight are stored: the inputs that a row looks at.
        expected: the dense result [tokens, rows], in float64.
        rows_first: whether the kernel's result is [rows, tokens].
    """

    launch: Launch
    x: Tensor = field(repr=False)
    weight: Tensor = field(repr=False)
    reads: Tensor = field(repr=False)
    expected: Tensor = field(repr=False)
    rows_first: bool = False

    def __str__(self) -> str:
        return f"{self.launch.schedule.key}, {list(self.x.shape)} by {list(self.weight.shape)}, {self.x.dtype}"

    def check(self) -> str:
        """What is wrong; '' for nothing. Launched twice, on results full of NaN, with the same counters."""
        counters = torch.zeros(max(1, self.launch.slots), dtype=torch.int32, device=self.launch.result.device)
        first, second = self.run(counters), self.run(counters)
        if counters.any():
            return "counters are not left zero"
        if not torch.equal(first.view(torch.uint8), second.view(torch.uint8)):
            return "a second launch gives something else"
        found = (first.T if self.rows_first else first).double()
        dense_finite, finite = self.expected.isfinite(), found.isfinite()
        if not finite[dense_finite].all():
            return f"{int((~finite & dense_finite).sum())} results are not finite where dense ones are"
        certain = ~self.expected.isnan() & ~dense_finite
        if not torch.equal(found[certain], self.expected[certain]):
            return f"results are {found[certain].unique().tolist()} where dense ones are infinite"
        unread = (~self.x.isfinite()).double() @ (~self.reads.T).double() > 0
        if finite[~dense_finite & ~unread].any():
            return "a result is finite where dense is not"
        difference = (found - self.expected)[dense_finite].norm() / self.expected[dense_finite].norm().clamp(min=1e-3)
        return "" if difference <= TOLERANCES[self.x.dtype] else f"off by {float(difference):.1e}"

    def run(self, counters: Tensor) -> Tensor:
        """The result [tokens, rows]."""
        result = self.launch.result
        result.fill_(float("nan"))
        partial = self.launch.arguments.get("partial")
        if isinstance(partial, Tensor) and partial.dtype is torch.float32 and partial is not self.launch.arguments["x"]:
            partial.fill_(float("nan"))
        tokens = self.x.shape[0]
        shape = (-1, tokens) if self.rows_first else (tokens, -1)
        return self.launch.run(counters).reshape(shape).cpu().clone()


@dataclass
class Layer:
    """Sizes, dtype and everything around a weight, drawn."""

    rows: int
    columns: int
    tokens: int
    dtype: torch.dtype
    x: Tensor
    bias: Tensor | None
    residual: Tensor | None
    activation: str
    gate: Tensor | None = None

    def problem(self, tile: tuple[int, int], stored: int, **lying: bool) -> Problem:
        """It, in a format."""
        has_bias, has_residual = self.bias is not None, self.residual is not None
        sizes = (self.rows, self.columns, self.tokens)
        follows = {"bias": has_bias, "residual": has_residual, "activation": self.activation}
        follows["gate"] = self.gate is not None
        return Problem(*sizes, self.dtype, tile, stored, **follows, **lying)

    def dense(self, weight: Tensor, x: Tensor | None = None) -> Tensor:
        """What it computes, in float64."""
        x = self.x if x is None else x
        bias, residual, gate = (None if v is None else v.double() for v in (self.bias, self.residual, self.gate))
        return finished(F.linear(x.double(), weight, bias), residual, self.activation, gate)


def layer(rng: random.Random, rows: list[int], columns: list[int], tokens: list[int], *, gated: bool = False) -> Layer:
    """Everything but the weight. Now and then an activation is NaN or infinite; ``gated``, there is a gate at times."""
    torch.manual_seed(rng.randrange(2**31))
    m, k, t = rng.choice(rows), rng.choice(columns), rng.choice(tokens)
    dtype = rng.choice([*TOLERANCES])
    x = torch.randn(t, k).to(dtype)
    if rng.random() < 0.25:
        for value in rng.sample([float("nan"), float("inf"), float("-inf")], rng.randint(1, 2)):
            x[rng.randrange(t), rng.randrange(k)] = value
    bias = torch.randn(m).to(dtype) if rng.random() < 0.5 else None
    residual = torch.randn(t, m).to(dtype) if rng.random() < 0.4 else None
    activation = rng.choice(["", *ACTIVATIONS]) if rng.random() < 0.7 else ""
    gate = torch.randn(t, m).to(dtype) if gated and rng.random() < 0.4 else None
    return Layer(m, k, t, dtype, x, bias, residual, activation, gate)


def blocks_kept(rng: random.Random, rows: int, columns: int) -> Tensor:
    """Which blocks of a weight are kept: few or many, evenly or not; at times none in the first row, at times none."""
    density = rng.choice([0.1, 0.3, 0.6])
    share = torch.rand(rows, 1) * 2 * density if rng.random() < 0.5 else torch.full((rows, 1), density)
    kept = torch.rand(rows, columns) < share
    if rng.random() < 0.4:
        kept[0] = False
    if rng.random() < 0.05:
        kept[:] = False
    return kept


def masked(case: Layer, kept: Tensor, tile: tuple[int, int]) -> Tensor:
    """A weight of whole blocks [block rows * BR, block columns * BC]; zeros beyond its rows and columns, and inside."""
    stored = kept.repeat_interleave(tile[0], 0).repeat_interleave(tile[1], 1)
    weight = (torch.randn(stored.shape) / case.columns**0.5) * stored * (torch.rand(stored.shape) < 0.9)
    weight[case.rows :] = 0
    weight[:, case.columns :] = 0
    return weight.to(case.dtype)


def parts_of(starts: list[int], longest: int) -> tuple[Tensor, Tensor]:
    """The tables ``rows`` and ``parts`` of block rows whose entries begin at ``starts``."""
    rows, parts, slot = [], [], 0
    for row, (first, end) in enumerate(itertools.pairwise(starts)):
        rows.append((row, first, end))
        count = max(1, -(-(end - first) // longest))
        edges = [first + (end - first) * part // count for part in range(count + 1)]
        parts += [(row, *edges[part : part + 2], part, count, slot) for part in range(count)]
        slot += count
    longest_first = [sorted(table, key=lambda item: item[1] - item[2]) for table in (rows, parts)]
    return torch.tensor(longest_first[0], dtype=torch.int32), torch.tensor(longest_first[1], dtype=torch.int32)


def draw_bsr_linear(rng: random.Random) -> Case:
    tile = rng.choice([(64, 64), (64, 64), (128, 64), (32, 32)])
    case = layer(rng, [64, 100, 128, 200], [64, 100, 192, 256], [1, 1, 3, 16, 17, 40, 64, 130, 300], gated=True)
    block_rows, block_columns = -(-case.rows // tile[0]), -(-case.columns // tile[1])
    kept = blocks_kept(rng, block_rows, block_columns)
    weight = masked(case, kept, tile)
    values = weight.view(block_rows, tile[0], block_columns, tile[1]).transpose(1, 2)[kept].contiguous()
    starts = [0, *kept.sum(1).cumsum(0).tolist()]
    rows, parts = parts_of(starts, rng.choice([1, 2, 100]))
    columns = kept.nonzero()[:, 1].to(torch.int32)
    problem = case.problem(tile, values.numel())
    schedule = rng.choice(bsr_linear.schedules(problem, rng.choice(ARCHITECTURES)))
    follows = (case.bias, case.residual, case.rows, case.activation, case.gate)
    launch = bsr_linear.launch(schedule, case.x, values, columns, rows, parts, *follows)
    reads = kept.repeat_interleave(tile[0], 0).repeat_interleave(tile[1], 1)[: case.rows, : case.columns]
    dense = weight[: case.rows, : case.columns].double()
    return Case(launch, case.x, dense, reads, case.dense(dense))


def draw_gather_linear(rng: random.Random) -> Case:
    tile = rng.choice([(64, 64), (64, 32), (128, 32)])
    case = layer(rng, [64, 100, 128, 200], [64, 100, 256, 600], [1, 3, 16, 17, 40, 64, 130, 300], gated=True)
    kept = blocks_kept(rng, -(-case.rows // tile[0]), case.columns)
    if rng.random() < 0.3:
        kept[-1] = True  # what fills up its last chunk lies beyond the weight
    weight = masked(case, kept, (tile[0], 1))[: case.rows]
    packed = RowGroups((case.rows, case.columns), *tile).pack(weight)
    columns_first, rows_first = rng.choice([(False, False), (True, True), (True, False), (False, True)])
    problem = case.problem(tile, packed.values.numel(), columns_first=columns_first, rows_first=rows_first)
    schedule = in_parts(rng, rng.choice(gather_linear.schedules(problem, rng.choice(ARCHITECTURES))))
    launch = gather_linear.launch(
        schedule,
        case.x.T.contiguous() if columns_first else case.x,
        packed.values,
        packed.columns,
        packed.starts,
        case.bias,
        case.residual if case.residual is None or not rows_first else case.residual.T.contiguous(),
        case.rows,
        case.activation,
        columns_first,
        rows_first,
        case.gate if case.gate is None or not rows_first else case.gate.T.contiguous(),
    )
    reads = in_groups(weight != 0, tile[0]).any(1).repeat_interleave(tile[0], 0)[: case.rows]
    dense = weight.double()
    return Case(launch, case.x, dense, reads, case.dense(dense), rows_first)


def draw_vblock_matvec(rng: random.Random) -> Case:
    """The format's own tensors: its block rows begin where they fit the pattern, and need not be full."""
    tile = (rng.choice([16, 32]), 1)
    case = layer(rng, [16, 40, 100], [64, 100, 300], [1, 1, 2, 3, 4], gated=True)
    kept = blocks_kept(rng, -(-case.rows // tile[0]), case.columns)
    weight = masked(case, kept, tile)[: case.rows]
    blocks = VectorBlocks((case.rows, case.columns), tile[0])
    packed = blocks.pack(weight)
    columns_first, rows_first = rng.choice([(False, False), (True, True)])
    problem = case.problem(tile, packed.values.numel(), columns_first=columns_first, rows_first=rows_first)
    schedule = in_parts(rng, rng.choice(vblock_matvec.schedules(problem, rng.choice(ARCHITECTURES))))
    launch = vblock_matvec.launch(
        schedule,
        case.x.T.contiguous() if columns_first else case.x,
        packed.values,
        packed.indices,
        packed.starts,
        case.bias,
        case.residual if case.residual is None or not rows_first else case.residual.T.contiguous(),
        case.rows,
        0,
        case.activation,
        columns_first,
        rows_first,
        case.gate if case.gate is None or not rows_first else case.gate.T.contiguous(),
    )
    dense = weight.double()
    return Case(launch, case.x, dense, dense != 0, case.dense(dense), rows_first)


def draw_skip_linear(rng: random.Random) -> Case:
    """Inputs up to a threshold count as zero; those that are NaN do not."""
    case = layer(rng, [16, 100, 300], [64, 100, 200], [1, 1, 2, 3, 4], gated=True)
    threshold = rng.choice([0.0, 0.5, 1.0])
    if threshold == 0:
        case.x[:, torch.rand(case.columns) < 0.5] = 0
    weight = (torch.randn(case.columns, case.rows) / case.columns**0.5).to(case.dtype)
    problem = case.problem((1, 1), weight.numel())
    schedule = in_parts(rng, rng.choice(skip_linear.schedules(problem, rng.choice(ARCHITECTURES))))
    follows = (case.bias, threshold, case.activation, case.residual, case.gate)
    launch = skip_linear.launch(schedule, case.x, weight, *follows)
    dense = weight.T.double()
    expected = case.dense(dense, case.x.masked_fill(case.x.abs() <= threshold, 0))
    return Case(launch, case.x, dense, torch.ones_like(dense, dtype=torch.bool), expected)


def draw_n24_linear(rng: random.Random) -> Case:
    """Two of every four are kept; some of those are zero too."""
    case = layer(rng, [16, 40, 100], [64, 104, 256, 1032], [1, 1, 2, 3, 5, 8], gated=True)
    places = torch.rand(case.rows, case.columns // 4, 4).argsort(-1)[..., :2].sort(-1).values
    values = torch.randn(places.shape) / case.columns**0.5 * (torch.rand(places.shape) < 0.9)
    values = values.to(case.dtype)
    code = (places[..., 0] | places[..., 1] << 2).to(torch.uint8)
    codes = (code[:, 0::2] | code[:, 1::2] << 4).contiguous()
    empty = torch.zeros(case.rows, case.columns // 4, 4)
    weight = empty.to(case.dtype).scatter_(-1, places, values).flatten(1)
    reads = empty.bool().scatter_(-1, places, True).flatten(1)
    problem = case.problem((1, 4), values.numel())
    schedule = in_parts(rng, rng.choice(n24_linear.schedules(problem, rng.choice(ARCHITECTURES))))
    launch = n24_linear.launch(schedule, case.x, values, codes, case.bias, case.residual, case.activation, case.gate)
    dense = weight.double()
    return Case(launch, case.x, dense, reads, case.dense(dense))


def in_parts(rng: random.Random, schedule: Schedule) -> Schedule:
    """A schedule, its sums at times cut into parts: small layers would have none."""
    if schedule.constants.get("BT", 1) > 32 or rng.random() < 0.5:
        return schedule
    return dataclasses.replace(schedule, constants={**schedule.constants, "PARTS": rng.choice([2, 3])})


def draw_activations(rng: random.Random) -> Any:
    from .activation_kernel import Activations  # imports Triton

    return Activations(rng)


def far_addresses(rng: random.Random) -> Any:
    from .far_addresses import FarAddresses  # imports Triton

    return FarAddresses(rng)


# What is the same whatever is drawn.
ONCE = {"activations", "far_addresses"}
KERNELS: dict[str, Callable[[random.Random], Any]] = {
    "activations": draw_activations,
    "bsr_linear": draw_bsr_linear,
    "far_addresses": far_addresses,
    "gather_linear": draw_gather_linear,
    "n24_linear": draw_n24_linear,
    "skip_linear": draw_skip_linear,
    "vblock_matvec": draw_vblock_matvec,
}
