"""The linear algebra of pruning: Hessians of least squares, damped where they have to be, and systems solved on masks.

All of it is in float64, whatever the statistics are kept in. A Hessian is what ``Moments`` calls ``second``: the sum of
outer products of a layer's inputs. Inputs that were never anything but zero are *dead*: nothing is known about their
weights, and nothing that is solved here says anything but zero about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...compiler.errors import UserError
from .kinds import Matrix, Seen
from .statistics import Moments

# A pivot below this share of its diagonal, for each input, is rounding: the input is a combination of others.
EPSILON = float(torch.finfo(torch.float64).eps)
# Centring takes away nearly all of an input that hardly changes; what float32 sums leave below this share is rounding.
FLAT = 1e-6
# What is added to the diagonal of a Hessian that cannot be factored, as shares of its mean: ten times more each time.
GROWING = tuple(10.0**power for power in range(-10, 3))
# What is added to the diagonal of a Hessian, as a share of its mean, where nothing tells more.
USUAL_DAMPING = 0.01
# How many steps conjugate gradients take, and the most that they may. They stop at this share of the first residual, in
# the norm of the preconditioner: on a transformer's layers the squared error is then within a hundredth of the least.
USUAL_STEPS, MOST_STEPS, PRECISION = 20, 200, 0.01

# Rows of groups times the cube of inputs: a square layer with 1024 inputs, weight by weight.
MOST_WORK = 2**40


def check_damping(value: float | None, what: str = "damping") -> None:
    """Refuse what is no such share; None is for ``damping.py`` to choose.

    Raises:
        UserError: a number below 0, or none.
    """
    if value is not None and not 0 <= value < float("inf"):
        raise UserError("bad-option", f"{what} cannot be '{value}'", hint="give 0 or more, such as 0.01")


def check_count(count: int, what: str, least: int = 1) -> None:
    """Refuse what is no count.

    Raises:
        UserError: less than the least.
    """
    if count < least:
        raise UserError("bad-option", f"{what} cannot be '{count}'", hint=f"give {least} or more")


def check_work(weight: Matrix, high: int, method: str, other: str) -> None:
    """Refuse what takes the cube of a layer's inputs for each of its rows of groups, where that would be hours.

    Args:
        weight: the layer.
        high: rows of a group.
        method: the name of what takes so long; other: of what does not.

    Raises:
        UserError: it would.
    """
    outputs, inputs = weight.values.shape
    if -(-outputs // high) * inputs**3 > MOST_WORK:
        raise UserError(
            "too-large",
            f"layer '{weight.name}', {outputs} x {inputs}, is too large for '{method}'",
            note="it takes the cube of the inputs for every row of groups",
            hint=f"take '{other}' for such layers, or a pattern whose groups have more rows",
        )


@dataclass(frozen=True)
class Hessian:
    """A matrix of second moments, symmetric and damped.

    Attributes:
        values: (inputs, inputs), float64. The rows and columns of dead inputs are those of a diagonal matrix.
        alive: (inputs,), bool.
        damping: what was added to the diagonal.
    """

    values: Tensor
    alive: Tensor
    damping: float
    _found: dict[str, Tensor] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, second: Tensor, damping: float) -> Hessian:
        """Of a sum of outer products.

        Args:
            second: (inputs, inputs), of any dtype.
            damping: what to add to the diagonal, as a share of its mean over the inputs that are alive.

        Raises:
            UserError: there are NaN or infinity among the sums.
        """
        values = second.to(torch.float64, copy=True)
        values = values.add_(values.T.clone()).mul_(0.5)
        if not bool(values.isfinite().all()):
            raise UserError(
                "bad-inputs", "what a layer reads on this data is not finite", hint="look for NaN, or for overflow"
            )
        diagonal = values.diagonal()
        alive = diagonal > 0
        scale = float(diagonal[alive].mean()) if bool(alive.any()) else 1.0
        if not bool(alive.all()):
            values[~alive] = 0
            values[:, ~alive] = 0
        values.diagonal().copy_(torch.where(alive, diagonal + damping * scale, scale))
        return cls(values, alive, damping * scale)

    def factor(self, seen: Seen, columns: Tensor | None = None) -> Tensor:
        """The lower triangular L with L Lᵀ = the Hessian, of some inputs; of a larger multiple of the identity where
        there is none, which ``seen`` is told.

        Args:
            seen: who is told.
            columns: indices of inputs; all if None.
        """
        if columns is None:
            return self._once("factor", lambda: self._factor(self.values, seen))
        return self._factor(self.values[columns][:, columns], seen)

    def _factor(self, part: Tensor, seen: Seen) -> Tensor:
        found = _cholesky(part)
        if found is not None:
            return found
        diagonal = part.diagonal()
        for share in GROWING:
            added = share * float(diagonal.mean())
            found = _cholesky(part + added * torch.eye(len(part), dtype=part.dtype))
            if found is not None:
                seen.say("its inputs depend on each other on this data (a singular Hessian): damped")
                return found
        raise AssertionError("a sum of outer products is far from being one")

    def inverse(self, seen: Seen) -> Tensor:
        """(inputs, inputs), float64."""
        return self._once("inverse", lambda: torch.cholesky_inverse(self.factor(seen)))

    def _once(self, name: str, find: Callable[[], Tensor]) -> Tensor:
        """What is asked for again and again, found once; nobody changes it."""
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]


def _cholesky(matrix: Tensor) -> Tensor | None:
    """The factor of a positive definite matrix; None if it is not one, but for rounding."""
    factor, info = torch.linalg.cholesky_ex(matrix)
    if int(info):
        return None
    certain = factor.diagonal() ** 2 > len(matrix) * EPSILON * matrix.diagonal()
    return factor if bool(certain.all()) else None


def centred(moments: Moments) -> Tensor:
    """(inputs, inputs), float64: the sum of outer products of what inputs differ from their mean by.

    Inputs that never change are dead in it.
    """
    second, mean = moments.second.double(), moments.mean
    values = second - moments.count * torch.outer(mean, mean)
    flat = values.diagonal() <= FLAT * second.diagonal()
    values[flat] = 0
    values[:, flat] = 0
    return values


def alike(kept: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Of a mask, (outputs, inputs): the rows that keep the same inputs, and those inputs; indices of both."""
    masks, group = torch.unique(kept, dim=0, return_inverse=True)
    order = group.argsort(stable=True)
    counts = torch.bincount(group, minlength=len(masks)).tolist()
    for mask, rows in zip(masks, order.split(counts), strict=True):
        yield rows, mask.nonzero().flatten()


