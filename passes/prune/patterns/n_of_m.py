"""N of M neighbours in a row stay, for each row by itself or for several rows together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ....compiler.errors import UserError
from ..kinds import Pattern
from .tiles import checked_count, checked_share

# A share is the pattern's own if it differs by less: nobody writes 2/3 in full.
SAME_SHARE = 1e-3
# The largest M that is suggested.
MOST_OF = 16


@dataclass(frozen=True)
class NOfM(Pattern):
    """N:M, of each M neighbouring inputs of an output N stay, such as 2:4.

    Inputs behind the last whole M stay, all of them. Where more than N of M have to stay (infinite scores), they do.

    Attributes:
        n, m: N and M.
        shared_rows: how many neighbouring outputs choose together, by the sums of their scores.
    """

    n: int = 2
    m: int = 4
    shared_rows: int = 1

    formats: ClassVar[tuple[str, ...]] = ("n24", "vector-blocks")

    def __post_init__(self) -> None:
        checked_count(self.n, 1, "N of N:M", "write N:M, such as 2:4")
        checked_count(self.m, self.n + 1, f"M of {self.n}:M", f"write N:M, such as {self.n}:{2 * self.n}")
        checked_count(self.shared_rows, 1, "shared_rows", "give how many rows choose together, 1 or more")

    @property
    def text(self) -> str:
        return f"{self.n}:{self.m}" if self.shared_rows == 1 else super().text

    @property
    def share(self) -> float:
        return 1 - self.n / self.m

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        return min(self.shared_rows, outputs), 1

    def width(self, outputs: int, inputs: int) -> int:
        return self.m

    def must_stay(self, kept: Tensor) -> Tensor:
        inputs = kept.shape[1]
        whole = inputs - inputs % self.m
        left = kept[:, :whole].unflatten(1, (-1, self.m)).sum(dim=2, keepdim=True)
        return F.pad((left <= self.n).expand(-1, -1, self.m).flatten(1), (0, inputs - whole), value=True)

    def check(self, sparsity: float, at_most: bool = False) -> None:
        wrong = sparsity - self.share if at_most else abs(sparsity - self.share)
        if sparsity != 0 and wrong > SAME_SHARE:
            raise UserError(
                "bad-option",
                f"{self.n}:{self.m} has a share of {self.share:.4g} of zeros, not {sparsity:.4g}",
                note="each layer has that or none; 'uniform', 'l-greco' and shares by names choose layers for less",
                hint=f"ask for {self.share:.4g}, or for another pattern, such as {self._near(sparsity)}",
            )

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        checked_share(sparsity)
        if sparsity == 0:
            return torch.ones_like(scores, dtype=torch.bool)
        self.check(sparsity)
        high, wide = scores.shape
        rows = min(self.shared_rows, max(1, high))
        whole = F.pad(scores, (0, 0, 0, -high % rows))[:, : wide - wide % self.m]
        together = whole.reshape(-(-high // rows), rows, whole.shape[1] // self.m, self.m).sum(dim=1)
        lowest = together.argsort(dim=2, stable=True)[..., : self.m - self.n]
        stays = torch.ones_like(together, dtype=torch.bool).scatter(2, lowest, False) | together.isinf()
        mask = torch.ones_like(scores, dtype=torch.bool)
        mask[:, : whole.shape[1]] = stays.flatten(1).repeat_interleave(rows, 0)[:high]
        return mask

    def _near(self, sparsity: float) -> str:
        """A pattern that may have such a share: an N:M of few, or scattered zeros, where it would be this one's."""
        kept = Fraction(min(max(1 - sparsity, 1 / MOST_OF), 1 - 1 / MOST_OF)).limit_denominator(MOST_OF)
        same = abs(1 - kept - self.share) <= SAME_SHARE
        return "scattered" if same else f"{kept.numerator}:{kept.denominator}"
