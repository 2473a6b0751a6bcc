"""Norms that compute statistics at run time, per group of channels (group norm) or per channel (instance norm)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import fx

from ...compiler.ir.arguments import args_of, argument, operand_of, set_argument
from ...compiler.ir.channels import Channels
from ...compiler.ir.program import Program, is_tensor
from ...compiler.ir.speculation import mark
from .base import Depends, FallsBack, Rule, computed
from .evaluate import full_size, make_constant, narrow, uniform, weights64, zero_everywhere
from .facts import Axes, Constants, Liveness
from .layout import Operation, elementwise
from .pointwise import Pointwise
from .shrink import Shrink, select

aten = torch.ops.aten


def computed_weight(node: fx.Node, program: Program) -> str | None:
    """Why an op whose weights follow its input cannot be covered: one of them is computed at run time."""
    return _computed([argument for argument in node.args[1:] if is_tensor(argument)], program)


def _computed(weights: Iterable[Any], program: Program) -> str | None:
    found = next((x for x in weights if x is not None and not program.is_weight(x)), None)
    return None if found is None else computed(found, "its weight")


@dataclass(frozen=True, kw_only=True)
class GroupNorm(FallsBack):
    """``group_norm``: the channels of a group stay or go together, since the statistics run over all of them."""

    kind: ClassVar[str] = "norm"
    about: ClassVar[str] = "Computes statistics at run time over a channel, a group of channels or all of them."

    def meaning(self) -> str:
        return "the channels of a group stay or go together"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if operand_of(node) not in axes.channels or axes.of(operand_of(node)).dims != (1,):
            return "its channels are not labelled along dimension 1 alone"
        if not isinstance(node.args[1], int):
            return "its number of groups depends on the inputs"
        return computed_weight(node, program)

    def _groups(self, node: fx.Node) -> int:
        return int(args_of(node)[1])

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        labels = axes.of(operand_of(node)).labels.reshape(self._groups(node), -1)
        axes.ids.tie(labels, labels[:, :1])
        return Channels((1,), labels.reshape(-1))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = operand_of(node)
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

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        groups = live.of(node).reshape(self._groups(node), -1)
        live.need(node.args[0], np.broadcast_to(groups.any(axis=1, keepdims=True), groups.shape).reshape(-1))

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        kept = state.kept(node)
        if kept.all():
            return
        groups = kept.reshape(self._groups(node), -1).any(axis=1)
        for held in args_of(node)[2:]:
            weight = state.program.weight(held)
            if weight is not None:
                state.program.replace_weight(node, held, select(weight, 0, np.flatnonzero(kept)))
        node.update_arg(1, int(groups.sum()))


@dataclass(frozen=True, kw_only=True)
class InstanceNorm(FallsBack):
    """``instance_norm`` with its own statistics: every channel by itself; a uniform channel becomes its bias."""

    kind: ClassVar[str] = "norm"
    in_place: ClassVar[bool] = True

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if operand_of(node) not in axes.channels or axes.of(operand_of(node)).dims != (1,):
            return "its channels are not labelled along dimension 1 alone"
        return computed_weight(node, program)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return Channels((1,), axes.of(operand_of(node)).labels)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = operand_of(node)
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

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        live.need(node.args[0], live.of(node))

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        indices = state.indices(state.axes.of(node), 1)
        if indices is None:
            return
        for held in args_of(node)[1:]:
            weight = state.program.weight(held)
            if weight is not None:
                state.program.replace_weight(node, held, select(weight, 0, indices))

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program)


@dataclass(frozen=True, kw_only=True)
class TrainedInstanceNorm(Depends):
    """``instance_norm``: with its own statistics, or element-wise with those of training."""

    kind: ClassVar[str] = "norm"

    def meaning(self) -> str:
        return "every channel by itself; a uniform one becomes its bias; or with statistics of training"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        own = bool(argument(node, "use_input_stats"))
        return InstanceNorm() if own else Pointwise(channel_arguments=(1, 2, 3, 4))


@dataclass(frozen=True, kw_only=True)
class BatchStatistics(FallsBack):
    """Batch norm without running statistics: every channel by its own mean and variance, over batch and places.

    A channel that is the same everywhere, or whose gain is zero, becomes its bias.
    """

    kind: ClassVar[str] = "norm"

    def meaning(self) -> str:
        return "every channel by itself; a uniform one becomes its bias"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if operand_of(node) not in axes.channels or 1 not in axes.of(operand_of(node)).dims:
            return "its channels are not labelled along dimension 1"
        return _computed(node.args[1:3], program)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        own = axes.pin(operand_of(node), {1})
        return [own, axes.whole(), axes.whole()]

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand, own = operand_of(node), axes.channels[node][0]
        gain, bias = (program.weight(a) for a in node.args[1:3])
        known = np.zeros(own.labels.shape, dtype=np.bool_) if gain is None else (gain == 0).cpu().numpy()
        constant = narrow(constants.of(operand), axes.of(operand), own.dims)
        if constant is not None:
            known = known | uniform(constant, own)
        value = torch.zeros(own.labels.size, dtype=torch.float64) if bias is None else bias.cpu().double()
        shape = [1, -1] + [1] * (operand.meta["val"].ndim - 2)
        return [make_constant(known, value.reshape(shape), own), None, None]

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        wanted, gain = live.part(node, 0), program.weight(node.args[1])
        if gain is not None:
            wanted = wanted & (gain != 0).cpu().numpy()
        live.need(node.args[0], wanted, (1,))
        if live.part(node, 1).any() or live.part(node, 2).any():
            live.need(node.args[0])

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        indices = state.indices(state.axes.channels[node][0], 1)
        for held in args_of(node)[1:3] if indices is not None else ():
            weight = state.program.weight(held)
            if weight is not None:
                state.program.replace_weight(node, held, select(weight, 0, indices))


@dataclass(frozen=True, kw_only=True)
class FeatureNorm(FallsBack):
    """``layer_norm`` and ``rms_norm``: statistics over the last dimensions.

    A channel whose input is zero whatever the inputs adds nothing to the sums: it may leave, as long as mean and
    variance keep dividing by the original count. For ``rms_norm`` that is another scale and epsilon; ``layer_norm``
    has to be written as single operations, which is a price that the gain has to beat.

    Attributes:
        centred: whether the mean is taken off first.
    """

    centred: bool = True
    kind: ClassVar[str] = "norm"
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        text = "spelled out with the original count" if self.centred else "scale and epsilon make up for the count"
        return f"zero channels may go: {text}"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if node.args[0] not in axes.channels:
            return "its input is a weight"
        return _computed(self._affine(node), program)

    def _affine(self, node: fx.Node) -> tuple[Any, ...]:
        return (argument(node, "weight"), argument(node, "bias")) if self.centred else (argument(node, "weight"),)

    def _normalized(self, node: fx.Node) -> set[int]:
        rank = node.meta["val"].ndim
        return set(range(rank - len(argument(node, "normalized_shape")), rank))

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        operand = operand_of(node)
        own = axes.of(operand)
        last = node.meta["val"].ndim - 1
        if self._normalized(node) == {last} and last in own.dims and (axes.speculation.at(node) or not self.centred):
            return own
        if self._normalized(node) & set(own.dims):
            axes.pinned[node] = "a norm over fewer channels has to keep the original count, which costs time"
        return axes.pin(operand, set(own.dims) - self._normalized(node))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        """A channel with a zero gain is its bias, whatever comes in."""
        own, last = axes.of(node), node.meta["val"].ndim - 1
        gain = program.weight(argument(node, "weight"))
        if gain is None or self._normalized(node) != {last} or last not in own.dims or constants.is_odd(node.args[0]):
            return None
        bias = program.weight(argument(node, "bias")) if self.centred else None
        zero = (gain == 0).cpu()
        value = torch.zeros_like(gain, device="cpu") if bias is None else bias.cpu()
        shape = [1] * (last + 1)
        shape[last] = -1
        known = np.broadcast_to(zero.numpy().reshape([-1 if d == last else 1 for d in own.dims]), own.labels.shape)
        return make_constant(known, value.reshape(shape), own)

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        operand, wanted, own = operand_of(node), live.of(node), axes.of(node)
        if not wanted.any():
            return
        given = axes.of(operand)
        others = own.only(set(own.dims) - self._normalized(node))
        rows = own.anywhere(wanted, others.dims)
        if own.dims != given.dims:
            live.need(operand, rows, others.dims)
            return
        need = given.spread(rows, others.dims).copy()
        constant = constants.of(operand)
        if constant is not None:
            need &= ~(constant.known & zero_everywhere(constant, given)) | wanted
        live.need(operand, need)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        last = node.meta["val"].ndim - 1
        own = state.axes.of(node)
        indices = state.indices(own, last) if self._normalized(node) == {last} else None
        if indices is None:
            return
        full = int(node.meta["val"].shape[last])
        program = state.program
        for held in self._affine(node):
            weight = program.weight(held)
            if weight is not None:
                program.replace_weight(node, held, select(weight, 0, indices))
        if len(indices) == full:
            return
        if self.centred:
            _spell_out(node, full, len(indices), state)
        else:
            _rescale(node, full, len(indices), program)

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program)


def _rescale(node: fx.Node, full: int, count: int, program: Program) -> None:
    """rms_norm over fewer channels: the mean of squares is full / count times too large, epsilon as much too small."""
    ratio = full / count
    eps = argument(node, "eps")
    if eps is None:
        eps = torch.finfo(node.meta["val"].dtype).eps
    held = argument(node, "weight")
    weight = program.weight(held)
    gain = torch.ones(count, dtype=node.meta["val"].dtype) if weight is None else weight
    scaled = gain * ratio**0.5
    set_argument(node, "normalized_shape", [count])
    if weight is None:
        set_argument(node, "weight", program.new_weight(f"{node.name}_gain", scaled))
    else:
        program.replace_weight(node, argument(node, "weight"), scaled)
    set_argument(node, "eps", float(eps) * ratio)


def _spell_out(node: fx.Node, full: int, count: int, state: Shrink) -> None:
    """layer_norm over fewer channels, with mean and variance over all: the zeros that left count as often as before.

    With m = sum(x) / full, the variance is (sum((x - m)^2) + (full - count) m^2) / full.
    On 16 bits it computes in 32.
    """
    graph, dtype = state.program.graph, node.meta["val"].dtype
    operand: Any = node.args[0]
    gain, bias, eps = argument(node, "weight"), argument(node, "bias"), argument(node, "eps")
    with graph.inserting_before(node):
        call = graph.call_function
        if dtype.itemsize == 2:
            operand = call(aten._to_copy.default, (operand,), {"dtype": torch.float32})
        mean = call(aten.mul.Tensor, (call(aten.mean.dim, (operand, [-1], True)), count / full))
        centred = call(aten.sub.Tensor, (operand, mean))
        squares = call(aten.mean.dim, (call(aten.mul.Tensor, (centred, centred)), [-1], True))
        missing = call(aten.mul.Tensor, (call(aten.mul.Tensor, (mean, mean)), (full - count) / full))
        variance = call(aten.add.Tensor, (call(aten.mul.Tensor, (squares, count / full)), missing))
        scale = call(aten.rsqrt.default, (call(aten.add.Tensor, (variance, eps)),))
        result = call(aten.mul.Tensor, (centred, scale))
        if gain is not None:
            result = call(aten.mul.Tensor, (result, gain))
        if bias is not None:
            result = call(aten.add.Tensor, (result, bias))
        if dtype.itemsize == 2:
            result = call(aten._to_copy.default, (result,), {"dtype": dtype})
    for made in graph.nodes:
        if "val" not in made.meta and made.op == "call_function":
            made.meta |= {k: v for k, v in node.meta.items() if k in ("nn_module_stack", "stack_trace")}
            made.meta["val"] = node.meta["val"]
    mark(scale, "layer norm with the original count", node)
    node.replace_all_uses_with(result, propagate_meta=False)
    state.stands_for(result, node)