def solve_on(kept: Tensor, hessian: Hessian, right: Tensor, seen: Seen) -> Tensor:
    """X, zero where nothing is kept, such that X H = ``right`` where something is: (outputs, inputs), float64.

    This is least squares on the support of each row. Rows that keep the same inputs are solved together, each kind by
    Cholesky: a third of the cube of the inputs that it keeps. Where that adds up to more than ``USUAL_STEPS`` products
    with the whole Hessian do, conjugate gradients find it for all rows at once, to ``PRECISION``.

    Args:
        kept: (outputs, inputs), bool.
        hessian: H.
        right: (outputs, inputs), float64; what it says elsewhere does not matter.
        seen: who is told of a Hessian that is singular.
    """
    groups = [(rows, columns) for rows, columns in alike(kept) if len(columns)]
    outputs, inputs = kept.shape
    directly = sum(len(columns) ** 3 / 3 + 2 * len(rows) * len(columns) ** 2 for rows, columns in groups)
    if directly > USUAL_STEPS * 2 * outputs * inputs**2:
        return _conjugate_gradients(kept, hessian, right)
    found = torch.zeros_like(right)
    for rows, columns in groups:
        part = right[rows[:, None], columns]
        if bool(part.any()):
            found[rows[:, None], columns] = torch.cholesky_solve(part.T, hessian.factor(seen, columns)).T
    return found


