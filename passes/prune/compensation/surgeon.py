"""Surgeon: the weights that stay are fitted to what the model loses, all outputs of a layer together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import Hessian, check_count, check_damping, solve_on, solve_together
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments, OutputGradients


@dataclass(frozen=True)
class Surgeon(Compensation):
    """The weights that stay are fitted to what the model loses: outputs make up for each other.

    With D what weights differ from those by that give the dense outputs, H the second moments of a layer's inputs and G
    those of the loss's gradients by its outputs, the loss rises by about ``tr(G D H Dᵀ) / 2``. ``affine`` makes each
    row of D small by itself. Rows that keep other inputs can do better: what one lacks others can give, as far as the
    model behind them does not tell outputs apart. All weights that stay and the bias are fitted together; conjugate
    gradients begin where ``affine`` ends, and never end above it. The loss is the one that is passed; the divergence
    from the dense model if none is. It costs some runs back from the outputs.

    Ours: weights aim at the dense model's outputs, from the inputs of the pruned one.

    Args:
        damping: what is added to the diagonal of the centred second moments, as a share of its mean; by default
            that which loses least on rows that nothing was fitted to.
        outputs: what is added to that of the gradients' second moments, as a share of its mean: of more of it outputs
            make up less for each other.
        steps: of conjugate gradients, at most.
    """

    damping: float | None = None
    outputs: float = 0.1
    steps: int = 30

    paper: ClassVar[str] = "LLM Surgeon (van der Ouderaa et al., 2023)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments, OutputGradients})

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_damping(self.outputs, "outputs")
        check_count(self.steps, "steps", least=0)

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        fit = Fit.of(weight, seen, self.damping)
        right, left = fit.missing(kept), weight.values.double() * kept
        change = solve_on(kept, fit.hessian, right, seen)
        gradients = seen[OutputGradients]
        if gradients.count and not bool(kept.all()):
            losses = Hessian.of(gradients.second, self.outputs)
            known, dtype = kept & fit.hessian.alive, weight.values.dtype
            change = solve_together(known, losses, fit.hessian, right, change, steps=self.steps, dtype=dtype)
        return fit.but(left + change)
