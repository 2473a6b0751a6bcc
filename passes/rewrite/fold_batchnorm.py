"""FoldBatchnorm: a trained batch norm behind a convolution is part of that convolution."""

from __future__ import annotations

import operator
from dataclasses import dataclass

import torch
from torch import Tensor, fx

from ...compiler.ir.program import Program
from ..base import Context, Pass
from ..rules.base import argument, set_argument
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
    """

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for node in [*program.nodes()]:
            if node.target is BATCHNORM and self._fold(node, program, ctx):
                changed = True
        if changed:
            program.clean()
        return changed

    def _fold(self, norm: fx.Node, program: Program, ctx: Context) -> bool:
        producer = norm.args[0]
        reason = _obstacle(norm, producer, program)
        if reason:
            ctx.refuse(norm, reason)
            return False
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
        return True


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
