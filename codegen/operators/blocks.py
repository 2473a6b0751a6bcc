"""Weights in vector blocks, as operators read them: see ``codegen.formats.vector_blocks`` for what the tensors hold."""

from __future__ import annotations

import torch
from torch import Tensor


def column_tiles_of(columns: int, column_tile: int) -> int:
    """Into how many column tiles of some columns a weight falls; 0 columns are all of them."""
    return max(1, -(-columns // column_tile)) if column_tile else 1


def coordinates(indices: Tensor, starts: Tensor) -> tuple[Tensor, Tensor]:
    """The first row and the block column of every entry."""
    counts = starts[:, 0].diff().long()
    column = indices[:-1].long()
    column = column % 2**16 if indices.dtype == torch.int16 else column
    return starts[:-1, 1].long().repeat_interleave(counts), column


def unpacked(values: Tensor, indices: Tensor, starts: Tensor, shape: tuple[int, int]) -> Tensor:
    """The weight of ``shape`` [rows, columns]."""
    top, column = coordinates(indices, starts)
    (wide, high), (rows, columns) = values.shape[1:], shape
    whole = values.new_zeros(rows + high, -(-columns // wide) * wide)
    # A block with fewer than R rows has zeros in the others, which belong to its neighbours.
    row = (top[:, None] + torch.arange(high, device=top.device))[:, None, :]
    place = (column[:, None] * wide + torch.arange(wide, device=top.device))[:, :, None]
    whole.index_put_((row, place), values[:-1], accumulate=True)
    return whole[:rows, :columns].contiguous()
