"""Damping: how far the data is to be trusted, chosen by what is lost on rows that nothing was fitted to.

The rows of a layer come in two halves. Some outputs are fitted to one half, with several dampings, and tried on the
other. What loses least there is taken for all outputs and all rows. Where rows are many beside inputs there is nothing
to choose, since little damping is right; where they are few, half of what is fitted can be noise.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .algebra import USUAL_DAMPING, centred
from .kinds import Matrix, Seen
from .statistics import Moments

# As shares of the mean of the Hessian's diagonal.
CHOICES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# How many outputs are looked at, and the share of their weights that goes.
OUTPUTS, SHARE = 6, 0.5
# Rows for each input from which on there is nothing to choose.
MANY = 200


def damping_of(weight: Matrix, seen: Seen, damping: float | None, constant: bool = True) -> float:
    """What is added to the diagonal of second moments, as a share of its mean.

    Args:
        weight, seen: the layer.
        damping: what was asked for; None for what is held out to say.
        constant: whether its bias, if it has one, takes the means.
    """
    if damping is not None:
        return damping
    constant = constant and weight.bias is not None
    for values, how, found in seen.dampings:
        if values is weight.values and how == constant:
            return found
    found = _chosen(weight, seen[Moments], constant)
    seen.dampings.append((weight.values, constant, found))
    return found


def _chosen(weight: Matrix, moments: Moments, constant: bool) -> float:
    """The damping that loses least, of those that there are."""
    parts = None if moments.count >= MANY * weight.values.shape[1] else moments.halves()
    if parts is None or not weight.values.numel():
        return USUAL_DAMPING
    problems = [_Problem(part, constant) for part in parts]
    outputs = len(weight.values)
    losses = torch.zeros(len(CHOICES), dtype=torch.float64)
    for number in range(min(OUTPUTS, outputs)):
        output = number * outputs // min(OUTPUTS, outputs)
        fitted, tried = problems if number % 2 else problems[::-1]
        losses += _losses(weight.values[output].double(), output, fitted, tried)
    best = int(losses.argmin())
    return CHOICES[best] if bool(losses.isfinite().all()) else USUAL_DAMPING


class _Problem:
    """Least squares of one half: (inputs, inputs), and what is owed to each output, (outputs, inputs)."""

    def __init__(self, moments: Moments, constant: bool) -> None:
        self.second = centred(moments) if constant else moments.second.double()
        self.owed: Tensor | None = None
        if moments.owed is not None and moments.owed.inputs is not None:
            self.owed = moments.owed.inputs.double()
            if constant:
                self.owed = self.owed - torch.outer(moments.owed.sum, moments.mean)

    def slope(self, change: Tensor, output: int) -> Tensor:
        """(inputs,): half of what the loss falls by, for more of each weight, where weights differ by so much."""
        found = self.second @ change
        return found if self.owed is None else found + self.owed[output]


def _losses(values: Tensor, output: int, fitted: _Problem, tried: _Problem) -> Tensor:
    """What one output loses on the half that it was not fitted to, for each damping."""
    diagonal = fitted.second.diagonal()
    kept = (values.square() * diagonal).argsort(descending=True, stable=True)
    kept = kept[: len(kept) - int(SHARE * len(kept))].sort().values
    gone = values.index_fill(0, kept, 0.0)
    missing = fitted.slope(gone, output)[kept]
    part = fitted.second[kept][:, kept]
    scale = diagonal[diagonal > 0].mean() if bool((diagonal > 0).any()) else torch.ones((), dtype=torch.float64)
    losses = []
    for damping in CHOICES:
        damped = part + (damping * scale) * torch.eye(len(part), dtype=part.dtype)
        factor, failed = torch.linalg.cholesky_ex(damped)
        if int(failed):
            losses.append(torch.tensor(torch.inf, dtype=torch.float64))
            continue
        change = gone.clone()
        change[kept] -= torch.cholesky_solve(missing[:, None], factor)[:, 0]
        found = change @ tried.second @ change
        losses.append(found if tried.owed is None else found + 2 * (tried.owed[output] @ change))
    return torch.stack(losses)
