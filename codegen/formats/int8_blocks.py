"""Vector blocks of 8-bit integers: R rows of four neighbouring columns, with a scale for each row.

A weight is rounded row by row: the largest number of a row becomes 127. That is lossy: nothing does it unasked.

- ``values`` [entries + 1, R, 4] int8: the blocks (the four columns of a row side by side);
- ``indices``, ``starts``: see ``VectorBlocks``, columns counted in fours;
- ``scales`` [rows] float32: what one step of a row stands for;
- ``sums`` [rows] int32: -128 times the sum of a row, which undoes the zero point of the activations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...compiler.ir.packing import Format, Means, SparseLayer
from ...compiler.ir.site import Site
from ..operators import Operator
from ..operators.vblock_linear_int8 import FOUR, LARGEST, VBLOCK_LINEAR_INT8, ZERO_POINT, integers, multiplied
from .vector_blocks import VectorBlocks


@dataclass(frozen=True)
class PackedInt8:
    """The tensors of a weight in blocks of 8-bit integers."""

    values: Tensor
    indices: Tensor
    starts: Tensor
    scales: Tensor
    sums: Tensor


@dataclass(frozen=True)
class Int8Blocks(Format):
    """Describes a weight of ``shape`` [rows, columns] in blocks of R x 4 bytes."""

    shape: tuple[int, int]
    rows: int = 8

    operators: ClassVar[tuple[Operator, ...]] = (VBLOCK_LINEAR_INT8,)
    roundings: ClassVar[tuple[str, ...]] = ("int8",)

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, Int8Blocks]:
        """Where weights may be rounded so far, for linear layers on a processor that multiplies bytes."""
        wanted = means.quantize == "int8" and means.dot is not None and layer.window is None
        return {"8x4 int8": cls(layer.shape)} if wanted else {}

    @property
    def lossy(self) -> bool:
        """Numbers are rounded."""
        return True

    @property
    def words(self) -> str:
        """``8x4 blocks of 8-bit integers``."""
        return f"{self.rows}x{FOUR} blocks of 8-bit integers"

    def pack(self, weight: Tensor) -> PackedInt8:
        """Round a weight [rows, columns], and keep the blocks that are not all zero.

        Raises:
            UserError: more blocks than 32 bits count.
        """
        most = weight.abs().amax(1).float() if weight.numel() else weight.new_zeros(self.shape[0])
        scales = torch.where(most > 0, most / LARGEST, 1.0)
        rounded = (weight / scales[:, None]).round().to(torch.int8)
        packed = self._blocks.pack(rounded)
        sums = (-ZERO_POINT * rounded.to(torch.int32).sum(1)).to(torch.int32)
        return PackedInt8(packed.values.transpose(1, 2).contiguous(), packed.indices, packed.starts, scales, sums)

    def unpack(self, packed: PackedInt8) -> Tensor:
        """The rounded weight [rows, columns], as float32."""
        return self.integers(packed).float() * packed.scales[:, None]

    def integers(self, packed: PackedInt8) -> Tensor:
        """The rounded weight [rows, columns] in steps, as int8."""
        return integers(packed.values, packed.indices, packed.starts, self.shape)

    def multiply(self, packed: PackedInt8, x: Tensor) -> Tensor:
        """What a product means: x [tokens, columns] is rounded token by token, sums are exact, scales come last."""
        return multiplied(x, self.integers(packed), packed.scales)

    def write(self, site: Site) -> None:
        """Write a linear layer as one operator with bias and activation inside; it adds no residual."""
        x, bias, activation, tensors = site.x, site.bias, "", site.packed(self, site.weight)
        if site.residual is None:
            activation = site.activation
            site.absorb()
        site.become(VBLOCK_LINEAR_INT8.op, x, *tensors, bias, self.shape[0], activation)

    @property
    def _blocks(self) -> VectorBlocks:
        return VectorBlocks(self.shape, self.rows, FOUR)
