"""Bias: the mean of what is gone goes into the bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..algebra import means
from ..kinds import Compensation, Matrix, Seen
from ..statistics import Norms


@dataclass(frozen=True)
class Bias(Compensation):
    """The bias takes over the mean of what is gone, so that outputs keep their mean.

    With w the weights and v those that stay, x the inputs and d those of the dense model::

        b += w mean(d) - v mean(x)

    A layer without a bias gets none.
    """

    paper: ClassVar[str] = "FLAP (An et al., 2023)"
    needs = frozenset({Norms})

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        left = weight.values * kept
        if weight.bias is None:
            return weight.but(left)
        return weight.but(left, with_mean(weight, left, seen))


def with_mean(weight: Matrix, values: Tensor, seen: Seen) -> Tensor:
    """(outputs,): the bias with which other weights have the mean outputs of the dense model."""
    assert weight.bias is not None
    mean, dense = means(seen)
    gone = weight.values.double() @ dense - values.double() @ mean
    return (weight.bias.double() + gone).to(weight.bias.dtype)
