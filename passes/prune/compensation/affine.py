"""Affine: weights and bias are fitted again together, to the dense model's outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..algebra import Hessian, centred, solve_on
from ..kinds import Compensation, Matrix, Seen
from ..statistics import Moments
from .bias import with_mean
from .least_squares import LeastSquares


@dataclass(frozen=True)
class Affine(Compensation):
    """The weights that stay and the bias are fitted to the dense outputs together.

    Least squares of what inputs differ from their mean by, then the bias that gives outputs their mean. On the data
    itself, and without damping, it loses no more than bias or least squares alone. A layer without a bias is fitted by
    least squares.

    Args:
        damping: what is added to the diagonal of the centred second moments, as a share of its mean.
    """

    damping: float = 0.01

    paper: ClassVar[str] = "CORP, for the second layer of a block"
    needs = frozenset({Moments})

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        if weight.bias is None:
            return LeastSquares(self.damping).update(weight, kept, seen)
        moments, values = seen[Moments], weight.values.double()
        hessian = Hessian.of(centred(moments), self.damping)
        missing = (values * ~kept) @ hessian.values
        if moments.cross is not moments.second:
            missing += values @ _drift(moments)
        missing[:, ~hessian.alive] = 0
        fitted = (values * kept + solve_on(kept, hessian, missing, seen)).to(weight.values.dtype)
        return weight.but(fitted, with_mean(weight, fitted, seen))


def _drift(moments: Moments) -> Tensor:
    """(inputs, inputs): the centred moments of dense with present inputs, less those of present inputs."""
    moved = moments.dense_sum - moments.sum
    return moments.cross.double() - moments.second.double() - torch.outer(moved, moments.mean)
