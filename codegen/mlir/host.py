"""What a processor offers to a kernel.

The environment variable ``SPARSEC_HOST`` asks for fewer instructions than this machine has: for libraries that have to
run on lesser machines, and to see how a lesser machine would do. It is read once in a process.
"""

from __future__ import annotations

import functools
import os
import platform
from dataclasses import dataclass, replace

import torch

from ...compiler.errors import UserError


@dataclass(frozen=True)
class Host:
    """A processor, as far as kernels are written for it.

    Attributes:
        name: of the instruction set.
        lanes: float32 numbers in a vector register.
        registers: vector registers.
        dot: the instruction that multiplies four pairs of 8-bit integers and adds them up: "vnni" or none.
        level: what LLVM calls the processors that code may run on; None for this machine and what has all it has.
    """

    name: str
    lanes: int
    registers: int
    dot: str | None = None
    level: str | None = None


AVX512 = Host("avx512", 16, 32, dot="vnni")
AVX2 = Host("avx2", 8, 16)
NEON = Host("neon", 4, 32)
GENERIC = Host("generic", 4, 16)  # what every x86 with 64 bits has
# What ``SPARSEC_HOST`` may be on x86, from the least on. Its avx512 is without VNNI, which many have not.
X86 = {
    "generic": replace(GENERIC, level="x86-64"),
    "avx2": replace(AVX2, level="x86-64-v3"),
    "avx512": Host("avx512", 16, 32, level="x86-64-v4"),
}
ARM = {"generic": NEON, "neon": NEON}
VARIABLE = "SPARSEC_HOST"


@functools.cache
def host() -> Host:
    """This machine's processor, or as much of it as ``SPARSEC_HOST`` allows.

    Raises:
        UserError: ``SPARSEC_HOST`` names no instruction set, or one that this machine has not.
    """
    asked = os.environ.get(VARIABLE)
    if not asked:
        return _found()
    possible = ARM if _found() is NEON else {name: X86[name] for name in [*X86][: [*X86].index(_found().name) + 1]}
    if asked in possible:
        return possible[asked]
    if asked in X86 or asked in ARM:
        raise UserError(
            "bad-option",
            f"{VARIABLE} asks for '{asked}', which this processor has not",
            hint=f"it can be {', '.join(possible)}, or be unset",
        )
    raise UserError(
        "unknown-option",
        f"{VARIABLE} asks for '{asked}', which is no instruction set",
        hint=f"it can be {', '.join(possible)}, or be unset",
    )


def _found() -> Host:
    """This machine's processor."""
    if platform.machine() in ("aarch64", "arm64"):
        return NEON
    features = torch.cpu.get_capabilities()
    if not (features.get("avx2") and features.get("fma3")):
        return GENERIC
    if features.get("avx512_f") and features.get("avx512_bw") and features.get("avx512_vl"):
        return AVX512 if features.get("avx512_vnni") else Host("avx512", 16, 32)
    return AVX2
