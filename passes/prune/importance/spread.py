"""Scores of whole rows or columns, handed on to their weights."""

from __future__ import annotations

import torch
from torch import Tensor


def spread(totals: Tensor, parts: Tensor, dim: int) -> Tensor:
    """Scores of weights that add up to given scores of rows or columns.

    Args:
        totals: one number for each row (``dim`` 1) or column (``dim`` 0).
        parts: (outputs, inputs), none negative: how a row's or column's score is shared out; evenly if all are zero.
        dim: along which it is shared out.
    """
    sums = parts.sum(dim=dim, keepdim=True)
    shares = torch.where(sums > 0, parts / sums, 1 / parts.shape[dim])
    return shares * totals.unsqueeze(dim)


def ranks(values: Tensor) -> Tensor:
    """(n,), float64: for each value the share of values that are no larger."""
    ordered = values.sort().values
    return torch.searchsorted(ordered, values, right=True).double() / max(1, len(values))
