"""Small kernels to build and judge: blocks of a weight times tokens, and one that has more numbers than registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from sparsec.codegen.triton.base import ACTIVATIONS, Kernel, Schedule, Turn

triton = pytest.importorskip("triton")  # whoever imports this file is skipped without it
tl = triton.language


@triton.jit
def block_dot(
    x, values, columns, starts, result,
    tokens, features,
    BR: tl.constexpr, BC: tl.constexpr, BT: tl.constexpr, STAGES: tl.constexpr,
):  # fmt: skip
    """Block rows of BR x BC blocks, [entries, BR, BC], times x [tokens, features]; result [block rows * BR, tokens]."""
    row = tl.program_id(0)
    first, end = tl.load(starts + row), tl.load(starts + row + 1)
    t = tl.program_id(1) * BT + tl.arange(0, BT)
    r, c = tl.arange(0, BR), tl.arange(0, BC)
    live = (t < tokens)[None, :]
    w_at = values + first.to(tl.int64) * (BR * BC) + r[:, None] * BC + c[None, :]
    x_at = x + t.to(tl.int64)[None, :] * features + c[:, None]
    total = tl.zeros((BR, BT), tl.float32)
    for entry in tl.range(first, end, num_stages=STAGES):
        column = tl.load(columns + entry) * BC
        total = tl.dot(tl.load(w_at), tl.load(x_at + column, mask=live, other=0.0), total)
        w_at += BR * BC
    at = result + (row * BR + r).to(tl.int64)[:, None] * tokens + t[None, :]
    tl.store(at, total.to(result.dtype.element_ty), mask=live)


@triton.jit
def too_many(x, result, tokens, N: tl.constexpr):
    """More sums than one warp has registers."""
    i, j = tl.arange(0, N), tl.arange(0, 128)
    total = tl.zeros((N, 128), tl.float32)
    for t in tl.range(0, tokens):
        total += tl.load(x + t * N + i)[:, None].to(tl.float32) * tl.load(x + t * 128 + j)[None, :].to(tl.float32)
    tl.store(result + i[:, None] * 128 + j[None, :], total.to(result.dtype.element_ty))


@dataclass(frozen=True)
class TestKernel(Kernel):
    """A kernel of this file."""

    __test__ = False

    @property
    def function(self) -> Any:
        return {"block_dot": block_dot, "too_many": too_many}[self.name]


BLOCK_DOT = TestKernel(
    "block_dot",
    {"x": ACTIVATIONS, "values": ACTIVATIONS, "columns": "i32", "starts": "i32", "result": ACTIVATIONS},
    ("tokens", "features"),
)
TOO_MANY = TestKernel("too_many", {"x": ACTIVATIONS, "result": ACTIVATIONS}, ("tokens",))


def dot_schedule(rows: int = 64, tokens: int = 16, *, depth: int = 64, stages: int = 4, warps: int = 4) -> Schedule:
    """``block_dot`` with tiles of so many rows and tokens."""
    constants = {"BR": rows, "BC": depth, "BT": tokens, "STAGES": stages}
    turn = Turn(rows * depth, rows * depth * tokens, rows, tokens)
    return Schedule(BLOCK_DOT, constants, warps, stages, f"{rows} x {tokens}", turn, multiples=("features",))


SPILLING = Schedule(TOO_MANY, {"N": 64}, warps=1, stages=1, title="too many", turn=Turn(64, 64 * 128, 64, 128))
