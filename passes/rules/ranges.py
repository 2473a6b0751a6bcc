"""Ranges: between which numbers each position of a value lies, whatever the inputs are within theirs.

Interval arithmetic, forward. Inputs have the range that the user states, or that of their dtype, where it is small;
norms, sigmoids and softmaxes have ranges of their own. Every bound is a ``Constant`` whose ``known`` says where there
is one: an op that rises or falls with each operand is largest and smallest at bounds of those, so its rule for
constants finds its bounds, too. A value is looked at when somebody asks for it. Inputs are taken to be finite.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.channels import Channels
from ...compiler.ir.facts import Fact
from ...compiler.ir.program import Program, is_static, is_tensor
from ...compiler.ir.views import LAYERS, Layer
from .base import Rule
from .evaluate import known_tensor, lift, make_constant
from .facts import Axes, Constant, Constants
from .infinite import odd_values

aten = torch.ops.aten

Limits = tuple[float, float]


@dataclass(frozen=True)
class Bounds:
    """Of a value: where it has a smallest and a largest number, and which; None where no position has one."""

    lower: Constant | None = None
    upper: Constant | None = None

    def within(self, limits: Limits, channels: Channels, rank: int) -> Bounds:
        """The same, and nothing outside of two numbers."""
        low, high = (_everywhere(number, channels, rank) for number in limits)
        lower, upper = (
            _tighter(self.lower, low, torch.maximum, channels),
            _tighter(self.upper, high, torch.minimum, channels),
        )
        return Bounds(lower, upper)


UNKNOWN = Bounds()

# Integers of few bits, which are pictures, flags or what was rounded to them.
OF_DTYPES: dict[torch.dtype, Limits] = {torch.bool: (0.0, 1.0), torch.uint8: (0.0, 255.0), torch.int8: (-128.0, 127.0)}

# Ops that rise with what they are given: the smallest of all operands give the smallest result.
_RISING = (
    "add.Tensor add.Scalar relu.default sigmoid.default tanh.default exp.default sqrt.default hardsigmoid.default "
    "relu6.default hardtanh.default leaky_relu.default elu.default selu.default celu.default softplus.default "
    "log_sigmoid.default clamp.default clamp_min.default clamp_max.default maximum.default minimum.default erf.default "
    "atan.default softshrink.default ceil.default floor.default round.default clone.default detach.default "
    "alias.default max_pool1d.default max_pool2d.default max_pool3d.default max_pool2d_with_indices.default "
    "avg_pool1d.default avg_pool2d.default avg_pool3d.default adaptive_avg_pool1d.default adaptive_avg_pool2d.default "
    "adaptive_avg_pool3d.default adaptive_max_pool1d.default adaptive_max_pool2d.default upsample_nearest1d.vec "
    "upsample_nearest2d.vec upsample_bilinear2d.vec mean.dim sum.dim_IntList amax.default amin.default cat.default "
    "stack.default index_select.default pad.default constant_pad_nd.default"
)
# Ops that rise or fall with each operand, as long as the others stay.
_TURNING = (
    "sub.Tensor sub.Scalar rsub.Tensor rsub.Scalar mul.Tensor mul.Scalar div.Tensor div.Scalar neg.default "
    "_native_batch_norm_legit_no_training.default"
)
# Ops that fall and then rise: the largest result is at an end.
_VALLEYS = "abs.default hardswish.default silu.default gelu.default"


def _ops(names: str) -> frozenset[object]:
    found = (getattr(aten, name.partition(".")[0]) for name in names.split())
    return frozenset(getattr(op, name.partition(".")[2]) for op, name in zip(found, names.split(), strict=True))


RISING = _ops(_RISING)
VALLEYS = _ops(_VALLEYS)
TURNING = _ops(_TURNING) | VALLEYS

_ANY = math.inf
# Ranges that ops have by themselves.
OF_OPS: dict[object, Limits] = {
    aten.sigmoid.default: (0.0, 1.0),
    aten.hardsigmoid.default: (0.0, 1.0),
    aten.softmax.int: (0.0, 1.0),
    aten._softmax.default: (0.0, 1.0),
    aten._safe_softmax.default: (0.0, 1.0),
    aten.log_softmax.int: (-_ANY, 0.0),
    aten._log_softmax.default: (-_ANY, 0.0),
    aten.log_sigmoid.default: (-_ANY, 0.0),
    aten.tanh.default: (-1.0, 1.0),
    aten.erf.default: (-1.0, 1.0),
    aten.sin.default: (-1.0, 1.0),
    aten.cos.default: (-1.0, 1.0),
    aten.sign.default: (-1.0, 1.0),
    aten.atan.default: (-math.pi / 2, math.pi / 2),
    aten.relu.default: (0.0, _ANY),
    aten.relu6.default: (0.0, 6.0),
    aten.abs.default: (0.0, _ANY),
    aten.exp.default: (0.0, _ANY),
    aten.sqrt.default: (0.0, _ANY),
    aten.rsqrt.default: (0.0, _ANY),
    aten.softplus.default: (0.0, _ANY),
    aten.silu.default: (-0.2785, _ANY),
    aten.gelu.default: (-0.1701, _ANY),
    aten.hardswish.default: (-0.375, _ANY),
}
CLAMPS: dict[object, tuple[str | None, str | None]] = {
    aten.clamp.default: ("min", "max"),
    aten.clamp_min.default: ("min", None),
    aten.clamp_max.default: (None, "max"),
    aten.hardtanh.default: ("min_val", "max_val"),
}


@dataclass
class Ranges:
    """Bounds of the values of a program.

    Attributes:
        program, axes: whose.
        stated: what the user says of inputs, by name.
    """

    program: Program
    axes: Axes
    stated: Mapping[str, Limits]
    _found: dict[fx.Node, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._odd = odd_values(self.program)

    def of(self, node: fx.Node) -> Bounds:
        """The bounds of a tensor value."""
        for waiting in self._before(node):
            self._found[waiting] = self._look(waiting)
        found = self._found[node]
        return found if isinstance(found, Bounds) else UNKNOWN

    def _before(self, node: fx.Node) -> list[fx.Node]:
        """A value and those that it is computed from, of which nothing is known yet, in the order of the program."""
        wanted, waiting = set[fx.Node](), [node]
        while waiting:
            one = waiting.pop()
            if one not in wanted and one not in self._found:
                wanted.add(one)
                waiting += [] if one.target in CLOSED else one.all_input_nodes
        return [one for one in self.program.nodes() if one in wanted] if len(wanted) > 1 else [*wanted]

    def _look(self, node: fx.Node) -> Any:
        channels = self.axes.channels.get(node)
        if channels is None or not (is_tensor(node) or isinstance(channels, list)):
            return UNKNOWN
        with torch.no_grad():
            found = self._computed(node, channels)
        limits = self._limits(node)
        if limits is None or isinstance(channels, list):
            return found
        return found.within(limits, channels, node.meta["val"].ndim)

    def _limits(self, node: fx.Node) -> Limits | None:
        """What a value lies between by itself."""
        if node.op == "placeholder":
            name = dict(zip(self.program.placeholders(), self.program.input_names, strict=True))[node]
            return self.stated.get(name, OF_DTYPES.get(node.meta["val"].dtype))
        if node.target in CLAMPS:
            low, high = (argument(node, name) if name else None for name in CLAMPS[node.target])
            numbers = (-_ANY if low is None else low, _ANY if high is None else high)
            return numbers if all(isinstance(x, (int, float)) for x in numbers) else None
        return OF_OPS.get(node.target) if is_tensor(node) and node.meta["val"].is_floating_point() else None

    def _computed(self, node: fx.Node, channels: Any) -> Any:
        """What follows from a value's operands."""
        weight = self.program.weight(node)
        if weight is not None:
            one = make_constant(np.ones(channels.labels.shape, dtype=np.bool_), weight.cpu(), channels)
            return Bounds(one, one)
        if node.op != "call_function" or node.target in CLOSED:
            return CLOSED[node.target](node, self.program, channels) if node.target in CLOSED else UNKNOWN
        if node.target is aten._to_copy.default:
            return self._cast(node)
        if node.target in LAYERS:
            layer = Layer.of(node, self.program)
            fits = layer is not None and node not in self.axes.opaque and channels.dims == (layer.dim,)
            return _of_layer(layer, self, channels) if layer is not None and fits else UNKNOWN
        rule = self.axes.rules.get(node)
        if rule is None or _may_fall(node):
            return UNKNOWN
        if node.target in TURNING:
            return self._at_corners(node, rule, channels)
        if node.target not in RISING and node.target is not operator.getitem and rule.kind not in ("movement", "fill"):
            return UNKNOWN
        ways = [rule.constants(node, self.axes, self._side(node, side), self.program) for side in ("lower", "upper")]
        if isinstance(channels, list):
            return [Bounds(*part) for part in zip(*(way or [None] * len(channels) for way in ways), strict=True)]
        return Bounds(*ways)

    def _side(self, node: fx.Node, side: str) -> Constants:
        """One bound of each operand, as if it were its number."""
        given = Constants(odd=self._odd)
        for operand in node.all_input_nodes:
            found = self._found.get(operand, UNKNOWN)
            one = [getattr(part, side) for part in found] if isinstance(found, list) else getattr(found, side)
            if one is not None:
                given.found[operand] = one
        return given

    def _at_corners(self, node: fx.Node, rule: Rule, channels: Any) -> Any:
        """The bounds of an op that rises or falls with each operand: it is evaluated at all bounds of all of them."""
        sides = [self._side(node, side) for side in ("lower", "upper")]
        operands = [x for x in node.all_input_nodes if is_tensor(x) and not self.program.is_weight(x)]
        own = channels[0] if isinstance(channels, list) else channels
        divided = node.target is aten.div.Tensor and node.args[1] in operands
        if len(operands) > 2 or divided:
            return UNKNOWN
        found: list[Constant | None] = []
        for corner in itertools.product(sides, repeat=len(operands)):
            known = {x: side.found[x] for x, side in zip(operands, corner, strict=True) if x in side.found}
            made = rule.constants(node, self.axes, Constants(known, self._odd), self.program)
            found.append(made[0] if isinstance(made, list) else made)
        lower, upper = _extreme(found, torch.minimum, own), _extreme(found, torch.maximum, own)
        if node.target in VALLEYS:
            lower = None  # they have one of their own
        elif node.target is aten.mul.Tensor and node.args[0] is node.args[1]:
            lower = _everywhere(0.0, own, node.meta["val"].ndim)
        bounds = Bounds(lower, upper)
        return [bounds] + [UNKNOWN] * (len(channels) - 1) if isinstance(channels, list) else bounds

    def _cast(self, node: fx.Node) -> Bounds:
        """Another dtype: the same bounds, where positions are the same."""
        read = operand_of(node)
        found = self._found.get(read, UNKNOWN)
        if found is UNKNOWN or not isinstance(found, Bounds) or not node.meta["val"].dtype.is_floating_point:
            return UNKNOWN
        return found if self.axes.of(read).labels.shape == self.axes.of(node).labels.shape else UNKNOWN


