"""Importances around another one, which they are told by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from ..kinds import Compensation, Importance, Matrix, Seen


@dataclass(frozen=True)
class Around(Importance):
    """Scores of another importance; base of those that do something with them.

    What the other needs it needs, too, and its scores may be compared where the other's may.

    Attributes:
        of: the name of the other importance, with its options.
    """

    of: str = "magnitude"

    def __post_init__(self) -> None:
        inner = self.inner
        own = {
            "of": inner.text,
            "needs": inner.needs | type(self).needs,
            "by_row": inner.by_row,
            "of_loss": inner.of_loss,
            "spirit": inner.spirit or type(self).spirit,
        }
        for name, value in own.items():
            object.__setattr__(self, name, value)

    @property
    def inner(self) -> Importance:
        """The other importance."""
        from . import importance_of

        return importance_of(self.of)

    def beside(self, compensation: Compensation) -> Importance:
        return replace(self, of=self.inner.beside(compensation).text)

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return self.inner.score(weight, seen)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return self.inner.score_columns(weight, seen, columns)

    def score_rows(self, weight: Matrix, seen: Seen) -> Tensor:
        return self.inner.score_rows(weight, seen)

    def choose_columns(self, weight: Matrix, seen: Seen, columns: Tensor, count: int) -> Tensor:
        return self.inner.choose_columns(weight, seen, columns, count)
