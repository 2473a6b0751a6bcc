"""Layers that are plain products with a packed weight, also convolutions of single places, as one operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, fx

from ...compiler.ir.packing import Format
from ...compiler.ir.program import PART_OF
from ...compiler.ir.site import Site
from ..operators import Operator

aten = torch.ops.aten

# Images with channels last, which is how they may lie in memory, and back.
CHANNELS_LAST, CHANNELS_SECOND = [0, 2, 3, 1], [0, 3, 1, 2]


# What a form may cost, as a share of the dense layer, and over the best form; and how many are tried.
HOPELESS, FAR, TRIED = 0.8, 1.5, 2

_K = TypeVar("_K")


def promising(costs: Mapping[_K, float]) -> list[_K]:
    """The forms that are worth a measurement, by what they seem to cost; the cheapest first."""
    limit = min([HOPELESS, *(FAR * cost for cost in costs.values())])
    return sorted((form for form in costs if costs[form] < limit), key=lambda form: costs[form])[:TRIED]


def write_product(site: Site, form: Format, operator: Operator, **options: Any) -> None:
    """Write a layer as an operator of activations [..., columns] with bias, residual, activation and gate inside.

    Args:
        site: a linear layer, or a convolution of single places.
        form: of the weight, whose tensors are the operator's ``packed`` arguments, in order.
        operator: it takes ``x``, ``bias``, ``residual``, ``activation`` and ``gate``.
        options: its other arguments.
    """
    images, residual, activation = site.window is not None, site.residual, site.activation
    tensors = site.packed(form, site.weight)
    site.absorb(gate=True)
    read = {"x": site.x, "residual": residual, "gate": site.gate}
    if images:
        read = {name: value and site.call(aten.permute.default, value, CHANNELS_LAST) for name, value in read.items()}
    named = {**read, **dict(zip(operator.packed, tensors, strict=True)), "bias": site.bias, "activation": activation}
    named |= options
    site.become(operator.op, *(named[argument.name] for argument in operator.op._schema.arguments))
    if images:
        _give_images(site)


def _give_images(site: Site) -> None:
    graph = site.program.graph
    with graph.inserting_after(site.node):
        images: fx.Node = graph.call_function(aten.permute.default, (site.node, CHANNELS_SECOND))
    images.meta[PART_OF] = site.node.name
    site.give(images)


def in_groups(weight: Tensor, rows: int) -> Tensor:
    """A weight [rows, columns] as [groups, R, columns], filled up with rows of zeros."""
    groups = -(-weight.shape[0] // rows)
    tall = torch.nn.functional.pad(weight, (0, 0, 0, groups * rows - weight.shape[0]))
    return tall.reshape(groups, rows, weight.shape[1])
