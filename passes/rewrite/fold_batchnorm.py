"""FoldBatchnorm: a trained batch norm behind a convolution is part of that convolution."""

from __future__ import annotations

import operator
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, set_argument
from ...compiler.ir.findings import Cause
from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.contraction import (
    Contraction,
    bias_of,
    canonical,
    decanonical,
    output_dim,
)
from ..rules.table import rule_of

aten = torch.ops.aten
BATCHNORM = aten._native_batch_norm_legit_no_training.default


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
        for norms in _by_weight(program, ctx):
            if _grows(norms, program):
                for norm in norms:
                    ctx.refuse(
                        norm,
                        "the layer before batch norm is shared: one for each batch norm would be larger",
                        Cause.LARGER,
                    )
            else:
                folded += norms
        for norm in folded:
            self._fold(norm, program)
        if folded:
            program.clean()
        return bool(folded)

    def _fold(self, norm: fx.Node, program: Program) -> None:
        producer = norm.args[0]
        assert isinstance(producer, fx.Node) and isinstance(producer.args[1], fx.Node)
        original = program.weight(producer.args[1])
        assert original is not None
        weight = canonical(producer, program)
        groups, outputs, _, _ = weight.shape
        scale, shift = _affine(norm, program)
        weight = weight * scale.reshape(groups, outputs, 1, 1)
        bias = (bias_of(producer, program, groups * outputs) * scale + shift).to(original.dtype)
        program.replace_weight(producer, producer.args[1], decanonical(producer, weight, original).to(original.dtype))
        held = argument(producer, "bias")
        if held is None:
            name = str(producer.args[1].target).removesuffix("weight") + "bias"
            set_argument(producer, "bias", program.new_weight(name, bias))
        else:
            program.replace_weight(producer, held, bias)
        for user in [*norm.users]:
            user.replace_all_uses_with(producer, propagate_meta=False)


def _by_weight(program: Program, ctx: Context) -> list[list[fx.Node]]:
    """The batch norms that can be folded, those together whose layers share a weight."""
    found: dict[fx.Node, list[fx.Node]] = {}
    for node in program.nodes():
        if node.target is BATCHNORM:
            reason = _obstacle(node, node.args[0], program)
            if reason:
                ctx.refuse(node, reason, Cause.NORM)
            else:
                found.setdefault(node.args[0].args[1], []).append(node)  # type: ignore[union-attr, arg-type]
    return [*found.values()]


def _grows(norms: list[fx.Node], program: Program) -> bool:
    """Whether a weight for each of these norms is more than the weight that their layers share and the norms."""
    layers = [norm.args[0] for norm in norms]
    held = layers[0].args[1]  # type: ignore[union-attr]
    kinds = {(*norm.args[1:5], float(norm.args[6])) for norm in norms}  # type: ignore[arg-type]
    copies = len(kinds) + any(user not in layers for user in held.users)  # type: ignore[union-attr]
    if copies == 1:
        return False
    size = {a: w.numel() for norm in norms for a in norm.args[1:5] if (w := program.weight(a)) is not None}
    weight = program.weight(held)
    assert weight is not None
    gone = sum(size[a] for a in size if all(user in norms for user in a.users))  # type: ignore[union-attr, misc]
    channels = next(iter(size.values()))
    return (copies - 1) * weight.numel() + len(kinds) * channels > gone


def _obstacle(norm: fx.Node, producer: object, program: Program) -> str | None:
    if not isinstance(producer, fx.Node) or not isinstance(rule_of(producer), Contraction):
        return "batch norm does not follow a convolution or linear layer"
    if program.weight(producer.args[1]) is None:
        return "the layer before batch norm has no fixed weight"
    if argument(producer, "bias") is not None and program.weight(argument(producer, "bias")) is None:
        return "the layer before batch norm has no fixed bias"
    if len(producer.users) > 1:
        return "the layer before batch norm has other readers"
    if output_dim(producer) != 1:
        return "batch norm runs along another dimension than the layer's outputs"
    if any(u.target is not operator.getitem or u.args[1] != 0 for u in norm.users):
        return "the statistics of batch norm are read"
    if any(a is not None and program.weight(a) is None for a in norm.args[1:5]):
        return "a parameter of batch norm is not a weight"
    return None


def _affine(norm: fx.Node, program: Program) -> tuple[Tensor, Tensor]:
    """Batch norm as ``y = scale * x + shift``, per channel, float64."""
    gamma, beta, mean, var = (program.weight(a) for a in norm.args[1:5])
    assert mean is not None and var is not None
    scale = torch.rsqrt(var.double() + float(norm.args[6]))  # type: ignore[arg-type]
    scale = scale if gamma is None else scale * gamma.double()
    shift = -mean.double() * scale
    return scale, shift if beta is None else shift + beta.double()
