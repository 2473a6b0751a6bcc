"""REPAIR: outputs have the mean and the deviation again that they had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ....compiler.errors import UserError
from ..algebra import centred
from ..fit import with_mean
from ..kinds import Compensation, Matrix, Seen, Statistic
from ..naming import method_of
from ..statistics import DenseMoments, Moments


@dataclass(frozen=True)
class Repair(Compensation):
    """Each output gets its mean and its deviation back; the factors go into the weights, the rest into the bias.

    With y what an output is now, on the data, and m and s the mean and the deviation that it shall have::

        y -> (y - mean(y)) * s / deviation(y) + m

    for each output that is no constant, in the order of the model, each behind those that are repaired already. The
    goal ``dense`` is what the dense layer had on the same data. The goal ``norm`` is what the batch norm behind the
    layer takes its input to have: this is the norm's statistics taken again from the data, but for where it is written.
    Of few samples these are far from the ones that the norm was trained with, where those of ``dense`` are off alike
    before and after. Layers without a batch norm have the goal ``dense``. Ours: the factor is limited, and another
    compensation may come before, such as one that fits the weights and thereby makes deviations smaller.

    Args:
        goal: which mean and deviation.
        of: the name of the compensation that comes before, with its options.
        most: the largest factor, and the inverse of the smallest.
    """

    goal: Literal["dense", "norm"] = "dense"
    of: str = "none"
    most: float = 4.0

    paper: ClassVar[str] = "REPAIR (Jordan et al., 2022)"
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset({Moments, DenseMoments})

    def __post_init__(self) -> None:
        if not self.most >= 1.0:
            raise UserError(
                "bad-option", f"most={self.most!r} is no largest factor", hint="give a number of at least 1"
            )
        object.__setattr__(self, "of", self.before.text)
        object.__setattr__(self, "needs", self.before.needs | type(self).needs)

    @property
    def before(self) -> Compensation:
        """The compensation that comes before."""
        from . import BUILT_IN

        return method_of(self.of, Compensation, BUILT_IN)

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        found = self.before.update(weight, kept, seen)
        values, moments = found.values.double(), seen[Moments]
        now = _variance(values, centred(moments))
        expected = weight.expected if self.goal == "norm" else None
        wanted = (
            _variance(weight.values.double(), centred(seen[DenseMoments]))
            if expected is None
            else expected[1] * moments.count
        )
        there = (now > 0) & (wanted > 0)
        factor = torch.where(there, (wanted / now).sqrt(), 1.0).clamp(1 / self.most, self.most)
        repaired = (values * factor[:, None]).to(weight.values.dtype)
        if weight.bias is None:
            return found.but(repaired)
        if expected is None or not moments.count:
            return found.but(repaired, with_mean(weight, repaired, seen))
        mean = expected[0] - repaired.double() @ moments.mean
        return found.but(repaired, mean.to(weight.bias.dtype))


def _variance(values: Tensor, second: Tensor) -> Tensor:
    """(outputs,): sums of squares of what outputs differ from their means by, given those of inputs."""
    return ((values @ second) * values).sum(dim=1).clamp(min=0.0)
