"""Global: the least scores of all layers go, wherever they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ..kinds import Allocation, Candidate
from .shares import check_option, check_reachable, check_share, named, saved

# Numbers of 32 and of 64 bits, the integers that have the same bits, and how many bits are not the sign.
SINGLE, DOUBLE = (torch.float32, torch.int32, 31), (torch.float64, torch.int64, 63)


@dataclass(frozen=True)
class GlobalThreshold(Allocation):
    """One threshold for the scores of all layers; each keeps a minimum, so that none is lost as a whole.

    What scores at most ``tau`` goes, of each layer all but its ``keep`` best (Global MP, Gupta et al., 2022, whose
    scores are magnitudes, and whose minimum is MT). Scores have to be comparable between layers. Of equal scores at the
    threshold those of the first layers go, so that the share of the cost is met to within one weight.

    Attributes:
        keep: share of its weights that each layer keeps at least; never none, unless it is 0.
    """

    keep: float = 0.0005

    paper: ClassVar[str] = "Global MP (Gupta et al., 2022)"

    def __post_init__(self) -> None:
        check_option(0 <= self.keep <= 1, "global-threshold", "keep", self.keep, "a share from 0 to 1")

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        sizes = [candidate.scores.numel() for candidate in candidates]
        most = [self._most(candidate) for candidate in candidates]
        check_reachable([_ratio(at, of) for at, of in zip(most, sizes, strict=True)], candidates, share)
        wanted = share * math.fsum(candidate.cost for candidate in candidates)

        def below(tau: float) -> list[int]:
            return [min(int(torch.count_nonzero(x.scores <= tau)), at) for x, at in zip(candidates, most, strict=True)]

        def saving(counts: Sequence[int]) -> float:
            return saved([_ratio(at, of) for at, of in zip(counts, sizes, strict=True)], candidates)

        # Numbers that are not negative are in the order of their bits: we look for the largest tau with too few below.
        floats, integers, many = SINGLE if all(x.scores.dtype == torch.float32 for x in candidates) else DOUBLE

        def number(bits: int) -> float:
            return float(torch.tensor(bits, dtype=integers).view(floats))

        bits = -1
        for bit in reversed(range(many)):
            higher = bits + (1 << bit)
            if math.isfinite(number(higher)) and saving(below(number(higher))) < wanted:
                bits = higher
        counts = below(number(bits)) if bits >= 0 else [0] * len(sizes)
        self._fill(counts, below(number(bits + 1)), candidates, wanted - saving(counts))
        return named(candidates, [_ratio(at, of) for at, of in zip(counts, sizes, strict=True)])

    def most(self, candidates: Sequence[Candidate]) -> float:
        """The share of their cost that layers can lose together."""
        shares = [_ratio(self._most(candidate), candidate.scores.numel()) for candidate in candidates]
        return _ratio(saved(shares, candidates), math.fsum(candidate.cost for candidate in candidates))

    def _most(self, candidate: Candidate) -> int:
        """How many weights of a layer may go."""
        scores = candidate.scores
        kept = max(math.ceil(self.keep * scores.numel()), int(self.keep > 0))
        return max(0, min(scores.numel() - kept, int(scores.isfinite().sum())))

    @staticmethod
    def _fill(counts: list[int], upto: Sequence[int], candidates: Sequence[Candidate], missing: float) -> None:
        """Let some of those go that score exactly the threshold."""
        for at, candidate in enumerate(candidates):
            cost = candidate.cost / max(candidate.scores.numel(), 1)
            ties = upto[at] - counts[at]
            if ties and missing > 0:
                more = min(ties, math.ceil(missing / cost - 1e-6)) if cost else ties
                counts[at] += more
                missing -= more * cost


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
