"""A layer that may get a sparse form, and what behind it may become part of the kernel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.formats.patterns import Pattern
from ...codegen.operators.epilogues import activation_of
from ...compiler.ir.program import Program, is_static, is_tensor, same_shape, shape_of
from ...compiler.ir.window import Window
from ..base import SparseLayer
from ..rules.base import argument

aten = torch.ops.aten


def why_not(node: fx.Node, weight: Tensor) -> str | None:
    """Why there is no kernel for a layer; None if there is."""
    if weight.dtype is not torch.float32:
        return f"there are kernels for float32, not for {str(weight.dtype).removeprefix('torch.')}"
    if node.target is aten.linear.default:
        return None
    if node.target is not aten.conv2d.default:
        return f"there is no sparse kernel for {str(node.target).split('.')[1]}"
    if node.meta["val"].ndim != 4:
        return "sparse convolutions take a batch of images"
    if argument(node, "groups") != 1:
        return "there is no sparse kernel for grouped convolutions"
    if len(set(window_of(node, weight).stride)) > 1:
        return "sparse convolutions move by the same number of rows and columns"
    return None


def window_of(node: fx.Node, weight: Tensor) -> Window:
    """The geometry of a 2-d convolution."""

    def pair(name: str) -> tuple[int, int]:
        given = argument(node, name)
        sizes = [given] if isinstance(given, int) else [*given]
        return (sizes[0], sizes[-1])

    kernel = (weight.shape[2], weight.shape[3])
    return Window(kernel, pair("stride"), pair("padding"), pair("dilation"))


@dataclass
class Fused:
    """A layer with what follows it."""

    node: fx.Node
    residual: fx.Node | None = None
    activation: str = ""
    absorbed: tuple[fx.Node, ...] = ()

    @classmethod
    def of(cls, node: fx.Node, program: Program) -> Fused:
        found = cls(node)
        follower = _only_user(node)
        if follower is not None and follower.target is aten.add.Tensor and follower.kwargs.get("alpha", 1) == 1:
            other = follower.args[1] if follower.args[0] is node else follower.args[0]
            same = isinstance(other, fx.Node) and other is not node and is_tensor(other) and same_shape(other, node)
            if same and isinstance(other, fx.Node) and other.meta["val"].dtype == node.meta["val"].dtype:
                found.residual, found.absorbed = other, (follower,)
                follower = _only_user(follower)
        activation = None if follower is None else activation_of(follower)
        if activation is not None and follower is not None:
            found.activation, found.absorbed = activation.name, (*found.absorbed, follower)
        return found

    def layer(self, program: Program, pattern: Pattern) -> SparseLayer:
        weight = program.weight(self.node.args[1])
        assert weight is not None
        is_linear = self.node.target is aten.linear.default
        shape = shape_of(self.node)
        others = shape[:-1] if is_linear else (shape[0], *shape[2:])
        ends: dict[str, Any] = {
            "dynamic": not all(is_static(size) for size in others),
            "bias": argument(self.node, "bias") is not None,
            "residual": self.residual is not None,
            "activation": self.activation,
        }
        tokens = math.prod(_sizes(program, others))
        if is_linear:
            return SparseLayer(weight, pattern, tokens, **ends)
        assert isinstance(self.node.args[0], fx.Node)
        number, _, height, width = _sizes(program, shape_of(self.node.args[0]))
        window = window_of(self.node, weight)
        return SparseLayer(weight.flatten(1), pattern, tokens, window, (number, height, width), **ends)

    def absorb(self, program: Program) -> None:
        """Let the layer take the place of what follows it."""
        if not self.absorbed:
            return
        last = self.absorbed[-1]
        value = last.meta["val"]
        last.replace_all_uses_with(self.node)
        last.prepend(self.node)  # a residual may be computed after the layer
        for other in reversed(self.absorbed):
            program.graph.erase_node(other)
        self.node.meta = {**self.node.meta, "val": value}


def _sizes(program: Program, shape: Sequence[Any]) -> list[int]:
    """Sizes for the example inputs; 1 where they depend on the inputs' values."""
    return [program.example_size(size) for size in shape]


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None
