"""Patches: second moments of what a layer reads once each row is brought to the same contrast."""

from __future__ import annotations

from torch import Tensor

from ..outer import Outer
from .seconds import Seconds

ITEM_BYTES = 4
# A row whose standard deviation is a smaller share of its root mean square is flat, such as one of padding.
FLAT_SHARE = 1e-5


class Patches(Seconds):
    """Sums of outer products of rows over their variance: ``x xᵀ / var(x)``. Flat rows say nothing.

    Attributes:
        count: rows seen that are not flat.
        second: (inputs, inputs), the sum.
    """

    def __init__(self, outputs: int, inputs: int) -> None:
        self.count = 0
        self._second = Outer(inputs)

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        deviation = (rows - rows.mean(dim=1, keepdim=True)).square().mean(dim=1, keepdim=True).sqrt()
        uneven = (deviation > FLAT_SHARE * rows.square().mean(dim=1, keepdim=True).sqrt()).squeeze(1)
        scaled = (rows[uneven] / deviation[uneven]).float()
        self.count += len(scaled)
        self._second.add(scaled)

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        return ITEM_BYTES * inputs * inputs
