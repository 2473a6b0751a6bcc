"""SettleActivations: an activation that bounds prove to be on one side of its bends is no activation there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, fx

from ...compiler.ir.aliasing import memory_of
from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program, is_tensor, is_written
from ...compiler.ir.views import Layer
from ..base import Context, Pass
from ..rules.facts import AXES
from ..rules.ranges import RANGES, Ranges, edges

aten = torch.ops.aten


@dataclass(frozen=True)
class Piece:
    """Where an activation is a line: from ``low`` to ``high`` it is ``slope * x + shift``.

    Attributes:
        slope: a number, or one for each channel.
        dim: along which dimension channels lie that have a slope each.
    """

    low: float
    high: float
    slope: float | Tensor
    shift: float = 0.0
    dim: int | None = None

    def slopes(self, channels: int, dim: int) -> Tensor:
        """(channels,) the slope of each channel along a dimension; NaN where they differ along another."""
        given = torch.as_tensor(self.slope, dtype=torch.float64)
        fits = given.numel() == 1 or (dim == self.dim and len(given) == channels)
        return given.expand(channels) if fits else torch.full((channels,), math.nan, dtype=torch.float64)


@dataclass(frozen=True)
class Settled:
    """What bounds say of an activation.

    Attributes:
        node: the activation.
        dim: along which its channels lie.
        decided: (channels,), whether all of what a channel may be lies in one piece.
        slope, shift: of that piece; (channels,).
        inside: a number of that piece; (channels,).
    """

    node: fx.Node
    dim: int
    decided: Tensor
    slope: Tensor
    shift: Tensor
    inside: Tensor

    @property
    def is_identity(self) -> bool:
        """Whether it gives back what it reads."""
        return bool((self.decided & (self.slope == 1) & (self.shift == 0)).all())

    @property
    def constant(self) -> Tensor:
        """The channels that are the same number whatever they read."""
        return self.decided & (self.slope == 0)

    def same(self, other: Settled) -> bool:
        """Whether another finds the same of it."""
        return torch.equal(self.decided, other.decided) and torch.equal(self.slope, other.slope)


@dataclass(frozen=True)
class SettleActivations(Pass):
    """Replace activations that are always on one side by zeros, by a line in the layer before, or by nothing.

    Before::

        linear = aten.linear(x, weight, bias)   # x in [0, 1]: output 0 is at most 0, output 1 is at least 0
        relu = aten.relu(linear)
        linear_1 = aten.linear(relu, weight_1, bias_1)

    After::

        linear = aten.linear(x, weight, bias)   # row 0 is zero
        linear_1 = aten.linear(linear, weight_1, bias_1)

    Ranges of inputs are those that the user states and those of small integers; what normalised values and results of
    sigmoids are is known without. A channel that is always off becomes a row of zeros, for others to remove.
    """

    requires: ClassVar[Keys] = frozenset({AXES, RANGES})

    def run(self, program: Program, ctx: Context) -> bool:
        ranges = program.facts[RANGES]
        blank = Ranges(program, program.facts[AXES], {}) if program.ranges else ranges
        decided = [found for node in program.nodes() if (found := settled(node, ranges, program)) is not None]
        without = [found if blank is ranges else settled(found.node, blank, program) for found in decided]
        changed = False
        for found, other in zip(decided, without, strict=True):
            reads = _inputs_of(found.node, program)
            if found.node.users and found.node.name not in ctx.held and _write(found, program, ctx):
                changed = True
                if other is None or not other.same(found):
                    _rely(reads, program)
        return changed


def settled(node: fx.Node, ranges: Ranges, program: Program) -> Settled | None:
    """What the bounds of its operand say of an activation; None for other ops, and where they say nothing."""
    made = PIECES.get(node.target)
    pieces = made(node, program) if made is not None and is_tensor(node) else None
    read = operand_of(node) if pieces else None
    if pieces is None or not is_tensor(read) or read not in ranges.axes.channels or program.is_weight(read):
        return None
    if read.meta["val"].dtype != node.meta["val"].dtype or is_written(memory_of(read)):
        return None
    layer, bounds = Layer.of(read, program), ranges.of(read)
    if bounds.lower is None and bounds.upper is None:
        return None
    dims = ranges.axes.of(read).dims
    dim = layer.dim if layer is not None else (dims[0] if len(dims) == 1 else node.meta["val"].ndim - 1)
    low, high = edges(bounds, ranges.axes.of(read), (dim,))
    found = _where(pieces, low, high, dim)
    return Settled(node, dim, *found) if bool(found[0].any()) else None


def _where(pieces: Sequence[Piece], low: Tensor, high: Tensor, dim: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Which channels lie in a piece, its slope and shift, and a number of it: zero, if that is one."""
    decided = torch.zeros(low.shape, dtype=torch.bool)
    slope, shift, inside = (torch.zeros(low.shape, dtype=torch.float64) for _ in range(3))
    for piece in pieces:
        new = (low >= piece.low) & (high <= piece.high) & ~decided
        decided |= new
        slope = torch.where(new, piece.slopes(len(low), dim), slope)
        shift = torch.where(new, piece.shift, shift)
        inside = torch.where(new, min(max(0.0, piece.low), piece.high), inside)
    decided &= slope.isfinite()
    return decided, slope, shift, inside


