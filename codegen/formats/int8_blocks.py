"""Vector blocks of 8-bit integers: R rows of four neighbouring columns, with a scale for each row.

Of a convolution, four neighbouring channels at a tap: a column is a group of channels and a tap.

A weight is rounded row by row: the largest number of a row becomes 127. That is lossy: nothing does it unasked. A model
that computes with bytes itself keeps its integers, and rounds what the layer reads as it did: then nothing is lost.

- ``values`` [entries + 1, R, 4] int8: the blocks (the four columns of a row side by side);
- ``indices``, ``starts``: see ``VectorBlocks``, columns counted in fours;
- ``scales`` [rows] float32: what one step of a row stands for;
- ``sums`` [rows] int32: the sum of a row, in steps: what the zero point of the activations adds for each unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.integers import stay_numbers
from ...compiler.ir.packing import Format, Means, SparseLayer
from ...compiler.ir.site import Site
from ..operators import Operator
from ..operators.int8 import FOUR, LARGEST, columns_of_windows, integers, integers_of_windows, multiplied
from ..operators.vblock_conv2d_int8 import VBLOCK_CONV2D_INT8
from ..operators.vblock_linear_int8 import VBLOCK_LINEAR_INT8
from .images import Images
from .vector_blocks import VectorBlocks

# Rows of blocks, and what an entry costs beside its products, in products of four: an index, activations, an addition.
HEIGHTS, ENTRY_COST = (1, 4, 8, 16), 3.0
TRIED = 2
# Sums have 32 bits: so many products of two bytes may be added.
MOST_COLUMNS = 2**17


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
    """Describes a weight of ``shape`` [rows, columns] in blocks of R x 4 bytes.

    Attributes:
        shape: (rows, columns) of the weight.
        rows: R.
        taps: of a convolution; its columns are channels x taps.
        given: whether the weight is integers already, and so is what it is multiplied with.
    """

    shape: tuple[int, int]
    rows: int = 8
    taps: int = 1
    given: bool = False

    operators: ClassVar[tuple[Operator, ...]] = (VBLOCK_LINEAR_INT8, VBLOCK_CONV2D_INT8)
    roundings: ClassVar[tuple[str, ...]] = ("int8",)
    for_bytes: ClassVar[bool] = True

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, Int8Blocks]:
        """Where weights may be or are rounded: the sizes of blocks that promise most, with zeros or without."""
        window, given = layer.window, layer.bytes is not None
        if not (given or means.quantize == "int8") or layer.shape[1] > MOST_COLUMNS:
            return {}
        if window is not None and not window.is_plain:
            return {}
        taps = 1 if window is None else math.prod(window.kernel)
        weight = columns_of_windows(layer.weight, taps)
        costs = {rows: _stored(weight, rows) * (rows + ENTRY_COST) / rows for rows in HEIGHTS}
        best = sorted(costs, key=lambda rows: costs[rows])[:TRIED]
        return {f"{rows}x{FOUR} int8": cls(layer.shape, rows, taps, given) for rows in best}

    @property
    def lossy(self) -> bool:
        """Numbers are rounded, unless the model does so itself."""
        return not self.given

    @property
    def words(self) -> str:
        """``8x4 blocks of 8-bit integers``."""
        return f"{self.rows}x{FOUR} blocks of 8-bit integers"

    def pack(self, weight: Tensor) -> PackedInt8:
        """Round a weight [rows, columns], and keep the blocks that are not all zero.

        Raises:
            UserError: more blocks than 32 bits count, or more columns than sums of so many hold.
        """
        most = weight.abs().amax(1).float() if weight.numel() else weight.new_zeros(self.shape[0])
        scales = torch.where(most > 0, most / LARGEST, 1.0)
        return self.pack_integers((weight / scales[:, None]).round().to(torch.int8), scales)

    def pack_integers(self, weight: Tensor, scales: Tensor) -> PackedInt8:
        """Keep the blocks that are not all zero of a weight that is in steps already.

        Args:
            weight: [rows, columns] int8.
            scales: [rows] float32, the size of a step of each row.

        Raises:
            UserError: more blocks than 32 bits count, or more columns than sums of so many hold.
        """
        if self.shape[1] > MOST_COLUMNS:
            raise UserError("too-large", f"a weight of {self.shape[1]} columns, more than sums of 32 bits hold")
        packed = self._blocks.pack(columns_of_windows(weight, self.taps))
        sums = weight.to(torch.int32).sum(1).to(torch.int32)
        values = packed.values.transpose(1, 2).contiguous()
        return PackedInt8(values, packed.indices, packed.starts, scales.float(), sums)

    def unpack(self, packed: PackedInt8) -> Tensor:
        """The rounded weight [rows, columns], as float32."""
        return self.integers(packed).float() * packed.scales[:, None]

    def integers(self, packed: PackedInt8) -> Tensor:
        """The rounded weight [rows, columns] in steps, as int8."""
        held = integers(packed.values, packed.indices, packed.starts, self._blocks.shape)
        return integers_of_windows(held, self.shape[1] // self.taps, self.taps)

    def multiply(self, packed: PackedInt8, x: Tensor) -> Tensor:
        """What a product means: x [tokens, columns] is rounded token by token, sums are exact, scales come last."""
        return multiplied(x, self.integers(packed), packed.scales)

    def write(self, site: Site) -> None:
        """Write a layer as one operator with bias, residual and activation inside."""
        window, activation, residual, held = site.window, site.activation, site.residual, site.bytes
        steps: tuple[float, ...] = ()
        if held is None:
            tensors = site.packed(self, site.weight)
        else:
            tensors = site.packed(_Integers(self, held.scales), held.weight)
            steps = (held.steps.step, held.steps.zero_point, held.steps.least_step)
            if site.bias is not None and len(site.bias.users) == 1:
                stay_numbers(site.bias)  # they are added to the scaled sums
        x, operands = site.x, (*tensors, site.bias)
        site.absorb()
        if window is None:
            site.become(VBLOCK_LINEAR_INT8.op, x, *operands, residual, self.shape[0], activation, *steps)
            return
        images = Images(site, window)
        x, residual = images.read(x), None if residual is None else images.of(residual)
        *sides, _ = images.geometry
        site.become(VBLOCK_CONV2D_INT8.op, x, *operands, residual, self.shape[0], *sides, activation, *steps)
        images.give(None)

    @property
    def _blocks(self) -> VectorBlocks:
        rows, columns = self.shape
        groups = -(-(columns // self.taps) // FOUR)
        return VectorBlocks((rows, groups * self.taps * FOUR), self.rows, FOUR)


@dataclass(frozen=True)
class _Integers:
    """Packs a weight that is in steps already, each row's of its own size."""

    form: Int8Blocks
    scales: Tensor = field(compare=False)

    def pack(self, weight: Tensor) -> PackedInt8:
        return self.form.pack_integers(weight, self.scales)


def _stored(weight: Tensor, rows: int) -> float:
    """The share of a weight that blocks of R x 4 hold, which begin every R rows."""
    high, wide = weight.shape
    whole = torch.nn.functional.pad(weight != 0, (0, -wide % FOUR, 0, -high % rows))
    kept = whole.reshape(whole.shape[0] // rows, rows, -1, FOUR).any(3).any(1)
    return float(kept.float().mean()) if kept.numel() else 0.0