def _may_fall(node: fx.Node) -> bool:
    """Whether an op that usually rises has a number that turns it."""
    if node.target is aten.add.Tensor:
        return not argument(node, "alpha") >= 0
    slopes = (aten.leaky_relu.default, aten.elu.default, aten.celu.default)
    return node.target in slopes and any(isinstance(x, (int, float)) and x < 0 for x in node.args)


def edges(bounds: Bounds, channels: Channels, dims: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The least lower and the largest upper bound of each position along some dimensions, flat; infinite where none.

    Args:
        dims: the dimensions of the value along which positions are told apart.
    """
    both = []
    for one, none, extreme in ((bounds.lower, -_ANY, torch.amin), (bounds.upper, _ANY, torch.amax)):
        known, value = known_tensor(one, channels, _rank(bounds, channels))
        value = torch.where(lift(known, channels, value.ndim), value, none)
        other = [d for d in range(value.ndim) if d not in dims]
        value = extreme(value, dim=other, keepdim=True) if other else value
        both.append(value.reshape(-1))
    return both[0], both[1]


def _rank(bounds: Bounds, channels: Channels) -> int:
    held = bounds.lower or bounds.upper
    return held.value.ndim if held is not None else max([*channels.dims, 0]) + 1


def _everywhere(number: float, channels: Channels, rank: int) -> Constant | None:
    """One number for every position; None if it is infinite."""
    shape = [1] * rank
    return make_constant(np.ones(channels.labels.shape, dtype=np.bool_), torch.full(shape, number).double(), channels)


def _tighter(
    one: Constant | None, other: Constant | None, better: Callable[[Tensor, Tensor], Tensor], channels: Channels
) -> Constant | None:
    """The better of two bounds, where there are both."""
    if one is None or other is None:
        return one or other
    rank = one.value.ndim
    first, second = (lift(x.known, channels, rank) for x in (one, other))
    value = better(one.value, other.value)
    value = torch.where(first & second, value, torch.where(first, one.value, other.value))
    return make_constant(one.known | other.known, value, channels)


def _extreme(
    found: list[Constant | None], better: Callable[[Tensor, Tensor], Tensor], channels: Channels
) -> Constant | None:
    """The least (or largest) of what an op gives at bounds; known only where all of them are."""
    total = found[0] if found else None
    for other in found[1:]:
        if total is None or other is None:
            return None
        total = make_constant(total.known & other.known, better(total.value, other.value), channels)
    return total


def _of_layer(layer: Layer, ranges: Ranges, channels: Channels) -> Bounds:
    """A layer's outputs: each is largest where inputs of positive weights are, and those of negative ones smallest."""
    groups, outputs, inputs, _ = layer.shape
    bounds = ranges._found.get(layer.input, UNKNOWN)
    if not isinstance(bounds, Bounds) or (bounds.lower is None and bounds.upper is None):
        return UNKNOWN
    seen = ranges.axes.of(layer.input)
    if layer.bias is not None and not layer.program.is_weight(layer.bias):
        return UNKNOWN
    low, high = (x.expand(groups * inputs) for x in edges(bounds, seen, (layer.dim,)))
    if layer.has_border:
        low, high = low.clamp(max=0), high.clamp(min=0)
    low, high = low.reshape(groups, 1, inputs), high.reshape(groups, 1, inputs)
    ways, held = ((low, high), (high, low)), layer.ordered(layer.held).cpu()
    signs = [(held > 0).any(dim=3), (held < 0).any(dim=3)]
    unbounded = [
        ((signs[0] & ~up.isfinite()) | (signs[1] & ~down.isfinite())).any(dim=2).reshape(-1).numpy()
        for up, down in ways
    ]
    if all(rows.all() for rows in unbounded):
        return UNKNOWN
    weight = layer.canonical()
    rising, falling = weight.clamp(min=0).sum(dim=3), weight.clamp(max=0).sum(dim=3)
    shape = [1] * layer.node.meta["val"].ndim
    shape[layer.dim] = groups * outputs
    values = [(_sums(rising, up) + _sums(falling, down)).reshape(-1) + layer.shift() for up, down in ways]
    both = zip(unbounded, values, strict=True)
    return Bounds(*(make_constant(~rows, value.reshape(shape), channels) for rows, value in both))


def _sums(weight: Tensor, values: Tensor) -> Tensor:
    """(groups, outputs) of (groups, outputs, inputs) and (groups, 1, inputs); what is infinite left out."""
    return (weight * values.masked_fill(~values.isfinite(), 0.0)).sum(dim=2)


def _normed(node: fx.Node, program: Program, channels: Channels) -> Bounds:
    """Layer norm and RMS norm: of n numbers none is more than sqrt(n - 1) or sqrt(n) of their deviations away."""
    sizes = argument(node, "normalized_shape")
    rank = node.meta["val"].ndim
    if not all(isinstance(size, int) or is_static(size) for size in sizes):
        return UNKNOWN
    count = math.prod(int(size) for size in sizes)
    radius = math.sqrt(count - 1 if node.target is aten.layer_norm.default else count)
    weight, bias = argument(node, "weight"), argument(node, "bias") if node.target is aten.layer_norm.default else None
    parts = []
    for given, otherwise in ((weight, 1.0), (bias, 0.0)):
        held = program.weight(given)
        if given is not None and held is None:
            return UNKNOWN
        parts.append(torch.full([1] * rank, otherwise).double() if held is None else held.cpu().double())
    scale, shift = (part.reshape([1] * (rank - part.ndim) + [*part.shape]) for part in parts)
    known = np.ones(channels.labels.shape, dtype=np.bool_)
    values = (shift - radius * scale.abs(), shift + radius * scale.abs())
    ways = (torch.amin, torch.amax)
    return Bounds(*(_over(known, value, channels, way) for value, way in zip(values, ways, strict=True)))


def _looked_up(node: fx.Node, program: Program, channels: Channels) -> Bounds:
    """An embedding: some row of its table."""
    table, rank = program.weight(operand_of(node, "weight")), node.meta["val"].ndim
    if table is None or not table.numel():
        return UNKNOWN
    known = np.ones(channels.labels.shape, dtype=np.bool_)
    both = ((way(table.cpu().double(), dim=0), way) for way in (torch.amin, torch.amax))
    return Bounds(*(_over(known, value.reshape([1] * (rank - 1) + [-1]), channels, way) for value, way in both))


def _over(known: Any, value: Tensor, channels: Channels, extreme: Callable[..., Tensor]) -> Constant | None:
    """A bound of each position: of numbers along dimensions without positions, the extreme one."""
    other = [d for d in range(value.ndim) if d not in channels.dims and value.shape[d] > 1]
    return make_constant(known, extreme(value, dim=other, keepdim=True) if other else value, channels)


# Ops whose bounds do not depend on those of their operands.
CLOSED: dict[object, Callable[[fx.Node, Program, Channels], Bounds]] = {
    aten.layer_norm.default: _normed,
    aten.rms_norm.default: _normed,
    aten.embedding.default: _looked_up,
}


RANGES = Fact[Ranges]("ranges")
