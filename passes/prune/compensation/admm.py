"""ADMM: weights and mask are brought together step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ....compiler.errors import UserError
from ..algebra import check_count, check_damping
from ..fit import Fit
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..statistics import Moments


@dataclass(frozen=True)
class Admm(Compensation):
    """Alternates between weights that fit and weights that are zero where they have to be.

    Inputs are scaled to norm 1; A is the Hessian then, w the dense model's weights, and::

        z = (v + u) * kept        u += v - z        v = (w A + rho (z - u)) (A + rho I)^-1

    Least squares is where this goes to: it costs one product with A a step, however much rows differ in what they keep.
    Ours: of each row, the best of what it was on the way stays, so that none is worse than before.

    Args:
        rho: how much the two are held together, as a share of the mean eigenvalue.
        steps: how often.
        damping: what is added to the diagonal of A.
    """

    rho: float = 1.0
    steps: int = 20
    damping: float = 0.01

    paper: ClassVar[str] = "Search for Efficient Large Language Models (Shen et al., 2024)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments})

    def __post_init__(self) -> None:
        check_damping(self.damping)
        check_count(self.steps, "steps", least=0)
        if not 0 < self.rho < float("inf"):
            raise UserError("bad-option", f"rho cannot be '{self.rho}'", hint="give more than 0, such as 1")

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        fit = Fit.of(weight, seen, self.damping)
        norms = fit.hessian.values.diagonal().sqrt()
        scaled = fit.hessian.values / torch.outer(norms, norms)
        inverse = torch.linalg.inv(scaled + self.rho * torch.eye(len(scaled), dtype=scaled.dtype))
        target, start = fit.target() * norms, weight.values.double() * norms * kept
        wanted = target @ scaled
        best, least = start, _errors(start - target, scaled)
        values, dual = target, torch.zeros_like(target)
        for _ in range(self.steps):
            sparse = (values + dual) * kept
            dual = dual + values - sparse
            values = (wanted + self.rho * (sparse - dual)) @ inverse
            errors = _errors(sparse - target, scaled)
            best = torch.where((errors < least)[:, None], sparse, best)
            least = torch.minimum(errors, least)
        found = torch.where(fit.hessian.alive, best / norms, weight.values.double())  # of dead inputs to the bit
        return fit.but(torch.where(kept, found, 0.0))


def _errors(difference: Tensor, hessian: Tensor) -> Tensor:
    """(outputs,): what each row loses."""
    return ((difference @ hessian) * difference).sum(dim=1)
