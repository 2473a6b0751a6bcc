"""Norms that compute statistics at run time, per group of channels (group norm) or per channel (instance norm)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import fx

from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program
from .base import (
    Axes,
    Constants,
    Demand,
    FallsBack,
    Shrink,
    argument,
    full_size,
    make_constant,
    select,
    uniform,
    weights64,
)

aten = torch.ops.aten


@dataclass(frozen=True)
class GroupNorm(FallsBack):
    """``group_norm``: the channels of a group stay or go together, since the statistics run over all of them."""

    kind: str = field(default="norm", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if node.args[0] not in axes.channels or axes.of(node.args[0]).dims != (1,):  # type: ignore[arg-type]
            return "its channels are not labelled along dimension 1 alone"
        return None

    def _groups(self, node: fx.Node) -> int:
        return int(node.args[1])  # type: ignore[arg-type]

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        labels = axes.of(node.args[0]).labels.reshape(self._groups(node), -1)  # type: ignore[arg-type]
        axes.atoms.tie(labels, labels[:, :1])
        return Channels((1,), labels.reshape(-1))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = node.args[0]
        assert isinstance(operand, fx.Node)
        constant = constants.of(operand)
        if constant is None:
            return None
        same = uniform(constant, axes.of(operand))
        known = constant.known.reshape(self._groups(node), -1).all(axis=1, keepdims=True)
        known = np.broadcast_to(known, (self._groups(node), same.size // self._groups(node))).reshape(-1)
        value = constant.value
        if bool(same[known].all()):
            for dim in range(2, value.ndim):
                value = value.narrow(dim, 0, 1)
        else:
            full = full_size(constant, operand)
            if full is None:
                return None
            value = full.contiguous()
        if self._groups(node) == same.size and value[0, 0].numel() == 1:
            value = value.expand(*value.shape[:2], *(2 for _ in value.shape[2:])) if value.ndim > 2 else value
        result = aten.group_norm.default(value, *(weights64(program, a) for a in node.args[1:]))
        return make_constant(known, result, axes.of(node))

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        groups = demand.of(node).reshape(self._groups(node), -1)
        demand.need(node.args[0], np.broadcast_to(groups.any(axis=1, keepdims=True), groups.shape).reshape(-1))

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        kept = state.kept(node)
        if kept.all():
            return
        groups = kept.reshape(self._groups(node), -1).any(axis=1)
        for held in node.args[2:]:
            weight = state.program.weight(held)
            if weight is not None:
                assert isinstance(held, fx.Node)
                state.program.replace_weight(node, held, select(weight, 0, np.flatnonzero(kept)))
        node.update_arg(1, int(groups.sum()))


@dataclass(frozen=True)
class InstanceNorm(FallsBack):
    """``instance_norm`` with its own statistics: every channel by itself; a uniform channel becomes its bias."""

    kind: str = field(default="norm", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if node.args[0] not in axes.channels or axes.of(node.args[0]).dims != (1,):  # type: ignore[arg-type]
            return "its channels are not labelled along dimension 1 alone"
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return Channels((1,), axes.of(node.args[0]).labels)  # type: ignore[arg-type]

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = node.args[0]
        assert isinstance(operand, fx.Node)
        constant = constants.of(operand)
        if constant is None or not argument(node, "use_input_stats"):
            return None
        full = full_size(constant, operand)
        if full is None:
            known, value = uniform(constant, axes.of(operand)), constant.value
            value = value.expand(*value.shape[:2], *(2 for _ in value.shape[2:]))
        else:
            known, value = constant.known, full
        result = aten.instance_norm.default(value.contiguous(), *(weights64(program, a) for a in node.args[1:]))
        return make_constant(known, result, axes.of(node))

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        demand.need(node.args[0], demand.of(node))

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        kept = state.kept(node)
        if kept.all():
            return
        for held in node.args[1:]:
            weight = state.program.weight(held)
            if weight is not None:
                assert isinstance(held, fx.Node)
                state.program.replace_weight(node, held, select(weight, 0, np.flatnonzero(kept)))
