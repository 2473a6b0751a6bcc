"""OBS: what a layer's outputs lose at least, when the weights that stay make up for those that go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from torch import Tensor

from ..algebra import Hessian, centred, check_count, check_damping
from ..damping import damping_of
from ..kinds import Compensation, Importance, Matrix, Seen, Statistic
from ..statistics import Moments
from .chain import Chain, moments_of


@dataclass(frozen=True)
class Obs(Importance):
    """What outputs lose at least, after the best change of the weights that stay.

    ``w_ij^2 / [H^-1]_jj`` for a weight, with ``H = X^T X / rows + damping * mean of its diagonal * I``: the optimal
    brain surgeon, for each output by itself. Exact for one weight of an output, and for units, which are sets of inputs
    B: ``tr(W_B [H^-1]_BB^-1 W_B^T)``. Units go in rounds: each round removes those of least loss, the best of the
    others is known after it, and a unit's score is what is lost with it and all those of earlier rounds.

    Attributes:
        damping: what is added to the diagonal, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
        bias: whether the bias makes up for it, too, where there is one: then H is of differences from the mean. By
            default that is as the compensation has it, and true where nobody says which one.
        rounds: as many as there are units is one by one, 1 judges each by itself.
        swaps: how often, once the number of units is known, all pairs of one that goes and one that stays are compared,
            of which some change places.
    """

    damping: float | None = None
    bias: bool | None = None
    rounds: int = 16
    swaps: int = 4

    paper: ClassVar[str] = "Optimal brain surgeon (Hassibi and Stork, 1992), units as in ZipLM (Kurtic et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})
    comparable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.rounds, "rounds")
        check_count(self.swaps, "swaps", least=0)

    def beside(self, compensation: Compensation) -> Obs:
        return replace(self, bias=compensation.gives_means) if self.bias is None else self

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        hessian, count = self._hessian(weight, seen), max(seen[Moments].count, 1)
        return weight.values.double().square() * hessian.alive / hessian.inverse(seen).diagonal() / count

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        return self._chain(weight, seen, columns).scores(self.rounds) / max(seen[Moments].count, 1)

    def score_rows(self, weight: Matrix, seen: Seen) -> Tensor:
        """The mean square of each output, with its bias."""
        moments, values = seen[Moments], weight.values.double()
        count = max(moments.count, 1)
        found = ((values @ (moments.second.double() / count)) * values).sum(dim=1)
        if weight.bias is not None:
            bias = weight.bias.double()
            found = found + bias * (2 * (values @ moments.mean) + bias)
        return found.clamp(min=0.0)

    def choose_columns(self, weight: Matrix, seen: Seen, columns: Tensor, count: int) -> Tensor:
        chain = self._chain(weight, seen, columns)
        chain.remove_lowest(count, self.rounds)
        chain.swap(self.swaps)
        return chain.gone

    def _hessian(self, weight: Matrix, seen: Seen) -> Hessian:
        moments = seen[Moments]
        constant = weight.bias is not None and self.bias is not False
        share = damping_of(weight, seen, self.damping, constant)
        return Hessian.of(centred(moments) if constant else moments.second, share)

    def _chain(self, weight: Matrix, seen: Seen, columns: Tensor) -> Chain:
        hessian = self._hessian(weight, seen)
        return Chain(weight.values * hessian.alive, *moments_of(hessian.factor(seen)), columns)
