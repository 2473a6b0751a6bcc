"""ARMOR: a weight as block-diagonal x 2:4 x block-diagonal, which comes nearer to it than 2:4 alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ...compiler.errors import UserError
from .importance.nowag import Nowag
from .kinds import Matrix, Seen
from .patterns.n_of_m import NOfM
from .statistics import Norms

PAIRS = torch.tensor([*itertools.combinations(range(4), 2)])
"""The six places that two of four neighbours can have."""

# A change of four neighbours has to be better by this share of their part of the loss: rounding is no gain.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Factors:
    """A weight in three factors: ``left @ core @ right``, where left and right have blocks on their diagonals alone.

    Attributes:
        left: (blocks, rows, rows), float64: the blocks of outputs.
        core: (outputs, inputs), float64, 2:4 along inputs.
        right: (blocks, columns, columns), float64: the blocks of inputs.
        start, loss: the proxy before and after: ``sum_ij mean(x_j^2) (w - left core right)_ij^2``.
    """

    left: Tensor
    core: Tensor
    right: Tensor
    start: float
    loss: float

    @property
    def values(self) -> Tensor:
        """(outputs, inputs), float64: their product."""
        return _merged(self.left[:, None] @ self._blocks @ self.right)

    @property
    def _blocks(self) -> Tensor:
        return _split(self.core, self.left.shape[1], self.right.shape[1])


def block_sizes(outputs: int, inputs: int, most: int) -> tuple[int, int]:
    """The largest blocks, of outputs and of inputs, that are no larger than ``most`` and fit.

    Raises:
        UserError: inputs are no multiple of four.
    """
    if inputs % 4:
        raise UserError("bad-option", f"2:4 needs a multiple of four inputs, and there are {inputs}")
    rows = max(size for size in range(1, most + 1) if outputs % size == 0)
    columns = max((size for size in range(4, most + 1, 4) if inputs % size == 0), default=4)
    return rows, columns


def armor(weight: Matrix, seen: Seen, *, block: int = 32, sweeps: int = 10) -> Factors:
    """Find the three factors.

    It starts at NoWag's 2:4 mask with identities around it, and goes round: all of ``left`` by least squares, all of
    ``right`` by least squares, then four neighbours of the core after the other, with all six masks and the best
    numbers for each. Each step is the best one for what it changes, so that the loss never rises (Liu et al., 2025, who
    take small gradient steps for the outer factors and draw the neighbours). It ends when a round gains little.

    Args:
        weight: of a layer.
        seen: its ``Norms``.
        block: the largest size of the outer blocks.
        sweeps: rounds at most.

    Raises:
        UserError: inputs are no multiple of four.
    """
    outputs, inputs = weight.values.shape
    rows, columns = block_sizes(outputs, inputs, block)
    values = weight.values.double()
    kept = NOfM(2, 4).mask(Nowag().score(weight, seen), 0.5)
    power = seen[Norms].second.double()
    state = _State(
        _split(values, rows, columns),
        power.reshape(-1, columns),
        torch.eye(rows, dtype=torch.float64).repeat(outputs // rows, 1, 1),
        _split(values * kept, rows, columns),
        torch.eye(columns, dtype=torch.float64).repeat(inputs // columns, 1, 1),
    )
    start = before = state.loss()
    for _ in range(sweeps):
        state = state.with_left().with_right().with_core()
        loss = state.loss()
        if loss > 0.999 * before:
            break
        before = loss
    return Factors(state.left, _merged(state.core), state.right, start, state.loss())


@dataclass(frozen=True)
class _State:
    """Factors on the way.

    Attributes:
        weight, core: (row blocks, column blocks, rows, columns).
        power: (column blocks, columns).
        left, right: as of ``Factors``.
    """

    weight: Tensor
    power: Tensor
    left: Tensor
    core: Tensor
    right: Tensor

    def loss(self) -> float:
        """The proxy."""
        away = self.weight - self.left[:, None] @ self.core @ self.right
        return float((away.square() * self.power[:, None, :]).sum())

    def better(self, other: _State) -> _State:
        """The one of less loss: a singular system is solved as well as it can be."""
        return other if other.loss() <= self.loss() else self

    def with_left(self) -> _State:
        """The best left factor for the others."""
        read = self.core @ self.right
        gram = torch.einsum("ijac,jc,ijbc->iab", read, self.power, read)
        right = torch.einsum("ijac,jc,ijbc->iab", self.weight, self.power, read)
        return self.better(replace(self, left=_solved(gram, right.transpose(1, 2)).transpose(1, 2)))

    def with_right(self) -> _State:
        """The best right factor for the others: each of its columns weighs alike in all rows."""
        made = self.left[:, None] @ self.core
        gram = torch.einsum("ijra,ijrb->jab", made, made)
        return self.better(replace(self, right=_solved(gram, torch.einsum("ijra,ijrc->jac", made, self.weight))))

    def with_core(self) -> _State:
        """Four neighbours after the other: of all blocks those at one place at once, since they do not meet."""
        rows, columns = self.core.shape[2:]
        core, left = self.core.clone(), self.left.transpose(1, 2) @ self.left
        weighed = self.power[:, :, None] * self.right.transpose(1, 2)  # D Bᵀ
        right = self.right @ weighed
        away = (self.weight - self.left[:, None] @ core @ self.right) @ weighed
        slope = self.left.transpose(1, 2)[:, None] @ away  # Aᵀ (W - A S B) D Bᵀ
        for first in range(0, columns, 4):
            place = slice(first, first + 4)
            square = right[:, place, place]
            inverses = torch.linalg.pinv(square[:, PAIRS[:, :, None], PAIRS[:, None, :]], hermitian=True)
            for row in range(rows):
                bend, old = left[:, row, row], core[:, :, row, place]
                wanted = slope[:, :, row, place] + bend[:, None, None] * torch.einsum("ijk,jkl->ijl", old, square)
                new = _best_of_six(wanted, square, inverses, bend, old)
                change = new - old
                core[:, :, row, place] = new
                slope -= left[:, None, :, row, None] * torch.einsum("ijk,jkc->ijc", change, right[:, place])[:, :, None]
        return self.better(replace(self, core=core))


def _best_of_six(wanted: Tensor, square: Tensor, inverses: Tensor, bend: Tensor, old: Tensor) -> Tensor:
    """Of four neighbours s, two of which are zero, those of the least ``bend s G sᵀ - 2 s r``.

    Args:
        wanted: r, (row blocks, column blocks, 4).
        square: G, (column blocks, 4, 4).
        inverses: of its parts for each pair, (column blocks, 6, 2, 2).
        bend: (row blocks,).
        old: what they are now; they stay where nothing is better.
    """
    sums = wanted[:, :, PAIRS]  # (row blocks, column blocks, 6, 2)
    scale = torch.where(bend > 0, 1 / bend, 0.0)[:, None, None, None]
    best = torch.einsum("jpkl,ijpl->ijpk", inverses, sums) * scale
    gains = (best * sums).sum(dim=-1)
    pick = gains.argmax(dim=-1, keepdim=True)
    now = 2 * (old * wanted).sum(-1) - bend[:, None] * torch.einsum("ijk,jkl,ijl->ij", old, square, old)
    numbers = best.gather(2, pick[..., None].expand(-1, -1, -1, 2))[:, :, 0]
    new = torch.zeros_like(old).scatter(2, PAIRS[pick[:, :, 0]], numbers)
    better = gains.gather(2, pick)[..., 0] > now + ROUNDING * now.abs()
    return torch.where(better[..., None], new, old)


def _solved(gram: Tensor, right: Tensor) -> Tensor:
    """Least squares by the normal equations, singular ones too."""
    found: Tensor = torch.linalg.pinv(gram, hermitian=True) @ right
    return found


def _split(matrix: Tensor, rows: int, columns: int) -> Tensor:
    """As (row blocks, column blocks, rows, columns)."""
    outputs, inputs = matrix.shape
    return matrix.reshape(outputs // rows, rows, inputs // columns, columns).transpose(1, 2)


def _merged(blocks: Tensor) -> Tensor:
    tall, wide, rows, columns = blocks.shape
    return blocks.transpose(1, 2).reshape(tall * rows, wide * columns)
