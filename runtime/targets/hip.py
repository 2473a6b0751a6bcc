"""Graphics cards of AMD's: ``hip`` is the one in this machine, ``hip:gfx942`` any card of that architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...codegen.triton.cards import architectures
from .cuda import Cuda


@dataclass(frozen=True)
class Hip(Cuda):
    """PyTorch eager on a graphics card of AMD's, which PyTorch calls ``cuda`` all the same."""

    name: ClassVar[str] = "hip"
    title: ClassVar[str] = "PyTorch on a graphics card of AMD's"
    multiple: ClassVar[int] = 16
    prefix: ClassVar[str] = "gfx"
    variants: ClassVar[tuple[str, ...]] = tuple(arch for arch in architectures() if arch.startswith("gfx"))


TARGET = Hip()
