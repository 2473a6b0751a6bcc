"""K-FAC: OBS for the loss instead of for a layer's outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import Hessian, check_count, check_damping
from ..kinds import Importance, Matrix, Seen, Statistic
from ..statistics import Moments, OutputGradients
from .chain import Chain, moments_of


@dataclass(frozen=True)
class KFac(Importance):
    """What the loss rises by at least, by a Kronecker factored Fisher matrix, after the best change of what stays.

    ``w_ij^2 / (2 [A^-1]_jj [G^-1]_ii)``, where A are the second moments of a layer's inputs and G those of the loss's
    gradients by its outputs. Of a set of inputs B, exactly: ``tr(G W_B [A^-1]_BB^-1 W_B^T) / 2``.

    Ours: that units go in rounds, as for ``obs``.

    Attributes:
        damping: what is added to each diagonal, as a share of its mean.
        rounds: as many as there are units is one by one, 1 judges each by itself.
    """

    damping: float = 0.01
    rounds: int = 16

    paper: ClassVar[str] = "K-FAC (Martens and Grosse, 2015), OBS with it (Wang et al., 2019)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments, OutputGradients})

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.rounds, "rounds")

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        inputs, outputs = self._inputs(seen), self._outputs(seen)
        squares = weight.values.double().square() * inputs.alive * outputs.alive[:, None]
        scale = 2 * inputs.inverse(seen).diagonal() * outputs.inverse(seen).diagonal()[:, None]
        return squares / scale / self._counts(seen)

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        inputs, outputs = self._inputs(seen), self._outputs(seen)
        factor = outputs.factor(seen) * outputs.alive[:, None]  # of dead outputs the diagonal alone is there
        values = factor.T @ (weight.values.double() * inputs.alive)
        return Chain(values, *moments_of(inputs.factor(seen)), columns).scores(self.rounds) / 2 / self._counts(seen)

    def _inputs(self, seen: Seen) -> Hessian:
        return Hessian.of(seen[Moments].second, self.damping)

    def _outputs(self, seen: Seen) -> Hessian:
        return Hessian.of(seen[OutputGradients].second, self.damping)

    def _counts(self, seen: Seen) -> int:
        return max(seen[Moments].count, 1) * max(seen[OutputGradients].count, 1)
