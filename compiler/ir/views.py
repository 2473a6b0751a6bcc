"""Typed views of nodes: what an op does, in attributes, instead of the places of its arguments.

``View.of(node, ...)`` is None where a node is nothing of the kind, so that asking and telling apart are one thing.
Arguments are read by the names that operators declare: by position, by keyword or left out is all the same. A view is
of the moment: after the node was changed, ask again.
"""

from __future__ import annotations

import math
import operator
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx

from .arguments import argument, operand_of, set_argument
from .channels import Mask
from .program import Program, as_read, is_tensor, shape_of
from .window import Window

aten = torch.ops.aten

LINEAR = aten.linear.default
CONVOLUTIONS = frozenset(
    {
        aten.conv1d.default,
        aten.conv1d.padding,
        aten.conv2d.default,
        aten.conv2d.padding,
        aten.conv3d.default,
        aten.conv3d.padding,
    }
)
TRANSPOSED = frozenset({aten.conv_transpose1d.default, aten.conv_transpose2d.input, aten.conv_transpose3d.input})
LAYERS = frozenset({LINEAR}) | CONVOLUTIONS | TRANSPOSED

BATCHNORM = aten._native_batch_norm_legit_no_training.default


@dataclass(frozen=True)
class Layer:
    """A linear layer or a convolution of any kind, with a weight that the program holds.

    Attributes:
        program: where it stands.
        node: the op.
        input: what it reads through its weight.
        weight: the node of its weight.
        held: the weight as the program holds it, which may be in a narrower dtype (see ``Program.held_in``).
        bias: None where there is none; it may be computed.
        groups: 1 for a linear layer.
    """

    program: Program = field(repr=False, compare=False)
    node: fx.Node
    input: fx.Node
    weight: fx.Node
    held: Tensor = field(repr=False, compare=False)
    bias: fx.Node | None
    groups: int = 1

    @classmethod
    def of(cls, node: object, program: Program) -> Layer | None:
        """The layer that a node of ``program`` is; None for any other op, and where weight or groups are computed."""
        if not isinstance(node, fx.Node) or node.target not in LAYERS:
            return None
        weight = operand_of(node, "weight")
        held = program.held(weight)
        groups = 1 if node.target is LINEAR else argument(node, "groups")
        if held is None or not isinstance(groups, int):
            return None
        return cls(program, node, operand_of(node, "input"), weight, held.detach(), argument(node, "bias"), groups)

    @property
    def start(self) -> fx.Node:
        """The node that reads its weight: itself."""
        return self.node

    @property
    def choices(self) -> int:
        """How many matrices there are of which each place meets one: those of its groups meet all."""
        return 1

    # ---------------------------------------------------------------- its geometry

    @property
    def is_convolution(self) -> bool:
        """Whether it slides over space."""
        return self.node.target is not LINEAR

    @property
    def is_transposed(self) -> bool:
        """Whether it is a transposed convolution, whose weight has inputs along its rows."""
        return self.node.target in TRANSPOSED

    @property
    def is_depthwise(self) -> bool:
        """Whether it is a convolution with one input and one output for each group."""
        return self.groups > 1 and self.shape[1:3] == (1, 1)

    @property
    def likeness(self) -> str:
        """What layers that are alike have in common: the kind of module, and the scale of what they read, in words."""
        name = str(self.node.target).split(".")[1]
        scale = "x".join(str(size) for size in shape_of(self.input)[self.dim + 1 :])
        depthwise = "depthwise " if self.is_depthwise else ""
        return f"{depthwise}{name} of {math.prod(self.held.shape[2:])} at {scale}" if self.is_convolution else name

    @property
    def dim(self) -> int:
        """The dimension of channels: of those that it reads, and of those that it makes in its result."""
        rank = len(shape_of(self.input))
        return rank - (self.held.ndim - 1) if self.is_convolution else rank - 1

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(groups, outputs, inputs, taps): outputs and inputs of each group."""
        rows, *others = self.held.shape
        columns = others[0] if others else 1
        outputs, inputs = (columns, rows // self.groups) if self.is_transposed else (rows // self.groups, columns)
        return self.groups, outputs, inputs, math.prod(others[1:])

    @property
    def stride(self) -> tuple[Any, ...]:
        """One number for each dimension of space, as are padding and dilation; none for a linear layer."""
        return self._sides("stride")

    @property
    def dilation(self) -> tuple[Any, ...]:
        """Along each side, how far its taps are apart."""
        return self._sides("dilation")

    @property
    def padding(self) -> tuple[Any, ...] | str:
        """Zeros on each side, or "same" or "valid"."""
        given = argument(self.node, "padding") if self.is_convolution else ()
        return given if isinstance(given, str) else self._sides("padding")

    @property
    def output_padding(self) -> tuple[Any, ...]:
        """What a transposed convolution adds behind its result; nothing for other layers."""
        return self._sides("output_padding") if self.is_transposed else (0,) * (self.held.ndim - 2)

    def _sides(self, name: str) -> tuple[Any, ...]:
        if not self.is_convolution:
            return ()
        given = argument(self.node, name)
        sides = (given,) if isinstance(given, int) else tuple(given)
        return sides * (self.held.ndim - 2) if len(sides) == 1 else sides

    @property
    def window(self) -> Window | None:
        """The geometry of a convolution; None where it pads one end more than the other, and for a linear layer."""
        sides = (self.held.shape[2:], self.stride, self._paddings(), self.dilation)
        numbers = [number for side in sides for number in side]
        if not self.is_convolution or not all(isinstance(number, int) for number in numbers):
            return None
        return Window.of(*sides, groups=self.groups, extra=self.output_padding if self.is_transposed else None)

    def _paddings(self) -> tuple[Any, ...]:
        """The padding in numbers; None for a side that has half a place more or less."""
        padding = self.padding
        if not isinstance(padding, str):
            return padding
        spans = [step * (taps - 1) for step, taps in zip(self.dilation, self.held.shape[2:], strict=True)]
        return tuple(0 if padding == "valid" else None if span % 2 else span // 2 for span in spans)

    @property
    def has_border(self) -> bool:
        """Whether some places of the result see less of the input than others: zero padding, a transposed kernel."""
        taps = any(size > 1 for size in self.held.shape[2:])
        if self.is_transposed:
            return taps or any(p != 0 for p in self.output_padding) or any(s > 1 for s in self.stride)
        if isinstance(self.padding, str):
            return self.padding == "same" and taps
        return any(p != 0 for p in self.padding)

    # ---------------------------------------------------------------- its numbers

    @property
    def tensor(self) -> Tensor:
        """The weight as the layer reads it; made at every call where it is held in a narrower dtype."""
        return as_read(self.held, self.weight)

    @property
    def reads(self) -> Mask:
        """Which inputs each output weighs with something other than zero: (groups, outputs, inputs)."""

        def find() -> NDArray[np.uint8]:
            taps = self.ordered(self.held != 0).cpu()
            mask: Mask = (taps.squeeze(-1) if taps.shape[-1] == 1 else taps.any(dim=-1)).numpy()
            return np.packbits(mask)

        held = self.program.held(self.weight)
        assert held is not None
        groups, outputs, inputs, _ = self.shape
        bits = self.program.known(held, ("reads", groups, self.is_transposed), find)
        mask: Mask = np.unpackbits(bits, count=groups * outputs * inputs).view(np.bool_)
        return mask.reshape(groups, outputs, inputs)

    def canonical(self) -> Tensor:
        """The weight in float64 as (groups, outputs, inputs, taps)."""
        return self.ordered(self.held.to("cpu", torch.float64))

    def ordered(self, weight: Tensor) -> Tensor:
        """Something of the weight's shape as (groups, outputs, inputs, taps).

        Args:
            weight: a gradient, say.
        """
        groups, outputs, inputs, taps = self.shape
        if self.is_transposed:
            return weight.reshape(groups, inputs, outputs, taps).transpose(1, 2)
        return weight.reshape(groups, outputs, inputs, taps)

    def decanonical(self, weight: Tensor) -> Tensor:
        """A weight like ``canonical``, maybe of fewer groups, outputs or inputs, as this layer holds its own."""
        groups, outputs, inputs, _ = weight.shape
        taps = self.held.shape[2:]
        if self.is_transposed:
            found = weight.transpose(1, 2).reshape(groups * inputs, outputs, *taps)
        else:
            found = weight.reshape(groups * outputs, inputs, *taps)
        return found.to(self.held.device, self.dtype)

    @property
    def dtype(self) -> torch.dtype:
        """That in which it computes."""
        dtype: torch.dtype = self.weight.meta["val"].dtype
        return dtype

    def shift(self) -> Tensor:
        """The bias in float64; zeros where there is none, or it is computed."""
        groups, outputs, _, _ = self.shape
        bias = self.program.weight(self.bias)
        return torch.zeros(groups * outputs, dtype=torch.float64) if bias is None else bias.to("cpu", torch.float64)

    # ---------------------------------------------------------------- writing

    def hold(self, weight: Tensor) -> None:
        """Let the layer have another weight, given like ``canonical``."""
        self.program.replace_weight(self.node, self.weight, self.decanonical(weight))

    def hold_bias(self, bias: Tensor) -> None:
        """Let the layer have another bias, or one at all, named like its weight."""
        if self.bias is not None:
            self.program.replace_weight(self.node, self.bias, bias)
            return
        name = str(operand_of(self.node, "weight").target).removesuffix("weight") + "bias"
        set_argument(self.node, "bias", self.program.new_weight(name, bias))


def layers_of(program: Program) -> list[Layer]:
    """The layers of a program, in order."""
    return [layer for node in program.nodes() if (layer := Layer.of(node, program)) is not None]


@dataclass(frozen=True)
class BatchNorm:
    """A batch norm with trained statistics, all of whose parameters the program holds.

    Attributes:
        weight, bias: None where there is none.
        mean, variance: the statistics.
        eps: what is added to the variance.
    """

    program: Program = field(repr=False, compare=False)
    node: fx.Node
    input: fx.Node
    weight: fx.Node | None
    bias: fx.Node | None
    mean: fx.Node
    variance: fx.Node
    eps: float

    @classmethod
    def of(cls, node: object, program: Program) -> BatchNorm | None:
        """The batch norm that a node of ``program`` is; None for any other op, and where a parameter is computed."""
        if not isinstance(node, fx.Node) or node.target is not BATCHNORM:
            return None
        weight, bias = argument(node, "weight"), argument(node, "bias")
        mean, variance = operand_of(node, "running_mean"), operand_of(node, "running_var")
        if any(held is not None and not program.is_weight(held) for held in (weight, bias, mean, variance)):
            return None
        eps = float(argument(node, "eps"))
        return cls(program, node, operand_of(node, "input"), weight, bias, mean, variance, eps)

    @property
    def parameters(self) -> list[fx.Node]:
        """The weights that it reads."""
        return [held for held in (self.weight, self.bias, self.mean, self.variance) if held is not None]

    def affine(self) -> tuple[Tensor, Tensor]:
        """(scale, shift) of ``y = scale * x + shift``, [channels] each, float64."""
        gamma, beta = self.program.weight(self.weight), self.program.weight(self.bias)
        mean, variance = self.program.weight(self.mean), self.program.weight(self.variance)
        assert mean is not None and variance is not None
        scale = torch.rsqrt(variance.double() + self.eps)
        scale = scale if gamma is None else scale * gamma.double()
        shift = -mean.double() * scale
        return scale, shift if beta is None else shift + beta.double()


@dataclass(frozen=True)
class Permutation:
    """An op that orders the dimensions of its input anew: ``permute``, ``transpose``, ``t``.

    Attributes:
        order: of the result's dimensions, which of the input's each is; none below 0.
    """

    node: fx.Node
    input: fx.Node
    order: tuple[int, ...]

    @classmethod
    def of(cls, node: object) -> Permutation | None:
        """The permutation that a node is; None for any other op."""
        if not isinstance(node, fx.Node) or node.target not in _ORDERS or not is_tensor(node):
            return None
        return cls(node, operand_of(node), _ORDERS[node.target](node, len(shape_of(node))))


def _listed(node: fx.Node, rank: int) -> tuple[int, ...]:
    return tuple(int(dim) % rank for dim in argument(node, "dims"))


def _swapped(node: fx.Node, rank: int) -> tuple[int, ...]:
    order = [*range(rank)]
    if order:
        one, two = (int(argument(node, name)) % rank for name in ("dim0", "dim1"))
        order[one], order[two] = two, one
    return tuple(order)


def _turned(node: fx.Node, rank: int) -> tuple[int, ...]:
    return tuple(reversed(range(rank)))


_ORDERS: dict[object, Any] = {
    aten.permute.default: _listed,
    aten.transpose.int: _swapped,
    aten.t.default: _turned,
    aten.numpy_T.default: _turned,
}


@dataclass(frozen=True)
class Select:
    """One of the parts of a value along a dimension, without that dimension: ``select``, or a piece of ``unbind``.

    Attributes:
        dim: of the input, not below 0.
        index: as it is given; a node where it is computed.
    """

    node: fx.Node
    input: fx.Node
    dim: int
    index: int | fx.Node

    @classmethod
    def of(cls, node: object) -> Select | None:
        """The part that a node is; None for any other op."""
        if not isinstance(node, fx.Node):
            return None
        if node.target is aten.select.int:
            return cls._at(node, node, argument(node, "index"))
        if node.target is operator.getitem and isinstance(made := node.args[0], fx.Node):
            return cls._at(node, made, node.args[1]) if made.target is aten.unbind.int else None
        return None

    @classmethod
    def _at(cls, node: fx.Node, maker: fx.Node, index: Any) -> Select:
        read = operand_of(maker)
        return cls(node, read, int(argument(maker, "dim")) % len(shape_of(read)), index)


@dataclass(frozen=True)
class Slice:
    """A run of a value along a dimension.

    Attributes:
        dim: of the input, not below 0.
        start, stop: as they are given, nodes where they are computed; 0 and None stand for the two ends.
        step: as it is given.
    """

    node: fx.Node
    input: fx.Node
    dim: int
    start: Any
    stop: Any
    step: Any

    @classmethod
    def of(cls, node: object) -> Slice | None:
        """The run that a node is; None for any other op."""
        if not isinstance(node, fx.Node) or node.target is not aten.slice.Tensor:
            return None
        read = operand_of(node)
        start, stop = argument(node, "start"), argument(node, "end")
        stop = None if isinstance(stop, int) and stop == sys.maxsize else stop
        dim = int(argument(node, "dim")) % len(shape_of(read))
        return cls(node, read, dim, 0 if start is None else start, stop, argument(node, "step"))

    def is_run(self, dim: int) -> bool:
        """Whether it is whole, from a number to a number along a dimension, neither counted from the end."""
        ends = (self.start, self.stop)
        return self.dim == dim and self.step == 1 and all(isinstance(end, int) and end >= 0 for end in ends)
