"""Places: where channels lie in the weights of a program - the rows that make them, the columns that read them.

What units are is for the axes to say; this is which numbers of which weights belong to one. It is read off the program
as it came, in the names that the model gave its weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import argument
from ...compiler.ir.channels import Channels, Labels
from ...compiler.ir.program import Program
from ...compiler.ir.views import Layer
from ..rules.base import Role, Rule
from ..rules.contraction import input_labels
from ..rules.facts import Axes
from ..rules.lookup import weight_behind
from ..rules.normalization import FeatureNorm
from ..rules.pointwise import Pointwise
from ..rules.products import Product, Sum
from ..rules.table import rule_of

aten = torch.ops.aten

# Whose result is zero where all that they read is, or one factor.
MAKING = frozenset({aten.add.Tensor, aten.sub.Tensor, aten.mul.Tensor})


@dataclass(frozen=True)
class Place:
    """A dimension of a weight along which channels lie.

    Attributes:
        weight: its name.
        dim: which dimension.
        ids: (size,), the channel id at each index.
        writes: whether what lies there makes these channels; otherwise it reads them.
    """

    weight: str
    dim: int
    ids: Labels
    writes: bool


def places_of(program: Program, axes: Axes) -> list[Place]:
    """All dimensions of weights along which channels lie; of groups of a convolution those that are made, only."""
    found: dict[tuple[str, int, bool], Place] = {}
    for _, place in places_by_node(program, axes):
        found.setdefault((place.weight, place.dim, place.writes), place)
    return [*found.values()]


def places_by_node(program: Program, axes: Axes) -> Iterator[tuple[fx.Node, Place]]:
    """The same as often as they are read, with who reads the weight; itself, of a weight that is moved like a value."""
    for node in program.nodes():
        if node in axes.opaque or node not in axes.channels:
            continue
        for place in _of_node(node, program, axes):
            yield node, replace(place, ids=axes.ids.find(place.ids.reshape(-1)))


def _of_node(node: fx.Node, program: Program, axes: Axes) -> Iterator[Place]:
    layer, rule = Layer.of(node, program), rule_of(node)
    if node.op == "get_attr":
        yield from _of_moved(node, axes)
    elif layer is not None:
        yield from _of_layer(layer, axes)
    elif rule.role is Role.TABLE or isinstance(rule, FeatureNorm):
        yield from _along_the_last(node, rule, program, axes)
    elif isinstance(rule, Sum):
        yield from _of_product(node, rule, program, axes)
    elif isinstance(rule, Pointwise):
        yield from _of_pointwise(node, rule, program, axes)


def _along_the_last(node: fx.Node, rule: Rule, program: Program, axes: Axes) -> Iterator[Place]:
    """Columns of a table, and vectors of a norm: what lies along the last dimension of the result."""
    own = axes.of(node).only({node.meta["val"].ndim - 1})
    dim = 1 if rule.role is Role.TABLE else 0
    names = ("weight", "bias") if isinstance(rule, FeatureNorm) and rule.centred else ("weight",)
    for name in names if own.dims else ():
        if program.is_weight(argument(node, name)):
            yield Place(str(argument(node, name).target), dim, own.labels, writes=True)


def _of_layer(layer: Layer, axes: Axes) -> Iterator[Place]:
    groups, _, inputs, _ = layer.shape
    rows, columns = (1, 0) if layer.is_transposed else (0, 1)
    made = axes.of(layer.node).only({layer.dim})
    name = str(layer.weight.target)
    if made.dims and (groups == 1 or not layer.is_transposed):
        yield Place(name, rows, made.labels, writes=True)
        if layer.program.is_weight(layer.bias):
            yield Place(str(layer.bias.target), 0, made.labels, writes=True)  # type: ignore[union-attr]
    if groups == 1 and axes.of(layer.input).only({layer.dim}).dims:
        yield Place(name, columns, input_labels(layer, axes, inputs), writes=False)


def _of_product(node: fx.Node, rule: Sum, program: Program, axes: Axes) -> Iterator[Place]:
    """Stacks of weights, such as those of experts: along what they sum over, and along what they bring."""
    product = rule.form(node, program)
    assert isinstance(product, Product)  # a node that its rule does not cover is opaque
    for operand in product.operands:
        held = weight_behind(operand.node, program)
        if held is None:
            continue
        others = [(x.node, x.indices) for x in product.operands if weight_behind(x.node, program) is None]
        for dim, index in enumerate(operand.indices):
            writes = index in product.result
            for value, indices in [(node, product.result)] if writes else others:
                seen = axes.of(value).only({indices.index(index)} if index and index in indices else ())
                if len(seen.dims) == 1 and len(seen.labels) == operand.node.meta["val"].shape[dim]:
                    yield Place(str(held.target), dim, seen.labels, writes)


def _of_moved(node: fx.Node, axes: Axes) -> Iterator[Place]:
    """A weight that is an operand like any value, such as a class token, along each dimension of channels."""
    own = axes.of(node)
    for dim in own.dims:
        seen, labels = own.only({dim}), axes.ids.find(np.moveaxis(own.labels, own.dims.index(dim), 0))
        if (labels.reshape(len(labels), -1) == labels.reshape(len(labels), -1)[:, :1]).all():
            yield Place(str(node.target), dim, seen.labels, writes=True)


def _of_pointwise(node: fx.Node, rule: Pointwise, program: Program, axes: Axes) -> Iterator[Place]:
    """Weights along one dimension of channels: those of a batch norm, and what a value is multiplied with, or added."""
    channels = axes.channels[node]
    own: Channels = channels[0] if isinstance(channels, list) else channels
    rank = (node.meta["val"][0] if isinstance(channels, list) else node.meta["val"]).ndim
    for index, given in enumerate(node.args):
        held = program.held(given)
        if held is None or not held.is_floating_point():
            continue
        along = index in rule.channel_arguments
        if along:
            seen, at = own.only({1}), 0
        else:
            long = [x for x, size in enumerate(held.shape) if size > 1 and x + rank - held.ndim in own.dims]
            if len(long) != 1:
                continue
            seen, at = own.only({long[0] + rank - held.ndim}), long[0]
        if seen.dims and len(seen.labels) == held.shape[at]:
            writes = along or node.target in MAKING
            yield Place(str(given.target), at, seen.labels, writes)  # type: ignore[union-attr]


def indices_of(place: Place, ids: Sequence[int] | Labels) -> tuple[int, ...]:
    """Where some channel ids lie along a dimension, in order."""
    return tuple(np.flatnonzero(np.isin(place.ids, ids)).tolist())
