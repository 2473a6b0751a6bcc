"""Element-wise ops, and norms that are element-wise once trained (batch norm in eval mode, PReLU).

Operands of equal size share their channels; an operand that is broadcast along all channels is only required to
exist. Zero absorbs: where one factor of a product is zero the other is not needed, unless it may be infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, function_of
from ...compiler.ir.channels import Channels, Labels, Mask, Part, holds_at_least
from ...compiler.ir.program import Program, is_static, is_tensor, same_size, shape_of
from ...compiler.ir.speculation import mark, unmarked
from .base import FallsBack, computed, tensors
from .evaluate import known_tensor, make_constant, narrow, weights64, zero_everywhere
from .facts import Axes, Constant, Constants, Liveness
from .layout import Operation, elementwise
from .repeats import first_of, repeats
from .shrink import Shrink, select

aten = torch.ops.aten

PRODUCTS = {aten.mul.Tensor, aten.mul.Scalar}
MATRIX_PRODUCTS = {aten.matmul.default, aten.bmm.default, aten.baddbmm.default, aten.einsum.default}
SOFTMAXES = {aten.softmax.int, aten._softmax.default, aten._safe_softmax.default}
RESHAPES = {aten.view.default, aten.reshape.default, aten._unsafe_view.default}


@dataclass(frozen=True, kw_only=True)
class Pointwise(FallsBack):
    """Element-wise op.

    Attributes:
        channel_arguments: positions of 1-d weight arguments that run along dimension 1 (batch norm, PReLU).
        results: number of results, of which the first is the tensor (None: the result is a tensor, not a tuple).

    Class attributes:
        integers: whether constants are known of integers, too.
    """

    channel_arguments: tuple[int, ...] = ()
    results: int | None = None
    integers: ClassVar[bool] = False
    kind: ClassVar[str] = "pointwise"
    about: ClassVar[str] = "Operands of equal size share their channels. Zero absorbs the other factor of a product."
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        if self.channel_arguments:
            return f"its weights (arguments {', '.join(map(str, self.channel_arguments))}) run along dimension 1"
        return "element-wise"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if any(is_tensor(value) for value in node.kwargs.values()):
            return "a tensor is passed by keyword"
        for held in self._along_channels(node):
            if is_tensor(held) and not program.is_weight(held):
                return computed(held, "its weight")
        return None

    def channel_dim(self, node: fx.Node) -> int:
        """The dimension that ``channel_arguments`` run along."""
        return 1

    def _along_channels(self, node: fx.Node) -> list[Any]:
        return [node.args[index] for index in self.channel_arguments]

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        value = node.meta["val"]
        out_shape = tuple(value[0].shape if self.results else value.shape)
        operands = tensors(node.args, program)
        dims = self._labelled(node, operands, axes, program, out_shape)
        sizes = tuple(int(out_shape[d]) for d in dims)
        parts: list[Part] = []
        tables: list[Part] = []
        for operand in operands:
            offset = len(out_shape) - len(shape_of(operand))
            seen = axes.pin(operand, _shared(operand, dims, out_shape))
            part = Part(seen.labels, tuple(d + offset for d in seen.dims))
            picked = _is_table(operand, part, dims, out_shape) or _is_added_to_scores(operand, node)
            (tables if part.names and axes.speculation.at(node) and picked else parts).append(part)
        if not any(part.names == dims for part in parts):
            parts, tables = [*parts, *tables], []
        labels = axes.join(parts, dims, sizes, "operands of an element-wise op have the same channels")
        result = Part(labels, dims)
        axes.constraints += [
            holds_at_least(table, result, "a table holds what its readers need", axes.ids) for table in tables
        ]
        if any(operand in axes.ragged for operand in operands):
            axes.ragged.add(node)
        channels = Channels(dims, labels)
        return [channels] + [axes.whole() for _ in range(self.results - 1)] if self.results else channels

    def _labelled(
        self, node: fx.Node, operands: list[fx.Node], axes: Axes, program: Program, out_shape: tuple[Any, ...]
    ) -> tuple[int, ...]:
        """Dimensions of the result along which every operand is labelled or repeated."""
        found: set[int] = set()
        whole: set[int] = set()
        brought: set[int] = set()
        for operand in operands:
            own, offset = shape_of(operand), len(out_shape) - len(shape_of(operand))
            for dim, size in enumerate(own):
                if is_static(size) and same_size(size, out_shape[dim + offset]):
                    if dim in axes.of(operand).dims:
                        found.add(dim + offset)
                    elif not repeats(operand, dim, program):
                        whole.add(dim + offset)
        if not self.channel_arguments and not self.results:
            for argument in node.args:
                weight = program.held(argument)
                if weight is not None and weight.is_floating_point():
                    brought |= {d + len(out_shape) - weight.ndim for d, size in enumerate(weight.shape) if size > 1}
        spread = {d for d, size in enumerate(out_shape) if not is_static(size) or size > 1}
        return tuple(sorted((found | brought) - (whole & spread)))

    def _channels(self, node: fx.Node, axes: Axes) -> tuple[Channels, tuple[Any, ...]]:
        value = node.meta["val"]
        if self.results:
            return axes.channels[node][0], tuple(value[0].shape)
        return axes.of(node), tuple(value.shape)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        value = node.meta["val"][0] if self.results else node.meta["val"]
        if not (value.is_floating_point() or self.integers):
            return None
        out, out_shape = self._channels(node, axes)
        operands = tensors(node.args, program)
        floating = self.integers or all(x.meta["val"].is_floating_point() for x in operands)
        zero = self._zeros(node, out, out_shape, axes, constants, program)
        known = np.full(out.labels.shape, floating)
        given: dict[fx.Node, Tensor] = {}
        for operand in operands:
            channels, constant = seen_by(operand, out, out_shape, axes, constants)
            mask, tensor = known_tensor(constant, channels, operand.meta["val"].ndim)
            given[operand] = tensor
            known &= mask.ravel()[operand_positions(operand, channels, out_shape, out.dims, out.labels.shape)]
        if not operands or not (known.any() or zero.any()):
            return None
        if known.any():
            try:
                tensor = _unrounded(node, self._evaluate(node, given, program), given)
            except (RuntimeError, ValueError, TypeError, NotImplementedError):
                return None
        else:
            tensor = torch.zeros([1] * len(out_shape), dtype=torch.float64)
        shape = [
            out.labels.shape[out.dims.index(d)] if d in out.dims else tensor.shape[d] for d in range(len(out_shape))
        ]
        tensor = tensor.expand(shape)
        if zero.any():
            lift = [out.labels.shape[out.dims.index(d)] if d in out.dims else 1 for d in range(len(out_shape))]
            tensor = torch.where(torch.from_numpy(np.ascontiguousarray(zero & ~known)).reshape(lift), 0.0, tensor)
        found = make_constant(known | zero, tensor, out)
        return [found] + [None] * (self.results - 1) if self.results else found

    def _evaluate(self, node: fx.Node, given: dict[fx.Node, Tensor], program: Program) -> Tensor:
        for held in map(program.weight, self._along_channels(node)):
            if held is not None:  # it does not broadcast: the op wants a value that has as many channels
                given = {x: _with_channels(value, len(held)) for x, value in given.items()}
        args = [_filled(a, given, program) for a in node.args]
        result = function_of(node)(*args, **{k: _filled(v, given, program) for k, v in node.kwargs.items()})
        found: Tensor = result[0] if self.results else result
        return found

    def _zeros(
        self,
        node: fx.Node,
        out: Channels,
        out_shape: tuple[Any, ...],
        axes: Axes,
        constants: Constants,
        program: Program,
    ) -> Mask:
        """Positions of a product that have a factor known to be zero."""
        result = np.zeros(out.labels.shape, dtype=np.bool_)
        if node.target in PRODUCTS:
            for factor, other in (node.args[:2], node.args[1::-1]):
                if not constants.is_odd(other):
                    result |= factor_is_zero(factor, out, out_shape, axes, constants, program)
        return result

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        wanted = live.part(node, 0) if self.results else live.of(node)
        if not wanted.any():
            return
        out, out_shape = self._channels(node, axes)
        for position, operand in _operand_arguments(node, program):
            mask = wanted
            if node.target in PRODUCTS and not constants.is_odd(operand):
                other = node.args[1 - position]
                absorbed = factor_is_zero(other, out, out_shape, axes, constants, program)
                if position == 0 and is_tensor(other) and not program.is_weight(other):
                    absorbed &= ~factor_is_zero(operand, out, out_shape, axes, constants, program)
                mask = wanted & ~absorbed
            channels, _ = seen_by(operand, out, out_shape, axes, constants)
            positions = operand_positions(operand, channels, out_shape, out.dims, out.labels.shape)
            need = np.zeros(channels.labels.size, dtype=np.bool_)
            need[positions[mask]] = True
            live.need(operand, need.reshape(channels.labels.shape), channels.dims)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        out, out_shape = self._channels(node, state.axes)
        for operand in tensors(node.args, state.program):
            offset = len(out_shape) - len(shape_of(operand))
            pick(node, operand, {dim: dim + offset for dim in _shared(operand, out.dims, out_shape)}, state)
        for index, argument in enumerate(args_of(node)):
            weight = state.program.weight(argument)
            if weight is None:
                continue
            smaller = weight
            for dim in out.dims:
                along = index in self.channel_arguments
                own = 0 if along else dim - len(out_shape) + weight.ndim
                if along and dim != self.channel_dim(node):
                    continue
                if own >= 0 and weight.ndim > own and weight.shape[own] != 1:
                    smaller = select(smaller, own, state.indices(out, dim))
            if smaller is not weight:
                state.program.replace_weight(node, argument, smaller)

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program)


def _filled(argument: Any, given: dict[fx.Node, Tensor], program: Program) -> Any:
    """An argument with tensors in place of nodes."""
    if isinstance(argument, fx.Node) and argument in given:
        return given[argument]
    if isinstance(argument, (list, tuple)):
        return type(argument)(_filled(item, given, program) for item in argument)
    return weights64(program, argument)


POINTWISE = Pointwise()


def _unrounded(node: fx.Node, result: Tensor, given: Mapping[fx.Node, Tensor]) -> Tensor:
    """What a cast makes of constants, NaN where it rounds them on a detour out of float64.

    Such a program is held against itself without detours, where that number would be another.
    """
    if node.target is aten._to_copy.default and node.meta["val"].dtype is not torch.float64:
        ((operand, exact),) = given.items()
        if operand.meta["val"].dtype is torch.float64:
            return torch.where(result.double() == exact, exact, torch.nan)
    return result


def _with_channels(value: Tensor, count: int) -> Tensor:
    return value.expand(-1, count, *value.shape[2:]) if value.ndim > 1 and value.shape[1] == 1 else value


def _operand_arguments(node: fx.Node, program: Program) -> list[tuple[int, fx.Node]]:
    found = []
    for index, argument in enumerate(node.args):
        for operand in tensors([argument], program):
            found.append((index, operand))
    return found


def _is_table(operand: fx.Node, part: Part, dims: tuple[int, ...], out_shape: tuple[Any, ...]) -> bool:
    """Whether an operand is one small table for many values (rotary angles, biases by position).

    Its readers may take what they need, at the price of a small gather, instead of all keeping the same.
    """
    if not part.names:
        return False
    own = shape_of(operand)
    once = len(own) < len(out_shape) or (is_static(own[0]) and own[0] == 1)
    return part.names != dims or (once and not is_static(out_shape[0]))


def _is_added_to_scores(operand: fx.Node, node: fx.Node) -> bool:
    """Whether an operand is what attention adds to its scores: every layer that adds it may take heads of its own."""
    others = [x for x in node.all_input_nodes if x is not operand]
    if node.target is not aten.add.Tensor or len(others) != 1:
        return False
    reached = {x.target for x in _through(node, lambda x: [*x.users])}
    return bool(reached & SOFTMAXES) and _is_of_product(others[0]) and not _is_of_product(operand)


def _is_of_product(node: fx.Node) -> bool:
    return any(x.target in MATRIX_PRODUCTS for x in [node, *_through(node, lambda x: x.all_input_nodes)])


def _through(node: fx.Node, along: Callable[[fx.Node], Sequence[fx.Node]]) -> list[fx.Node]:
    """The nodes next to one, where element-wise ops and reshapes count as nothing."""
    found: dict[fx.Node, None] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one is node or one.target in RESHAPES or torch.Tag.pointwise in getattr(one.target, "tags", ()):
            news = [x for x in along(one) if x not in found]
            found |= dict.fromkeys(news)
            waiting += news
    return [*found]


def pick(node: fx.Node, operand: fx.Node, along: Mapping[int, int], state: Shrink) -> None:
    """Let ``node`` read those positions of a table that it keeps itself.

    Args:
        along: for each dimension of the operand that runs along one of the result, that one.
    """
    own, channels = state.axes.of(operand), state.axes.channels[node]
    out, read = channels[0] if isinstance(channels, list) else channels, operand
    for dim, at in along.items():
        axis = out.along(at)
        if axis is None:
            continue
        size = out.labels.shape[axis]
        given, wanted = state.indices(own, dim), state.indices(out, at)
        given = np.arange(size) if given is None else given
        wanted = np.arange(size) if wanted is None else wanted
        if np.array_equal(given, wanted):
            continue
        if dim not in own.dims and repeats(operand, dim, state.program):
            read = first_of(read, dim, node, state.program)
            continue
        places = torch.from_numpy(np.searchsorted(given, wanted).astype(np.int64))
        index = state.program.new_weight("channel_index", places, kind=Tensor)
        with state.program.graph.inserting_before(node):
            picked = state.program.graph.call_function(torch.ops.aten.index_select.default, (read, dim, index))
        picked.meta = {**unmarked(node.meta), "val": operand.meta["val"]}
        mark(picked, "gather", node)
        read = picked
    if read is not operand:
        node.replace_input_with(operand, read)


def _shared(operand: fx.Node, dims: Collection[int], out_shape: tuple[Any, ...]) -> tuple[int, ...]:
    """Dimensions of an operand that run along the labelled dimensions ``dims`` of the result."""
    own = shape_of(operand)
    offset = len(out_shape) - len(own)
    return tuple(d for d in range(len(own)) if d + offset in dims and same_size(own[d], out_shape[d + offset]))


def seen_by(
    operand: fx.Node, out: Channels, out_shape: tuple[Any, ...], axes: Axes, constants: Constants
) -> tuple[Channels, Constant | None]:
    """Positions and constants of an operand, as far as the positions ``out`` of the result tell them apart."""
    dims = _shared(operand, out.dims, out_shape)
    return axes.of(operand).only(dims), narrow(constants.of(operand), axes.of(operand), dims)


def operand_positions(
    operand: fx.Node,
    channels: Channels,
    out_shape: tuple[Any, ...],
    dims: tuple[int, ...],
    sizes: tuple[int, ...],
) -> Labels:
    """For each position of the result, the (flat) position of the operand that it reads; shape ``sizes``."""
    own = shape_of(operand)
    offset = len(out_shape) - len(own)
    flat = np.arange(channels.labels.size, dtype=np.int64).reshape(channels.labels.shape)
    index: list[Any] = []
    for dim in channels.dims:
        if dim + offset in dims and same_size(own[dim], out_shape[dim + offset]):
            axis = dims.index(dim + offset)
            index.append(np.arange(sizes[axis]).reshape([-1 if a == axis else 1 for a in range(len(sizes))]))
        else:
            index.append(0)
    picked = flat[tuple(index)] if index else flat
    return np.broadcast_to(picked, sizes)


def factor_is_zero(
    factor: Any, out: Channels, out_shape: tuple[Any, ...], axes: Axes, constants: Constants, program: Program
) -> Mask:
    """Positions of a product at which one factor (value, weight or number) is zero everywhere."""
    sizes = out.labels.shape
    if isinstance(factor, (int, float)):
        return np.full(sizes, factor == 0, dtype=np.bool_)
    weight = program.held(factor)
    if weight is not None:
        padded = weight.reshape([1] * (len(out_shape) - weight.ndim) + list(weight.shape)) == 0
        for dim in range(len(out_shape)):
            if dim not in out.dims:
                padded = padded.all(dim=dim, keepdim=True)
        flags = padded.reshape([padded.shape[d] for d in out.dims]).cpu().numpy()
        return np.broadcast_to(flags, sizes).astype(np.bool_)
    if not is_tensor(factor):
        return np.zeros(sizes, dtype=np.bool_)
    channels, constant = seen_by(factor, out, out_shape, axes, constants)
    if constant is None:
        return np.zeros(sizes, dtype=np.bool_)
    zero = constant.known & zero_everywhere(constant, channels)
    result: Mask = zero.ravel()[operand_positions(factor, channels, out_shape, out.dims, sizes)]
    return result