def _write(found: Settled, program: Program, ctx: Context) -> bool:
    """Let the layer before an activation do what is left of it."""
    node, read = found.node, operand_of(found.node)
    if found.is_identity:
        node.replace_all_uses_with(read, propagate_meta=False)
        return True
    layer = Layer.of(read, program)
    why = _unfit(layer, found.dim, len(found.slope), program)
    whole = bool(found.decided.all())
    if why is not None or layer is None:
        if whole or bool(found.constant.any()):
            ctx.refuse(node, f"it is always on one side for some channels, but {why}")
        return False
    slope = torch.where(found.constant, 0.0, found.slope) if whole else (~found.constant).double()
    groups, outputs, _, _ = layer.shape
    scale, bias = slope.expand(groups * outputs), layer.shift()
    bias = bias * scale + (found.shift if whole else torch.where(found.constant, found.inside, 0.0))
    weight = layer.canonical()
    scaled = weight * scale.reshape(groups, outputs, 1, 1)
    if not whole and torch.equal(scaled, weight) and torch.equal(bias, layer.shift()):
        return False
    layer.hold(scaled)
    if layer.bias is not None or bool(bias.any()):
        layer.hold_bias(bias.to(layer.dtype))
    if whole:
        node.replace_all_uses_with(read, propagate_meta=False)
    return True


def _unfit(layer: Layer | None, dim: int, channels: int, program: Program) -> str | None:
    """Why the layer before an activation may not do it; None if it may."""
    if layer is None or layer.dim != dim or channels not in (1, layer.shape[0] * layer.shape[1]):
        return "no layer is before it"
    if len(layer.node.users) > 1:
        return "others read the layer before it"
    if len(layer.weight.users) > 1 or (layer.bias is not None and len(layer.bias.users) > 1):
        return "the layer before it shares its weights"
    if layer.bias is not None and not program.is_weight(layer.bias):
        return "the layer before it has a bias that is computed"
    return None


def _inputs_of(node: fx.Node, program: Program) -> list[str]:
    """The names of the inputs that a value is computed from."""
    before, waiting = set[fx.Node](), [node]
    while waiting:
        one = waiting.pop()
        if one not in before:
            before.add(one)
            waiting += one.all_input_nodes
    names = zip(program.placeholders(), program.input_names, strict=True)
    return [name for place, name in names if place in before]


def _rely(inputs: Sequence[str], program: Program) -> None:
    """Calls have to keep to what the user states of these inputs."""
    kept = {name: program.ranges[name] for name in inputs if name in program.ranges}
    program.assumptions = replace(program.assumptions, ranges={**program.assumptions.ranges, **kept})


# ---------------------------------------------------------------------------------------------- activations

_ANY = math.inf
ON = Piece(0.0, _ANY, 1.0)
SELU = 1.0507009873554804934193349852946


def _clamped(names: tuple[str | None, str | None]) -> Callable[[fx.Node, Program], list[Piece] | None]:
    def pieces(node: fx.Node, program: Program) -> list[Piece] | None:
        low, high = (argument(node, name) if name else None for name in names)
        low, high = -_ANY if low is None else low, _ANY if high is None else high
        return _between(low, high) if isinstance(low, (int, float)) and isinstance(high, (int, float)) else None

    return pieces


def _between(low: float, high: float) -> list[Piece] | None:
    if low > high:
        return None
    ends = [Piece(-_ANY, low, 0.0, low)] if low > -_ANY else []
    return [Piece(low, high, 1.0), *ends, *([Piece(high, _ANY, 0.0, high)] if high < _ANY else [])]


def _bent(node: fx.Node, program: Program) -> list[Piece]:
    return [ON, Piece(-_ANY, 0.0, float(argument(node, "negative_slope")))]


def _bent_by_channel(node: fx.Node, program: Program) -> list[Piece] | None:
    slope = program.weight(argument(node, "weight"))
    return None if slope is None else [ON, Piece(-_ANY, 0.0, slope.cpu().double().reshape(-1), dim=1)]


def _shrunk(node: fx.Node, program: Program) -> list[Piece]:
    by = float(argument(node, "lambd"))
    return [Piece(-by, by, 0.0), Piece(by, _ANY, 1.0, -by), Piece(-_ANY, -by, 1.0, by)]


def _fixed(*pieces: Piece) -> Callable[[fx.Node, Program], list[Piece]]:
    return lambda node, program: [*pieces]


def _scaled_elu(node: fx.Node, program: Program) -> list[Piece]:
    scale = float(argument(node, "scale")) if node.target is aten.elu.default else 1.0
    return [replace(ON, slope=scale)]


# Where activations are lines, those that matter most first: what fits into two is of the first.
PIECES: dict[object, Callable[[fx.Node, Program], list[Piece] | None]] = {
    aten.relu.default: _fixed(ON, Piece(-_ANY, 0.0, 0.0)),
    aten.relu6.default: lambda node, program: _between(0.0, 6.0),
    aten.clamp.default: _clamped(("min", "max")),
    aten.clamp_min.default: _clamped(("min", None)),
    aten.clamp_max.default: _clamped((None, "max")),
    aten.hardtanh.default: _clamped(("min_val", "max_val")),
    aten.leaky_relu.default: _bent,
    aten.prelu.default: _bent_by_channel,
    aten.abs.default: _fixed(ON, Piece(-_ANY, 0.0, -1.0)),
    aten.hardswish.default: _fixed(Piece(3.0, _ANY, 1.0), Piece(-_ANY, -3.0, 0.0)),
    aten.hardsigmoid.default: _fixed(Piece(-_ANY, -3.0, 0.0), Piece(3.0, _ANY, 0.0, 1.0), Piece(-3.0, 3.0, 1 / 6, 0.5)),
    aten.softshrink.default: _shrunk,
    aten.elu.default: _scaled_elu,
    aten.selu.default: _fixed(Piece(0.0, _ANY, SELU)),
    aten.celu.default: _scaled_elu,
}
