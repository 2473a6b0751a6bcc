"""Budgets: what may be left of a model, in what its user pays."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ...compiler.errors import UserError
from ...compiler.ir.program import is_static, shape_of
from ...compiler.ir.views import Layer


@dataclass(frozen=True)
class Budget:
    """What may be left, as a share of the dense model.

    Attributes:
        share: 0.7 for seventy percent of it.

    Raises:
        UserError: that is no share.
    """

    share: float

    def __post_init__(self) -> None:
        share: object = self.share
        if not (isinstance(share, (int, float)) and 0.0 < share <= 1.0):
            name = type(self).__name__
            raise UserError("bad-option", f"{name}({self.share!r}) is no share of the model", hint=f"write {name}(0.7)")

    def of_each(self, layer: Layer) -> float:
        """What one weight of a layer costs."""
        raise NotImplementedError

    def of_all(self, layers: Iterable[Layer]) -> float:
        """What layers cost dense."""
        return sum(layer.held.numel() * self.of_each(layer) for layer in layers)


@dataclass(frozen=True)
class Macs(Budget):
    """Multiplications (with the addition that follows) of linear layers and convolutions, for the example inputs."""

    def of_each(self, layer: Layer) -> float:
        place = layer.input if layer.is_transposed else layer.node
        places = [size for dim, size in enumerate(shape_of(place)) if dim != layer.dim]
        return float(math.prod(int(x) if is_static(x) else layer.program.example_size(x) for x in places))


@dataclass(frozen=True)
class Parameters(Budget):
    """Weights of linear layers and convolutions that are not zero, or are there at all."""

    def of_each(self, layer: Layer) -> float:
        return 1.0
