"""The least squares problem that one layer is: what its outputs were, and what it reads now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from .algebra import Hessian, centred, solve_on
from .damping import damping_of
from .kinds import Matrix, Seen
from .statistics import Moments, Norms


@dataclass(frozen=True)
class Fit:
    """Weights, and a bias if wanted, that come near the dense model's outputs.

    With w the weights, v others, H the Hessian and T where the dense model's outputs would have them (w, while the
    layer reads what the dense model does and nothing is owed to its outputs), what v loses is, but for a constant,
    ``tr (v - T) H (v - T)ᵀ``. H is damped, which means that change costs something: what is damped is v - w.

    Attributes:
        weight: of the dense model.
        seen: what data says about its inputs.
        hessian: of what it reads now; of what that differs from its mean by, if there is a bias to take the means.
        away: (outputs, inputs), float64: second moments, with what it reads now, of what dense weights' outputs lack
            now; None where that is nothing.
        constant: whether the bias takes the means.
    """

    weight: Matrix
    seen: Seen
    hessian: Hessian
    away: Tensor | None
    constant: bool

    @classmethod
    def of(cls, weight: Matrix, seen: Seen, damping: float | None, constant: bool = True) -> Fit:
        """Of a layer.

        Args:
            weight, seen: the layer.
            damping: of the Hessian, as a share of the mean of its diagonal; None for what is held out to say.
            constant: whether its bias, if it has one, takes the means.
        """
        moments = seen[Moments]
        constant = constant and weight.bias is not None
        share = damping_of(weight, seen, damping, constant)
        hessian = Hessian.of(centred(moments) if constant else moments.second, share)
        away = None
        if moments.owed is not None and moments.owed.inputs is not None:
            away = moments.owed.inputs.double()
            if constant:
                away = away - torch.outer(moments.owed.sum, moments.mean)
            away = away * hessian.alive
        return cls(weight, seen, hessian, away, constant)

    def target(self) -> Tensor:
        """(outputs, inputs), float64: the weights that lose least where all may stay."""
        return self._target

    @cached_property
    def _target(self) -> Tensor:
        values = self.weight.values.double()
        if self.away is None:
            return values
        return values + torch.cholesky_solve(self.away.T, self.hessian.factor(self.seen)).T

    def on(self, kept: Tensor) -> Matrix:
        """The weights, zero where nothing is kept, that lose least.

        Args:
            kept: (outputs, inputs), bool.
        """
        left = self.weight.values.double() * kept
        return self.but(left + solve_on(kept, self.hessian, self.missing(kept), self.seen))

    def missing(self, kept: Tensor) -> Tensor:
        """(outputs, inputs), float64: by how much, for each weight that stays, more of it would lower what is lost.

        That is half the slope, where the others are zero and those that stay as they were.
        """
        values = self.weight.values.double()
        found = (values * ~kept) @ self.hessian.values
        return found if self.away is None else found + self.away

    def losses(self, values: Tensor) -> Tensor:
        """(outputs,), float64: what each row of other weights loses, but for what all of them lose."""
        change = values - self.target()
        return ((change @ self.hessian.values) * change).sum(dim=1)

    def costs(self, values: Tensor) -> Tensor:
        """(outputs, inputs), float64: what taking one weight costs if the others make up for it; of dead inputs none.

        Args:
            values: (outputs, inputs), the weights.
        """
        inverse = self.hessian.inverse(self.seen).diagonal()
        return values.double() ** 2 * (self.hessian.alive / inverse)

    def no_worse(self, values: Tensor, kept: Tensor) -> Tensor:
        """Other weights, but of rows that lose more than without any change of what stays, those without."""
        left = self.weight.values.double() * kept
        return torch.where((self.losses(values) <= self.losses(left))[:, None], values, left)

    def but(self, values: Tensor) -> Matrix:
        """The layer with other weights, and a bias with which its outputs have the dense model's mean, if it may."""
        values = values.to(self.weight.values.dtype)
        return self.weight.but(values, with_mean(self.weight, values, self.seen) if self.constant else None)


def with_mean(weight: Matrix, values: Tensor, seen: Seen) -> Tensor:
    """(outputs,): the bias with which other weights have the mean outputs of the dense model."""
    assert weight.bias is not None
    found = seen[Moments] if Moments in seen else seen[Norms]
    gone = (weight.values.double() - values.double()) @ found.sum
    if found.owed is not None:
        gone = gone + found.owed.sum
    gone = gone / max(found.count, 1)
    return (weight.bias.double() + gone).to(weight.bias.dtype)
