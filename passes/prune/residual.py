"""Residual sums: what a layer's outputs are added to, and how far that is by now from the dense model.

Pruned layers leave errors in what runs along a residual stream. A layer that writes into the stream can make up for
those that are there already, as far as what it reads tells of them: they are *owed* to it, beside what its own outputs
lack. Without that they are left to the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, piece_of
from ...compiler.ir.program import is_tensor, same_shape, shape_of
from ...compiler.ir.views import BATCHNORM, BatchNorm, Layer
from .walk import Walk

aten = torch.ops.aten

# What gives the numbers that it reads, in the same order.
ALIASES = frozenset({aten.view.default, aten.reshape.default, aten.clone.default, aten.alias.default})


@dataclass(frozen=True)
class Residual:
    """What is added to a layer's outputs.

    Attributes:
        layer: whose.
        terms: names of the values that are.
        scale: (outputs,), float64, that a batch norm in between multiplies outputs with; None where there is none.
    """

    layer: Layer
    terms: tuple[str, ...]
    scale: Tensor | None

    @classmethod
    def of(cls, layer: Layer) -> Residual | None:
        """Of a layer whose outputs nobody else reads; None where nothing is added to them."""
        terms, scale = list[str](), None
        if layer.is_transposed:
            return None
        node = layer.node
        while len(node.users) == 1:
            (user,) = node.users
            if user.target is aten.add.Tensor and argument(user, "alpha") == 1:
                ours, other = (argument(user, name) for name in ("self", "other"))
                other = other if ours is node else ours
                if not is_tensor(other) or other is node or not same_shape(other, user):
                    break
                terms.append(other.name)
            elif user.target is BATCHNORM and not terms and scale is None:
                norm = BatchNorm.of(user, layer.program)
                if norm is None or layer.dim != 1:
                    break
                scale = norm.affine()[0].double()
            elif not ((node.target is BATCHNORM and piece_of(user) == 0) or _is_alias(user, layer)):
                break
            node = user
        return cls(layer, tuple(terms), scale) if terms else None

    def owed(self, now: Walk, then: Walk) -> Iterator[Tensor] | None:
        """For each batch by how much the terms that are known by now are less than the dense model's.

        Each has the shape of the layer's result. None where no term is known yet, or none is away.

        Args:
            now: of the program that is pruned on the way, at the layer.
            then: of the dense one, there, too.
        """
        known = [name for name in self.terms if now.knows(name)]
        return self._each(known, now, then) if known and now is not then else None

    def _each(self, names: list[str], now: Walk, then: Walk) -> Iterator[Tensor]:
        for values in zip(*(zip(now.values(name), then.values(name), strict=True) for name in names), strict=True):
            total = sum((dense - value for value, dense in values), start=torch.zeros(()))
            if self.scale is not None:
                sides = [1] * total.ndim
                sides[self.layer.dim] = -1
                scale = torch.where(self.scale == 0, torch.inf, self.scale).to(total.dtype)
                total = total / scale.reshape(sides)
            yield total


def _is_alias(node: fx.Node, layer: Layer) -> bool:
    """Whether a node gives the layer's result, of a linear layer perhaps with its rows arranged in another way."""
    if node.target not in ALIASES or not is_tensor(node):
        return False
    mine, whole = shape_of(node), shape_of(layer.node)
    return mine[-1] == whole[-1] if not layer.is_convolution else same_shape(node, layer.node)
