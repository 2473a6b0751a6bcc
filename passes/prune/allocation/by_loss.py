"""By loss: one threshold for what the model's loss rises by, whichever layer a weight is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..fit import Fit
from ..kinds import Allocation, Candidate, Matrix, Seen, Statistic
from ..statistics import Moments, OutputSquares
from .shares import check_option, check_reachable, check_share, clipped, fitted


@dataclass(frozen=True)
class ByLoss(Allocation):
    """What raises the model's loss least goes, in whichever layer it is; no layer is far from the share asked for.

    Taking a weight raises the squared error of an output by ``e = w^2 / [H^-1]_jj`` if the others make up for it, and
    the loss by ``g^2 e / 2``, where ``g^2`` is the mean square of the loss's gradient by that output: K-FAC, with what
    other outputs make up for left out, since compensations fit each by itself. A threshold for that (of a pattern's
    groups the mean) gives each layer its share. Ours is the limit: what is lost adds up for small changes alone.

    It costs one more walk over the data, and some runs back from the outputs. The loss is the one that is passed; the
    divergence from the dense model if none is. Of units the importance's scores are compared, such as those of
    ``k-fac``.

    Attributes:
        spread: how far a layer's share may be from the one that is asked for.
    """

    spread: float = 0.1

    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments, OutputSquares})
    paper: ClassVar[str] = "K-FAC (Martens and Grosse, 2015), OBS with it (Wang et al., 2019)"

    def __post_init__(self) -> None:
        check_option(0 <= self.spread <= 1, "by-loss", "spread", self.spread, "a share from 0 to 1")

    def scores(self, weight: Matrix, seen: Seen) -> Tensor:
        fit, squares = Fit.of(weight, seen, None), seen[OutputSquares]
        each = squares.sum / (max(squares.count, 1) * max(seen[Moments].count, 1))
        return fit.costs(weight.values) * each[:, None]

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        ordered = [candidate.scores.flatten().double().sort().values for candidate in candidates]
        low, high = clipped(share - self.spread), clipped(share + self.spread)
        check_reachable([high] * len(candidates), candidates, share)

        def below(threshold: float) -> list[float]:
            counts = [int(torch.searchsorted(scores, threshold, right=True)) for scores in ordered]
            return [min(max(at / max(len(x), 1), low), high) for at, x in zip(counts, ordered, strict=True)]

        finite = [float(x[x.isfinite()][-1]) for x in ordered if bool(x.isfinite().any())]
        return fitted(below, candidates, share, -1.0, max(finite, default=0.0))
