"""Graphics cards of AMD's: ``hip`` is the one in this machine, ``hip:gfx942`` any card of that architecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch

from ...codegen.triton.cards import architectures
from .cuda import Cuda


@dataclass(frozen=True)
class Hip(Cuda):
    """PyTorch eager on a graphics card of AMD's, which PyTorch calls ``cuda`` all the same."""

    name: ClassVar[str] = "hip"
    title: ClassVar[str] = "PyTorch on a graphics card of AMD's"
    multiple: ClassVar[int] = 16
    variants: ClassVar[tuple[str, ...]] = tuple(arch for arch in architectures() if arch.startswith("gfx"))

    def _present(self) -> str | None:
        if not torch.cuda.is_available() or not torch.version.hip:
            return None
        return str(torch.cuda.get_device_properties().gcnArchName).partition(":")[0]


TARGET = Hip()
