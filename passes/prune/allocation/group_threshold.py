"""Group threshold: layers that are alike share a threshold, others have theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..kinds import Allocation, Candidate
from .global_threshold import GlobalThreshold
from .shares import check_option, check_reachable, check_share, fitted


@dataclass(frozen=True)
class GroupThreshold(Allocation):
    """One threshold for the scores of layers that are alike: of one feature scale, and one kind of module.

    ``global-threshold`` in each group by itself. Scores need to be comparable in a group alone, and no group is lost
    since its scores are smaller than those of others. Ours: each group gives the same share of its cost, as far as it
    can; the paper says of each group by hand how much goes.

    Attributes:
        keep: share of its weights that each layer keeps at least; never none, unless it is 0.
    """

    keep: float = 0.0005

    paper: ClassVar[str] = "Group channel pruning (Chu et al., 2022)"
    spirit: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_option(0 <= self.keep <= 1, "group-threshold", "keep", self.keep, "a share from 0 to 1")

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        check_share(share)
        groups: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            groups.setdefault(candidate.group, []).append(candidate)
        within = GlobalThreshold(self.keep)
        most = [within.most(group) for group in groups.values()]
        whole = [_whole(group) for group in groups.values()]
        check_reachable(most, whole, share)
        reached = fitted(lambda t: [min(t, one) for one in most], whole, share, 0.0, 1.0)
        found: dict[str, float] = {}
        for group, one, limit in zip(groups.values(), whole, most, strict=True):
            found |= within.levels(group, min(reached[one.name], limit))
        return {candidate.name: found[candidate.name] for candidate in candidates}


def _whole(group: Sequence[Candidate]) -> Candidate:
    """A group as one layer."""
    first = group[0]
    return Candidate(first.name, first.weight, first.seen, first.scores, sum(x.cost for x in group))
