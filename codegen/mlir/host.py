"""What a processor offers to a kernel."""

from __future__ import annotations

import functools
import platform
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Host:
    """A processor, as far as kernels are written for it.

    Attributes:
        name: of the instruction set.
        lanes: float32 numbers in a vector register.
        registers: vector registers.
        dot: the instruction that multiplies four pairs of 8-bit integers and adds them up: "vnni" or none.
    """

    name: str
    lanes: int
    registers: int
    dot: str | None = None


AVX512 = Host("avx512", 16, 32, dot="vnni")
AVX2 = Host("avx2", 8, 16)
NEON = Host("neon", 4, 32)


@functools.cache
def host() -> Host:
    """This machine's processor."""
    if platform.machine() in ("aarch64", "arm64"):
        return NEON
    features = torch.cpu.get_capabilities()
    if features.get("avx512_f") and features.get("avx512_bw") and features.get("avx512_vl"):
        return AVX512 if features.get("avx512_vnni") else Host("avx512", 16, 32)
    return AVX2
