"""KCM: units that others cannot stand for, and that do something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ....compiler.errors import UserError
from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Norms
from .spread import ranks, spread


@dataclass(frozen=True)
class Kcm(Importance):
    """How badly others stand for an input's weights, times how much it does: ranks of both, no gradients.

    ``rank(1 / [(K + ridge I)^-1]_ii) * rank(mean(|x_i|) * |W_i|)``. K is a Gaussian kernel of the columns of the
    weight, its width the median distance; the first is the distance of a column from what all others combine to.

    Ours: the published update of the kernel is not known. For other patterns an input's score is shared out among its
    weights by their squares.

    Attributes:
        ridge: what is added to the kernel's diagonal, which is 1.
    """

    ridge: float = 1e-3

    paper: ClassVar[str] = "Gradient-free structured pruning (Nova et al., 2023)"
    spirit: ClassVar[bool] = True
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Norms})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.ridge > 0:
            raise UserError("bad-option", f"ridge cannot be '{self.ridge}'", hint="give more than 0, such as 0.001")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        alone = torch.arange(weight.values.shape[1])[:, None]
        return spread(self.score_columns(weight, seen, alone), weight.values.double().square(), dim=0)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        norms, values = seen[Norms], weight.values.double()
        does = (norms.magnitudes / max(norms.count, 1) * values.norm(dim=0))[columns].sum(dim=1)
        found = ranks(self._alone(values.T[columns].flatten(1))) * ranks(does)
        return torch.where(does > 0, found, 0.0)

    def _alone(self, vectors: Tensor) -> Tensor:
        """(units,): the squared distance of each from what the others combine to, in the space of the kernel."""
        distances = torch.cdist(vectors, vectors)
        width = float(distances.median()) or float(distances.max()) or 1.0
        kernel = torch.exp(-0.5 * (distances / width) ** 2)
        kernel.diagonal().fill_(1 + self.ridge)
        inverse: Tensor = torch.linalg.inv(kernel)
        return 1 / inverse.diagonal()
