"""Layers and data that are drawn: correlated inputs whose means are not zero, and what is lost on the very rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sparsec.passes.prune.kinds import Matrix, Seen
from sparsec.passes.prune.owed import ByInputs, Owed
from sparsec.passes.prune.statistics import DenseMoments, Moments, Norms, OutputGradients


@dataclass(frozen=True)
class Drawn:
    """A layer, and the rows that it has seen."""

    weight: Matrix
    seen: Seen
    rows: Tensor
    dense: Tensor

    def error(self, new: Matrix) -> float:
        """The sum of squares of what outputs differ from the dense model's by."""
        return float((self._away(new) ** 2).sum())

    def loss(self, new: Matrix) -> float:
        """The same as far as the gradients that were seen tell what the model loses by it."""
        away = self._away(new)
        return float(((away @ self.seen[OutputGradients].second.double()) * away).sum())

    def _away(self, new: Matrix) -> Tensor:
        return _outputs(new, self.rows) - _outputs(self.weight, self.dense)


def drawn(
    outputs: int,
    inputs: int,
    rows: int = 64,
    *,
    seed: int = 0,
    dtype: torch.dtype = torch.float64,
    bias: bool = True,
    dead: tuple[int, ...] = (),
    drift: float = 0.0,
    exact: bool = True,
) -> Drawn:
    """A layer of that shape.

    Args:
        outputs, inputs, rows: sizes.
        seed: of what is drawn.
        dtype: of the weight.
        bias: whether it has one.
        dead: inputs that are always zero.
        drift: how far the dense model's rows are from those that are seen now.
        exact: whether the moments are those of the rows in float64; they are kept in float32 otherwise.
    """
    source = torch.Generator().manual_seed(seed)

    def draw(*sizes: int) -> Tensor:
        return torch.randn(*sizes, generator=source, dtype=torch.float64)

    seen_rows = draw(rows, inputs) @ (draw(inputs, inputs) / inputs**0.5 + torch.eye(inputs)) + draw(inputs)
    seen_rows[:, list(dead)] = 0
    dense = seen_rows + drift * draw(rows, inputs) if drift else seen_rows
    weight = Matrix("drawn", draw(outputs, inputs).to(dtype), draw(outputs).to(dtype) if bias else None)
    moments = Moments(outputs, inputs)
    held = [moments, Norms(outputs, inputs), DenseMoments(outputs, inputs), OutputGradients(outputs, inputs)]
    for statistic in held:
        statistic.observe(seen_rows, dense)
        if exact and isinstance(statistic, Moments):
            own = dense if isinstance(statistic, DenseMoments) else seen_rows
            statistic.second = own.T @ own
        if isinstance(statistic, OutputGradients):
            gradients = draw(rows, outputs) @ draw(outputs, outputs)
            statistic.observe_output_gradient(gradients)
            statistic.second = gradients.T @ gradients
    lacking = (dense - seen_rows) @ weight.values.double().T
    cross = lacking.T @ seen_rows
    owed = Owed(lacking.sum(dim=0), cross if exact else cross.float(), float(lacking.square().sum()))
    seen = Seen(held)
    return Drawn(weight, seen.owing(owed) if drift else seen, seen_rows, dense)


def hard(seed: int) -> Drawn:
    """8 x 12, float32: inputs of all sizes, equal ones, sums, a dead and a constant one; weights of all sizes."""
    source = torch.Generator().manual_seed(seed)
    rows = torch.randn(40, 12, generator=source) * 10.0 ** torch.randint(-12, 7, (12,), generator=source)
    rows[:, 3], rows[:, 5], rows[:, 7], rows[:, 8] = rows[:, 2], 1e3, 0.0, rows[:, 2] + rows[:, 1]
    rows += 1e4 * (seed % 3)
    dense = rows + 0.1 * torch.randn(40, 12, generator=source) if seed % 2 else rows
    values = torch.randn(8, 12, generator=source) * 10.0 ** torch.randint(-30, 9, (8, 1), generator=source)
    seen = Seen([Moments(8, 12), Norms(8, 12), DenseMoments(8, 12), OutputGradients(8, 12)])
    seen[OutputGradients].observe_output_gradient(10.0 ** torch.randint(-12, 7, (40, 8), generator=source))
    seen.observe(rows, dense)
    if seed % 2:
        ledger = ByInputs.of(12, sums=False)
        ledger.observe(rows, dense, None)
        seen = seen.owing(ledger.owed(values))
    return Drawn(Matrix("hard", values, torch.randn(8, generator=source)), seen, rows, dense)


def scattered(outputs: int, inputs: int, seed: int = 0, share: float = 0.5) -> Tensor:
    """A mask in which every row keeps other inputs."""
    return torch.rand(outputs, inputs, generator=torch.Generator().manual_seed(seed)) >= share


def _outputs(layer: Matrix, rows: Tensor) -> Tensor:
    outputs = rows @ layer.values.double().T
    return outputs if layer.bias is None else outputs + layer.bias.double()
