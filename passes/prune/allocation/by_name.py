"""By name: what a user says of each layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ....compiler.errors import UserError
from ..kinds import Allocation, Candidate
from .names import matching
from .shares import check_share


@dataclass(frozen=True)
class ByName(Allocation):
    """A share of zeros for each pattern of names; the first that means a layer counts, layers without one stay dense.

    What the shares come to is what the user says, whatever share of the cost is asked for.

    Attributes:
        rules: ``pattern:share`` each, such as ``encoder.*.attention:0.3``. A pattern means layers of that name and
            those in modules of that name; ``*`` stands for anything.
    """

    rules: tuple[str, ...] = ()
    looks: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for rule in self.rules:
            check_share(_share(rule))

    @classmethod
    def of(cls, shares: Mapping[Any, Any]) -> ByName:
        """From a dict of patterns and shares.

        Raises:
            UserError: a pattern is no text, or a share none.
        """
        for pattern, share in shares.items():
            is_share = isinstance(share, (int, float)) and not isinstance(share, bool) and 0 <= share <= 1
            if not isinstance(pattern, str) or not is_share:
                raise UserError(
                    "bad-option",
                    f"{pattern!r}: {share!r:.80} is no sparsity of a layer",
                    hint="give patterns of names and shares: {'encoder.*': 0.3, '*': 0.5}",
                )
        return cls(tuple(f"{pattern}:{share!r}" for pattern, share in shares.items()))

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        """A share of zeros for each layer, by name, as the rules have it.

        Raises:
            UserError: a pattern means no layer, or comes after others that take all its layers.
        """
        names = [candidate.name for candidate in candidates]
        patterns = [rule.rpartition(":")[0] for rule in self.rules]
        meant, found = matching(names, patterns), dict.fromkeys(names, 0.0)
        taken = set[str]()
        for rule, pattern in zip(self.rules, patterns, strict=True):
            new = [name for name in meant[pattern] if name not in taken]
            if not new:
                raise UserError(
                    "bad-option",
                    f"'{pattern}' comes after patterns that take all its layers",
                    note="the first pattern that means a layer counts",
                    hint="put it before them",
                )
            taken.update(new)
            found |= dict.fromkeys(new, _share(rule))
        return found


def _share(rule: str) -> float:
    pattern, _, text = rule.rpartition(":")
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not pattern or not 0 <= share <= 1:
        raise UserError(
            "bad-option", f"'{rule}' is no sparsity of a layer", hint="write pattern:share, such as *.mlp:0.5"
        )
    return share
