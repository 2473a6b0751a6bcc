"""What pruning did: to each weight, to each kind of unit, and what it left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...compiler.ir.facts import Fact
from .budget import Budget
from .kinds import Matrix, Seen
from .statistics import Moments, Norms


@dataclass(frozen=True)
class Outcome:
    """What became of one weight.

    Attributes:
        name: of the layer.
        shape: (groups, outputs, inputs) of its matrices.
        asked, zeros, before: shares of zeros: wanted, there now, there before.
        masked, lost: squared error of its outputs over their squares (bias aside), against the dense layer in the dense
            model: where weights are left out and no more is done, and with what makes up for them; None where no
            statistics say so.
        notes: what methods had to say about it, such as that its Hessian is singular.
    """

    name: str
    shape: tuple[int, int, int]
    asked: float
    zeros: float
    before: float
    masked: float | None = None
    lost: float | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        shape: tuple[int, int, int],
        asked: float,
        before: Sequence[Matrix],
        kept: Sequence[Tensor],
        after: Sequence[Matrix],
        seen: Sequence[Seen],
    ) -> Outcome:
        """What is to be told of some matrices of one weight.

        Args:
            shape, asked: see the attributes.
            before, kept, after: each matrix dense, what stays of it, and what it became.
            seen: what data says about each.
        """
        masked = [matrix.but(matrix.values * one) for matrix, one in zip(before, kept, strict=True)]
        zeros, had = (zeros_of(matrix.values for matrix in x) for x in (after, before))
        lost, without = relative_errors(before, [after, masked], seen)
        for number, one in enumerate(seen):
            if len(seen) > 1 and _sees_nothing(one):
                one.say(f"no data reaches expert {number}: nothing is known about its weights")
            if _reads_nothing(one):
                one.say("all that it reads is zero on this data: nothing is known about its weights")
        notes = tuple(dict.fromkeys(note for one in seen for note in one.notes))
        return cls(before[0].name, shape, asked, zeros, had, without, lost, notes)


@dataclass(frozen=True)
class Gone:
    """What became of one axis of units.

    Attributes:
        name: where and what they are, in the model's words.
        kind: "neuron", "head", ...
        size: how many there were.
        indices: which went.
        asked: the share that was wanted.
    """

    name: str
    kind: str
    size: int
    indices: tuple[int, ...]
    asked: float


@dataclass(frozen=True)
class Pruned:
    """What the pass did.

    Attributes:
        outcomes: of each weight that it looked at.
        gone: of each axis of units.
        kept: what stays of each weight and bias, bool in its own shape, by its name in the program.
        refused: why others were not pruned, by name.
        asked: the share of zeros that was asked for, of the weights that were pruned; None where a budget was.
        left: the share of the budget's currency that is left; None where there is no budget.
        budget: what was asked for; None where that was a share of zeros.
        notes: what else there is to say of how it was done, line by line.
    """

    outcomes: tuple[Outcome, ...] = ()
    gone: tuple[Gone, ...] = ()
    kept: Mapping[str, Tensor] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    asked: float | None = None
    left: float | None = None
    budget: Budget | None = None
    notes: tuple[str, ...] = ()


PRUNED = Fact[Pruned]("pruned")


def _reads_nothing(seen: Seen) -> bool:
    """Whether there were rows, and nothing but zeros in them."""
    if Moments in seen:
        return seen[Moments].count > 0 and not bool(seen[Moments].second.diagonal().any())
    return Norms in seen and seen[Norms].count > 0 and not bool(seen[Norms].squares.any())


def _sees_nothing(seen: Seen) -> bool:
    """Whether there were no rows: those of another matrix were all that there were."""
    return (Moments in seen and not seen[Moments].count) or (Norms in seen and not seen[Norms].count)


def relative_errors(
    before: Sequence[Matrix], after: Sequence[Sequence[Matrix]], seen: Sequence[Seen]
) -> list[float | None]:
    """Squared errors of outputs over their squares, bias aside, of all matrices; None where statistics do not say so.

    Args:
        before: the matrices of a layer.
        after: for each of the errors, other matrices in their place.
        seen: what data says about each.
    """
    if not all(Moments in one for one in seen):
        return [None] * len(after)
    lost, whole = [0.0] * len(after), 0.0
    for at, (old, one) in enumerate(zip(before, seen, strict=True)):
        nothing = old.but(torch.zeros_like(old.values))
        *errors, size = one[Moments].errors(old, [*(new[at] for new in after), nothing])
        lost, whole = [sum(pair) for pair in zip(lost, errors, strict=True)], whole + size
    return [one / whole if whole > 0 else 0.0 for one in lost]


def zeros_of(values: Iterable[Tensor]) -> float:
    """The share of zeros in all of some tensors."""
    held = list(values)
    return sum(int((x == 0).sum()) for x in held) / max(1, sum(x.numel() for x in held))
