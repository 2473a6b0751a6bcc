"""Vector blocks: R x C numbers of a weight, kept or left out together.

A block covers up to R rows (outputs) and C columns (inputs). 1 x 1 is unstructured sparsity, 8 x 1 lets eight outputs
share the columns that they read, 8 x 4 is what 8-bit dot products want. Whatever the weight's own pattern is, it fits
every R x C: a block is kept if any of its numbers is not zero, and the zeros inside are multiplied. Which rows form a
block is up to the weight: where a row is gone from a group of eight, the other seven stay together.

Three plain tensors hold a weight, in any state_dict, ``.pt2`` or ONNX file:

- ``values`` [entries + 1, C, R] of the weight's dtype: the blocks, block row after block row, by column within it;
- ``indices`` [entries + 1] int16 (as unsigned) or int32: the first column of each block over C;
- ``starts`` [column tiles * block rows + 1, 2] int32: where each block row begins, among entries and among rows.

One more entry than there are, of zeros, lets kernels read one too far. A *column tile* is a range of columns: where
rows hold few entries that lie anywhere, a kernel walks all rows for one range of columns before it goes on to the next,
so that it finds the activations in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, fx

from ...compiler.errors import UserError
from ...compiler.ir.packing import BLOCK_ROWS, Format, Means, SparseLayer
from ...compiler.ir.program import PART_OF
from ...compiler.ir.site import Site
from ..operators import VBLOCK_CONV2D, VBLOCK_LINEAR, Operator
from ..operators.blocks import column_tiles_of, coordinates, unpacked
from .images import Images

aten = torch.ops.aten

Words = npt.NDArray[np.uint64]
# Tensors hold what a 32-bit number counts.
MOST_ENTRIES = 2**31 - 2
# What starting a block row costs, in entries; and how far an even cut may be from what no cut can beat.
START_ENTRIES, TIGHT_RATIO = 4, 1.01
# Where whole runs differ by less than this share, wherever they begin, an even cut is as good as any; among many rows.
ALIKE_SHARE, MANY_ROWS = 0.03, 256
# Multiply-adds that a kernel does in the time of one of a dense product's, by block rows: to see what is hopeless.
SPEED = dict(zip(BLOCK_ROWS, (0.5, 0.7, 0.95, 1.1, 1.1), strict=True))
HOPELESS_RATIO = 1.3
TRIED = 2
# Tokens up to which time is what reading the weight takes: half the bytes are half the time.
FEW_TOKENS = 8
# Columns in a column tile that are tried, for zeros that lie anywhere; of windows, which are unfolded for them.
COLUMN_TILES, COLUMN_TILES_OF_WINDOWS = (128, 192), (192, 384)
# Larger weights (numbers times R) are cut every R rows: looking for something better would take seconds.
SEARCHED_NUMBERS = 2**28


@dataclass(frozen=True)
class Packed:
    """The tensors of a weight in vector blocks."""

    values: Tensor
    indices: Tensor
    starts: Tensor


@dataclass(frozen=True)
class VectorBlocks(Format):
    """Describes a weight of ``shape`` [rows, columns] in blocks of R x C.

    Attributes:
        shape: (rows, columns) of the weight.
        rows: R.
        columns: C.
        column_tile: columns in a column tile, a multiple of C; all of them if 0.
        dtype: that weights are rounded to when they are packed; their own if None.
        groups: of a convolution, whose columns are those of one group: no block has rows of two. A layer that is
            written has its own.
    """

    shape: tuple[int, int]
    rows: int
    columns: int = 1
    column_tile: int = 0
    dtype: torch.dtype | None = None
    groups: int = 1

    operators: ClassVar[tuple[Operator, ...]] = (VBLOCK_LINEAR, VBLOCK_CONV2D)
    roundings: ClassVar[tuple[str, ...]] = ("bfloat16",)

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, VectorBlocks]:
        """The sizes of blocks that promise most, column tiles where zeros are scattered, bfloat16 where it may be."""
        shape, pattern = layer.shape, layer.pattern
        costs = {rows: pattern.blocks[rows, 1] / SPEED[rows] for rows in SPEED}
        ranked = sorted(costs, key=lambda rows: costs[rows])
        found = {}
        for rows in [rows for rows in ranked if costs[rows] < HOPELESS_RATIO][:TRIED]:
            found[f"{rows}x1"] = cls(shape, rows)
        scattered = pattern.best_vector[0] == 1 and pattern.density < 0.7
        window = layer.window
        tiles = COLUMN_TILES if window is None else COLUMN_TILES_OF_WINDOWS
        whole = window is None or (window.groups == 1 and not window.is_point)
        if scattered and layer.tokens >= 32 and whole:
            for columns in (tile for tile in tiles if shape[1] >= 2 * min(tiles)):
                found[f"1x1 in column tiles of {columns}"] = cls(shape, 1, 1, columns)
        if means.quantize == "bfloat16":
            few = layer.window is None and layer.tokens < FEW_TOKENS
            for rows in [rows for rows in ranked if costs[rows] < HOPELESS_RATIO * (2 if few else 1)][:TRIED]:
                found[f"{rows}x1 bfloat16"] = cls(shape, rows, dtype=torch.bfloat16)
        return found

    @property
    def lossy(self) -> bool:
        """Whether numbers are rounded."""
        return self.dtype is not None

    @property
    def words(self) -> str:
        """``8x1 blocks``, ``16x1 blocks of bfloat16``, ``1x1 blocks in column tiles of 128 columns``."""
        dtype = f" of {str(self.dtype).removeprefix('torch.')}" if self.dtype else ""
        column_tiles = f" in column tiles of {self.column_tile} columns" if self.column_tile else ""
        return f"{self.rows}x{self.columns} blocks{dtype}{column_tiles}"

    @property
    def block_columns(self) -> int:
        return -(-self.shape[1] // self.columns)

    @property
    def column_tiles(self) -> int:
        return column_tiles_of(self.shape[1], self.column_tile)

    @property
    def index_dtype(self) -> torch.dtype:
        """The smallest dtype that holds every column's number."""
        return torch.int16 if self.block_columns <= 2**16 else torch.int32

    def pack(self, weight: Tensor) -> Packed:
        """Keep the blocks of ``weight`` [rows, columns] that are not all zero (-0.0 is zero).

        Raises:
            UserError: more blocks than 32 bits count.
        """
        if tuple(weight.shape) != self.shape:
            raise ValueError(f"a weight of shape {tuple(weight.shape)}, not {self.shape}")
        weight = weight if self.dtype is None else weight.to(self.dtype)
        wide = F.pad(weight, (0, self.block_columns * self.columns - self.shape[1]))
        grid = (wide != 0).reshape(self.shape[0], self.block_columns, self.columns)
        first = cut(grid.any(2), self.rows, self.groups)
        blocks = self._blocks(wide, first)
        kept = (blocks != 0).flatten(2).any(2)  # NaN is not zero
        count = int(kept.sum())
        if count > MOST_ENTRIES:
            raise UserError(
                "too-large", f"a weight of {self.shape[0]} x {self.shape[1]} has {count} blocks, more than 2^31"
            )
        width = max(1, self.column_tile // self.columns if self.column_tile else self.block_columns)
        ranges = [kept[:, begin : begin + width] for begin in range(0, self.block_columns, width)] or [kept]
        counts = torch.cat([part.sum(1) for part in ranges])
        begins = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
        rows, columns = zip(*(part.nonzero(as_tuple=True) for part in ranges), strict=True)
        row = torch.cat(rows)
        column = torch.cat([found + number * width for number, found in enumerate(columns)])
        values = torch.cat([blocks[row, column], blocks.new_zeros(1, *blocks.shape[2:])])
        indices = torch.cat([column, column.new_zeros(1)])
        tops = torch.cat([first[:-1].repeat(len(ranges)), first[-1:]]).to(begins.device)
        starts = torch.stack([begins, tops], dim=1).to(torch.int32)
        return Packed(values.contiguous(), indices.to(self.index_dtype), starts)

    def unpack(self, packed: Packed) -> Tensor:
        """The weight [rows, columns]."""
        return unpacked(packed.values, packed.indices, packed.starts, self.shape)

    def multiply(self, packed: Packed, x: Tensor) -> Tensor:
        """What a product means: ``weight @ x`` for x [columns, tokens], block by block.

        Unlike a dense product it does not look at columns that no block reads, whatever is in them.
        """
        top, column = self.coordinates(packed)
        padded = x.new_zeros(self.block_columns * self.columns, x.shape[1])
        padded[: self.shape[1]] = x
        read = padded.reshape(self.block_columns, self.columns, x.shape[1])[column]
        parts = torch.einsum("ecr,ect->ert", packed.values[:-1].to(x.dtype), read).flatten(0, 1)
        rows = (top[:, None] + torch.arange(self.rows, device=top.device)).flatten()
        return x.new_zeros(self.shape[0] + self.rows, x.shape[1]).index_add_(0, rows, parts)[: self.shape[0]]

    def coordinates(self, packed: Packed) -> tuple[Tensor, Tensor]:
        """The first row and the block column of every entry."""
        return coordinates(packed.indices, packed.starts)

    def write(self, site: Site) -> None:
        """Write a layer as one operator with bias, residual, activation and gate inside.

        If its rows have another order, they are put back behind it; what is added to them, and a gate, lies in the old
        order, and comes after that.
        """
        window, order, residual, activation = site.window, site.order, site.residual, site.activation
        images = None if window is None else Images(site, window)
        gate = site.gate if order is None and images is None else None
        form = self if window is None else replace(self, groups=window.groups)
        tensors = site.packed(form, site.weight if order is None else site.weight[order])
        in_order = order is None and not (images and images.in_phases)
        if in_order or residual is None:
            site.absorb(gate=gate is not None)
        else:
            residual, activation = None, ""
        bias = site.bias if in_order else _of_rows(site, self.shape[0], order)
        if images is None:
            gates = () if gate is None else (gate,)
            operands = (site.x, *tensors, bias, residual, self.shape[0], self.column_tile)
            site.become(VBLOCK_LINEAR.op, *operands, activation, False, False, *gates)
            if order is not None:
                _put_back(site, order)
            return
        x, residual = images.read(site.x), None if residual is None else images.of(residual)
        tiles = (self.column_tile,) if self.column_tile else ()
        site.become(VBLOCK_CONV2D.op, x, *tensors, bias, residual, self.shape[0], *images.geometry, activation, *tiles)
        images.give(order)

    def _blocks(self, wide: Tensor, first: Tensor) -> Tensor:
        """The weight as [block rows, block columns, C, R], filled up with zeros."""
        tall = F.pad(wide, (0, 0, 0, self.rows))
        offsets = torch.arange(self.rows)
        picked = (first[:-1, None] + offsets).to(wide.device)
        inside = (offsets < first.diff()[:, None]).to(wide.device)
        found = torch.where(inside[..., None], tall[picked], tall.new_zeros(()))
        return found.reshape(len(first) - 1, self.rows, self.block_columns, self.columns).permute(0, 2, 3, 1)


def _of_rows(site: Site, rows: int, order: Tensor | None) -> fx.Node | None:
    """The bias of a layer whose rows are in another order, or are several phases of each output."""
    bias = site.bias
    if bias is None:
        return None
    groups, phases = (1, 1) if site.window is None else (site.window.groups, math.prod(site.window.phases))
    outputs = torch.arange(rows // phases).reshape(groups, 1, -1).expand(-1, phases, -1).flatten()
    outputs = outputs if order is None else outputs[order]
    held = site.program.weight(bias)
    if held is not None:
        return site.program.new_weight(f"{bias.target}_ordered", held[outputs], kind=Tensor)
    read = site.program.new_weight(f"{site.node.name}_rows", outputs, kind=Tensor)
    return site.call(aten.index_select.default, bias, 0, read)


def _put_back(site: Site, order: Tensor) -> None:
    """Give the results of a linear layer whose rows are in another order their own again."""
    places = site.program.new_weight(f"{site.node.name}_order", torch.argsort(order), kind=Tensor)
    with site.program.graph.inserting_after(site.node):
        gather = site.program.graph.call_function(aten.index_select.default, (site.node, -1, places))
    gather.meta[PART_OF] = site.node.name
    site.give(gather)


def bits_of(kept: Tensor) -> Words:
    """The columns of a mask [rows, columns], 64 to a word: [rows, words]."""
    bits = np.packbits(kept.cpu().contiguous().numpy(), axis=1)
    return np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64)


def cut(kept: Tensor, most: int, groups: int = 1) -> Tensor:
    """Cut the rows of a mask into runs of at most ``most`` rows that read the same columns, as far as possible.

    Args:
        kept: [rows, columns], which numbers are not zero.
        most: R.
        groups: of as many rows each, whose columns are not the same: each is cut by itself.

    Returns:
        where each run begins, and the number of rows; the sum over runs of what they read, plus a constant for each
        run, is smallest, or nearly so.
    """
    return cuts(kept, [most], groups)[most]


def cuts(kept: Tensor, sizes: Collection[int], groups: int = 1) -> dict[int, Tensor]:
    """``cut`` for several R, which have most of the work in common."""
    rows = kept.shape[0]
    if groups > 1:
        parts = [cuts(part, sizes) for part in kept.chunk(groups)]
        first = [torch.cat([part[most][:-1] + n * rows // groups for n, part in enumerate(parts)]) for most in sizes]
        return {most: torch.cat([runs, torch.tensor([rows])]) for most, runs in zip(sizes, first, strict=True)}
    found = {most: torch.tensor([*range(0, rows, most), rows]) for most in sizes}
    searched = [most for most in sizes if most > 1 and kept.numel() * most <= SEARCHED_NUMBERS] if rows else []
    costs = _costs(bits_of(kept), max(searched)) if searched else np.empty((0, 0))
    return found | {most: better for most in searched if (better := _better_cut(costs[:most])) is not None}


def _costs(words: Words, most: int) -> npt.NDArray[np.float64]:
    """What a run of h + 1 rows from row r on reads: [h, r]."""
    rows = len(words)
    union = np.zeros_like(words)
    costs = np.full((most, rows), np.inf)
    for height in range(min(most, rows)):
        union = union[: rows - height] | words[height:]
        costs[height, : rows - height] = np.bitwise_count(union).sum(1)
    return costs


def _better_cut(costs: npt.NDArray[np.float64]) -> Tensor | None:
    """The best cut into runs of what they read; None where an even one is about as good."""
    most, rows = costs.shape
    whole = costs[min(most, rows) - 1, : max(1, rows - most + 1)]
    bound = costs[0].sum() / most
    if sum(costs[min(most, rows - r) - 1, r] for r in range(0, rows, most)) <= TIGHT_RATIO * bound:
        return None
    if rows >= MANY_ROWS and whole.std() < ALIKE_SHARE * whole.mean():  # scattered
        return None
    best, chosen, reads = [0.0], [0], costs.tolist()  # plain lists: one step is too small for numpy
    for end in range(1, rows + 1):
        heights = range(1, min(most, end) + 1)
        least, pick = min((best[end - height] + reads[height - 1][end - height], height) for height in heights)
        best.append(least + START_ENTRIES)
        chosen.append(pick)
    first = [rows]
    while first[-1]:
        first.append(first[-1] - chosen[first[-1]])
    return torch.tensor(first[::-1])
