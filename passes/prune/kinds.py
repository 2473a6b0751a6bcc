"""What pruning is made of: five kinds of methods, each a frozen dataclass whose fields are its options.

==============  =====================================  ==========================================
kind            question                               answered by
==============  =====================================  ==========================================
``Statistic``   what does data say?                    ``observe`` rows, again and again
``Importance``  which weights matter?                  ``score``: the larger ones stay
``Pattern``     what may be zero together?             ``mask``: what stays of some scores
``Allocation``  how much where?                        ``levels``: a share of zeros for each layer
``Compensation``  how do the others make up for it?    ``update``: other weights, another bias
==============  =====================================  ==========================================

They see matrices, not layers: a weight is (outputs, inputs), whatever it was. The columns of a convolution's are its
taps, and the inputs within each tap; a grouped layer is one matrix for each group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, Literal, TypeVar

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ..base import options_of
from ..options import written
from .owed import Owed

S = TypeVar("S", bound="Statistic")


@dataclass(frozen=True)
class Method:
    """Base of all methods.

    Class attributes:
        paper: where it comes from: authors' short name for it, year; empty where it is nobody's.
        spirit: whether the published formula is not known, so that ours is one in its spirit.
        needs: statistics that have to be there.
    """

    paper: ClassVar[str] = ""
    spirit: ClassVar[bool] = False
    needs: ClassVar[frozenset[type[Statistic]]] = frozenset()

    @classmethod
    def name(cls) -> str:
        """As users and the command line call it: ``LeastSquares`` is ``least-squares``, ``NOfM`` ``n-of-m``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()

    @classmethod
    def summary(cls) -> str:
        """The first line of its docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @property
    def text(self) -> str:
        """What it is read from: its name, and the options that are not at their defaults."""
        usual = options_of(type(self))
        chosen = [f"{x}={written(getattr(self, x))}" for x in usual if getattr(self, x) != usual[x]]
        return self.name() + (f"{{{','.join(chosen)}}}" if chosen else "")


@dataclass(frozen=True)
class Matrix:
    """A weight as a matrix.

    Attributes:
        name: of the layer, in the model's words.
        values: (outputs, inputs), float32 or float64.
        bias: (outputs,), of the same dtype; None where the layer has none, and shall get none. Of a layer whose batch
            norm takes a mean away, that is its bias.
        expected: (outputs,) twice, float64: mean and variance that the batch norm behind it takes its outputs, with the
            bias, to have; None where there is none.
    """

    name: str
    values: Tensor
    bias: Tensor | None = None
    expected: tuple[Tensor, Tensor] | None = None

    def but(self, values: Tensor, bias: Tensor | None = None) -> Matrix:
        """The same layer with other values, and with another bias if one is given and it has one."""
        return replace(self, values=values, bias=self.bias if bias is None or self.bias is None else bias)


class Statistic:
    """What data says about one matrix: rows of inputs come in batches, sums are kept.

    One instance a matrix. Memory does not grow with the number of rows.

    Class attributes:
        of_data: whether it is made of data, and not of the program alone.
        debts: what it has to be told of what is owed to outputs (``owing``): nothing, sums alone, or all there is.
    """

    of_data: ClassVar[bool] = True
    debts: ClassVar[Literal["none", "sums", "all"]] = "none"

    def __init__(self, outputs: int, inputs: int) -> None:
        """For a matrix of this shape."""
        raise NotImplementedError

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """See some more.

        Args:
            rows: (rows, inputs), what the layer reads now.
            dense: (rows, inputs), what it reads in the dense model: the same tensor where nothing before it was pruned.
        """
        raise NotImplementedError

    def owing(self: S, owed: Owed) -> S:
        """The same, of a layer to whose outputs something is owed; itself if that means nothing to it."""
        return self

    @classmethod
    def bytes(cls, outputs: int, inputs: int) -> int:
        """How much memory one takes.

        Args:
            outputs, inputs: of the matrix.
        """
        raise NotImplementedError


class Seen:
    """The statistics of one matrix, by kind: ``seen[Moments].second``.

    Attributes:
        notes: what methods had to say about that matrix, such as that its Hessian is singular; sentences, each once.

    Raises:
        KeyError: nobody asked for that kind (see ``Method.needs``).
    """

    def __init__(self, statistics: Sequence[Statistic] = ()) -> None:
        self._held: dict[type[Statistic], Statistic] = {type(x): x for x in statistics}
        self.notes: list[str] = []
        self.dampings: list[tuple[Tensor, bool, float]] = []  # for weights, with or without bias: see ``damping.py``

    def say(self, note: str) -> None:
        """Leave a note for the report, unless it is there."""
        if note not in self.notes:
            self.notes.append(note)

    def also(self, statistics: Sequence[Statistic]) -> Seen:
        """The same with some more.

        Args:
            statistics: what it gets, beside those that it has.
        """
        return Seen([*self._held.values(), *statistics])

    def __getitem__(self, kind: type[S]) -> S:
        found = self._held[kind]
        assert isinstance(found, kind)
        return found

    def __contains__(self, kind: object) -> bool:
        return kind in self._held

    def observe(self, rows: Tensor, dense: Tensor) -> None:
        """Let all of them see some rows.

        Args:
            rows, dense: see ``Statistic.observe``.
        """
        for statistic in self._held.values():
            statistic.observe(rows, dense)

    def owing(self, owed: Owed) -> Seen:
        """The same, of a layer to whose outputs something is owed."""
        return Seen([statistic.owing(owed) for statistic in self._held.values()])


@dataclass(frozen=True)
class Importance(Method):
    """Which weights matter.

    Class attributes:
        by_row: whether scores may be compared within a row alone.
        comparable: whether scores may be compared between layers (what ``global`` allocation needs).
        of_loss: whether it asks for the mean gradient of a loss: that of labels which the model itself gives is zero.
    """

    by_row: ClassVar[bool] = False
    comparable: ClassVar[bool] = True
    of_loss: ClassVar[bool] = False

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        """One number a weight, none negative: (outputs, inputs). The larger stay; those of a group are added up.

        Args:
            weight, seen: the layer, and what data says about its inputs.
        """
        raise NotImplementedError

    def score_columns(self, weight: Matrix, seen: Seen, columns: Tensor) -> Tensor:
        """One number for each set of inputs that may go together, of the layer that reads them.

        Args:
            weight, seen: of the reading layer.
            columns: (units, columns of each), indices.
        """
        return self.score(weight, seen).sum(dim=0)[columns].sum(dim=1)

    def score_rows(self, weight: Matrix, seen: Seen) -> Tensor:
        """One number for each output, (outputs,), of a layer whose outputs are multiplied by others.

        Args:
            weight, seen: of the layer that writes it.
        """
        return self.score(weight, seen).sum(dim=1)

    def beside(self, compensation: Compensation) -> Importance:
        """The same, if it judges alone; as it is once it knows how others will make up for what goes.

        Args:
            compensation: that comes after it.
        """
        return self

    def choose_columns(self, weight: Matrix, seen: Seen, columns: Tensor, count: int) -> Tensor:
        """Which of these sets go, (units,) of bool: the lowest, unless it knows how they go together.

        Args:
            weight, seen, columns: as for ``score_columns``.
            count: how many go.
        """
        goes = self.score_columns(weight, seen, columns).argsort(stable=True)[:count]
        return torch.zeros(len(columns), dtype=torch.bool).scatter(0, goes, True)


@dataclass(frozen=True)
class Solver(Importance):
    """Finds what stays and other weights for it together."""

    def solve(self, weight: Matrix, pattern: Pattern, sparsity: float, seen: Seen) -> tuple[Tensor, Matrix]:
        """What stays, (outputs, inputs) of bool, and the new weights, zero elsewhere.

        Args:
            weight, seen: the layer, and what data says about its inputs.
            pattern, sparsity: what shall be zero together, and how much.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Pattern(Method):
    """What may be zero together.

    Class attributes:
        formats: names of the files of the formats that run it, each in some sizes; none where it makes layers smaller.
    """

    formats: ClassVar[tuple[str, ...]] = ()

    @property
    def share(self) -> float | None:
        """The only share of zeros that it can have; None where that may be any."""
        return None

    def check(self, sparsity: float, at_most: bool = False) -> None:
        """Refuse a share of zeros that it cannot have.

        Args:
            sparsity: the share.
            at_most: whether several layers may have it together, some with the pattern's own and some without zeros.

        Raises:
            UserError: the pattern cannot have that share.
        """

    def mask(self, scores: Tensor, sparsity: float, by_row: bool = False) -> Tensor:
        """What stays: bool, (outputs, inputs).

        The share of zeros is that asked for, to within half a group of the pattern; less where more has to stay. Ties
        are broken by place, so that the same scores give the same mask.

        Args:
            scores: (outputs, inputs), none negative; infinite where a weight has to stay.
            sparsity: the share that goes, 0 to 1.
            by_row: whether each row of groups gives that share; rows that are one group are compared anyway.

        Raises:
            UserError: the pattern cannot have that share.
        """
        raise NotImplementedError

    def tile(self, outputs: int, inputs: int) -> tuple[int, int]:
        """How many outputs and inputs one group of a weight of this shape has: what goes or stays together.

        Args:
            outputs, inputs: of the matrix.
        """
        return 1, 1

    def width(self, outputs: int, inputs: int) -> int:
        """Of how many neighbouring inputs, or any multiple, a mask can be found without knowing the others' scores.

        Args:
            outputs, inputs: of the matrix.
        """
        return self.tile(outputs, inputs)[1]

    def must_stay(self, kept: Tensor) -> Tensor:
        """Of groups those that may not go any more.

        Args:
            kept: (rows of groups, groups in each), bool: which are there still.
        """
        return torch.zeros_like(kept)