def _conjugate_gradients(kept: Tensor, hessian: Hessian, right: Tensor) -> Tensor:
    """``solve_on`` step by step, with the diagonal as preconditioner; each step makes each row's error smaller."""
    weight = kept / hessian.values.diagonal()
    found = torch.zeros_like(right)
    residual = right * kept
    direction = residual * weight
    size = (residual * direction).sum(dim=1, keepdim=True)
    enough = PRECISION**2 * size
    for _ in range(MOST_STEPS):
        if bool((size <= enough).all()):
            break
        image = (direction @ hessian.values) * kept
        bend = (direction * image).sum(dim=1, keepdim=True)
        step = torch.where((size > enough) & (bend > 0), size / bend, 0.0)
        found += step * direction
        residual -= step * image
        scaled = residual * weight
        before, size = size, (residual * scaled).sum(dim=1, keepdim=True)
        direction = scaled + torch.where(before > 0, size / before, 0.0) * direction
    return found


def solve_together(
    kept: Tensor,
    outer: Hessian,
    hessian: Hessian,
    right: Tensor,
    start: Tensor,
    *,
    steps: int,
    precision: float = PRECISION,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """X, zero where nothing is kept, such that G X H = G ``right`` where something is: (outputs, inputs), float64.

    This is least squares on the support of all rows together, where G says what errors of two outputs cost together.
    Conjugate gradients come near it, with both diagonals as preconditioner.

    Args:
        kept: (outputs, inputs), bool.
        outer: G, (outputs, outputs); hessian: H, (inputs, inputs).
        right: (outputs, inputs), float64.
        start: X to begin with, zero where nothing is kept; what comes out is no worse.
        steps: at most.
        precision: they stop at this share of the first residual, in the norm of the preconditioner.
        dtype: of the products.
    """
    rows, columns = outer.values.to(dtype), hessian.values.to(dtype)
    weight = kept / torch.outer(outer.values.diagonal(), hessian.values.diagonal())
    scale, found = weight.to(dtype), start.to(dtype)
    residual = (rows @ (right - start @ hessian.values).to(dtype)) * kept
    direction = residual * scale
    size = (residual * direction).sum()
    enough = precision**2 * size
    for _ in range(steps):
        if not bool(size > enough):
            break
        image = (rows @ (direction @ columns)) * kept
        step = size / (direction * image).sum()
        found += step * direction
        residual -= step * image
        scaled = residual * scale
        before, size = size, (residual * scaled).sum()
        direction = scaled + size / before * direction
    moved = found.double() - start  # what it gains, in float64, whatever the steps were in
    gained = ((outer.values @ (2 * (right - start @ hessian.values) - moved @ hessian.values)) * moved).sum()
    return found.double() if bool(gained > 0) else start


def sweep(
    values: Tensor, hessian: Hessian, seen: Seen, block: int, choose: Callable[[int, int, Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """SparseGPT's sweep: what goes is made up for by all columns to its right, as the Hessian says.

    Args:
        values: (outputs, inputs), float64.
        hessian: of the inputs.
        seen: who is told of a Hessian that is singular.
        block: how many columns are decided about at once.
        choose: what stays, for (first column, column after the last, scores of what is left of these columns): bool,
            as the scores are, (outputs, columns). A score is what it would cost to take that weight, given that the
            columns to its left are as they are.

    Returns:
        Other weights, zero where they do not stay; and what stays.
    """
    left, kept = values.clone(), torch.ones_like(values, dtype=torch.bool)
    upper = torch.linalg.cholesky(hessian.inverse(seen), upper=True)
    costs = upper.diagonal() ** -2 * hessian.alive
    inputs = values.shape[1]
    for start in range(0, inputs, block):
        stop = min(start + block, inputs)
        part, across = left[:, start:stop].contiguous(), upper[start:stop, start:stop]
        stays = choose(start, stop, part**2 * costs[start:stop])
        errors = torch.empty_like(part)
        for column in range(stop - start):
            error = part[:, column] * ~stays[:, column] / across[column, column]
            part[:, column + 1 :] -= torch.outer(error, across[column, column + 1 :])
            errors[:, column] = error
        left[:, start:stop] = part * stays
        left[:, stop:] -= errors @ upper[start:stop, stop:]
        kept[:, start:stop] = stays
    return left, kept
