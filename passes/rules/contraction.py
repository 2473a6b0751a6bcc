"""Convolutions and linear layers: where channels end and new ones begin.

A contraction reads input channels through a weight and writes output channels of its own. An input channel that is
constant is folded into the bias, one that all live filters weigh with zero is not live at all. All variants
share one canonical weight of shape (groups, outputs, inputs, taps).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, function_of, operand_of, set_argument
from ...compiler.ir.channels import ChannelIds, Channels, Constraint, Labels, Mask, Part, product
from ...compiler.ir.costs import Work
from ...compiler.ir.integers import held_as
from ...compiler.ir.program import Program
from ...compiler.ir.speculation import BIAS_MAP, Speculation, mark
from ...compiler.ir.views import Layer
from .base import FallsBack, Role, computed
from .evaluate import full_size, make_constant, narrow, scalars, uniform, weights64, zero_everywhere
from .facts import Axes, Constant, Constants, Liveness
from .layout import GROUPED, Operation, Order, places, sizes
from .shrink import Shrink, select

aten = torch.ops.aten


@dataclass(frozen=True, kw_only=True)
class Contraction(FallsBack):
    """``linear``, ``conv1d/2d/3d`` and ``conv_transpose1d/2d/3d``."""

    kind: ClassVar[str] = "contraction"
    about: ClassVar[str] = (
        "Reads channels through a weight and writes new ones. Constant inputs go into the bias, inputs with "
        "zero weights are not read."
    )
    role: ClassVar[Role] = Role.LAYER

    def meaning(self) -> str:
        return "all groups, strides, paddings and dilations"

    def weight(self, node: fx.Node) -> fx.Node | None:
        return operand_of(node, "weight")

    def contracted(self, node: fx.Node, axes: Axes, program: Program) -> Channels | None:
        return seen_channels(_layer(node, program), axes)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        value, weight = operand_of(node), program.held(operand_of(node, "weight"))
        if program.is_weight(value):
            return "its input is a weight"
        if weight is None:
            return computed(operand_of(node, "weight"), "its weight")
        if not weight.is_floating_point():
            return "its weight is not floating-point"
        if weight.ndim < 2:
            return "its weight is a vector"
        bias = argument(node, "bias")
        if bias is not None and not program.is_weight(bias):
            return computed(bias, "its bias")
        if any(not program.is_weight(given) for given in node.all_input_nodes if given is not value):
            return "its groups or its padding depend on the inputs"
        return None

    def ties(self, node: fx.Node, weights: Sequence[fx.Node], program: Program) -> bool:
        own = operand_of(node, "weight")
        for held in weights:
            wanted = reading(node, own, program) if held is own else None
            for user in held.users:
                found = reading(user, own, program)
                if found is None or not (found == wanted if wanted else argument(user, "bias") is held):
                    return False
        return True

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        layer = _layer(node, program)
        groups, outputs, inputs, _ = layer.shape
        result = axes.ids.fresh((groups * outputs,))
        axes.pin(layer.input, {layer.dim})
        operand = input_labels(layer, axes, groups * inputs)
        if node in axes.tied:
            axes.tie_readers(layer.weight, "outputs", result)
            axes.tie_readers(layer.weight, "inputs", operand)
        if groups == 1:
            parts = [Part(result, ("output",)), Part(operand, ("input",))]
            axes.constraints.append(product(parts, "a contraction reads at least one channel", axes.ids))
        else:
            axes.constraints.append(equal_groups(result.reshape(groups, -1), operand.reshape(groups, -1), axes.ids))
        return Channels((layer.dim,), result)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        layer = _layer(node, program)
        reads, (groups, outputs, inputs, _) = layer.reads, layer.shape
        operand, channels = layer.input, seen_channels(layer, axes)
        constant = _foldable(layer, axes, constants)
        known = _spread(constant.known if constant else np.zeros(channels.labels.shape, np.bool_), groups * inputs)
        fixed = ~(reads & ~known.reshape(groups, 1, inputs)).any(axis=2)
        if not fixed.any() or constants.is_odd(operand):
            return None
        own, weight = axes.of(node), layer.canonical()
        plain = _spread(
            _plain(layer, constant, channels) if constant else np.zeros(channels.labels.shape, np.bool_),
            groups * inputs,
        )
        numbers = _spread(scalars(constant, channels) if constant else np.zeros(channels.labels.shape), groups * inputs)
        simple = fixed & ~(reads & ~plain.reshape(groups, 1, inputs)).any(axis=2)
        total = layer.shift() + _fold(weight, np.where(plain, numbers, 0.0))
        shape = [1] * node.meta["val"].ndim
        shape[own.dims[0]] = groups * outputs
        value = total.reshape(shape)
        if (fixed & ~simple).any() and constant is not None:
            full = full_size(constant, operand)
            if full is None:
                fixed = simple
            else:
                value = torch.where(
                    torch.from_numpy(simple.reshape(-1)).reshape(shape), value, self._run(node, full, program)
                )
        return make_constant(fixed.reshape(-1), value, own)

    def covered_order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        layer = _layer(node, program)
        seen, depthwise = axes.of(layer.input).dims, layer.is_depthwise
        if seen not in ((), (layer.dim,)) or not (depthwise or layer.groups == 1):
            return GROUPED
        return Order.TIED if depthwise and seen else Order.OWN

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        layer = _layer(node, program)
        groups, outputs, inputs, taps = layer.shape
        own, given = axes.of(node), axes.of(layer.input)
        spots, stride = places(node, own, program), _stride(layer)
        reads = axes.ids.find(given.labels).ravel() if given.dims == (layer.dim,) else None
        writes = axes.ids.find(own.labels).ravel()
        if layer.is_depthwise:
            return Operation(node, Work("depthwise", 1, 0, spots, taps, 1, stride=stride), reads, writes)
        kind, linear = ("conv", False) if layer.is_convolution else ("linear", True)
        work = Work(kind, inputs, groups * outputs, spots, taps, groups, stride=stride, innermost=linear)
        return Operation(node, work, reads if groups == 1 else None, writes if groups == 1 else None)

    def _run(self, node: fx.Node, value: Tensor, program: Program, *, biased: bool = True) -> Tensor:
        rest = [*weights64(program, node.args[1:])]
        kwargs = {key: weights64(program, item) for key, item in node.kwargs.items()}
        if not biased:
            rest[1:2] = [None]
            kwargs.pop("bias", None)
        result: Tensor = function_of(node)(value.contiguous(), *rest, **kwargs)
        return result

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        layer = _layer(node, program)
        reads, (groups, outputs, _, _) = layer.reads, layer.shape
        wanted = live.of(node).reshape(groups, outputs, 1)
        if not wanted.any():
            return
        needed = (reads & wanted).any(axis=1).reshape(-1)
        needed |= constants.is_odd(layer.input)
        channels = seen_channels(layer, axes)
        constant = _foldable(layer, axes, constants)
        if constant is not None:
            ways = Ways.of(layer, constant, channels, live.speculation)
            carried = needed & (ways.carriers >= 0)
            needed &= ~(ways.plain | ways.mapped | carried)
            needed[ways.carriers[carried]] = True
        live.need(layer.input, needed if channels.dims else np.asarray(needed.any()), channels.dims)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        program, layer = state.program, _layer(node, state.program)
        channels, own = seen_channels(layer, state.axes), state.axes.of(node)
        weight, original = layer.canonical(), layer.tensor
        rows, columns = state.indices(own, layer.dim), state.indices(channels, layer.dim)
        weight, bias, bias_map = self._settled(layer, state, *self._folded(layer, state, weight))
        if rows is not None or columns is not None:
            weight = _take(weight, rows, columns)
        shrunk = layer.decanonical(weight)
        if shrunk.shape != original.shape or not torch.equal(shrunk, original):
            program.replace_weight(node, layer.weight, shrunk)
        self._write_bias(layer, bias, rows)
        if weight.shape[0] != layer.groups:
            set_argument(node, "groups", weight.shape[0])
        if bias_map is not None:
            _add_map(layer, bias_map, rows, own, state)

    def _folded(self, layer: Layer, state: Shrink, weight: Tensor) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Weight, bias (None: as it is) and bias map (None: none) once dead constant inputs are folded."""
        channels = seen_channels(layer, state.axes)
        constant = _foldable(layer, state.axes, state.constants)
        groups, outputs, inputs, _ = weight.shape
        if constant is None:
            return weight, None, None
        ways = Ways.of(layer, constant, channels, state.live.speculation)
        wanted = state.live.of(layer.node).reshape(groups, outputs, 1)
        gone = (layer.reads & wanted).any(axis=1).reshape(-1)
        asked = state.axes.of(layer.input).anywhere(state.live.of(layer.input), channels.dims)
        gone &= ~_spread(asked, groups * inputs)
        carried = gone & (ways.carriers >= 0)
        gone &= ways.plain | ways.mapped | carried
        if not gone.any():
            return weight, None, None
        numbers = _spread(scalars(constant, channels), groups * inputs)
        bias = _fold(weight, np.where(gone & ways.plain, numbers, 0.0))
        mapped = gone & ways.mapped
        bias_map = self._map(layer, constant, mapped) if mapped.any() else None
        keep = torch.from_numpy(~gone).reshape(groups, 1, inputs, 1)
        folded = torch.where(keep, weight, 0.0)
        for index in np.flatnonzero(carried):
            carrier, (group, column) = int(ways.carriers[index]), divmod(int(index), inputs)
            folded[group, :, carrier % inputs] += weight[group, :, column] * (numbers[index] / numbers[carrier])
        return folded, bias, bias_map

    def _settled(
        self, layer: Layer, state: Shrink, weight: Tensor, bias: Tensor | None, bias_map: Tensor | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Outputs that are constant and stay though nobody asks for them keep their number.

        What made them constant may go, and a sum or product may count on a zero.
        """
        node = layer.node
        own, constant = state.axes.of(node), state.constants.of(node)
        if constant is None:
            return weight, bias, bias_map
        rows = state.kept(node) & ~state.live.of(node) & constant.known & uniform(constant, own)
        groups, outputs = weight.shape[:2]
        rows &= (weight != 0).any(dim=3).any(dim=2).reshape(-1).numpy()
        if not rows.any():
            return weight, bias, bias_map
        settled, numbers = torch.from_numpy(rows), torch.from_numpy(scalars(constant, own).copy())
        extra = torch.zeros(rows.size, dtype=torch.float64) if bias is None else bias
        extra = torch.where(settled, numbers - layer.shift(), extra)
        if bias_map is not None:
            bias_map = bias_map.index_fill(own.dims[0], settled.nonzero().flatten(), 0.0)
        return torch.where(settled.reshape(groups, outputs, 1, 1), 0.0, weight), extra, bias_map

    def _map(self, layer: Layer, constant: Constant, mapped: Mask) -> Tensor:
        """What the inputs in ``mapped`` contribute at every place of the output."""
        shape = [1] * constant.value.ndim
        shape[layer.dim] = mapped.size
        flags = torch.from_numpy(mapped).reshape(shape)
        full = full_size(Constant(constant.known, torch.where(flags, constant.value, 0.0)), layer.input)
        assert full is not None
        result = self._run(layer.node, full, layer.program, biased=False)
        return result.narrow(0, 0, 1 if layer.dim > 0 else result.shape[0])

    def _write_bias(self, layer: Layer, extra: Tensor | None, indices: Labels | None) -> None:
        added, dtype = extra is not None and bool((extra != 0).any()), layer.dtype
        bias = layer.program.weight(layer.bias)
        if bias is None:
            if added and extra is not None:
                layer.hold_bias(select(extra, 0, indices).to(dtype))
            return
        changed = bias
        if added and extra is not None:
            changed = (bias.to("cpu", torch.float64) + extra).to(bias.device, dtype)
        changed = select(changed, 0, indices)
        if changed is not bias:
            layer.hold_bias(changed)


# -------------------------------------------------------------------- the op's own shape


def _layer(node: fx.Node, program: Program) -> Layer:
    """The layer that a contraction is, where the rule covers it."""
    layer = Layer.of(node, program)
    assert layer is not None
    return layer


def reading(node: fx.Node, weight: fx.Node, program: Program) -> tuple[int, bool] | None:
    """How a node reads a weight: in how many groups, and whether inputs lie along its rows; None: in another way."""
    if node.target is aten.embedding.default and node.args[0] is weight:
        return 1, False
    layer = Layer.of(node, program)
    return None if layer is None or layer.weight is not weight else (layer.groups, layer.is_transposed)


def _foldable(layer: Layer, axes: Axes, constants: Constants) -> Constant | None:
    """Constant inputs that the layer may fold into its bias; none where the bias and weight are others', too."""
    if layer.node in axes.tied:
        return None
    return narrow(constants.of(layer.input), axes.of(layer.input), seen_channels(layer, axes).dims)


def seen_channels(layer: Layer, axes: Axes) -> Channels:
    """Positions of the input, told apart along the contracted dimension only."""
    return axes.of(layer.input).only({layer.dim})


def _stride(layer: Layer) -> int:
    """The step along each spatial dimension, from the sizes."""
    given, made = (math.prod(sizes(x, layer.program)[layer.dim + 1 :]) for x in (layer.input, layer.node))
    rank = len(layer.held.shape) - 2
    return max(1, round((given / made) ** (1 / rank))) if rank and made else 1


def input_labels(layer: Layer, axes: Axes, size: int) -> Labels:
    """One channel id for each contracted channel (all the same where the input is a single piece)."""
    return np.broadcast_to(seen_channels(layer, axes).labels.reshape(-1), (size,))


def _spread(values: Any, size: int) -> Any:
    return np.broadcast_to(np.asarray(values).reshape(-1), (size,))


def _fold(weight: Tensor, values: np.ndarray[Any, Any]) -> Tensor:
    """What constant inputs add to each output: (groups * outputs,)."""
    groups, _, inputs, _ = weight.shape
    return torch.einsum("goit,gi->go", weight, torch.from_numpy(values.copy()).reshape(groups, inputs)).reshape(-1)


def _plain(layer: Layer, constant: Constant, channels: Channels) -> Mask:
    """Input positions whose constant turns into one number an output: uniform, and zero if there is a border."""
    same = uniform(constant, channels)
    return same & zero_everywhere(constant, channels) if layer.has_border else same


@dataclass(frozen=True)
class Ways:
    """How a contraction can do without its constant inputs; one entry for each of its inputs.

    Attributes:
        plain: adds the same everywhere: goes into the bias.
        carriers: a uniform constant that zero padding makes different at the border is the same, up to a factor, as
            another one of its group: its weights go to that *carrier*, which stays. -1 where this does not apply.
        mapped: differs from place to place, known for every place: goes into a bias map, an addition of its own.
    """

    plain: Mask
    carriers: Labels
    mapped: Mask

    @classmethod
    def of(cls, layer: Layer, constant: Constant, channels: Channels, maps: Speculation) -> Ways:
        flat, (groups, _, inputs, _) = _plain(layer, constant, channels), layer.shape
        if not channels.dims:
            size = groups * inputs
            return cls(_spread(flat, size), np.full(size, -1), np.zeros(size, dtype=np.bool_))
        plain = flat.reshape(-1)
        even = uniform(constant, channels).reshape(-1) & ~plain
        strength = np.where(even, np.abs(scalars(constant, channels).reshape(-1)), 0.0).reshape(groups, -1)
        best = strength.argmax(axis=1, keepdims=True) + np.arange(groups)[:, None] * strength.shape[1]
        chosen = np.broadcast_to(best, strength.shape).reshape(-1)
        apart = held_as(layer.weight) is not None  # a weight of integers that takes others' shares is none any more
        carriers = np.where(even & (chosen != np.arange(chosen.size)) & (not apart), chosen, -1)
        mapped = np.zeros_like(plain)
        if maps.at(layer.node) and full_size(constant, layer.input) is not None:
            mapped = constant.known.reshape(-1) & ~plain & ~even
        return cls(plain, carriers, mapped)


def _take(weight: Tensor, rows: Labels | None, columns: Labels | None) -> Tensor:
    """The canonical weight with only these outputs and inputs, in this order (None: all, as they are).

    Groups come in the order of their inputs, and every group that lives on has equally many of each.
    """
    groups, outputs, inputs, _ = weight.shape
    rows = np.arange(groups * outputs) if rows is None else rows
    columns = np.arange(groups * inputs) if columns is None else columns
    alive = np.array([*dict.fromkeys((columns // inputs).tolist())])
    place = np.empty(groups, dtype=np.int64)
    place[alive] = np.arange(len(alive))
    rows = rows[np.argsort(place[rows // outputs], kind="stable")].reshape(len(alive), -1) % outputs
    columns = columns[np.argsort(place[columns // inputs], kind="stable")].reshape(len(alive), -1) % inputs
    index = (alive[:, None, None], rows[:, :, None], columns[:, None, :])
    return weight[tuple(torch.from_numpy(part) for part in index)]


def _add_map(layer: Layer, bias_map: Tensor, indices: Labels | None, own: Channels, state: Shrink) -> None:
    """Add what folded inputs contribute where that differs from place to place."""
    graph, node = state.program.graph, layer.node
    held = select(bias_map, own.dims[0], indices).to(layer.dtype)
    name = str(layer.weight.target).removesuffix("weight") + "bias_map"
    weight = state.program.new_weight(name, held, kind=Tensor)
    with graph.inserting_after(node):
        total = graph.call_function(aten.add.Tensor, (node, weight))
    node.replace_all_uses_with(total, delete_user_cb=lambda user: user is not total)
    total.meta = dict(node.meta)
    state.stands_for(total, node)
    mark(total, BIAS_MAP, node)


def equal_groups(result: Labels, operand: Labels, ids: ChannelIds) -> Constraint:
    """Groups that live on keep equally many inputs, and equally many outputs; dead channels fill up smaller groups."""

    def close(kept: Mask) -> bool:
        rows, columns = ids.find(result), ids.find(operand)
        alive = kept[rows].any(axis=1) | kept[columns].any(axis=1)
        changed = False
        for labels in (rows, columns):
            flags = kept[labels]
            count = max(1, int(flags.sum(axis=1).max()))
            for group in np.flatnonzero(alive & (flags.sum(axis=1) < count)):
                row = labels[group]
                while kept[row].sum() < count:
                    kept[row[np.flatnonzero(~kept[row])[0]]] = True
                    changed = True
        return changed

    return Constraint("groups of a grouped convolution have equal sizes", close)
