"""Taylor: what a loss changes by, to first order, when weights become zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Gradients


@dataclass(frozen=True)
class Taylor(Importance):
    """The first-order change of the loss: ``|w * g|``, for units ``|sum of w * g|``.

    ``g`` is the mean gradient of a loss that is given. Within a unit changes of different sign cancel, as they do in
    the loss.
    """

    paper: ClassVar[str] = "Importance estimation (Molchanov et al., 2019)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Gradients})
    of_loss: ClassVar[bool] = True

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        return (weight.values.double() * seen[Gradients].mean).abs()

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        changes = (weight.values.double() * seen[Gradients].mean).sum(dim=0)
        return changes[columns].sum(dim=1).abs()
