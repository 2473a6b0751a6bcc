"""What a processor offers to a kernel.

The environment variable ``SPARSEC_HOST`` asks for fewer instructions than this machine has: to see how a lesser machine
would do. It is read once in a process.
"""

from __future__ import annotations

import functools
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ...compiler.errors import UserError


@dataclass(frozen=True)
class Host:
    """A processor, as far as kernels are written for it.

    Attributes:
        name: of the instruction set.
        lanes: float32 numbers in a vector register.
        registers: vector registers.
        dot: how products of bytes are added up, see ``byte_dots``.
        fused: whether multiply and add are one instruction, that needs no register for the product.
        level: what LLVM calls the processors that code may run on; None for this machine and what has all it has.
        features: what LLVM calls instructions that these processors have beside those of their level.
    """

    name: str
    lanes: int
    registers: int
    dot: str = "wide"
    fused: bool = True
    level: str | None = None
    features: str = "+sse2"


def _has_dot_product() -> bool:
    """Whether a processor of ARM multiplies and adds bytes: all since 2018 may, Apple's do."""
    if platform.system() == "Darwin":
        return True
    known = Path("/proc/cpuinfo")
    return known.is_file() and "asimddp" in known.read_text().split()


AVX512 = Host("avx512", 16, 32, dot="vnni", level="x86-64-v4", features="+avx512vnni")
AVX2 = Host("avx2", 8, 16, dot="pairs", level="x86-64-v3")
NEON = Host("neon", 4, 32)
GENERIC = Host("generic", 4, 16, dot="pairs", fused=False, level="x86-64")  # what every x86 with 64 bits has
# Instruction sets by name, a better one after a worse. What is called avx512 is without VNNI, which many have not.
X86 = {
    "generic": GENERIC,
    "avx2": AVX2,
    "avxvnni": replace(AVX2, dot="avxvnni", features="+avxvnni"),
    "avx512": Host("avx512", 16, 32, dot="pairs", level="x86-64-v4"),
    "vnni": AVX512,
}
ARM = {"neon": replace(NEON, dot="sdot") if _has_dot_product() else NEON}
# What a processor has to have for each of them (see ``native_processor.BITS``).
NEEDS: dict[str, frozenset[str]] = {
    "generic": frozenset(),
    "avx2": frozenset({"avx2"}),
    "avxvnni": frozenset({"avx2", "avxvnni"}),
    "avx512": frozenset({"avx2", "avx512"}),
    "vnni": frozenset({"avx2", "avx512", "vnni"}),
    "neon": frozenset(),
}
VARIABLE = "SPARSEC_HOST"
# A list of instruction sets that has one: the best that this machine has.
NATIVE = "native"


@functools.cache
def host() -> Host:
    """This machine's processor, or as much of it as ``SPARSEC_HOST`` allows.

    Raises:
        UserError: ``SPARSEC_HOST`` names no instruction set, or one that this machine has not.
    """
    possible = {name: one for name, one in sets().items() if NEEDS[name] <= _features()}
    asked = os.environ.get(VARIABLE)
    if not asked:
        return [*possible.values()][-1]
    if sets() is ARM:
        possible = {"generic": NEON, **possible}
    if asked in possible:
        return possible[asked]
    known = asked in X86 or asked in ARM
    raise UserError(
        "bad-option" if known else "unknown-option",
        f"{VARIABLE} asks for '{asked}', which {'this processor has not' if known else 'is no instruction set'}",
        hint=f"it can be {', '.join(possible)}, or be unset",
    )


def sets() -> Mapping[str, Host]:
    """The instruction sets of this machine's kind, a better one after a worse."""
    return ARM if platform.machine() in ("aarch64", "arm64") else X86


def own_set() -> str:
    """The name of this machine's instruction set, as ``host`` has it."""
    return next(name for name, one in sets().items() if one == host())


def sets_of(asked: str | Sequence[str] | None = None) -> list[str]:
    """Instruction sets that a library is written for, a better one after a worse.

    Args:
        asked: their names, in a sequence or with commas between them; "native" is the best that this machine has. None:
            what this machine has, and everything below. Others need not be here.

    Raises:
        UserError: there is no such instruction set, or none is named.
    """
    if asked is None:
        return [name for name in sets() if NEEDS[name] <= NEEDS[own_set()]]
    listed: Any = asked.split(",") if isinstance(asked, str) else asked
    given = [name.strip() for name in listed if isinstance(name, str)] if isinstance(listed, Iterable) else []
    named = {own_set() if name == NATIVE else name for name in given}
    unknown = sorted(named - {"", *sets()})
    if unknown or not named or "" in named:
        raise UserError(
            "unknown-option",
            f"'{unknown[0]}' is no instruction set" if unknown else f"cpu={asked!r:.60} names no instruction set",
            hint=f"a list of {', '.join([NATIVE, *sets()])}",
        )
    return [name for name in sets() if name in named]


def _features() -> frozenset[str]:
    """Which of what ``NEEDS`` names this machine has."""
    if sets() is ARM:
        return frozenset()
    has = torch.cpu.get_capabilities()
    found = {
        "avx2": ("avx2", "fma3"),
        "avxvnni": ("avx_vnni",),
        "avx512": ("avx512_f", "avx512_bw", "avx512_vl"),
        "vnni": ("avx512_vnni",),
    }
    return frozenset(name for name, parts in found.items() if all(has.get(part) for part in parts))
