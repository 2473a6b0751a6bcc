"""Asks the processor that a library is loaded on whether it is one that its kernels were written for."""

from __future__ import annotations

import platform

from ..mlir.builder import Value
from .native_code import Code

# What kernels for x86 use: by instruction set, the bits of ``cpuid``, as (leaf, register): numbers.
EBX, ECX = 1, 2
BITS: dict[str, dict[tuple[int, int], tuple[int, ...]]] = {
    # FMA, MOVBE, the system saves registers, AVX, F16C; BMI, AVX2, BMI2
    "avx2": {(1, ECX): (12, 22, 27, 28, 29), (7, EBX): (3, 5, 8)},
    # and AVX-512 F, DQ, CD, BW, VL
    "avx512": {(1, ECX): (12, 22, 27, 28, 29), (7, EBX): (3, 5, 8, 16, 17, 28, 30, 31)},
    "vnni": {(7, ECX): (11,)},
}
NAMES = {"avx2": "AVX2", "avx512": "AVX-512", "vnni": "AVX-512 VNNI"}


def require_processor(c: Code, feature: str) -> None:
    """Return an error where an instruction of a set is missing: a host's ``name``, or what it has for ``dot``.

    Other architectures than x86 need no question: what cannot run a library there cannot load it either.
    """
    if feature not in BITS or not is_x86():
        return
    for (leaf, register), numbers in BITS[feature].items():
        wanted = c.constant(
            sum(1 << number for number in numbers if number < 31) - (2**31 if 31 in numbers else 0), "i32"
        )
        there = c.compare("eq", c.binary("andi", _cpuid(c, leaf, register), wanted), wanted)
        c.require(there, f"these sparse kernels need a processor with {NAMES[feature]}")


def is_x86() -> bool:
    """Whether this machine has ``cpuid``."""
    return platform.machine().lower() in ("x86_64", "amd64")


def _cpuid(c: Code, leaf: int, register: int) -> Value:
    """A register (EAX, EBX, ECX, EDX) after ``cpuid``."""
    four = "!llvm.struct<(i32, i32, i32, i32)>"
    given = ", ".join(c.constant(number, "i32").name for number in (leaf, 0))
    ways = "={ax},={bx},={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}"
    found = c.op(f'llvm.inline_asm has_side_effects "cpuid", "{ways}" {given} : (i32, i32) -> {four}', four)
    return c.op(f"llvm.extractvalue {found.name}[{register}] : {four}", "i32")
