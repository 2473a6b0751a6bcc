"""FoldBatchnorm: a trained batch norm behind a convolution is part of that convolution."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import fx

from ...compiler.ir.arguments import operand_of, piece_of
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.views import BATCHNORM, LAYERS, BatchNorm, Layer
from ..base import Context, Pass


@dataclass(frozen=True)
class FoldBatchnorm(Pass):
    """Scale the weights of a convolution or linear layer by the batch norm that follows it.

    Before::

        conv2d = aten.conv2d(x, weight)
        norm = aten._native_batch_norm_legit_no_training(conv2d, gamma, beta, mean, var, 0.1, 1e-05)
        getitem = getitem(norm, 0)

    After::

        conv2d = aten.conv2d(x, weight, bias)

    A layer that is called at many places with a batch norm for each keeps them: they take less than its copies would.
    """

    def run(self, program: Program, ctx: Context) -> bool:
        folded = []
        for pairs in _by_weight(program, ctx):
            if _grows(pairs):
                for norm, _ in pairs:
                    ctx.refuse(
                        norm.node,
                        "the layer before batch norm is shared: one for each batch norm would be larger",
                        Cause.LARGER,
                    )
            else:
                folded += pairs
        for norm, layer in folded:
            _fold(norm, layer)
        return bool(folded)


def _fold(norm: BatchNorm, layer: Layer) -> None:
    groups, outputs, _, _ = layer.shape
    scale, shift = norm.affine()
    bias = (layer.shift() * scale + shift).to(layer.dtype)
    layer.hold(layer.canonical() * scale.reshape(groups, outputs, 1, 1))
    layer.hold_bias(bias)
    for user in [*norm.node.users]:
        user.replace_all_uses_with(layer.node, propagate_meta=False)


# A batch norm and the layer that it may become a part of.
Pair = tuple[BatchNorm, Layer]


def _by_weight(program: Program, ctx: Context) -> list[list[Pair]]:
    """The batch norms that can be folded, those together whose layers share a weight."""
    found: dict[fx.Node, list[Pair]] = {}
    for node in program.nodes():
        if node.target is BATCHNORM:
            pair = _pair(node, program)
            if isinstance(pair, str):
                ctx.refuse(node, pair, Cause.NORM)
            else:
                found.setdefault(pair[1].weight, []).append(pair)
    return [*found.values()]


def _grows(pairs: list[Pair]) -> bool:
    """Whether a weight for each of these norms is more than the weight that their layers share and the norms."""
    norms, layer = [norm for norm, _ in pairs], pairs[0][1]
    layers, nodes = [layer.node for _, layer in pairs], [norm.node for norm in norms]
    kinds = {(norm.weight, norm.bias, norm.mean, norm.variance, norm.eps) for norm in norms}
    copies = len(kinds) + any(user not in layers for user in layer.weight.users)
    if copies == 1:
        return False
    gone = {held for norm in norms for held in norm.parameters if all(user in nodes for user in held.users)}
    channels = int(shape_of(norms[0].mean)[0])
    freed = sum(int(math.prod(shape_of(held))) for held in gone)
    return (copies - 1) * layer.held.numel() + len(kinds) * channels > freed


def _pair(node: fx.Node, program: Program) -> Pair | str:
    """A batch norm and the layer before it; why it cannot be folded into that, otherwise."""
    before = operand_of(node, "input")
    layer, norm = Layer.of(before, program), BatchNorm.of(node, program)
    if before.target not in LAYERS:
        return "batch norm does not follow a convolution or linear layer"
    if layer is None:
        return "the layer before batch norm has no fixed weight"
    if layer.bias is not None and not program.is_weight(layer.bias):
        return "the layer before batch norm has no fixed bias"
    if len(before.users) > 1:
        return "the layer before batch norm has other readers"
    if layer.dim != 1:
        return "batch norm runs along another dimension than the layer's outputs"
    if any(piece_of(user) != 0 for user in node.users):
        return "the statistics of batch norm are read"
    return "a parameter of batch norm is not a weight" if norm is None else (norm, layer)
