"""Masks of vector blocks: of each matrix, the R x C blocks with the smallest norm are zero."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def masked(weight: Tensor, rows: int, columns: int, zeros: float) -> Tensor:
    """A weight [outputs, ...], seen as a matrix [outputs, rest], with a share ``zeros`` of its blocks zero."""
    matrix = weight.flatten(1)
    high, wide = matrix.shape
    padded = F.pad(matrix, (0, -wide % columns, 0, -high % rows))
    blocks = padded.reshape(-1, rows, padded.shape[1] // columns, columns)
    sizes = blocks.square().sum(dim=(1, 3))
    gone = sizes.flatten().argsort()[: round(zeros * sizes.numel())]
    kept = torch.ones_like(sizes).flatten().index_fill_(0, gone, 0.0).reshape(sizes.shape)
    result = (blocks * kept[:, None, :, None]).reshape(padded.shape)[:high, :wide]
    return result.reshape(weight.shape).contiguous()