@dataclass(frozen=True)
class Candidate:
    """A layer that an allocation decides about.

    Attributes:
        weight: it; one matrix of it where it is grouped.
        seen: what data says about it.
        scores: of its weights, or of what goes together of them.
        cost: what it costs dense, in whatever the budget counts.
        errors: what is lost at some shares of zeros, if the allocation asked for that (``Allocation.tried``).
        left: what of the cost is left at some shares of zeros, as a share, none higher than at a lower one; more zeros
            than the highest of them save no more. Where there are none the cost falls as the zeros rise.
        group: what layers that are alike have in common: the feature scale, and the kind of module.
        touched: of units, the layers that they are outputs or inputs of, if the allocation asked for that.
    """

    name: str
    weight: Matrix
    seen: Seen
    scores: Tensor
    cost: float
    errors: Mapping[float, float] = field(default_factory=dict)
    left: Mapping[float, float] = field(default_factory=dict)
    group: str = ""
    touched: Sequence[Touched] = ()

    def saved(self, level: float) -> float:
        """What the cost falls by at a share of zeros: on a straight line between those that are known.

        Up to the first that saves anything nothing is saved: somewhere before it a kernel begins to pay.
        """
        if not self.left:
            return level * self.cost
        known = sorted({0.0: 1.0, **self.left}.items())
        for (low, before), (high, after) in pairwise(known):
            if level < high and before >= 1.0:
                return 0.0
            if level <= high:
                return self.cost * (1.0 - before + (before - after) * (level - low) / (high - low))
        return self.cost * (1.0 - known[-1][1])


