"""What the machine code of built-in kernels is like, for each architecture: a change of one that spoils it is seen.

A few on Hopper in every run, the rest in slow ones.
"""

from __future__ import annotations

import re

import pytest
import torch

from sparsec.codegen.triton.base import Problem, Schedule
from sparsec.codegen.triton.build import build
from sparsec.codegen.triton.cards import card_for
from sparsec.codegen.triton.facts import Facts, facts
from sparsec.codegen.triton.shapes import FORMS, form, problem_for, schedules

pytest.importorskip("triton")
ARCHITECTURES = ("sm_80", "sm_90", "sm_100", "gfx942")
TENSOR = ("bsr_linear", "gather_linear")
# Most lane instructions for each stored weight, and registers, of one token on sm_90.
DECODE = {
    "bsr_linear": (3.0, 48),
    "gather_linear": (4.5, 48),
    "n24_linear": (7.0, 80),
    "vblock_matvec": (5.5, 64),
    "skip_linear": (5.5, 64),
}
SIZE = 64 * 1024  # of a file; bytes


def asked(kernel: str, tokens: int, tile: tuple[int, int] | None = None, rows: int = 4096) -> Problem:
    return problem_for(form(kernel), rows, 4096, tokens, tile=tile)


def read(schedule: Schedule, arch: str, dtype: torch.dtype = torch.bfloat16) -> Facts:
    return facts(build(schedule, dtype, arch), schedule)


def all_of(kernel: str, arch: str) -> list[tuple[Schedule, int]]:
    """Every schedule of a kernel, with how many tokens it is for."""
    return [
        (schedule, tokens)
        for tile in form(kernel).tiles
        for tokens in (1, 32, 512)
        for schedule in schedules(form(kernel), asked(kernel, tokens, tile), arch)
    ]


@pytest.mark.parametrize("kernel", DECODE)
@pytest.mark.slow
def test_decode_on_hopper(kernel: str) -> None:
    """One token: within the budget of 13.8 lane instructions by far, so that memory is what binds."""
    limit, registers = DECODE[kernel]
    told = min((read(one, "sm_90") for one in schedules(form(kernel), asked(kernel, 1), "sm_90")), key=_weight)
    assert told.spills == 0 and told.registers <= registers and told.size < SIZE
    assert _weight(told) <= limit
    if kernel in TENSOR:
        assert told.product == "wgmma m64n16k16"
        assert told.loads[16] >= told.copies >= 4, "weights are copied ahead, 16 bytes a lane"


def _weight(told: Facts) -> float:
    assert told.weight is not None
    return told.weight


def test_prefill_on_hopper() -> None:
    listed = schedules(form("bsr_linear"), asked("bsr_linear", 512), "sm_90")
    plain, tiles = (next(one for one in listed if one.constants["TMA"] is tma) for tma in (False, True))
    for one in (plain, tiles):
        told = read(one, "sm_90")
        assert told.spills == 0 and told.unit == "wgmma" and told.registers <= 128 and _weight(told) <= 5
        assert told.copies == (2 if one is tiles else told.loads[16])
    assert read(tiles, "sm_90").lines["UTMALDG.2D"] >= 2


@pytest.mark.slow
@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("kernel", [found.kernel for found in FORMS])
def test_no_schedule_spills(kernel: str, arch: str) -> None:
    card = card_for(arch)
    for schedule, _ in all_of(kernel, arch):
        told = read(schedule, arch)
        assert told.spills == 0 and told.size < SIZE, schedule.key
        assert told.unit in ({card.product} if kernel in TENSOR else {card.product, "fma"}), schedule.key
        assert told.blocks >= 1 and told.registers < card.most, schedule.key
        assert 0 < _weight(told) < 20, schedule.key


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32], ids=str)
@pytest.mark.parametrize("kernel", [found.kernel for found in FORMS])
def test_other_dtypes_do_not_spill(kernel: str, dtype: torch.dtype) -> None:
    for tokens in (1, 512):
        problem = problem_for(form(kernel), 4096, 4096, tokens, dtype=dtype)
        for schedule in schedules(form(kernel), problem, "sm_90"):
            told = read(schedule, "sm_90", dtype)
            assert told.spills == 0 and told.weight is not None, schedule.key


def products_with_stride(kernel: str, tokens: int) -> list[str]:
    """How the first of a kernel's schedules for 32768 features multiplies the stride of the activations, in PTX."""
    problem = problem_for(form(kernel), 4096, 32768, tokens)
    schedule = next(one for one in schedules(form(kernel), problem, "sm_90") if not one.constants.get("TMA"))
    binary = build(schedule, torch.bfloat16, "sm_90")
    place = [name for name, _ in binary.arguments].index("T" if problem.columns_first else "K")
    (register,) = re.findall(rf"ld\.param\.\w+\s+(%\w+), \[\w+_param_{place}\]", binary.assembly)
    uses = [line.strip() for line in binary.assembly.splitlines() if re.search(rf"{register}\b", line)]
    return sorted({use.split()[0] for use in uses if use.startswith(("mul", "mad", "shl"))})


def test_offsets_of_huge_tensors_take_64_bits() -> None:
    """70000 tokens of 32768 features are more than 32 bits count: what is widened after multiplying comes too late."""
    assert products_with_stride("bsr_linear", 70000) == ["mul.lo.s64"]
    assert products_with_stride("gather_linear", 70000) == ["mul.wide.s32"]
    assert "mul.lo.s32" in products_with_stride("gather_linear", 512), "fewer instructions where 32 bits suffice"
