"""2:4: of four neighbours in a row two numbers at most, as pruned for sparse tensor cores.

- ``values`` [rows, fours, 2] of the weight's dtype: both numbers of a four side by side;
- ``codes`` [rows, fours / 2] uint8: where they lie. The low half is about the even four: bits 0 and 1 are the place of
  the first number, 2 and 3 that of the second, which lies behind it. Where there are fewer than two, zeros fill up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...compiler.ir.packing import Format, Means, SparseLayer
from ...compiler.ir.site import Site
from ..operators import N24_LINEAR, Operator
from ..operators.n24_linear import places, unpacked
from .products import write_product

# Columns that one byte of codes is about.
COLUMNS = 8


def _code(kept: int) -> int:
    """The places of two numbers among four, for a mask of four bits: those that are kept come first."""
    first, second, *_ = sorted(range(4), key=lambda place: not kept >> place & 1)
    return min(first, second) | max(first, second) << 2


CODES = tuple(_code(kept) for kept in range(16))


@dataclass(frozen=True)
class PackedN24:
    """The tensors of a 2:4 weight."""

    values: Tensor
    codes: Tensor


@dataclass(frozen=True)
class N24(Format):
    """Describes a 2:4 weight of ``shape`` [rows, columns], the columns a multiple of 8."""

    shape: tuple[int, int]

    operators: ClassVar[tuple[Operator, ...]] = (N24_LINEAR,)

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, N24]:
        """Where the weight is 2:4."""
        n_of_m = layer.pattern.n_of_m
        fits = n_of_m is not None and n_of_m[1] == 4 and layer.shape[1] % COLUMNS == 0
        return {"2:4": cls(layer.shape)} if fits and layer.is_product else {}

    @property
    def words(self) -> str:
        """``2:4``."""
        return "2:4"

    def pack(self, weight: Tensor) -> PackedN24:
        """Keep two numbers of each four (-0.0 is zero).

        Raises:
            ValueError: a four holds more, or the weight has another shape.
        """
        if tuple(weight.shape) != self.shape or self.shape[1] % COLUMNS:
            raise ValueError(f"a weight of shape {tuple(weight.shape)}, not {self.shape} in eights of columns")
        fours = weight.unflatten(1, (-1, 4))
        kept = fours != 0  # NaN is not zero
        if kept.numel() and int(kept.sum(2).max()) > 2:
            raise ValueError("a weight that is not 2:4")
        bits = (kept * torch.tensor([1, 2, 4, 8], device=weight.device)).sum(2)
        nibbles = torch.tensor(CODES, dtype=torch.uint8, device=weight.device)[bits].unflatten(1, (-1, 2))
        codes = nibbles[..., 0] | nibbles[..., 1] << 4
        return PackedN24(fours.gather(2, places(codes)), codes)

    def unpack(self, packed: PackedN24) -> Tensor:
        """The weight [rows, columns]."""
        return unpacked(packed.values, packed.codes)

    def write(self, site: Site) -> None:
        """Write a layer as one operator with bias, residual and activation inside."""
        write_product(site, self, N24_LINEAR)