@dataclass(frozen=True)
class Touched:
    """A layer that units are a part of.

    Attributes:
        layer: it, as if its weights were to go one by one.
        outputs, inputs: shares of these that are the units'; of a depthwise layer the outputs alone count.
    """

    layer: Candidate
    outputs: float
    inputs: float


@dataclass(frozen=True)
class Allocation(Method):
    """How much goes where.

    Class attributes:
        looks: whether it looks at more of a candidate than its name and cost.
        of_layers: whether it looks, of units, at the layers that they touch.
    """

    looks: ClassVar[bool] = True
    of_layers: ClassVar[bool] = False

    def tried(self, share: float) -> Sequence[float]:
        """The shares of zeros for which it wants to know what is lost, layer by layer; none if it does not."""
        return ()

    def scores(self, weight: Matrix, seen: Seen) -> Tensor | None:
        """(outputs, inputs): what it judges the weights of a layer by; None for the importance's scores.

        What a pattern lets go together is then one candidate for it, with the mean of its scores. Units always have the
        importance's.

        Args:
            weight, seen: the layer, and what data says about its inputs.
        """
        return None

    def levels(self, candidates: Sequence[Candidate], share: float) -> dict[str, float]:
        """A share of zeros for each layer, by name, so that the cost of all together falls by a share.

        Args:
            candidates: the layers.
            share: of their cost, 0 to 1.

        Raises:
            UserError: that cannot be.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Compensation(Method):
    """How the weights that stay make up for those that go.

    Class attributes:
        gives_means: whether the bias, if there is one, gives outputs their means back.
    """

    gives_means: ClassVar[bool] = True

    def update(self, weight: Matrix, kept: Tensor, seen: Seen) -> Matrix:
        """The new weights, zero wherever nothing is kept.

        Args:
            weight: as it was.
            kept: (outputs, inputs), bool.
            seen: what data says about its inputs.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Scored(Importance):
    """A function of a user's own: ``(weight, seen) -> scores``."""

    function: Callable[[Matrix, Seen], Tensor] = field(kw_only=True)

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        found: object = self.function(weight.but(weight.values.clone()), seen)
        shape = tuple(weight.values.shape)
        if isinstance(found, Tensor) and found.shape == shape and bool((found >= 0).all()):
            return found
        given = f"{found!r:.80}"
        if isinstance(found, Tensor):
            given = f"shape {tuple(found.shape)}, the lowest {found.min().item() if found.numel() else 'of none'}"
        raise UserError(
            "bad-option",
            f"an importance function gave something else than scores for '{weight.name}'",
            note=f"they are numbers from 0 on, of shape {shape}; it gave {given}",
            hint="let the function of (weight, seen) return one for each number of weight.values",
        )
